"""The plugin as a process of its own: how it starts, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import grpc
import pytest

from tc_resources.native.protocol import Message
from tc_resources.native.values import sent
from tc_resources.testing.emulator import Emulator, Quota
from tests.unit.native.conftest import HeardEngine
from tests.unit.provider.plugin import Plugin

SOON = 30
"""Seconds: a process looks at its engine every five."""
ID = "zone-1#www.example.com#Overseas"
STOPPED = {
    "The run was cancelled while this waited.",
    "teo:DescribePrefetchOriginLimit was not sent: the run was cancelled.",
}
LIMIT = {"zoneId": "zone-1", "domainName": "www.example.com", "area": "Overseas", "bandwidth": 500}

QUOTA = {"subAppId": 1, "quotaType": "Image", "quotaLimit": 2000}

ENTRY = ("-m", "tc_resources.native")
INTERRUPTED_THROUGHOUT = """
import os, signal, sys, threading
def trace(frame, *_):
    if frame.f_code.co_filename == threading.__file__ and threading.current_thread() is threading.main_thread():
        os.kill(os.getpid(), signal.SIGINT)
    return trace
def begin(frame, *_):
    return trace(frame) if frame.f_code.co_name == "wait" else None
sys.settrace(begin)
from tc_resources.native.main import main
main()
"""
"""It gets an interrupt at each line of a wait of its main thread."""


@contextmanager
def started(*arguments: str, entry: tuple[str, str] = ENTRY) -> Iterator[tuple[subprocess.Popen[str], Plugin]]:
    """The process, and its plugin on the port that it prints first, and nothing else."""
    command = [sys.executable, *entry, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - written above
    try:
        assert process.stdout
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield process, Plugin(channel)
    finally:
        process.kill()
        process.communicate()


def test_it_serves_and_ends_when_the_engine_interrupts_it(engine: HeardEngine) -> None:
    with started("-v=3", engine.address) as (process, plugin):
        assert plugin.call("GetPluginInfo", "google.protobuf.Empty").version
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON) == 0


def test_an_interrupt_ends_it_at_whichever_line_it_waits() -> None:
    with started(entry=("-c", INTERRUPTED_THROUGHOUT)) as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON) == 0


def test_it_ends_soon_after_its_engine(engine: HeardEngine) -> None:
    with started(engine.address) as (process, plugin):
        plugin.call("Handshake", "ProviderHandshakeRequest", engine_address=engine.address)
        engine.end()
        assert process.wait(SOON) == 1


def test_it_needs_no_engine_to_serve_one_that_attaches() -> None:
    with started() as (process, plugin):
        assert plugin.call("GetPluginInfo", "google.protobuf.Empty").version
        assert process.poll() is None


@pytest.mark.parametrize("options", [{"latency": 1.0}])
def test_a_write_that_is_under_way_ends_before_the_process_does(
    engine: HeardEngine, emulator: Emulator, config: dict[str, str]
) -> None:
    with started(engine.address) as (process, plugin):
        plugin.configure(config)
        create = plugin.future(
            "Create", "CreateRequest", type="tc-resources:index:PrefetchOriginLimit", properties=sent(LIMIT)
        )
        while not emulator.calls_of("ModifyPrefetchOriginLimit"):
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        process.wait(SOON)
        assert create.result(timeout=SOON).id == ID


@pytest.mark.parametrize("options", [{"latency": 0.5}])
def test_what_is_half_done_is_finished_also_where_the_engine_has_given_it_up(
    engine: HeardEngine, emulator: Emulator, config: dict[str, str]
) -> None:
    """As the CLI gives up at the second Ctrl-C all that it waits for."""
    emulator.put_quota(Quota(1, "Image", 2000, 70))
    old = {**QUOTA, "period": "2026-10", "writtenAt": 0}
    with started(engine.address) as (process, plugin):
        plugin.configure(config)
        kind, news = "tc-resources:index:AigcQuota", {**QUOTA, "period": "2026-11"}
        update = plugin.future(
            "Update", "UpdateRequest", type=kind, id="1#Image", olds=sent(old), news=sent(news), old_inputs=sent(QUOTA)
        )
        while not emulator.calls_of("DeleteAigcQuota"):
            os.sched_yield()
        update.cancel()
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON) == 0
    assert emulator.quotas() == [Quota(1, "Image", 2000)]


def details(call: grpc.Future[Message]) -> str:
    """What is told of a call that fails."""
    with pytest.raises(grpc.RpcError) as raised:
        call.result(timeout=SOON)
    assert isinstance(raised.value, grpc.Call)
    return str(raised.value.details())


@pytest.mark.parametrize("options", [{"latency": 600.0}])
def test_a_read_that_hangs_keeps_neither_a_cancelled_run_nor_the_process(
    engine: HeardEngine, emulator: Emulator, config: dict[str, str]
) -> None:
    with started(engine.address) as (process, plugin):
        plugin.configure(config)
        kind = "tc-resources:index:PrefetchOriginLimit"
        reads = [plugin.future("Read", "ReadRequest", type=kind, id=ID, properties=sent(LIMIT)) for _ in range(40)]
        while not emulator.calls_of("DescribePrefetchOriginLimit"):
            os.sched_yield()
        plugin.call("Cancel", "google.protobuf.Empty")
        assert {details(read).rpartition("failed. ")[2] for read in reads} <= STOPPED
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON) == 0


FOLDER = Path(__file__).parents[3] / "plugin"
WITHOUT_SDK = f"import runpy, sys; sys.modules['pulumi'] = None; runpy.run_path({str(FOLDER)!r}, run_name='__main__')"


def test_the_folder_that_is_added_as_a_package_serves_without_the_sdk(
    emulator: Emulator, config: dict[str, str]
) -> None:
    with started(entry=("-c", WITHOUT_SDK)) as (_, plugin):
        plugin.configure(config)
        kind = "tc-resources:index:PrefetchOriginLimit"
        assert plugin.call("Create", "CreateRequest", type=kind, properties=sent(LIMIT)).id == ID
    assert len(emulator.limits()) == 1


def test_that_folder_asks_for_all_that_the_package_needs_but_the_sdk() -> None:
    """The package itself lies beside it, so nothing asks for the package's own requirements."""
    asked = {line for line in (FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines() if line[0] != "#"}
    needed = [re.split("; extra == ['\"]native['\"]", one)[0] for one in metadata.requires("tc-resources") or ()]
    assert asked == {one for one in needed if "extra ==" not in one and not one.startswith("pulumi")}


def test_calls_at_once_are_as_many_as_the_engine_asks(plugin: Plugin, emulator: Emulator) -> None:
    inputs = [{**LIMIT, "domainName": f"n{number}.example.com"} for number in range(64)]
    kind = "tc-resources:index:PrefetchOriginLimit"
    calls = [plugin.future("Create", "CreateRequest", type=kind, properties=sent(one)) for one in inputs]
    assert len({call.result(timeout=60).id for call in calls}) == len(emulator.limits()) == 64
