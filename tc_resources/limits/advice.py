"""What to do about an error, in the words of the face whose user reads it.

An error says what happened; what helps is the same everywhere, and how to say it is not: a program in Python sets
`adopt=True`, and a command has no program at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tc_resources.cloud.config import config_key, variable
from tc_resources.cloud.errors import (
    ALREADY_EXISTS,
    DENIED,
    INVALID_VALUE,
    THROTTLED,
    TOKEN_FAILURE,
    WRONG_ACCOUNT,
    ZONE_NOT_FOUND,
    AccountError,
    CloudError,
    CredentialsError,
    EndpointError,
    ForeignError,
    GoneError,
    LockedError,
    LostAnswerError,
    NoCredentialsError,
    NotInForceError,
    ProxyRefusedError,
    ServiceError,
    UnresolvedError,
    UntrustedError,
)
from tc_resources.limits.errors import (
    BaselineForgottenError,
    BelowUsageError,
    ConflictError,
    OverwrittenError,
    PartialRunError,
)


@dataclass(frozen=True)
class Words:
    """How a face names things to its users; by default as one does whose users have a stack."""

    argument: Callable[[str], str]
    """An argument of a resource, `quota_limit`, as its programs write it."""
    assign: Callable[[str, object], str]
    """An argument with its value, as a program sets it."""
    replace_first: str
    """How a program lets the old resource go before its replacement."""
    import_: str
    """What brings in what is there as it is, "" where there is no program."""
    number: str = ""
    """What to do about a text where a number is wanted, behind the error."""
    no_credentials: str = ""
    """What is to be known of where credentials are looked for."""
    setting: Callable[[str], str] = lambda name: f"{config_key(name)} ({variable(name)})"
    """A setting, `assumeRoleArn`, as its users give it."""
    check_key: str = (
        "Check the key, which comes from {source}. Refresh and destroy use the config of the last up: where the key "
        "has changed since, `pulumi up` renews it, as does `--run-program` beside `--refresh`."
    )
    """What to do about a key that is refused; `{source}` is where it comes from."""
    up: str = "`pulumi up`"
    """What puts a program in force."""
    refresh: str = "`pulumi up --refresh`"
    """What puts a program in force, and looks at what is there before."""
    whole_run: str = (
        "Run `pulumi up` without --target and --exclude. `pulumi destroy --target URN` would end the setting, also one "
        "that the state has under another name."
    )
    """How to end what a run with a part of the program does not."""
    forget: str = "If it is gone, `pulumi state delete URN` lets go of what it had."
    """How a stack lets go of what went with its zone or sub-application."""


RENAMED = (
    "If this program renamed it (or `--replace`d it) and gave it a new value at once, name the old one in aliases, or "
    "change the value in a step of its own. To bring it in as it is, use "
)
PERMISSION = "Add {permission} to the CAM policy of the user or role whose key is used."
HINTS = {
    "AuthFailure.InvalidSecretId": "{check_key}",
    "AuthFailure.SecretIdNotFound": "{check_key}",
    "AuthFailure.SignatureFailure": "{check_key}",
    "AuthFailure.AccessKeyIllegal": "{check_key}",
    TOKEN_FAILURE: "{check_key}",
    "AuthFailure.SignatureExpire": "Set this machine's clock.",
    **dict.fromkeys(sorted(DENIED), PERMISSION),
    "OperationDenied.NotInPrefetchOriginLimitWhiteList": "The feature is in beta: ask for your account to be put "
    "on its allow list, in a ticket to Tencent Cloud.",
    "FailedOperation.PrefetchOriginLimitCountExceeded": "An account has room for 100 limits: delete one, ask for "
    "more in a ticket, or, if this replaces a limit, let the old one go first with {replace_first}.",
    "InvalidParameter.DomainNotFound": "Check that {domain_name} belongs to {zone_id} and to the account of this key.",
    "InvalidParameter.DomainAreaNotSupportPrefetchOriginLimitArea": "The domain is not accelerated in this area: "
    "choose another area, or change the domain's.",
    "InvalidParameter.ZoneAreaNotSupportPrefetchOriginLimitArea": "The zone is not accelerated in this area: "
    "choose another area, or change the zone's.",
    "InvalidParameter.PrefetchOriginLimitAreaInvalid": "{area} is Overseas or MainlandChina.",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge": "{bandwidth} is at most 100000 Mbps.",
    "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall": "{bandwidth} is at least 100 Mbps.",
    WRONG_ACCOUNT: "The sub-application is not one of this account: check {sub_app_id} and whose key is used "
    "(it comes from {source}). {forget}",
    ZONE_NOT_FOUND: "The zone is not one of this account: check {zone_id} and whose key is used (it comes from "
    "{source}). {forget}",
    "ResourceNotFound": "It is gone, or another account's: check whose key is used (it comes from {source}). {forget}",
    ALREADY_EXISTS: "Somebody else has set this limit, and in time no listing told its value: run {up} again "
    "to see it.",
    INVALID_VALUE: "Check {sub_app_id}, {quota_limit} and, for Text, {api_token}.",
    "ResourceNotFound.RoleNotFound": "Check {assumeRoleArn}.",
    "InvalidParameter.ResouceError": "{assumeRoleArn} has the form qcs::cam::uin/ACCOUNT:roleName/NAME.",
    "InvalidParameter.OverTimeError": "Lower {assumeRoleSessionDuration}: the role does not last so long.",
    "InvalidParameter.WebIdentityTokenError": "Check that the token in the file has not expired, and that "
    "{assumeRoleProviderId} is the provider that issued it.",
    THROTTLED: "Something else uses this account's 20 requests a second; try again.",
    "InvalidParameter": "Check the arguments of this resource.",
    "InvalidParameter.PrefetchOriginLimitEnabledInvalid": "This is a fault of tc-resources: please report it.",
    "FailedOperation": "Try again; if it stays, give the RequestId to Tencent Cloud's support.",
}
"""What to do about a code, by its full text. In braces: facts of the error, and arguments and settings by name."""
ANY_OTHER = "If it stays, give the RequestId to Tencent Cloud's support."
SETTINGS = ("assumeRoleArn", "assumeRoleSessionDuration", "assumeRoleProviderId")
UNSENT: Mapping[type[CloudError], str] = {
    UntrustedError: "Where a company's own authority signs on the way, name its PEM file in {caBundle} or "
    "SSL_CERT_FILE.",
    ProxyRefusedError: "Check the user and password in the proxy's variable, and what it lets through; NO_PROXY names "
    "hosts that need no proxy.",
    EndpointError: "Check {endpoint}.",
    UnresolvedError: "Check {endpoint}, the proxy's variables and this machine's name server.",
    LockedError: "End the process that holds it, or remove the file.",
}
"""What to do about a request that could not be sent. In braces: settings by name."""


def explain(error: CloudError, words: Words) -> str:
    """The error, and what to do about it."""
    return " ".join(filter(None, (str(error), advice(error, words))))


def advice(error: CloudError, words: Words) -> str:
    """What to do about an error, "" where nothing is known to help."""
    match error:
        case ServiceError():
            return _hint(error, words)
        case ConflictError():
            return f"To take it over, set {words.assign('adopt', True)}. {words.import_ and RENAMED + words.import_}"
        case BelowUsageError():
            return f"To have it so, set {words.assign('allow_below_usage', True)}."
        case BaselineForgottenError() | OverwrittenError():
            return f"{advice(error.cause, words)} {_forgets(error, words)}".strip()
        case NotInForceError():
            return f"{words.refresh} sets it again. {advice(error.cause, words)}".strip()
        case PartialRunError() | GoneError():
            return words.whole_run if isinstance(error, PartialRunError) else f"{words.refresh} makes another."
        case LostAnswerError() | ForeignError():
            return _of_tokens(error, words) if isinstance(error, LostAnswerError) else _ways_on(error, words)
        case NoCredentialsError():
            return words.no_credentials
        case CredentialsError() | AccountError():
            return advice(error.cause, words) if error.cause else "Use another key or profile, or change the list."
    settings = {name: words.setting(name) for name in ("caBundle", "endpoint")}
    return UNSENT.get(type(error), "").format_map(settings)


def _of_tokens(error: LostAnswerError, words: Words) -> str:
    """The listing shows a token half a minute after it was created."""
    if not error.digests:
        return (
            "If one was, the next create in this sub-application names it by its digest, as does "
            "`tc-resources status --stack` a minute from now: import it, or delete it in the console."
        )
    bring_in = f"To bring one in, use {words.import_} " if words.import_ else ""
    return f"Nothing was done with any of them. {bring_in}What nobody uses is deleted in the console."


def _forgets(error: BaselineForgottenError | OverwrittenError, words: Words) -> str:
    reset = words.assign("reset_limit", error.baseline)
    if isinstance(error, OverwrittenError):
        return f"The next {words.up} does not know that value: set {reset}."
    return f"A refresh forgets its {words.argument('baseline_limit')} of {error.baseline}: set {reset}."


def _ways_on(error: ForeignError, words: Words) -> str:
    first = advice(error.cause, words) if error.cause else f"Check whose key is used (it comes from {error.source})."
    alone = f"Where its account alone is in {words.setting('allowedAccountIds')}, what does not show is gone."
    return " ".join(filter(None, (first, words.forget, alone)))


def _hint(error: ServiceError, words: Words) -> str:
    known = THROTTLED if error.code.startswith(f"{THROTTLED}.") else error.code
    facts = {
        **{name: words.setting(name) for name in SETTINGS},
        **{name: words.argument(name) for name in ("zone_id", "domain_name", "area", "bandwidth")},
        **{name: words.argument(name) for name in ("sub_app_id", "quota_limit", "api_token")},
        "check_key": words.check_key.format(source=error.source),
        "permission": error.action,
        "source": error.source,
        "up": words.up,
        "replace_first": words.replace_first,
        "forget": words.forget,
    }
    return HINTS.get(known, ANY_OTHER).format_map(facts).strip()
