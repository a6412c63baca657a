from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from unittest.mock import Mock

import httpx
import pytest

from tc_resources.cloud.client import Client, Clock
from tc_resources.cloud.errors import AccountError, ConfigError
from tc_resources.cloud.services.teo import DESCRIBE
from tc_resources.limits import session as process
from tc_resources.limits.prefetch_origin_limit import PrefetchOriginLimitArgs
from tc_resources.limits.session import Process, engine_is_alive
from tc_resources.testing.emulator import Emulator


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The engine's end of our standard input."""
    ours, engines = os.pipe()
    monkeypatch.setattr(process, "STDIN", ours)
    yield engines
    os.close(ours)


@pytest.fixture
def nowhere() -> str:
    """An address that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def test_an_engine_that_holds_the_pipe_is_alive(engine: int, nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["host", nowhere])
    assert engine_is_alive()
    os.write(engine, b"something")
    assert engine_is_alive()
    os.close(engine)


@pytest.mark.parametrize("address", ["", "tests", "127.0.0.1:port"])
def test_an_engine_that_let_the_pipe_go_and_has_no_address_is_gone(
    engine: int, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["host", address])
    os.close(engine)
    assert not engine_is_alive()


def test_an_engine_that_let_the_pipe_go_and_does_not_listen_is_gone(
    engine: int, nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["host", nowhere])
    os.close(engine)
    assert not engine_is_alive()


def test_an_engine_that_let_the_pipe_go_and_listens_is_alive(engine: int, monkeypatch: pytest.MonkeyPatch) -> None:
    os.close(engine)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(sys, "argv", ["host", f"127.0.0.1:{server.getsockname()[1]}"])
        assert engine_is_alive()


def test_without_an_engines_address_somebody_waits(engine: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["host"])
    os.close(engine)
    assert engine_is_alive()


def test_an_input_that_is_no_pipe_says_nothing(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["host", nowhere])
    with open(os.devnull) as nothing:  # noqa: PTH123 - a descriptor is what is needed
        monkeypatch.setattr(process, "STDIN", nothing.fileno())
        assert engine_is_alive()


def test_a_process_has_one_client_and_one_handler_a_kind(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["host"])
    made = Mock()
    monkeypatch.setattr("tc_resources.cloud.client.Client", made)
    config = {
        "tencentcloud:endpoint": emulator.url,
        "tencentcloud:secretId": emulator.secret_id,
        "tencentcloud:secretKey": emulator.secret_key,
    }
    ours = Process(config.get, {})
    assert ours.handler("aigc_quota") is ours.handler("aigc_quota")
    assert ours.handler("aigc_quota") is not ours.handler("prefetch_origin_limit")
    assert not made.called
    threads = [threading.Thread(target=ours.connect) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [((settings,), how)] = made.call_args_list
    assert settings.target == ours.target() == emulator.url
    assert how == {"alive": engine_is_alive}


def test_the_command_line_of_httpx_is_left_aside_and_can_be_imported_afterwards() -> None:
    program = """
import sys
from tc_resources.limits.session import Process
Process({"tencentcloud:secretId": "AKIDnobody", "tencentcloud:secretKey": "none"}.get, {}).connect()
print("httpx" in sys.modules, "rich" in sys.modules)
import httpx._main
print("rich" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - written above
    assert done.stdout.split() == ["True", "False", "True"]


def test_a_process_without_a_key_fails_when_it_connects_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["host"])
    ours = Process(dict[str, object]().get, {})
    assert ours.target() == "intl"
    with pytest.raises(ConfigError, match="No Tencent Cloud credentials"):
        ours.connect()


@pytest.fixture
def _connected(times: Clock, transport: httpx.BaseTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that end with the test."""
    monkeypatch.setattr(sys, "argv", ["host"])
    monkeypatch.setattr("tc_resources.cloud.client.Client", partial(Client, clock=times, transport=transport))


@pytest.mark.usefixtures("_connected")
def test_a_process_takes_a_role_when_it_first_calls_and_not_before(emulator: Emulator) -> None:
    emulator.put_role("qcs::cam::uin/100000000001:roleName/deploy")
    config = {"tencentcloud:endpoint": emulator.url, "tencentcloud:camRoleName": "deploy"}
    client = Process(config.get, {}).connect()
    assert emulator.calls == []
    client.call(DESCRIBE, {"ZoneId": "zone-1"})
    assert [call.action for call in emulator.calls][1:] == [DESCRIBE.name]
    assert client.source == "the role deploy of this machine"


@pytest.mark.usefixtures("_connected")
@pytest.mark.parametrize("operation", ["create", "read", "update", "delete"])
def test_in_another_account_no_operation_calls_anything(emulator: Emulator, operation: str) -> None:
    """A refresh in the wrong account would take everything for gone."""
    environ = {
        "TENCENTCLOUD_ENDPOINT": emulator.url,
        "TENCENTCLOUD_SECRET_ID": emulator.secret_id,
        "TENCENTCLOUD_SECRET_KEY": emulator.secret_key,
        "TENCENTCLOUD_ALLOWED_ACCOUNT_IDS": "100000000007",
    }
    handler = Process(lambda _: None, environ).handler("prefetch_origin_limit")
    state = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
    args = PrefetchOriginLimitArgs(**state)  # type: ignore[arg-type]
    operations: dict[str, Callable[[], object]] = {
        "create": lambda: handler.create(args),
        "read": lambda: handler.read(handler.id(args), state),
        "update": lambda: handler.update(args, state),
        "delete": lambda: handler.delete(state),
    }
    with pytest.raises(AccountError, match=r"belongs to account 100000000001, and .* allows 100000000007 alone"):
        operations[operation]()
    assert [call.action for call in emulator.calls] == ["GetCallerIdentity"]
