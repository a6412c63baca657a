"""Asking the service at preview, where there may be no credentials, no network and no permission."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from tc_resources.cloud.errors import AccountError, CloudError, ConfigError, NoCredentialsError, ServiceError
from tc_resources.limits.advice import explain
from tc_resources.limits.engine import Engine
from tc_resources.limits.fields import Failure

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client

SECONDS = 5.0
"""How long a preview waits for the service before it goes on without."""


class Preflight:
    """What cannot be asked is left out, and the user is told once: of the account, or of the scope that is closed.

    No such case but a failure is a setting that is wrong, and an account that is not an allowed one or cannot be told.
    """

    def __init__(self, connect: Callable[[], Client], engine: Engine) -> None:
        self._connect, self._engine = connect, engine
        self._lock = threading.Lock()
        self._closed: set[Hashable] = set()
        self._refused: list[Failure] = []

    def ask(self, scope: Hashable, question: Callable[[], list[Failure]]) -> list[Failure]:
        """What `question` finds at the service in a zone or sub-application."""
        if self._refused or self._closed & {scope, None}:
            return self._refused
        try:
            with self._connect().operation(SECONDS):
                return question()
        except NoCredentialsError as error:
            self._close(None, error)
        except (AccountError, ConfigError) as error:
            self._refused = [Failure("", explain(error, self._engine.words))]
        except CloudError as error:
            self._close(scope if _concerns_one_scope(error) else None, error)
        return self._refused

    def _close(self, scope: Hashable, error: CloudError) -> None:
        with self._lock:
            told = bool(self._closed & {scope, None})
            self._closed.add(scope)
        if not told:
            text = explain(error, self._engine.words)
            self._engine.notice(f"What is there already was not looked at before the run. {text}")


def _concerns_one_scope(error: CloudError) -> bool:
    return isinstance(error, ServiceError) and (error.denied or not error.code.startswith("AuthFailure"))
