"""What a run says of the tests that it skips."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

SKIPPED = """
import pytest

@pytest.fixture(scope="session", autouse=True)
def cli():
    pytest.skip("the pulumi CLI is not on PATH")

@pytest.mark.parametrize("number", range(40))
def test_one(number):
    pass
"""
OTHER = """
import pytest

def test_two():
    pytest.skip("zsh is not on PATH")
"""


def test_tests_that_are_skipped_for_one_reason_are_one_line_with_their_number(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest("from tests.conftest import pytest_runtest_makereport")
    pytester.makepyfile(test_a=SKIPPED, test_b=SKIPPED, test_c=OTHER)
    told = [line for line in pytester.runpytest_inprocess("-rs").outlines if line.startswith("SKIPPED")]
    assert [line.partition("]")[0] for line in told] == ["SKIPPED [80", "SKIPPED [1"]
    assert [line.rpartition(": ")[2] for line in told] == ["the pulumi CLI is not on PATH", "zsh is not on PATH"]
