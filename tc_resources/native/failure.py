"""How a failed operation is told: one text, and a code that says whether what is in force is known."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from tc_resources.cloud.errors import CloudError, Outcome
from tc_resources.limits.advice import explain
from tc_resources.limits.errors import OperationError
from tc_resources.native.words import WORDS

CODES = {
    Outcome.REFUSED: grpc.StatusCode.FAILED_PRECONDITION,
    Outcome.THROTTLED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Outcome.UNCLEAR: grpc.StatusCode.UNKNOWN,
}
"""The engine leaves its state as it was with each: UNKNOWN says to who reads its log that the service may have more."""

FAULT = "This is a fault of tc-resources: please report it, with the lines above."


@contextmanager
def told(context: grpc.ServicerContext) -> Iterator[None]:
    """A call of the engine that fails inside is told in one text."""
    try:
        yield
    except OperationError as error:
        text, outcome = str(error), error.outcome
    except CloudError as error:
        text, outcome = explain(error, WORDS), error.outcome
    except Exception:  # noqa: BLE001 - a report needs its traceback, which nobody would see
        text, outcome = f"{traceback.format_exc()}\n{FAULT}", Outcome.UNCLEAR
    else:
        return
    context.abort(CODES[outcome], text)
