"""What a service is: a version, and actions by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

Params = dict[str, object]
"""Parameters as they were sent, or the fields of an answer."""
Action = Callable[[Params, float], Params]
"""Takes the parameters and the time in unix seconds, returns the answer's fields; raises ApiError to refuse."""


class Service(Protocol):
    """One of the services, as one account or one caller sees it."""

    @property
    def version(self) -> str:
        """What X-TC-Version has to be."""

    @property
    def actions(self) -> Mapping[str, Action]:
        """The actions by the names that X-TC-Action gives."""
