"""The tables of TEO, and the statements on them."""

from __future__ import annotations

from tc_resources.testing.emulator.history import Table

SCHEMA = """
CREATE TABLE IF NOT EXISTS zone (zone_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS domain (zone_id TEXT, domain TEXT, PRIMARY KEY (zone_id, domain));
CREATE TABLE IF NOT EXISTS limit_version (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    zone_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    area TEXT NOT NULL,
    domain_name TEXT NOT NULL,
    bandwidth INTEGER NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    place INTEGER NOT NULL,
    written_at REAL NOT NULL,
    until REAL NOT NULL DEFAULT 9e999
);
CREATE INDEX IF NOT EXISTS limit_identity ON limit_version (zone_id, domain, area, until);
"""

LIMITS = Table(
    current="""
SELECT place, written_at, domain_name, bandwidth, created_at, updated_at FROM limit_version
WHERE zone_id = ? AND domain = ? AND area = ? AND until = 9e999
""",
    end="UPDATE limit_version SET until = ?4 WHERE zone_id = ?1 AND domain = ?2 AND area = ?3 AND until = 9e999",
    add="""
INSERT INTO limit_version
    (zone_id, domain, area, domain_name, bandwidth, created_at, updated_at, place, written_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(?8, (SELECT coalesce(max(number), 0) + 1 FROM limit_version)), ?9)
""",
    prune="DELETE FROM limit_version WHERE zone_id = ?1 AND domain = ?2 AND area = ?3 AND until <= ?4",
    forget="DELETE FROM limit_version WHERE zone_id = ? AND domain = ? AND area = ?",
)
"""An identity is a zone, a domain as it is compared, and an area."""

ROWS = "SELECT zone_id, domain_name, area, bandwidth, created_at, updated_at FROM limit_version"
ALL = f"{ROWS} WHERE until = 9e999 ORDER BY place"
OF_ZONE = f"{ROWS} WHERE zone_id = :zone_id AND written_at <= :moment AND until > :moment"
COUNT = "SELECT count(*) FROM limit_version WHERE until = 9e999"
LIMITED_ZONES = "SELECT DISTINCT zone_id FROM limit_version WHERE until = 9e999"
ZONES = "SELECT zone_id FROM zone"
IS_ZONE = """
SELECT 1 FROM zone WHERE zone_id = ?1
UNION ALL SELECT 1 FROM limit_version WHERE zone_id = ?1 AND until = 9e999 LIMIT 1
"""
IS_DOMAIN = """
SELECT 1 FROM domain WHERE zone_id = ?1 AND domain = ?2
UNION ALL SELECT 1 FROM limit_version WHERE zone_id = ?1 AND domain = ?2 AND until = 9e999 LIMIT 1
"""
PUT_ZONE = "INSERT OR IGNORE INTO zone VALUES (?)"
PUT_DOMAIN = "INSERT OR IGNORE INTO domain VALUES (?, ?)"
