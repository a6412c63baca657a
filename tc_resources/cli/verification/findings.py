"""What was found out, what was not and why: together, the report."""

from __future__ import annotations

from typing import Any

from tc_resources.behaviour.behaviour import Behaviour

NEVER = {
    "below_usage": "it would take tasks that use a quota up",
    "modified_usage": "it would take tasks that use a quota up",
    "shuffle_seed": "it is the emulator's own",
    "throttled_counts": "it would take more requests than the service allows",
    "missing_token": "it would take a request that is signed wrongly",
    "wrong_token": "it would take a request that is signed wrongly",
}
"""What is not asked of anybody's account."""


class UnmeasuredError(Exception):
    """A question has no answer; the text says why, behind "not measured:"."""


class Findings:
    """The values of the properties that were measured, and a note on each of the others."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.notes: dict[str, str] = {name: f"not measured: {why}" for name, why in NEVER.items()}
        self._known = {known.name: known for known in Behaviour.fields()}

    def found(self, name: str, value: object) -> None:
        """Note what was measured; a value that is not among the alternatives is told as a note."""
        if self._known[name].alternatives.admits(value):
            self.values[name] = value
            self.notes.pop(name, None)
        else:
            self.notes[name] = f"not measured: the answer was {value}, which is none of the alternatives"

    def unmeasured(self, name: str, why: str) -> None:
        """Note why a property was not measured, unless it was, or another reason is noted."""
        if name not in self.values:
            self.notes.setdefault(name, f"not measured: {why}")

    def report(self) -> dict[str, dict[str, Any]]:
        """Every property with its value and standing, as `Behaviour.from_report` takes it, and the notes."""
        rows = Behaviour(**self.values, measured=frozenset(self.values)).as_report()  # type: ignore[arg-type]
        return {name: {**row, "note": self.notes[name]} if name in self.notes else row for name, row in rows.items()}
