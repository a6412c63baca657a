"""What a run declares, and how its processes share it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
from pulumi.runtime import rpc

from tc_resources.cloud.transport import shared_file
from tc_resources.limits import command
from tc_resources.limits.errors import HiddenCommandError
from tc_resources.limits.registry import Declaration, Registry, RegistryError
from tc_resources.limits.run import Run
from tc_resources.testing.emulator import Emulator, Limit, Quota
from tests.unit.provider.host import Run as Host

QUOTA = {"sub_app_id": 1, "quota_type": "Text", "quota_limit": 5, "api_token": "an-api-token"}
ID = "1#Text#8dfba01da860"
LIMIT = {"zone_id": "zone-1", "domain_name": "www.example.com", "area": "Overseas", "bandwidth": 500}
A, B = ("zone-1", "a.example.com", "Overseas"), ("zone-1", "b.example.com", "Overseas")
KIND = "prefetch_origin_limit"
UID = os.getuid()
RUN = Run(1)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that all users of the machine share."""
    monkeypatch.setattr(shared_file, "PLACES", (tmp_path,))
    return tmp_path


@pytest.fixture
def started_by(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:  # noqa: ARG001 - made there
    """Pose as a process that an engine has started, with its address and its command."""

    def started_by(address: str, words: str = "pulumi up") -> None:
        monkeypatch.setattr(sys, "argv", ["host", address])
        monkeypatch.setattr(command, "_commands", lambda _: [tuple(words.split())])

    return started_by


def test_the_processes_of_a_run_share_what_it_declares(machine: Path) -> None:
    one, other, foreign = Registry(RUN), Registry(RUN), Registry(Run(2))
    assert not other.declares(KIND, A)
    one.add(KIND, A)
    one.add(KIND, A)
    other.add(KIND, B)
    assert all(process.declares(KIND, parts) for parts in (A, B) for process in (one, other))
    assert not other.declares(KIND, ("zone-1", "c.example.com", "Overseas"))
    assert not other.declares("aigc_quota", A)
    assert not foreign.declares(KIND, A)
    file = machine / f"tc-resources-{os.getuid()}" / "run-1"
    assert len([line for line in file.read_text(encoding="utf-8").splitlines() if line]) == 2
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("machine")
def test_what_is_announced_in_a_run_is_known_to_its_processes_and_declares_nothing() -> None:
    one, other, foreign = Registry(RUN), Registry(RUN), Registry(Run(2))
    for parts in (B, A):
        one.announce(KIND, parts)
    assert (other.announced(KIND), other.announced("aigc_quota"), foreign.announced(KIND)) == ([B, A], [], [])
    assert not other.declares(KIND, A)
    assert not other.makes(KIND, A)


ONE, TWO = (f"urn:pulumi:dev::p::tc-resources:index:PrefetchOriginLimit::{name}" for name in ("one", "two"))
KNOWN = Run(1, "a socket")


@pytest.mark.usefixtures("machine")
def test_of_two_that_declare_one_identity_the_later_is_told_of_the_earlier_in_whichever_process() -> None:
    one, other = Registry(KNOWN), Registry(KNOWN)
    assert one.others(KIND, A, ONE) == one.others(KIND, A, ONE) == other.others(KIND, B, TWO) == []
    assert other.others("aigc_quota", A, TWO) == []
    assert other.others(KIND, A, TWO) == [ONE]
    assert not other.declares(KIND, A)


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (Run(1), Run(1)),
        (None, None),
        (KNOWN, Run(1, "another socket")),
        (KNOWN, Run(1)),
        (Run(1), KNOWN),
        (KNOWN, Run(1, process="4711 noon")),
    ],
    ids=str,
)
def test_an_identity_that_may_be_an_earlier_runs_has_no_other(earlier: Run | None, later: Run | None) -> None:
    """There it may have had the name that it has no more."""
    Registry(earlier).others(KIND, A, ONE)
    assert Registry(later).others(KIND, A, TWO) == []


@pytest.mark.parametrize("unknown", [{0}, {1}, {2}, {0, 1, 2}])
def test_a_part_that_is_not_known_may_be_any(unknown: set[int]) -> None:
    known = [None if place in unknown else part for place, part in enumerate(A)]
    declaration = Declaration(KIND, tuple(known), frozenset(unknown))
    assert declaration.covers(Declaration(KIND, A))
    assert declaration.covers(Declaration(KIND, B)) is (1 in unknown)


def test_a_process_that_starts_when_another_has_crashed_knows_what_that_one_noted(machine: Path) -> None:
    program = f"""
import os, signal
from pathlib import Path
from unittest.mock import Mock
from tc_resources.cloud.transport import shared_file
from tc_resources.limits.registry import Registry
from tc_resources.limits.run import Run
shared_file.PLACES = (Path({str(machine)!r}),)
Registry({RUN!r}).add({KIND!r}, {A!r})
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - written above
    assert Registry(RUN).declares(KIND, A)


def test_a_line_that_another_process_is_writing_is_read_once_it_is_whole(machine: Path) -> None:
    ours = Registry(RUN)
    ours.add(KIND, A)
    file = machine / f"tc-resources-{os.getuid()}" / "run-1"
    whole = file.read_bytes().replace(b"a.example", b"b.example")
    with file.open("ab") as end:
        end.write(whole[:20])
        end.flush()
        assert not ours.declares(KIND, B)
        end.write(whole[20:])
    assert ours.declares(KIND, B)


@pytest.mark.parametrize("line", ['[[1, "", ""], "kind", [], [], "more"]', '[[1, "", ""]]', "[7]", "8"])
def test_a_line_of_another_form_is_an_error_and_not_nothing(machine: Path, line: str) -> None:
    """As of a plugin of another version than the program's package."""
    ours = Registry(RUN)
    ours.add(KIND, A)
    with (machine / f"tc-resources-{os.getuid()}" / "run-1").open("a", encoding="utf-8") as end:
        end.write(f"{line}\n")
    with pytest.raises(RegistryError, match="another version"):
        ours.declares(KIND, B)


def test_a_part_of_a_line_is_nothing_since_its_writer_was_told(machine: Path) -> None:
    ours = Registry(RUN)
    ours.add(KIND, A)
    with (machine / f"tc-resources-{os.getuid()}" / "run-1").open("a", encoding="utf-8") as end:
        end.write('\n[[1, "", ""], "prefetch_ori\n')
    assert not ours.declares(KIND, B)
    assert ours.declares(KIND, A)


def test_a_process_that_no_engine_started_shares_nothing(machine: Path) -> None:
    alone = Registry(None)
    alone.add(KIND, A)
    assert alone.declares(KIND, A)
    assert not Registry(None).declares(KIND, A)
    assert list(machine.iterdir()) == []


@pytest.mark.parametrize("trap", ["file", "link", "somebody else's", "missing"])
def test_where_nothing_can_be_noted_a_check_fails_and_nothing_is_deleted(
    new_run: Callable[..., Host],
    started_by: Callable[..., None],
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    emulator: Emulator,
    trap: str,
) -> None:
    folder = machine / f"tc-resources-{os.getuid()}"
    if trap == "file":
        folder.touch()
    elif trap == "link":
        (machine / "elsewhere").mkdir()
        folder.symlink_to(machine / "elsewhere")
    elif trap == "missing":
        monkeypatch.setattr(shared_file, "PLACES", (machine / "nowhere", machine / "nor here"))
    else:
        (machine / f"tc-resources-{UID + 1}").mkdir()
        monkeypatch.setattr(os, "getuid", lambda: UID + 1)
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    started_by("127.0.0.1:4321")
    ours = new_run()
    [(name, reason)] = ours.quotas.check(QUOTA)[1]
    assert name == ""
    assert "What this program declares cannot be noted in" in reason
    assert f"noted in {' or '.join(map(str, shared_file.PLACES))} (" in reason
    assert "make room in one of them" in reason
    assert "cannot be noted" in ours.quotas.failure("delete", ID, QUOTA)
    assert emulator.writes == []


def test_a_disk_that_is_full_in_the_middle_of_a_run_fails_the_check(
    new_run: Callable[..., Host], started_by: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    started_by("127.0.0.1:4321")
    ours = new_run()
    assert ours.quotas.check(QUOTA)[1] == []

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tc_resources.cloud.transport.shared_lines.os.write", full)
    [(_, reason)] = ours.quotas.check({**QUOTA, "api_token": "another-token"})[1]
    assert "No space left on device" in reason


def test_a_process_heeds_what_another_one_of_its_run_declares(
    new_run: Callable[..., Host], started_by: Callable[..., None], emulator: Emulator
) -> None:
    """An explicit provider instance is a process of its own."""
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    started_by("127.0.0.1:4321")
    new_run().quotas.check(QUOTA)
    new_run().quotas.delete(ID, QUOTA)
    assert emulator.calls_of("DeleteAigcQuota", "ModifyAigcQuota") == []


def test_what_a_run_with_a_part_of_the_program_does_not_see_renamed_is_not_deleted(
    new_run: Callable[..., Host], started_by: Callable[..., None], emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    emulator.put_quota(Quota(1, "Image", 5))
    started_by("127.0.0.1:4321", "pulumi up --exclude urn")
    ours = new_run()
    ours.quotas.check(QUOTA)
    ours.quotas.delete(ID, QUOTA)
    image = {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5}
    told = ours.quotas.failure("delete", "1#Image", image)
    assert "Deleting the Image quota of sub-application 1 failed." in told
    assert "`pulumi destroy --target URN`" in told
    assert emulator.writes == []


def test_where_the_engines_command_cannot_be_read_nothing_is_deleted(
    new_run: Callable[..., Host],
    started_by: Callable[..., None],
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emulator.put_quota(Quota(1, "Image", 5))
    started_by("127.0.0.1:4321")
    monkeypatch.setattr(command, "_commands", Mock(side_effect=HiddenCommandError))
    told = new_run().quotas.failure("delete", "1#Image", {"sub_app_id": 1, "quota_type": "Image", "quota_limit": 5})
    assert "Deleting the Image quota of sub-application 1 failed." in told
    assert "command line of this run's engine cannot be read" in told
    assert emulator.writes == []


def test_a_process_of_another_run_deletes(
    new_run: Callable[..., Host], started_by: Callable[..., None], emulator: Emulator
) -> None:
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    started_by("127.0.0.1:4321")
    new_run().quotas.check(QUOTA)
    started_by("127.0.0.1:4322")
    new_run().quotas.delete(ID, QUOTA)
    assert emulator.quotas() == []


def test_what_is_declared_at_another_endpoint_is_the_same_setting(
    new_run: Callable[..., Host], started_by: Callable[..., None], config: dict[str, str], emulator: Emulator
) -> None:
    """The ids of zones and applications are unique: one address of a service may be written in several ways."""
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    started_by("127.0.0.1:4321")
    new_run({**config, "tc-resources:endpoint": emulator.url.replace("127.0.0.1", "localhost")}).quotas.check(QUOTA)
    new_run().quotas.delete(ID, QUOTA)
    assert emulator.calls_of("DeleteAigcQuota", "ModifyAigcQuota") == []


def test_what_is_declared_is_noted_without_a_secret(
    new_run: Callable[..., Host], started_by: Callable[..., None], machine: Path, emulator: Emulator
) -> None:
    started_by("127.0.0.1:4321")
    new_run().quotas.check(QUOTA)
    [file] = (machine / f"tc-resources-{os.getuid()}").glob("run-*")
    noted = '[[4321, "", ""], "aigc_quota", [1, "Text", "8dfba01da860"], []]'
    assert file.read_text(encoding="utf-8").strip() == noted
    assert emulator.secret_key not in file.read_text(encoding="utf-8")


def test_a_token_that_is_not_known_yet_may_be_any_of_the_application(run: Host, emulator: Emulator) -> None:
    """As of a resource that has failed, where the run goes on."""
    emulator.put_quota(Quota(1, "Text", 5, api_token="an-api-token"))
    emulator.put_quota(Quota(2, "Text", 5, api_token="an-api-token"))
    assert run.quotas.check({**QUOTA, "api_token": rpc.UNKNOWN})[1] == []
    assert "kept in the state" in run.quotas.failure("delete", ID, QUOTA)
    assert emulator.writes == []
    told = run.quotas.failure("delete", ID.replace("1#", "2#", 1), {**QUOTA, "sub_app_id": 2})
    assert "Something else has failed in this run" in told  # which this one may follow from
    assert emulator.writes == []


@pytest.mark.parametrize(
    ("imported", "declared"),
    [("WWW.Example.com.", "www.example.com"), ("b\u00fccher.example.com", "xn--bcher-kva.example.com")],
)
def test_a_domain_in_another_spelling_is_declared_all_the_same(
    run: Host, emulator: Emulator, imported: str, declared: str
) -> None:
    emulator.put_limit(Limit("zone-1", declared, "Overseas", 500))
    run.limits.check({**LIMIT, "domain_name": imported})
    run.limits.delete(f"zone-1#{declared}#Overseas", {**LIMIT, "domain_name": declared})
    assert emulator.writes == []
