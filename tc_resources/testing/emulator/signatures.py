"""Who calls: the TC3-HMAC-SHA256 signature of a request, and the token of temporary credentials.

The codes, the five minutes and the headers that must be signed are documented.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping

from tc_resources.api.signature import signature, utc_day
from tc_resources.testing.emulator.credentials import Credentials
from tc_resources.testing.emulator.errors import ApiError

LONGEST_SKEW = 300
"""Seconds that a request's timestamp may be away from the service's clock."""

AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<secret_id>[^/]+)/(?P<day>[\d-]+)/(?P<service>\w+)/tc3_request, *"
    r"SignedHeaders=(?P<headers>[\w;-]+), *Signature=(?P<signature>[0-9a-f]{64})"
)


def signed(
    headers: Mapping[str, str], body: bytes, find: Callable[[str], Credentials | None], now: float
) -> tuple[str, Credentials]:
    """The service that a request is signed for, and the credentials that signed it; `find` knows them by secret id."""
    claim = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if claim is None:
        raise ApiError("AuthFailure.InvalidAuthorization", "The Authorization header is no TC3-HMAC-SHA256 signature.")
    credentials = find(claim["secret_id"])
    if credentials is None:
        raise ApiError("AuthFailure.SecretIdNotFound", "There is no such secret id.")
    timestamp = request_time(headers)
    if abs(now - timestamp) > LONGEST_SKEW:
        raise ApiError(
            "AuthFailure.SignatureExpire", f"The timestamp is over {LONGEST_SKEW} s off the service's clock."
        )
    covered = {name: headers.get(name, "") for name in claim["headers"].split(";")}
    expected = signature(credentials.secret_key, claim["service"], timestamp, covered, body)
    if not (
        hmac.compare_digest(expected, claim["signature"])
        and claim["day"] == utc_day(timestamp)
        and {"content-type", "host"} <= covered.keys()
    ):
        raise ApiError("AuthFailure.SignatureFailure", "The signature does not fit the request.")
    return claim["service"], credentials


def request_time(headers: Mapping[str, str]) -> int:
    """Assumed: the codes for a timestamp that is missing or no number."""
    sent = headers.get("x-tc-timestamp")
    if sent is None:
        raise ApiError("MissingParameter", "The X-TC-Timestamp header is missing.")
    if not re.fullmatch(r"[0-9]{1,10}", sent):
        raise ApiError("InvalidParameter", "X-TC-Timestamp must be unix seconds.")
    return int(sent)
