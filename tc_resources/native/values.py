"""Properties as they cross the wire: a Struct in which signatures mark what is secret and what has no value yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from tc_resources.native.protocol import Message, message

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's mark of one
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""A text that has no value yet; so has whatever is one of these."""
UNKNOWNS = frozenset(
    {
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # an array
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)


class Received(NamedTuple):
    """Properties that have a value, without marks; those that have none yet; and which of both are secret."""

    known: dict[str, Any]
    unknown: frozenset[str]
    secret: frozenset[str]


def received(struct: Message) -> Received:
    """What the engine sends."""
    marked = {name: _Marked() for name in struct.fields}
    values = {name: _plain(value, marked[name]) for name, value in struct.fields.items()}
    unknown = frozenset(name for name, marks in marked.items() if marks.unknown)
    secret = frozenset(name for name, marks in marked.items() if marks.secret)
    known = {name: value for name, value in values.items() if name not in unknown and value is not None}
    return Received(known, unknown, secret)


def empty(struct: Message) -> frozenset[str]:
    """The names that come with nothing, as of an output of nothing; a program that leaves a name out sends none."""
    return frozenset(name for name, value in struct.fields.items() if _plain(value, _Marked()) is None)


def sent(known: Mapping[str, Any], secret: Collection[str] = (), unknown: Collection[str] = ()) -> Message:
    """What the engine is to store, or to show at a preview."""
    values = {**known, **dict.fromkeys(unknown, UNKNOWN)}
    struct = message("google.protobuf.Struct")()
    struct.update({name: _sealed(value) if name in secret else value for name, value in values.items()})
    return struct


def _sealed(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET, "value": value}


class _Marked:
    """What is found inside a property."""

    def __init__(self) -> None:
        self.secret = self.unknown = False


def _plain(value: Message, marks: _Marked) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "list_value":
        return [_plain(one, marks) for one in value.list_value.values]
    if kind == "struct_value":
        return _object(value.struct_value.fields, marks)
    plain = None if kind in (None, "null_value") else getattr(value, kind)
    marks.unknown |= plain in UNKNOWNS
    return plain


def _object(fields: Mapping[str, Any], marks: _Marked) -> Any:
    if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET:
        marks.secret = True
        return _plain(fields["value"], marks) if "value" in fields else None
    return {name: _plain(value, marks) for name, value in fields.items()}
