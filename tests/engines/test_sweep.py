"""What an attempt left running is found by its marks, and only that."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fanout.engines import sweep
from fanout.run.agents import attempts

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are found by /proc")


Sleeper = Callable[[Path, str], "subprocess.Popen[bytes]"]


@pytest.fixture
def sleeper() -> Iterator[Sleeper]:
    """Starts a process of an attempt of a project, in a session of its own."""
    begun = []

    def start(root: Path, key: str) -> subprocess.Popen[bytes]:
        root.mkdir(exist_ok=True)
        env = {**os.environ, **attempts.marks(str(root), key)}
        begun.append(subprocess.Popen(["sleep", "60"], env=env, start_new_session=True))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


def test_a_run_of_the_same_name_in_another_project_lives_on(sleeper: Sleeper, tmp_path: Path) -> None:
    own, other = sleeper(tmp_path / "one", "tasks-1/01/1"), sleeper(tmp_path / "two", "tasks-1/01/1")
    beside = sleeper(tmp_path / "one", "tasks-10/01/1")
    assert sweep.of_run(str(tmp_path / "one"), "tasks-1") == 1
    assert own.wait(10) == -9
    assert other.poll() is None and beside.poll() is None


def test_one_attempt_is_swept_without_the_others(sleeper: Sleeper, tmp_path: Path) -> None:
    first, second = sleeper(tmp_path / "one", "tasks-1/01/1"), sleeper(tmp_path / "one", "tasks-1/01/11")
    other = sleeper(tmp_path / "two", "tasks-1/01/1")
    (tmp_path / "link").symlink_to(tmp_path / "one")
    assert sweep.of_attempt(str(tmp_path / "link"), "tasks-1/01/1") == 1
    assert first.wait(10) == -9
    assert second.poll() is None and other.poll() is None
