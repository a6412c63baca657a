"""TC3-HMAC-SHA256, the vendor's signature v3, as whoever is to check it works it out.

Written from the vendor's description and from nothing of the client's, so that a mistake of one is no mistake of both.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timezone

ALGORITHM = "TC3-HMAC-SHA256"
TERMINATION = "tc3_request"


def day_of(timestamp: int) -> str:
    """The date in UTC that the credential scope has to name."""
    return datetime.fromtimestamp(timestamp, timezone.utc).date().isoformat()


def canonical_request(signed_headers: Mapping[str, str], payload: bytes) -> str:
    """A POST in its one agreed form. The names of the headers are in lower case, their values as they were sent."""
    names = sorted(signed_headers)
    return "\n".join(
        [
            "POST",
            "/",
            "",
            *(f"{name}:{signed_headers[name].strip().lower()}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(payload).hexdigest(),
        ]
    )


def string_to_sign(timestamp: int, service: str, request: str) -> str:
    """What is signed: when, for what, and the hash of the canonical request."""
    scope = f"{day_of(timestamp)}/{service}/{TERMINATION}"
    return "\n".join([ALGORITHM, str(timestamp), scope, hashlib.sha256(request.encode()).hexdigest()])


def expected_signature(secret_key: str, timestamp: int, service: str, request: str) -> str:
    """The hexadecimal signature of a canonical request, signed at `timestamp` in unix seconds."""
    secret = f"TC3{secret_key}".encode()
    for part in (day_of(timestamp), service, TERMINATION):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    text = string_to_sign(timestamp, service, request)
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
