"""One test body for both engines: the embedded one, and the real CLI where it is on PATH."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi import automation

from tc_resources.testing import Emulator, LocalEngine
from tests.engine.trial import Trial

PROGRAMS = Path(__file__).with_name("programs")


@pytest.fixture(scope="session")
def pulumi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pulumi-home")


@pytest.fixture
def emulator(options: dict[str, Any]) -> Iterator[Emulator]:
    """The services in real time, since the providers are processes of their own."""
    with Emulator(**options) as emulator:
        yield emulator


@pytest.fixture
def environment(tmp_path: Path, pulumi_home: Path) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(PROGRAMS),
        "PULUMI_BACKEND_URL": tmp_path.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_HOME": str(pulumi_home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "CLOUD": str(tmp_path / "cloud.json"),
    }


@pytest.fixture
def try_on(tmp_path: Path, environment: dict[str, str]) -> Callable[[str], Trial]:
    """An empty stack in a folder of its own, and an empty cloud."""

    def try_on(engine: str) -> Trial:
        if engine == "cli" and shutil.which("pulumi") is None:
            pytest.skip("the pulumi CLI is not on PATH")
        folder = tmp_path / engine
        folder.mkdir()
        (folder / "cloud.json").write_text('{"things": {}, "calls": []}')
        (folder / "Pulumi.yaml").write_text("name: toy\nruntime: python\n")
        env = {**environment, "CLOUD": str(folder / "cloud.json")}
        if engine == "embedded":
            return Trial(LocalEngine(folder, env=env), folder)
        options = automation.LocalWorkspaceOptions(env_vars=env)
        return Trial(automation.create_stack("dev", work_dir=str(folder), opts=options), folder)

    return try_on


@pytest.fixture(params=["embedded", "cli"])
def trial(request: pytest.FixtureRequest, try_on: Callable[[str], Trial]) -> Trial:
    return try_on(request.param)
