"""A run driven by headless clients in the real client: a project in git, `fanout start --engine local`, `fanout drive`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from project import CHECKOUT, FANOUT, Project

from fanout.client import installed
from fanout.client.conversation import Conversation, Failure, Model, Reply
from fanout.client.script import Cast
from fanout.client.session import Session
from fanout.client.subagent_model import Worker
from fanout.run.agents import agents, attempts
from fanout.run.store.db import connect
from fanout.run.tasks import runs, tasks

PATIENCE = 240.0


def outside_a_test(stack: ExitStack, folder: Path, table: Mapping[str, Any]) -> Driven:
    """A fresh project below the folder with its own scripted model, for benchmarks; `stack` ends its clients."""
    (folder / "project").mkdir(parents=True)
    client = installed.locate(cache=installed.default_cache())

    def start(model: Model, project: Path, **options: Any) -> Session:
        session = Session(project, model, client=client, **options).__enter__()
        stack.callback(session.close)
        return session

    driven = Driven(start, folder / "project", table)
    os.environ["FANOUT_DATA_DIR"] = str(driven.session.home / "data")
    return driven


class Driven:
    """A project, a list of tasks as plain data, and the clients that do them as `worker` plays them."""

    def __init__(self, start: Callable[..., Session], path: Path, table: Mapping[str, Any], **options: Any) -> None:
        self.worker = Worker.from_table(table)
        model = options.pop("model", None) or Cast(main=self.worker, agent=self.worker)
        self.session = start(model, project=path, record_hooks=False, **options)
        self.project = Project(path)
        self.engine = "local"
        self.mark = b"FANOUT_ATTEMPT=r-1/"  # of the run's processes

    @property
    def env(self) -> dict[str, str]:
        data = {"FANOUT_CACHE_DIR": str(installed.default_cache()), "FANOUT_DATA_DIR": str(self.session.home / "data")}
        return {**self.session.env, **data, "GIT_CONFIG_GLOBAL": os.devnull}

    def begin(self, list_: Mapping[str, Any], files: Mapping[str, object] | None = None, *words: str) -> str:
        """Starts the run of a native list. Returns its id."""
        self.project.write({**(files or {}), "plan.json": {"schema_version": 1, "id": "r", **list_}})
        self.project.commit_all()
        ran = self.fanout("start", "plan.json", "--engine", self.engine, *words)
        assert ran.returncode == 0, ran.stderr
        return "r-1"

    def fanout(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(FANOUT), *words], cwd=self.project.path, env=self.env, capture_output=True, text=True, timeout=PATIENCE
        )

    def drive(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.fanout("drive", "r-1", *self._terms(words))

    def drive_here(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same in this interpreter, which has the optional packages too."""
        return self.fanout_here("drive", "r-1", *self._terms(words))

    def fanout_here(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(CHECKOUT / "scripts"), *words]
        return subprocess.run(
            command, cwd=self.project.path, env=self.env, capture_output=True, text=True, timeout=PATIENCE
        )

    def begin_drive(self, *words: str) -> subprocess.Popen[str]:
        """The same beside the test."""
        return subprocess.Popen(
            [sys.executable, str(CHECKOUT / "scripts"), "drive", "r-1", *self._terms(words)],
            cwd=self.project.path,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _terms(self, words: tuple[str, ...]) -> list[str]:
        mode = [] if "--permission-mode" in words else ["--permission-mode", "acceptEdits"]
        return ["--client", str(self.session.client), *mode, *words]

    def states(self) -> dict[str, str]:
        db = connect(str(self.project.path))
        found: dict[str, str] = {task.id: task.state for task in tasks.all_of(db, "r-1")}
        db.close()
        return found

    def attempts(self) -> list[tuple[str, int, str]]:
        """(task, number, how its agent ended)."""
        db = connect(str(self.project.path))
        found = [(one.task, one.number, agents.get(db, one.agent).ending) for one in attempts.of_run(db, "r-1")]
        db.close()
        return found

    def spent(self) -> float:
        """US dollars, of all attempts that have ended."""
        db = connect(str(self.project.path))
        found = attempts.taken(db, "r-1")[0]
        db.close()
        return found

    def outcome(self, task: str) -> str:
        db = connect(str(self.project.path))
        found = tasks.get(db, "r-1", task).outcome
        db.close()
        return found

    def paused(self) -> str:
        db = connect(str(self.project.path))
        found = runs.get(db, "r-1").paused
        db.close()
        return found

    def merged(self) -> list[str]:
        """The tasks that the run's branch has, in its order."""
        form = "--format=%(trailers:key=Fanout-Task,valueonly,separator=%x2C)"
        return self.project.git("log", "--reverse", form, "main..fanout/r-1").split()

    def at(self, path: str, ref: str = "fanout/r-1") -> str:
        return self.project.git("show", f"{ref}:{path}")

    def processes(self) -> list[int]:
        """What runs with this run's mark in its environment, of this project's clients."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                environ = Path("/proc", name, "environ").read_bytes()
                state = Path("/proc", name, "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if self.mark in environ and os.fsencode(self.session.home) in environ and state != "Z":
                found.append(int(name))
        return found

    def wait_for(self, what: Callable[[], object]) -> None:
        last = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < last, "it did not come to that"
            time.sleep(0.05)


def listed(*tasks_: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"tasks": list(tasks_), **more}


def once(table: dict[str, Any], task: str, failure: Failure) -> Model:
    """Plays the table; the first client of a task meets a failure."""
    worker = Worker.from_table(table)
    met: list[str] = []

    def model(conversation: Conversation) -> Reply:
        if not met and f"# Task {task}:" in conversation.brief:
            met.append(task)
            return Reply(failure=failure)
        return worker(conversation)

    return model
