"""The engine dask: the same attempts on a real cluster, its gate, its guard and its merger the local engine's."""

from __future__ import annotations

from pathlib import Path

from client.dask_cluster import Farm
from client.drive import listed

from fanout.client.hermetic import DUMMY_KEY


def test_tasks_are_done_on_workers_and_merged(farm: Farm, tmp_path: Path) -> None:
    driven, cluster = farm(
        {"stuck": [{"blocked": "no key"}], "lies": [{"done": "1"}, {"declared": True}, {"done": "2"}]}
    )
    driven.begin(
        listed(
            {"id": "a", "title": "Write a", "writes": ["a.txt"], "accept": [{"command": "grep -q a a.txt"}]},
            {"id": "b", "writes": ["b.txt"]},
            {"id": "c", "writes": ["c.txt"], "depends_on": ["a", "b"], "accept": [{"command": "cat a.txt b.txt"}]},
            {"id": "stuck", "writes": ["stuck.txt"]},
            {"id": "lies", "writes": ["lies.txt"]},
        )
    )
    ran = driven.drive_here("--cluster", cluster.alone())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    wanted = dict.fromkeys(("a", "b", "c", "lies"), "done") | {"stuck": "blocked"}
    assert driven.states() == wanted, driven.outcome("a")
    assert driven.outcome("stuck") == "no key"
    assert sorted(driven.merged()) == ["a", "b", "c", "lies"]
    assert driven.at("c.txt") == "c.txt by c\n"
    assert driven.project.git("status", "--porcelain") == ""
    assert [row[1] for row in driven.attempts()] == [1] * 5
    places = [tmp_path / "project", tmp_path / "cluster"]
    kept = [path for place in places for path in place.rglob("*") if path.is_file() and _has_key(path)]
    assert kept == []  # no key in a journal, a job, a log, a clone
    landed = driven.fanout("land", "r-1")
    assert "4 tasks landed on main." in landed.stdout, landed.stdout + landed.stderr


def _has_key(path: Path) -> bool:
    return DUMMY_KEY.encode() in path.read_bytes()


def test_doctor_says_what_each_worker_has(farm: Farm) -> None:
    driven, cluster = farm({})
    scheduler = cluster.scheduler()
    bare = driven.fanout_here("doctor", "--cluster", scheduler.address)
    assert bare.returncode == 1
    assert (
        f"BAD cluster: {scheduler.address}, of this machine alone; 0 workers, 0 slots. Workers have slots when"
        in bare.stdout
    )
    cluster.worker(scheduler.address, slots=3)
    fine = driven.fanout_here("doctor", "--cluster", scheduler.address)
    assert f"ok  cluster: {scheduler.address}, of this machine alone; 1 worker, 3 slots." in fine.stdout
    assert "(Claude Code), git version " in fine.stdout
    scheduler.kill()
    gone = driven.fanout_here("doctor", "--cluster", scheduler.address)
    assert f"BAD cluster: no scheduler answers at {scheduler.address}" in gone.stdout
    open_to_all = driven.fanout_here("doctor", "--cluster", "tcp://10.0.0.7:8786")
    assert "BAD cluster: tcp://10.0.0.7:8786 is not this machine, and not encrypted" in open_to_all.stdout
