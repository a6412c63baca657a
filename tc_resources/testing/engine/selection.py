"""Which resources an operation is about: `--target` names those alone, `--exclude` all but those."""

from __future__ import annotations

from dataclasses import dataclass

from tc_resources.testing.engine.resource import PROVIDER_TYPE


@dataclass(frozen=True)
class Selection:
    """By URN; without any, all of them."""

    target: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()

    def admits(self, urn: str) -> bool:
        """Whether this one is created, changed or deleted; the default provider always is."""
        if urn.endswith(f"::{PROVIDER_TYPE}::default"):
            return True
        return urn not in self.exclude and (not self.target or urn in self.target)


ALL = Selection()
