from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tc_resources.testing.emulator import Emulator
from tests.account import account_of
from tests.notes import forget_writes
from tests.pulumi.faces import FACES, FaceStack
from tests.pulumi.pulumi_cli import PASSPHRASE, PROJECT, Stack

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def cli() -> None:
    """Every test here needs the CLI and is skipped without it."""
    if shutil.which("pulumi") is None:
        pytest.skip("the pulumi CLI is not on PATH")


@pytest.fixture(scope="session")
def python(cli: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - nothing is built without the CLI
    """The virtual environment of somebody else's program: our wheel, its dependencies, and no checkout."""
    folder = tmp_path_factory.mktemp("environment")
    home, wheels = folder / "venv", folder / "wheels"
    venv.create(home)
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels))
    run(sys.executable, "-m", "pip", "--python", str(home), "install", "--no-deps", "--no-index", *wheels.glob("*.whl"))
    # Dependencies come from the environment of the tests, which no registry need be asked for. A path that a .pth
    # file adds has its own .pth files ignored, so an editable install of the checkout is out of reach.
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)})
    Path(paths["purelib"], "dependencies.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    return home


def run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603 - written above
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def environ(python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All that a command's environment holds: an empty home, and nothing of the user's; no registry is asked."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("user", "pulumi", "tmp"):
        (folder / name).mkdir()
    return {
        "PATH": f"{python / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder / "user"),
        "TMPDIR": str(folder / "tmp"),
        "PULUMI_HOME": str(folder / "pulumi"),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",  # the CLI asks pip for the program's packages
        "PIP_NO_INDEX": "1",
    }


OFFLINE = {"PULUMI_DISABLE_REGISTRY_RESOLVE": "true", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"}


@pytest.fixture(scope="session")
def plugin(environ: dict[str, str]) -> dict[str, str]:
    """What the environment of a command says besides, once the plugin of the native face is installed."""
    command = ["tc-resources", "plugin", "install"]
    found = shutil.which(command[0], path=environ["PATH"])
    assert found
    done = subprocess.run([found, *command[1:]], env=environ, capture_output=True, text=True, check=False)  # noqa: S603 - written above
    assert done.returncode == 0, done.stdout + done.stderr
    return OFFLINE


@pytest.fixture(scope="session")
def empty_stack(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an empty stack; tests copy it, which is faster than initialising one each."""
    folder = tmp_path_factory.mktemp("empty") / PROJECT
    (folder / "backend").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n", encoding="utf-8")
    initialised = Stack(folder, environ)
    del initialised.environ["PULUMI_STACK"]
    initialised.run("stack", "init", "dev")
    return folder


@pytest.fixture
def options() -> dict[str, Any]:
    """Arguments of the emulator; a test that wants others is parametrized with them."""
    return {}


@pytest.fixture
def emulator(options: dict[str, Any]) -> Iterator[Emulator]:
    with Emulator(**options) as emulator:
        forget_writes(emulator.url)
        yield emulator


@pytest.fixture
def new_stack(empty_stack: Path, environ: dict[str, str], emulator: Emulator, tmp_path: Path) -> Callable[[str], Stack]:
    """Another stack of the emulator's account, in a folder of that name."""

    def new_stack(name: str) -> Stack:
        return Stack(shutil.copytree(empty_stack, tmp_path / name), {**environ, **account_of(emulator)})

    return new_stack


@pytest.fixture
def stack(new_stack: Callable[[str], Stack]) -> Stack:
    """A stack of the emulator's account."""
    return new_stack("stack")


@pytest.fixture(params=list(FACES))
def face(request: pytest.FixtureRequest) -> str:
    """What a test that asks for `face_stack` holds in."""
    return str(request.param)


@pytest.fixture
def face_stack(face: str, plugin: dict[str, str], new_stack: Callable[[str], Stack]) -> FaceStack:
    """A stack of the emulator's account, of one face."""
    made = new_stack(face)
    return FACES[face](made.folder, {**made.environ, **plugin})
