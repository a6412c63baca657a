"""The Tencent Cloud services that this package calls, on loopback: for tests, first contact and teaching.

    with Emulator() as emulator:
        run(endpoint=emulator.url, secret_id=emulator.secret_id, secret_key=emulator.secret_key)
        assert emulator.limits() == [Limit("zone-1", "www.example.com", "Overseas", 500)]

Documented is what the vendor's two API documents, their common parameters and error codes and the examples of its own
clients show; reported, what users of the real services have published; assumed, all else. What the documents leave
open and a client may run into is a property of `Behaviour`, with all its alternatives; `Behaviour().table()` shows
them, and `Emulator(behaviour=Behaviour(existing_limit="refuses"))` chooses. The rest:

| behaviour | |
|---|---|
| actions, versions, parameters, their types, bounds, defaults and answers; pages of at most 100 | documented |
| signatures, five minutes of clock skew, the common error codes | documented |
| a payload that is signed as UNSIGNED-PAYLOAD; a host that is signed without its port | documented |
| 20 requests a second an action, 100 origin limits an account; times in ISO 8601 | documented |
| off deletes a limit; deleting a quota clears its usage; no ApiToken where there is none | documented |
| a key does what its CAM policy allows; deny wins; `name/` before an action and `*` in it | documented |
| GetCallerIdentity, AssumeRole, AssumeRoleWithWebIdentity, a machine's metadata: fields, bounds | documented |
| an unsigned integer that is negative is of the wrong type: InvalidParameter | documented, for other services |
| a missing X-TC-Action, X-TC-Version or X-TC-Timestamp: MissingParameter | reported |
| a signature for a service that is not here: AuthFailure.InvalidAuthorization | reported |
| a body that is no JSON object, or another content type: InvalidParameter | assumed |
| a Limit out of bounds or a wrong QuotaType: InvalidParameter (TEO), InvalidParameterValue (VOD) | assumed |
| an unknown filter, or more than 20 values of one: InvalidParameter | assumed |
| the rate holds in any second; accounts share nothing, not even that | assumed |
| zones and applications: those that were put and those that have limits or quotas, only their ids | assumed |
| any key may take a role, if its own policy and the role's ExternalId have nothing against it | assumed |
| GET and the signatures of version 1, which the service knows too, are refused | not emulated |
| usage: 365 days back, 90 at a time, by day or by 5 minutes; the day before and days without usage show | documented |
| an AigcType that is none, a time without its zone or out of bounds: InvalidParameterValue | assumed |
| an API token shows, and can be changed or deleted, half a minute after it was created | documented |
| deleting an API token deletes its quotas; ExtInfo is merged by its first keys, or overwritten | documented |
| ExtInfo that is no JSON object, or another ActionType: InvalidParameterValue | assumed |

Zones, domains and applications can be added; unless the behaviour refuses unknown ones any will do. Allow-lists,
resources and conditions of policies and the trust policies of roles are not emulated. `Emulator.script` answers with
the codes that speak of any of these.
"""

from __future__ import annotations

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.account import Account
from tc_resources.testing.emulator.calls import Call
from tc_resources.testing.emulator.emulator import Emulator
from tc_resources.testing.emulator.faults import AnswerLost, ErrorCode, Fault, Html, Overlooked, RequestLost, Slow
from tc_resources.testing.emulator.server import NotLoopbackError
from tc_resources.testing.emulator.teo.models import Limit
from tc_resources.testing.emulator.vod.models import Quota
from tc_resources.testing.emulator.vod.tokens import Token
from tc_resources.testing.emulator.vod.usage import Usage

__all__ = [
    "Account",
    "AnswerLost",
    "Behaviour",
    "Call",
    "Emulator",
    "ErrorCode",
    "Fault",
    "Html",
    "Limit",
    "NotLoopbackError",
    "Overlooked",
    "Quota",
    "RequestLost",
    "Slow",
    "Token",
    "Usage",
]
