"""Nothing is deleted that this run may declare (rule 5)."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from tc_resources.dynamic import engine
from tc_resources.limits import registry, run
from tests.model.child.mutants.variants import instead, mutant, patch


@mutant
def a_delete_ignores_what_is_declared() -> None:
    instead(registry.Registry, "declares", lambda *_: False)


@mutant
def what_others_of_the_run_declare_is_not_learnt() -> None:
    instead(registry.Registry, "_catch_up", lambda _: None)


@mutant
def what_has_failed_in_a_run_may_not_have_been_the_new_name() -> None:
    instead(registry.Registry, "has_failed", lambda _: False)


@mutant
def what_cannot_be_shared_is_kept_to_oneself() -> None:
    def quiet(write: Any) -> Any:
        def wrapped(*args: Any) -> None:
            with suppress(registry.RegistryError):
                write(*args)

        return wrapped

    patch(registry.Registry, "_write", quiet)
    patch(registry.Registry, "_catch_up", quiet)


@mutant
def the_engine_s_address_is_the_first_argument() -> None:
    def first(argv: Any) -> str:
        return argv[1] if len(argv) > 1 and argv[1].rpartition(":")[2].isdecimal() else ""

    instead(engine, "engine_address", first)


@mutant
def runs_are_told_apart_by_their_processes() -> None:
    patch(run, "run_at", lambda find: lambda address: find(address)._replace(socket=str(os.getpid())))
    instead(engine, "run_at", run.run_at)


@mutant
def a_run_about_a_part_ends_what_it_is_told_to() -> None:
    instead(engine, "shows_all", lambda _: True)
