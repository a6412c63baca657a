"""Runs a Pulumi program in a process of its own, as `pulumi-language-python-exec` does."""

from __future__ import annotations

import sys

# This file is started by its path, which must not lead the program's imports here.
if not getattr(sys.flags, "safe_path", False):  # as of Python 3.11
    sys.path.pop(0)

import asyncio
import json
import logging
import os
import runpy
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pulumi
import pulumi.runtime


def main(settings: str, program: str) -> int:
    """Returns the exit code; what went wrong has been logged to the engine then."""
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(pulumi.runtime.Settings(**json.loads(settings)))
    threading.Thread(target=_end_with_the_engine, daemon=True).start()
    sys.argv = [program]
    # A failed program leaves futures behind that nobody awaits: that is how Pulumi programs end, and no news.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(64))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run(program)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception:  # noqa: BLE001 - a program may raise anything
        pulumi.log.error(f"Program failed with an unhandled exception:\n{_traceback(program)}")
        return 32
    finally:
        sys.stdout.flush()
    return 0


def _end_with_the_engine() -> None:
    """Else the program would try without end to reach an engine that was killed."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _run(program: str) -> None:
    runpy.run_path(program, run_name="__main__")


def _traceback(program: str) -> str:
    """The current exception's, from the program's own main file on."""
    main_file = os.path.join(program, "__main__.py") if os.path.isdir(program) else program  # noqa: PTH112, PTH118 - compared with the names of frames
    frames = traceback.extract_tb(sys.exc_info()[2])
    own = next((index for index, frame in enumerate(frames) if frame.filename == main_file), 0)
    return traceback.format_exc(limit=own - len(frames))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
