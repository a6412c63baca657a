"""What can go wrong on the way to Tencent Cloud.

    CloudError
    ├── ConfigError        a setting or a credential is missing or wrong; nothing was sent
    ├── CredentialsError   a role's key could not be had
    ├── AccountError       the account is not an allowed one, or cannot be told; nothing was sent
    ├── EngineGoneError    the engine that started this process has ended; nothing more is sent
    ├── TransportError     no answer that can be read: connection, time-out, HTTP 429 or 5xx, not JSON (transient)
    ├── ListingError       a listing changed while its pages were read (transient)
    ├── NotInForceError    a setting had to be taken away for a moment and could not be put back
    └── ServiceError       the service answered with an error code

Codes are compared whole: a sub-code means something else than the code it begins with.
Source: the error tables of the ModifyAigcQuota and ModifyPrefetchOriginLimit documents and the common error codes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

MAX_TEXT = 1000
"""Characters of what the other side says that are shown."""


class CloudError(Exception):
    """Anything that kept a call from its result. Its text stands alone and holds no secret."""

    transient = False
    """Whether the same call may succeed when it is repeated."""
    says_all = False
    """Whether the text begins with what matters most, so that nothing is put before it."""


class ConfigError(CloudError):
    """A setting or a credential is missing or cannot be used."""


class NoCredentialsError(ConfigError):
    """There is no key where one was looked for: nothing is wrong, but nothing can be asked."""


class CredentialsError(CloudError):
    """The temporary key of a role could not be had; `source` says which, and how it is taken."""

    def __init__(self, source: str, cause: CloudError) -> None:
        super().__init__(f"There is no key of {source}. {cause}")


class AccountError(CloudError):
    """The key belongs to an account that is not an allowed one, or that cannot be told."""


class EngineGoneError(CloudError):
    """The engine that asked for this operation has ended, so its result could not be recorded."""


class TransportError(CloudError):
    """The service could not be reached or did not answer in its own format."""

    transient = True


class ListingError(CloudError):
    """The pages of a listing do not add up, so nothing can be said of what they lack."""

    transient = True


class NotInForceError(CloudError):
    """A setting had to be taken away for a moment and is not known to have been put back."""

    says_all = True

    def __init__(self, what: str, cause: CloudError) -> None:
        again = "`pulumi up --refresh` sets it again."
        super().__init__(f"NOT IN FORCE: {what} was taken away to be set anew. {again} {cause}")

    def add(self, note: str) -> None:
        """Say more at the end."""
        self.args = (f"{self} {note}",)


class ServiceError(CloudError):
    """The service refused a call: `code` is its full error code, `request_id` what its support asks for.

    `throttled` says that it came too soon after others. `unclear` says that an earlier try of the same call had no
    clear answer, so that it may have been carried out.
    """

    def __init__(self, action: str, code: str, message: str, request_id: str, advice: str = "") -> None:
        self.action, self.code, self.message, self.request_id = action, code, message, request_id
        text = f"{action} answered {code}: {message.rstrip('.')}. RequestId {request_id}."
        super().__init__(f"{text} {advice}" if advice else text)
        self.throttled = code.partition(".")[0] == THROTTLED
        self.transient = code in TRANSIENT or self.throttled
        self.unclear = False

    @property
    def denied(self) -> bool:
        """Whether a permission is missing, which has the name of the action."""
        return HINTS.get(self.code) == PERMISSION


def shown(text: str, secrets: Iterable[str | None] = ()) -> str:
    """What the other side says, fit for an error or a log: of one line, without escapes of a terminal or `secrets`."""
    for secret in filter(None, secrets):
        for form in (secret, json.dumps(secret)[1:-1]):
            text = text.replace(form, "***")
    text = "".join(sign if sign.isprintable() else " " for sign in text[: MAX_TEXT + 1])
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


THROTTLED = "RequestLimitExceeded"
TRANSIENT = frozenset(
    {
        THROTTLED,
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

ALREADY_EXISTS = "ResourceInUse.PrefetchOriginLimitAlreadyExists"
LIMIT_NOT_FOUND = "FailedOperation.PrefetchOriginLimitNotFound"
INVALID_VALUE = "InvalidParameterValue"
TOKEN_FAILURE = "AuthFailure.TokenFailure"  # noqa: S105 - a code
WRONG_ACCOUNT = "ResourceNotFound.UserNotExist"

PERMISSION = "Add {permission} to the CAM policy of the user or role whose key is used."
KEY = "Check the key, which comes from {source}. Refresh and destroy use the config of the last up: "
KEY += "where the key has changed since, `pulumi up` renews it."

HINTS = {
    "AuthFailure.InvalidSecretId": KEY,
    "AuthFailure.SecretIdNotFound": KEY,
    "AuthFailure.SignatureFailure": KEY,
    "AuthFailure.AccessKeyIllegal": KEY,
    TOKEN_FAILURE: KEY,
    "AuthFailure.SignatureExpire": "Set this machine's clock.",
    "AuthFailure.UnauthorizedOperation": PERMISSION,
    "UnauthorizedOperation": PERMISSION,
    "UnauthorizedOperation.CamUnauthorized": PERMISSION,
    "UnauthorizedOperation.NoPermission": PERMISSION,
    "UnauthorizedOperation.Unknown": PERMISSION,
    "OperationDenied.NotInPrefetchOriginLimitWhiteList": "The feature is in beta: ask for your account to be put "
    "on its allow list, in a ticket to Tencent Cloud.",
    "FailedOperation.PrefetchOriginLimitCountExceeded": "An account has room for 100 limits: delete one, ask for "
    "more in a ticket, or, if this replaces a limit, let the old one go first with delete_before_replace=True.",
    "InvalidParameter.DomainNotFound": "Check that domain_name belongs to zone_id and to the account of this key.",
    "InvalidParameter.DomainAreaNotSupportPrefetchOriginLimitArea": "The domain is not accelerated in this area: "
    "choose another area, or change the domain's.",
    "InvalidParameter.ZoneAreaNotSupportPrefetchOriginLimitArea": "The zone is not accelerated in this area: "
    "choose another area, or change the zone's.",
    "InvalidParameter.PrefetchOriginLimitAreaInvalid": "area is Overseas or MainlandChina.",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge": "bandwidth is at most 100000 Mbps.",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall": "bandwidth is at least 100 Mbps.",
    WRONG_ACCOUNT: "The sub-application is not one of this account: check sub_app_id and whose key is used "
    "(it comes from {source}).",
    ALREADY_EXISTS: "Somebody else has set this limit meanwhile: run `pulumi up` again to see its value.",
    INVALID_VALUE: "Check sub_app_id, quota_limit and, for Text, api_token.",
    "ResourceNotFound.RoleNotFound": "Check tencentcloud:assumeRoleArn (TENCENTCLOUD_ASSUME_ROLE_ARN).",
    "InvalidParameter.ResouceError": "tencentcloud:assumeRoleArn has the form qcs::cam::uin/ACCOUNT:roleName/NAME.",
    "InvalidParameter.OverTimeError": "Lower tencentcloud:assumeRoleSessionDuration: the role does not last so long.",
    "InvalidParameter.WebIdentityTokenError": "Check that the token in the file has not expired, and that "
    "tencentcloud:assumeRoleProviderId is the provider that issued it.",
    THROTTLED: "Something else uses this account's 20 requests a second; try again.",
    "InvalidParameter": "Check the arguments of this resource.",
    "InvalidParameter.PrefetchOriginLimitEnabledInvalid": "This is a fault of tc-resources: please report it.",
    "FailedOperation": "Try again; if it stays, give the RequestId to Tencent Cloud's support.",
}
"""What to do about a code, by its full text; `{permission}` and `{source}` are filled in by `hint`."""
ANY_OTHER = "If it stays, give the RequestId to Tencent Cloud's support."


def hint(code: str, permission: str, source: str) -> str:
    """What to do about a code that `permission` was answered with, where the key comes from `source`."""
    known = THROTTLED if code.startswith(f"{THROTTLED}.") else code
    return HINTS.get(known, ANY_OTHER).format(permission=permission, source=source)
