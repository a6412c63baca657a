"""The metadata that a machine is given, as far as its roles go: their names, and temporary credentials of each.

Documented: the paths and the fields. Assumed: credentials are new at each request and good for two hours.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tc_resources.testing.emulator.calls import Call
from tc_resources.testing.emulator.credentials import CredentialsStore
from tc_resources.testing.emulator.sts import answers
from tc_resources.testing.emulator.sts.models import Roles
from tc_resources.testing.emulator.sts.parameters import USUAL_SECONDS

PATH = "/latest/meta-data/cam/security-credentials/"
SESSION = "machine"


class Metadata:
    """Answers without asking who calls; each request is in the log of calls as `GET` and its path."""

    def __init__(
        self, store: CredentialsStore, roles: Roles, log: Callable[[Call], None], clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._roles = roles
        self._log = log
        self._clock = clock
        self.routes = [Route(PATH, self.names), Route(f"{PATH}{{role}}", self.credentials)]

    async def names(self, request: Request) -> Response:
        """The names of the machine's roles, one a line; 404 where it has none."""
        roles = self._roles.by_name()
        return self._answered(request, PlainTextResponse("\n".join(roles)) if roles else None)

    async def credentials(self, request: Request) -> Response:
        """New temporary credentials of the role in the path; 404 where there is no such role."""
        role = self._roles.by_name().get(request.path_params["role"])
        if role is None:
            return self._answered(request, None)
        until = int(self._clock()) + USUAL_SECONDS
        issued = self._store.issue(role.identity(SESSION, role.account_id), role.policy, until)
        content = {**answers.credentials(issued), **answers.expiry(issued), "Code": "Success"}
        return self._answered(request, JSONResponse(content))

    def _answered(self, request: Request, answer: Response | None) -> Response:
        """Assumed: a machine without the role has no such page."""
        code = None if answer else "HTTP 404"
        self._log(Call(f"GET {request.url.path}", {}, code, self._clock(), account_id=None))
        return answer or PlainTextResponse("Not Found", 404)
