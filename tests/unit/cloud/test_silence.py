"""When a call that had no answer speaks for others, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

from tc_resources.cloud.client import Client
from tc_resources.cloud.errors import TransportError
from tc_resources.cloud.services.teo import DESCRIBE, MODIFY

if TYPE_CHECKING:
    from tests.conftest import FakeClock

ON = {"ZoneId": "zone-1", "DomainName": "www.example.com", "Area": "Overseas", "Bandwidth": 500, "Enabled": "on"}


@pytest.mark.parametrize(("seconds", "silent"), [(-1, True), (3, True), (7, False)])
def test_a_service_is_silent_that_answers_nobody_in_the_latter_half_of_a_call(
    connect: Callable[..., Client], transport: httpx.BaseTransport, clock: FakeClock, seconds: int, silent: bool
) -> None:
    end = clock.at + seconds

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["X-TC-Action"] == DESCRIBE.name:
            return transport.handle_request(request)
        if clock.at <= end:  # another one is answered meanwhile
            client.call(DESCRIBE, {"ZoneId": "zone-2"})
        raise httpx.ReadTimeout("")

    client = connect(timeout=10, transport=httpx.MockTransport(answer))
    with pytest.raises(TransportError) as raised:
        client.call(MODIFY, ON)
    assert clock.slept == [1, 2, 4]
    assert raised.value.silent is silent
