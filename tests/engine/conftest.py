"""One test body for both engines: the embedded one, and the real CLI where it is on PATH.

What the two leave behind in the same test, operation by operation, is compared at the end.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi import automation

from tc_resources.testing import Emulator, LocalEngine
from tests.engine.trial import Trace, Trial, finished

PROGRAMS = Path(__file__).with_name("programs")


@pytest.fixture(scope="session")
def traces() -> dict[str, Trace]:
    return {}


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
        "CLOUD": str(tmp_path / "cloud.json"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(PROGRAMS),
        "PULUMI_BACKEND_URL": tmp_path.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_HOME": str(pulumi_home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


@pytest.fixture(params=["embedded", "cli"])
def trial(
    request: pytest.FixtureRequest, tmp_path: Path, environment: dict[str, str], traces: dict[str, Trace]
) -> Iterator[Trial]:
    (tmp_path / "cloud.json").write_text('{"things": {}, "calls": []}')
    (tmp_path / "Pulumi.yaml").write_text("name: toy\nruntime: python\n")
    test = request.node.name.partition("[")[0]
    if request.param == "embedded":
        trial = Trial(LocalEngine(tmp_path, env=environment), tmp_path)
        yield trial
        traces[test] = finished(trial)
        return
    if shutil.which("pulumi") is None:
        pytest.skip("the pulumi CLI is not on PATH")
    options = automation.LocalWorkspaceOptions(env_vars=environment)
    trial = Trial(automation.create_stack("dev", work_dir=str(tmp_path), opts=options), tmp_path)
    yield trial
    if test in traces:
        assert finished(trial) == traces[test]
