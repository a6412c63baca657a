"""What can go wrong with a resource, beside what goes wrong on the way to the service: facts, as in `cloud.errors`."""

from __future__ import annotations

from collections.abc import Sequence

from tc_resources.cloud.errors import CloudError, NotInForceError, Outcome


class ConflictError(CloudError):
    """Something with another value is there already, and nobody has said that it may be overwritten."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(f"It is there already with {found}, while this program says {wanted}. Nothing was changed.")
        self.found, self.wanted = found, wanted


class BelowUsageError(CloudError):
    """A cap is below what is used already, and nobody has said that it may be."""

    def __init__(self, wanted: int, used: str) -> None:
        super().__init__(f"A cap of {wanted} is below the {used}: generation would stop at once. Nothing was changed.")
        self.wanted, self.used = wanted, used


class NothingThereError(CloudError):
    """What a program wants to read, and does not manage, is not there."""

    def __init__(self) -> None:
        super().__init__("There is none.")


class TwinError(CloudError):
    """Two resources of one program declare the same setting; `urns` are the engine's names of both."""

    def __init__(self, kind: str, urns: Sequence[str]) -> None:
        one, other = (f'"{urn.split("::", 3)[-1]}"' for urn in urns)
        super().__init__(f"{one} and {other} are one and the same {kind}.")


class MismatchError(CloudError):
    """The id of a resource and its inputs address two settings, so that neither may be touched."""

    def __init__(self, resource_id: str, addressed: str) -> None:
        super().__init__(
            f"Its id is {resource_id}, and its inputs address {addressed}. Nothing was done: import it anew with an id "
            "and inputs of one setting."
        )
        self.resource_id, self.addressed = resource_id, addressed


class PartialRunError(CloudError):
    """A run that is shown a part of the program cannot tell whether the rest still declares what it is to end."""

    def __init__(self) -> None:
        super().__init__(
            "This run was told to leave out a part of the program, which may declare the same setting under another "
            "name. Nothing was done."
        )


class StillReadError(CloudError):
    """A program does not manage any more what it reads."""

    def __init__(self) -> None:
        super().__init__(
            "This program reads it by its id, and it was to end, since no resource declares it any more. Nothing was "
            "done: remove what reads it, or let go of it with `pulumi state delete URN`, so that it stays."
        )


class HiddenCommandError(CloudError):
    """Nobody can tell whether a run is shown a part of the program."""

    def __init__(self) -> None:
        super().__init__(
            "The command line of this run's engine cannot be read, so nobody can tell whether it leaves out a part of "
            "the program, which may declare the same setting under another name. Nothing was done: run it where this "
            "user's processes show in /proc or in ps."
        )


class BaselineForgottenError(CloudError):
    """A setting is not in force, and the state has a baseline of it that a refresh would forget."""

    says_all = True

    def __init__(self, cause: NotInForceError, baseline: int) -> None:
        super().__init__(str(cause))
        self.cause, self.baseline, self.outcome = cause, baseline, cause.outcome


class OverwrittenError(CloudError):
    """Whether a value that nobody has stored was overwritten is not known, for `cause`."""

    outcome = Outcome.UNCLEAR

    def __init__(self, cause: CloudError, write: str, baseline: int, unit: str) -> None:
        super().__init__(f"{cause} {write} may have been carried out; before it {baseline} {unit} were in force.")
        self.cause, self.baseline = cause, baseline


class UnmadeError(CloudError):
    """What declares the setting under another name has failed in this run, or may be about another setting."""

    def __init__(self) -> None:
        super().__init__(
            "This program declares it, or may, under another name that this run has not brought about. Nothing was "
            "done: it is kept in the state until a run has."
        )


class FailedRunError(CloudError):
    """Something has failed in this run, and nobody can tell what it, or what follows it, would have declared."""

    def __init__(self) -> None:
        super().__init__(
            "Something else has failed in this run, and what is left out for that may declare the same setting under "
            "another name. Nothing was done: it is kept in the state until a run succeeds."
        )


class IncompleteError(CloudError):
    """What the engine has stored of a resource lacks what it takes to address the setting."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"What is stored of it lacks {', '.join(missing)}. Nothing was done: import it anew.")


class MalformedError(CloudError):
    """What the engine has stored of a resource has something else in the place of a number."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"What is stored of it has no whole number as {', '.join(names)}. Nothing was done: correct that with "
            "`pulumi state edit`, or import it anew."
        )


class OperationError(Exception):
    """An operation failed; the text stands alone: what we did, to which resource, why it failed, and what to do.

    `outcome` is what is known of what it was to write.
    """

    def __init__(self, text: str, outcome: Outcome = Outcome.REFUSED) -> None:
        super().__init__(text)
        self.outcome = outcome
