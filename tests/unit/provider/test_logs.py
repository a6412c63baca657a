"""TC_RESOURCES_LOG, and what a call looks like in the log."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tc_resources.cloud import logs
from tc_resources.cloud.client import Client
from tc_resources.cloud.credentials.metadata import MachineRole
from tc_resources.cloud.credentials.roles import AssumedRole
from tc_resources.cloud.errors import CredentialsError, TransportError
from tc_resources.cloud.identities import LimitIdentity, QuotaAddress
from tc_resources.cloud.retry import RetryPolicy
from tc_resources.cloud.services import sts
from tc_resources.cloud.services.teo import DESCRIBE, PrefetchOriginLimits
from tc_resources.cloud.services.vod import AigcQuotas
from tc_resources.cloud.transport.connection import Connection
from tc_resources.testing.emulator import Emulator, Fault, Html
from tests.unit.provider.host import Run

if TYPE_CHECKING:
    from tests.conftest import FakeClock

Switch = Callable[[str | None], io.StringIO]

TEXT = QuotaAddress(1, "Text", "an-api-token")
WWW = LimitIdentity("zone-1", "www.example.com", "Overseas")
ROLE = "qcs::cam::uin/100000000001:roleName/deploy"
ID = "[0-9a-f-]{36}"


@pytest.fixture
def switch(log: logging.Logger) -> Switch:  # noqa: ARG001 - for its end
    """Set the variable; what is logged from then on."""

    def switch(value: str | None) -> io.StringIO:
        stream = io.StringIO()
        logs.switch_on(stream, {} if value is None else {"TC_RESOURCES_LOG": value})
        return stream

    return switch


def lines(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def test_each_call_is_a_line_with_its_identity_and_no_token(
    switch: Switch, emulator: Emulator, client: Client, clock: FakeClock
) -> None:
    stream = switch("debug")
    limits, quotas = PrefetchOriginLimits(client), AigcQuotas(client)
    limits.turn_on(WWW, 500, overwrite=False)
    quotas.create(TEXT, 5)
    clock.sleep(100)  # so that no listing lags behind that
    emulator.drop_quota(1, "Text", "an-api-token")
    quotas.delete(TEXT, 0)
    limits.zones()
    told = [re.sub(ID, "<id>", re.sub(r"\d+ ms", "<n> ms", line)) for line in lines(stream)]
    assert told == [
        "tc-resources DEBUG: teo:ModifyPrefetchOriginLimit zone-1#www.example.com#Overseas: "
        "ok, RequestId <id>, <n> ms, try 1",
        "tc-resources DEBUG: vod:CreateAigcQuota 1#Text#8dfba01da860: ok, RequestId <id>, <n> ms, try 1",
        "tc-resources DEBUG: vod:DeleteAigcQuota 1#Text#8dfba01da860: ResourceNotFound, RequestId <id>, <n> ms, try 1",
        "tc-resources DEBUG: vod:DescribeAigcQuotas 1#Text: ok, RequestId <id>, <n> ms, try 1",
        "tc-resources DEBUG: vod:DescribeAigcQuotas 1#Text#8dfba01da860: ok, RequestId <id>, <n> ms, try 1",
        "tc-resources DEBUG: vod:DescribeSubAppIds the account: ok, RequestId <id>, <n> ms, try 1",
        "tc-resources DEBUG: teo:DescribeZones the account: ok, RequestId <id>, <n> ms, try 1",
    ]


def test_a_call_that_is_tried_again_is_a_line_each_with_the_wait_between(
    switch: Switch, emulator: Emulator, client: Client
) -> None:
    stream = switch("debug")
    emulator.script(Fault(Html(503)))
    PrefetchOriginLimits(client).turn_on(WWW, 500, overwrite=False)
    first, wait, second = lines(stream)
    assert ": no answer, RequestId none, " in first
    assert first.endswith("try 1")
    assert wait.startswith("tc-resources INFO: Try 1 failed, waiting 1.0 s: teo:ModifyPrefetchOriginLimit: http://")
    assert re.search(f": ok, RequestId {ID}, [0-9]+ ms, try 2$", second)


def test_a_role_that_is_taken_is_a_line_with_its_arn_and_a_machines_one_with_its_page(
    switch: Switch, emulator: Emulator, connect: Callable[..., Client]
) -> None:
    stream = switch("debug")
    emulator.put_role(ROLE)
    sts.caller(connect(AssumedRole(MachineRole("deploy"), ROLE)).send)
    told = [re.sub(ID, "<id>", re.sub(r"\d+ ms", "<n> ms", line)) for line in lines(stream)]
    assert told == [
        "tc-resources DEBUG: GET /latest/meta-data/cam/security-credentials/deploy: 200, RequestId none, <n> ms, try 1",
        f"tc-resources DEBUG: sts:AssumeRole {ROLE}: ok, RequestId <id>, <n> ms, try 1",
        "tc-resources DEBUG: sts:GetCallerIdentity the account: ok, RequestId <id>, <n> ms, try 1",
    ]


def test_a_page_that_did_not_come_is_a_line_for_each_try(
    switch: Switch, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise TransportError("No answer.")

    stream = switch("debug")
    monkeypatch.setattr(Connection, "get", lost)
    with pytest.raises(CredentialsError):
        connect(MachineRole("page"), policy=RetryPolicy(attempts=2)).call(DESCRIBE, {"ZoneId": "zone-1"})
    tries = [line for line in lines(stream) if "DEBUG" in line]
    assert [line.split(" ms, ")[1] for line in tries] == ["try 1", "try 2"]
    assert all(
        "GET /latest/meta-data/cam/security-credentials/page: no answer, RequestId none, " in line for line in tries
    )


def test_a_wait_for_the_rate_is_a_line(switch: Switch, client: Client) -> None:
    stream = switch("DEBUG ")
    for _ in range(21):
        PrefetchOriginLimits(client).zones()
    assert [line for line in lines(stream) if "Waiting 1.01 s to keep below the service's rate." in line]


def test_a_calls_duration_is_in_milliseconds(
    switch: Switch, connect: Callable[..., Client], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = switch("debug")
    post = Connection.post

    def slow(*args: Any) -> dict[str, Any]:
        clock.sleep(0.25)
        return post(*args)

    monkeypatch.setattr(Connection, "post", slow)
    PrefetchOriginLimits(connect()).zones()
    assert ", 250 ms, try 1" in stream.getvalue()


def test_info_tells_of_retries_alone(switch: Switch, emulator: Emulator, client: Client) -> None:
    stream = switch("info")
    emulator.script(Fault(Html(503)))
    PrefetchOriginLimits(client).zones()
    assert [line.split(":")[0] for line in lines(stream)] == ["tc-resources INFO"]


@pytest.mark.parametrize("value", [None, "", " "])
def test_without_the_variable_nothing_is_logged_and_nothing_changed(switch: Switch, value: str | None) -> None:
    before = dict(vars(logging.getLogger("tc_resources")))
    assert switch(value).getvalue() == ""
    assert vars(logging.getLogger("tc_resources")) == before


def test_an_unknown_value_is_told_with_those_that_there_are(switch: Switch, client: Client) -> None:
    stream = switch("loud")
    PrefetchOriginLimits(client).zones()
    assert lines(stream) == ["TC_RESOURCES_LOG is 'loud'; it is one of info, debug."]


def test_the_loggers_of_other_packages_stay_silent(switch: Switch, client: Client) -> None:
    switch("info")
    stream = switch("debug")
    PrefetchOriginLimits(client).zones()
    assert len(lines(stream)) == 1
    for name in ("", "httpx", "httpcore"):
        assert not [one for one in logging.getLogger(name).handlers if getattr(one, "stream", None) is stream]
        assert not logging.getLogger(name or "root").isEnabledFor(logging.DEBUG)


@pytest.mark.usefixtures("log")
def test_a_provider_process_logs_to_its_standard_output(
    new_run: Callable[..., Run], emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TC_RESOURCES_LOG", "debug")
    emulator.put_zone("zone-1")
    run = new_run()
    run.limits.read("zone-1#www.example.com#Overseas", {"bandwidth": 500})
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("tc-resources")]
    asked = ["teo:DescribePrefetchOriginLimit zone-1: ok", "teo:DescribePrefetchOriginLimit zone-1: ok"]
    asked.append("teo:DescribeZones the account: ok")
    assert all(call in line for call, line in zip(asked, told, strict=True))


def test_a_provider_process_tells_of_an_unknown_value_once(
    new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TC_RESOURCES_LOG", "yes")
    run = new_run()
    for resources in (run.limits, run.quotas):
        resources.check({})
    assert capsys.readouterr().out.count("TC_RESOURCES_LOG is 'yes'; it is one of info, debug.") == 1
