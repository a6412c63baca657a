"""A resource's properties, described once: what each may be and what its change means. Check and diff follow from it.

An inputs class is a frozen dataclass whose annotations carry a `Field`; a state class adds what else is stored. Values
cross the engine as JSON, so whole numbers arrive as floats and a description puts them right again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from functools import cache
from ipaddress import ip_address
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_type_hints

from tc_resources.limits.errors import IncompleteError, MalformedError

MAX_WHOLE = 2**53 - 1
"""The largest number that the engine carries without rounding it."""

Props = TypeVar("Props")


@dataclasses.dataclass(frozen=True)
class Field:
    """One property. `parse` returns the normal form of a value or raises ValueError with what it must be.

    What rotates replaces the resource when it changes from one value to another, and updates it otherwise. What is
    `kept` is an output that no update changes. What `narrows` may be left out, but not by an output of nothing.
    """

    parse: Callable[[Any], Any]
    on_change: Literal["replaces", "rotates", "updates", "ignored"]
    secret: bool = False
    kept: bool = False
    narrows: bool = False
    required: bool = True
    default: Any = None
    is_number: bool = False


class TextError(ValueError):
    """A text where a number is wanted, as the config of a stack gives it unless asked for a number."""


class Failure(NamedTuple):
    """Why an input is refused; `property` is empty where naming it would make the engine print a secret."""

    property: str
    reason: str


def never_empty(inputs: type) -> list[str]:
    """The optional inputs without which it would be another setting, or open to all: no output of them may be empty."""
    fields = described(inputs).items()
    return [name for name, field in fields if not field.required and (field.on_change == "replaces" or field.narrows)]


@cache
def described(props: type) -> dict[str, Field]:
    """The fields of an inputs or state class in their order."""
    hints = get_type_hints(props, include_extras=True)
    fields = {}
    for declared in dataclasses.fields(props):
        type_, field = get_args(hints[declared.name])[:2]
        optional = declared.default is not dataclasses.MISSING
        fields[declared.name] = dataclasses.replace(
            field,
            required=not optional,
            default=declared.default if optional else None,
            is_number=int in (type_, *get_args(type_)),
        )
    return fields


def check(
    inputs: type,
    props: Mapping[str, Any],
    unknown: Collection[str] = (),
    argument: Callable[[str], str] = str,
    number: str = "",
) -> tuple[dict[str, Any], list[Failure]]:
    """The inputs in normal form, defaults left out, and all that is wrong; names in `unknown` have no value yet.

    `argument` says how the user writes a name, `number` what to do about a text where a number is wanted.
    """
    fields, kind = described(inputs), inputs.__name__.removesuffix("Args")
    failures = [Failure(name, f"is not a property of {kind}") for name in props if name not in fields]
    normal: dict[str, Any] = {}
    for name, field in fields.items():
        value = props.get(name)
        if value is None:
            if field.required and name not in unknown:
                failures.append(Failure(name, "is required"))
            continue
        try:
            normal[name] = field.parse(value)
        except ValueError as error:
            told = f"{error}{number}" if isinstance(error, TextError) else str(error)
            failures.append(Failure("", f"{argument(name)}: {told}") if field.secret else Failure(name, told))
    return _without_defaults(fields, normal), failures


def changes(inputs: type, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The names of the inputs that changed, and those among them whose change replaces the resource."""
    fields = {name: field for name, field in described(inputs).items() if field.on_change != "ignored"}
    changed = [name for name, field in fields.items() if _normal(field, old.get(name)) != _normal(field, new.get(name))]
    return changed, [name for name in changed if _replaces(fields[name], old.get(name), new.get(name))]


def _replaces(field: Field, old: Any, new: Any) -> bool:
    return field.on_change == "replaces" or (field.on_change == "rotates" and None not in (old, new))


def identity(inputs: type, props: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The normal form of what tells a resource from others, None where a value is not what it must be."""
    fields = {name: field for name, field in described(inputs).items() if field.on_change == "replaces"}
    try:
        return tuple(None if props.get(name) is None else field.parse(props[name]) for name, field in fields.items())
    except ValueError:
        return None


def load(kind: type[Props], props: Mapping[str, Any]) -> Props:
    """The inputs or the state that the engine has stored or checked. Raises IncompleteError and MalformedError."""
    fields = described(kind)  # type: ignore[arg-type]  # a class is hashable, whatever its type
    values = {name: value for name, value in normal(kind, props).items() if name in fields and value is not None}
    missing = [name for name, field in fields.items() if field.required and name not in values]
    if missing:
        raise IncompleteError(missing)
    return kind(**values)


def stored(state: Any) -> dict[str, Any]:
    """What the engine stores of a state: what is not as it is by default."""
    kind: Any = type(state)
    return _without_defaults(described(kind), dataclasses.asdict(state))


def _without_defaults(fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if fields[name].required or value != fields[name].default}


def normal(kind: type, props: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine has stored, in normal form as far as it has one; what is not described stays as it is.

    Raises MalformedError where a number is none.
    """
    fields = described(kind)
    values = {name: _normal(fields[name], value) if name in fields else value for name, value in props.items()}
    numbers = {name: value for name, value in values.items() if name in fields and fields[name].is_number}
    malformed = [name for name, value in numbers.items() if not isinstance(value, (int, float, type(None)))]
    if malformed:
        raise MalformedError(malformed)
    return values


def _normal(field: Field, value: Any) -> Any:
    """A value that somebody has stored: another number than an input may have, or one that was written as text."""
    try:
        return value if value is None else field.parse(value)
    except TextError:
        return int(value) if value.isdecimal() else value
    except ValueError:
        return int(value) if isinstance(value, float) and value.is_integer() else value


def whole(lowest: int, highest: int, unit: str) -> Callable[[Any], int]:
    """A whole number within bounds, both included."""

    def parse(value: Any) -> int:
        wanted = f"must be a whole number from {lowest} to {highest} ({unit})"
        if isinstance(value, str):
            raise TextError(f"is text and {wanted}")
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not lowest <= value <= highest or value != int(value):
            raise ValueError(wanted)
        return int(value)

    return parse


def storable(number: int) -> int:
    """The number, or the largest one that the engine stores as it is."""
    return min(number, MAX_WHOLE)


def one_of(*names: str) -> Callable[[Any], str]:
    """One of a few names, spelt exactly."""

    def parse(value: Any) -> str:
        if value not in names:
            raise ValueError(f"must be one of {', '.join(names)}")
        return str(value)

    return parse


def addresses(value: Any) -> list[str]:
    """IP addresses, each once and in order."""
    if not isinstance(value, (list, tuple)) or not value:
        raise ValueError("must be a list of one IP address at least; without it, any address will do")
    try:
        return sorted({str(ip_address(one)) for one in value if _is_text(one)})
    except ValueError:
        raise ValueError("must have IP addresses such as 203.0.113.7, and no networks") from None


def _is_text(value: object) -> bool:
    if not isinstance(value, str):  # a number is an address to the library
        raise ValueError("no text")
    return True


def flag(value: Any) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value
