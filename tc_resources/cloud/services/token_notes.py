"""What the runs of this machine note of the API tokens that they create; a listing shows them half a minute later.

A create is noted before its call, so that one whose run has ended meanwhile is known to the next.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tc_resources.cloud.transport.shared_file import Texts

BEGUN, ENDED = "begun", "ended"


class TokenNotes:
    """Of one application; as long as somebody has them nobody else creates a token there."""

    def __init__(self, texts: set[str], now: Callable[[], float]) -> None:
        self._texts, self._now = texts, now

    def begin(self) -> Callable[[str], None]:
        """Note a create that begins; what is returned notes its end, by the digest that came of it, or "".

        Raises OSError where the beginning cannot be noted, so that it must not begin.
        """
        number, at = uuid.uuid4().hex, int(self._now())
        self._texts.add(f"{BEGUN}:{number}:{at}:")

        def end(digest: str) -> None:
            with suppress(OSError):  # then it counts as one that has not ended
                self._texts.add(f"{ENDED}:{number}:{int(self._now())}:{digest}")

        return end

    @property
    def open_since(self) -> int | None:
        """When the last create began of which nobody has noted an end, in unix seconds."""
        ended = {number for _, number, _, _ in self._noted(ENDED)}
        return max((at for _, number, at, _ in self._noted(BEGUN) if number not in ended), default=None)

    def created(self, since: float = 0.0) -> frozenset[str]:
        """The digests of those that were created since a unix second."""
        return frozenset(digest for _, _, at, digest in self._noted(ENDED) if digest and at >= since)

    def _noted(self, what: str) -> Iterator[tuple[str, str, int, str]]:
        for text in self._texts:
            with suppress(ValueError):  # a part of one: its writer was told
                kind, number, at, digest = text.split(":")
                if kind == what:
                    yield kind, number, int(at), digest


@contextmanager
def token_notes(
    target: str, sub_app_id: int, now: Callable[[], float], pause: Callable[[], None]
) -> Iterator[TokenNotes]:
    """Those of an application of the account at this `target`. Raises OSError, as `pause` does where it gives up."""
    with Texts(file_name(target, sub_app_id)).locked(pause) as texts:
        yield TokenNotes(texts, now)


def file_name(target: str, sub_app_id: int) -> str:
    """Of the file that has them."""
    return f"tokens-{hashlib.sha256(f'{target} {sub_app_id}'.encode()).hexdigest()[:32]}"
