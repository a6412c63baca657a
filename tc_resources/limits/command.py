"""The engine's command: under --target and --exclude it shows its providers a part of the program only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from tc_resources.limits.errors import HiddenCommandError
from tc_resources.limits.processes import ancestors, holder, socket_at
from tc_resources.limits.run import port_of

UPS = frozenset({"up", "update", "watch"})
"""The commands that delete what has left the program; a destroy ends what it is told to, whatever a program says."""
PART = re.compile(r"--(target|target-replace|exclude)(=.*)?|-[^-sCcmpvt]*t.*", re.DOTALL)
"""A flag that leaves something out, -t also behind other letters, but not in the value of one that takes a value."""
VARIABLES = ("PULUMI_OPTION_TARGET", "PULUMI_OPTION_TARGET_REPLACE", "PULUMI_OPTION_EXCLUDE")
"""In which the CLI takes these flags too."""


def shows_all(address: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the engine at this address shows all that the program declares; one that nobody named does.

    Its environment is ours, unless it has attached to us. Raises HiddenCommandError where nobody can tell.
    """
    if not address:
        return True
    commands = _commands(address)
    given = any(map(environ.get, VARIABLES))
    return not any(_ups(words) and (given or _hides(words)) for words in commands)


def _commands(address: str) -> list[tuple[str, ...]]:
    """The command line of the process that listens there, or else of the first among our ancestors that bears the
    engine's name; where none does, any of them may be it.
    """
    known = list(ancestors())
    socket = socket_at(port_of(address))
    found = holder(socket, [process.number for process in known]) if socket else None
    engine = found or next((process for process in known if process.is_engine), None)
    commands = [process.words for process in ([engine] if engine else known)]
    if not commands or not all(commands):
        raise HiddenCommandError
    return commands


def _ups(words: Sequence[str]) -> bool:
    """Whether it may be an up: a word that might be a flag's value is taken for the command too."""
    return not UPS.isdisjoint(words[1:])


def _hides(words: Sequence[str]) -> bool:
    return any(map(PART.fullmatch, words[1:]))
