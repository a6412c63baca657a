"""How the face of Python programs says to its users what to do."""

from __future__ import annotations

from tc_resources.cloud.config import config_key, variable
from tc_resources.limits.advice import Words

WORDS = Words(
    argument=str,
    assign=lambda name, value: f"{name}={value!r}",
    setting=lambda name: f"{config_key(name)} ({variable(name)})",
    check_key="Check the key, which comes from {source}. Refresh and destroy use the config of the last up: where the "
    "key has changed since, `pulumi up` renews it, as does `--run-program` beside `--refresh`.",
    up="`pulumi up`",
    refresh="`pulumi up --refresh`",
    forget="If it is gone, `pulumi state delete URN` lets go of what it had.",
    whole_run="Run `pulumi up` without --target and --exclude; or end it for certain by `pulumi destroy --target URN`.",
    number=": from the stack's config, `config.require_int` gives a number",
    replace_first="delete_before_replace=True",
    import_="If this program renamed it (or `--replace`d it) and gave it a new value at once, name the old one in "
    "aliases, or change the value in a step of its own. To bring it in as it is, use `pulumi import --file` "
    "(docs/importing.md).",
)
