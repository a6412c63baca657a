"""The accounts that may be worked on: everything stops where the credentials are another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tc_resources.cloud.deadline import Deadline
from tc_resources.cloud.errors import AccountError, CloudError
from tc_resources.cloud.single_flight import SingleFlight


@dataclass(frozen=True)
class Accounts:
    """The ids of the accounts that are allowed (none: any) and of those that are forbidden.

    The names are those of the settings that say so, for errors.
    """

    allowed: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    allowed_name: str = "allowedAccountIds"
    forbidden_name: str = "forbiddenAccountIds"

    def __bool__(self) -> bool:
        return bool(self.allowed or self.forbidden)

    def admit(self, account_id: str) -> bool:
        """Whether this one may be worked on."""
        return account_id not in self.forbidden and (not self.allowed or account_id in self.allowed)

    @property
    def names_one(self) -> bool:
        """Whether the account that is worked on is the one that somebody has named."""
        return len(self.allowed) == 1

    def __str__(self) -> str:
        allows = f"{self.allowed_name} allows {', '.join(sorted(self.allowed))} alone" if self.allowed else ""
        forbids = f"{self.forbidden_name} forbids {', '.join(sorted(self.forbidden))}" if self.forbidden else ""
        return " and ".join(filter(None, (allows, forbids)))

    @property
    def names(self) -> str:
        """The settings that are set."""
        set_ = ((self.allowed, self.allowed_name), (self.forbidden, self.forbidden_name))
        return " and ".join(name for ids, name in set_ if ids)


ANY = Accounts()


class AccountGuard:
    """Asks once which account the credentials belong to, before the first call. Safe under threads.

    `ask` brings the id of the account, and `source` says where the credentials come from, for errors.
    """

    def __init__(
        self, accounts: Accounts, ask: Callable[[], str], source: Callable[[], str], deadline: Deadline
    ) -> None:
        self.accounts = accounts
        self._ask, self._source, self._deadline = ask, source, deadline
        self._flight: SingleFlight[str] = SingleFlight()
        self._account_id: str | None = None

    def verify(self) -> None:
        """Raises AccountError where the account is another or cannot be told."""
        if self.accounts:
            self.demand(self._account_id or self._asked())

    def demand(self, account_id: str) -> None:
        """Raises AccountError where the credentials' account, which is `account_id`, is not allowed."""
        if not self.accounts.admit(account_id):
            raise AccountError(
                f"The key from {self._source()} belongs to account {account_id}, and {self.accounts}. Nothing was done."
            )

    def untold(self, cause: CloudError) -> AccountError:
        """The error where the account cannot be told, for `cause`."""
        set_ = f"{self.accounts.names} is set"
        return AccountError(
            f"Nothing was done, since {set_} and the account of the key could not be told. {cause}", cause
        )

    def _asked(self) -> str:
        try:
            return self._flight.do(self._ask_once, self._deadline.left)
        except CloudError as error:
            raise self.untold(error) from None

    def _ask_once(self) -> str:
        if self._account_id is None:
            self._account_id = self._ask()
        return self._account_id
