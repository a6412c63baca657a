"""Who calls: the signature of a request, and whose it is.

The codes, the five minutes, the headers that must be signed and the payload that may be left unsigned are documented.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator, Mapping

from tc_resources.testing.emulator.credentials import Credentials
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.tc3 import canonical_request, day_of, expected_signature

LONGEST_SKEW = 300
"""Seconds that a request's timestamp may be away from the service's clock."""
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
"""The value of X-TC-Content-SHA256 that is signed in the place of the body."""

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
    if claim["day"] != day_of(timestamp) or not fits(claim, credentials.secret_key, timestamp, headers, body):
        raise ApiError("AuthFailure.SignatureFailure", "The signature does not fit the request.")
    return claim["service"], credentials


def fits(claim: re.Match[str], secret_key: str, timestamp: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request has the signature of one of the forms in which it may be signed."""
    names = claim["headers"].split(";")
    unsigned = headers.get("x-tc-content-sha256") == UNSIGNED_PAYLOAD
    covered = {name: headers.get(name, "") for name in names}
    requests = [
        canonical_request({**covered, "host": host}, UNSIGNED_PAYLOAD.encode() if unsigned else body)
        for host in hosts(headers.get("host", ""))
    ]
    return {"content-type", "host"} <= covered.keys() and any(
        hmac.compare_digest(expected_signature(secret_key, timestamp, claim["service"], request), claim["signature"])
        for request in requests
    )


def hosts(sent: str) -> Iterator[str]:
    """The host as it was sent, and without its port: at the service's own, 443, clients leave it out."""
    yield sent
    name, _, port = sent.rpartition(":")
    if port.isdecimal():
        yield name


def request_time(headers: Mapping[str, str]) -> int:
    """Assumed: the codes for a timestamp that is missing or no number."""
    sent = headers.get("x-tc-timestamp")
    if sent is None:
        raise ApiError("MissingParameter", "The X-TC-Timestamp header is missing.")
    if not re.fullmatch(r"[0-9]{1,10}", sent):
        raise ApiError("InvalidParameter", "X-TC-Timestamp must be unix seconds.")
    return int(sent)
