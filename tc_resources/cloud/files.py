"""Reading the small files that hold keys, tokens and authorities: bounded, and never shown."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

from tc_resources.cloud.errors import ConfigError

MAX_SIZE = 1 << 20
"""Bytes."""


def expanded(path: str, home: str) -> Path:
    """A path in which `~` stands for the home directory. Raises ConfigError where there is none."""
    if not path.startswith("~/"):
        return Path(path)
    if not home:
        raise ConfigError(f"{path} cannot be found: HOME is not set.")
    return Path(home, path[2:])


def read(path: Path) -> str | None:
    """The text of a file, None where there is none. Raises ConfigError where it cannot be such a file."""
    try:
        with opened(path, MAX_SIZE) as file:
            return file.read(MAX_SIZE).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is no text in UTF-8.") from None


def opened(path: Path, most: int) -> BinaryIO:
    """A file of `most` bytes at the most; nothing is waited for, as a pipe would be. Raises ConfigError, OSError."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:
        raise ConfigError(f"{path} cannot be read: no such name.") from None
    found = os.fstat(file)
    if stat.S_ISREG(found.st_mode) and found.st_size <= most:
        return os.fdopen(file, "rb")
    os.close(file)
    reason = f"larger than {most >> 20} MB" if stat.S_ISREG(found.st_mode) else "a folder, a pipe or a device"
    raise ConfigError(f"{path} cannot be read: it is {reason}.")


def json_object(path: Path, text: str) -> dict[str, Any]:
    """The JSON object that a file holds."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigError(f"{path} is no JSON.") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{path} holds no JSON object.")
    return content


def text_of(path: Path, content: dict[str, Any], name: str) -> str:
    """A text in a JSON object, "" where it is missing."""
    value = content.get(name)
    if not isinstance(value, str | None):
        raise ConfigError(f"{name} in {path} is no text.")
    return (value or "").strip()
