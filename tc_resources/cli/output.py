"""The file of `--output`: one that is made, and none that is there already."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from tc_resources.cli.ending import fail


def create(path: Path) -> BinaryIO:
    """The file, empty. Ends with exit code 2 where it cannot be made, or is there."""
    try:
        return path.open("xb")
    except OSError as error:
        fail(f"{path} cannot be made: {error.strerror}.", code=2)
