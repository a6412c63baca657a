"""The parameters of an action: their names and types are checked before anything else is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_pascal

from tc_resources.testing.emulator.errors import ApiError

MOST_A_PAGE = 100

CODES = {"missing": "MissingParameter", "extra_forbidden": "UnknownParameter"}

Row = TypeVar("Row")
Model = TypeVar("Model", bound="Parameters")


class Parameters(BaseModel):
    """Declared in snake_case, sent in PascalCase."""

    model_config = ConfigDict(alias_generator=to_pascal, extra="forbid", strict=True, frozen=True)


def parse(model: type[Model], params: dict[str, object]) -> Model:
    """Assumed: of several mistakes the first is answered. The message never repeats a value, which may be secret."""
    try:
        return model.model_validate(params)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ApiError(CODES.get(first["type"], "InvalidParameter"), f"{name}: {first['msg']}.") from None


def bounds(limit: int | None, offset: int | None, usual: int, code: str, most: int = MOST_A_PAGE) -> tuple[int, int]:
    """How many rows a page has and where it begins. Documented: `usual` rows, `most` at most.

    Assumed: `code` refuses what is outside the bounds.
    """
    limit, offset = usual if limit is None else limit, offset or 0
    if not 1 <= limit <= most:
        raise ApiError(code, f"Limit must be from 1 to {most}.")
    if offset < 0:
        raise ApiError(code, "Offset must not be negative.")
    return limit, offset


def page(rows: Sequence[Row], bounds: tuple[int, int]) -> Sequence[Row]:
    """The rows of one page."""
    limit, offset = bounds
    return rows[offset : offset + limit]
