"""`tc-resources discover`: what exists, whether anybody manages it or not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from enum import Enum
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer

from tc_resources.cli.discovery import import_file, joined, json_array, native, program, stack_config, table, terraform
from tc_resources.cli.discovery.found import Group
from tc_resources.cli.discovery.stack_config import PROJECT, ProjectOption
from tc_resources.cli.discovery.tally import Tally
from tc_resources.cli.ending import fail
from tc_resources.cli.listings import All, Listing, Selection, SubApps, Zones, connect, everything, existing, read
from tc_resources.cli.output import create


class Format(str, Enum):
    """The forms."""

    TABLE = "table"
    JSON = "json"
    PULUMI_IMPORT = "pulumi-import"
    PYTHON = "python"
    TYPESCRIPT = "typescript"
    YAML = "yaml"
    CONFIG = "config"


class Face(str, Enum):
    """The faces; what TypeScript and YAML are written for is the native one."""

    DYNAMIC = "dynamic"
    NATIVE = "native"


Writer = Callable[[Iterable[Group], TextIO], None]
WRITERS: dict[Format, Writer] = {
    Format.TABLE: table.write,
    Format.JSON: json_array.write,
    Format.PULUMI_IMPORT: import_file.write,
    Format.PYTHON: program.write,
    Format.TYPESCRIPT: native.write_typescript,
    Format.YAML: native.write_yaml,
    Format.CONFIG: stack_config.write,
}
NATIVE: dict[Format, Writer] = {Format.PULUMI_IMPORT: native.write_import, Format.PYTHON: program.write_native}
"""What is written in another way for the native face."""
DECLARING = (Format.PULUMI_IMPORT, Format.PYTHON, Format.TYPESCRIPT, Format.YAML, Format.CONFIG)

FormatOption = Annotated[Format, typer.Option("--format", help="Form of the answer.")]
FaceOption = Annotated[Face, typer.Option("--face", help="For which face, of pulumi-import and python.")]
StateOption = Annotated[
    Path | None,
    typer.Option("--from-tfstate", help="What this Terraform state names, with the values that the service has."),
]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Write it to this file, which must not exist yet.")]


def run(
    zone: Zones = None,
    sub_app: SubApps = None,
    all_: All = False,
    from_tfstate: StateOption = None,
    format_: FormatOption = Format.TABLE,
    face: FaceOption = Face.DYNAMIC,
    project: ProjectOption = PROJECT,
    output: OutputOption = None,
) -> None:
    """List the limits, quotas and API tokens that exist, or write what brings them under management.

    \b
    table          for people
    json           an array with a row for each limit, quota and token
    pulumi-import  the file for `pulumi import --generate-code=false --file FILE`
    python         the program that declares what that file imports
    typescript     the same for the native face, in TypeScript
    yaml           the same as a project in YAML
    config         the config block of a stack of the program in stacks/

    \b
    Examples:
      tc-resources discover --all
      tc-resources discover --zone zone-3abcj8tqd --sub-app 200000004
      tc-resources discover --all --format pulumi-import --output import.json
      tc-resources discover --from-tfstate FILE --format python --output limits.py

    \b
    The key comes from TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY. What
    API tokens are is never written: a found one is imported by its digest, and of
    any other a hint on standard error says how to put it into the stack's config.

    \b
    Exit codes:
      0  all is listed
      1  some is not, each with a line on standard error; the rest is
      2  wrong use, or nothing could be listed
    """
    if [bool(zone or sub_app), all_, from_tfstate is not None].count(True) != 1:
        fail("Say what to list: --zone and --sub-app, or --all, or --from-tfstate.", code=2)
    tally = Tally()
    listings = _state(from_tfstate, tally) if from_tfstate else _account(zone, sub_app, tally)
    with closing(tally.groups(listings)) as groups, opened(output) as out:
        write(groups, out, format_, face, project)
    tally.tell_if_empty()
    if format_ in DECLARING:
        tally.tell_secrets(all_=format_ is Format.CONFIG)
    raise typer.Exit(tally.exit_code)


@contextmanager
def opened(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that is made: none that exists is written over."""
    if output is None:
        yield sys.stdout
        return
    with TextIOWrapper(create(output), encoding="utf-8") as file:
        yield file


def write(
    groups: Iterable[Group], out: TextIO, format_: Format, face: Face = Face.DYNAMIC, project: str = PROJECT
) -> None:
    """Write as it comes; on a terminal at the end, since the progress is shown there."""
    writer = NATIVE.get(format_, WRITERS[format_]) if face is Face.NATIVE else WRITERS[format_]
    if format_ is Format.CONFIG:
        writer = partial(stack_config.write, project=project)
    writer(list(groups) if out.isatty() else groups, out)


def _state(file: Path, tally: Tally) -> Iterable[Listing]:
    try:
        stated = terraform.read(file)
    except terraform.StateFileError as error:
        fail(str(error), code=2)
    return joined.Joined(connect(), stated, tally.notice, tally.fail).listings()


def _account(zones: list[str] | None, sub_apps: list[int] | None, tally: Tally) -> Iterable[Listing]:
    client = connect()
    if zones or sub_apps:
        return existing(client, read(client, Selection(sorted(zones or ()), sorted(sub_apps or ()))))
    selection = everything(client)
    for scope, reason in selection.unread:
        tally.fail(f"Listing {scope} failed. {reason}")
    return read(client, Selection(sorted(selection.zones), sorted(selection.sub_apps)))
