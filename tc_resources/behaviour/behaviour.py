"""What the vendor's documents leave open about the two services, each property with all that it might be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from random import Random
from typing import Annotated, Any, Literal, get_type_hints

from tc_resources.behaviour.alternatives import Assumed, Documented, Property, Standing, property_of, text

LONGEST_LAG = 600
MOST_INTEGER = 2**63 - 1

Absence = Literal["ResourceNotFound", "ResourceNotFound.QuotaNotExist", "InvalidParameterValue", "FailedOperation"]
Denial = Literal[
    "UnauthorizedOperation.CamUnauthorized", "UnauthorizedOperation.NoPermission", "AuthFailure.UnauthorizedOperation"
]
WrongToken = Literal["AuthFailure.TokenFailure", "AuthFailure.SecretIdNotFound"]


@dataclass(frozen=True)
class Behaviour:
    """One way in which the services may behave. Lags are in seconds, bandwidths in Mbps.

    Raises ValueError for a value that is not among a property's alternatives. `measured` names the properties that
    have been seen on a real account.
    """

    # TEO.
    limit_lag: Annotated[float, Assumed("seconds until the listing of limits shows a change", most=LONGEST_LAG)] = 0.0
    existing_limit: Annotated[Literal["updates", "refuses"], Assumed("what `on` does over a limit that exists")] = (
        "updates"
    )
    absent_limit: Annotated[
        Literal["FailedOperation.PrefetchOriginLimitNotFound", "FailedOperation", "succeeds"],
        Documented("what `off` answers where there is no limit"),
    ] = "FailedOperation.PrefetchOriginLimitNotFound"
    off_bandwidth: Annotated[Literal["checked", "ignored"], Assumed("whether `off` minds the bounds of Bandwidth")] = (
        "checked"
    )
    most_bandwidth: Annotated[
        int | None,
        Assumed("the largest bandwidth of this account, if below the documented one", least=100, most=100_000),
    ] = None
    domain_case: Annotated[
        Literal["as_sent", "ignored", "lower", "upper"],
        Assumed("letters of domains: told apart; or not, and shown as first sent, in lower or in upper case"),
    ] = "as_sent"
    domain_form: Annotated[
        Literal["as_sent", "punycode", "unicode"],
        Assumed("A- and U-labels of domains: told apart; or not, and all shown as one of them"),
    ] = "as_sent"
    domain_dot: Annotated[
        Literal["as_sent", "without", "with"],
        Assumed("a dot at a domain's end: told apart; or not, and never or always shown"),
    ] = "as_sent"
    area_form: Annotated[
        Literal["documented", "lower", "as_zones"],
        Assumed("how the listing writes areas; zones have overseas and mainland"),
    ] = "documented"
    limit_filters: Annotated[Literal["honoured", "ignored"], Documented("Filters of DescribePrefetchOriginLimit")] = (
        "honoured"
    )
    unknown_zone: Annotated[
        Literal[
            "accepted", "InvalidParameter.ZoneNotFound", "ResourceNotFound", "UnauthorizedOperation.CamUnauthorized"
        ],
        Assumed("what a zone gets that was not put and has no limits"),
    ] = "accepted"
    unknown_domain: Annotated[
        Literal["accepted", "InvalidParameter.DomainNotFound"],
        Assumed("what a write of a domain gets that was not put and has no limits"),
    ] = "accepted"
    teo_denial: Annotated[Denial, Assumed("the code where a policy allows no TEO action")] = (
        "UnauthorizedOperation.CamUnauthorized"
    )

    # VOD.
    quota_lag: Annotated[float, Assumed("seconds until the listing of quotas shows a change", most=LONGEST_LAG)] = 0.0
    existing_quota: Annotated[
        Literal["known_text", "other_text", "ResourceInUse", "FailedOperation"],
        Assumed("what creating over a quota answers; a text comes with InvalidParameterValue"),
    ] = "known_text"
    absent_quota_modify: Annotated[Absence, Assumed("what modifying an absent quota answers")] = "ResourceNotFound"
    absent_quota_delete: Annotated[Absence | Literal["succeeds"], Assumed("what deleting an absent quota answers")] = (
        "ResourceNotFound"
    )
    least_quota: Annotated[Literal[0, 1], Assumed("the least QuotaLimit that is taken")] = 0
    most_quota: Annotated[int | None, Assumed("the largest QuotaLimit that is taken", least=1, most=MOST_INTEGER)] = (
        None
    )
    refused_quota: Annotated[
        Literal["InvalidParameterValue", "LimitExceeded", "FailedOperation"],
        Assumed("the code for a QuotaLimit that is not taken"),
    ] = "InvalidParameterValue"
    below_usage: Annotated[
        Literal["accepted", "InvalidParameterValue"], Assumed("what setting a quota below its usage answers")
    ] = "accepted"
    modified_usage: Annotated[Literal["kept", "cleared"], Assumed("what modifying a quota makes of its usage")] = "kept"
    token_elsewhere: Annotated[Literal["refused", "ignored"], Assumed("an ApiToken with another type than Text")] = (
        "refused"
    )
    type_form: Annotated[Literal["documented", "lower"], Assumed("how the listing writes types")] = "documented"
    token_form: Annotated[
        Literal["whole", "masked", "absent"],
        Assumed("what the listing shows of a token; masked are all but the first 3 and the last 4 characters"),
    ] = "whole"
    tokens_listed: Annotated[
        Literal["all", "own"], Assumed("without an ApiToken: all quotas of the type, or only the application's own")
    ] = "all"
    token_filter: Annotated[Literal["honoured", "ignored"], Documented("the ApiToken of DescribeAigcQuotas")] = (
        "honoured"
    )
    zero_quotas_listed: Annotated[bool, Assumed("whether a listing without an ApiToken shows quotas of 0")] = True
    zero_quotas_found: Annotated[bool, Assumed("whether a listing with an ApiToken shows a quota of 0")] = True
    token_lag: Annotated[
        float,
        Documented(
            "seconds until the listing of API tokens shows a change, and until a new one can be changed or deleted",
            most=LONGEST_LAG,
        ),
    ] = 30.0
    tokens_shown: Annotated[
        Literal["whole", "masked"],
        Documented("what the listing of API tokens shows; masked are all but the first 3 and the last 4 characters"),
    ] = "whole"
    absent_token_update: Annotated[Absence, Assumed("what updating an absent API token, or a new one, answers")] = (
        "ResourceNotFound"
    )
    absent_token_delete: Annotated[
        Absence | Literal["succeeds"], Assumed("what deleting an absent API token, or a new one, answers")
    ] = "ResourceNotFound"
    token_quota: Annotated[Literal["deleted", "kept"], Documented("what deleting an API token makes of its quotas")] = (
        "deleted"
    )
    new_token_quota: Annotated[
        Absence | Literal["accepted"], Assumed("what creating a quota of an API token answers that is new")
    ] = "accepted"
    no_ext_info: Annotated[
        Literal["object", "empty", "null"], Assumed("what the listing shows as ExtInfo of a token that has none")
    ] = "object"
    unknown_sub_app: Annotated[
        Literal["accepted", "refused", "refused_writes"],
        Assumed("an application that was not put and has no quotas; refused is ResourceNotFound.UserNotExist"),
    ] = "accepted"
    vod_denial: Annotated[Denial, Assumed("the code where a policy allows no VOD action")] = (
        "AuthFailure.UnauthorizedOperation"
    )

    # Both, and who calls.
    row_order: Annotated[
        Literal["oldest_first", "newest_first", "shuffled"],
        Assumed("the order in which listings show limits and quotas"),
    ] = "oldest_first"
    shuffle_seed: Annotated[int, Assumed("which of the shuffled orders, the same in each listing", most=9999)] = 0
    throttled_counts: Annotated[bool, Assumed("whether requests above the rate count towards it")] = False
    identity_permission: Annotated[bool, Assumed("whether GetCallerIdentity needs a permission")] = True
    missing_token: Annotated[WrongToken, Assumed("temporary credentials without their token")] = (
        "AuthFailure.SecretIdNotFound"
    )
    wrong_token: Annotated[WrongToken, Assumed("temporary credentials with a wrong or old token")] = (
        "AuthFailure.TokenFailure"
    )

    measured: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for known in self.fields():
            value = getattr(self, known.name)
            if not known.alternatives.admits(value):
                raise ValueError(f"{known.name} is {text(value)}, and may be: {known.alternatives}.")
        _refuse_unknown(self.measured)

    @classmethod
    def fields(cls) -> tuple[Property, ...]:
        """All properties, each with its meaning, alternatives, default and the standing of that."""
        return _properties()

    @classmethod
    def drawn(cls, random: Random, **chosen: Any) -> Behaviour:
        """A way that chance chooses, of the properties that no document settles; those in `chosen` are as they say."""
        open_ = {known.name: known.alternatives for known in cls.fields() if known.standing == "assumed"}
        return cls(**{**{name: alternatives.drawn(random) for name, alternatives in open_.items()}, **chosen})

    @classmethod
    def from_report(cls, report: Mapping[str, Mapping[str, Any]]) -> Behaviour:
        """The behaviour that a report of `as_report` tells, its notes apart; what it leaves out is as by default.

        Raises ValueError for a property or a standing that there is none of, and for a value that cannot be.
        """
        if not isinstance(report, Mapping):
            raise ValueError("A report is an object of properties.")
        _refuse_unknown(report)
        for name, row in report.items():
            if not isinstance(row, Mapping) or row.keys() - {"note"} != {"value", "standing"}:
                raise ValueError(f"{name} has a value and a standing, perhaps a note, and nothing else.")
            if row["standing"] not in ("documented", "assumed", "measured"):
                raise ValueError(f"{name} is documented, assumed or measured.")
        measured = frozenset(name for name, row in report.items() if row["standing"] == "measured")
        return cls(**{name: row["value"] for name, row in report.items()}, measured=measured)

    def as_report(self) -> dict[str, dict[str, Any]]:
        """Every property's value and standing, as JSON can hold them."""
        return {
            known.name: {"value": getattr(self, known.name), "standing": self.standing(known)}
            for known in self.fields()
        }

    def standing(self, known: Property) -> Standing:
        """How well this property's value is known; what somebody has chosen is assumed."""
        if known.name in self.measured:
            return "measured"
        return known.standing if getattr(self, known.name) == known.default else "assumed"

    def table(self) -> str:
        """All properties in Markdown."""
        rows = [
            (f"`{known.name}`", known.meaning, known.alternatives, getattr(self, known.name), self.standing(known))
            for known in self.fields()
        ]
        heads = [("property", "meaning", "alternatives", "here", "standing"), ("---",) * 5]
        return "\n".join(f"| {' | '.join(map(text, row))} |" for row in [*heads, *rows])


@cache
def _properties() -> tuple[Property, ...]:
    hints = get_type_hints(Behaviour, include_extras=True)
    of_the_services = (field for field in fields(Behaviour) if field.name != "measured")
    return tuple(property_of(field.name, field.default, hints[field.name]) for field in of_the_services)


def _refuse_unknown(names: Iterable[str]) -> None:
    known = {known.name for known in Behaviour.fields()}
    for name in names:
        if name not in known:
            raise ValueError(f"There is no property {name!r}; there are {', '.join(sorted(known))}.")


DEFAULT = Behaviour()
