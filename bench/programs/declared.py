"""What the program beside this file declares: the inputs of each limit and of each quota."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_inputs = json.loads(Path(__file__).with_name("inputs.json").read_text(encoding="utf-8"))

LIMITS: list[dict[str, Any]] = _inputs["limits"]
QUOTAS: list[dict[str, Any]] = _inputs["quotas"]
