"""Broken variants of the package, each with a fault that the model test must see; PYTHON_MUTANT names one."""

from __future__ import annotations

from tests.model.child.mutants import absence, age, declared, faces, guards, orphans, others, recreation, writes
from tests.model.child.mutants.variants import MUTANTS

RULES = (absence, age, declared, faces, guards, orphans, others, recreation, writes)


def apply(name: str) -> None:
    """From now on this process runs the variant. Raises KeyError where the package lacks what it changes."""
    MUTANTS[name]()
