"""The one thing that a provider process holds for all objects of the provider: its session.

Pulumi unpickles an object for each resource, so nothing else could be shared by them.
"""

from __future__ import annotations

import sys
import threading

from pulumi.dynamic import ConfigureRequest

from tc_resources.cloud import logs
from tc_resources.dynamic import threads
from tc_resources.dynamic.engine import DynamicEngine
from tc_resources.limits.operations import Operations
from tc_resources.limits.orphan import watch
from tc_resources.limits.session import Session

_lock = threading.Lock()
_sessions: list[Session] = []


def configure(request: ConfigureRequest) -> None:
    """Begin the session, with the settings of the stack or the instance; the first call does."""
    threads.widen()
    with _lock:
        if not _sessions:
            logs.switch_on(sys.stdout)
            _sessions.append(Session(request.config._props, DynamicEngine(sys.argv)))
            session = _sessions[0]
            watch(session.engine.alive, lambda: session.busy)


def operations(kind: str) -> Operations:
    """The operations of a kind of resource in the session that has begun."""
    if not _sessions:
        raise RuntimeError("The provider was not configured.")
    return Operations(_sessions[0], kind)
