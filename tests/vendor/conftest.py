from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator

SERVICES = {"teo": "v20220901", "vod": "v20180717"}


@pytest.fixture
def options() -> dict[str, Any]:
    """Arguments of the emulator; a test that wants others is parametrized with them."""
    return {}


@pytest.fixture
def emulator(options: dict[str, Any]) -> Iterator[Emulator]:
    with Emulator(**options) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def sdk() -> SimpleNamespace:
    """The parts of the vendor's SDK that speak to the two services; the whole of it is far bigger."""
    names = {
        "client": "common.abstract_client",
        "common": "common.common_client",
        "credential": "common.credential",
        "client_profile": "common.profile.client_profile",
        "http_profile": "common.profile.http_profile",
        "exception": "common.exception.tencent_cloud_sdk_exception",
        "teo": "teo.v20220901.teo_client",
        "teo_codes": "teo.v20220901.errorcodes",
        "teo_models": "teo.v20220901.models",
        "vod": "vod.v20180717.vod_client",
        "vod_codes": "vod.v20180717.errorcodes",
        "vod_models": "vod.v20180717.models",
    }
    return SimpleNamespace(**{name: pytest.importorskip(f"tencentcloud.{path}") for name, path in names.items()})


@pytest.fixture
def connect(sdk: SimpleNamespace, emulator: Emulator) -> Iterator[Callable[..., Any]]:
    """A client of the SDK that calls the emulator: that of "teo" or "vod", or the general one where a version is given.

    `profile` are arguments of the SDK's ClientProfile.
    """
    clients = []

    def connect(
        service: str,
        *,
        version: str | None = None,
        secret_id: str = emulator.secret_id,
        secret_key: str = emulator.secret_key,
        method: str = "POST",
        **profile: Any,
    ) -> Any:
        endpoint = emulator.url.removeprefix("http://")
        http = sdk.http_profile.HttpProfile(protocol="http", endpoint=endpoint, reqMethod=method)
        how = (sdk.credential.Credential(secret_id, secret_key), "", sdk.client_profile.ClientProfile(httpProfile=http))
        for name, value in profile.items():
            setattr(how[2], name, value)
        if version is None:
            clients.append({"teo": sdk.teo.TeoClient, "vod": sdk.vod.VodClient}[service](*how))
        else:
            clients.append(sdk.common.CommonClient(service, version, *how))
        return clients[-1]

    yield connect
    for client in clients:
        client.request.conn._session.close()


@pytest.fixture
def refusal(sdk: SimpleNamespace) -> Callable[..., str | None]:
    """Let a client of the SDK call an action; the code of the exception that it raises, None where it raises none."""

    def refusal(client: Any, action: str, params: object, **options: object) -> str | None:
        try:
            client.call_json(action, params, options=options)
        except sdk.exception.TencentCloudSDKException as error:
            code: str = error.get_code()
            return code
        return None

    return refusal


@pytest.fixture(scope="session")
def described() -> Callable[[str], Any]:
    """What the vendor's CLI ships: of each service its interface ("api") and its "examples", with all actions."""
    services = Path(pytest.importorskip("tccli").__file__).parent / "services"

    def described(kind: str) -> dict[str, Any]:
        files = {name: services / name / version / f"{kind}.json" for name, version in SERVICES.items()}
        return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items()}

    return described


@pytest.fixture(scope="session")
def tccli(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the vendor's CLI as a process of its own, which has nothing from here but the arguments."""
    command = shutil.which("tccli", path=sysconfig.get_path("scripts"))
    if command is None:
        pytest.skip("tccli is not installed")
    environment = {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PATH": os.environ["PATH"],
        "PYTHONWARNINGS": "ignore::SyntaxWarning",  # of its own code, where Python compiles it for the first time
    }

    def tccli(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the vendor's command
            [command, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    return tccli
