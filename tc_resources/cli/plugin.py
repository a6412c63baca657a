"""`tc-resources plugin`: this installation as the plugin of the native face."""

from __future__ import annotations

import io
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from tc_resources.cli.ending import fail, missing
from tc_resources.cli.output import create
from tc_resources.native.schema import version
from tc_resources.native.tokens import PACKAGE

app = typer.Typer(no_args_is_help=True, help="The plugin, for programs in every language.")

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", help="Write the archive to this file, which must not exist yet; install nothing."),
]


@app.command("install")
def install(output: OutputOption = None) -> None:
    """Install the plugin that programs in every language use: a script that starts this Python.

    \b
    Then `pulumi package add tc-resources` in a project writes the code for its
    language. Run it again after an upgrade; no network is needed.

    \b
    Examples:
      tc-resources plugin install
      tc-resources plugin install --output plugin.tar.gz

    \b
    Exit codes:
      0  installed, or written
      1  the pulumi CLI did not take it
      2  wrong use, there is no pulumi on PATH, or the file cannot be made
    """
    _demand_grpc()
    if output:
        with create(output) as file:
            file.write(archive(sys.executable))
        return
    pulumi = shutil.which("pulumi")
    if not pulumi:
        fail("There is no pulumi on PATH, into whose plugins it would be installed.", code=2)
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder, "plugin.tar.gz")
        packed.write_bytes(archive(sys.executable))
        command = [pulumi, "plugin", "install", "resource", PACKAGE, version(), "--reinstall", "-f", str(packed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the user's CLI, and our words
    if done.returncode:
        fail(f"pulumi plugin install failed: {' '.join((done.stderr or done.stdout).split())}", code=1)
    print(f"The plugin {PACKAGE} {version()} is installed; {sys.executable} serves it.")


def archive(python: str) -> bytes:
    """What `pulumi plugin install --file` takes: a script that starts `python`."""
    script = f'#!/bin/sh\nexec {shlex.quote(python)} -m tc_resources.native "$@"\n'.encode()
    entry = tarfile.TarInfo(f"pulumi-resource-{PACKAGE}")
    entry.size, entry.mode = len(script), 0o755
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.addfile(entry, io.BytesIO(script))
    return packed.getvalue()


def _demand_grpc() -> None:
    try:
        found = all(map(find_spec, ("grpc", "google.protobuf")))
    except ModuleNotFoundError:  # of google, which is a package of packages
        found = False
    if not found:
        missing("native")
