"""What the system shows of the sockets that listen on this machine."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from tc_resources.limits import processes
from tc_resources.limits.processes import socket_at

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
LISTENS, CONNECTED = "0A", "01"
PORT = 4711
linux = pytest.mark.skipif(sys.platform != "linux", reason="the system has no /proc")


def row(port: int, state: str, inode: int) -> str:
    return f"   0: 0100007F:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 0 0 {inode} 1\n"


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system's tables of sockets, which are to be written."""
    (tmp_path / "net").mkdir()
    monkeypatch.setattr(processes, "PROC", tmp_path)
    return tmp_path / "net"


@linux
@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_socket_that_listens_is_found_by_its_port(family: socket.AddressFamily, host: str) -> None:
    with socket.socket(family) as listening:
        listening.bind((host, 0))
        listening.listen()
        assert socket_at(listening.getsockname()[1]) == str(os.fstat(listening.fileno()).st_ino)


@linux
def test_a_port_on_which_nothing_listens_has_none() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert socket_at(bound.getsockname()[1]) == ""


@pytest.mark.parametrize("table", ["tcp", "tcp6"])
def test_a_socket_that_listens_is_found_in_whatever_order_the_system_has(proc: Path, table: str) -> None:
    (proc / table).write_text(HEAD + row(PORT, CONNECTED, 1) + row(80, LISTENS, 2) + row(PORT, LISTENS, 3))
    assert socket_at(PORT) == "3"


def test_a_system_without_tables_has_none(proc: Path) -> None:
    assert list(proc.iterdir()) == []
    assert socket_at(PORT) == ""


def test_of_those_that_do_not_listen_none_is_read_where_the_one_that_does_comes_first(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be thousands of them, and the system makes each line when it is read."""
    (proc / "tcp").write_text(HEAD + row(PORT, LISTENS, 3) + row(PORT, CONNECTED, 1) * 1000)
    read: list[object] = []
    listens = processes._listens

    def noting(fields: list[str]) -> bool:
        read.append(fields)
        return listens(fields)

    monkeypatch.setattr(processes, "_listens", noting)
    assert socket_at(PORT) == "3"
    assert len(read) == 1
