"""What the package offers, for the engine and for the code that is generated of it: made by `make schema`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("schema.json")


@cache
def schema() -> str:
    """The schema as JSON."""
    return FILE.read_text(encoding="utf-8")


@cache
def version() -> str:
    """The package's version, which its metadata has too where it was installed."""
    return str(json.loads(schema())["version"])
