"""The engine's command line: under --target and --exclude it shows its providers a part of the program only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tc_resources.limits.errors import HiddenCommandError
from tc_resources.limits.processes import ancestors, holder, socket_at
from tc_resources.limits.run import port_of

UPS = frozenset({"up", "update", "watch"})
"""The commands that delete what has left the program; a destroy ends what it is told to, whatever a program says."""
PART = re.compile(r"--(target|target-replace|exclude)(=.*)?|-[^-sCcmpvt]*t.*", re.DOTALL)
"""A flag that leaves something out, -t also behind other letters, but not in the value of one that takes a value."""


def shows_all(address: str) -> bool:
    """Whether the engine at this address shows all that the program declares; one that nobody named does.

    Raises HiddenCommandError where nobody can tell.
    """
    return not address or not any(map(_hides, _commands(address)))


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


def _hides(words: Sequence[str]) -> bool:
    """Whether it may be an up of a part: a word that might be another flag's value is taken for the command too."""
    return not UPS.isdisjoint(words[1:]) and any(map(PART.fullmatch, words[1:]))
