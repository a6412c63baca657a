from __future__ import annotations

from collections.abc import Callable, Iterator

import pulumi
import pytest
from pulumi.runtime import set_mocks
from pulumi.runtime.settings import reset_options

from tests.unit.program.engine import Engine, Program, Run


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    reset_options()
    set_mocks(engine)
    yield engine
    reset_options()


@pytest.fixture
def run(engine: Engine) -> Callable[[Program], None]:  # noqa: ARG001 - the program registers with it
    """Run a program to its end, with all that it declares."""

    def run(program: Program) -> None:
        pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # Pulumi has no types here

    return run


@pytest.fixture
def run_as_engine(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a program as an engine does, with no sign that it is a test with mocks."""
    monkeypatch.setattr("tc_resources.dynamic.resource.MockMonitor", type("NoMonitor", (), {}))
    return run
