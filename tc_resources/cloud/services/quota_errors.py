"""What an error of a call about a quota or a token may mean, of which the documents tell no code.

Source: the error codes of VOD's API documents, version 2018-07-17.
"""

from __future__ import annotations

from tc_resources.cloud.errors import INVALID_VALUE, WRONG_ACCOUNT, Outcome, ServiceError

EXISTS = ("FailedOperation", "ResourceInUse")
"""What creating over an existing quota may answer too, with sub-codes of the last."""


def may_mean_absent(error: ServiceError) -> bool:
    """Whether there may be none of what was to be changed or deleted."""
    return error.code in (INVALID_VALUE, "FailedOperation") or means_absent(error)


def means_absent(error: ServiceError) -> bool:
    """Of an error that may mean so: whether it means nothing else."""
    missing = error.code == "ResourceNotFound" or error.code.startswith("ResourceNotFound.")
    return missing and error.code != WRONG_ACCOUNT


def may_mean_present(error: ServiceError) -> bool:
    """Whether there may be one already of what was to be created."""
    return error.code in (INVALID_VALUE, *EXISTS) or error.code.startswith(f"{EXISTS[1]}.")


def means_present(error: ServiceError) -> bool:
    """Of an error that may mean so: whether it says that there is one already."""
    return "exist" in error.message.lower() or error.code.startswith(EXISTS[1])


def is_there(error: ServiceError) -> bool:
    """Whether there is one for certain; where no listing shows it, nobody but others can have created it."""
    says_so = "already exist" in error.message.lower() or error.code.startswith(EXISTS[1])
    return says_so and error.outcome is Outcome.REFUSED
