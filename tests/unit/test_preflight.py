from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import NoReturn
from unittest.mock import Mock

import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import CloudError, ConfigError, NoCredentialsError, ServiceError
from tc_resources.limits.fields import Failure
from tc_resources.limits.preflight import Preflight
from tests.hearing import HearingEngine


@pytest.fixture
def broken() -> Callable[[CloudError], tuple[list[Failure], list[str]]]:
    """What a preview is told, as failures and notices, whose client cannot be made for that reason."""

    def broken(error: CloudError) -> tuple[list[Failure], list[str]]:
        engine = HearingEngine()
        preflight = Preflight(Mock(side_effect=error), engine)
        return [failure for scope in ("zone-1", 1) for failure in preflight.ask(scope, list)], engine.notices

    return broken


def test_a_preview_without_a_key_goes_on_and_says_so_once(
    broken: Callable[[CloudError], tuple[list[Failure], list[str]]],
) -> None:
    failures, notices = broken(NoCredentialsError("No Tencent Cloud credentials."))
    assert failures == []
    assert notices == ["What is there already was not looked at before the run. No Tencent Cloud credentials."]


def test_a_preview_with_a_setting_that_is_wrong_fails(
    broken: Callable[[CloudError], tuple[list[Failure], list[str]]],
) -> None:
    wrong = Failure("", "tc-resources:allowedAccountIds is a list of account ids.")
    assert broken(ConfigError(wrong.reason)) == ([wrong, wrong], [])


def test_threads_that_are_refused_at_once_tell_it_once(connect: Callable[..., Client]) -> None:
    engine, together = HearingEngine(), Barrier(4)
    preflight = Preflight(connect, engine)

    def refused() -> NoReturn:
        together.wait(5)
        raise ServiceError("teo:DescribePrefetchOriginLimit", "UnauthorizedOperation", "No", "r-1")

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: preflight.ask("zone-1", refused), range(4))) == [[], [], [], []]
    assert len(engine.notices) == 1
    assert "teo:DescribePrefetchOriginLimit answered UnauthorizedOperation" in engine.notices[0]
