"""How a quota that is there already comes to be managed: what it overwrites, and what the user is told of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tc_resources.cloud.errors import CloudError, Outcome
from tc_resources.cloud.identities import UNITS
from tc_resources.limits.errors import OverwrittenError
from tc_resources.limits.fields import MAX_WHOLE

if TYPE_CHECKING:
    from tc_resources.cloud.identities import QuotaAddress
    from tc_resources.cloud.services.vod import AigcQuotas
    from tc_resources.limits.advice import Words
    from tc_resources.limits.baselines import Baselines

HIDDEN = "a value that no listing shows (it may be 0)"


@dataclass(frozen=True, kw_only=True)
class TakeOver:
    """Of the `quota` by a resource that sets it to `limit`; `notice` tells the user of it."""

    quota: QuotaAddress
    limit: int
    adopt: bool
    period: str | None
    service: AigcQuotas
    baselines: Baselines
    words: Words
    notice: Callable[[str], None]

    def of(self, found: int | None) -> int | None:
        """Give a quota that was `found` its value, None where that is not known: its baseline, None where it has none.

        Raises OverwrittenError where the baseline would be lost otherwise.
        """
        former = self._interrupted(found)
        # Written even where the value is the same: the listing may still show a quota that was just deleted.
        if not self._overwrite(found):
            return None
        self._tell(found)
        if former:
            self.notice(former)
        baseline = self._baseline(found)
        self.baselines.take(self.quota.identity, baseline)
        return baseline

    def _tell(self, found: int | None) -> None:
        shown = HIDDEN if found is None else f"{found} {UNITS[self.quota.quota_type]}"
        self.notice(f"was there already with {shown} and is managed here now.")
        if self.period:
            self.notice(f"goes on counting its usage so far; the period after {self.period} clears it.")
        if found is None or found > MAX_WHOLE:
            why = "no state holds so large a number" if found else "nobody can tell what it was"
            self.notice(f"cannot be reset to {shown}: {why}. Set reset_limit.")

    def _overwrite(self, found: int | None) -> bool:
        """Modify what is there: whether it was. What would be its baseline is told where the end is not clear."""
        try:
            return self.service.overwrite(self.quota, self.limit, self._baseline(found))
        except CloudError as error:
            if error.outcome is not Outcome.UNCLEAR or found is None or self._baseline(found) != found:
                raise
            from tc_resources.cloud.services.vod import MODIFY

            raise OverwrittenError(error, str(MODIFY), found, UNITS[self.quota.quota_type]) from None

    def _interrupted(self, found: int | None) -> str:
        """What to say of an adoption that finds this stack's own value: a run that was killed may have adopted it."""
        if not self.adopt or found is None or self.baselines.stored(self.quota.identity):
            return ""
        former, same = self.service.overwritten(self.quota, found), found == self.limit
        if former is None and not same:
            return ""
        baseline = self.words.argument("baseline_limit")
        begun = f"had this value already and so has no {baseline}" if same else f"has a {baseline} of {found}"
        if former is None:
            return f"{begun}: {self.words.argument('reset_limit')} can name what an interrupted run has overwritten."
        reset, unit = self.words.assign("reset_limit", former), UNITS[self.quota.quota_type]
        return f"{begun}; a run before has overwritten {former} {unit}: set {reset} to go back to it."

    def _baseline(self, found: int | None) -> int | None:
        """The other value that was there before this stack's; its own former one is none."""
        return self.baselines.of(self.quota.identity, found, self.limit)
