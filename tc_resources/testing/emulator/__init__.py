"""The Tencent Cloud services that this package calls, on loopback: for tests, first contact and teaching.

    with Emulator() as emulator:
        run(endpoint=emulator.url, secret_id=emulator.secret_id, secret_key=emulator.secret_key)
        assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]

Documented is what the vendor's two API documents, their common parameters and error codes and the examples of its own
clients show; reported, what users of the real services have published; assumed, all else.

| behaviour | |
|---|---|
| actions, versions, parameters, their types, bounds, defaults and answers; pages of at most 100 | documented |
| signatures, five minutes of clock skew, the common error codes | documented |
| an unsigned integer that is negative is of the wrong type: InvalidParameter | documented, for other services |
| a missing X-TC-Action, X-TC-Version or X-TC-Timestamp: MissingParameter | reported |
| a signature for a service that is not here: AuthFailure.InvalidAuthorization | reported |
| a body that is no JSON object, or another content type: InvalidParameter | assumed |
| a payload that is signed as UNSIGNED-PAYLOAD; a host that is signed without its port | documented |
| GET and the signatures of version 1, which the service knows too, are refused | not emulated |
| 20 requests a second an action | documented; that refused requests do not count is assumed |
| 100 origin limits an account; off deletes, and refuses an absent limit | documented |
| on over an existing limit updates it | assumed; `refuse_existing_limit` chooses the other outcome |
| deleting a quota clears its usage | documented |
| creating over an existing quota answers InvalidParameterValue | assumed, as other clients of the service expect it |
| modifying or deleting an absent quota answers ResourceNotFound | assumed; `absent_quota_code` chooses another |
| the listing of quotas lags behind writes by `lag` seconds | assumed |
| zones and applications: those that were put and those that have limits or quotas, only their ids | assumed |
| times in ISO 8601, no ApiToken where there is none | documented |
| order of rows | assumed |
| a Limit out of bounds or a wrong QuotaType: InvalidParameter (TEO), InvalidParameterValue (VOD) | assumed |
| a key does what its CAM policy allows; deny wins; `name/` before an action and `*` in it | documented |
| which of the documented codes denies an action; GetCallerIdentity takes a permission too | assumed |
| GetCallerIdentity, AssumeRole, AssumeRoleWithWebIdentity, a machine's metadata: fields, bounds | documented |
| a temporary key without its token is AuthFailure.SecretIdNotFound, with a wrong or old one .TokenFailure | assumed |
| any key may take a role, if its own policy and the role's ExternalId have nothing against it | assumed |
| accounts share nothing: not their settings, not their 20 requests a second | assumed |

Zones and applications can be added to be listed; for all else any will do. Domains, allow-lists, resources and
conditions of policies and the trust policies of roles are not emulated. `Emulator.script` answers with the codes that
speak of any of these.
"""

from __future__ import annotations

from tc_resources.testing.emulator.account import Account
from tc_resources.testing.emulator.calls import Call
from tc_resources.testing.emulator.emulator import Emulator
from tc_resources.testing.emulator.faults import AnswerLost, ErrorCode, Fault, Html, RequestLost, Slow
from tc_resources.testing.emulator.server import NotLoopbackError
from tc_resources.testing.emulator.teo.models import Limit
from tc_resources.testing.emulator.vod.models import Quota

__all__ = [
    "Account",
    "AnswerLost",
    "Call",
    "Emulator",
    "ErrorCode",
    "Fault",
    "Html",
    "Limit",
    "NotLoopbackError",
    "Quota",
    "RequestLost",
    "Slow",
]
