from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pytest

from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.shared_file import DAY, AbsentError, Numbers, Texts, clear, folder, own
from tc_resources.cloud.transport.shared_lines import Lines


def never() -> None:
    raise AssertionError("nobody else holds it")


def test_what_is_changed_under_one_name_is_seen_by_all_that_name_it_and_by_nobody_else() -> None:
    with Numbers("one", 2).locked(never) as row:
        row[1] = 0.5
    for name, known in (("one", [0.0, 0.5]), ("other", [0.0, 0.0])):
        with Numbers(name, 2).locked(never) as row:
            assert list(row) == known


def test_changes_that_come_at_once_are_all_made() -> None:
    """Each has the file open by itself, as processes have; two threads share each."""
    rows = [Numbers("tally", 1) for _ in range(4)]

    def count(numbers: Numbers) -> None:
        for _ in range(100):
            with numbers.locked(lambda: time.sleep(0.0001)) as row:
                row[0] += 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, rows * 2))
    with rows[0].locked(never) as row:
        assert list(row) == [800.0]


@pytest.mark.parametrize("by_file", [True, False])
def test_while_somebody_holds_the_file_each_look_is_followed_by_a_pause(by_file: bool) -> None:
    """By another process, as `flock` does it, or by another of ours."""
    numbers, looks = Numbers("one", 1), list[int]()
    with (folder() / "one").open("wb") as held, Numbers("one", 1).locked(never) if not by_file else held:
        if by_file:
            fcntl.flock(held, fcntl.LOCK_EX)

        def pause() -> None:
            looks.append(1)
            if len(looks) == 3:
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError), numbers.locked(pause):
            pass
    with numbers.locked(never):
        pass


def test_a_file_system_without_locks_keeps_the_numbers_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", Mock(side_effect=OSError(errno.ENOLCK, "No locks available")))
    for known in (0.0, 1.0):
        with Numbers("one", 1).locked(never) as row:
            assert list(row) == [known]
            row[0] += 1


def test_a_file_in_another_format_is_begun_anew() -> None:
    (folder() / "one").write_text("?")
    with Numbers("one", 1).locked(never) as row:
        assert list(row) == [0.0]
        row[0] = 1.0
    with Numbers("one", 1).locked(never) as row:
        assert list(row) == [1.0]


@pytest.mark.parametrize("trouble", ["a file in its place", "removed", "the name taken"])
def test_numbers_that_cannot_be_shared_are_kept_all_the_same(trouble: str) -> None:
    place = folder()
    if trouble == "a file in its place":
        place.rmdir()
        place.touch()
    elif trouble == "the name taken":
        (place / "one").mkdir()
    numbers = Numbers("one", 1)
    if trouble == "removed":
        place.rmdir()
    for known in (0.0, 1.0):
        with numbers.locked(never) as row:
            assert list(row) == [known]
            row[0] += 1


def test_what_was_not_written_to_for_a_day_is_removed() -> None:
    for name, age in (("old", DAY + 60), ("recent", DAY - 60)):
        (folder() / name).touch()
        os.utime(folder() / name, (time.time() - age,) * 2)
    clear(folder())
    assert [file.name for file in folder().iterdir()] == ["recent"]


def test_only_the_user_may_look_into_the_folder_and_its_files() -> None:
    with Numbers("one", 1).locked(never):
        pass
    [place] = shared_file.PLACES[0].iterdir()
    assert place.stat().st_mode & 0o777 == 0o700
    assert (place / "one").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_another_user_s_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: ours + 1)
    with pytest.raises(AbsentError, match="somebody else's"):
        folder()


def test_texts_are_shared_and_one_has_them_at_a_time() -> None:
    def give_up() -> None:
        raise TimeoutError

    with Texts("texts").locked(give_up) as texts:
        assert texts == set()
        texts.add("a")
        with pytest.raises(TimeoutError), Texts("texts").locked(give_up):
            pass
    with Texts("texts").locked(give_up) as texts:
        assert texts == {"a"}
        texts.add("b")
    with Texts("texts").locked(give_up) as texts:
        assert texts == {"a", "b"}


def test_texts_whose_file_is_cleared_up_under_a_waiting_process_are_opened_anew() -> None:
    waits = []

    def clear_up() -> None:
        waits.append(1)
        (folder() / "texts").unlink(missing_ok=True)
        holder.__exit__(None, None, None)

    holder = Texts("texts").locked(lambda: None)
    holder.__enter__().add("a")
    with Texts("texts").locked(clear_up) as texts:
        texts.add("b")
    assert waits == [1]
    assert (folder() / "texts").read_text(encoding="ascii").split() == ["b"]


def test_a_text_is_written_at_once_and_a_part_of_one_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with Texts("texts").locked(never) as texts:
        texts.add("a")
        assert (folder() / "texts").read_text(encoding="ascii").split() == ["a"]
        monkeypatch.setattr(texts, "_file", Mock(write=lambda _: 1))
        with pytest.raises(OSError, match="No space left"):
            texts.add("b")
        assert texts == {"a"}


UMASKED = """
import os, sys
from pathlib import Path
from tc_resources.cloud.transport import shared_file
from tc_resources.cloud.transport.shared_lines import Lines
place = Path(sys.argv[1])
place.chmod(0o777)
if os.getuid() == 0:  # whom no mode keeps out
    os.setuid(4711)
shared_file.PLACES = (place,)
for number, umask in enumerate((0o777, 0o177, 0o022)):
    os.umask(umask)
    Lines("run").add(b"%d" % number)
    shared_file.Numbers("row", 1).path.parent.stat()
print(*sorted(map(bytes.decode, Lines("run").news())), oct(shared_file.own(place).stat().st_mode & 0o777))
shared_file.own(place).chmod(0o600)
print(*sorted(map(bytes.decode, Lines("run").news())))
"""


def test_whatever_the_umask_of_one_process_the_next_one_can_use_what_it_made() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as place:
        done = subprocess.run(  # noqa: S603 - written above
            [sys.executable, "-c", UMASKED, place], capture_output=True, text=True, check=False
        )
    assert (done.stdout, done.stderr) == ("0 1 2 0o700\n0 1 2\n", "")


def test_a_folder_of_ours_that_nothing_makes_usable_is_as_one_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        place.mkdir()
    own(places[0]).chmod(0o600)
    monkeypatch.setattr(shared_file, "PLACES", places)
    monkeypatch.setattr(Path, "chmod", Mock(side_effect=OSError(errno.EROFS, "Read-only file system")))
    assert folder().parent == places[1]
    with pytest.raises(AbsentError, match="Read-only"):
        own(places[0])
    lines = Lines("run")
    lines.add(b"noted")
    assert list(Lines("run").news()) == [b"noted"]
