from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tc_resources.cli.main import main
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.transport.signing import TC3
from tc_resources.testing.emulator import Behaviour, Emulator, Quota
from tests.unit.emulator.conftest import needs_ipv6

Start = Callable[..., "subprocess.Popen[str]"]

COMMAND = (sys.executable, "-c", "from tc_resources.cli.main import main; main()", "emulator", "--port", "0")
ENDS_SECONDS = 10


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the command with more arguments; it is gone at the end of the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_url_and_ends_cleanly_when_told(
    start: Start, http: httpx.Client, number: signal.Signals
) -> None:
    process = start()
    assert http.post(first_line(process)).json()["Response"]["Error"]["Code"] == "AuthFailure.InvalidAuthorization"
    process.send_signal(number)
    assert process.communicate(timeout=ENDS_SECONDS) == ("", "")
    assert process.returncode == 0


def test_the_command_serves_a_state_file_to_the_key_it_is_given(
    start: Start, http: httpx.Client, tmp_path: Path
) -> None:
    state = tmp_path / "state.db"
    with Emulator(state=state) as emulator:
        emulator.put_quota(Quota(1, "Image", 5))
    answer = http.post(
        first_line(start("--state", str(state), "--secret-id", "AKIDMINE", "--secret-key", "mine")),
        json={"SubAppId": 1, "QuotaType": "Image"},
        headers={"X-TC-Action": "DescribeAigcQuotas", "X-TC-Version": "2018-07-17"},
        auth=TC3(Credentials("AKIDMINE", "mine")),
        extensions={"tc_service": "vod"},
    )
    assert answer.json()["Response"]["QuotaSet"][0]["QuotaLimit"] == 5


def test_the_command_behaves_as_its_options_say(start: Start, http: httpx.Client, tmp_path: Path) -> None:
    report = tmp_path / "behaviour.json"
    report.write_text(json.dumps(Behaviour(unknown_sub_app="refused").as_report()), encoding="utf-8")
    url = first_line(start("--behaviour", str(report), "--lag", "30"))

    def send(action: str, **params: object) -> dict[str, Any]:
        answer = http.post(
            url,
            json={"SubAppId": 1, "QuotaType": "Image", **params},
            headers={"X-TC-Action": action, "X-TC-Version": "2018-07-17"},
            auth=TC3(Credentials("AKIDEMULATOR", "emulator-secret-key")),
            extensions={"tc_service": "vod"},
        )
        found: dict[str, Any] = answer.json()["Response"]
        return found

    assert send("DescribeAigcQuotas")["Error"]["Code"] == "ResourceNotFound.UserNotExist"


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ('{"lag": {"value": 1, "standing": "measured"}}', "There is no property 'lag'"),
        ("{", "Expecting property name"),
        ("[]", "A report is an object of properties."),
        ("[" * 100_000, "nested too deeply"),
        ('{"quota_lag": {"value": NaN, "standing": "measured"}}', "JSON has no NaN"),
        ('{"quota_lag": {"value": 1e999, "standing": "measured"}}', "quota_lag is inf, and may be: 0 to 600"),
        (None, "No such file"),
    ],
)
def test_a_behaviour_that_cannot_be_is_one_line_and_exit_code_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    report: str | None,
    said: str,
) -> None:
    file = tmp_path / "behaviour.json"
    if report is not None:
        file.write_text(report, encoding="utf-8")
    assert run(monkeypatch, "emulator", "--behaviour", str(file)) == 2
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"The behaviour {file} cannot be used: ")
    assert said in err


@pytest.mark.parametrize("host", [pytest.param("::1", marks=needs_ipv6), "localhost"])
def test_the_command_listens_on_another_address_of_loopback(start: Start, http: httpx.Client, host: str) -> None:
    url = first_line(start("--host", host))
    assert url.startswith("http://[::1]:" if host == "::1" else "http://localhost:")
    assert http.post(url).status_code == 200


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """The exit code of the command."""
    monkeypatch.setattr(sys, "argv", ["tc-resources", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


def test_a_taken_port_is_one_line_and_exit_code_1(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    port = emulator.url.rpartition(":")[2]
    assert run(monkeypatch, "emulator", "--port", port) == 1
    assert capfd.readouterr() == ("", f"Port {port} of 127.0.0.1 cannot be used: Address already in use.\n")


def test_a_command_that_has_ended_leaves_signals_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    assert run(monkeypatch, "emulator", "--host", "192.0.2.1", "--port", "0") == 2
    assert [signal.getsignal(number) for number in numbers] == before


def test_an_address_that_others_can_reach_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "emulator", "--host", "0.0.0.0", "--port", "0") == 2  # noqa: S104 - to be refused
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "public knowledge" in err
    assert "--allow-remote" in err


def test_the_command_listens_where_others_can_reach_it_when_told_so_by_name(start: Start, http: httpx.Client) -> None:
    url = first_line(start("--host", "0.0.0.0", "--allow-remote"))  # noqa: S104 - what is tested
    assert url.startswith("http://0.0.0.0:")
    assert http.post(url.replace("0.0.0.0", "127.0.0.1")).status_code == 200  # noqa: S104 - what is tested


def test_a_state_file_that_is_none_is_one_line_and_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "notes.txt"
    state.write_text("these are notes and no database, and there are enough of them")
    assert run(monkeypatch, "emulator", "--port", "0", "--state", str(state)) == 1
    assert capfd.readouterr() == ("", f"The state file {state} cannot be used: file is not a database.\n")


@pytest.mark.parametrize("package", ["typer", "uvicorn"])
def test_a_missing_package_is_one_line_that_names_the_extra(package: str) -> None:
    program = f"import sys; sys.modules['{package}'] = None; from tc_resources.cli.main import main; main()"
    end = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program, "emulator"], capture_output=True, text=True, check=False
    )
    assert (end.returncode, end.stdout, end.stderr.count("\n")) == (2, "", 1)
    assert end.stderr.startswith("This needs more packages: pip install 'tc-resources[emulator]'")
