"""What makes a project of it: workflows, examples for CI, and what is checked before a release."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from generate.release import faults

ROOT = Path(__file__).parents[2]
FILES = [
    *ROOT.glob(".github/**/*.yml"),
    ROOT / ".pre-commit-config.yaml",
    *(ROOT / "examples" / "ci").iterdir(),
]
URLS = '[project.urls]\nSource = "https://git.example.com/tc-resources"\n\n'
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_can_be_read_and_calls_targets_that_there_are(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    called = {name for name in re.findall(r"(?:run|entry): make ([\w-]+)", text) if name != "$"}
    assert [name for name in called if not re.search(rf"^[\w -]*\b{name}\b[\w -]*:", MAKEFILE, re.MULTILINE)] == []


def test_the_workflow_tests_the_oldest_and_the_newest_python_on_both_systems() -> None:
    jobs: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    matrix = jobs["test"]["strategy"]["matrix"]
    oldest = re.search(r'requires-python = ">=(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert oldest
    assert matrix["python"][0] == oldest[1]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("CHANGELOG.md", "## 0.1.0 - unreleased", "## 0.1.0 - soon"), "CHANGELOG.md gives 0.1.0 no date."),
        (("CHANGELOG.md", "## 0.1.0", "## 0.2.0"), "CHANGELOG.md does not begin with this version."),
        (("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"'), "pyproject.toml has another version"),
        (("pyproject.toml", "[project.urls]", "[tool.urls]"), "pyproject.toml has no [project.urls]"),
        (("docs/settings.md", "id of a key", "a key"), "settings.md is not what `make reference` writes."),
    ],
)
def test_a_release_needs_version_date_and_what_is_made_anew(
    tmp_path: Path, change: tuple[str, str, str], told: str
) -> None:
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ROOT / "tests" / "state", tmp_path / "tests" / "state")
    log = tmp_path / "CHANGELOG.md"
    log.write_text(re.sub("^## .+$", "## 0.1.0 - 2026-12-01", log.read_text("utf-8"), count=1, flags=re.M), "utf-8")
    project = tmp_path / "pyproject.toml"
    project.write_text(project.read_text("utf-8").replace("[project.scripts]", URLS + "[project.scripts]"), "utf-8")
    assert list(faults(tmp_path)) == []
    name, right, wrong = change
    file = tmp_path / name
    text = file.read_text("utf-8").replace(
        "## 0.1.0 - 2026-12-01", "## 0.1.0 - unreleased" if "date" in told else "## 0.1.0 - 2026-12-01"
    )
    assert right in text
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    assert any(fault.startswith(told) for fault in faults(tmp_path))
