"""What a run was measured on."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil


def machine() -> dict[str, str]:
    """The machine's size and the versions of what was measured."""
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "cpu": _cpu(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "pulumi SDK": version("pulumi"),
        "pulumi CLI": _printed("pulumi", "version"),
        "terraform": _printed("terraform", "version"),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.*)", info.read_text(encoding="utf-8")) if info.exists() else None
    return named[1] if named else platform.processor()


def _printed(*command: str) -> str:
    """The first line that a command prints."""
    if shutil.which(command[0]) is None:
        return "none"
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]  # noqa: S603 - written above
