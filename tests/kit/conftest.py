from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.test_docs import README, ROOT

Project = Callable[[str], None]


@pytest.fixture(autouse=True)
def _only_the_kit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Users' tests load none of the plugins that ours happen to have."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture(scope="session")
def blocks() -> list[str]:
    """The Python of the README, block by block."""
    return re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def readme_test(blocks: list[str]) -> str:
    """The test file that the README shows."""
    return next(block for block in blocks if "pytest_plugins" in block)


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    """Write a program to test."""

    def project(program: str) -> None:
        (pytester.path / "Pulumi.yaml").write_text("name: limits\nruntime: python\n", encoding="utf-8")
        (pytester.path / "__main__.py").write_text(program, encoding="utf-8")

    return project


@pytest.fixture
def stacks(pytester: pytest.Pytester) -> Path:
    """A copy of the program in stacks/."""
    shutil.copy(ROOT / "Pulumi.yaml", pytester.path)
    return shutil.copytree(ROOT / "stacks", pytester.path / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
