"""What the services can be asked to do."""

from __future__ import annotations

from dataclasses import dataclass

TOKEN_PARAMETERS = ("ApiToken", "APIKey")
"""What actions call an API token, by which text is generated."""
SECRET_PARAMETERS = (*TOKEN_PARAMETERS, "WebIdentityToken", "ExternalId")
"""The parameters whose values no log, error or answer may show."""


@dataclass(frozen=True)
class Action:
    """An action of API 3.0; CAM permissions have the same name behind the service's."""

    service: str
    version: str
    name: str
    region: str | None = None
    """Sent where the service asks for one."""

    @property
    def reads(self) -> bool:
        """Whether nothing is left of it where nobody hears the answer; of a role's key nothing is, either."""
        return self.name.startswith(("Describe", "Get", "AssumeRole"))

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"
