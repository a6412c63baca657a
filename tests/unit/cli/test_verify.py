"""`tc-resources verify`: what it says before it writes, its report, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.connect import connect as client_of
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit, Quota
from tests.account import account_of
from tests.unit.cli.conftest import Command

ON = ("--zone", "zone-1", "--domain", "www.example.com", "--sub-app", "200000004")
DECIDED = Behaviour(existing_limit="refuses", quota_lag=3, domain_case="lower", absent_quota_delete="succeeds")


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def verify(
    command: Command, times: Clock, transport: httpx.BaseTransport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """Run `tc-resources verify` in no time."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("tc_resources.cli.listings.connected", partial(client_of, transport=transport, clock=times))
    return partial(command, "verify")


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let somebody answer."""

    def answer(text: str) -> None:
        monkeypatch.setattr("tc_resources.cli.verify.answerable", lambda: True)
        monkeypatch.setattr("typer.confirm", lambda *_, **__: text == "y")

    return answer


@pytest.mark.parametrize("options", [{"behaviour": DECIDED}])
def test_the_report_is_what_the_emulator_takes_and_tells_how_the_services_behave(
    emulator: Emulator, verify: Command, tmp_path: Path
) -> None:
    end = verify(*ON, "--yes", "--format", "json", "--output", str(tmp_path / "report.json"))
    assert end.code == 0, end.err
    report = json.loads(end.out)
    assert json.loads((tmp_path / "report.json").read_text()) == report
    measured = Behaviour.from_report(report)
    assert (measured.existing_limit, measured.domain_case, measured.absent_quota_delete) == (
        "refuses",
        "lower",
        "succeeds",
    )
    assert 3 <= measured.quota_lag <= 4
    assert {"existing_limit", "quota_lag", "domain_case"} <= measured.measured
    assert report["throttled_counts"]["standing"] == "assumed"
    assert report["throttled_counts"]["note"].startswith("not measured: ")
    with Emulator(behaviour=measured) as played:
        assert played.behaviour == measured
    assert (emulator.limits(), emulator.quotas()) == ([], [])


def test_the_table_has_a_row_for_each_property(verify: Command) -> None:
    end = verify(*ON, "--yes")
    assert end.code == 0
    lines = end.out.splitlines()
    assert len(lines) == len(Behaviour.fields()) + 1
    assert any(line.split() == ["existing_limit", "updates", "measured"] for line in lines)
    assert any("token_form" in line and "assumed" in line and "it takes --token" in line for line in lines)


def test_it_says_before_it_begins_what_it_will_write(
    emulator: Emulator, verify: Command, at_a_terminal: Callable[[str], None]
) -> None:
    emulator.put_quota(Quota(200000004, "Image", 7))
    at_a_terminal("n")
    end = verify(*ON, "--allow-zero")
    assert (end.code, emulator.writes) == (2, [])
    assert "limits of 10000 Mbps at the least for www.example.com" in end.err
    assert "MainlandChina and Overseas" in end.err
    assert "quotas of 1000000000000 at the least of Video, Text" in end.err
    assert "for a moment nothing of type Video is generated" in end.err
    assert end.err.endswith("Nothing was written.\n")


def test_it_begins_where_somebody_says_yes(
    emulator: Emulator, verify: Command, at_a_terminal: Callable[[str], None]
) -> None:
    at_a_terminal("y")
    assert verify(*ON).code == 0
    assert emulator.writes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Say what to measure on"),
        (("--zone", "zone-1", "--yes"), "Say what to measure on"),
        (("--zone", "zone-1", "--domain", "a b", "--yes"), "--domain must have no blanks"),
        (ON, "say --yes to begin"),
    ],
)
def test_wrong_use_is_one_line_and_code_2(
    emulator: Emulator, verify: Command, arguments: tuple[str, ...], said: str
) -> None:
    end = verify(*arguments)
    assert (end.code, end.out, end.err.count("\n"), emulator.calls) == (2, "", 1, [])
    assert said in end.err


def test_a_part_alone_is_measured_and_the_other_is_told(emulator: Emulator, verify: Command) -> None:
    end = verify("--sub-app", "200000004", "--yes", "--format", "json")
    assert end.code == 0
    report = json.loads(end.out)
    assert report["limit_lag"]["note"] == "not measured: it takes --zone and --domain"
    assert report["quota_lag"]["standing"] == "measured"
    assert emulator.calls_of("ModifyPrefetchOriginLimit", "DescribePrefetchOriginLimit") == []


@pytest.mark.parametrize("flag", [(), ("--allow-zero",)])
def test_zero_is_written_only_where_that_is_allowed(emulator: Emulator, verify: Command, flag: tuple[str, ...]) -> None:
    assert verify(*ON, "--yes", *flag).code == 0
    zeros = [call for call in emulator.writes if call.params.get("QuotaLimit") == 0]
    assert any(call.params["QuotaType"] != "NoneSuch" for call in zeros) == bool(flag)


@pytest.mark.parametrize("flag", [(), ("--allow-tokens",)])
def test_a_token_is_made_only_where_that_is_allowed_and_said_before(
    emulator: Emulator, verify: Command, flag: tuple[str, ...]
) -> None:
    end = verify("--sub-app", "200000004", "--yes", "--format", "json", *flag)
    assert end.code == 0, end.err
    made = [call for call in emulator.calls_of("CreateAigcApiToken") if call.params]
    assert len(made) == len(flag)
    assert ("one API token, which nobody is told" in end.err) == bool(flag)
    assert (json.loads(end.out)["token_lag"]["standing"] == "measured") == bool(flag)
    assert (emulator.tokens(), emulator.quotas()) == ([], [])


def test_a_zone_that_cannot_be_read_is_told_and_the_rest_is_measured(emulator: Emulator, verify: Command) -> None:
    emulator.script(Fault(ErrorCode("InvalidParameter"), "DescribePrefetchOriginLimit", times=3))
    end = verify(*ON, "--yes", "--format", "json")
    assert end.code == 1
    assert "What is there could not be told: teo:DescribePrefetchOriginLimit answered InvalidParameter" in end.err
    assert json.loads(end.out)["quota_lag"]["standing"] == "measured"


def test_no_token_is_told_and_what_a_killed_run_left_of_one_takes_the_same(
    emulator: Emulator, verify: Command, tmp_path: Path
) -> None:
    path = tmp_path / "journal.json"
    path.write_text(json.dumps([[["quota", 200000004, "Text", "0123456789ab"], [[10**12], 0.0, True]]]))
    end = verify(*ON, "--yes", "--journal", str(path), "--token", "sk-0123456789")
    assert (end.code, emulator.writes) == (2, [])
    assert "the Text quota of sub-application 200000004, token 0123456789ab" in end.err
    assert "Say the same --token" in end.err
    assert "sk-0123456789" not in end.out + end.err


@pytest.mark.parametrize(("text", "said"), [("{", "cannot be read"), ("[1]", "cannot be read")])
def test_a_journal_that_cannot_be_used_is_one_line(verify: Command, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "journal.json"
    path.write_text(text)
    end = verify(*ON, "--yes", "--journal", str(path))
    assert (end.code, end.out, end.err.count("\n")) == (1, "", 1)
    assert said in end.err


def test_a_second_run_at_once_is_refused(verify: Command, tmp_path: Path) -> None:
    from tc_resources.cli.verification.journal import Journal

    path = tmp_path / "journal.json"
    with Journal(path, time.time):
        end = verify(*ON, "--yes", "--journal", str(path))
    assert (end.code, "Another run holds the journal" in end.err) == (1, True)


def test_the_help_documents_exit_codes(verify: Command) -> None:
    end = verify("--help")
    assert (end.code, "130  stopped" in end.out) == (0, True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 130), (signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_process_that_is_stopped_takes_back_and_the_next_run_does_so_for_one_that_is_killed(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """Real processes and a real clock, made fast where they would wait for a listing."""
    with Emulator(behaviour=Behaviour(limit_lag=600)) as emulator:
        emulator.put_limit(Limit("zone-2", "foreign.example.com", "Overseas", 500))
        environment = account_of(emulator)
        program = (
            "from tc_resources.cli.verification import lag, run\n"
            "run.PATIENCE = 0.1\nlag.PATIENCE = 30.0\n"
            "from tc_resources.cli.main import main\nmain()\n"
        )
        arguments = [sys.executable, "-c", program, "verify", *ON[:4], "--yes", "--journal", str(tmp_path / "j.json")]
        process = subprocess.Popen(  # noqa: S603 - written above
            arguments, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while len(emulator.limits()) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        assert len(emulator.limits()) == 2
        process.send_signal(number)
        assert process.wait(30) == code
        if number == signal.SIGKILL:
            assert len(emulator.limits()) == 2
            again = [*arguments[:2], program.replace("lag.PATIENCE = 30.0", "lag.PATIENCE = 0.1"), *arguments[3:]]
            subprocess.run(again, env={**os.environ, **environment}, check=True, capture_output=True, timeout=60)  # noqa: S603 - our own command
        assert [limit.zone_id for limit in emulator.limits()] == ["zone-2"]
