"""A driven run without clients: a test plays each attempt, the trees, commits and the journal are real."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from project import Project
from run.plans import plan

from fanout.engines import attempt, merger, work_trees
from fanout.engines.headless import Ended
from fanout.run.agents import agents, attempts
from fanout.run.flow import start_run
from fanout.run.store.db import Write, connect
from fanout.run.store.records import Attempt, Run
from fanout.run.tasks import runs, tasks

OVER = Ended(code=0, result={"subtype": "success", "is_error": False, "num_turns": 1, "total_cost_usd": 0.5})


class Bench:
    def __init__(self, path: Path, tasks_: dict[str, dict[str, Any]], files: Mapping[str, object]) -> None:
        path.mkdir()
        self.project = Project(path)
        self.project.write(files)
        self.project.commit_all()
        self.root = str(path.resolve())
        self.db = connect(self.root, create=True)
        begun_at = work_trees.begin_commit(self.root, self.root)
        data = plan({name: {**task, "record": _record(task)} for name, task in tasks_.items()})
        self.name = start_run.start(self.db, self.root, {**data, "engine": "local", "begun_at": begun_at})

    @property
    def run(self) -> Run:
        return runs.get(self.db, self.name)

    def begin(self, task: str) -> Attempt:
        """An attempt at the task in a tree at the branch's tip."""
        number = attempts.next_number(self.db, self.name, task)
        tip = work_trees.tip(self.root, self.run)
        return attempt._opened(self.db, self.root, self.run, tasks.get(self.db, self.name, task), number, tip)

    def leave(self, one: Attempt, files: Mapping[str, str | None], said: str | None = "did it") -> Attempt:
        """The attempt wrote these (None: took away) and has ended; with what it said, the gate took it."""
        place = Path(work_trees.place_of(self.root, one))
        for name, text in files.items():
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink() if text is None else target.write_text(text)
        if said is not None:
            with Write(self.db):
                attempts.prove(self.db, one.agent, said)
        attempt.settle(self.db, self.root, self.run, one, OVER, 60.0)
        found = attempts.of_agent(self.db, one.agent)
        assert found is not None
        return found

    def do(self, task: str, files: Mapping[str, str | None]) -> Attempt:
        return self.leave(self.begin(task), files)

    def merge(self) -> None:
        merger.merge(self.db, self.root, self.run, attempts.waiting(self.db, self.name))

    def state(self, task: str) -> str:
        return tasks.get(self.db, self.name, task).state

    def ending(self, one: Attempt) -> str:
        return agents.get(self.db, one.agent).ending

    def merged(self) -> list[str]:
        """The tasks in the run's branch, in its order."""
        return [task for task, _ in work_trees.in_branch(self.root, self.run)]

    def at(self, path: str, ref: str = "") -> str:
        return self.project.git("show", f"{ref or work_trees.branch(self.name)}:{path}")

    def git(self, *args: str) -> str:
        return self.project.git(*args).strip()


def _record(task: dict[str, Any]) -> dict[str, Any]:
    """`check`: its acceptance command."""
    check = {"accept": [{"command": task["check"]}]} if "check" in task else {}
    return {**task.get("record", {}), **check}


class Begin(Protocol):
    """The fixture `bench`."""

    def __call__(self, tasks: dict[str, dict[str, Any]], files: Mapping[str, object] | None = None) -> Bench: ...
