"""The registry: what this run's program declares, and a delete must therefore leave in place.

A resource that was renamed or replaced in place is deleted under its old name after it was taken over under the new
one. The engine checks all that a program declares before it deletes what has left the program, and a destroy checks
nothing; so whatever a check has seen in this run is still wanted. An identity says nothing of an endpoint or a site:
the ids of zones and of applications are unique.

Explicit provider instances, and plugins, are processes of their own, and one may start when another has crashed. All
processes of a run share lines under its port; those of an earlier run there are told apart. What cannot be shared is an
error at the check, before anything is deleted.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from tc_resources.cloud.errors import CloudError
from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.shared_lines import Lines
from tc_resources.limits.run import Run


class RegistryError(CloudError):
    """What the program declares cannot be shared with the other processes of its run."""

    def __init__(self, error: OSError) -> None:
        places = " or ".join(map(str, shared_file.PLACES))
        super().__init__(
            f"What this program declares cannot be noted in {places} ({error.strerror or error}), where all provider "
            "processes of a run look before they delete, whatever TMPDIR says. Nothing was done: make room in one of "
            "them."
        )


class Declaration(NamedTuple):
    """An identity of a kind, by its parts; those at the `unknown` places may turn out to be anything."""

    kind: str
    parts: tuple[object, ...]
    unknown: frozenset[int] = frozenset()

    def covers(self, other: Declaration) -> bool:
        """Whether what the other one says for certain may be meant here."""
        places = range(len(self.parts))
        return self.kind == other.kind and all(
            place in self.unknown or self.parts[place] == other.parts[place] for place in places
        )


FAILED = Declaration("failed", ())
"""That something has failed in this run."""
OWNED = "owned"
"""Which resource declares an identity: a kind of declaration, whose parts are its kind, its parts and the URN."""
CLAIMED = "claimed"
"""As OWNED, as the programs of the dynamic face say it: a remote component is a program of its own."""
OWNERS = (OWNED, CLAIMED)
NAMED = "named"
"""That the program has a resource of this URN."""
KEPT = "kept"
"""Which resource goes on with what is there by its id: its parts are those of OWNED."""


class Registry:
    """What this run declares, shared by its processes (None: this process is alone). Thread-safe."""

    def __init__(self, run: Run | None) -> None:
        self._run = run
        self._lines = Lines(f"run-{run.port}") if run else None
        self._known: dict[Declaration, None] = {}
        self._owners: dict[tuple[object, ...], set[str]] = {}
        self._lock = threading.Lock()

    def add(self, kind: str, parts: Sequence[object], unknown: Collection[int] = ()) -> None:
        """Note what is declared; it holds no secret. Raises RegistryError."""
        declaration = Declaration(kind, tuple(parts), frozenset(unknown))
        with self._lock:
            if declaration in self._known:
                return
            self._write(declaration)
            self._learn(declaration)

    def declares(self, kind: str, parts: Sequence[object]) -> bool:
        """Whether a resource of this kind and identity is declared, or may be. Raises RegistryError."""
        wanted = Declaration(kind, tuple(parts))
        with self._lock:
            self._catch_up()
            return any(declaration.covers(wanted) for declaration in self._known)

    def others(self, kind: str, parts: Sequence[object], urn: str, noted: str = OWNED) -> list[str]:
        """Note that the resource of this URN declares an identity: the URNs of others that do. Raises RegistryError.

        Whoever notes it later is told of the earlier one. Of a run that nothing tells from an earlier one none are
        known: there the same identity may have had another name.
        """
        if not (self._run and self._run.known):
            return []
        self.add(noted, (kind, *parts, urn))
        with self._lock:
            self._catch_up()
            return sorted(self._owners[(noted, kind, *parts)] - {urn})

    def announce(self, kind: str, parts: Sequence[object]) -> None:
        """Note that an identity will be asked for: a hint, which declares nothing. Raises RegistryError."""
        self.add(f"{kind} announced", parts)

    def announced(self, kind: str) -> list[tuple[object, ...]]:
        """What was announced so far, by its parts and in that order. Raises RegistryError."""
        with self._lock:
            self._catch_up()
            return [found.parts for found in self._known if found.kind == f"{kind} announced"]

    def name(self, urn: str) -> None:
        """Note that the program has a resource of this URN. Raises RegistryError."""
        self.add(NAMED, (urn,))

    def names(self, urn: str) -> bool:
        """Whether the program has a resource of this URN. Raises RegistryError."""
        return self.declares(NAMED, (urn,))

    def keep(self, kind: str, parts: Sequence[object], urn: str) -> list[str]:
        """Note that the resource of this URN goes on with what is there: as `others`. Raises RegistryError."""
        self.add(KEPT, (kind, *parts, urn))
        return self.others(kind, parts, urn)

    def made(self, kind: str, parts: Sequence[object]) -> bool:
        """Whether a resource of just this identity was created in this run. Raises RegistryError."""
        return self.declares(f"{kind} made", parts)

    def read(self, kind: str, parts: Sequence[object]) -> None:
        """Note that the program reads what is there, and does not manage it. Raises RegistryError."""
        self.add(f"{kind} read", parts)

    def reads(self, kind: str, parts: Sequence[object]) -> bool:
        """Whether the program reads what is there. Raises RegistryError."""
        return self.declares(f"{kind} read", parts)

    def keeps(self, kind: str, parts: Sequence[object], urn: str) -> bool:
        """Whether a resource of another URN goes on with it; no URN is that of none. Raises RegistryError."""
        identity = (kind, *parts)
        with self._lock:
            self._catch_up()
            kept = [found.parts for found in self._known if found.kind == KEPT]
        return any(found[:-1] == identity and found[-1] != urn for found in kept)

    @contextmanager
    def making(self, kind: str, parts: Sequence[object]) -> Iterator[None]:
        """Note that a resource is being created inside, and then that it is there. Raises RegistryError before.

        It is declared, also where its check was told of another one: a policy may change what was checked.
        """
        self.add(kind, parts)
        self.add(f"{kind} begun", parts)
        with self.trying():
            yield
        with suppress(RegistryError):  # it is there all the same
            self.add(f"{kind} made", parts)

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Note where it fails: a run that goes on leaves out what needs it."""
        try:
            yield
        except Exception:
            self.note_failure()
            raise

    def note_failure(self) -> None:
        """Note that something has failed: nobody can tell any more what else this program would have declared."""
        with suppress(RegistryError):  # which would hide the reason
            self.add(FAILED.kind, FAILED.parts)
        with self._lock:  # so this process knows it whether others can be told or not
            self._learn(FAILED)

    def has_failed(self) -> bool:
        """Whether something has. Raises RegistryError."""
        return self.declares(FAILED.kind, FAILED.parts)

    def makes(self, kind: str, parts: Sequence[object]) -> bool:
        """Whether a resource of just this identity is there, or is still to be. Raises RegistryError."""
        wanted, begun, made = (Declaration(f"{kind}{state}", tuple(parts)) for state in ("", " begun", " made"))
        with self._lock:
            self._catch_up()
            return made in self._known or (wanted in self._known and self._known.keys().isdisjoint({begun, FAILED}))

    def _learn(self, declaration: Declaration) -> None:
        self._known[declaration] = None
        if declaration.kind in OWNERS:
            *identity, urn = declaration.parts
            self._owners.setdefault((declaration.kind, *identity), set()).add(str(urn))

    def _write(self, declaration: Declaration) -> None:
        if self._lines:
            kind, parts, unknown = declaration
            try:
                self._lines.add(json.dumps([self._run, kind, parts, sorted(unknown)]).encode())
            except OSError as error:
                raise RegistryError(error) from None

    def _catch_up(self) -> None:
        """Learn what the other processes have noted meanwhile."""
        if self._lines:
            try:
                for declaration in filter(None, map(self._parsed, dict.fromkeys(self._lines.news()))):
                    self._learn(declaration)
            except OSError as error:
                raise RegistryError(error) from None
            except (TypeError, ValueError):
                raise RegistryError(OSError(0, "a process of another version has noted something")) from None

    def _parsed(self, line: bytes) -> Declaration | None:
        """What this run declares by a line. None by one of another run, or by a part of one, whose writer was told."""
        try:
            run, *declared = json.loads(line)
        except ValueError:
            return None
        writer = Run(*run)
        if self._run is None or not self._run.may_be(writer):
            return None
        declaration = _declaration(*declared)
        return None if declaration.kind in OWNERS and writer != self._run else declaration


def _declaration(kind: str, parts: Sequence[object], unknown: Collection[int]) -> Declaration:
    return Declaration(kind, tuple(parts), frozenset(unknown))
