"""The tests that the README shows, run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.kit.conftest import Project

pytest_plugins = ["pytester"]

SHOWN = "test_prod_makes_exactly_these_limits_and_a_second_up_writes_nothing"
PROD = """{
    Limit("zone-3cdel0vsg", "www.example.com", "Overseas", 5000),
    Limit("zone-3cdel0vsg", "www.example.com", "MainlandChina", 2000),
    Limit("zone-3cdel0vsg", "static.example.com", "Overseas", 5000),
    Limit("zone-3cdel0vsg", "download.example.com", "Overseas", 20000),
    Limit("zone-3cdel0vsg", "download.example.com", "MainlandChina", 10000),
    Quota(200000006, "Image", 10000),
    Quota(200000006, "Video", 36000),
    Quota(200000006, "Text", 10000000, api_token="a-token"),
    Quota(200000006, "Text", 2000000, api_token="another-token"),
}"""
TOKENS = "  tencent-limits:chatToken: a-token\n  tencent-limits:searchToken: another-token\n"


def test_they_pass_for_the_program_at_its_top(
    pytester: pytest.Pytester, project: Project, blocks: list[str], readme_test: str
) -> None:
    project(blocks[0])
    pytester.makepyfile(readme_test)
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_they_fail_for_a_program_that_makes_another_limit(
    pytester: pytest.Pytester, project: Project, blocks: list[str], readme_test: str
) -> None:
    assert "bandwidth=500" in blocks[0]
    project(blocks[0].replace("bandwidth=500", "bandwidth=501"))
    pytester.makepyfile(readme_test)
    pytester.runpytest_subprocess("-k", SHOWN).assert_outcomes(failed=1, deselected=1)


def test_the_first_passes_for_the_prod_stack_of_stacks(
    pytester: pytest.Pytester, stacks: Path, readme_test: str
) -> None:
    with (stacks / "Pulumi.prod.yaml").open("a", encoding="utf-8") as config:
        config.write(TOKENS)
    for_stacks, replaced = re.subn(r"(?<=^LIMITS = ){.*}$", PROD, readme_test, flags=re.MULTILINE)
    assert replaced == 1
    pytester.makepyfile(for_stacks)
    pytester.runpytest_subprocess("-W", "error", "-k", SHOWN).assert_outcomes(passed=1, deselected=1)
