"""The role of the machine that we run on: its metadata service gives temporary keys to whoever asks there.

Source: "Instance roles" in the vendor's description of CVM.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from tc_resources.cloud.credentials.credentials import Credentials
from tc_resources.cloud.credentials.roles import Role, temporary
from tc_resources.cloud.errors import CloudError, TransportError

if TYPE_CHECKING:
    from tc_resources.cloud.requester import Requester

PATH = "/latest/meta-data/cam/security-credentials/"
NOT_FOUND = 404


@dataclass(frozen=True)
class MachineRole(Role):
    """The role that is attached to this machine."""

    name: str

    @property
    def source(self) -> str:
        """The role."""
        return f"the role {self.name} of this machine"

    def take(self, requester: Requester) -> Credentials:
        """The key that the metadata service has now."""
        status, body = requester.get("metadata", PATH + quote(self.name, safe=""))
        if status == NOT_FOUND:
            raise CloudError(f"The metadata service knows of no {self.source.removeprefix('the ')} (HTTP {status}).")
        try:
            answer = json.loads(body)
            good = answer["Code"] == "Success"
        except (ValueError, KeyError, TypeError, RecursionError):
            raise TransportError(f"The metadata service answered HTTP {status} in another format.") from None
        if not good:
            raise TransportError(f"The metadata service gave no key of {self.source}.")
        return temporary(answer, answer, self.source)
