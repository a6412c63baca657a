"""The HTTP face: each request is checked, counted, applied, logged and answered here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tc_resources.testing.emulator.calls import Call, masked
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.faults import AnswerLost, ErrorCode, Html, Kind, RequestLost, Script, Slow
from tc_resources.testing.emulator.rate import Rate
from tc_resources.testing.emulator.signatures import signed_service
from tc_resources.testing.emulator.teo import Teo
from tc_resources.testing.emulator.vod import Vod

Action = Callable[[dict[str, object], float], dict[str, object]]
Params = dict[str, object]

PAGE = "<html><body><h1>The service cannot be reached</h1></body></html>"


class Gateway:
    """Both services behind one address; the service is told from what the request is signed for.

    `keys` are secret keys by secret id, `latency` the seconds before each answer.
    """

    def __init__(
        self,
        services: Mapping[str, Teo | Vod],
        keys: Mapping[str, str],
        *,
        rate: int,
        latency: float,
        clock_offset: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self.calls: list[Call] = []
        self.script = Script()
        self.clock_offset = clock_offset
        self._services = services
        self._keys = keys
        self._rate = Rate(rate)
        self._latency = latency
        self._clock = clock
        self._sleep = sleep

    async def answer(self, request: Request) -> Response:
        at = self._clock()
        body = await request.body()
        name, params = request.headers.get("x-tc-action", ""), json_object(body)
        fault, code = None, None
        try:
            action = self._admitted(name, request.headers, body, at)
            fault = self.script.take(name, params or {})
            content = applied(action, params, fault, at)
        except ApiError as error:
            code = error.code
            content = {"Error": {"Code": error.code, "Message": error.message}}
        self.calls.append(Call(name, masked(params or {}), code, at))
        await self._wait(fault)
        return await self._delivered(request, content, fault)

    def _admitted(self, name: str, headers: Mapping[str, str], body: bytes, at: float) -> Action:
        """Assumed: this order of checks, and that requests with a wrong signature do not count."""
        service = self._services.get(signed_service(headers, body, self._keys, at + self.clock_offset))
        if service is None or name not in service.actions:
            raise ApiError("InvalidAction", "The service has no such action.")
        if headers.get("x-tc-version") != service.version:
            raise ApiError("NoSuchVersion", f"The version of this action is {service.version}.")
        self._rate.count(name, at)
        return service.actions[name]

    async def _wait(self, fault: Kind | None) -> None:
        seconds = self._latency + (fault.seconds if isinstance(fault, Slow) else 0)
        if seconds:
            await self._sleep(seconds)

    async def _delivered(self, request: Request, content: Params, fault: Kind | None) -> Response:
        headers = {"Date": formatdate(self._clock() + self.clock_offset, usegmt=True)}
        if isinstance(fault, (RequestLost, AnswerLost)):
            await hang_up(request)
        if isinstance(fault, Html):
            return HTMLResponse(PAGE, fault.status, headers)
        return JSONResponse({"Response": {**content, "RequestId": str(uuid4())}}, headers=headers)


def json_object(body: bytes) -> Params | None:
    """The parameters that a body holds, if it is a JSON object."""
    try:
        params = json.loads(body)
    except ValueError:
        return None
    return params if isinstance(params, dict) else None


def applied(action: Action, params: Params | None, fault: Kind | None, at: float) -> Params:
    """The answer of `action`, unless a fault comes before it. Assumed: the code for a body that is no JSON object."""
    match fault:
        case ErrorCode(code):
            raise ApiError(code, "This error was scripted.")
        case Html(status):
            raise ApiError(f"HTTP {status}", "This answer was scripted.")
        case RequestLost():
            raise ApiError("RequestLost", "This loss was scripted.")
    if params is None:
        raise ApiError("InvalidParameter", "The body is no JSON object.")
    return action(params, at)


async def hang_up(request: Request) -> None:
    """Close the connection; what is answered after that reaches nobody."""
    request.state.transport.abort()
    await asyncio.sleep(0)
