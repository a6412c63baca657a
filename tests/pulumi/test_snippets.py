"""The examples of the schema, which the code that Pulumi generates shows: each compiles, and can be previewed."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from collections.abc import Callable, Iterable

import pytest
import yaml

from tc_resources.native.schema import schema
from tc_resources.testing.emulator import Emulator
from tests.pulumi.native import NativeStack
from tests.pulumi.pulumi_cli import Stack, writes
from tests.pulumi.test_native import EXAMPLES, REGISTRIES, TOOLS

MAIN = """package main

import (
	"example.com/tc-resources/sdk/go/tcresources"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
%s		return nil
	})
}
"""


def snippets(language: str) -> list[str]:
    """All of a language, of resources and functions."""
    described = json.loads(schema())
    texts = [part["description"] for kind in ("resources", "functions") for part in described[kind].values()]
    found = [re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL) for text in texts]
    assert all(len(of_one) == 1 for of_one in found)
    return [of_one[0] for of_one in found]


def typescript(parts: Iterable[str]) -> str:
    """One program, in which each has a block of its own."""
    head = 'import * as tc from "tc-resources";\n'
    return head + "".join(f"{{\n{part.replace(head, '')}}}\n" for part in parts)


def go(parts: Iterable[str]) -> str:
    blocks = (part + ("_ = found\n" if part.startswith("found") else "") for part in parts)
    return MAIN % "".join(f"{{\n{block}}}\n" for block in blocks)


def project(parts: Iterable[str]) -> str:
    """One of the kind yaml, with what each declares."""
    whole: dict[str, object] = {"name": "limits", "runtime": "yaml"}
    for place, part in enumerate(parts):
        for section, entries in yaml.safe_load(part).items():
            names = {f"{name}-{place}": entry for name, entry in entries.items()}
            whole[section] = {**whole.get(section, {}), **names}  # type: ignore[dict-item]  # each section is an object
    return yaml.safe_dump(whole)


PROGRAMS: dict[str, tuple[str, str, Callable[[Iterable[str]], str]]] = {
    "nodejs": ("typescript", "index.ts", typescript),
    "python": ("python", "__main__.py", "\n".join),
    "go": ("go", "main.go", go),
    "yaml": ("yaml", "Pulumi.yaml", project),
}
"""Of each runtime the language, its program's file, and what makes a program of them all."""


@pytest.fixture
def stack(plugin: dict[str, str], new_stack: Callable[[str], Stack]) -> NativeStack:
    made = new_stack("stack")
    return NativeStack(made.folder, {**made.environ, **plugin})


@pytest.mark.parametrize("runtime", PROGRAMS)
def test_the_examples_of_the_schema_can_be_previewed(stack: NativeStack, emulator: Emulator, runtime: str) -> None:
    for needed in (f"pulumi-language-{runtime}", TOOLS[runtime]):
        if shutil.which(needed, path=stack.environ["PATH"]) is None:
            pytest.skip(f"{needed} is not on PATH")
    emulator.put_sub_app(200000004)
    emulator.put_zone("zone-3abcj8tqd")
    language, file, made_of = PROGRAMS[runtime]
    folder = shutil.copytree(EXAMPLES / language, stack.folder / runtime)
    (folder / file).write_text(made_of(map(textwrap.dedent, snippets(language))), encoding="utf-8")
    (folder / "backend").mkdir()
    program = NativeStack(folder, {**stack.environ, **REGISTRIES, "PIP_NO_INDEX": ""})
    program.patience = 600
    del program.environ["PULUMI_STACK"]
    program.run("stack", "init", "snippets")
    program.run("package", "add", "tc-resources")
    assert "+ 4 to create" in program.run("preview")  # the stack, too
    assert writes(emulator) == []


def test_no_language_of_the_schemas_examples_is_left_out_but_for_want_of_its_tools() -> None:
    text = next(iter(json.loads(schema())["resources"].values()))["description"]
    assert {*re.findall(r"```(\w+)", text)} == {language for language, *_ in PROGRAMS.values()} | {"csharp"}
