"""How a failed operation is told: one text that stands alone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tc_resources.api.errors import CloudError
from tc_resources.handler import UnknownIdError
from tc_resources.process import AnyHandler


class LimitError(Exception):
    """What the engine shows of a failed operation: a text that stands alone, and no traceback.

    The host formats the traceback first and the text last. Between the two, and only then, tracebacks are off: other
    authors' providers live in this process and need theirs.
    """

    __module__ = "tc_resources"

    _lock = threading.Lock()
    _pending = 0

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._told = False
        with LimitError._lock:
            LimitError._pending += 1
            sys.tracebacklimit = 0

    def __str__(self) -> str:
        with LimitError._lock:
            if not self._told:
                self._told = True
                LimitError._pending -= 1
            if not LimitError._pending:
                vars(sys).pop("tracebacklimit", None)
        return super().__str__()


@contextmanager
def told(doing: str, handler: AnyHandler, resource_id: str) -> Iterator[None]:
    """Inside one time limit; what goes wrong is told in one text: what we did, to which resource, and why it failed."""
    try:
        with handler.operation(resource_id):
            yield
    except CloudError as error:
        raise LimitError(f"{doing} {named(handler, resource_id)} failed. {error}") from None


def named(handler: AnyHandler, resource_id: str) -> str:
    """The resource as an error names it; an id of another form stands for itself."""
    try:
        return f"the {handler.title(resource_id)}"
    except UnknownIdError:
        return resource_id
