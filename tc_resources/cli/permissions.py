"""What each permission answers that this package needs, found out by requests that change nothing.

A read is made as it is, of one row. A write is asked for what cannot be, for two reasons each of which is enough, and
in the right types, so that the service looks at the permission first:

- ModifyPrefetchOriginLimit: nobody has a domain in `.invalid`, nor a zone whose id is all zeros; and Enabled is neither
  "on" nor "off", the only two that do anything, in no known Area and below the least Bandwidth.
- CreateAigcQuota, ModifyAigcQuota and DeleteAigcQuota: no sub-application has an id of one digit (the service's have
  nine and more; 0, which may mean the main application, is never sent); and QuotaType, which is a part of what a quota
  is known by, is none of the three.
- CreateAigcApiToken: the one parameter that it has, and requires, is not sent.
- UpdateAigcApiToken and DeleteAigcApiToken: the same sub-application, and a token that nobody has.

Source: the API documents. They enumerate Enabled, Area and QuotaType, require each, and have codes for a value that is
none of them and for a domain or sub-application of another account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tc_resources.cloud.action import Action
from tc_resources.cloud.bill import Days, today
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError, ServiceError
from tc_resources.cloud.identities import QUOTA_TYPES
from tc_resources.cloud.services import sts, teo, tokens, usage, vod
from tc_resources.cloud.services.sts import Caller
from tc_resources.cloud.services.token_listing import DESCRIBE

ALLOWED, DENIED, UNCLEAR = "allowed", "denied", "unclear"
SECONDS = 20.0
"""How long an answer is waited for, with retries."""

NO_ZONE = "zone-000000000000"
NO_SUB_APP = 1
NONE_SUCH = "NoneSuch"
ONE_ROW = {"Limit": 1, "Offset": 0}
LIMIT = {"ZoneId": NO_ZONE, "DomainName": "nobody.invalid", "Area": NONE_SUCH, "Bandwidth": 0, "Enabled": NONE_SUCH}
QUOTA = {"SubAppId": NO_SUB_APP, "QuotaType": NONE_SUCH}
QUOTA_WRITES: Mapping[Action, Mapping[str, object]] = {
    vod.CREATE: {**QUOTA, "QuotaLimit": 0},
    vod.MODIFY: {**QUOTA, "QuotaLimit": 0},
    vod.DELETE: QUOTA,
}
NOBODYS_TOKEN = {"SubAppId": NO_SUB_APP, "ApiToken": "nobodys-token"}
TOKEN_WRITES: Mapping[Action, Mapping[str, object]] = {
    tokens.CREATE: {},
    tokens.UPDATE: NOBODYS_TOKEN,
    tokens.DELETE: NOBODYS_TOKEN,
}


class Answer(NamedTuple):
    """What a permission answered: allowed, denied or unclear, with the code where it was no plain yes."""

    permission: str
    answer: str
    code: str | None = None


def caller(client: Client) -> tuple[Caller | None, Answer]:
    """Who calls, None where that is not told. Raises CloudError where the key is refused or nothing answers."""
    try:
        with client.operation(SECONDS):
            return sts.caller(client.send), Answer(str(sts.GET_CALLER_IDENTITY), ALLOWED)
    except ServiceError as error:
        if _refuses_key(error):
            raise
        return None, _refused(sts.GET_CALLER_IDENTITY, error)


def answers(client: Client) -> list[Answer]:
    """The answer of each permission on zones, sub-applications, limits, quotas and tokens."""
    zones, zone = _read(client, teo.ZONES, {}, "Zones", "ZoneId")
    sub_apps, sub_app = _read(client, vod.SUB_APPS, {}, "SubAppIdInfoSet", "SubAppId")
    limits, _ = _read(client, teo.DESCRIBE, {"ZoneId": zone or NO_ZONE})
    quotas, _ = _read(client, vod.DESCRIBE, {"SubAppId": sub_app or NO_SUB_APP, "QuotaType": QUOTA_TYPES[0]})
    limit, _ = _ask(client, teo.MODIFY, LIMIT)
    writes = [_ask(client, action, params)[0] for action, params in {**QUOTA_WRITES, **TOKEN_WRITES}.items()]
    generated, _ = _ask(client, usage.USAGE, {"SubAppId": sub_app or NO_SUB_APP, **_usage_of_today(client)})
    listed, _ = _ask(client, DESCRIBE, {"SubAppId": sub_app or NO_SUB_APP})
    return [limits, limit, quotas, *writes, zones, sub_apps, generated, listed]


def _usage_of_today(client: Client) -> dict[str, object]:
    return {"AigcType": QUOTA_TYPES[0], **usage.between(Days.until(today(client.clock.now()), 1))}


def _read(
    client: Client, action: Action, params: Mapping[str, object], rows: str = "", name: str = ""
) -> tuple[Answer, Any]:
    """The answer, and one field of the first row, None where there is none."""
    answer, found = _ask(client, action, {**params, **ONE_ROW})
    try:
        return answer, found[rows][0][name]
    except (KeyError, IndexError, TypeError):
        return answer, None


def _ask(client: Client, action: Action, params: Mapping[str, object]) -> tuple[Answer, dict[str, Any]]:
    try:
        with client.operation(SECONDS):
            return Answer(str(action), ALLOWED), client.send(action, params)
    except ServiceError as error:
        return _refused(action, error), {}
    except CloudError:
        return Answer(str(action), UNCLEAR), {}


def _refused(action: Action, error: ServiceError) -> Answer:
    if error.denied:
        return Answer(str(action), DENIED, error.code)
    unclear = error.transient or _refuses_key(error) or error.code.startswith("OperationDenied.")
    return Answer(str(action), UNCLEAR if unclear else ALLOWED, error.code)


def _refuses_key(error: ServiceError) -> bool:
    return error.code.startswith("AuthFailure") and not error.denied
