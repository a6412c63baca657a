"""Property values, as they cross the wire and as check failures print them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tc_resources.testing.engine import wire
from tc_resources.testing.engine.export import export_state, import_state
from tc_resources.testing.engine.failures import describe
from tc_resources.testing.engine.plugin import Failure
from tc_resources.testing.engine.resource import Resource
from tc_resources.testing.engine.snapshot import Pending

REFERENCE = {wire.SIGNATURE: wire.REFERENCE, "urn": "urn:x", "id": "i"}


def test_properties_survive_the_wire_with_their_whole_numbers_whole() -> None:
    properties = {"a": 1, "b": 1.5, "c": [None, {"d": True}], "e": 2**53, "f": {}, "g": wire.secret("s")}
    assert wire.decode(wire.encode(properties)) == properties
    assert isinstance(wire.decode(wire.encode({"a": 1}))["a"], int)


def test_a_provider_is_given_neither_secrets_nor_references() -> None:
    assert wire.plain({"a": [wire.secret({"b": wire.secret(1)})], "c": REFERENCE}) == {"a": [{"b": 1}], "c": "i"}


def test_outputs_are_as_secret_as_the_inputs_of_their_name() -> None:
    inputs = {"a": [wire.secret(1)], "b": {"c": wire.secret(1), "d": 1}, "e": 1}
    outputs = {"a": [1], "b": {"c": 1, "d": 1}, "e": 1, "f": 1}
    expected = {"a": wire.secret([1]), "b": {"c": wire.secret(1), "d": 1}, "e": 1, "f": 1}
    assert wire.carry_secrets(outputs, inputs) == expected


def test_one_is_not_true() -> None:
    assert not wire.same({"a": 1}, {"a": True})


def test_an_exported_state_has_what_is_put_in_the_place_of_secrets_and_can_be_imported_again() -> None:
    inputs = {"a": wire.secret("s3cret"), "b": [{"c": wire.secret(["s3cret"])}], "d": 1}
    resource = Resource("urn:pulumi:dev::toy::t:T::r1", "t:T", custom=True, inputs=inputs, dependencies=["urn"])
    exported = export_state([resource], [Pending(resource, "updating")], lambda text: text[::-1])
    assert "s3cret" not in json.dumps(exported)
    assert exported["resources"][0]["inputs"]["a"] == {wire.SIGNATURE: wire.SECRET, "ciphertext": '"terc3s"'}
    [again], [pending] = import_state(exported, lambda text: text[::-1])
    assert (vars(again), vars(pending.resource), pending.type) == (vars(resource), vars(resource), "updating")


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (7, "{7}"),
        (0, "{0}"),
        (0.5, "{0.5}"),
        (100000, "{100000}"),
        (1234567, "{1.234567e+06}"),
        (2000000, "{2e+06}"),
        (0.00001, "{1e-05}"),
        (-3, "{-3}"),
        (True, "{true}"),
        (None, "{<nil>}"),
        ("text", "{text}"),
        ([1, "a"], "{[{1} {a}]}"),
        ({"b": 1, "a": 2}, "{map[a:{2} b:{1}]}"),
        (wire.secret("s3cret"), "{&{{s3cret}}}"),
        (wire.UNKNOWN, "{{{}}}"),
    ],
)
def test_values_are_printed_as_go_prints_them(value: Any, printed: str) -> None:
    resource = Resource("urn:pulumi:dev::toy::t:T::r1", "t:T", custom=True, inputs={"x": value})
    text = describe(Failure("x", "bad x"), resource)
    assert text == f"t:T resource 'r1': property x value {printed} has a problem: bad x"
