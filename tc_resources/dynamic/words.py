"""How the face of Python programs says to its users what to do."""

from __future__ import annotations

from tc_resources.limits.advice import Words

WORDS = Words(
    argument=str,
    assign=lambda name, value: f"{name}={value!r}",
    replace_first="delete_before_replace=True",
    import_="`pulumi import --file` (docs/importing.md).",
    number=": from the stack's config, `config.require_int` gives a number",
)
