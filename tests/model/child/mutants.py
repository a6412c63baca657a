"""Broken variants of the package, each with a fault that the model test must see; PYTHON_MUTANT names one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tc_resources.cloud import errors, identities
from tc_resources.limits import aigc_quota, fields, prefetch_origin_limit, registry

Quota, Limit = aigc_quota.AigcQuotaHandler, prefetch_origin_limit.PrefetchOriginLimitHandler
MUTANTS: dict[str, Callable[[], None]] = {}


def mutant(change: Callable[[], None]) -> Callable[[], None]:
    MUTANTS[change.__name__] = change
    return change


def apply(name: str) -> None:
    MUTANTS[name]()


def patch(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    setattr(owner, name, make(getattr(owner, name)))


@mutant
def a_delete_ignores_what_is_declared() -> None:
    patch(registry.Registry, "declares", lambda _: lambda *_: False)


@mutant
def an_unclear_error_reads_as_gone() -> None:
    def careless(read: Any) -> Any:
        def wrapped(*args: Any) -> Any:
            try:
                return read(*args)
            except errors.CloudError:
                return None

        return wrapped

    patch(Quota, "read", careless)
    patch(Limit, "read", careless)


@mutant
def the_baseline_is_lost() -> None:
    patch(Quota, "_state", lambda state: lambda self, args, *_, **__: state(self, args))


@mutant
def a_create_overwrites() -> None:
    for handler in (Quota, Limit):
        patch(handler, "create", lambda create: lambda self, args: create(self, replace(args, adopt=True)))
        patch(handler, "preflight", lambda look: lambda self, args, old: look(self, replace(args, adopt=True), old))


@mutant
def a_refresh_believes_the_state() -> None:
    patch(Limit, "read", lambda _: lambda _self, _id, known: fields.load(Limit.state, known))


@mutant
def a_notice_tells_the_token() -> None:
    patch(Quota, "notice", lambda notice: lambda self, args, text: notice(self, args, f"{text} {args.api_token}"))


@mutant
def an_update_writes_to_a_neighbour() -> None:
    def meddling(update: Any) -> Any:
        def wrapped(self: Any, args: Any, old: Any) -> Any:
            self.service.turn_on(identities.LimitIdentity("zone-1", "c.example.com", "Overseas"), 300, overwrite=True)
            return update(self, args, old)

        return wrapped

    patch(Limit, "update", meddling)


@mutant
def a_quota_always_changes() -> None:
    def restless(changes: Any) -> Any:
        return lambda inputs, *props: (["quota_limit"], []) if inputs is Quota.inputs else changes(inputs, *props)

    patch(fields, "changes", restless)
