"""Which resources an operation is about: `--target` names those alone, `--exclude` all but those."""

from __future__ import annotations

from dataclasses import dataclass

from tc_resources.testing.engine.resource import is_default_provider


@dataclass(frozen=True)
class Selection:
    """By URN; without any, all of them."""

    target: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()

    def admits(self, urn: str) -> bool:
        """Whether this one is created or changed; the default provider always is."""
        return is_default_provider(urn) or self.ends(urn)

    def ends(self, urn: str) -> bool:
        """Whether this one is deleted once it has left the program; what is left alone may need its provider."""
        if is_default_provider(urn) and (self.target or self.exclude):
            return False
        return urn not in self.exclude and (not self.target or urn in self.target)


ALL = Selection()
