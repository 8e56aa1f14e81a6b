"""One attempt at a task, seen from its driver: begun, and settled when its client has ended.

begin   the work tree at the branch's tip -> the agent and its task in the journal -> brief -> its supervisor's process
settle  money and turns -> its work kept as a commit -> by the client's last words and the gate's verdict: to be merged,
        or its task failed, is blocked, is done again
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanout.engines import headless, lease, supervise, sweep, work_trees
from fanout.engines.headless import Ended
from fanout.engines.terms import of_run as terms_of
from fanout.run.agents import agents, attempts
from fanout.run.commits import isolated_base
from fanout.run.flow import begin_task, brief, ending
from fanout.run.store import journal, state_dir
from fanout.run.store.db import Write
from fanout.run.tasks import runs, tasks

if TYPE_CHECKING:
    import sqlite3

    from fanout.engines.terms import Terms
    from fanout.run.store.records import Agent, Attempt, Run, Task

Make = Callable[[str, str, str], str]

MINUTES = 60.0
MOST_LOST = 3  # clients that end without a word, before their task counts as failed
LONGEST_TITLE = 72


@dataclass
class Running:
    """An attempt whose supervisor runs."""

    attempt: Attempt
    process: subprocess.Popen[bytes]
    minutes: float

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def tell(self, over: threading.Event) -> None:
        """Sets the event when it is over."""

        def wait() -> None:
            self.process.wait()
            over.set()

        threading.Thread(target=wait, daemon=True).start()

    def stop(self) -> None:
        """Its client is ended now, and what that has started."""
        with contextlib.suppress(OSError):
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Until it is over, that long at most; then it is killed."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:  # it hangs: what it started is swept
            self.process.kill()


def folder_of(root: str, key: str) -> str:
    """Where an attempt's brief, log and outcome are kept."""
    run, task, number = key.split("/", 1)[0], key.split("/", 1)[1].rsplit("/", 1)[0], key.rsplit("/", 1)[1]
    return os.path.join(
        state_dir.folder_of(root), "attempts", run, f"{task.replace(':', '_').replace('/', '_')}.{number}"
    )


def begin(
    db: sqlite3.Connection,
    root: str,
    run: Run,
    task: Task,
    terms: Terms,
    budget: float,
    text: str = "",
    make: Make = work_trees.make,
) -> Running:
    """Starts an attempt at a task that may start. `budget` is what it may spend, 0 for no limit; `text` its brief, where
    somebody else has written that; `make` makes its work tree."""
    number = attempts.next_number(db, run.id, task.id)
    base = work_trees.tip(root, run)
    attempt = _opened(db, root, run, task, number, base, make)
    folder = folder_of(root, attempt.key)
    os.makedirs(folder, exist_ok=True)
    text = text or brief.write(db, root, run.id, task.id)
    state_dir.write_whole(os.path.join(folder, supervise.BRIEF), text)
    record = tasks.record(task)
    minutes = float(record.get("timeout_minutes") or MINUTES)
    job = {
        "key": attempt.key,
        "agent": attempt.agent,
        "root": root,
        "cwd": work_trees.home_in(root, run, work_trees.place_of(root, attempt)),
        "command": headless.command(terms, headless.plugin_dir(), budget, task.agent, str(record.get("model") or "")),
        "minutes": minutes,
    }
    state_dir.write_whole(os.path.join(folder, supervise.JOB), json.dumps(job))
    return Running(attempt, _supervisor(root, attempt.key, folder), minutes)


def _opened(
    db: sqlite3.Connection, root: str, run: Run, task: Task, number: int, base: str, make: Make = work_trees.make
) -> Attempt:
    """The attempt in the journal, with its work tree. Both or none."""
    place = os.path.realpath(make(root, work_trees.place(root, run.id, task.id, number), base))
    try:
        return noted(db, root, task, number, base, place)
    except BaseException:
        work_trees.remove(root, place)
        raise


def noted(db: sqlite3.Connection, root: str, task: Task, number: int, base: str, place: str = "") -> Attempt:
    """The attempt in the journal; `place` is its work tree, "" when that is on another machine: which one is known at its end."""
    with Write(db):
        launch = begin_task.Launch("", task.agent)
        launch.tool_use = launch.agent_id = f"{task.run}/{task.id}/{number}"
        launch.description = f"{task.id} {task.title}"[:LONGEST_TITLE]
        launch.is_apart = True
        agent = begin_task.begin(db, root, task, launch, "launched")
        attempts.add(db, agents.get(db, agent), number, base, lease.host() if place else "")
        if place:
            agents.set_worktree(db, agent, place)
            isolated_base.nothing(db, place)
        found = attempts.of_agent(db, agent)
    assert found is not None
    return found


def _supervisor(root: str, key: str, folder: str) -> subprocess.Popen[bytes]:
    scripts = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    program = (
        f"import os, sys; sys.path.insert(0, {scripts!r}); from fanout.engines import supervise; "
        "os._exit(supervise.main(sys.argv[1]))"  # what it leaves behind goes with it
    )
    with open(os.path.join(folder, "supervisor.txt"), "wb") as said:
        return subprocess.Popen(
            [sys.executable, "-X", "utf8", "-I", "-S", "-c", program, folder],
            env={**os.environ, **attempts.marks(root, key)},
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def outcome(root: str, key: str) -> Ended | None:
    """What an attempt's supervisor wrote at its end, None when it did not come to that."""
    try:
        with open(os.path.join(folder_of(root, key), supervise.OUTCOME), encoding="utf-8") as file:
            return Ended(**json.load(file))
    except (OSError, ValueError, TypeError):
        return None


def settle(db: sqlite3.Connection, root: str, run: Run, attempt: Attempt, ended: Ended, minutes: float) -> None:
    """The client has ended: what it took and left is kept, and its task goes on by what came of it."""
    sweep.of_attempt(root, attempt.key)
    agent = agents.get(db, attempt.agent)
    with Write(db):
        attempts.spend(db, attempt.agent, headless.cost(ended.result), headless.turns(ended.result))
    _keep(db, root, run, attempt, agent)
    verdict = headless.verdict(ended, minutes)
    with Write(db):
        known, agent = attempts.of_agent(db, attempt.agent), agents.get(db, attempt.agent)
        if not agent.is_live or (known is not None and known.is_proven and verdict.state != "unguarded"):
            return  # the gate has ended it, or it waits for the merger
        conclude(db, agent, ended, verdict)


def conclude(db: sqlite3.Connection, agent: Agent, ended: Ended, verdict: headless.Verdict) -> None:
    """An attempt that the gate did not judge. Inside a transaction."""
    if verdict.state == "unguarded":
        ending.stopped_with_all(db, agent, verdict.text)
    elif verdict.state == "error":
        ending.errored(db, agent, verdict.text, verdict.kind)
    elif verdict.kind == headless.LIMIT and _used_up(db, agent.run):
        ending.stopped_with_all(db, agent, f"{verdict.text}; {_used_up(db, agent.run)}")
    elif verdict.kind == headless.LIMIT and _had_a_share(db, agent.run, ended):
        ending.lost(db, agent, f"{verdict.text}, a share of the run's: it goes on with a larger one")
    elif verdict.state == "failed":
        ending.failed(db, agent, verdict.text)
    elif verdict.state == "judged":
        ending.failed(db, agent, verdict.text or "it was not judged: no hook saw its end")
    elif ended.by == "hub" and journal.count(db, agent.run, agent.task, "agent-lost") >= MOST_LOST:
        ending.stopped_with_all(db, agent, verdict.text)
    elif ended.by in ("", "killed", "worker") and journal.count(db, agent.run, agent.task, "agent-lost") >= MOST_LOST:
        ending.failed(db, agent, verdict.text)
    else:
        ending.lost(db, agent, verdict.text)


def _used_up(db: sqlite3.Connection, run: str) -> str:
    """Which limit of the run is reached: that an attempt got no further is no fault of its task."""
    return terms_of(runs.get(db, run)).used_up(run, *attempts.taken(db, run))


def _had_a_share(db: sqlite3.Connection, run: str, ended: Ended) -> bool:
    """Whether its client met no limit of its task's, but what it was given of the run's."""
    by_money = ended.result.get("subtype") == headless.NO_MONEY
    took = headless.cost(ended.result) if by_money else headless.turns(ended.result)
    return terms_of(runs.get(db, run)).shared_out(by_money, took)


def _keep(db: sqlite3.Connection, root: str, run: Run, attempt: Attempt, agent: Agent) -> None:
    """What it left becomes a commit, then its tree goes."""
    place = work_trees.place_of(root, attempt)
    if not os.path.isdir(place):
        return
    known = attempts.of_agent(db, attempt.agent)
    words = message(tasks.get(db, run.id, attempt.task), attempt, known.summary if known else "")
    forced = isolated_base.ignored(db, root, work_trees.tree_of(root, run), agent, place)
    made = work_trees.keep(db, root, attempt, words, forced)
    with Write(db):
        attempts.keep(db, attempt.agent, made)
    work_trees.remove(root, place)


def message(task: Task, attempt: Attempt, summary: str) -> str:
    """Of the commit that holds an attempt's work."""
    title = " ".join((task.title or task.id).split())[:LONGEST_TITLE]
    body = f"{summary}\n\n" if summary else ""
    return f"{title}\n\n{body}{work_trees.trailers(attempt)}"
