"""The commands, each under its name: what runs, what documents list and what tests hold to one look."""

from __future__ import annotations

import typer

from tc_resources.cli import about, discover, emulator, new, plugin, status, usage, verify, whoami
from tc_resources.cli.ending import piped

app = typer.Typer(pretty_exceptions_enable=False, no_args_is_help=True)
app.callback()(about.run)
app.command("discover")(piped(discover.run))
app.command("emulator")(emulator.run)
app.command("new")(new.run)
app.add_typer(plugin.app, name="plugin")
app.command("status")(piped(status.run))
app.command("usage")(piped(usage.run))
app.command("verify")(piped(verify.run))
app.command("whoami")(piped(whoami.run))
