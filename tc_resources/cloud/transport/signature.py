"""TC3-HMAC-SHA256, the signature of Tencent Cloud's API 3.0.

Source: the vendor's description of signature v3, which both API documents refer to for their common parameters.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping

ALGORITHM = "TC3-HMAC-SHA256"


def signature(secret_key: str, service: str, timestamp: int, headers: Mapping[str, str], body: bytes) -> str:
    """The hexadecimal signature of `POST /` with `body`, signed at `timestamp` (unix seconds).

    `headers` are the headers to sign, their names in lower case.
    """
    day = utc_day(timestamp)
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    digest = hashlib.sha256(_canonical(headers, body).encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{timestamp}\n{day}/{service}/tc3_request\n{digest}"
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def _canonical(headers: Mapping[str, str], body: bytes) -> str:
    signed = sorted(headers.items())
    lines = (f"{name}:{value.strip().lower()}\n" for name, value in signed)
    names = ";".join(name for name, _ in signed)
    return f"POST\n/\n\n{''.join(lines)}\n{names}\n{hashlib.sha256(body).hexdigest()}"


def utc_day(timestamp: int) -> str:
    """The day that the credential scope names; the service counts days in UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(timestamp))
