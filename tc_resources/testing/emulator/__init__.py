"""The two Tencent Cloud services that this package calls, on loopback: for tests, first contact and teaching.

    with Emulator() as emulator:
        run(endpoint=emulator.url, secret_id=emulator.secret_id, secret_key=emulator.secret_key)
        assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]

| behaviour | |
|---|---|
| actions, versions, parameters, bounds, defaults and answers; pages of at most 100 | documented |
| signatures, five minutes of clock skew, the common error codes | documented |
| 20 requests a second an action | documented; that refused requests do not count is assumed |
| 100 origin limits an account; off deletes, and refuses an absent limit | documented |
| on over an existing limit updates it | assumed; `refuse_existing_limit` chooses the other outcome |
| deleting a quota clears its usage | documented |
| creating over an existing quota answers InvalidParameterValue | assumed, as other clients of the service expect it |
| modifying or deleting an absent quota answers ResourceNotFound | assumed; `absent_quota_code` chooses another |
| the listing of quotas lags behind writes by `lag` seconds | assumed |
| zones and applications: those that were put and those that have limits or quotas, only their ids | assumed |
| order of rows, times in ISO 8601, an empty ApiToken where there is none | assumed |
| a wrong Limit, Offset, QuotaType or QuotaLimit: InvalidParameter (TEO), InvalidParameterValue (VOD) | assumed |

Zones and applications can be added to be listed; for all else any will do. Domains, allow-lists, permissions and
temporary keys are not emulated. `Emulator.script` answers with the codes that speak of any of these.
"""

from __future__ import annotations

from tc_resources.testing.emulator.calls import Call
from tc_resources.testing.emulator.emulator import Emulator
from tc_resources.testing.emulator.faults import AnswerLost, ErrorCode, Fault, Html, RequestLost, Slow
from tc_resources.testing.emulator.limits import Limit
from tc_resources.testing.emulator.quotas import Quota

__all__ = [
    "AnswerLost",
    "Call",
    "Emulator",
    "ErrorCode",
    "Fault",
    "Html",
    "Limit",
    "Quota",
    "RequestLost",
    "Slow",
]
