"""Whether all that can be drawn was drawn, by what the drawing itself is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.model import machine  # noqa: F401 - its steps are known once it is
from tests.model.axes import FAULTS, HAPPENINGS, MODES
from tests.model.steps import STEPS
from tests.model.tally import drawn_for, happening, pair, step_of


def groups() -> dict[str, dict[str, str]]:
    """For each axis the key of each alternative in a tally, by its name."""
    axes = {
        f"{step}, {key}": {name: drawn_for(step, f"{key}: {name}") for name in axis.names}
        for step, drawn in STEPS.items()
        for key, axis in drawn.items()
    }
    pairs = {f"met by {mode}": {fault: pair(mode, fault) for fault in FAULTS} for mode in MODES}
    return {
        "steps": {step: step_of(step) for step in STEPS},
        **axes,
        "happened": {what: happening(what) for what in HAPPENINGS},
        **pairs,
    }


def table(tally: Mapping[str, int]) -> Iterator[str]:
    """A line for each axis, with how often each of its alternatives was drawn."""
    for axis, keys in groups().items():
        yield f"{axis}: {', '.join(f'{name} x{tally.get(key, 0)}' for name, key in keys.items())}"


def undrawn(tally: Mapping[str, int]) -> list[str]:
    """The alternatives that were never drawn, each behind its axis."""
    return [f"{axis}: {name}" for axis, keys in groups().items() for name, key in keys.items() if not tally.get(key)]
