"""How the service spells domains, and in which order it lists them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from tc_resources.cli.verification.answers import refusal
from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cli.verification.limit_questions import DOMAIN_NOT_FOUND
from tc_resources.cli.verification.zone import MADE_UP, Zone

FOREIGN = ("例え.invalid", "xn--r8jz45g.invalid")
"""A domain that nobody can have, in its two forms."""
ROWS = 7
"""Limits that are set to see their order: chance orders one in 2,520 like that."""
FEW, ENOUGH = 3, 6
"""Rows that show that there is no order, and that show that there is one."""
APART = "as_sent"
"""Two spellings are two domains."""
PAUSE = 1.1
"""Seconds between two limits whose order is to be told: the listing has times in whole seconds."""


class Spelling(NamedTuple):
    """A way of writing a domain, `sent`, that may or may not be the domain `plain` to the service."""

    name: str
    sent: str
    plain: str
    told: Callable[[str], str | None]
    """The property's value by what is shown; None where that is what was sent."""
    same: str
    """The value where what was sent is shown, and is not told apart."""


def case(zone: Zone) -> None:
    """Upper and lower case."""
    plain = zone.domain
    labels = plain.split(".")
    first = next((number for number, label in enumerate(labels) if label[:4] != "xn--" and label != label.upper()), 0)
    mixed = ".".join([*labels[:first], labels[first].title(), *labels[first + 1 :]])
    lower = _letters(plain, plain)
    told = {lower: "lower", lower.upper(): "upper", _letters(plain, mixed): None}
    if len(told) < 3:
        raise UnmeasuredError("the domain has too few letters besides those of its A-labels")
    _ask(zone, Spelling("domain_case", mixed, plain, lambda shown: told[_letters(plain, shown)], "ignored"))


def dot(zone: Zone) -> None:
    """A dot at the end."""
    told = {True: None, False: "without"}
    sent = f"{zone.domain}."
    _ask(zone, Spelling("domain_dot", sent, zone.domain, lambda shown: told[shown.endswith(".")], "with"))


def form(zone: Zone) -> None:
    """A- and U-labels, on the domain or, where it has none and any domain will do, on one that nobody can have."""
    plain, sent = zone.domain, in_u_labels(zone.domain)
    if sent == plain:
        if not zone.unknown_accepted:
            raise UnmeasuredError("the domain has no letters beyond ASCII, and no other is accepted")
        sent, plain = FOREIGN
    told = {sent: None, plain: "punycode"}
    _ask(zone, Spelling("domain_form", sent, plain, lambda shown: told[shown.rstrip(".").lower()], "unicode"))


def _ask(zone: Zone, spelling: Spelling) -> None:
    area, cap = zone.begin()
    limits, sent = zone.limits, spelling.sent
    refused = refusal(lambda: limits.turn_on(sent, area, cap))
    if refused and refused.code != DOMAIN_NOT_FOUND:
        raise refused
    if refused:
        zone.findings.found(spelling.name, APART)
        return
    row = limits.lag.until(lambda: limits.row(sent, area))
    shown = str(row and row["DomainName"])
    try:
        told = spelling.told(shown)
    except KeyError:
        raise UnmeasuredError("the listing shows the domain in another form than those") from None
    zone.findings.found(spelling.name, told or _compared(zone, area, spelling))


def _compared(zone: Zone, area: str, spelling: Spelling) -> str:
    """Whether deleting the plain domain deletes what was sent, which is shown as it was."""
    refusal(lambda: zone.limits.turn_off(spelling.plain, area))
    zone.limits.lag.settle()
    return APART if zone.limits.row(spelling.sent, area) else spelling.same


def order(zone: Zone) -> None:
    """The order of rows by the times of their creation, which the listing shows."""
    area, cap = zone.begin()
    names = [(zone.domain, each) for each in zone.areas]
    if zone.unknown_accepted:
        names += [(f"{number}.{MADE_UP}", area) for number in range(ROWS - len(names))]
    for domain, each in names:
        refusal(partial(zone.limits.turn_on, domain, each, cap))
        zone.limits.pause(PAUSE)
    zone.limits.lag.settle()
    times = [str(row.get("CreateTime")) for row in zone.limits.rows()]
    times = [time for time in times if times.count(time) == 1]
    zone.findings.found("row_order", _order(times))


def _order(times: list[str]) -> str:
    ordered = {"oldest_first": sorted(times), "newest_first": sorted(times, reverse=True)}
    found = [name for name, way in ordered.items() if way == times]
    if len(times) < (ENOUGH if found else FEW):
        raise UnmeasuredError(f"{len(times)} rows are too few to tell an order from chance")
    return found[0] if found else "shuffled"


def in_u_labels(domain: str) -> str:
    """The domain with its A-labels decoded, or itself where that cannot be."""
    try:
        return domain.encode().decode("idna")
    except UnicodeError:
        return domain


def _letters(plain: str, name: str) -> str:
    """The labels of `name` that are no A-labels in `plain`, joined."""
    return ".".join(
        shown for known, shown in zip(plain.split("."), name.split("."), strict=False) if known[:4] != "xn--"
    )
