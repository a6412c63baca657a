"""Pulumi's mocks in the engine's place, and what programs declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks

from tc_resources import AigcQuota, PrefetchOriginLimit

Program = Callable[[], object]
Run = Callable[[Program], None]


class Engine(Mocks):
    """Registers what it gets; the outputs are the inputs, as floats where they are numbers, as the real one has it."""

    def __init__(self) -> None:
        self.registered: dict[str, MockResourceArgs] = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.registered[args.name] = args
        return f"{args.name}-id", {**args.inputs, "written_at": 1_800_000_000.0, "baseline_limit": 3.0}

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError(args.token)


def limit(name: str, **how: Any) -> PrefetchOriginLimit:
    given = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
    return PrefetchOriginLimit(name, **{**given, **how})


def quota(name: str, **how: Any) -> AigcQuota:
    return AigcQuota(name, **{"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, **how})


def later(value: Any) -> pulumi.Output[Any]:
    """An output that is known when the resources before it are."""
    return pulumi.Output.from_input(value).apply(lambda known: known)
