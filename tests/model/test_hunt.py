"""What counts as a find of a broken variant."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.model import hunt

LOSS, ERROR = "Loss: A refresh missed the truth.\nits output", "ApiError: FailedOperation"
Ended = dict[str | None, tuple[int, str, str]]


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Ended:
    """How the hunt of each variant ends, and that of the package as it is, which has no name."""
    found: Ended = {"": (5_000, "", "")}

    def python(*_: str, mutant: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess((), 0, stdout=json.dumps(found.get(mutant)))

    monkeypatch.setattr(hunt, "python", python)
    monkeypatch.setattr("sys.argv", ["hunt", "broken"])
    return found


@pytest.mark.parametrize(
    ("end", "code", "line"),
    [
        ((400, LOSS, "story"), 0, "  400 steps  broken: Loss: A refresh missed the truth."),
        ((5_000, "", ""), 1, "   survived  broken: "),
        ((400, ERROR, "story"), 1, " no verdict  broken: ApiError: FailedOperation"),
    ],
)
def test_a_find_is_a_verdict_of_the_model_and_nothing_else(
    ended: Ended, capsys: pytest.CaptureFixture[str], end: tuple[int, str, str], code: int, line: str
) -> None:
    ended["broken"] = end
    assert hunt.main() == code
    assert line in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("reason", [LOSS, ERROR])
def test_no_find_counts_where_the_package_as_it_is_loses_something(
    ended: Ended, capsys: pytest.CaptureFixture[str], reason: str
) -> None:
    ended.update({"broken": (400, LOSS, "story"), "": (300, reason, "its story")})
    assert hunt.main() == 1
    out = capsys.readouterr().out
    assert "no find counts" in out
    assert "survived 5000 steps" not in out
    assert {"its story", *reason.splitlines()[1:]} <= {*out.splitlines()}
