"""What the system tells of processes and ports: asked of this very process, and of one that it started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanout.run.agents import processes

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are found by /proc")

SERVER = """
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def child() -> Iterator[tuple[int, int]]:
    """A process in a group of its own, and the port at which it listens."""
    command = [sys.executable, "-I", "-S", "-c", SERVER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        yield process.pid, int(process.stdout.readline())
        process.stdin.close()


@pytest.fixture
def closed() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_port_at_which_somebody_listens(child: tuple[int, int], closed: int) -> None:
    assert processes.is_listening(child[1]) is True
    assert processes.is_listening(closed) is False


def test_where_the_system_lists_no_sockets_the_port_is_tried(child: tuple[int, int], closed: int) -> None:
    assert processes._answers(child[1]) is True
    assert processes._answers(closed) is False


def test_at_which_port_a_process_listens(child: tuple[int, int], closed: int) -> None:
    pid, port = child
    assert processes.listens_at(pid, {port, closed}) == port
    assert processes.listens_at(-pid, {port}) == port, "its group"
    assert processes.listens_at(os.getpid(), {port}) == port, "one that it started"
    assert processes.listens_at(pid, {closed}) == 0
    assert processes.listens_at(pid, set()) == 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        own = server.getsockname()[1]
        assert processes.listens_at(os.getpid(), {own}) == own
        assert processes.listens_at(pid, {own}) == 0, "what started it is not below it"
        assert processes.listens_at(-pid, {own}) == 0


def test_a_connection_is_no_server(closed: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert processes.is_listening(client.getsockname()[1]) is False


def test_what_this_process_runs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAUDE_PID", raising=False)
    found, groups = processes.above()
    assert os.getppid() in found and not found & {0, 1, os.getpid()}
    assert not groups & {0, os.getpgid(0)}
    assert groups <= {os.getpgid(pid) for pid in (*found, 1)} and (os.getpgid(os.getppid()) in groups | {os.getpgid(0)})
    monkeypatch.setenv("CLAUDE_PID", "4000000")
    assert processes.above()[0] == found | {4000000}
    monkeypatch.setenv("CLAUDE_PID", "4000000x")
    assert processes.above()[0] == found


def test_a_file_that_a_process_has_open(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "link").symlink_to("a")
    assert not processes.has_open(str(tmp_path / "a"))
    with open(tmp_path / "a"):
        assert processes.has_open(str(tmp_path / "a")) and processes.has_open(str(tmp_path / "link"))
        assert not processes.has_open(str(tmp_path / "b"))
