from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def sdk() -> SimpleNamespace:
    """The parts of the vendor's SDK that speak to the two services; the whole of it is far bigger."""
    names = {
        "credential": "common.credential",
        "client_profile": "common.profile.client_profile",
        "http_profile": "common.profile.http_profile",
        "exception": "common.exception.tencent_cloud_sdk_exception",
        "teo": "teo.v20220901.teo_client",
        "teo_models": "teo.v20220901.models",
        "vod": "vod.v20180717.vod_client",
        "vod_models": "vod.v20180717.models",
    }
    return SimpleNamespace(**{name: pytest.importorskip(f"tencentcloud.{path}") for name, path in names.items()})


@pytest.fixture
def connect(sdk: SimpleNamespace, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """A client of the SDK, "teo" or "vod", that calls the emulator and no proxy."""
    for variable in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(variable, raising=False)
    clients = []

    def connect(service: str, secret_key: str = emulator.secret_key) -> Any:
        http = sdk.http_profile.HttpProfile(protocol="http", endpoint=emulator.url.removeprefix("http://"))
        key = sdk.credential.Credential(emulator.secret_id, secret_key)
        kind = {"teo": sdk.teo.TeoClient, "vod": sdk.vod.VodClient}[service]
        clients.append(kind(key, "", sdk.client_profile.ClientProfile(httpProfile=http)))
        return clients[-1]

    yield connect
    for client in clients:
        client.request.conn._session.close()
