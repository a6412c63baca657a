"""Reading the small files that hold keys and tokens: bounded, and never shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
        with path.open("rb") as file:
            content = file.read(MAX_SIZE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'no such name'}.") from None
    if len(content) > MAX_SIZE:
        raise ConfigError(f"{path} is larger than 1 MB, which no file with keys is.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is no text in UTF-8.") from None


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
