"""A hub that is away for a while: nothing is lost, nothing is done twice, and it is said."""

from __future__ import annotations

import os
import pickle
import random
from pathlib import Path
from typing import Any

import pytest
from engines import simulated
from engines.bench import Begin

from fanout.engines import attempt, driver, errand, hub, work_trees, worker_folder
from fanout.engines.headless import Ended
from fanout.engines.terms import Terms
from fanout.errors import FanoutError
from fanout.report import attempts_text, run_facts, run_text
from fanout.run.changes import git
from fanout.run.flow import start_run
from fanout.run.store import journal
from fanout.run.store.db import connect
from fanout.run.tasks import runs, tasks

AWAY = "file:///srv/hub.git can't be read: no route to host"


class Flaky(simulated.Workers):
    """Whatever needs the hub fails every third time, as if it were away."""

    asked = 0

    def ask(self) -> None:
        self.asked += 1
        if self.asked % 3 == 1:
            raise hub.Away(AWAY)

    def begin(self, *given: Any) -> simulated.Simulated:
        self.ask()
        return super().begin(*given)

    def gather(self, run: Any, over: list[driver.Running]) -> None:
        self.ask()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(driver, "AWAY_SECONDS", (0.001, 0.002))
    monkeypatch.setattr(hub, "REST_SECONDS", (0.001, 0.002))


def test_a_driver_waits_for_its_hub(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    chance = random.Random(1)
    db = connect(str(root), create=True)
    name = start_run.start(db, str(root), simulated.listed(40, chance))
    workers = Flaky(str(root), chance, failing=1000)
    one = driver.Driver(str(root), name, Terms("acceptEdits"), workers)
    one.go()
    assert {task.state for task in tasks.all_of(db, name)} == {"done"}
    assert sorted(workers.started) == sorted(task.id for task in tasks.all_of(db, name)), "each exactly once"
    told = [event.kind for event in journal.events(db, name, "hub-away", "hub-back")]
    assert told
    assert told == ["hub-away", "hub-back"] * (len(told) // 2), "said once for each time"
    facts = run_facts.of_run(db, name)
    assert f"the run: its driver waited: {AWAY}" in list(run_text.troubles(facts))
    db.close()


def test_a_driver_that_ends_meanwhile_leaves_the_attempts_to_the_next(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    chance = random.Random(1)
    db = connect(str(root), create=True)
    name = start_run.start(db, str(root), simulated.listed(4, chance))
    db.execute("UPDATE run SET engine = 'dask'")
    db.commit()
    workers = simulated.Workers(str(root), chance)
    one = driver.Driver(str(root), name, Terms("acceptEdits"), workers)
    shown: list[str] = []

    def gone(run: Any, over: list[driver.Running]) -> None:
        one.stop.set()
        raise hub.Away(AWAY)

    def close(run: Any) -> None:
        shown.append(attempts_text.line(run_facts.of_run(db, name)))

    workers.gather, workers.close = gone, close  # type: ignore[method-assign]
    one.go()
    assert f"; nothing is lost, but it waits: {AWAY}" in shown[0]
    assert workers.settled == 0
    states = {task.state for task in tasks.all_of(db, name)}
    assert "running" in states, "nobody has said of them that they are over"
    assert run_facts.of_run(db, name)["driven"]["driver"] == "", "the lease is given back"
    db.close()


def attempt_of(bench: Begin, tmp_path: Path) -> tuple[str, str, errand.Job, str]:
    """A worker's clone, the folder of its hub, an attempt, and the commit that it left."""
    work = bench({"a": {}}, {"f.txt": "one\n"})
    url, tip = hub.made_here(work.root), work_trees.tip(work.root, work.run)
    hub.publish(work.root, url, work.run, tip)
    clone = hub.cloned(str(tmp_path / "folder" / "clone"), url, tip, work_trees.branch(work.name))
    for name, value in (("user.name", "A"), ("user.email", "a@example.org")):
        git.run(clone, "config", name, value)
    ref = f"refs/fanout/{work.name}/a/1"
    job = errand.Job(
        *(f"{work.name}/a/1", ref, url, "", tip, {}, [], "", "", {}, 0.0, 1, ("A", "a@example.org")),
    )
    left = git.run(clone, "commit-tree", f"{tip}^{{tree}}", "-p", tip, "-m", "left")
    return clone, url.removeprefix("file://"), job, left


def unsent(clone: str) -> str:
    return git.run(clone, "for-each-ref", "--format=%(refname)", hub.UNSENT)


def test_a_worker_gives_its_work_when_the_hub_is_back(
    bench: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, folder, job, left = attempt_of(bench, tmp_path)
    away = Path(folder).rename(folder + ".away")
    tries: list[float] = []

    def rest(seconds: float) -> None:
        tries.append(seconds)
        assert unsent(clone) == f"{hub.UNSENT}{job.key}", "if the worker dies now, its clone has the work"
        if len(tries) == 3:
            away.rename(folder)

    monkeypatch.setattr("fanout.engines.hub.time.sleep", rest)
    errand._give(clone, job, left)
    assert len(tries) == 3
    assert git.run(folder, "rev-parse", job.ref) == left
    assert unsent(clone) == ""


def carried_out(bench: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str, tries: int) -> str:
    """What the hub has of an attempt in the end. The hub goes away when the worker has done `after`, and comes back when it has
    tried so often."""
    work = bench({"a": {"writes": ["a.txt"]}}, {"f.txt": "one\n"})
    url, tip = hub.made_here(work.root), work_trees.tip(work.root, work.run)
    hub.publish(work.root, url, work.run, tip)
    folder = Path(url.removeprefix("file://"))
    monkeypatch.setenv(errand.FOLDER_VARIABLE, str(tmp_path / "folder"))
    monkeypatch.setenv(errand.CLIENT_VARIABLE, "false")
    real = getattr(hub, after)
    rests: list[float] = []

    def then_away(*given: Any) -> Any:
        done = real(*given)
        if folder.exists() and not rests:
            folder.rename(f"{folder}.away")
        return done

    def rest(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == tries:
            Path(f"{folder}.away").rename(folder)

    monkeypatch.setattr(hub, after, then_away)
    monkeypatch.setattr("fanout.engines.hub.time.sleep", rest)
    job = errand.Job(
        key=f"{work.name}/a/1",
        ref=f"refs/fanout/{work.name}/a/1",
        hub=url,
        branch=work_trees.branch(work.name),
        commit=tip,
        task={"id": "a", "title": "a", "agent": "worker", "estimate": 1.0, "record": {"id": "a", "writes": ["a.txt"]}},
        declared=[],
        base="",
        brief="Do it.",
        terms=Terms("acceptEdits").of_client(),
        budget=0.0,
        number=1,
        author=("A", "a@example.org"),
    )
    errand.carry_out(vars(job))
    assert len(rests) == tries
    (clone,) = (tmp_path / "folder").glob("*/.git")
    left = connect(str(clone.parent))
    assert [run.state for run in runs.all_of(left) if run.state == "active"] == []
    left.close()
    return git.run(str(folder), "log", "-1", "--format=%B", job.ref)


@pytest.mark.parametrize("after", ["cloned", "begin"])
def test_a_hub_that_goes_away_before_the_work_tree_is_made_costs_nothing(
    bench: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """The clone has no files yet: they come from the hub when the tree is made."""
    end = errand.read(carried_out(bench, tmp_path, monkeypatch, after, 3))
    assert end is not None
    assert end.ended["by"] == "guard", "its client was started, and was none"


def test_a_worker_that_never_reaches_it_says_so_and_leaves_nothing(
    bench: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errand, "BEGIN_SECONDS", 0.0)
    with pytest.raises(hub.Away) as told:
        carried_out(bench, tmp_path, monkeypatch, "begin", 1)
    same = pickle.loads(pickle.dumps(told.value))  # so it comes from a worker
    assert isinstance(same, hub.Away) and str(same) == str(told.value) and "git worktree failed" in str(same)
    (clone,) = (tmp_path / "folder").glob("*/.git")
    left = connect(str(clone.parent))
    assert runs.active(left) == []
    left.close()


def test_what_the_hub_was_away_for_is_no_fault_of_the_task(bench: Begin) -> None:
    """Three workers that did not reach it fail no task; then the run waits for its user."""
    work = bench({"a": {}}, {"f.txt": "one\n"})
    why = Ended(by="hub", said="no route to host")
    for _ in range(attempt.MOST_LOST):
        one = work.begin("a")
        attempt.settle(work.db, work.root, work.run, one, why, 60.0)
        assert (work.state("a"), work.run.paused) == ("pending", "")
    one = work.begin("a")
    attempt.settle(work.db, work.root, work.run, one, why, 60.0)
    assert work.state("a") == "pending"
    assert work.run.paused == "its worker did not reach the hub: no route to host"


def test_what_a_worker_could_not_give_goes_with_the_next_one(
    bench: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, folder, job, left = attempt_of(bench, tmp_path)
    away = Path(folder).rename(folder + ".away")
    monkeypatch.setattr(errand, "GIVE_SECONDS", 0.0)
    with pytest.raises(hub.Away, match=rf"the hub does not take {job.ref}: "):
        errand._give(clone, job, left)
    monkeypatch.setenv(errand.FOLDER_VARIABLE, str(tmp_path / "folder"))
    errand.take_over()
    assert unsent(clone) == f"{hub.UNSENT}{job.key}", "it is still away"
    away.rename(folder)
    errand.take_over()
    assert git.run(folder, "rev-parse", job.ref) == left
    assert unsent(clone) == ""


def test_a_stop_ends_the_waiting(bench: Begin, tmp_path: Path) -> None:
    clone, folder, job, left = attempt_of(bench, tmp_path)
    Path(folder).rename(folder + ".away")
    errand.STOPPED.add(job.key)
    try:
        with pytest.raises(hub.Away):
            errand._give(clone, job, left)
    finally:
        errand.STOPPED.discard(job.key)


def test_a_folder_is_one_workers_alone(tmp_path: Path) -> None:
    folder = str(tmp_path / "clones")
    lock = worker_folder.taken(folder)
    with pytest.raises(FanoutError) as refused:
        worker_folder.taken(folder)
    assert str(refused.value) == (
        f"another worker, process {os.getpid()}, keeps its clones in {folder}. "
        "--folder DIR: each worker of a machine needs its own."
    )
    os.close(lock)
    os.close(worker_folder.taken(folder))


def test_a_worker_that_closes_begins_nothing(bench: Begin, tmp_path: Path) -> None:
    clone, _, job, left = attempt_of(bench, tmp_path)
    try:
        errand.stop_all()
        assert errand.carry_out(vars(job)) == "stopped before it began"
        errand._give(clone, job, left)  # what had been done is given even so
    finally:
        errand.STOPPED.clear()
    assert unsent(clone) == ""
