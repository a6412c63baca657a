"""The same tests on the emulator and, by `make live`, on a real account: only where nothing is, and taken back."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing import Emulator, LocalEngine
from tests.service.account import Account, emulated, vacant

ENVIRON = dict(os.environ)
"""As it was before any test: no test sees what is in it of anybody's account."""
NAMES = ("TC_LIVE_ZONE", "TC_LIVE_DOMAIN", "TC_LIVE_SUB_APP")
LIVE = bool(ENVIRON.get("TC_LIVE"))
EMULATED = [Behaviour(), Behaviour(existing_limit="refuses", absent_limit="succeeds")]


@pytest.fixture(params=["live"] if LIVE else EMULATED, ids=["live"] if LIVE else ["default", "contrary"])
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    """The account, where nothing is; what a test leaves is taken back. Fails where something is there already."""
    if LIVE:
        with vacant(_real()) as account:
            yield account
        return
    with Emulator(behaviour=request.param) as emulator, emulated(emulator) as own, vacant(own) as account:
        yield account


@pytest.fixture
def stack(account: Account) -> Iterator[LocalEngine]:
    """A stack of the program beside this file; it is destroyed in the end."""
    stack = account.stack()
    yield stack
    stack.destroy()


def _real() -> Account:
    missing = [name for name in NAMES if not ENVIRON.get(name)]
    if missing:
        pytest.exit(f"make live needs {', '.join(missing)}.", returncode=2)
    zone, domain, sub_app = (ENVIRON[name] for name in NAMES)
    return Account(zone, domain, ENVIRON.get("TC_LIVE_AREA", "Overseas"), int(sub_app), ENVIRON)
