"""What the service does with limits."""

from __future__ import annotations

from functools import partial

from tc_resources.cli.verification.answers import largest, refusal
from tc_resources.cli.verification.findings import UnmeasuredError
from tc_resources.cli.verification.limits import LEAST_MBPS
from tc_resources.cli.verification.zone import HARMLESS_MBPS, MADE_UP, NO_ROOM, Zone
from tc_resources.cloud.errors import ALREADY_EXISTS, Outcome, ServiceError

MOST_MBPS = 100_000
NO_ZONE = "zone-000000000000"
DOMAIN_NOT_FOUND = "InvalidParameter.DomainNotFound"
TOO_SMALL = "InvalidParameter.PrefetchOriginLimitBandwidthTooSmall"
TOO_LARGE = "InvalidParameter.PrefetchOriginLimitBandwidthTooLarge"


def absent(zone: Zone) -> None:
    """What `off` answers where there is nothing to delete, and whether it looks at the bandwidth."""
    while True:
        area = zone.area()
        refused = refusal(partial(zone.limits.turn_off, zone.domain, area))
        if refused is None or not refused.code.endswith(NO_ROOM):
            break
        zone.narrow(area, refused.code)
    if refused and refused.code == DOMAIN_NOT_FOUND:
        zone.refuse("the zone has no such domain")
        zone.area()
    zone.findings.found("absent_limit", refused.code if refused else "succeeds")
    small = refusal(lambda: zone.limits.turn_off(zone.domain, area, 0))
    same = (small and small.code) == (refused and refused.code)
    told = "checked" if small and small.code == TOO_SMALL else "ignored" if same else small and small.code
    zone.findings.found("off_bandwidth", told)


def bounds(zone: Zone) -> None:
    """The largest bandwidth: by deleting what is not there, or, where that does not look at it, by setting it."""
    by_off = zone.findings.values.get("off_bandwidth") == "checked"
    accepts = _taken_by_off if by_off else _taken_by_on
    least = LEAST_MBPS if by_off else HARMLESS_MBPS + 1
    if accepts(zone, MOST_MBPS):
        zone.cap = MOST_MBPS
        zone.findings.found("most_bandwidth", None)
        return
    if not accepts(zone, least):
        raise UnmeasuredError(f"a bandwidth of {least} is too large, and less might do harm")
    most = largest(least, MOST_MBPS, lambda bandwidth: accepts(zone, bandwidth))
    zone.findings.found("most_bandwidth", most)
    zone.cap = most if most > HARMLESS_MBPS else None


def _taken_by_off(zone: Zone, bandwidth: int) -> bool:
    refused = refusal(lambda: zone.limits.turn_off(zone.domain, zone.area(), bandwidth))
    return refused is None or refused.code != TOO_LARGE


def _taken_by_on(zone: Zone, bandwidth: int) -> bool:
    refused = refusal(lambda: zone.limits.turn_on(zone.domain, zone.area(), bandwidth))
    if refused is None:
        zone.limits.turn_off(zone.domain, zone.area())
    elif refused.code.endswith(NO_ROOM):
        zone.narrow(zone.area(), refused.code)
        return _taken_by_on(zone, bandwidth)
    elif refused.code != TOO_LARGE:
        raise refused
    return refused is None


def made(zone: Zone) -> None:
    """A limit from its beginning to its end."""
    area, cap = zone.begin()
    limits, domain = zone.limits, zone.domain
    refused = refusal(lambda: limits.turn_on(domain, area, cap))
    if refused and refused.code.endswith(NO_ROOM):
        zone.narrow(area, refused.code)
        made(zone)
        return
    if refused:
        zone.refuse(f"setting a limit was refused: {refused.code}")
        raise refused
    row = limits.lag.until(lambda: limits.row(domain, area))
    _form_of_area(zone, area, row and row["Area"])
    _filters(zone, area)
    _existing(zone, area, cap)
    limits.turn_off(domain, area)
    limits.lag.until(lambda: limits.row(domain, area) is None)
    zone.findings.found("limit_lag", limits.lag.seconds)


def _form_of_area(zone: Zone, area: str, shown: object) -> None:
    forms = {area: "documented", "mainlandchina": "lower", "mainland": "as_zones"}
    if shown in forms:
        zone.findings.found("area_form", forms[str(shown)])
    else:
        why = f"the listing writes {area} as {shown}, and there was no limit in MainlandChina to compare"
        zone.findings.unmeasured("area_form", why)


def _filters(zone: Zone, area: str) -> None:
    limits = zone.limits
    ours, nobodys = limits.rows(domain_name=zone.domain, area=area), limits.rows(domain_name=MADE_UP)
    if nobodys:
        zone.findings.found("limit_filters", "ignored")
    elif len(ours) == 1:
        zone.findings.found("limit_filters", "honoured")
    else:
        zone.findings.unmeasured("limit_filters", f"filters by the limit's own domain and area found {len(ours)} rows")


def _existing(zone: Zone, area: str, cap: int) -> None:
    limits = zone.limits
    refused = refusal(lambda: limits.turn_on(zone.domain, area, cap - 1))
    if refused is None:
        limits.lag.until(lambda: (limits.row(zone.domain, area) or {}).get("Bandwidth") == cap - 1)
    told = "updates" if refused is None else "refuses" if refused.code == ALREADY_EXISTS else refused.code
    zone.findings.found("existing_limit", told)


def unknown_zone(zone: Zone) -> None:
    """What the listing of a zone answers that nobody has."""
    try:
        zone.limits.of(NO_ZONE).rows()
    except ServiceError as error:
        if error.outcome is not Outcome.REFUSED:
            raise
        zone.findings.found("unknown_zone", error.code)
    else:
        zone.findings.found("unknown_zone", "accepted")


def unknown_domain(zone: Zone) -> None:
    """What setting a limit answers for a domain that nobody can have."""
    area, cap = zone.area(), zone.harmless()
    refused = refusal(lambda: zone.limits.turn_on(MADE_UP, area, cap))
    zone.findings.found("unknown_domain", refused.code if refused else "accepted")
    if refused is None:
        zone.unknown_accepted = True
        zone.limits.turn_off(MADE_UP, area)
