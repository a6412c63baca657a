"""What the tests of quotas declare, and what crosses the wire."""

from __future__ import annotations

import time
from typing import Any

from tc_resources.behaviour.behaviour import Absence
from tc_resources.testing.emulator import Behaviour, Emulator

QUOTA = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 2000}
ID = "1#Image"
SENT = {"SubAppId": 1, "QuotaType": "Image", "QuotaLimit": 2000}
KEY = {"SubAppId": 1, "QuotaType": "Image"}
TITLE = "the Image quota of sub-application 1"
TEXT = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 2000, "api_token": "an-api-token"}
# The digest is the beginning of `printf an-api-token | sha256sum`.
TEXT_ID = "1#Text#8dfba01da860"
CODES: tuple[Absence, ...] = ("ResourceNotFound", "InvalidParameterValue", "ResourceNotFound.QuotaNotExist")
ABSENT = [{"behaviour": Behaviour(absent_quota_modify=code, absent_quota_delete=code)} for code in CODES]
"""Ways in which an absent quota may be refused."""


def crossed(emulator: Emulator) -> list[tuple[str, dict[str, object]]]:
    """The writes, in order."""
    return [(call.action, call.params) for call in emulator.calls if call.action != "DescribeAigcQuotas"]


def created(outs: dict[str, Any]) -> dict[str, Any]:
    """The outputs without the time of the write, which is now."""
    written_at = outs.pop("written_at")
    assert written_at == int(written_at)
    assert abs(written_at - time.time()) < 60
    return outs
