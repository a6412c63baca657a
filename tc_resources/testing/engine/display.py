"""What an operation tells its user: one line a step while it runs, then the diagnostics and the counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone

from tc_resources.testing.engine.resource import Resource

_SYMBOLS = {
    "create": "+ ",
    "update": "~ ",
    "delete": "- ",
    "replace": "+-",
    "create-replacement": "++",
    "delete-replaced": "--",
    "read": "> ",
    "read-replacement": ">~",
    "import": "= ",
    "discard": "< ",
    "discard-replaced": "< ",
    "refresh": "~ ",
    "remove-pending-replace": "~ ",
}


class Display:
    """Collects the output; `on_output` is given each line as it comes. Threads may share it."""

    def __init__(self, stack: Resource, on_output: Callable[[str], object] | None) -> None:
        self.started = datetime.now(timezone.utc)
        self.changes: Counter[str] = Counter()
        self.halted = threading.Event()  # set by the first failure that ends the operation
        self._stack = stack
        self._on_output = on_output
        self._lines: list[str] = []
        self._diagnostics: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    @property
    def text(self) -> str:
        """All lines so far, each with a newline."""
        return "".join(f"{line}\n" for line in self._lines)

    def step(self, op: str, resource: Resource) -> None:
        """Shows that a step begins, unless it changes nothing or is one of the default provider's."""
        if op != "same" and not resource.is_default_provider:
            with self._lock:
                self._print(f" {_SYMBOLS[op]} {resource.type} {resource.name} {op}")

    def count(self, op: str, resource: Resource) -> None:
        """Adds a step to the `changes` that sum up the operation, unless it is one of the default provider's."""
        if not resource.is_default_provider:
            with self._lock:
                self.changes[op] += 1

    def message(self, text: str, resource: Resource | None = None) -> None:
        """A diagnostic of a resource, or of the whole stack."""
        about = resource or self._stack
        with self._lock:
            self._diagnostics.setdefault(f"{about.type} ({about.name})", []).extend(text.rstrip("\n").splitlines())

    def program_says(self, text: str) -> None:
        """What the program logs and prints; once the operation is halted, that is only its dismay at being cut off."""
        if not self.halted.is_set():
            self.message(text)

    def error(self, text: str, resource: Resource | None = None) -> None:
        """A diagnostic of what makes the operation fail."""
        self.message(f"error: {text}", resource)

    def close(self) -> None:
        """Ends the output: all diagnostics by resource, then how many steps of each kind there were."""
        if self._diagnostics:
            self._print("Diagnostics:")
        for about, lines in self._diagnostics.items():
            for line in [f"  {about}:", *(f"    {line}" for line in lines), ""]:
                self._print(line)
        self._print("Resources:")
        for op, count in sorted(self.changes.items()):
            self._print(f"    {_SYMBOLS.get(op, '  ')}{count} {op}")

    def _print(self, line: str) -> None:
        self._lines.append(line)
        if self._on_output:
            self._on_output(line)
