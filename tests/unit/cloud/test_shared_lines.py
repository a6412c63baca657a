"""Lines that processes share, whatever becomes of the places where they lie, for all of them or for one."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.shared_file import DAY, clear, own
from tc_resources.cloud.transport.shared_lines import Lines


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ...]:
    """Two places, in the order in which they are looked at."""
    both = (tmp_path / "one", tmp_path / "two")
    for place in both:
        place.mkdir()
    monkeypatch.setattr(shared_file, "PLACES", both)
    return both


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """From now on a place takes no more than 3 bytes of what is written."""
    filled, write = list[Path](), os.write

    def limited(file: int, data: bytes) -> int:
        where = Path(f"/proc/self/fd/{file}").readlink()
        return write(file, data[:3] if any(where.is_relative_to(place) for place in filled) else data)

    monkeypatch.setattr(os, "write", limited)
    return filled.append


def known(lines: Lines) -> set[bytes]:
    return {*lines.news()}


def test_the_places_do_not_depend_on_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert [str(place) for place in shared_file.PLACES] == ["/tmp", "/var/tmp", "/dev/shm"]  # noqa: S108 - the rule


@pytest.mark.parametrize("trouble", ["full", "foreign", "gone", "a file", "removed"])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("when", ["before", "between"])
def test_what_befalls_one_place_loses_no_line(
    places: tuple[Path, ...], full: Callable[[Path], None], trouble: str, place: int, when: str
) -> None:
    def befall() -> None:
        if trouble == "full":
            full(places[place])
        elif trouble == "removed":
            shutil.rmtree(own(places[place]))
        else:
            shutil.rmtree(places[place])
            if trouble == "foreign":
                places[place].mkdir()
                (places[place] / f"tc-resources-{os.getuid()}").symlink_to("/")
            elif trouble == "a file":
                places[place].touch()

    early, late = Lines("run"), Lines("run")
    if when == "before":
        befall()
    early.add(b"one")
    if when == "between":
        befall()
    late.add(b"two")
    early.add(b"three")
    assert known(late) >= {b"one", b"two", b"three"}
    assert known(early) >= {b"one", b"two", b"three"}
    assert known(Lines("run")) >= {b"one", b"two", b"three"}


def test_a_line_that_found_no_room_spoils_none_that_comes_after_it(
    places: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, write = Lines("run"), os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:3]))
    with pytest.raises(OSError, match="No space left"):
        lines.add(b"lost")
    monkeypatch.setattr(os, "write", write)
    lines.add(b"kept")
    assert known(Lines("run")) - {b"lo"} == {b"kept"}
    assert own(places[0]).is_dir()


def test_a_place_that_can_only_be_read_is_read(places: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    Lines("run").add(b"one")
    shutil.rmtree(places[1])
    opened = os.open

    def read_only(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", read_only)
    lines = Lines("run")
    assert known(lines) == {b"one"}
    for refused in (lines, Lines("another")):
        with pytest.raises(OSError, match="Read-only file system"):
            refused.add(b"two")


def test_what_is_there_and_cannot_be_read_is_an_error_and_not_nothing(
    places: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    Lines("run").add(b"one")
    opened = os.open

    def refused(path: Path, flags: int, mode: int = 0o777) -> int:
        if Path(path).is_relative_to(places[0]):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(OSError, match="Too many open files"):
        known(Lines("run"))


def test_where_all_copies_were_removed_nothing_is_known_any_more(places: tuple[Path, ...]) -> None:
    lines = Lines("run")
    lines.add(b"one")
    for place in places:
        shutil.rmtree(own(place))
    for ask in (lambda: lines.add(b"two"), lambda: known(lines)):
        with pytest.raises(OSError, match="somebody has removed it"):
            ask()


def test_what_somebody_holds_is_not_cleared_up_however_old_it_is(places: tuple[Path, ...]) -> None:
    held = Lines("run")
    held.add(b"one")
    for place in places:
        (own(place) / "folder").mkdir()
        for file in own(place).iterdir():
            os.utime(file, (time.time() - 2 * DAY,) * 2)
        clear(own(place))
    assert known(Lines("run")) == {b"one"}
