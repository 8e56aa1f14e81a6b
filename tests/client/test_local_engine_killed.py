"""kill -9 of each process of a driven run, at points that tell: no task is lost, none is merged twice, nothing survives."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from subprocess import Popen

import pytest
from client import kills
from client.drive import Driven, listed
from client.kills import DAEMON, kill, of
from scale import SCALE, WHOLE, few

# `a` is held until a test lets it go, with a child in a session of its own; `b` is done at once.
HELD = [
    {"bash": DAEMON},
    {"write": "a.txt", "content": "half\n"},
    {"mark": "half"},
    {"after": "go"},
    {"declared": True},
    {"done": "a"},
]
TABLE = {"a": HELD, "b": [{"declared": True}, {"done": "b"}]}


def begun(start, tmp_path: Path) -> Driven:
    driven = Driven(start, tmp_path / "project", TABLE)
    driven.begin(
        listed(
            {"id": "a", "writes": ["a.txt"]},
            {"id": "b", "writes": ["b.txt"]},
            {"id": "c", "writes": ["c.txt"], "depends_on": ["a"]},
        )
    )
    return driven


def ends_with_one_more_attempt(driven: Driven, driver: Popen[str]) -> None:
    """Of TABLE's tasks the one that was under way is done again, and nothing else."""
    driven.wait_for(lambda: ("a", 2) in [row[:2] for row in driven.attempts()])  # a client that is left may end first
    driven.worker.mark("go")
    out, err = driver.communicate(timeout=240)
    assert driver.returncode == 0, out + err
    assert driven.states() == {"a": "done", "b": "done", "c": "done"}
    assert sorted(driven.merged()) == ["a", "b", "c"]
    assert [row[:2] for row in driven.attempts()] == [("a", 1), ("b", 1), ("a", 2), ("c", 1)]
    driven.wait_for(lambda: not driven.processes())


@pytest.mark.parametrize("whom", few(["driver and supervisors", "client", "driver", "supervisor"], 2))
def test_a_kill_costs_what_was_under_way_and_no_more(start, tmp_path, whom: str) -> None:
    driven = begun(start, tmp_path)
    driver = driven.begin_drive("--allow", "Bash")
    driven.wait_for(
        lambda: driven.states()["b"] == "done" and of(driven, "sleep") and driven.worker._marks["half"].is_set()
    )
    if "driver" in whom:
        driver.kill()
    for pid in of(driven, "supervise") if "supervisor" in whom else []:
        kill(pid)
    if whom == "client":
        kill(next(pid for pid in of(driven, "stream-json") if pid not in of(driven, "supervise")))
    if whom == "driver":
        driver.wait()
        driven.wait_for(lambda: not driven.processes())  # without anybody's help
        assert driven.states()["a"] == "running"
    if "driver" in whom:
        driver.communicate()
        assert "nobody drives it: `fanout drive r-1`" in driven.fanout("status", "r-1").stdout
        driver = driven.begin_drive()
    ends_with_one_more_attempt(driven, driver)
    kept = driven.project.git("for-each-ref", "--format=%(refname)", "refs/fanout/r-1/a").split()
    assert kept == ["refs/fanout/r-1/a/1", "refs/fanout/r-1/a/2"]
    assert driven.at("a.txt", kept[0]) == "half\n"


def test_cancel_ends_every_process_and_keeps_what_was_done(start, tmp_path) -> None:
    driven = begun(start, tmp_path)
    driver = driven.begin_drive("--allow", "Bash")
    driven.wait_for(lambda: of(driven, "sleep") and driven.worker._marks["half"].is_set())
    said = driven.fanout("cancel", "r-1")
    assert "Nothing of it runs any more" in said.stdout, said.stderr
    assert driven.processes() == []
    driver.communicate(timeout=60)
    assert driven.at("a.txt", "refs/fanout/r-1/a/1") == "half\n"
    assert driven.project.git("worktree", "list").count("\n") == 1
    assert not (driven.project.path / ".fanout" / "live").exists()
    assert (
        "was cancelled" in driven.fanout("drive", "r-1").stderr
        or "cancelled already" in driven.fanout("drive", "r-1").stderr
    )


def test_a_second_driver_is_refused_and_a_stop_is_no_loss(start, tmp_path) -> None:
    driven = begun(start, tmp_path)
    driver = driven.begin_drive("--allow", "Bash")
    driven.wait_for(lambda: driven.worker._marks["half"].is_set())
    second = driven.drive()
    assert second.returncode == 1
    assert f"run r-1 is driven already, by process {driver.pid} on " in second.stderr
    os.kill(driver.pid, signal.SIGTERM)
    out, _ = driver.communicate(timeout=60)
    assert "It is not over: `fanout drive r-1` goes on." in out
    assert driven.processes() == []
    assert driven.states()["a"] == "pending"
    assert driven.at("a.txt", "refs/fanout/r-1/a/1") == "half\n"
    assert driven.spent() > 0  # what its client took until then is counted


@pytest.mark.parametrize("seed", few(range(2 * SCALE), 1))
def test_at_any_moment_any_of_them_may_be_killed(start, tmp_path: Path, seed: int) -> None:
    driven = Driven(start, tmp_path / "project", kills.TABLE)
    game = kills.here(driven, seed, *(() if WHOLE else (5, 4)))
    assert not game.wrong, game
