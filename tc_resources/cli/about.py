"""`tc-resources` itself: its version and what its commands are for."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer


def _show(wanted: bool) -> None:
    if wanted:
        print(f"tc-resources {version('tc-resources')}")
        raise typer.Exit


def run(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show, help="Show the version, and end.")
    ] = False,
) -> None:
    """Tencent Cloud limits as Pulumi resources."""
