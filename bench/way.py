"""The way to the service: how long, and where it is one."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from bench import line


@dataclass(frozen=True)
class Way:
    """`seconds` that the service waits before each answer, or, over a line, that each packet takes each way."""

    seconds: float
    over_line: bool = False

    def __str__(self) -> str:
        milliseconds = f"{self.seconds * 1000:.0f} ms"
        return f"a line of {milliseconds} each way" if self.over_line else milliseconds

    @property
    def missing(self) -> str:
        """What this machine lacks for it; empty where it lacks nothing."""
        return line.missing() if self.over_line else ""

    @property
    def host(self) -> str:
        """Where the service listens."""
        return line.FAR if self.over_line else "127.0.0.1"

    @property
    def latency(self) -> float:
        """Seconds that the service itself waits."""
        return 0 if self.over_line else self.seconds

    def command(self, *command: str) -> list[str]:
        """What runs the service's command at the other end."""
        leading = [sys.executable, "-m", "bench.line", str(self.seconds)] if self.over_line else []
        return [*leading, *command]
