"""What is compared: something that brings settings to the service and keeps them as they are declared."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bench.service import Account
from bench.workload import Inputs

UP = "up"
NO_CHANGE = "no-change up"
PREVIEWED = "no-change up, previewed"
REFRESH = "refresh"
UPDATE = "update"
DESTROY = "destroy"
OPERATIONS = (UP, NO_CHANGE, PREVIEWED, REFRESH, UPDATE, DESTROY)
"""In the order in which they are measured."""


class Contender(Protocol):
    """One of those compared, with nothing at the service yet."""

    process: str
    """What the command line of its provider process has."""

    @property
    def operations(self) -> Sequence[str]:
        """Those of OPERATIONS that it has."""

    def declare(self, inputs: Inputs) -> None:
        """Let the next up bring these about."""

    def run(self, operation: str) -> None:
        """Raises RuntimeError where it fails."""

    def state_bytes(self) -> float | None:
        """Of a resource, on average, in the exported state; None where it keeps none."""


def environment(account: Account) -> dict[str, str]:
    """The variables by which a process reaches the service."""
    return {
        "TENCENTCLOUD_ENDPOINT": account.url,
        "TENCENTCLOUD_ALLOW_PLAIN_HTTP": "true",
        "TENCENTCLOUD_SECRET_ID": account.secret_id,
        "TENCENTCLOUD_SECRET_KEY": account.secret_key,
    }


def execute(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> str:
    """Run a command; what it printed."""
    done = subprocess.run(  # noqa: S603 - contenders write the command
        command,
        cwd=folder,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}")
    return done.stdout
