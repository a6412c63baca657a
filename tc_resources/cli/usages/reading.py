"""The usage of applications as it comes, several calls at a time, one application after the other.

A call tells of one type, of all tokens together or of one. So what no listed token accounts for is what is left of the
whole: tasks without a token, and those of tokens that are gone or too new to be listed.
"""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from typing import NamedTuple

from rich.console import Console
from rich.progress import track

from tc_resources.cli.listings import THREADS, Unread, missing
from tc_resources.cli.words import told
from tc_resources.cloud.bill import Days
from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError
from tc_resources.cloud.identities import AIGC_TYPES, digest
from tc_resources.cloud.services.token_listing import TokenListing
from tc_resources.cloud.services.usage import AigcUsage, DailyUsage
from tc_resources.cloud.services.vod import AigcQuotas

AHEAD = 2
"""Applications that are asked for while one is awaited: more would wait in memory."""


class Used(NamedTuple):
    """What one model generated in a day for one token of an application, or for none that is listed."""

    sub_app_id: int
    aigc_type: str
    model: str
    token_digest: str | None
    day: date
    tasks: int
    amount: int


@dataclass(frozen=True)
class Part:
    """The usage of one type; `error` where it could not be read, `token_error` where not by tokens."""

    aigc_type: str
    used: list[Used] = field(default_factory=list)
    error: CloudError | None = None
    token_error: CloudError | None = None


@dataclass(frozen=True)
class Application:
    """The usage of one application, and what of it could not be read."""

    sub_app_id: int
    used: list[Used]
    unread: list[Unread]
    read: bool = True
    """Whether anything of it was."""

    @property
    def title(self) -> str:
        """In words."""
        return f"sub-application {self.sub_app_id}"


def read(client: Client, sub_apps: Iterable[int], days: Days) -> Generator[Application, None, None]:
    """The usage of each application, once and in order; a terminal shows the progress."""
    wanted = list(dict.fromkeys(sub_apps))
    console, hidden = Console(stderr=True), not sys.stderr.isatty()
    pool = ThreadPoolExecutor(THREADS)
    try:
        found = _in_order(pool, TokenListing(client), AigcUsage(client), wanted, days)
        yield from track(found, "Reading usage", len(wanted), console=console, transient=True, disable=hidden)
    finally:  # whoever reads may have seen enough
        pool.shutdown(cancel_futures=True)


def existing(client: Client, applications: Iterable[Application]) -> Iterator[Application]:
    """The applications, with an error in the place of one that is not known to be there: it would show as unused."""
    quotas = AigcQuotas(client)
    for application in applications:
        shows = application.used or application.unread
        error = None if shows else missing(client, partial(quotas.has_sub_app, application.sub_app_id))
        if error is None:
            yield application
        else:
            yield Application(application.sub_app_id, [], [Unread(application.title, told(error))], read=False)


def _in_order(
    pool: ThreadPoolExecutor, listing: TokenListing, usage: AigcUsage, sub_apps: Sequence[int], days: Days
) -> Iterator[Application]:
    waiting: deque[tuple[int, list[Future[Part]]]] = deque()
    rest = iter(sub_apps)
    while True:
        for sub_app_id in islice(rest, 1 + AHEAD - len(waiting)):
            # The tokens come first, so that no thread waits for what has no thread to be read in.
            tokens = pool.submit(listing.tokens, sub_app_id)
            work = partial(_part, usage, sub_app_id, days, tokens)
            waiting.append((sub_app_id, [pool.submit(work, aigc_type) for aigc_type in AIGC_TYPES]))
        if not waiting:
            return
        sub_app_id, parts = waiting.popleft()
        yield _application(sub_app_id, [part.result() for part in parts])


def _part(usage: AigcUsage, sub_app_id: int, days: Days, tokens: Future[list[str]], aigc_type: str) -> Part:
    try:
        whole = list(usage.read(sub_app_id, aigc_type, days))
    except CloudError as error:
        return Part(aigc_type, error=error)
    rest = Counter({(row.model, row.day): row.amount for row in whole})
    tasks = Counter({(row.model, row.day): row.tasks for row in whole})
    used: list[Used] = []
    token_error = None
    try:
        for token in tokens.result() if whole else ():
            for row in usage.read(sub_app_id, aigc_type, days, token):
                used.append(_used(sub_app_id, aigc_type, row, digest(token)))
                rest[row.model, row.day] -= row.amount
                tasks[row.model, row.day] -= row.tasks
    except CloudError as error:
        token_error = error
    for model, day in sorted(rest):
        left = max(0, tasks[model, day]), max(0, rest[model, day])
        if any(left):
            used.append(Used(sub_app_id, aigc_type, model, None, day, *left))
    return Part(aigc_type, used, token_error=token_error)


def _used(sub_app_id: int, aigc_type: str, row: DailyUsage, token_digest: str) -> Used:
    return Used(sub_app_id, aigc_type, row.model, token_digest, row.day, row.tasks, row.amount)


def _application(sub_app_id: int, parts: Sequence[Part]) -> Application:
    failed = [part for part in parts if part.error]
    unread = []
    if failed and failed[0].error:
        types = "" if len(failed) == len(parts) else f"{', '.join(part.aigc_type for part in failed)} "
        unread.append(Unread(f"the {types}usage of sub-application {sub_app_id}", told(failed[0].error)))
    errors = [part.token_error for part in parts if part.token_error]
    if errors:
        unread.append(Unread(f"usage by the API tokens of sub-application {sub_app_id}", told(errors[0])))
    used = [used for part in parts for used in part.used]
    return Application(sub_app_id, used, unread, read=len(failed) < len(parts))
