"""Tokens of which a row shows a part: the service may write `dqF****7PwN`."""

from __future__ import annotations


def is_masked(shown: str) -> bool:
    """Whether this is a part of a token, with stars in the place of the rest."""
    return "*" in shown


def fits(shown: str, token: str) -> bool:
    """Whether what shows can be this token."""
    start, _, rest = shown.partition("*")
    return token.startswith(start) and token.endswith(rest.rpartition("*")[2])
