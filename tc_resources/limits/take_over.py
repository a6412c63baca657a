"""How a quota that is there already comes to be managed: what it overwrites, and what the user is told of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tc_resources.cloud.errors import CloudError, Outcome
from tc_resources.cloud.identities import UNITS
from tc_resources.limits.advice import Words
from tc_resources.limits.baselines import Baselines
from tc_resources.limits.errors import OverwrittenError
from tc_resources.limits.fields import MAX_WHOLE

if TYPE_CHECKING:
    from tc_resources.cloud.services.vod import AigcQuotas
    from tc_resources.limits.aigc_quota import AigcQuotaArgs

HIDDEN = "a value that no listing shows (it may be 0)"


class TakeOver:
    """Of one quota; `notice` tells the user of it."""

    def __init__(self, service: AigcQuotas, baselines: Baselines, words: Words, notice: Callable[[str], None]) -> None:
        self._service, self._baselines, self._words, self._notice = service, baselines, words, notice

    def of(self, args: AigcQuotaArgs, found: int | None) -> int | None:
        """Give a quota that was `found` its value, None where that is not known: its baseline, None where it has none.

        Raises OverwrittenError where the baseline would be lost otherwise.
        """
        former = self._interrupted(args, found)
        # Written even where the value is the same: the listing may still show a quota that was just deleted.
        if not self._overwrite(args, found):
            return None
        self._tell(args, found)
        if former:
            self._notice(former)
        baseline = self._baseline(args, found)
        self._baselines.take(args.quota.identity, baseline)
        return baseline

    def _tell(self, args: AigcQuotaArgs, found: int | None) -> None:
        shown = HIDDEN if found is None else f"{found} {UNITS[args.quota_type]}"
        self._notice(f"was there already with {shown} and is managed here now.")
        if args.period:
            self._notice(f"goes on counting its usage so far; the period after {args.period} clears it.")
        if found is None or found > MAX_WHOLE:
            why = "no state holds so large a number" if found else "nobody can tell what it was"
            self._notice(f"cannot be reset to {shown}: {why}. Set reset_limit.")

    def _overwrite(self, args: AigcQuotaArgs, found: int | None) -> bool:
        """Modify what is there: whether it was. What would be its baseline is told where the end is not clear."""
        try:
            return self._service.overwrite(args.quota, args.quota_limit, self._baseline(args, found))
        except CloudError as error:
            if error.outcome is not Outcome.UNCLEAR or found is None or self._baseline(args, found) != found:
                raise
            from tc_resources.cloud.services.vod import MODIFY

            raise OverwrittenError(error, str(MODIFY), found, UNITS[args.quota_type]) from None

    def _interrupted(self, args: AigcQuotaArgs, found: int | None) -> str:
        """What to say of an adoption that has nothing to overwrite: a run that was killed may have done so before."""
        if not args.adopt or found != args.quota_limit or self._baselines.stored(args.quota.identity):
            return ""
        former = self._service.overwritten(args.quota, args.quota_limit)
        none = f"had this value already and so has no {self._words.argument('baseline_limit')}"
        if former is None:
            return f"{none}: {self._words.argument('reset_limit')} can name what an interrupted run has overwritten."
        reset = self._words.assign("reset_limit", former)
        return f"{none}; a run before has overwritten {former} {UNITS[args.quota_type]}: set {reset} to go back to it."

    def _baseline(self, args: AigcQuotaArgs, found: int | None) -> int | None:
        """The other value that was there before this stack's; its own former one is none."""
        return self._baselines.of(args.quota.identity, found, args.quota_limit)
