"""The credentials of roles, taken anew before they expire."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.clock import Clock
from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.refreshing import MARGIN, PATIENCE, PAUSE, Refreshing
from tc_resources.cloud.credentials.roles import AssumedRole, Role, WebIdentityRole
from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.errors import CloudError, CredentialsError, ServiceError
from tc_resources.cloud.services.teo import DESCRIBE, PrefetchOriginLimits
from tc_resources.dynamic.words import WORDS
from tc_resources.limits.advice import explain
from tc_resources.testing.emulator import Emulator, ErrorCode, Fault, Limit

if TYPE_CHECKING:
    from tc_resources.cloud.requester import Requester
    from tests.conftest import FakeClock

Connect = Callable[..., Client]
ARN = "qcs::cam::uin/100000000001:roleName/deploy"
ZONE = {"ZoneId": "zone-1"}
LIFE = 7200


@dataclass(frozen=True)
class Scripted(Role):
    """A role whose key is taken as a test says: `deeds` are done one a time before a key is given."""

    clock: FakeClock
    life: float = LIFE
    deeds: list[Callable[[], object]] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)

    @property
    def source(self) -> str:
        return "a scripted role"

    def take(self, requester: Requester | None = None) -> Credentials:  # noqa: ARG002 - nothing is asked
        self.taken.append(self.clock.now())
        if self.deeds:
            self.deeds.pop(0)()
        number = str(len(self.taken))
        return Credentials(f"AKID-{number}", "a-secret-key", "a-token", self.source, self.clock.now() + self.life)


def fail() -> None:
    raise CloudError("No answer.")


@pytest.fixture
def role(clock: FakeClock) -> Scripted:
    return Scripted(clock)


@pytest.fixture
def deadline(times: Clock) -> Deadline:
    return Deadline(times, 90)


@pytest.fixture
def keys(role: Scripted, deadline: Deadline, times: Clock) -> Refreshing:
    return Refreshing(role.source, role.take, deadline, times)


def test_a_key_is_taken_at_its_first_use_and_kept(keys: Refreshing, role: Scripted, clock: FakeClock) -> None:
    assert role.taken == []
    assert keys.current() is keys.current()
    clock.sleep(LIFE - MARGIN - 1)
    assert keys.current().secret_id == "AKID-1"


def test_a_key_is_taken_anew_before_it_expires(keys: Refreshing, clock: FakeClock) -> None:
    keys.current()
    clock.sleep(LIFE - MARGIN)
    assert keys.current().secret_id == "AKID-2"


def test_a_refresh_that_fails_goes_on_with_the_old_key_and_is_tried_again_later(
    keys: Refreshing, role: Scripted, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    keys.current()
    role.deeds.extend([fail, fail])
    clock.sleep(LIFE - MARGIN)
    assert keys.current().secret_id == "AKID-1"
    assert "Going on with the old key, which lasts for 300 s. There is no key of a scripted role. No answer." in [
        record.getMessage() for record in caplog.records if record.levelno == logging.WARNING
    ]
    clock.sleep(PAUSE - 1)
    assert keys.current().secret_id == "AKID-1"
    assert len(role.taken) == 2
    clock.sleep(1)
    assert keys.current().secret_id == "AKID-1"
    clock.sleep(PAUSE)
    assert keys.current().secret_id == "AKID-4"


def test_a_refresh_that_fails_once_the_old_key_is_over_is_an_error(
    keys: Refreshing, role: Scripted, clock: FakeClock
) -> None:
    keys.current()
    clock.sleep(LIFE)
    role.deeds.append(fail)
    with pytest.raises(CredentialsError, match=r"^There is no key of a scripted role\. No answer\.$"):
        keys.current()
    assert keys.current().secret_id == "AKID-3"


def test_a_key_with_less_than_the_margin_left_is_not_taken_anew_at_each_call(clock: FakeClock, times: Clock) -> None:
    role = Scripted(clock, life=MARGIN / 2)
    keys = Refreshing(role.source, role.take, Deadline(times, 90), times)
    keys.current()
    clock.sleep(PAUSE - 1)
    keys.current()
    assert len(role.taken) == 1


@pytest.mark.parametrize("ahead", [LIFE, 2 * LIFE])
def test_a_clock_ahead_of_a_keys_end_does_not_take_the_role_anew_at_each_call(
    clock: FakeClock, times: Clock, ahead: float
) -> None:
    role = Scripted(clock, life=LIFE - ahead)
    keys = Refreshing(role.source, role.take, Deadline(times, 90), times)
    keys.current()
    clock.sleep(PAUSE - 1)
    assert keys.current().secret_id == "AKID-1"
    clock.sleep(1)
    assert keys.current().secret_id == "AKID-2"


def test_a_machine_whose_clock_is_ahead_takes_a_role_once_for_several_reads(
    emulator: Emulator, connect: Connect, deploy: AssumedRole, times: Clock
) -> None:
    client = connect(deploy, clock=replace(times, now=lambda: times.now() + 2 * LIFE))
    client.call(DESCRIBE, ZONE)
    emulator.clear_calls()
    for _ in range(5):
        client.call(DESCRIBE, ZONE)
    assert codes(emulator) == [(DESCRIBE.name, None)] * 5


def test_a_refresh_takes_no_more_time_than_its_operation_has(
    keys: Refreshing, role: Scripted, deadline: Deadline, clock: FakeClock
) -> None:
    keys.current()
    clock.sleep(LIFE - MARGIN)
    left: list[float] = []
    role.deeds.append(lambda: left.append(deadline.left))
    with deadline.within(PATIENCE / 2):
        keys.current()
    assert left == [pytest.approx(PATIENCE / 2)]


def test_a_thread_that_joined_a_refresh_which_failed_takes_the_key_itself(
    keys: Refreshing, role: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other may have had less time."""
    begun, go_on = threading.Event(), threading.Event()

    def joined_wait(flights: list[Future[Credentials]], seconds: float) -> object:
        go_on.set()
        return wait(flights, seconds)

    def wait_and_fail() -> None:
        begun.set()
        assert go_on.wait(5)
        fail()

    monkeypatch.setattr("tc_resources.cloud.single_flight.wait", joined_wait)
    role.deeds.append(wait_and_fail)
    with ThreadPoolExecutor(2) as threads:
        failing = threads.submit(keys.current)
        assert begun.wait(5)
        joined = threads.submit(keys.current)
        assert isinstance(failing.exception(5), CredentialsError)
        assert joined.result(5).secret_id == "AKID-2"


def test_threads_that_need_a_first_key_take_one_together(keys: Refreshing, role: Scripted) -> None:
    all_here = threading.Barrier(4)

    def current(_: int) -> Credentials:
        all_here.wait(5)
        return keys.current()

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(current, range(4)))
    assert len(found) == 1
    assert len(role.taken) == 1


def test_the_other_threads_go_on_with_the_old_key_while_one_refreshes_it(
    keys: Refreshing, role: Scripted, clock: FakeClock
) -> None:
    keys.current()
    clock.sleep(LIFE - MARGIN)
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go_on.wait(5)

    role.deeds.append(wait)
    with ThreadPoolExecutor(1) as threads:
        refreshing = threads.submit(keys.current)
        assert begun.wait(5)
        assert keys.current().secret_id == "AKID-1"
        go_on.set()
        assert refreshing.result(5).secret_id == "AKID-2"
    assert keys.current().secret_id == "AKID-2"


def test_a_refused_key_is_taken_anew_once_for_all_that_were_refused_it(keys: Refreshing, role: Scripted) -> None:
    old = keys.current()
    assert keys.refresh(old)
    assert keys.refresh(old)
    assert keys.current().secret_id == "AKID-2"
    assert len(role.taken) == 2


def test_no_secret_is_in_a_repr(keys: Refreshing) -> None:
    keys.current()
    assert "a-secret-key" not in f"{keys!r} {keys}"
    assert "a-token" not in f"{keys!r} {keys}"


@pytest.fixture
def deploy(emulator: Emulator) -> AssumedRole:
    """A role of the emulator."""
    emulator.put_role(ARN)
    return AssumedRole(Credentials(emulator.secret_id, emulator.secret_key, source="the environment"), ARN)


def codes(emulator: Emulator) -> list[tuple[str, str | None]]:
    return [(call.action, call.code) for call in emulator.calls]


def test_a_run_outlives_its_first_key(
    emulator: Emulator, connect: Connect, deploy: AssumedRole, clock: FakeClock
) -> None:
    client = connect(deploy)
    for _ in range(3):
        client.call(DESCRIBE, ZONE)
        clock.sleep(LIFE - MARGIN)
    assert codes(emulator) == [("AssumeRole", None), (DESCRIBE.name, None)] * 3


def test_a_key_is_taken_anew_between_two_pages_of_a_listing(
    emulator: Emulator, connect: Connect, deploy: AssumedRole, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(250):
        emulator.put_limit(Limit("zone-1", f"w{number}.example.com", "Overseas", 500))
    client = connect(deploy)
    call = client.call

    def slow_call(*args: object) -> object:
        answer = call(*args)  # type: ignore[arg-type]
        clock.sleep(LIFE - MARGIN)
        return answer

    monkeypatch.setattr(client, "call", slow_call)
    assert len(PrefetchOriginLimits(client).all("zone-1").rows) == 250
    assert codes(emulator) == [("AssumeRole", None), (DESCRIBE.name, None)] * 3


def test_a_refresh_that_hangs_leaves_the_operation_its_time(
    emulator: Emulator, connect: Connect, deploy: AssumedRole, clock: FakeClock
) -> None:
    client = connect(deploy)
    client.call(DESCRIBE, ZONE)
    clock.sleep(LIFE - MARGIN)
    emulator.script(Fault(ErrorCode("InternalError"), action="AssumeRole", times=50))
    began = clock.now()
    with client.operation(20):
        client.call(DESCRIBE, ZONE)
    assert clock.now() - began <= PATIENCE
    assert codes(emulator)[-1] == (DESCRIBE.name, None)


def test_a_key_that_the_service_holds_for_expired_is_taken_anew_and_the_call_made_again(
    emulator: Emulator, connect: Connect, deploy: AssumedRole
) -> None:
    client = connect(deploy)
    emulator.script(Fault(ErrorCode("AuthFailure.TokenFailure"), action=DESCRIBE.name))
    client.call(DESCRIBE, ZONE)
    assert codes(emulator) == [
        ("AssumeRole", None),
        (DESCRIBE.name, "AuthFailure.TokenFailure"),
        ("AssumeRole", None),
        (DESCRIBE.name, None),
    ]


def test_a_key_that_is_refused_twice_is_an_error_that_says_how_it_was_taken(
    emulator: Emulator, connect: Connect, deploy: AssumedRole
) -> None:
    emulator.script(Fault(ErrorCode("AuthFailure.TokenFailure"), action=DESCRIBE.name, times=2))
    with pytest.raises(ServiceError) as raised:
        connect(deploy).call(DESCRIBE, ZONE)
    assert f"comes from the role {ARN}, taken with the key from the environment" in explain(raised.value, WORDS)
    assert len(emulator.calls) == 4


def test_a_temporary_key_that_is_no_roles_is_not_taken_anew(emulator: Emulator, connect: Connect) -> None:
    emulator.script(Fault(ErrorCode("AuthFailure.TokenFailure")))
    with pytest.raises(ServiceError) as raised:
        connect().call(DESCRIBE, ZONE)
    assert "Check the key, which comes from the caller" in explain(raised.value, WORDS)
    assert len(emulator.calls) == 1


def test_a_refresh_reads_the_token_of_web_identity_again(
    emulator: Emulator, connect: Connect, clock: FakeClock, tmp_path: Path
) -> None:
    """CI puts a new token into the file before the old one expires."""
    file = tmp_path / "token"
    file.write_text("first-token", encoding="utf-8")
    emulator.put_role(ARN, web_identity_tokens=["first-token"])
    client = connect(WebIdentityRole(file, ARN))
    client.call(DESCRIBE, ZONE)
    emulator.put_role(ARN, web_identity_tokens=["second-token"])
    file.write_text("second-token", encoding="utf-8")
    clock.sleep(LIFE)
    client.call(DESCRIBE, ZONE)
    assert codes(emulator) == [("AssumeRoleWithWebIdentity", None), (DESCRIBE.name, None)] * 2
