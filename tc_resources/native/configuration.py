"""The settings of a provider: the stack's, or those of an explicit instance, which takes the rest from the stack.

The engine gives an instance what the program says, and this process, in PULUMI_CONFIG, what the stack says under our
namespace. Values that are no text come as JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from tc_resources.cloud import target
from tc_resources.cloud.config import IDENTITY, INSTANCE, SECRETS, Config, config_key, inherited
from tc_resources.cloud.errors import ConfigError
from tc_resources.limits.advice import explain
from tc_resources.native.protocol import Message, message
from tc_resources.native.values import received, sent
from tc_resources.native.words import WORDS

ENGINES = ("version", "pluginDownloadURL", "__internal")
"""What the engine itself keeps among a provider's properties."""
DEFAULT = "default"
"""How the name of a provider begins that the engine makes for a stack, with all its settings."""
STACK = "PULUMI_CONFIG"
NONE, SOME = 1, 2


def check(request: Message, environ: Mapping[str, str] = os.environ) -> Message:
    """Take what an instance does not say from the stack, and say what is wrong with it, as far as it is known."""
    known, unknown, secret = received(request.news)
    failures = []
    try:
        if not _is_default(request):
            own = any(name in known or name in unknown for name in IDENTITY)
            known = {**inherited(config(_of_stack(environ)), _name(request), own=own), **known}
        _demand(known, unknown, environ)
    except ConfigError as error:
        failures.append(message("CheckFailure")(reason=explain(error, WORDS)))
    return message("CheckResponse")(inputs=sent(known, {*secret, *SECRETS}, unknown), failures=failures)


def diff(request: Message) -> Message:
    """Whether any setting changed. None replaces a provider, whose resources would be replaced with it."""
    old, new = (received(struct) for struct in (request.old_inputs, request.news))
    same = _ours(old.known) == _ours(new.known) and not new.unknown
    return message("DiffResponse")(changes=NONE if same else SOME)


def config(given: Mapping[str, Any]) -> dict[str, str]:
    """The settings by their keys in Pulumi's config, each a text."""
    return {config_key(name): _text(value) for name, value in _ours(given).items()}


def _is_default(request: Message) -> bool:
    """Whether the engine has made this provider, for a stack."""
    return _name(request).startswith(DEFAULT)


def _name(request: Message) -> str:
    return str(request.name or request.urn.rpartition("::")[2])


def _of_stack(environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        found = json.loads(environ.get(STACK) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _ours(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in ENGINES}


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value)


def _demand(known: Mapping[str, Any], unknown: Iterable[str], environ: Mapping[str, str]) -> None:
    """Raises ConfigError where a key is unknown, or what is addressed is wrong and known already."""
    named = {**known, **dict.fromkeys(unknown, "")}
    Config(config({name: value for name, value in named.items() if name != INSTANCE}), {})
    if not {"endpoint", "site", "allowPlainHttp"} & {*unknown}:
        target.endpoint(Config(config(known), environ))
