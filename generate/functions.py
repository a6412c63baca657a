"""What the schema says of each function, beside what its arguments may be."""

from __future__ import annotations

from typing import Any, NamedTuple

from tc_resources import AigcQuota, PrefetchOriginLimit
from tc_resources.cloud.identities import LimitIdentity
from tc_resources.limits.in_force import QUOTA
from tc_resources.limits.period import PeriodArgs
from tc_resources.limits.usage import UsageArgs
from tc_resources.native.tokens import CURRENT_PERIOD, GET_LIMIT, GET_QUOTA, GET_USAGE

NOTHING = "Where there is none, the answer has no properties."
COUNTS = {"type": "object", "additionalProperties": {"type": "number"}}


class Function(NamedTuple):
    """`inputs` says what its `arguments` may be, and `texts` what they mean, else the resource that has them too."""

    text: str
    inputs: type
    arguments: tuple[str, ...]
    texts: dict[str, str]
    outputs: dict[str, dict[str, Any]]
    always: bool
    example: dict[str, Any]
    """What the function is called with."""


FUNCTIONS = {
    GET_QUOTA: Function(
        f"The quota that is in force, without managing it. {NOTHING}",
        AigcQuota.inputs,
        QUOTA,
        {},
        {
            "quotaLimit": {"type": "number", "description": "images, seconds of video or tokens of text, by the type"},
            "usage": {"type": "number", "description": "what of it is used, in the same unit"},
        },
        always=False,
        example={"subAppId": 200000004, "quotaType": "Image"},
    ),
    GET_LIMIT: Function(
        f"The limit that is in force, without managing it. {NOTHING}",
        PrefetchOriginLimit.inputs,
        LimitIdentity._fields,
        {},
        {"bandwidth": {"type": "integer", "description": "Mbps"}},
        always=False,
        example={"zoneId": "zone-3abcj8tqd", "domainName": "www.example.com", "area": "Overseas"},
    ),
    GET_USAGE: Function(
        "What an application, or one token of it, has generated in the days up to today. It works before there is any "
        "quota. Days are those of the account's bill, UTC+8; those without usage are left out.",
        UsageArgs,
        ("sub_app_id", "aigc_type", "days", "api_token"),
        {
            "sub_app_id": "the VOD application, such as 200000004.",
            "aigc_type": "one of the types of quotas, or another, which no quota covers.",
            "days": "how many days, today included; 365 at most.",
            "api_token": "the token whose share is asked for, else all is.",
        },
        {
            "total": {"type": "number", "description": "images, seconds, tokens or others, by the type"},
            "tasks": {"type": "number", "description": "in how many tasks"},
            "byDay": {**COUNTS, "description": "of each day, such as 2026-11-26"},
            "byModel": {**COUNTS, "description": "of each model"},
        },
        always=True,
        example={"subAppId": 200000004, "aigcType": "Video"},
    ),
    CURRENT_PERIOD: Function(
        "The name of the day, week, month or year that it is, for a budget that turns by itself as the period of a "
        "quota: 2026-11-26, 2026-W48, 2026-11 or 2026. Let all runs of a stack use the same kind and zone.",
        PeriodArgs,
        ("kind", "zone"),
        {
            "kind": '"daily", "weekly", "monthly" or "yearly".',
            "zone": "whose calendar counts, such as Europe/Berlin; else that of the account's bill, UTC+8.",
        },
        {"period": {"type": "string", "description": "its name, which sorts by time"}},
        always=True,
        example={"kind": "monthly"},
    ),
}
