"""What the state of the model's stack says of its resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tc_resources.limits.names import snake_case
from tests.model.expected import NO_CAP
from tests.model.things import PACKAGES, TYPES, Declared, Identity, Loss, Managed


def urn(row: Declared | Managed) -> str:
    """What the engine calls a resource."""
    return f"urn:pulumi:dev::model::{TYPES[row.face]}:{row.identity.kind}::{row.name}"


def instance_urn(face: str, name: str) -> str:
    """Of an explicit instance."""
    return f"urn:pulumi:dev::model::pulumi:providers:{PACKAGES[face]}::{name}"


def managed(row: dict[str, Any], identities: Sequence[Identity]) -> Managed:
    of_type, _, kind = row["type"].rpartition(":")
    outputs = {snake_case(name): value for name, value in row["outputs"].items()}
    known = {(identity.kind, identity.id): identity for identity in identities}
    if (kind, row["id"]) not in known:
        raise Loss(f"{row['urn']} has an id of another form: {row['id']}")
    return Managed(
        row["urn"].rpartition("::")[2],
        known[kind, row["id"]],
        outputs.get(Declared.VALUE[kind], NO_CAP),
        outputs.get("reset_limit"),
        outputs.get("period"),
        outputs.get("baseline_limit"),
        leaving=row.get("delete", False),
        face=next(face for face, type_ in TYPES.items() if type_ == of_type),
    )
