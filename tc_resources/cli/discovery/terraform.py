"""What a Terraform state says of the vendor's three resources. The whole state is read into memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tc_resources.cli.listings import Listing
from tc_resources.cli.numbers import parsed, whole
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress, QuotaIdentity, TokenAddress, TokenIdentity
from tc_resources.cloud.services.quota_listing import QuotaRow

VERSION = 4
"""The format that Terraform has written since 0.12, and OpenTofu too."""
LIMIT = "tencentcloud_teo_prefetch_origin_limit"
QUOTA = "tencentcloud_vod_aigc_quota"
TOKEN = "tencentcloud_vod_aigc_api_token"  # noqa: S105 - a type


class StateFileError(Exception):
    """The file cannot be read as a Terraform state; the text says why, in one line."""


def listings(file: Path) -> list[Listing]:
    """What the state has, zone by zone and then sub-application by sub-application. Raises StateFileError."""
    state = _load(file)
    try:
        return [*_zones(state), *_sub_apps(state)]
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


def _zones(state: Mapping[str, Any]) -> Iterator[Listing]:
    zones: defaultdict[str, dict[LimitIdentity, int]] = defaultdict(dict)
    for row in _rows(state, LIMIT):
        zone_id = row["zone_id"]
        zones[zone_id][LimitIdentity(zone_id, row["domain_name"], row["area"])] = whole(row["bandwidth"])
    for zone_id in sorted(zones):
        yield Listing(zone_id, limits=zones[zone_id])


def _sub_apps(state: Mapping[str, Any]) -> Iterator[Listing]:
    sub_apps: defaultdict[int, dict[QuotaIdentity, QuotaRow]] = defaultdict(dict)
    for row in _rows(state, QUOTA):
        address = QuotaAddress(whole(row["sub_app_id"]), row["quota_type"], row.get("api_token") or None)
        sub_apps[address.sub_app_id][address.identity] = QuotaRow(whole(row["quota_limit"]))
    tokens: defaultdict[int, dict[TokenIdentity, None]] = defaultdict(dict)
    for row in _rows(state, TOKEN):
        token = TokenAddress(whole(row["sub_app_id"]), row["api_token"])
        tokens[token.sub_app_id][token.identity] = None
    for sub_app_id in sorted({*sub_apps, *tokens}):
        yield Listing(sub_app_id, quotas=sub_apps[sub_app_id], tokens=tokens[sub_app_id])


def _rows(state: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """The attributes of each object, of all modules, counts and keys; not those that only wait to be destroyed."""
    for resource in state["resources"]:
        if (resource["mode"], resource["type"]) == ("managed", kind):
            for instance in resource["instances"]:
                if "deposed" not in instance:
                    yield instance["attributes"]
