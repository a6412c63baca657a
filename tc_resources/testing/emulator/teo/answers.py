"""What TEO shows. The fields are documented."""

from __future__ import annotations

from datetime import datetime, timezone

from tc_resources.testing.emulator.teo.models import StoredLimit


def limit(stored: StoredLimit) -> dict[str, object]:
    return {
        "ZoneId": stored.limit.zone_id,
        "DomainName": stored.limit.domain_name,
        "Area": stored.limit.area,
        "Bandwidth": stored.limit.bandwidth,
        "CreateTime": timestamp(stored.created_at),
        "UpdateTime": timestamp(stored.updated_at),
    }


def zone(zone_id: str) -> dict[str, object]:
    """Of a zone only the id is emulated."""
    return {"ZoneId": zone_id}


def timestamp(at: float) -> str:
    """As the vendor's example shows it: ISO 8601 in UTC, whole seconds."""
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
