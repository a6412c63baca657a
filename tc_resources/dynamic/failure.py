"""How a failed operation is told: one text that stands alone."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from tc_resources.limits.errors import OperationError


class LimitError(Exception):
    """What the engine shows of a failed operation: a text that stands alone, and no traceback.

    The host formats the traceback first and the text last. Between the two, and only then, tracebacks are off: other
    authors' providers live in this process and need theirs. They are on again, too, once nobody holds the error.
    """

    __module__ = "tc_resources"

    _lock = threading.RLock()  # an error may be collected while another one holds it
    _untold: ClassVar[set[int]] = set()
    _former: ClassVar[dict[str, Any]] = {}
    """What was set before, to be set again."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        with LimitError._lock:
            if not LimitError._untold:
                LimitError._former = {name: value for name, value in vars(sys).items() if name == "tracebacklimit"}
            LimitError._untold.add(id(self))
            sys.tracebacklimit = 0
        weakref.finalize(self, LimitError._tell, id(self)).atexit = False

    def __str__(self) -> str:
        LimitError._tell(id(self))
        return super().__str__()

    @classmethod
    def _tell(cls, error: int) -> None:
        with cls._lock:
            if error in cls._untold:
                cls._untold.remove(error)
                if not cls._untold:
                    vars(sys).pop("tracebacklimit", None)
                    vars(sys).update(cls._former)


@contextmanager
def told() -> Iterator[None]:
    """An operation that fails inside is told in one text."""
    try:
        yield
    except OperationError as error:
        raise LimitError(str(error)) from None
