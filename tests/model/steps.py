"""The steps of the machine: rules of Hypothesis's that take axes, and of which each draw is counted."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from hypothesis import stateful

from tests.model import tally
from tests.model.axes import Axis

STEPS: dict[str, Mapping[str, Axis]] = {}
"""What is drawn for each step that there is, by the names of its arguments."""


class Teller(Protocol):
    """Whoever takes the steps."""

    story: list[str]
    changes: int

    def told(self) -> AbstractContextManager[None]: ...


Rule = TypeVar("Rule", bound=Callable[..., None])
Decorator = Callable[..., Callable[[Rule], Rule]]


def step(function: Rule, axes: Mapping[str, Axis]) -> Rule:
    """Counts the step and what is drawn for it, and writes it down as a line of the program that repeats this run."""
    name = function.__name__
    STEPS[name] = axes

    @functools.wraps(function)
    def taken(self: Teller, **drawn: Any) -> None:
        tally.stepped(name, (found for key, value in drawn.items() for found in shown(key, axes[key], value)))
        self.story.append(f"machine.{name}({', '.join(f'{key}={value!r}' for key, value in drawn.items())})")
        self.changes += 1
        with self.told():
            function(self, **drawn)

    return taken  # type: ignore[return-value]


def shown(key: str, axis: Axis, value: Any) -> list[str]:
    return [f"{key}: {name}" for name in axis.shown(value)]


def drawing(decorate: Decorator[Rule]) -> Decorator[Rule]:
    """Of a decorator for rules that takes strategies one that takes axes, and counts the steps."""

    def decorator(**axes: Axis) -> Callable[[Rule], Rule]:
        ruled = decorate(**{key: axis.strategy for key, axis in axes.items()})
        return lambda function: ruled(step(function, axes))

    return decorator


initialize, rule = drawing(stateful.initialize), drawing(stateful.rule)
