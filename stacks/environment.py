"""What a stack's config says, typed: its sites, its applications and whether they are protected.

All of it is written, an empty list too: what were missing or misspelt would end limits, or leave them unprotected.
"""

from __future__ import annotations

import difflib
import re
from hashlib import sha256
from typing import Annotated, Any, Literal

import pulumi
from pulumi.runtime import get_config_env, get_config_secret_keys_env
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails
from typing_extensions import Self

from tc_resources import current_period

Area = Literal["Overseas", "MainlandChina"]
Mbps = Annotated[int, Field(ge=100, le=100_000)]
Amount = Annotated[int, Field(ge=0, le=2**53 - 1)]
Name = Annotated[str, Field(min_length=1)]
QuotaType = Literal["Image", "Video", "Text"]
_DIGEST = re.compile("apiToken-([0-9a-f]{12})")
_NAMED_SECRET = re.compile(r'"secret"\s*:\s*"([^"]*)"')
CALENDAR = ("daily", "weekly", "monthly", "yearly")


def _period(text: str) -> str:
    """A word of the calendar, or a text of one's own. Raises ValueError where it may be another word: none changes."""
    if text in CALENDAR or any(letter.isdigit() for letter in text):
        return text
    nearest = difflib.get_close_matches(text.lower(), CALENDAR, 1, 0.0)[0]
    known = ", ".join(CALENDAR)
    raise ValueError(f"{text} is none of {known}; the nearest is {nearest}. A text of your own has a digit")


Period = Annotated[Name, AfterValidator(_period)]


class Strict(BaseModel):
    """A part of the config: keys in camel case, none of them unknown, values of the very type."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, hide_input_in_errors=True)


class Bandwidth(Strict):
    """What a prefetch may draw from an origin: a number, or `{mbps: 500, adopt: true}`."""

    mbps: Mbps
    adopt: bool = False

    @model_validator(mode="before")
    @classmethod
    def _number(cls, given: Any) -> Any:
        return given if isinstance(given, dict) else {"mbps": given}


class Domain(Strict):
    """A domain and what a prefetch may draw from its origin in each area."""

    name: Name
    bandwidth: dict[Area, Bandwidth]


class Site(Strict):
    """An EdgeOne zone."""

    name: Name
    zone_id: Name
    domains: list[Domain]


class Cap(Strict):
    """What a quota may be: a number, or `{limit: 2000, adopt: true, resetLimit: 100, allowBelowUsage: true}`."""

    limit: Amount
    adopt: bool = False
    reset_limit: Amount | None = None
    allow_below_usage: bool = False

    @model_validator(mode="before")
    @classmethod
    def _number(cls, given: Any) -> Any:
        return given if isinstance(given, dict) else {"limit": given}


class Token(Cap):
    """A share of text generation; `secret` is the key of the stack's config that holds the API token."""

    name: Name
    secret: Name
    period: Period | None = None


class Application(Strict):
    """A VOD sub-application: images and seconds of video by type, tokens of text by API token.

    A type with a period has a budget for that period: with the next one its usage starts again. Others are fixed. A
    period is daily, weekly, monthly or yearly, by the calendar of the account's bill, or a text that you change, which
    has a digit.
    """

    name: Name
    sub_app_id: Annotated[int, Field(ge=1)]
    quotas: dict[QuotaType, Cap]
    periods: dict[QuotaType, Period]
    tokens: list[Token]

    @model_validator(mode="after")
    def _periods_have_quotas(self) -> Self:
        strangers = self.periods.keys() - self.quotas.keys()
        if strangers:
            raise ValueError(f"periods has {', '.join(sorted(strangers))}, which quotas has not")
        return self


class Environment(Strict):
    """All that tells one stack from another."""

    sites: list[Site]
    applications: list[Application]
    protect: bool


PARTS = (Bandwidth, Domain, Site, Cap, Token, Application)


def load() -> Environment:
    """The environment of the selected stack. Raises pulumi.RunError, one line for each mistake."""
    try:
        return Environment.model_validate(_values())
    except ValidationError as error:
        raise pulumi.RunError("\n".join(_mistakes(error))) from None


def _values() -> dict[str, Any]:
    """All of the project's config but its secrets and other API tokens that `secret` names."""
    config, prefix = pulumi.Config(), f"{pulumi.get_project()}:"
    given = set(get_config_env()) - set(get_config_secret_keys_env())
    names = {key.removeprefix(prefix) for key in given if key.startswith(prefix)}
    tokens = _NAMED_SECRET.findall(config.get("applications") or "")
    return {name: config.get_object(name) for name in sorted(names.difference(tokens))}


def period(text: str | None) -> str | None:
    """The period that is current now, where it follows the calendar; any other text is itself one."""
    return current_period(text) if text in CALENDAR else text


def secret(key: str) -> pulumi.Output[str]:
    """A secret of the stack's config. Raises pulumi.RunError where it is not set, or not what its name says."""
    value = pulumi.Config().get(key)
    if value is None:
        raise pulumi.RunError(f"{_file()}: {key} is not set: pulumi config set --secret {key}")
    digest = _DIGEST.fullmatch(key)
    if digest and sha256(value.encode()).hexdigest()[:12] != digest[1]:
        raise pulumi.RunError(f"{_file()}: {key} is another token: pulumi config set --secret {key}")
    return pulumi.Output.secret(value)


def _mistakes(error: ValidationError) -> list[str]:
    project = pulumi.get_project()
    return [f"{_file()}: {project}:{_path(fault['loc'])}: {_told(fault)}" for fault in error.errors()]


def _told(fault: ErrorDetails) -> str:
    if fault["type"] != "extra_forbidden":
        return fault["msg"]
    parts = PARTS if len(fault["loc"]) > 1 else (Environment,)
    known = [to_camel(name) for part in parts for name in part.model_fields]
    nearest = difflib.get_close_matches(str(fault["loc"][-1]), known, 1, 0.0)[0]
    return f"There is no such key; the nearest is {nearest}"


def _path(location: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).lstrip(".")


def _file() -> str:
    return f"Pulumi.{pulumi.get_stack()}.yaml"
