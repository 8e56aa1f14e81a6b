"""The engine dask: the same attempts on a real cluster, its gate, its guard and its merger the local engine's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from client.dask_cluster import Farm
from client.drive import listed, once
from project import promised
from scale import WHOLE

from fanout.client.conversation import OVERLOADED, Conversation, Reply
from fanout.client.hermetic import DUMMY_KEY
from fanout.client.script import Cast
from fanout.client.subagent_model import Worker
from fanout.run.store import journal
from fanout.run.store.db import connect

MANY = 28 if WHOLE else 5


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
    scheduler = cluster.scheduler()
    cluster.worker(scheduler.address)
    ran = driven.drive_here("--cluster", scheduler.address)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not in_memory(scheduler.process.pid, DUMMY_KEY)
    assert in_memory(scheduler.process.pid, scheduler.address)  # it would have been found
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


def test_an_overload_that_a_client_elsewhere_gets_over_slows_the_run_at_once(farm: Farm) -> None:
    driven, cluster = farm({}, model=Cast(main=once({}, "busy", OVERLOADED)))
    driven.begin(listed({"id": "busy", "writes": ["busy.txt"]}, max_parallel=4))
    ran = driven.drive_here("--cluster", cluster.alone())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert driven.attempts() == [("busy", 1, "done")]
    db = connect(str(driven.project.path))
    assert len(journal.events(db, "r-1", "slowed")) == 1
    db.close()


def test_a_script_reads_where_a_worker_is_and_what_a_run_came_to(farm: Farm) -> None:
    driven, cluster = farm({})
    driven.begin(listed({"id": "a", "writes": ["a.txt"]}))
    ready = json.loads(cluster.start(["worker", "--local", "--port", "0", "--json"], '"address"').said)["data"]
    assert set(ready) == promised("worker")
    assert (ready["slots"], ready["schedules"]) == (2, True)
    ran = driven.drive_here("--cluster", ready["address"], "--json")
    assert ran.returncode == 0, ran.stderr
    ended = json.loads(ran.stdout)["data"]
    assert set(ended) == promised("drive")
    assert (ended["state"], ended["merged"], ended["then"]) == ("ended", 1, [["fanout", "land", "r-1"]])
    assert ended["spent_usd"] > 0


@pytest.mark.slow
def test_a_worker_that_a_batch_system_starts_does_attempts_too(farm: Farm) -> None:
    """As docs/beyond.md says of dask-jobqueue and of Kubernetes: Dask's own worker, with our scripts on its path."""
    driven, cluster = farm({})
    driven.begin(listed({"id": "a", "writes": ["a.txt"]}, {"id": "b", "writes": ["b.txt"], "depends_on": ["a"]}))
    scheduler = cluster.scheduler()
    cluster.foreign_worker(scheduler.address)
    ran = driven.drive_here("--cluster", scheduler.address)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert driven.states() == {"a": "done", "b": "done"}
    assert driven.merged() == ["a", "b"]


def in_memory(pid: int, text: str) -> bool:
    """Whether a process has the text anywhere."""
    maps = Path("/proc", str(pid), "maps").read_text().splitlines()
    spans = [line.split()[0].split("-") for line in maps if " rw" in line]
    with Path("/proc", str(pid), "mem").open("rb", buffering=0) as memory:
        for first, last in ((int(a, 16), int(b, 16)) for a, b in spans):
            try:
                memory.seek(first)
                if text.encode() in memory.read(last - first):
                    return True
            except OSError:  # a part that nobody may read
                continue
    return False


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


def test_what_a_reader_found_comes_to_the_worker_that_builds_on_it(farm: Farm) -> None:
    """And many tasks, some of which write one file that they did not declare: each once in the branch."""
    seen: list[str] = []
    stray = [{"bash": "echo $$ >> common.txt"}, {"declared": True}, {"done": "wrote it"}]
    worker = Worker.from_table(
        {
            "t0": stray,
            "t1": stray,
            "look": [{"bash": "cat common.txt"}, {"say": "The port is 4711.\n\nDONE|look|found it"}],
        }
    )

    def model(conversation: Conversation) -> Reply:
        if "# Task build:" in conversation.brief:
            seen.append(conversation.brief)
        return worker(conversation)

    names = [f"t{n}" for n in range(MANY)]
    driven, cluster = farm({}, model=Cast(main=model, agent=model))
    driven.begin(
        listed(
            {"id": "look", "read_only": True, "description": "Find the port."},
            {"id": "build", "writes": ["build.txt"], "depends_on": ["look"]},
            *({"id": name, "writes": [f"{name}.txt"]} for name in names),
            max_parallel=3,
        ),
        {"common.txt": "0\n"},
    )
    ran = driven.drive_here("--allow", "Bash", "--cluster", cluster.alone(3))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert driven.states() == dict.fromkeys(["look", "build", *names], "done")
    assert "## What look found\nThe port is 4711." in seen[0]
    assert sorted(driven.merged()) == sorted(["build", *names])
    assert len(driven.at("common.txt").split()) == 3  # whoever clashed did it again from the tip
