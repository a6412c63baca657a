"""What a Terraform state says of the vendor's three resources. The whole state is read into memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tc_resources.cli.numbers import parsed, whole
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress, TokenAddress, TokenIdentity
from tc_resources.cloud.parser import domain

VERSION = 4
"""The format that Terraform has written since 0.12, and OpenTofu too."""
LIMIT = "tencentcloud_teo_prefetch_origin_limit"
QUOTA = "tencentcloud_vod_aigc_quota"
TOKEN = "tencentcloud_vod_aigc_api_token"  # noqa: S105 - the name of a resource


class StateFileError(Exception):
    """The file cannot be read as a Terraform state; the text says why, in one line."""


@dataclass(frozen=True)
class Stated:
    """What a state says is there: limits by Mbps, quotas by their caps, and API tokens."""

    limits: Mapping[LimitIdentity, int]
    quotas: Mapping[QuotaAddress, int]
    tokens: frozenset[TokenIdentity] = frozenset()


def read(file: Path) -> Stated:
    """What the state says of the vendor's resources. Raises StateFileError."""
    state = _load(file)
    try:
        return Stated(dict(_limits(state)), dict(_quotas(state)), frozenset(_tokens(state)))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _no_state(file) from None


def _load(file: Path) -> dict[str, Any]:
    try:
        state = parsed(file.read_bytes())
    except OSError as error:
        raise StateFileError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise _no_state(file) from None
    if not isinstance(state, dict) or not isinstance(state.get("version"), int):
        raise _no_state(file)
    if state["version"] != VERSION:
        raise StateFileError(f"{file} is a Terraform state of version {state['version']}; version {VERSION} is read.")
    return state


def _no_state(file: Path) -> StateFileError:
    return StateFileError(f"{file} is no Terraform state of a form that is read. `terraform state pull` prints one.")


def _limits(state: Mapping[str, Any]) -> Iterator[tuple[LimitIdentity, int]]:
    for row in _rows(state, LIMIT):
        yield LimitIdentity(row["zone_id"], _normal(row["domain_name"]), row["area"]), whole(row["bandwidth"])


def _normal(name: str) -> str:
    with suppress(ValueError):  # what is no domain is left as it is, for the service to know nothing of
        return domain(name)
    return name


def _quotas(state: Mapping[str, Any]) -> Iterator[tuple[QuotaAddress, int]]:
    for row in _rows(state, QUOTA):
        address = QuotaAddress(whole(row["sub_app_id"]), row["quota_type"], row.get("api_token") or None)
        yield address, whole(row["quota_limit"])


def _tokens(state: Mapping[str, Any]) -> Iterator[TokenIdentity]:
    for row in _rows(state, TOKEN):
        yield TokenAddress(whole(row["sub_app_id"]), row["api_token"]).identity


def _rows(state: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """The attributes of each object, of all modules, counts and keys; not those that only wait to be destroyed."""
    for resource in state["resources"]:
        if (resource["mode"], resource["type"]) == ("managed", kind):
            for instance in resource["instances"]:
                if "deposed" not in instance:
                    yield instance["attributes"]
