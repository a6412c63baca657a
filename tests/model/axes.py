"""What the model draws: each axis with all its alternatives, of which alone it is drawn, and what may happen then.

An axis has a strategy, the names of its alternatives, and the names of those that a drawn value is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from hypothesis import strategies as st

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator import AnswerLost, ErrorCode, Html, RequestLost, Slow
from tc_resources.testing.emulator.faults import Kind
from tests.model import behaviours


class Axis(Protocol):
    """One thing that is drawn."""

    @property
    def strategy(self) -> st.SearchStrategy[Any]: ...
    @property
    def names(self) -> list[str]: ...
    def shown(self, value: Any) -> Iterator[str]: ...


def name_of(value: object) -> str:
    """How it is told among the alternatives."""
    return value.code if isinstance(value, ErrorCode) else repr(value)


class Choice:
    """One of these; one that is named twice is drawn twice as often."""

    def __init__(self, *alternatives: object) -> None:
        self.alternatives: tuple[Any, ...] = tuple(dict.fromkeys(alternatives))
        self.strategy: st.SearchStrategy[Any] = st.sampled_from(alternatives)
        self.names = list(map(name_of, self.alternatives))

    def shown(self, value: object) -> Iterator[str]:
        yield name_of(value)


class Row:
    """A value of each column, in a tuple of its own kind."""

    def __init__(self, kind: Callable[..., tuple[Any, ...]] = lambda *values: values, **columns: Choice) -> None:
        self.columns = columns
        self.strategy = st.builds(kind, *(axis.strategy for axis in columns.values()))
        self.names = [f"{column} {name}" for column, axis in columns.items() for name in axis.names]

    def shown(self, value: tuple[Any, ...]) -> Iterator[str]:
        for (column, axis), part in zip(self.columns.items(), value, strict=True):
            yield from (f"{column} {name}" for name in axis.shown(part))


class Many:
    """A list of such values; with `unique` no two of them begin with the same."""

    def __init__(self, axis: Choice | Row, least: int, most: int, *, unique: bool = False) -> None:
        self.axis, self.names = axis, axis.names
        first = (lambda row: row[0]) if unique else None
        self.strategy = st.lists(axis.strategy, min_size=least, max_size=most, unique_by=first)

    def shown(self, value: list[Any]) -> Iterator[str]:
        for part in value:
            yield from self.axis.shown(part)


class Ways:
    """How the services behave, as the properties that are not as by default."""

    strategy = st.integers(0, 2**32).map(behaviours.drawn)

    @property
    def names(self) -> list[str]:
        return [
            f"{known.name} {value!r}"
            for known in Behaviour.fields()
            if known.name not in behaviours.UNDRAWN
            for value in behaviours.alternatives(known.name)
        ]

    def shown(self, value: dict[str, Any]) -> Iterator[str]:
        chosen = behaviours.choices(Behaviour(**value)).items()
        yield from (f"{name} {what!r}" for name, what in chosen if name not in behaviours.UNDRAWN)


class Surroundings(NamedTuple):
    """The machine of a case."""

    host: str = "127.0.0.1"
    """How the stack spells the loopback address; its explicit instances spell it in the other way."""
    encoding: str = "utf-8"
    """Of what the processes print."""
    flags: bool = False
    """Whether flags of the engine's own stand before its address."""
    pause: float = 0.0
    """Seconds that each change before an operation takes: nothing, or all together longer than a listing lags."""


USUAL = Surroundings()
SURROUNDINGS = Row(
    Surroundings,
    host=Choice("127.0.0.1", "localhost"),
    encoding=Choice("utf-8", "latin-1"),
    flags=Choice(False, True),
    pause=Choice(0.0, 9.0),
)

PICKS = Choice(*range(10))
ONE_OR_ALL = Choice(*[None] * 10, *range(10))
VALUES = Choice(100, 250, 500)
"""Good for Mbps, images, seconds and tokens, and few, so that two are often the same."""
ANY_VALUE = Choice(None, None, None, 100, 250, 500)
EITHER = Choice(False, True)
CLOCKS = Choice(-120.0, 0.0, 120.0)
"""Seconds that the machine's clock is ahead of the service's: more than what one may differ from the other."""
SOMETIMES = Choice(False, False, False, True)
HEEDINGS = Choice(None, "override", "satisfy")
"""Whether the user has seen at a preview what an up would refuse, and what they did about it."""
PERIODS = Choice(None, "2026-11", "2026-12", "2027-01")
INSTANCES = Choice(None, "first", "second")

WRITES = ("ModifyPrefetchOriginLimit", "CreateAigcQuota", "ModifyAigcQuota", "DeleteAigcQuota")
READS = ("DescribePrefetchOriginLimit", "DescribeAigcQuotas")
ACTIONS = Choice(*WRITES, *WRITES, *READS)
CODES = ("InternalError", "RequestLimitExceeded", "FailedOperation.DBError", "ResourceUnavailable")
LOST = (AnswerLost(), AnswerLost(), RequestLost(), Html(503), Html(200))
PASSING = Choice(*LOST, *LOST, *map(ErrorCode, CODES), Slow(0.02))
UNCLEAR = Choice(AnswerLost(), AnswerLost(), RequestLost(), ErrorCode("InternalError"))
LASTING = ("UnauthorizedOperation.CamUnauthorized", "ResourceNotFound.UserNotExist", "FailedOperation")
MISLEADING = ("InvalidParameterValue", "ResourceNotFound", "FailedOperation.PrefetchOriginLimitNotFound")
REFUSALS = Choice(*LASTING, *MISLEADING)
MAYBE_REFUSED = Choice(*[None] * 3, *REFUSALS.alternatives)
FEW = Choice(1, 2, 3)
ENGINES = ("engine", "both")
VICTIMS = Choice("provider", "provider", *ENGINES, "engine")
MOMENTS = Choice("before", "after")
SPOILERS = Choice(None, None, None, "foreign", "full")
"""How the folder is spoilt that the processes of a run share."""

MODES = (
    "preview",
    "preview --refresh",
    "up",
    "up --refresh",
    "up --replace",
    "up --continue-on-error",
    "up --target",
    "up --exclude",
    "refresh",
    "destroy",
)


def mode_of(operation: str, options: Mapping[str, Any]) -> str:
    """An operation with the flag that makes it another one."""
    flags = ("replace", "target", "exclude", "continue_on_error", "refresh")
    given = [f" --{flag.replace('_', '-')}" for flag in flags if options.get(flag)]
    return "".join([operation, *given[:1]])


class Death(NamedTuple):
    """Of whom, and for a provider whether before a call or after it."""

    who: str
    moment: str = "before"

    @property
    def name(self) -> str:
        return f"provider killed {self.moment} a call" if self.who == "provider" else f"{self.who} killed"


class Spoiling(NamedTuple):
    """Of the folder that the processes of a run share."""

    kind: str

    @property
    def name(self) -> str:
        return f"folder {self.kind}"


Trouble = Kind | Death | Spoiling
FAULTS: dict[str, Trouble] = {
    **{name_of(kind): kind for kind in PASSING.alternatives},
    **{code: ErrorCode(code) for code in (*LASTING, *MISLEADING)},
    **{death.name: death for death in (*(Death("provider", it) for it in MOMENTS.alternatives), *map(Death, ENGINES))},
    **{spoiling.name: spoiling for spoiling in map(Spoiling, filter(None, SPOILERS.alternatives))},
}
"""What an operation may meet."""
HAPPENINGS = (
    "others act in the middle of a run",
    "others act behind a throttled write",
    "readings are slow",
    "Mbps out of range set by others",
    "an odd row is there",
    "pages shift",
    "a listing overlooks what is there",
    "a listing of quotas overlooks what is there",
    "an identity is unknown before the run",
    "an orphan is beside the next run",
    "an id and inputs of two settings",
    "something is left missing",
    "refused: duplicate",
    "refused: conflict",
    "refused: below usage",
    "refused: value",
    "refused: ending",
    "refused: part",
)
"""What comes of the draws, and is to come of them."""
