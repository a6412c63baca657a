"""How the face of all languages says to its users what to do: as most of them write it."""

from __future__ import annotations

import json

from tc_resources.cloud.config import config_key, variable
from tc_resources.limits.advice import Words
from tc_resources.limits.names import camel_case

WORDS = Words(
    argument=camel_case,
    assign=lambda name, value: f"{camel_case(name)}: {json.dumps(value)}",
    setting=lambda name: f"{config_key(name)} ({variable(name)})",
    check_key="Check the key, which comes from {source}. Refresh and destroy use the config of the last up: where the "
    "key has changed since, `pulumi up` renews it, as does `--run-program` beside `--refresh`.",
    up="`pulumi up`",
    refresh="`pulumi up --refresh`",
    forget="If it is gone, `pulumi state delete URN` lets go of what it had.",
    whole_run="Run `pulumi up` without --target and --exclude; or end it for certain by `pulumi destroy --target URN`.",
    replace_first="the resource option deleteBeforeReplace",
    import_="If this program renamed it (or `--replace`d it) and gave it a new value at once, name the old one in "
    "aliases, or change the value in a step of its own. To bring it in as it is, use `pulumi import` or the resource "
    "option import.",
    number=": from the stack's config, `config.requireNumber` gives a number (in Python `config.require_int`)",
    no_credentials="(Pulumi shows this plugin no config but its own: what is under tencentcloud: does not count here.)",
)
