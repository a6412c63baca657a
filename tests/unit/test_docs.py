"""The README and the changelog keep up with the package."""

from __future__ import annotations

import base64
import inspect
import json
import re
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import dill  # type: ignore[import-untyped]  # it has no types
import pytest

from tc_resources import AigcApiToken, AigcQuota, PrefetchOriginLimit, Provider
from tc_resources.cloud.bill import ZONE
from tc_resources.cloud.config import SETTINGS, config_key, variable
from tc_resources.cloud.identities import AIGC_TYPES
from tc_resources.cloud.services import teo, tokens, usage, vod
from tc_resources.cloud.services.token_listing import DESCRIBE
from tc_resources.limits.aigc_api_token import AigcApiTokenArgs
from tc_resources.limits.aigc_quota import AigcQuotaArgs
from tc_resources.limits.fields import check, described
from tc_resources.limits.period import FORMATS, current_period
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOKENS = [tokens.CREATE, tokens.UPDATE, tokens.DELETE, DESCRIBE]
VOD = [vod.CREATE, vod.MODIFY, vod.DELETE, vod.DESCRIBE, vod.SUB_APPS, usage.USAGE, *TOKENS]
ACTIONS = [teo.MODIFY, teo.DESCRIBE, teo.ZONES, *VOD]
NAMES = [name(setting) for setting in SETTINGS for name in (config_key, variable)]


@pytest.mark.parametrize("inputs", [AigcApiTokenArgs, AigcQuotaArgs, PrefetchOriginLimitArgs])
def test_every_argument_has_a_row_in_the_readme(inputs: type) -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    missing = [name for name in described(inputs) if not any(row.startswith(f"| `{name}` |") for row in rows)]
    assert not missing


def test_every_output_is_named_in_the_readme() -> None:
    assert [
        name
        for resource in (AigcApiToken, AigcQuota, PrefetchOriginLimit)
        for name in resource.__annotations__
        if f"`{name}`" not in README
    ] == []


@pytest.mark.parametrize("name", [*NAMES, *map(str, ACTIONS)])
def test_every_setting_and_permission_is_in_a_table_of_the_readme(name: str) -> None:
    assert any(f"`{name}`" in line for line in README.splitlines() if line.startswith("|"))


def test_every_argument_of_an_instance_is_named_in_the_readme() -> None:
    line = next(line for line in README.splitlines() if line.startswith("`Provider(name, *,"))
    paragraph = README[README.index(line) :].partition("\n\n")[0]
    arguments = list(inspect.signature(Provider).parameters)[2:]
    assert [name for name in arguments if name not in paragraph] == []


def test_the_import_file_of_the_readme_is_what_a_program_would_store() -> None:
    block = re.search(r"```json\n(\{\"resources\".*?)```", README, re.DOTALL)
    assert block
    for resource in json.loads(block[1])["resources"]:
        stored = resource["inputs"].pop("__provider")
        assert resource["outputs"].pop("__provider") == stored
        assert vars(dill.loads(base64.b64decode(stored))) == {"kind": "prefetch_origin_limit"}  # noqa: S301 - our own text
        assert check(PrefetchOriginLimitArgs, resource["inputs"]) == (resource["outputs"], [])


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == version("tc-resources")


def test_every_type_of_usage_is_in_the_table_of_what_a_quota_covers() -> None:
    text = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [name for name in AIGC_TYPES if not any(f"`{name}`" in row for row in rows)] == []


def test_every_kind_of_period_is_documented_as_it_is() -> None:
    text = (ROOT / "docs" / "budgets.md").read_text(encoding="utf-8")
    at = datetime(2026, 11, 26, tzinfo=ZONE).timestamp()
    for kind in FORMATS:
        assert f"| `{kind}` | `{current_period(kind, now=lambda: at)}`" in text


@pytest.mark.parametrize("page", [file.name for file in (ROOT / "docs").glob("*.md") if file.name != "glossary.md"])
def test_a_page_is_linked_from_the_readme(page: str) -> None:
    assert f"](docs/{page})" in README
