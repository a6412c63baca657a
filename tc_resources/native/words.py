"""How the face of all languages says to its users what to do: as most of them write it."""

from __future__ import annotations

import json

from tc_resources.limits.advice import Words
from tc_resources.limits.names import camel_case

WORDS = Words(
    argument=camel_case,
    assign=lambda name, value: f"{camel_case(name)}: {json.dumps(value)}",
    replace_first="the resource option deleteBeforeReplace",
    import_="`pulumi import` or the resource option import.",
    number=": from the stack's config, `config.requireNumber` gives a number (in Python `config.require_int`)",
    no_credentials="(Pulumi shows this plugin no config but its own: what is under tencentcloud: does not count here.)",
)
