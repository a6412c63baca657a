"""`tc-resources emulator`: the two services on loopback, until it is stopped."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from tc_resources.cli.ending import fail, missing
from tc_resources.cli.numbers import parsed


def run(
    host: Annotated[str, typer.Option(help="The address to listen on, one of loopback.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8402,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Listen where other machines, too, can reach it and use its key.")
    ] = False,
    state: Annotated[Path | None, typer.Option(help="SQLite file that keeps the state; in memory without it.")] = None,
    secret_id: Annotated[str, typer.Option(help="The secret id that it knows.")] = "AKIDEMULATOR",  # noqa: S107 - it opens the emulator only
    secret_key: Annotated[str, typer.Option(help="The key of that secret id.")] = "emulator-secret-key",  # noqa: S107 - it opens the emulator only
    latency: Annotated[float, typer.Option(min=0, help="Seconds before each answer.")] = 0.0,
    lag: Annotated[
        float | None, typer.Option(min=0, max=600, help="Seconds until a listing shows a change of a quota.")
    ] = None,
    behaviour: Annotated[
        Path | None, typer.Option(help="JSON of how the services behave where their documents leave it open.")
    ] = None,
) -> None:
    """Serve the two Tencent Cloud services on loopback, until it is stopped.

    The first line printed is their URL.

    \b
    Examples:
      tc-resources emulator
      tc-resources emulator --port 0 --state FILE --behaviour report.json

    \b
    Exit codes:
      0  stopped by Ctrl-C or SIGTERM
      1  the port or the state file cannot be used
      2  wrong use
    """
    try:
        from tc_resources.testing.emulator import Behaviour, Emulator, NotLoopbackError
    except ModuleNotFoundError:
        missing("emulator")
    try:
        chosen = Behaviour.from_report(parsed(behaviour.read_bytes()) if behaviour else {})
    except (OSError, ValueError) as error:
        fail(f"The behaviour {behaviour} cannot be used: {error}", code=2)
    stopped = Event()
    with ExitStack() as stack:
        for number in (signal.SIGINT, signal.SIGTERM):
            stack.callback(signal.signal, number, signal.signal(number, lambda *_: stopped.set()))
        try:
            emulator = Emulator(
                host=host,
                port=port,
                allow_remote=allow_remote,
                state=state,
                secret_id=secret_id,
                secret_key=secret_key,
                latency=latency,
                behaviour=chosen if lag is None else replace(chosen, quota_lag=lag),
            )
            stack.enter_context(emulator)
        except NotLoopbackError as error:
            fail(str(error), code=2)
        except OSError as error:
            fail(f"Port {port} of {host} cannot be used: {error.strerror}.")
        except sqlite3.Error as error:
            fail(f"The state file {state} cannot be used: {error}.")
        print(emulator.url, flush=True)
        stopped.wait()
