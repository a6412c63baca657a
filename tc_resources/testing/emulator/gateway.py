"""The HTTP face: each request is checked, counted, applied, logged and answered here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tc_resources.behaviour.behaviour import Behaviour
from tc_resources.testing.emulator.account import Account
from tc_resources.testing.emulator.calls import Call, masked
from tc_resources.testing.emulator.credentials import ACCOUNT_ID, Credentials, CredentialsStore
from tc_resources.testing.emulator.errors import ApiError
from tc_resources.testing.emulator.faults import (
    AnswerLost,
    ErrorCode,
    Html,
    Kind,
    Overlooked,
    RequestLost,
    Script,
    Slow,
)
from tc_resources.testing.emulator.service import Action, Params, Service
from tc_resources.testing.emulator.signatures import signed
from tc_resources.testing.emulator.sts.actions import UNSIGNED, Sts
from tc_resources.testing.emulator.sts.models import Roles

JSON = "application/json"
PAGE = "<html><body><h1>The service cannot be reached</h1></body></html>"


class Gateway:
    """All services behind one address; the service is told from what the request is signed for, the account by whom.

    `account` finds one by its id; `latency` are the seconds before each answer.
    """

    def __init__(
        self,
        account: Callable[[str], Account],
        store: CredentialsStore,
        roles: Roles,
        behaviour: Behaviour,
        *,
        latency: float,
        clock_offset: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self.calls: list[Call] = []
        self.script = Script()
        self.clock_offset = clock_offset
        self._account = account
        self._store = store
        self._roles = roles
        self._behaviour = behaviour
        self._latency = latency
        self._clock = clock
        self._sleep = sleep

    async def answer(self, request: Request) -> Response:
        """Serves one request and logs it; a refusal is an answer like any other, as with the real services."""
        at = self._clock()
        body = await request.body()
        name, params = request.headers.get("x-tc-action", ""), json_object(body)
        fault, code, credentials = None, None, None
        try:
            only_post(request.method)
            service, credentials = self._signed(name, request.headers, body, at)
            action = self._admitted(name, request.headers, service, credentials, at)
            fault = self.script.take(name, params or {})
            content = applied(action, params, fault, at)
        except ApiError as error:
            code = error.code
            content = {"Error": {"Code": error.code, "Message": error.message}}
        account_id = credentials.identity.account_id if credentials else None
        self.calls.append(Call(name, masked(params or {}), code, at, account_id))
        await self._wait(fault)
        return await self._delivered(request, content, fault)

    def _signed(self, name: str, headers: Mapping[str, str], body: bytes, at: float) -> tuple[str, Credentials | None]:
        """The service that is called, and the credentials used. Documented: one action needs none."""
        if name == UNSIGNED and headers.get("authorization") == "SKIP":
            return "sts", None
        service, credentials = signed(headers, body, self._store.get, at + self.clock_offset)
        credentials.check_token(headers.get("x-tc-token"), at, self._behaviour)
        return service, credentials

    def _admitted(
        self, name: str, headers: Mapping[str, str], service_name: str, credentials: Credentials | None, at: float
    ) -> Action:
        """Assumed: this order of checks, and that requests with a wrong signature do not count."""
        caller = credentials.identity if credentials else None
        account = self._account(caller.account_id if caller else ACCOUNT_ID)
        sts = Sts(self._store, self._roles, caller)
        services: dict[str, Service] = {**account.services, "sts": sts}
        service = services.get(service_name)
        if service is None:
            raise ApiError("AuthFailure.InvalidAuthorization", "The signature is for a service that is not here.")
        check_headers(headers)
        if name not in service.actions:
            raise ApiError("InvalidAction", "The service has no such action.")
        if headers.get("x-tc-version") != service.version:
            raise ApiError("NoSuchVersion", f"The version of this action is {service.version}.")
        if service is sts and not headers.get("x-tc-region"):
            raise ApiError("MissingParameter", "The X-TC-Region header is missing.")
        account.rate.count(name, at)
        if credentials:
            credentials.check_permission(service_name, name, self._behaviour)
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


def only_post(method: str) -> None:
    """Documented: the code for all but GET and POST. GET, which sends its parameters in the URL, is not emulated."""
    if method != "POST":
        raise ApiError("UnsupportedProtocol", "The emulator takes POST only.")


def check_headers(headers: Mapping[str, str]) -> None:
    """Reported: a missing action or version is a missing parameter. Assumed: the code for another content type."""
    for name in ("X-TC-Action", "X-TC-Version"):
        if name not in headers:
            raise ApiError("MissingParameter", f"The {name} header is missing.")
    if headers.get("content-type", "").partition(";")[0].strip() != JSON:
        raise ApiError("InvalidParameter", f"The Content-Type must be {JSON}.")


def json_object(body: bytes) -> Params | None:
    """The parameters that a body holds, if it is a JSON object whose texts are Unicode."""
    try:
        params = json.loads(body)
        # JSON can spell half a character (\ud800), which nothing after this could store or answer.
        json.dumps(params, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return params if isinstance(params, dict) else None


def applied(action: Action, params: Params | None, fault: Kind | None, at: float) -> Params:
    """The answer of `action`, unless a fault comes before it. Assumed: the code for a body that is no JSON object."""
    match fault:
        case ErrorCode(code, message):
            raise ApiError(code, message)
        case Html(status):
            raise ApiError(f"HTTP {status}", "This answer was scripted.")
        case RequestLost():
            raise ApiError("RequestLost", "This loss was scripted.")
    if params is None:
        raise ApiError("InvalidParameter", "The body is no JSON object.")
    answer = action(params, at)
    return without_rows(answer) if isinstance(fault, Overlooked) else answer


def without_rows(answer: Params) -> Params:
    """The answer of a listing that shows nothing."""
    none: Params = {name: [] for name, value in answer.items() if isinstance(value, list)}
    return {**answer, **none, "TotalCount": 0} if none else answer


async def hang_up(request: Request) -> None:
    """Close the connection; what is answered after that reaches nobody."""
    request.state.transport.abort()
    await asyncio.sleep(0)
