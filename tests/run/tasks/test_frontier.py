"""What a driver is told from one look to the next is what a look at the whole journal says, whatever has happened."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from run.plans import plan
from scale import SCALE

from fanout.run.flow.start_run import extend, start
from fanout.run.store import journal, planned
from fanout.run.store.db import Write, connect
from fanout.run.tasks import put_first, readiness, runs, tasks
from fanout.run.tasks.frontier import Frontier

COUNT = 14


def made(chance: random.Random, mode: str, policy: str) -> dict[str, Any]:
    names = [f"t{n}" for n in range(COUNT)]
    described: dict[str, dict[str, Any]] = {
        name: {
            "needs": chance.sample(names[:n], min(n, chance.choice((0, 0, 1, 2)))),
            "writes": [f"{chance.randrange(6)}.txt"],
            "batch": 1 + n // 4,
        }
        for n, name in enumerate(names)
    }
    for task in described.values():
        task["follows"] = [need for need in task["needs"] if chance.random() < 0.5]
    return {**plan(described, mode=mode, on_failure=policy, cap=4), "engine": "local"}


class Played:
    """A run to which things happen, each by the function that does it."""

    def __init__(self, path: Path, chance: random.Random, mode: str, policy: str) -> None:
        self.chance = chance
        self.root = str(path)
        self.db = connect(self.root, create=True)
        self.db.execute("PRAGMA synchronous=OFF")
        self.run = start(self.db, self.root, made(chance, mode, policy))
        self.added = 0

    def named(self, *states: str) -> str:
        """A task in one of these states, "" for none."""
        found = [task.id for task in tasks.all_of(self.db, self.run) if task.state in states]
        return self.chance.choice(found) if found else ""

    def happen(self) -> str:
        what = self.chance.choice(
            [*("begin",) * 5, *("finish",) * 5, "lose", "retry", "revoke", "skip", "fail", "more"]
        )
        with Write(self.db):
            name: str = getattr(self, what)()
        return f"{what} {name}"

    def begin(self) -> str:
        view = readiness.View(self.db, self.run)
        found = readiness.startable(view)
        if found:
            tasks.begin(self.db, self.run, found[0].id)
        return found[0].id if found else ""

    def finish(self) -> str:
        name = self.named("running")
        if name:
            tasks.finish(
                self.db, self.run, name, self.chance.choice(("done", "done", "done", "failed", "blocked")), "x"
            )
        return name

    def lose(self) -> str:
        name = self.named("running")
        if name:
            self.chance.choice((tasks.lose, tasks.unbegin))(self.db, self.run, name, "gone")
        return name

    def retry(self) -> str:
        name = self.named("failed", "blocked", "skipped", "cancelled")
        if name:
            tasks.retry(self.db, self.run, name)
        return name

    def revoke(self) -> str:
        name = self.named("done")
        if name:
            tasks.revoke(self.db, self.run, name, "taken back")
        return name

    def skip(self) -> str:
        name = self.named("pending", "failed")
        if name:
            tasks.skip(self.db, self.run, name, "left out")
        return name

    def fail(self) -> str:
        name = self.named("done")
        if name:
            journal.note(self.db, "refused-at-end", self.run, name, gap="x")
            tasks.fail_at_end(self.db, self.run, name, "x")
        return name

    def more(self) -> str:
        """What changes the plan, the pace, or whether anything is started."""
        which = self.chance.randrange(5)
        if which == 0:
            one, other = self.chance.sample([task.id for task in tasks.all_of(self.db, self.run)], 2)
            planned.add_hazard(self.db, self.run, one, other, "write-write", "new.txt")
            journal.note(self.db, "scope-widened", self.run, one, path="new.txt")
        elif which == 1:
            put_first.put_first(self.db, self.root, self.run, [self.named("pending", "done")])
        elif which == 2:
            self.added += 1
            one_more = made(self.chance, "rolling", "gate")
            task = {**one_more["tasks"][0], "id": f"new{self.added}"}
            extend(self.db, self.root, self.run, {"task": task, "hazards": [], "declared": [], "base": ""})
        elif which == 3:
            runs.set_cap(self.db, self.run, self.chance.randrange(1, 6))
        elif not runs.go_on(self.db, self.run):
            runs.pause(self.db, self.run, "wait")
        return str(which)


@pytest.mark.parametrize("mode", ["rolling", "barrier"])
@pytest.mark.parametrize("policy", ["best-effort", "fail-fast", "gate"])
@pytest.mark.parametrize("seed", range(2 * SCALE))
def test_it_says_what_the_whole_journal_says(tmp_path: Path, mode: str, policy: str, seed: int) -> None:
    played = Played(tmp_path, random.Random(seed), mode, policy)
    frontier = Frontier(played.db, played.run)
    story = []
    for _ in range(150):
        story += [played.happen() for _ in range(played.chance.choice((1, 1, 3)))]
        wanted = [task.id for task in readiness.startable(readiness.View(played.db, played.run))]
        assert [task.id for task in frontier.startable(played.db)] == wanted, story[-12:]


def test_one_queue_is_walked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that all write one file are each looked at a few times, however many there are."""
    looks = []
    held = readiness.held

    def counted(view: readiness.View, name: str) -> tuple[str, str]:
        looks.append(name)
        return held(view, name)

    monkeypatch.setattr(readiness, "held", counted)
    db = connect(str(tmp_path), create=True)
    many = 60
    data = plan({f"t{n:03}": {"writes": ["one.txt"]} for n in range(many)})
    run = start(db, str(tmp_path), {**data, "engine": "local"})
    frontier = Frontier(db, run)
    for n in range(many):
        (task,) = frontier.startable(db)
        assert task.id == f"t{n:03}"
        with Write(db):
            tasks.begin(db, run, task.id)
        frontier.startable(db)
        with Write(db):
            tasks.finish(db, run, task.id, "done", "")
    assert len(looks) < 6 * many


def test_what_a_failure_keeps_from_starting_holds_nobody_however_far(tmp_path: Path) -> None:
    """d waits for c's file, and c can't start any more: b needs what failed."""
    db = connect(str(tmp_path), create=True)
    described: dict[str, dict[str, Any]] = {
        "a": {"writes": ["a.txt"]},
        "b": {"needs": ["a"], "writes": ["b.txt"]},
        "c": {"needs": ["b"], "writes": ["one.txt"]},
        "d": {"writes": ["one.txt"]},
    }
    run = start(db, str(tmp_path), {**plan(described), "engine": "local"})
    frontier = Frontier(db, run)
    assert [task.id for task in frontier.startable(db)] == ["a"]
    with Write(db):
        tasks.begin(db, run, "a")
    assert frontier.startable(db) == []
    with Write(db):
        tasks.finish(db, run, "a", "failed", "x")
    assert [task.id for task in frontier.startable(db)] == ["d"]
