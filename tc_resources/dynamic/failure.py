"""How a failed operation is told: one text that stands alone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from tc_resources.cloud.errors import CloudError
from tc_resources.limits.handler import UnknownIdError
from tc_resources.limits.session import AnyHandler


class LimitError(Exception):
    """What the engine shows of a failed operation: a text that stands alone, and no traceback.

    The host formats the traceback first and the text last. Between the two, and only then, tracebacks are off: other
    authors' providers live in this process and need theirs.
    """

    __module__ = "tc_resources"

    _lock = threading.Lock()
    _untold: ClassVar[set[LimitError]] = set()
    _former: ClassVar[dict[str, Any]] = {}
    """What was set before, to be set again."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        with LimitError._lock:
            if not LimitError._untold:
                LimitError._former = {name: value for name, value in vars(sys).items() if name == "tracebacklimit"}
            LimitError._untold.add(self)
            sys.tracebacklimit = 0

    def __str__(self) -> str:
        with LimitError._lock:
            if self in LimitError._untold:
                LimitError._untold.remove(self)
                if not LimitError._untold:
                    vars(sys).pop("tracebacklimit")
                    vars(sys).update(LimitError._former)
        return super().__str__()


@contextmanager
def told(doing: str, handler: AnyHandler, resource_id: str) -> Iterator[None]:
    """What goes wrong inside is told in one text: what we did, to which resource, and why it failed."""
    try:
        yield
    except CloudError as error:
        before = "" if error.says_all else f"{doing} {named(handler, resource_id)} failed. "
        raise LimitError(f"{before}{error}") from None


def named(handler: AnyHandler, resource_id: str) -> str:
    """The resource as an error names it; an id of another form is left to the error, which knows what to show of it."""
    try:
        return f"the {handler.title(resource_id)}"
    except UnknownIdError:
        return "the resource"
