"""What was listed and what was not: the lines on standard error and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field

from tc_resources.cli.discovery.found import Group, group
from tc_resources.cli.listings import Listing
from tc_resources.cli.words import told


@dataclass
class Tally:
    """Counts on the way; what could not be listed is told at once."""

    listed: int = 0
    failed: int = 0
    found: int = 0
    secrets: dict[str, bool] = field(default_factory=dict)
    """The keys of quotas' tokens in a stack's config, and whether the token is found itself."""

    def groups(self, listings: Iterable[Listing]) -> Generator[Group, None, None]:
        """What the listings show."""
        for listing in listings:
            if listing.error:
                self.fail(f"Listing {listing.title} failed. {told(listing.error)}")
                continue
            if listing.token_error:
                self.fail(f"Listing the API tokens of {listing.title} failed. {told(listing.token_error)}")
            shown = group(listing)
            for reason in shown.refused:
                self.fail(f"In {listing.title} {reason}")
            self.listed += 1
            self.found += len(shown.found)
            self.secrets |= {found.secret: bool(found.of_token) for found in shown.found if found.secret}
            yield shown

    def fail(self, line: str) -> None:
        """Tell what could not be listed."""
        self.failed += 1
        _say(line)

    @staticmethod
    def notice(line: str) -> None:
        """Tell what is to be known, and changes no exit code."""
        _say(line)

    def tell_if_empty(self) -> None:
        """Tell that all was listed and that there is nothing."""
        if not self.found and not self.failed:
            _say("There are no limits, no quotas and no API tokens.")

    def tell_secrets(self, *, all_: bool = False) -> None:
        """Tell how to hand over the tokens that a program needs: `all_`, or those that are not found themselves."""
        needed = [secret for secret, found in self.secrets.items() if all_ or not found]
        if self.secrets:
            told = "Quotas with a token are not imported: the first `pulumi up` takes them over."
            _say(f"{told} Set each token with:" if needed else told)
        for secret in needed:
            _say(f"pulumi config set --secret {secret}")

    @property
    def exit_code(self) -> int:
        """0: all is listed; 1: some is not; 2: nothing is."""
        return (1 if self.listed else 2) if self.failed else 0


def _say(line: str) -> None:
    print(line, file=sys.stderr)
