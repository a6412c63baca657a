"""The documents and the changelog keep up with the package."""

from __future__ import annotations

import base64
import inspect
import json
import re
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import dill  # type: ignore[import-untyped]  # it has no types
import pytest

from generate.reference import PLACE, TABLES, written
from generate.settings import SETTINGS as TEXTS
from tc_resources import Provider
from tc_resources.cloud.bill import ZONE
from tc_resources.cloud.config import SETTINGS
from tc_resources.cloud.identities import AIGC_TYPES
from tc_resources.cloud.services import teo, tokens, usage, vod
from tc_resources.cloud.services.token_listing import DESCRIBE
from tc_resources.limits.fields import check
from tc_resources.limits.names import snake_case
from tc_resources.limits.period import FORMATS, current_period
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs
from tc_resources.native.schema import schema

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOKENS = [tokens.CREATE, tokens.UPDATE, tokens.DELETE, DESCRIBE]
VOD = [vod.CREATE, vod.MODIFY, vod.DELETE, vod.DESCRIBE, vod.SUB_APPS, usage.USAGE, *TOKENS]
ACTIONS = [teo.MODIFY, teo.DESCRIBE, teo.ZONES, *VOD]


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", sorted(DOCS.glob("*.md")), ids=lambda file: file.stem)
def test_the_tables_of_a_page_say_what_the_code_says(file: Path) -> None:
    """`make reference` writes them."""
    text = file.read_text(encoding="utf-8")
    assert text == written(text)


def test_every_table_has_its_place() -> None:
    places = [found[2] for file in DOCS.glob("*.md") for found in PLACE.finditer(file.read_text(encoding="utf-8"))]
    assert sorted(places) == sorted(TABLES)


def test_every_setting_is_described() -> None:
    assert {*TEXTS} == {*SETTINGS}


@pytest.mark.parametrize("name", [*map(str, ACTIONS)])
def test_every_permission_is_in_the_table_of_permissions(name: str) -> None:
    assert any(f"`{name}`" in line for line in page("permissions").splitlines() if line.startswith("|"))


def test_an_instance_of_either_face_takes_just_the_settings() -> None:
    arguments = [*inspect.signature(Provider).parameters][2:]
    assert {*arguments} == {*map(snake_case, SETTINGS)}
    assert {*json.loads(schema())["provider"]["inputProperties"]} == {*SETTINGS}


def test_the_import_file_that_is_shown_is_what_a_program_would_store() -> None:
    block = re.search(r"```json\n(\{\"resources\".*?)```", page("importing"), re.DOTALL)
    assert block
    for resource in json.loads(block[1])["resources"]:
        stored = resource["inputs"].pop("__provider")
        assert resource["outputs"].pop("__provider") == stored
        assert vars(dill.loads(base64.b64decode(stored))) == {"kind": "prefetch_origin_limit"}  # noqa: S301 - our own text
        assert check(PrefetchOriginLimitArgs, resource["inputs"]) == (resource["outputs"], [])


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == version("tc-resources")


def test_every_type_of_usage_is_in_the_table_of_what_a_quota_covers() -> None:
    rows = [line for line in page("usage").splitlines() if line.startswith("| ")]
    assert [name for name in AIGC_TYPES if not any(f"`{name}`" in row for row in rows)] == []


def test_every_kind_of_period_is_documented_as_it_is() -> None:
    at = datetime(2026, 11, 26, tzinfo=ZONE).timestamp()
    for kind in FORMATS:
        assert f"| `{kind}` | `{current_period(kind, now=lambda: at)}`" in page("budgets")


@pytest.mark.parametrize("name", [file.name for file in DOCS.glob("*.md") if file.stem != "index"])
def test_a_page_is_linked_from_the_readme(name: str) -> None:
    assert f"](docs/{name})" in README
