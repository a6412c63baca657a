"""Two faces that know of each other: the native one's own promises, and what both share."""

from __future__ import annotations

from typing import Any

from tc_resources.limits.registry import Registry
from tc_resources.native import engine, resource, values
from tests.model.child.mutants.variants import instead, mutant


@mutant
def a_plugin_keeps_what_it_declares_to_itself() -> None:
    instead(engine, "Registry", lambda _: Registry(None))


@mutant
def a_plugin_takes_two_resources_of_one_identity() -> None:
    instead(Registry, "others", lambda *_: [])


@mutant
def a_plugin_reads_what_it_has_stored_itself_alone() -> None:
    instead(resource, "of_either_face", lambda stored: {name: it for name, it in stored.items() if "_" not in name})


@mutant
def a_plugin_seals_nothing() -> None:
    def unsealed(known: Any, _: object = (), unknown: Any = ()) -> object:
        return values.sent(known, (), unknown)

    instead(resource, "sent", unsealed)


@mutant
def a_plugin_puts_what_is_there_anew_when_it_comes_from_the_other_face() -> None:
    instead(resource.Resource, "update", lambda self: self.create())


@mutant
def what_was_not_created_is_forgotten() -> None:
    instead(Registry, "makes", lambda *_: True)
