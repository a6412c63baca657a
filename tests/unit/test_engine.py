"""The engine of Pulumi's dynamic provider host, as our process sees it, and the session that it gets."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest

from tc_resources.cloud.clock import Clock
from tc_resources.cloud.errors import AccountError, ConfigError, EngineGoneError
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.dynamic.engine import DynamicEngine
from tc_resources.limits.fields import load
from tc_resources.limits.orphan import GRACE, end_with_engine
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs, PrefetchOriginLimitState
from tc_resources.limits.session import Session
from tc_resources.testing.emulator import Emulator
from tests.account import account_of
from tests.hearing import HearingEngine


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Our standard input, and the engine's end of it."""
    ours, engines = os.pipe()
    yield ours, engines
    os.close(ours)


@pytest.fixture
def nowhere() -> str:
    """An address that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def alive(stdin: int, *arguments: str) -> bool:
    return DynamicEngine(["host", *arguments], stdin).alive()


def test_an_engine_that_holds_the_pipe_is_alive(pipe: tuple[int, int], nowhere: str) -> None:
    ours, engines = pipe
    assert alive(ours, nowhere)
    os.write(engines, b"something")
    assert alive(ours, nowhere)
    os.close(engines)


def test_an_engine_that_let_the_pipe_go_and_does_not_listen_is_gone(pipe: tuple[int, int], nowhere: str) -> None:
    ours, engines = pipe
    os.close(engines)
    assert not alive(ours, nowhere)
    assert not alive(ours, "--logtostderr", "-v=1", nowhere)


def test_an_engine_that_let_the_pipe_go_and_listens_is_alive(pipe: tuple[int, int]) -> None:
    ours, engines = pipe
    os.close(engines)
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert alive(ours, f"127.0.0.1:{server.getsockname()[1]}")


@pytest.mark.parametrize("arguments", [[], [""], ["tests/unit"], ["127.0.0.1"], ["127.0.0.1:port"]])
def test_without_an_engines_address_somebody_waits_and_nothing_is_shared(
    pipe: tuple[int, int], arguments: list[str]
) -> None:
    ours, engines = pipe
    os.close(engines)
    engine = DynamicEngine(["host", *arguments], ours)
    assert engine.alive()
    engine.registry.add("aigc_quota", (1, "Image", None))
    assert not DynamicEngine(["host", *arguments], ours).registry.declares("aigc_quota", (1, "Image", None))


def test_an_input_that_is_no_pipe_says_nothing(nowhere: str) -> None:
    with open(os.devnull) as nothing:  # noqa: PTH123 - a descriptor is what is needed
        assert alive(nothing.fileno(), nowhere)


def test_flags_of_the_engines_log_stand_before_its_address() -> None:
    flags = ["--logtostderr", "-v=9", "--tracing", "http://127.0.0.1:9411/api"]
    assert DynamicEngine(["host", *flags, "127.0.0.1:4321"]).address == "127.0.0.1:4321"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_a_notice_is_told_in_whatever_encoding_the_output_has(encoding: str) -> None:
    output = io.BytesIO()
    stdout = io.TextIOWrapper(output, encoding)
    DynamicEngine(["host"], stdout=stdout).notice("The quota of token 8dfb… is there.")
    assert output.getvalue().decode(encoding) in (
        "The quota of token 8dfb\\u2026 is there.\n",
        "The quota of token 8dfb… is there.\n",
    )


def test_a_notice_that_nobody_reads_is_no_error() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with open(theirs, "w", encoding="utf-8") as output:  # noqa: PTH123 - a descriptor is what there is
        DynamicEngine(["host"], stdout=output).notice("The quota is there.")
        os.dup2(os.open(os.devnull, os.O_WRONLY), theirs)


def test_a_session_has_one_client_and_one_handler_a_kind(emulator: Emulator) -> None:
    config = {
        "tc-resources:endpoint": emulator.url,
        "tc-resources:secretId": emulator.secret_id,
        "tc-resources:secretKey": emulator.secret_key,
    }
    ours = Session(config, HearingEngine(), environ={})
    assert ours.handler("aigc_quota") is ours.handler("aigc_quota")
    assert ours.handler("aigc_quota") is not ours.handler("prefetch_origin_limit")
    clients: list[object] = []
    threads = [threading.Thread(target=lambda: clients.append(ours.connect())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({*map(id, clients)}) == 1
    assert ours.connect().target == ours.endpoint.target == emulator.url


def test_a_sessions_client_sends_nothing_for_an_engine_that_is_gone(emulator: Emulator) -> None:
    gone = Session({}, HearingEngine(alive=lambda: False), environ=account_of(emulator))
    with pytest.raises(EngineGoneError):
        gone.connect().call(DESCRIBE, {"ZoneId": "zone-1"})
    assert emulator.calls == []


def test_the_command_line_of_httpx_is_left_aside_and_can_be_imported_afterwards() -> None:
    program = """
import sys
from tc_resources.dynamic.engine import DynamicEngine
from tc_resources.limits.session import Session
config = {"tc-resources:secretId": "AKIDnobody", "tc-resources:secretKey": "none"}
Session(config, DynamicEngine(["host"]), environ={}).connect()
print("httpx" in sys.modules, "rich" in sys.modules)
import httpx._main
print("rich" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - written above
    assert done.stdout.split() == ["True", "False", "True"]


def test_a_session_without_a_key_fails_when_it_connects_and_not_before() -> None:
    ours = Session({}, HearingEngine(), environ={})
    assert ours.endpoint.target == "intl"
    with pytest.raises(ConfigError, match="No Tencent Cloud credentials"):
        ours.connect()


def test_a_session_takes_a_role_when_it_first_calls_and_not_before(
    emulator: Emulator, times: Clock, transport: httpx.BaseTransport
) -> None:
    emulator.put_role("qcs::cam::uin/100000000001:roleName/deploy")
    config = {"tc-resources:endpoint": emulator.url, "tc-resources:camRoleName": "deploy"}
    client = Session(config, HearingEngine(), times, {}, transport).connect()
    assert emulator.calls == []
    client.call(DESCRIBE, {"ZoneId": "zone-1"})
    assert [call.action for call in emulator.calls][1:] == [DESCRIBE.name]
    assert client.source == "the role deploy of this machine"


@pytest.mark.parametrize("operation", ["create", "read", "update", "delete"])
def test_in_another_account_no_operation_calls_anything(
    emulator: Emulator, operation: str, times: Clock, transport: httpx.BaseTransport
) -> None:
    """A refresh in the wrong account would take everything for gone."""
    environ = {**account_of(emulator), "TENCENTCLOUD_ALLOWED_ACCOUNT_IDS": "100000000007"}
    handler = Session({}, HearingEngine(), times, environ, transport).handler("prefetch_origin_limit")
    state = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
    args, stored = load(PrefetchOriginLimitArgs, state), load(PrefetchOriginLimitState, state)
    operations: dict[str, Callable[[], object]] = {
        "create": lambda: handler.create(args),
        "read": lambda: handler.read(args.identity.id, state),
        "update": lambda: handler.update(args, stored),
        "delete": lambda: handler.delete(stored),
    }
    with pytest.raises(AccountError, match=r"belongs to account 100000000001, and .* allows 100000000007 alone"):
        operations[operation]()
    assert [call.action for call in emulator.calls] == ["GetCallerIdentity"]


@pytest.mark.parametrize(("seconds", "ended"), [(0.0, 0.0), (20.0, 20.0), (500.0, GRACE)])
def test_a_process_leaves_soon_after_its_engine_and_lets_what_is_half_done_end(seconds: float, ended: float) -> None:
    """Without one a killed run's processes would stay for half an hour, and could write beside the next run."""
    now = [100.0]

    class Orphan(HearingEngine):
        def alive(self) -> bool:
            return now[0] < 110

    session = Session({}, Orphan(), environ={})
    codes: list[int] = []

    def sleep(pause: float) -> None:
        now[0] += pause
        session._operations = int(now[0] < 110 + seconds)

    end_with_engine(
        session.engine.alive, lambda: session.busy, leave=codes.append, monotonic=lambda: now[0], sleep=sleep
    )
    assert codes == [1]
    assert now[0] - 110 == pytest.approx(ended, abs=0.5)


def test_an_operation_is_under_way_until_it_ends_or_fails(emulator: Emulator) -> None:
    session = Session({}, HearingEngine(), environ=account_of(emulator))
    with session.operation("aigc_quota"):
        assert session.busy
    with pytest.raises(ValueError, match="failed"), session.operation("aigc_quota"):
        raise ValueError("failed")
    assert not session.busy
