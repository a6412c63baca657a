"""Usage as people are shown it, on a terminal and on a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from tc_resources.cli.reports.tables import PLAIN, Cell, Sheet, number, percentage
from tc_resources.cli.usages.suggestions import Suggestion
from tc_resources.cli.usages.tally import Sum, Tally
from tc_resources.cloud.bill import Days
from tc_resources.cloud.identities import UNITS

NO_TOKEN = "none listed"  # noqa: S105 - what is shown in a token's place
DISPENSABLE = ("Chart", "Share %", "Tasks", "Highest day")
Row = dict[str, Cell]


class By(str, Enum):
    """What a table tells apart."""

    TYPE = "type"
    MODEL = "model"
    TOKEN = "token"  # noqa: S105 - what users write
    DAY = "day"


def telling(tally: Tally, among: Iterable[By]) -> list[By]:
    """What tells something apart: tokens do only where there are any."""
    tokens = any(token for _, _, token in tally.tokens)
    return [by for by in among if by is not By.TOKEN or tokens]


def sheets(tally: Tally, days: Days, chosen: Sequence[By]) -> list[Sheet]:
    """The tables that have rows."""
    rows = {By.TYPE: _types, By.MODEL: _models, By.TOKEN: _tokens, By.DAY: _each_day}
    scales = {By.DAY: "highest day"}
    made = (
        Sheet(
            f"Usage by {by.value}",
            list(rows[by](tally, days)),
            DISPENSABLE,
            scales.get(by, "100 %"),
            folded=by is By.DAY,
        )
        for by in chosen
    )
    return [sheet for sheet in made if sheet.rows]


def suggested(found: Iterable[Suggestion]) -> list[Sheet]:
    """The table of caps, if there are any."""
    rows = [
        {
            "Sub-app": Cell(str(one.identity.sub_app_id)),
            "Quota": Cell(titled(one.identity.quota_type)),
            "Token": Cell(one.identity.token_digest or ""),
            "Month": Cell(one.month),
            "Highest": number(one.highest),
            "Head-room %": number(one.head_room),
            "Sum": number(one.exact),
            "Cap": number(one.cap),
        }
        for one in found
    ]
    return [Sheet("Suggested monthly caps", rows, ("Sum", "Head-room %"))] if rows else []


def notes(tally: Tally, found: Sequence[Suggestion], days: Days) -> list[str]:
    """What is to be known beside the tables."""
    said = []
    if tally.uncovered:
        said.append(f"No quota covers {', '.join(tally.uncovered)}: nothing caps that usage.")
    if found:
        said.append(
            f"Each cap is the highest month's usage from {days.first} to {days.last} and its head-room, rounded up to "
            "two digits. A month of which these days have a part counts with that part."
        )
    return said


def titled(aigc_type: str) -> str:
    """A type and what is counted of it, where that is known."""
    return f"{aigc_type} ({UNITS[aigc_type]})" if aigc_type in UNITS else aigc_type


def _types(tally: Tally, days: Days) -> Iterator[Row]:
    for (sub_app_id, aigc_type), sum_ in sorted(tally.types.items()):
        daily = tally.daily[sub_app_id, aigc_type]
        yield {
            "Sub-app": Cell(str(sub_app_id)),
            "Type": Cell(titled(aigc_type)),
            "Chart": Cell(tone=PLAIN, line=tuple(daily[day] for day in days)),
            "Used": number(sum_.amount),
            "Highest day": number(max(daily.values())),
            "Tasks": number(sum_.tasks),
        }


def _models(tally: Tally, _days: Days) -> Iterator[Row]:
    for (aigc_type, model), sum_ in sorted(tally.models.items(), key=lambda item: (item[0][0], -item[1].amount)):
        yield {"Type": Cell(titled(aigc_type)), "Model": Cell(model), **_share(sum_, tally.of_type(aigc_type))}


def _tokens(tally: Tally, _days: Days) -> Iterator[Row]:
    found = sorted(tally.tokens.items(), key=lambda item: (*item[0][:2], -item[1].amount))
    for (sub_app_id, aigc_type, token), sum_ in found:
        yield {
            "Sub-app": Cell(str(sub_app_id)),
            "Type": Cell(titled(aigc_type)),
            "Token": Cell(token or NO_TOKEN),
            **_share(sum_, tally.types[sub_app_id, aigc_type].amount),
        }


def _each_day(tally: Tally, _days: Days) -> Iterator[Row]:
    highest: dict[str, int] = {}
    for (_, aigc_type), sum_ in tally.days.items():
        highest[aigc_type] = max(highest.get(aigc_type, 0), sum_.amount)
    for (day, aigc_type), sum_ in sorted(tally.days.items()):
        yield {
            "Day": Cell(day.isoformat()),
            "Type": Cell(titled(aigc_type)),
            "Chart": Cell(tone=PLAIN, bar=100 * sum_.amount / (highest[aigc_type] or 1)),
            "Used": number(sum_.amount),
            "Tasks": number(sum_.tasks),
        }


def _share(sum_: Sum, whole: int) -> Row:
    share = 100 * sum_.amount / (whole or 1)
    return {
        "Chart": Cell(tone=PLAIN, bar=share),
        "Share %": Cell(percentage(share), number=True),
        "Used": number(sum_.amount),
        "Tasks": number(sum_.tasks),
    }
