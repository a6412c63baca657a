"""What can go wrong on the way to Tencent Cloud: facts, of which a face makes advice.

    CloudError
    ├── ConfigError        a setting or a credential is missing or wrong; nothing was sent
    ├── CredentialsError   a role's credentials could not be had
    ├── AccountError       the account is not an allowed one, or cannot be told; nothing was sent
    ├── EngineGoneError    the engine that started this process has ended; nothing more is sent
    ├── StoppedError       the user has cancelled the run; nothing more is sent
    ├── TransportError     no answer that can be read: connection, time-out, HTTP 429 or 5xx, not JSON (transient)
    │   ├── UnresolvedError    the host's name is not known (transient for a moment)
    │   ├── UntrustedError     its certificate is not trusted
    │   ├── EndpointError      what is addressed is no endpoint
    │   ├── ProxyRefusedError  the proxy did not let it through
    │   └── LockedError        somebody holds a file that processes share
    ├── ListingError       a listing changed while its pages were read (transient)
    ├── DoubtError         whether a setting is there cannot be told
    │   └── ForeignError       its zone or sub-application may be another account's
    ├── GoneError          what was to be changed is not there any more
    ├── LostAnswerError    what may have been created cannot be told from what others have
    ├── NotInForceError    a setting had to be taken away for a moment and could not be put back
    └── ServiceError       the service answered with an error code

Codes are compared whole: a sub-code means something else than the code it begins with.
Source: the error tables of the ModifyAigcQuota and ModifyPrefetchOriginLimit documents and the common error codes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

MAX_TEXT = 1000
"""Characters of what the other side says that are shown."""

THROTTLED = "RequestLimitExceeded"
TRANSIENT = frozenset(
    {
        "InternalError",
        "InternalError.BackendError",
        "InternalError.DbError",
        "InternalError.DomainConfig",
        "InternalError.SystemError",
        "FailedOperation.DBError",
        "FailedOperation.CreatePrefetchOriginLimitFailed",
        "ResourceUnavailable",
    }
)
"""Codes after which the same call may succeed, and may have been carried out already."""
ALREADY_EXISTS = "ResourceInUse.PrefetchOriginLimitAlreadyExists"
LIMIT_NOT_FOUND = "FailedOperation.PrefetchOriginLimitNotFound"
INVALID_VALUE = "InvalidParameterValue"
TOKEN_FAILURE = "AuthFailure.TokenFailure"  # noqa: S105 - a code
WRONG_ACCOUNT = "ResourceNotFound.UserNotExist"
ZONE_NOT_FOUND = "InvalidParameter.ZoneNotFound"
DENIED = frozenset(
    {
        "AuthFailure.UnauthorizedOperation",
        "UnauthorizedOperation",
        "UnauthorizedOperation.CamUnauthorized",
        "UnauthorizedOperation.NoPermission",
        "UnauthorizedOperation.Unknown",
    }
)
"""Codes of a permission that is missing."""


class Outcome(Enum):
    """What is known of a call that failed, all its tries together."""

    REFUSED = "refused"
    """It was not carried out, and will not be."""
    THROTTLED = "throttled"
    """It came too soon after others, and was not carried out."""
    UNCLEAR = "unclear"
    """It may have been carried out."""


class CloudError(Exception):
    """Anything that kept a call from its result. Its text stands alone and holds no secret."""

    transient = False
    """Whether the same call may succeed when it is repeated."""
    most_tries: int | None = None
    """How often the same call is tried at the most, where that is less often than others are."""
    says_all = False
    """Whether the text begins with what matters most, so that nothing is put before it."""
    outcome = Outcome.REFUSED
    """What is known of the call."""


class ConfigError(CloudError):
    """A setting or a credential is missing or cannot be used."""


class NoCredentialsError(ConfigError):
    """There are no credentials where some were looked for: nothing is wrong, but nothing can be asked."""


class CredentialsError(CloudError):
    """The temporary credentials of a role could not be had; `source` says which role, and how it is taken."""

    def __init__(self, source: str, cause: CloudError) -> None:
        super().__init__(f"There is no key of {source}. {cause}")
        self.source, self.cause = source, cause


class AccountError(CloudError):
    """The credentials belong to an account that is not an allowed one, or that cannot be told, for `cause`."""

    def __init__(self, text: str, cause: CloudError | None = None) -> None:
        super().__init__(text)
        self.cause = cause


class EngineGoneError(CloudError):
    """The engine that asked for this operation has ended, so its result could not be recorded."""


class AgedError(CloudError):
    """What a write was decided on is older than it may be, and the write was not sent."""


class StoppedError(CloudError):
    """The user has cancelled the run before this was done."""


class TransportError(CloudError):
    """The service did not answer in its own format; `sent` is false where it was not even reached."""

    transient = True
    silent = False
    """Whether nobody is answered: so the same call would be in vain for others too."""

    def __init__(self, text: str, *, sent: bool = True) -> None:
        super().__init__(text)
        self.outcome = Outcome.UNCLEAR if sent else Outcome.REFUSED


class UnresolvedError(TransportError):
    """The name of the host is not known: a typing error, or a resolver that has just been started."""

    most_tries = 4

    def __init__(self, text: str) -> None:
        super().__init__(text, sent=False)


class _FinalError(TransportError):
    """Nothing was sent, and nothing would be however often it is tried."""

    transient = False
    silent = True

    def __init__(self, text: str) -> None:
        super().__init__(text, sent=False)


class UntrustedError(_FinalError):
    """The certificate of the other side is not trusted."""


class EndpointError(_FinalError):
    """What is addressed is no host, or speaks another protocol."""


class ProxyRefusedError(_FinalError):
    """A proxy refused to let it through."""


class LockedError(_FinalError):
    """Somebody holds a file that processes share, for longer than any of ours does."""


class ListingError(CloudError):
    """The pages of a listing do not add up, so nothing can be said of what they lack."""

    def __init__(self, text: str, *, transient: bool = True) -> None:
        super().__init__(text)
        self.transient = transient


class DoubtError(CloudError):
    """A listing neither shows a setting nor can be trusted to lack it."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"Whether there is {what} cannot be told. {why}")


class ForeignError(DoubtError):
    """A listing is empty, and its zone or sub-application may be another account's than that of the key.

    `source` says where the key comes from, `cause` why what the account has could not be listed, where it could not.
    """

    def __init__(self, what: str, scope: str, source: str, cause: CloudError | None = None) -> None:
        none = f"The {scope} is none of the account of this key: it is another account's, or gone."
        unread = f"Nothing of the {scope} shows, and whether the account of this key has it is not known. {cause}"
        super().__init__(what, unread if cause else none)
        self.scope, self.source, self.cause = scope, source, cause


class GoneError(CloudError):
    """What was to be changed is not there any more, and cannot be made again as it was."""

    def __init__(self) -> None:
        super().__init__("It is not there any more.")


class LostAnswerError(CloudError):
    """The answer to a token's creation was lost, for `cause`: whether one was created, or which, nobody can tell.

    `digests` are those of the tokens that are new since then; where there are none, nobody could look, and `why` says
    what kept one from it.
    """

    outcome = Outcome.UNCLEAR

    def __init__(self, cause: CloudError, digests: Sequence[str] = (), why: str = "") -> None:
        one = "a new token, which may be it or somebody else's"
        several = "new tokens, any of which may be it"
        new = f"Since then there {f'is {one}' if len(digests) == 1 else f'are {several}'}: {', '.join(digests)}."
        told = new if digests else f"Whether a token was created could not be told. {why}"
        super().__init__(f"{cause} {told}")
        self.cause, self.digests = cause, tuple(digests)


class NotInForceError(CloudError):
    """A setting had to be taken away for a moment and is not known to have been put back."""

    says_all = True
    outcome = Outcome.UNCLEAR

    def __init__(self, what: str, cause: CloudError) -> None:
        super().__init__(f"NOT IN FORCE: {what} was taken away to be set anew. {cause}")
        self.what, self.cause = what, cause


class ServiceError(CloudError):
    """The service refused a call of `action`: `code` is its full error code, `request_id` what its support asks for.

    `source` says where the credentials came from.
    """

    def __init__(self, action: str, code: str, message: str, request_id: str, source: str = "the caller") -> None:
        self.action, self.code, self.message, self.request_id, self.source = action, code, message, request_id, source
        super().__init__(f"{action} answered {code}: {message.rstrip('.')}. RequestId {request_id}.")
        if code.partition(".")[0] == THROTTLED:
            self.outcome = Outcome.THROTTLED
        elif code in TRANSIENT:
            self.outcome = Outcome.UNCLEAR
        self.transient = self.outcome is not Outcome.REFUSED

    @property
    def denied(self) -> bool:
        """Whether a permission is missing, which has the name of the action."""
        return self.code in DENIED


@contextmanager
def leaving_unclear() -> Iterator[None]:
    """What goes wrong inside, where the outcome of an earlier call was to be found out, leaves that unclear."""
    try:
        yield
    except CloudError as error:
        error.outcome = Outcome.UNCLEAR
        raise


def shown(text: str, secrets: Iterable[str | None] = ()) -> str:
    """What the other side says, fit for an error or a log: of one line, without escapes of a terminal or `secrets`."""
    for secret in filter(None, secrets):
        for form in (secret, json.dumps(secret)[1:-1]):
            text = text.replace(form, "***")
    text = "".join(sign if sign.isprintable() else " " for sign in text[: MAX_TEXT + 1])
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
