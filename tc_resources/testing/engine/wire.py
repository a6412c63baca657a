"""Property values as Pulumi sends them: JSON in which secrets, unknowns and references to resources are marked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

Properties: TypeAlias = dict[str, Any]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark of Pulumi's protocol
REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def decode(message: Struct) -> Properties:
    """The properties of a message, its whole numbers as int."""
    properties: Properties = _map_numbers(MessageToDict(message))
    return properties


def _map_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _map_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_map_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def encode(properties: Mapping[str, Any]) -> Struct:
    """A message with these properties, in which all numbers are floating-point ones."""
    message = Struct()
    message.update(properties)
    return message


def secret(value: Any) -> Any:
    """The value marked as a secret, once."""
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def is_secret(value: Any) -> bool:
    """Whether the value as a whole is marked as a secret."""
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def has_secret(value: Any) -> bool:
    """Whether the value, or any part of it, is marked as a secret."""
    return _any(value, is_secret)


def has_unknown(value: Any) -> bool:
    """Whether the value, or any part of it, is one that only an up can tell."""
    return _any(value, lambda item: bool(item == UNKNOWN))


def _any(value: Any, matches: Callable[[Any], bool]) -> bool:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return matches(value) or any(_any(child, matches) for child in children)


def same(left: Any, right: Any) -> bool:
    """Whether both are the same JSON; Python alone would take 1 for true."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def plain(value: Any, *, secrets: bool = False) -> Any:
    """The value as a provider that accepts no references is given it: an id for a resource; and no `secrets`' marks."""
    if is_secret(value):
        inner = plain(value["value"], secrets=secrets)
        return secret(inner) if secrets else inner
    if isinstance(value, list):
        return [plain(item, secrets=secrets) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == REFERENCE:
        return value.get("id", value["urn"]) or UNKNOWN
    return {key: plain(item, secrets=secrets) for key, item in value.items()}


def known(properties: Properties) -> Properties:
    """The properties without those that are unknown."""
    return {key: value for key, value in properties.items() if not has_unknown(value)}


def carry_secrets(outputs: Properties, inputs: Properties) -> Properties:
    """The outputs, each marked as a secret where the input of the same name holds one."""
    carried = dict(outputs)
    for key in outputs.keys() & inputs.keys():
        if _is_object(outputs[key]) and _is_object(inputs[key]):
            carried[key] = carry_secrets(outputs[key], inputs[key])
        elif has_secret(inputs[key]):
            carried[key] = secret(outputs[key])
    return carried


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and SIGNATURE not in value
