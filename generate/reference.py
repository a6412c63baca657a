"""The tables of docs/ that say what the code says: arguments, outputs and settings. `make reference` writes them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import typer

from generate.schema import STATES, texts_of
from generate.settings import SETTINGS
from tc_resources.cli.commands import application
from tc_resources.cloud.config import config_key, variable
from tc_resources.dynamic.resource import LimitResource
from tc_resources.limits.fields import Field, described
from tc_resources.limits.names import camel_case

DOCS = Path(__file__).parents[1] / "docs"


def arguments(kind: type[LimitResource]) -> Iterator[str]:
    """A row for each argument: its names in both faces, what it means, its default and what a change of it does."""
    texts = texts_of(kind)
    yield f"| `{kind.__name__}` | in other languages | | default | a change |"
    yield "|---|---|---|---|---|"
    for name, field in described(kind.inputs).items():
        row = (f"`{name}`", f"`{camel_case(name)}`", texts[name].removesuffix("."), _default(field), field.on_change)
        yield f"| {' | '.join(row)} |"


def outputs(kind: type[LimitResource]) -> Iterator[str]:
    """A row for each output that is no argument."""
    texts, given = texts_of(kind), described(kind.inputs)
    yield f"| output of `{kind.__name__}` | in other languages | |"
    yield "|---|---|---|"
    for name in described(STATES[kind]):
        if name not in given:
            yield f"| `{name}` | `{camel_case(name)}` | {texts[name].removesuffix('.')} |"


def settings() -> Iterator[str]:
    """A row for each setting: its key in Pulumi config, its variable, what it means and its default."""
    yield "| config key | variable | | default |"
    yield "|---|---|---|---|"
    for name, (text, default) in SETTINGS.items():
        yield f"| `{config_key(name)}` | `{variable(name)}` | {text} | {default} |"


def commands() -> Iterator[str]:
    """A row for each command: what it is for, and what its exit codes mean."""
    yield "| command | | exit codes |"
    yield "|---|---|---|"
    for name, command in all_commands(typer.main.get_command(application())):
        text = inspect.getdoc(command.callback) or ""
        codes = re.findall(r"^ *(\d+)  +(.+)$", text.partition("Exit codes:")[2], re.MULTILINE)
        told = "<br>".join(f"{code}: {meaning}" for code, meaning in codes)
        yield f"| `tc-resources {name}` | {text.partition('.')[0]} | {told} |"


def all_commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Each command with its name, as it is typed behind `tc-resources`: Click's, which has no public name in Typer."""
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from all_commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _default(field: Field) -> str:
    if field.required:
        return "required"
    return "none" if field.default is None else f"`{field.default}`"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    **{f"arguments of {kind.__name__}": partial(arguments, kind) for kind in STATES},
    **{f"outputs of {kind.__name__}": partial(outputs, kind) for kind in STATES},
    "settings": settings,
    "commands": commands,
}
"""What stands between `<!-- generated: NAME -->` and `<!-- end -->`, by its name."""
PLACE = re.compile(r"(<!-- generated: (.+?) -->\n).*?(?=<!-- end -->)", re.DOTALL)


def written(page: str) -> str:
    """A page with its tables made anew."""
    return PLACE.sub(lambda found: found[1] + "".join(f"{row}\n" for row in TABLES[found[2]]()), page)


if __name__ == "__main__":
    for file in sorted(DOCS.glob("*.md")):
        file.write_text(written(file.read_text(encoding="utf-8")), encoding="utf-8")
