"""An account and a stack for one run of the model test: what can be done to them, and all that can be seen of them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.automation.errors import CommandError

from tc_resources.behaviour.behaviour import Absence
from tc_resources.testing import Emulator, LocalEngine
from tc_resources.testing.emulator import Behaviour, Call, Limit, Quota
from tc_resources.testing.emulator.server import rounds
from tests.model.things import TOKENS, Declared, Identity, LimitIdentity, Loss, Managed, QuotaIdentity, Service, Setting

HERE = Path(__file__).parent
SCRATCH = tempfile.TemporaryDirectory(prefix="model-")
"""One for all runs of this process: what its engine starts sees it as TMPDIR, and may keep what it has seen."""
LAG = 0.2
"""Seconds for which the listing of quotas may show what was; see child/sitecustomize.py."""
RATE = 100_000
SECRET_KEY = "a-secret-key-of-nobody"
SECRETS = (*TOKENS, SECRET_KEY)


@dataclass(frozen=True)
class Options:
    """Where the service's behaviour is not known, the account behaves in one of the ways."""

    lag: float = 0.0
    refuse_existing_limit: bool = False
    absent_quota_code: Absence = "ResourceNotFound"

    def behaviour(self) -> Behaviour:
        return Behaviour(
            quota_lag=self.lag,
            existing_limit="refuses" if self.refuse_existing_limit else "updates",
            absent_quota_modify=self.absent_quota_code,
            absent_quota_delete=self.absent_quota_code,
        )


@dataclass(frozen=True)
class Result:
    """What an operation has shown of itself."""

    failed: bool
    output: str
    calls: list[Call]
    changes: dict[str, int]
    writes: list[Call]
    killed: bool


class Stage:
    """An emulated account, and a stack on the embedded engine whose program declares what it is given."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.emulator = Emulator(
            secret_key=SECRET_KEY,
            rate=RATE,
            behaviour=options.behaviour(),
        )
        self.emulator.__enter__()
        self._folder = Path(tempfile.mkdtemp(dir=SCRATCH.name))
        self._lots = self._folder / "lots"
        self._lots.mkdir()
        self._declared = self._folder / "declared.json"
        self._engine = LocalEngine(HERE / "program", env=self._environment())

    def _environment(self) -> dict[str, str]:
        return {
            "PYTHONPATH": os.pathsep.join([str(HERE / "child"), str(HERE.parents[1])]),
            "TMPDIR": SCRATCH.name,
            "DECLARED": str(self._declared),
            "LOTS": str(self._lots),
            "TENCENTCLOUD_ENDPOINT": self.emulator.url,
            "TENCENTCLOUD_SECRET_ID": self.emulator.secret_id,
            "TENCENTCLOUD_SECRET_KEY": self.emulator.secret_key,
        }

    def close(self) -> None:
        self.emulator.__exit__(None, None, None)
        for folder in Path(SCRATCH.name).iterdir():
            shutil.rmtree(folder)

    def declare(self, program: Sequence[Declared]) -> None:
        self._declared.write_text(json.dumps([declared.row() for declared in program]), encoding="utf-8")

    def kill_at(self, call: int, moment: str) -> None:
        """Provider processes die by `kill -9` at a call of the next operation: "before" it is sent, or "after"."""
        self._forget_lots()
        for number in range(call):
            (self._lots / f"{number:02}{'' if number else f'.{moment}'}").touch()

    def _forget_lots(self) -> None:
        for lot in self._lots.iterdir():
            lot.unlink()

    def run(self, operation: str, **options: Any) -> Result:
        """Run an operation of the engine."""
        self.emulator.clear_calls()
        deadly = any(self._lots.iterdir())
        failed, changes = False, {}
        try:
            result = getattr(self._engine, operation)(**options)
            output = result.stdout
            changes = dict(result.change_summary if operation == "preview" else result.summary.resource_changes)
        except CommandError as error:
            failed, output = True, str(error)
        killed = deadly and not any(self._lots.iterdir())
        if killed:
            self._outwait_the_dead()
        return Result(failed, output, self.emulator.calls, changes, self.emulator.writes, killed)

    def _outwait_the_dead(self) -> None:
        """What other threads of a killed process had sent, the service carries out all the same."""
        server = self.emulator._server._server
        asyncio.run_coroutine_threadsafe(rounds(3), server._loop).result()  # which let in whoever is at the door
        while server.server_state.connections or server.server_state.tasks:
            time.sleep(0.001)

    def forget_troubles(self) -> None:
        """Faults and a death that nothing has met yet."""
        self._forget_lots()
        self.emulator.clear_script()

    def settle(self) -> None:
        """Wait until the listing shows the truth."""
        time.sleep(2 * self.options.lag)

    def service(self) -> Service:
        """All that is in force."""
        limits: Service = {
            LimitIdentity(row.zone_id, row.domain_name, row.area): Setting(row.bandwidth)
            for row in self.emulator.limits()
        }
        quotas: Service = {
            QuotaIdentity(row.sub_app_id, row.quota_type, row.api_token): Setting(row.quota_limit, row.usage)
            for row in self.emulator.quotas()
        }
        return {**limits, **quotas}

    def put(self, identity: Identity, setting: Setting) -> None:
        """Somebody else sets it."""
        if isinstance(identity, LimitIdentity):
            self.emulator.put_limit(Limit(*identity, setting.value))
        else:
            sub_app_id, quota_type, token = identity
            self.emulator.put_quota(Quota(sub_app_id, quota_type, setting.value, setting.usage, token))

    def drop(self, identity: Identity) -> None:
        """Somebody else deletes it."""
        if isinstance(identity, LimitIdentity):
            self.emulator.drop_limit(*identity)
        else:
            self.emulator.drop_quota(*identity)

    def export(self) -> str:
        return json.dumps(self._engine.export_stack().deployment)

    def stack(self, identities: Sequence[Identity]) -> list[Managed]:
        """What the stack's state holds of our resources, whose ids are those of `identities`."""
        rows = json.loads(self.export())["resources"]
        return [
            managed(row, identities)
            for row in rows
            if ":tc_resources:" in row["type"] or "/tc_resources:" in row["type"]
        ]

    def urn(self, declared: Declared) -> str:
        return f"urn:pulumi:dev::model::pulumi-python:dynamic/tc_resources:{declared.identity.kind}::{declared.name}"


def managed(row: dict[str, Any], identities: Sequence[Identity]) -> Managed:
    kind, outputs = row["type"].rpartition(":")[2], row["outputs"]
    known = {(identity.kind, identity.id): identity for identity in identities}
    if (kind, row["id"]) not in known:
        raise Loss(f"{row['urn']} has an id of another form: {row['id']}")
    return Managed(
        row["urn"].rpartition("::")[2],
        known[kind, row["id"]],
        outputs[Declared.VALUE[kind]],
        outputs.get("reset_limit"),
        outputs.get("period"),
        outputs.get("baseline_limit"),
        leaving=row.get("delete", False),
    )
