"""An account and a stack for one run of the model test: what can be done to them, and all that can be seen of them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from pulumi.automation.errors import CommandError

from tc_resources.testing import Emulator, LocalEngine
from tc_resources.testing.emulator import Behaviour, Call, Limit, Quota
from tc_resources.testing.emulator.faults import Kind
from tc_resources.testing.emulator.server import rounds
from tests.model import tally
from tests.model.axes import USUAL, Death, Surroundings, name_of
from tests.model.clock import Clock
from tests.model.killing import WRECK
from tests.model.meddling import Jam, Meddler, Slowness
from tests.model.shared_folder import SharedFolder
from tests.model.state import managed, urn
from tests.model.things import (
    OURS,
    PACKAGES,
    SHIFTING,
    TOKENS,
    TYPES,
    UNSEEN,
    Declared,
    Identity,
    LimitIdentity,
    Managed,
    QuotaIdentity,
    Service,
    Setting,
)

HERE = Path(__file__).parent
SCRATCH = tempfile.TemporaryDirectory(prefix="model-")
"""One for all runs of this process: what its engine starts sees it as TMPDIR, and may keep what it has seen."""
CLOCKS = tempfile.TemporaryDirectory(prefix="model-clock-")
TIME = Clock(Path(CLOCKS.name) / "clock")
"""That of all runs, which never goes back."""
RATE = 100_000
PLUGINS = {PACKAGES["native"]: "tc_resources.native"}
SECRET_KEY = "a-secret-key-of-nobody"
SECRETS = (*TOKENS, SECRET_KEY)


PAUSE = 6.0
"""Seconds that something slow takes, once others have acted meanwhile: longer than what was read is known."""
SHIFTS = 3
"""How often pages shift in an operation: a listing that never stands still is given up."""


@dataclass(frozen=True)
class Result:
    """What an operation has shown of itself."""

    failed: bool
    output: str
    calls: list[Call]
    changes: dict[str, int]
    writes: list[Call]
    killed: bool
    met: list[Kind]
    """The faults that calls have met."""
    faults: list[str]
    """By their names: these, and deaths."""
    acted: bool
    """Whether others have acted in the middle."""
    jammed: bool
    """Whether others have acted behind a write that was throttled."""
    orphaned: bool
    """Whether the engine was killed."""
    readings: int
    """How many of them were slow."""


class Stage:
    """An emulated account, and a stack on the embedded engine whose program declares what it is given."""

    def __init__(self, behaviour: Behaviour, surroundings: Surroundings = USUAL) -> None:
        self.behaviour = behaviour
        self._host, self._encoding = surroundings.host, surroundings.encoding
        self.flags: dict[str, Any] = {"log_flow": True, "log_verbosity": 1} if surroundings.flags else {}
        TIME.set_off(0.0)
        self.emulator = Emulator(secret_key=SECRET_KEY, rate=RATE, behaviour=behaviour, clock=TIME.now)
        self.meddler = self.emulator._gateway.script = Meddler()
        self.emulator.__enter__()
        self._folder = Path(tempfile.mkdtemp(dir=SCRATCH.name))
        self._lots = self._folder / "lots"
        self._lots.mkdir()
        self._declared = self._folder / "declared.json"
        self._waiting = self._folder / "waiting"
        self.shared = SharedFolder(self._folder)
        self._command = self._folder / "command.json"
        self._sessions = self._folder / "sessions"
        self._sessions.mkdir()
        self._engine = LocalEngine(HERE / "program", env=self._environment(), plugins=PLUGINS)
        self._shifts = 0
        self._deaths = {"provider": "", "engine": ""}
        for identity in OURS:
            if isinstance(identity, LimitIdentity):
                self.emulator.put_domain(identity.zone_id, identity.domain_name)

    def _environment(self) -> dict[str, str]:
        port = self.emulator.url.rpartition(":")[2]
        others = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
        return {
            "PYTHONPATH": os.pathsep.join([str(HERE / "child"), str(HERE.parents[1])]),
            "PYTHONIOENCODING": self._encoding,
            "TMPDIR": SCRATCH.name,
            "DECLARED": str(self._declared),
            "WAITING": str(self._waiting),
            "FULL": str(self.shared.full),
            "MACHINE": str(self.shared.machine),
            "COMMAND": str(self._command),
            "SESSIONS": str(self._sessions),
            "LOTS": str(self._lots),
            "CLOCK": str(Path(CLOCKS.name) / "clock"),
            "TENCENTCLOUD_ENDPOINT": f"http://{self._host}:{port}",
            "OTHER_ENDPOINT": f"http://{others[self._host]}:{port}",
            "TENCENTCLOUD_SECRET_ID": self.emulator.secret_id,
            "TENCENTCLOUD_SECRET_KEY": self.emulator.secret_key,
        }

    def close(self) -> None:
        self.emulator.__exit__(None, None, None)
        for folder in Path(SCRATCH.name).iterdir():
            shutil.rmtree(folder)

    def declare(self, program: Sequence[Declared], *, waits: bool) -> None:
        """What the program says, and whether what is late waits for others."""
        what = {"rows": [declared.row() for declared in program], "waits": waits}
        self._declared.write_text(json.dumps(what), encoding="utf-8")

    def kill_at(self, call: int, moment: str) -> None:
        """Provider processes die by `kill -9` at a call of the next operation: "before" it is sent, or "after"."""
        self._forget_lots()
        self._deaths["provider"] = Death("provider", moment).name
        for number in range(call):
            (self._lots / f"{number:02}{'' if number else f'.{moment}'}").touch()

    def kill_engine_at(self, call: int, *, both: bool) -> None:
        """The engine dies right before the service carries out that call; with `both`, its providers die too."""

        def kill() -> None:
            WRECK.kill_engine()
            if both:
                WRECK.kill_orphans()

        self._deaths["engine"] = Death("both" if both else "engine").name
        self.meddler.act_at(call, kill)

    def outlive_orphans(self) -> None:
        """Wait for the end of what a killed engine has left."""
        WRECK.outlive_orphans(self._sessions)
        self._outwait_the_dead()

    def _forget_lots(self) -> None:
        for lot in self._lots.iterdir():
            lot.unlink()

    def run(
        self, operation: str, act: Callable[[], object] | None = None, *, wait: bool = True, **options: Any
    ) -> Result:
        """Run an operation of the engine, in the middle of whose program others `act`, and `wait` for its orphans."""
        self.emulator.clear_calls()
        self._shifts = SHIFTS
        self._waiting.unlink(missing_ok=True)
        parts = [f"--{name}" for name in ("target", "exclude") if options.get(name)]
        self._command.write_text(json.dumps(["pulumi", operation, *parts]), encoding="utf-8")
        WRECK.begin()
        deadly, killing = any(self._lots.iterdir()), self.meddler.acts
        failed, changes = False, {}
        with self._meanwhile(act) as acted:
            try:
                result = getattr(self._engine, operation)(**options)
                output = result.stdout
                changes = dict(result.change_summary if operation == "preview" else result.summary.resource_changes)
            except CommandError as error:
                failed, output = True, str(error)
        killed = deadly and not any(self._lots.iterdir())
        orphaned = killing and not self.meddler.acts
        if orphaned and wait:
            WRECK.outlive_orphans(self._sessions)
        if killed or (orphaned and wait):
            self._outwait_the_dead()
        return Result(
            failed=failed,
            output=output,
            calls=self.emulator.calls,
            changes=changes,
            writes=self.emulator.writes,
            killed=killed,
            met=self.meddler.met,
            faults=[*map(name_of, self.meddler.met), *self._died(killed=killed, orphaned=orphaned)],
            acted=acted.is_set(),
            jammed=self.meddler.jam is not None and self.meddler.jam.since > 0,
            orphaned=orphaned,
            readings=self.meddler.slow.readings if self.meddler.slow else 0,
        )

    def _died(self, *, killed: bool, orphaned: bool) -> list[str]:
        return [*([self._deaths["provider"]] if killed else []), *([self._deaths["engine"]] if orphaned else [])]

    @contextmanager
    def _meanwhile(self, act: Callable[[], object] | None) -> Iterator[Event]:
        """While the program waits for something slow, others act, and time passes."""
        ended, acted = Event(), Event()

        def watch() -> None:
            while act and not ended.wait(0.005):
                if self._waiting.exists():
                    act()
                    acted.set()
                    TIME.sleep(PAUSE)
                    self._waiting.unlink()
                    return

        watcher = Thread(target=watch)
        watcher.start()
        try:
            yield acted
        finally:
            ended.set()
            watcher.join()

    def jam(self, identity: Identity, setting: Setting) -> None:
        """In the next operation others set it behind a write of ours, which is throttled for long."""
        names: tuple[str, ...] = ("ZoneId", "DomainName", "Area")
        action = "ModifyPrefetchOriginLimit"
        if isinstance(identity, QuotaIdentity):
            names, action = ("SubAppId", "QuotaType", "ApiToken"), "ModifyAigcQuota"
        params = {name: part for name, part in zip(names, identity, strict=True) if part is not None}
        self.meddler.jam = Jam(action, params, lambda: self.put(identity, setting), TIME.now)

    def slow_down(self, identity: Identity) -> None:
        """In the next operation each reading of its zone or sub-application takes long."""
        name = "ZoneId" if isinstance(identity, LimitIdentity) else "SubAppId"
        self.meddler.slow = Slowness({name: identity[0], "Offset": 0}, lambda: TIME.sleep(PAUSE))

    def shift_pages(self) -> None:
        """From now on the first rows of a listing go, and others come, while its pages are read."""
        for identity in SHIFTING[: len(SHIFTING) // 2]:
            self.put(identity, Setting(600))
        self.meddler.shift = self._shift

    def _shift(self) -> None:
        if self._shifts:
            self._shifts -= 1
            tally.happened("pages shift")
            there = [LimitIdentity(row.zone_id, row.domain_name, row.area) for row in self.emulator.limits()]
            shifting = [identity for identity in there if identity in SHIFTING]
            self.drop(shifting[0])
            self.put(next(identity for identity in SHIFTING if identity not in there), Setting(600))

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
        self.meddler.forget()

    def settle(self) -> None:
        """Wait until the listing shows the truth."""
        TIME.sleep(2 * max(self.behaviour.limit_lag, self.behaviour.quota_lag))

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
        return {identity: setting for identity, setting in {**limits, **quotas}.items() if identity not in UNSEEN}

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

    def make(self, identity: Identity, value: int) -> None:
        """Somebody else makes it as we do, so that a listing may lack it yet."""
        if isinstance(identity, LimitIdentity):
            self.emulator._own._limits.turn_on(Limit(*identity, value), TIME.now())
        else:
            self.emulator._own._quotas.create(stored(identity), value, TIME.now())

    def end(self, identity: Identity) -> None:
        """Somebody else ends it as we do, so that a listing may still show it."""
        if isinstance(identity, LimitIdentity):
            self.emulator._own._limits.turn_off(*identity, TIME.now())
        else:
            self.emulator._own._quotas.delete(stored(identity), TIME.now())

    def export(self) -> str:
        return json.dumps(self._engine.export_stack().deployment)

    def stack(self, identities: Sequence[Identity]) -> list[Managed]:
        """What the stack's state holds of our resources, whose ids are those of `identities`."""
        rows = json.loads(self.export())["resources"]
        return [managed(row, identities) for row in rows if row["type"].startswith((*TYPES.values(),))]

    @contextmanager
    def mistaken(self, row: Managed, other: Identity) -> Iterator[None]:
        """The state has the id of something else for a resource."""
        found = [it for it in self._engine._state.resources if it.urn == urn(row) and it.id == row.identity.id]
        for resource in found:
            resource.id = other.id
        try:
            yield
        finally:
            for resource in found:
                resource.id = row.identity.id


def stored(quota: QuotaIdentity) -> tuple[int, str, str]:
    """As the emulator has it."""
    return (quota.sub_app_id, quota.quota_type, quota.api_token or "")
