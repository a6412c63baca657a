"""How the command says to its users what to do: it has an environment, and no program and no stack."""

from __future__ import annotations

from tc_resources.cloud.config import variable
from tc_resources.cloud.errors import CloudError
from tc_resources.limits.advice import Words, explain

WORDS = Words(
    argument=str,
    assign=lambda name, value: f"{name}={value!r}",
    setting=variable,
    check_key="Check the key, which comes from {source}.",
    forget="",
    whole_run="",
    replace_first="delete_before_replace=True",
    import_="",
)


def told(error: CloudError) -> str:
    """The error, and what to do about it."""
    return explain(error, WORDS)
