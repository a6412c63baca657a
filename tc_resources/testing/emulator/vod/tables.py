"""The tables of VOD, and the statements on them."""

from __future__ import annotations

from tc_resources.testing.emulator.history import Table

# A page of an application's ten thousand tokens is read along quota_place, without looking at the others; one quota is
# found by quota_identity, for which SQLite has to be told, since the other index has all that it wants to know.
SCHEMA = """
CREATE TABLE IF NOT EXISTS sub_app (sub_app_id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS quota_version (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    sub_app_id INTEGER NOT NULL,
    quota_type TEXT NOT NULL,
    api_token TEXT NOT NULL,
    quota_limit INTEGER NOT NULL,
    usage INTEGER NOT NULL,
    place INTEGER NOT NULL,
    written_at REAL NOT NULL,
    until REAL NOT NULL DEFAULT 9e999
);
CREATE INDEX IF NOT EXISTS quota_identity ON quota_version (sub_app_id, quota_type, api_token, until);
CREATE INDEX IF NOT EXISTS quota_place
    ON quota_version (sub_app_id, quota_type, place, written_at, until, quota_limit, api_token, usage);
CREATE TABLE IF NOT EXISTS token_version (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    sub_app_id INTEGER NOT NULL,
    api_token TEXT NOT NULL,
    ext_info TEXT NOT NULL,
    place INTEGER NOT NULL,
    written_at REAL NOT NULL,
    until REAL NOT NULL DEFAULT 9e999
);
CREATE INDEX IF NOT EXISTS token_identity ON token_version (sub_app_id, api_token, until);
CREATE TABLE IF NOT EXISTS usage (
    sub_app_id INTEGER NOT NULL,
    aigc_type TEXT NOT NULL,
    model TEXT NOT NULL,
    api_token TEXT NOT NULL,
    at REAL NOT NULL,
    tasks INTEGER NOT NULL,
    amount INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS usage_at ON usage (sub_app_id, aigc_type, at);
"""

QUOTAS = Table(
    current="""
SELECT place, written_at, quota_limit, usage FROM quota_version INDEXED BY quota_identity
WHERE sub_app_id = ? AND quota_type = ? AND api_token = ? AND until = 9e999
""",
    end="""
UPDATE quota_version SET until = ?4
WHERE sub_app_id = ?1 AND quota_type = ?2 AND api_token = ?3 AND until = 9e999
""",
    add="""
INSERT INTO quota_version (sub_app_id, quota_type, api_token, quota_limit, usage, place, written_at)
VALUES (?1, ?2, ?3, ?4, ?5, coalesce(?6, (SELECT coalesce(max(number), 0) + 1 FROM quota_version)), ?7)
""",
    prune="DELETE FROM quota_version WHERE sub_app_id = ?1 AND quota_type = ?2 AND api_token = ?3 AND until <= ?4",
    forget="DELETE FROM quota_version WHERE sub_app_id = ? AND quota_type = ? AND api_token = ?",
)
"""An identity is an application, a type, and a token or an empty text."""

SELECTED = """
FROM quota_version
WHERE sub_app_id = :sub_app_id AND quota_type = :quota_type AND written_at <= :moment AND until > :moment
    AND quota_limit >= :least AND (:api_token IS NULL OR api_token = :api_token)
"""
COUNT = f"SELECT count(*) {SELECTED}"
ROWS = "SELECT sub_app_id, quota_type, quota_limit, usage, nullif(api_token, '')"
PAGE = f"{ROWS} {SELECTED}"
BOUNDS = "LIMIT :limit OFFSET :offset"
ALL = f"{ROWS} FROM quota_version WHERE until = 9e999 ORDER BY sub_app_id, quota_type, api_token"
LIMITED_SUB_APPS = "SELECT DISTINCT sub_app_id FROM quota_version WHERE until = 9e999"
SUB_APPS = "SELECT sub_app_id FROM sub_app"
IS_SUB_APP = """
SELECT 1 FROM sub_app WHERE sub_app_id = ?1
UNION ALL SELECT 1 FROM quota_version WHERE sub_app_id = ?1 AND until = 9e999 LIMIT 1
"""
PUT_SUB_APP = "INSERT OR IGNORE INTO sub_app VALUES (?)"

TOKENS = Table(
    current="""
SELECT place, written_at, ext_info FROM token_version WHERE sub_app_id = ? AND api_token = ? AND until = 9e999
""",
    end="UPDATE token_version SET until = ?3 WHERE sub_app_id = ?1 AND api_token = ?2 AND until = 9e999",
    add="""
INSERT INTO token_version (sub_app_id, api_token, ext_info, place, written_at)
VALUES (?1, ?2, ?3, coalesce(?4, (SELECT coalesce(max(number), 0) + 1 FROM token_version)), ?5)
""",
    prune="DELETE FROM token_version WHERE sub_app_id = ?1 AND api_token = ?2 AND until <= ?3",
    forget="DELETE FROM token_version WHERE sub_app_id = ? AND api_token = ?",
)
"""An identity is an application and a token."""
SHOWN_TOKENS = """
SELECT sub_app_id, api_token, ext_info FROM token_version
WHERE sub_app_id = ?1 AND written_at <= ?2 AND until > ?2 ORDER BY place
"""
IS_SHOWN = "SELECT 1 FROM token_version WHERE sub_app_id = ?1 AND api_token = ?2 AND written_at <= ?3 AND until > ?3"
ALL_TOKENS = """
SELECT sub_app_id, api_token, ext_info FROM token_version WHERE until = 9e999 ORDER BY sub_app_id, place
"""
TOKEN_QUOTAS = """
SELECT sub_app_id, quota_type, api_token FROM quota_version WHERE sub_app_id = ? AND api_token = ? AND until = 9e999
"""

PUT_USAGE = "INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?)"
USAGE = """
SELECT model, api_token, at, tasks, amount FROM usage
WHERE sub_app_id = ? AND aigc_type = ? AND at >= ? AND at <= ? ORDER BY model, at
"""
