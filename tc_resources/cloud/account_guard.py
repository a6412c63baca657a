"""The accounts that may be worked on: everything stops where the key is another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tc_resources.cloud.errors import AccountError, CloudError
from tc_resources.cloud.single_flight import SingleFlight

if TYPE_CHECKING:
    from tc_resources.cloud.client import Client


class AllowedAccounts:
    """Asks once which account a client works on, before its first call; none allowed means that any is.

    `setting` names them in errors.
    """

    def __init__(self, allowed: frozenset[str], setting: str, client: Client) -> None:
        self.allowed = allowed
        self._setting, self._client = setting, client
        self._flight: SingleFlight[str] = SingleFlight()
        self._account_id: str | None = None

    def verify(self) -> None:
        """Raises AccountError where the account is another or cannot be told."""
        if self.allowed:
            self.demand(self._account_id or self._asked())

    def demand(self, account_id: str) -> None:
        """Raises AccountError where the key's account, which is `account_id`, is not allowed."""
        if self.allowed and account_id not in self.allowed:
            raise AccountError(
                f"The key from {self._client.source} belongs to account {account_id}, and "
                f"{self._setting} allows {', '.join(sorted(self.allowed))} alone. Nothing was done. "
                "Use another key or profile, or add the account to the list."
            )

    def untold(self, cause: str) -> AccountError:
        """The error where the key's account cannot be told, for `cause`."""
        return AccountError(
            f"Nothing was done, since {self._setting} is set and the account of the key could not be told. {cause}"
        )

    def _asked(self) -> str:
        try:
            return self._flight.do(self._ask, self._client.left())
        except CloudError as error:
            raise self.untold(str(error)) from None

    def _ask(self) -> str:
        from tc_resources.cloud.services import sts

        if self._account_id is None:
            self._account_id = sts.caller(self._client).account_id
        return self._account_id
