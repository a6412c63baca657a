"""What a delete of a limit does, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tc_resources.testing.emulator import (
    AnswerLost,
    Emulator,
    ErrorCode,
    Fault,
)
from tests.unit.provider.host import AnyHost, Run
from tests.unit.provider.origin_limits import ID, LIMIT, LIVE, OFF, TITLE, writes


def test_a_delete_turns_the_limit_off(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(LIVE)
    limits.delete(ID, LIMIT)
    assert [call.action for call in emulator.calls] == ["ModifyPrefetchOriginLimit"]
    assert writes(emulator) == [OFF]
    assert emulator.limits() == []


def test_a_delete_of_a_limit_that_is_gone_succeeds(limits: AnyHost, emulator: Emulator) -> None:
    limits.delete(ID, LIMIT)
    assert [call.code for call in emulator.calls] == ["FailedOperation.PrefetchOriginLimitNotFound", None, None, None]


def test_a_delete_whose_answer_is_lost_succeeds(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(LIVE)
    emulator.script(Fault(AnswerLost(), "ModifyPrefetchOriginLimit"))
    limits.delete(ID, LIMIT)
    assert writes(emulator) == [OFF, OFF]
    assert emulator.limits() == []


def test_a_delete_that_is_told_of_an_absence_while_the_limit_shows_fails(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(LIVE)
    emulator.script(Fault(ErrorCode("FailedOperation.PrefetchOriginLimitNotFound"), "ModifyPrefetchOriginLimit"))
    assert "FailedOperation.PrefetchOriginLimitNotFound" in limits.failure("delete", ID, LIMIT)
    assert emulator.limits() == [LIVE]


@pytest.mark.parametrize(
    "code", ["ResourceNotFound.UserNotExist", "InvalidParameter.DomainNotFound", "UnauthorizedOperation"]
)
def test_any_other_error_of_a_delete_fails(limits: AnyHost, emulator: Emulator, code: str) -> None:
    emulator.put_limit(LIVE)
    emulator.script(Fault(ErrorCode(code)))
    assert f"Deleting {TITLE} failed. teo:ModifyPrefetchOriginLimit answered {code}" in limits.failure(
        "delete", ID, LIMIT
    )
    assert emulator.limits() == [LIVE]


def test_a_limit_that_this_run_declares_is_not_deleted(
    limits: AnyHost, emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was renamed: the old name is deleted after the new one was taken over."""
    emulator.put_limit(LIVE)
    limits.check({**LIMIT, "domain_name": "WWW.example.com."})
    limits.delete(ID, LIMIT)
    assert emulator.calls_of("ModifyPrefetchOriginLimit") == []
    assert capsys.readouterr().out.splitlines()[0] == f"T{TITLE[1:]} stays: this program still declares it."


def test_a_limit_whose_id_was_written_by_hand_is_known_by_what_it_addresses(
    limits: AnyHost, emulator: Emulator
) -> None:
    emulator.put_limit(LIVE)
    limits.check(LIMIT)
    limits.delete("zone-1#WWW.Example.com.#Overseas", {**LIMIT, "domain_name": "WWW.Example.com."})
    assert emulator.calls_of("ModifyPrefetchOriginLimit") == []


@pytest.mark.parametrize("other", [{"area": "MainlandChina"}, {"domain_name": "example.com"}, {"zone_id": "zone-2"}])
def test_a_limit_is_deleted_while_the_run_declares_another(
    limits: AnyHost, emulator: Emulator, other: dict[str, Any]
) -> None:
    emulator.put_limit(LIVE)
    limits.check({**LIMIT, **other})
    limits.delete(ID, LIMIT)
    assert writes(emulator) == [OFF]


def test_a_limit_that_an_earlier_run_declared_is_deleted(new_run: Callable[..., Run], emulator: Emulator) -> None:
    emulator.put_limit(LIVE)
    new_run().limits.check(LIMIT)
    new_run().limits.delete(ID, LIMIT)
    assert writes(emulator) == [OFF]


def test_where_a_check_has_failed_nothing_is_ended(limits: AnyHost, emulator: Emulator) -> None:
    emulator.put_limit(LIVE)
    limits.check({**LIMIT, "bandwidth": 99})
    assert "Something else has failed in this run" in limits.failure("delete", ID, LIMIT)
    assert writes(emulator) == []


def test_an_unknown_site_fails_a_delete_in_one_text(new_run: Callable[..., Run], config: dict[str, str]) -> None:
    lost = {**config, "tc-resources:endpoint": "", "tc-resources:site": "mars"}
    text = new_run(lost).limits.failure("delete", ID, LIMIT)
    assert f'Deleting {TITLE} failed. tc-resources:site is "mars"' in text
    assert "Traceback" not in text
