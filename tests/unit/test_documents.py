"""The code blocks and the links of the documents: each runs in a test, or is of a kind that is named here."""

from __future__ import annotations

import ast
import json
import re
import shlex
from pathlib import Path

import pytest
import typer
from pulumi.automation import ConfigValue

from tc_resources.cli.commands import application
from tc_resources.native.schema import schema
from tc_resources.testing import Emulator, LocalEngine
from tc_resources.testing.emulator import Behaviour
from tests.blocks import PAGES, ROOT, Block, blocks, place

TESTED = {"python", "json", "console", "typescript"}
SITE = "the site's own, which `make docs` reads"
UNTESTED = {"hcl": "Terraform's own", "{include}": SITE, "{toctree}": SITE}
SHELL = {"cd", "cp", "cut", "export", "mkdir", "printf", "sha256sum", ".", "python3"}
"""Run where a whole page of commands is, in tests/pulumi."""
REGISTRY = {"npm", "pip", "poetry", "uv"}
"""What asks a registry."""
OTHERS = {"terraform", "pulumi"}
"""The user's own programs; those of `pulumi` that begin a stack are run in tests/pulumi."""
ELSEWHERE = {
    "protected": "Pulumi's",
    "ModuleNotFoundError": "Python's",
    "could not load provider": "Pulumi's",
    "'pulumi'": "Python's",
    "currently locked": "Pulumi's",
    "no resource plugin": "Pulumi's",
    "AuthFailure": "the service's",
    "UnauthorizedOperation": "the service's",
}
"""Messages that are not ours."""
SECRETS = {"media:secretId": "AKIDEMULATOR", "media:secretKey": "emulator-secret-key"}


def test_every_block_is_of_a_kind_that_is_tested_or_named() -> None:
    assert [place(block) for block in blocks() if block.language not in TESTED | {*UNTESTED}] == []


@pytest.mark.parametrize("options", [{"behaviour": Behaviour(token_lag=0.0)}])
@pytest.mark.parametrize("block", [b for b in blocks("python") if "pytest_plugins" not in b.text], ids=place)
def test_a_program_is_up(block: Block, emulator: Emulator, tmp_path: Path) -> None:
    emulator.put_sub_app(200000004)
    (tmp_path / "Pulumi.yaml").write_text("name: limits\nruntime: python\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(block.text, encoding="utf-8")
    account = {"ENDPOINT": emulator.url, "SECRET_ID": emulator.secret_id, "SECRET_KEY": emulator.secret_key}
    stack = LocalEngine(tmp_path, "dev", {f"TENCENTCLOUD_{name}": value for name, value in account.items()})
    for key, value in SECRETS.items():
        stack.set_config(key, ConfigValue(value, secret=True))
    stack.up()
    declared = len(re.findall(r"(?:^|= )(?:AigcApiToken|AigcQuota|PrefetchOriginLimit)\(", block.text, re.MULTILINE))
    assert len([*emulator.limits(), *emulator.quotas(), *emulator.tokens()]) == declared


@pytest.mark.parametrize("block", blocks("json"), ids=place)
def test_a_document_can_be_read(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("block", blocks("typescript"), ids=place)
def test_typescript_gives_what_the_schema_takes(block: Block) -> None:
    resources = json.loads(schema())["resources"]
    found = re.findall(r"new tc\.(\w+)\(\s*\"[^\"]+\",\s*\{(.*?)\}", block.text, re.DOTALL)
    assert found
    for kind, body in found:
        described = resources[f"tc-resources:index:{kind}"]
        given = {*re.findall(r"(\w+):", body)}
        assert {*described["requiredInputs"]} <= given <= {*described["inputProperties"]}


COMMANDS = [(block, command) for block in blocks("console") for command in block.commands()]
PARTS = [(block, part) for block, command in COMMANDS for part in re.split(r" (?:&&|\|) ", command)]


def test_every_command_is_of_a_kind_that_is_run_or_named() -> None:
    programs = {"make", "tc-resources", *SHELL, *REGISTRY, *OTHERS}
    assert [(place(block), part) for block, part in PARTS if part.split()[0] not in programs] == []


@pytest.mark.parametrize(
    ("block", "part"), [row for row in PARTS if row[1].startswith("tc-resources")], ids=lambda value: str(value)[:60]
)
def test_a_command_of_ours_has_all_its_options(block: Block, part: str) -> None:
    arguments = shlex.split(re.sub(r"[<>] ?\S+", "", part))[1:]
    group = typer.main.get_command(application())
    name, command, rest = group.resolve_command(group.make_context("tc-resources", [*arguments]), arguments)  # type: ignore[attr-defined]
    if name == "plugin":
        name, command, rest = command.resolve_command(command.make_context(name, [*rest]), rest)
    assert command.make_context(name, rest), place(block)


@pytest.mark.parametrize(("block", "part"), [row for row in PARTS if row[1].startswith("make")])
def test_a_target_of_make_is_there(block: Block, part: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^[\w -]*\b{part.split()[1]}\b[\w -]*:", makefile, re.MULTILINE), place(block)


def test_until_there_is_a_release_nothing_is_installed_by_its_name() -> None:
    if "## 0.1.0 - unreleased" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        pytest.skip("there is a release")
    asks = re.compile(r"(?:install|add)\b[^`\n]* '?tc-resources[\['>= \n]")
    commands = [line for page in PAGES for line in page.read_text("utf-8").splitlines() if asks.search(line)]
    assert [line for line in commands if not re.search("plugin install|package add", line)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_its_heading(page: Path) -> None:
    for target, anchor in re.findall(
        r"\]\((?!https?://|#)([^)#\s]+)(?:#([\w-]+))?\)", page.read_text(encoding="utf-8")
    ):
        file = page.parent / target
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_table_of_contents_of_the_site() -> None:
    names = {name for block in blocks("{toctree}") for name in block.text.split("\n\n")[-1].split()}
    assert names == {page.stem for page in PAGES if page.parent == ROOT / "docs"} - {"index"}


def test_every_message_of_the_troubleshooting_is_one_that_is_said() -> None:
    literals = [
        node.value
        for file in (*ROOT.glob("tc_resources/**/*.py"), *ROOT.glob("stacks/*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    said = "\n".join(literals)
    rows = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8").splitlines()
    messages = [
        message for row in rows if row.startswith("| `") for message in re.findall("`([^`]+)`", row.split("|")[1])
    ]
    fragments = [part.strip() for message in messages for part in re.split(r"…|\"a\"|\"b\"", message)]
    lost = [part for part in fragments if part not in said and not any(word in part for word in ELSEWHERE)]
    assert lost == []


def test_the_rooms_of_the_picture_and_of_the_table_are_those_of_the_package() -> None:
    rooms = {path.stem for path in (ROOT / "tc_resources").iterdir() if path.suffix == ".py" or path.is_dir()}
    rooms -= {"__init__", "__pycache__", "py"}
    picture = (ROOT / "docs" / "house.svg").read_text(encoding="utf-8")
    drawn = {name for label in re.findall(r'<text x="\d+" y="\d+">([^<]+)<', picture) for name in label.split(", ")}
    table = {*re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.MULTILINE)}
    assert drawn == table == {room for room in rooms if not room.startswith(".")}
