"""One attempt on a worker's machine: begun, supervised, kept and pushed. Its journal there is a copy of the one task.

carry_out -> a blobless clone of the hub, and the sign there that the attempt has begun
          -> a run of one task in the clone's own journal; from here all is as for a client of this machine (attempt.py)
          -> its commit, with how it ended as a trailer -> pushed as refs/fanout/RUN/TASK/N

The job holds no key: clients have the environment that the worker was started with.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fanout.engines import attempt, hub, lease, sweep, work_trees
from fanout.engines.headless import Ended
from fanout.engines.terms import Terms
from fanout.run.agents import agents, attempts
from fanout.run.changes import git
from fanout.run.evidence import findings
from fanout.run.flow import ending, hooks_switch, start_run
from fanout.run.store import journal, old_runs
from fanout.run.store.db import Write, connect
from fanout.run.tasks import runs, tasks

if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Attempt, Run

FOLDER_VARIABLE = "FANOUT_WORKER_FOLDER"
CLIENT_VARIABLE = "FANOUT_WORKER_CLIENT"
TRAILER = "Fanout-End"
TICK_SECONDS = 0.1
BEGIN_SECONDS = 60.0  # how long a hub may be away when an attempt begins
GIVE_SECONDS = 1800.0  # ... and when it has ended
LONGEST_FINDINGS = 60_000

RUNNING: dict[str, attempt.Running] = {}  # by the driver's key
STOPPED: set[str] = set()
AUTHORS: dict[str, tuple[str, ...]] = {}  # who commits in a clone, as this process has set it
ALL = "*"
_one_clone = threading.Lock()


@dataclass
class Job:
    """What a worker is told, as plain data. `ref`: what the work is pushed as; `base`: the run's base in its tree."""

    key: str
    ref: str
    hub: str
    branch: str
    commit: str
    task: dict[str, Any]
    declared: list[dict[str, str]]
    base: str
    brief: str
    terms: dict[str, Any]
    budget: float
    number: int
    author: tuple[str, str]


@dataclass
class End:
    """How an attempt ended on a worker: its client's end, and what the gate said."""

    ended: dict[str, Any]
    host: str
    is_proven: bool = False
    is_guarded: bool = False
    summary: str = ""
    state: str = ""  # of its task, by the gate; "" when that has not judged
    outcome: str = ""
    findings: str = ""


def folder() -> str:
    """Where this machine's worker keeps its clones."""
    return os.environ.get(FOLDER_VARIABLE) or os.path.join(os.path.expanduser("~"), ".cache", "fanout-worker")


def carry_out(given: dict[str, Any], say_busy: Callable[[str], None] = lambda key: None) -> str:
    """Returns a line for people: what counts is what the hub has. `say_busy` gets the job's key when its client waits for an
    API that is too busy. Raises FanoutError, Away where no client could begin, or
    its work not be given, for the hub."""
    job = Job(**given)
    os.environ.pop("CLAUDE_PID", None)
    if _is_stopped(job.key):
        return "stopped before it began"
    place = os.path.join(folder(), hashlib.sha256(job.hub.encode()).hexdigest()[:16])

    def is_stopped() -> bool:
        return _is_stopped(job.key)

    with _one_clone:
        cloned = hub.patiently(lambda: hub.cloned(place, job.hub, job.commit, job.branch), BEGIN_SECONDS, is_stopped)
        clone = os.path.realpath(cloned)
        _set_author(clone, job.author)
        hub.send_unsent(clone)
    note = hub.note_of_begin(clone, job.commit)
    if not hub.patiently(lambda: hub.begin(clone, job.ref, note), BEGIN_SECONDS, is_stopped):
        return f"{job.key} has begun before, and is not begun twice"
    db = connect(clone, create=True)
    try:
        return _done(db, clone, job, is_stopped, lambda: say_busy(job.key))
    finally:
        RUNNING.pop(job.key, None)
        db.close()


def _set_author(clone: str, author: tuple[str, str]) -> None:
    if AUTHORS.get(clone) != tuple(author):
        for name, value in zip(("user.name", "user.email"), author, strict=True):
            git.run(clone, "config", name, value)
        AUTHORS[clone] = tuple(author)


def _done(
    db: sqlite3.Connection, clone: str, job: Job, is_stopped: Callable[[], bool], say_busy: Callable[[], None]
) -> str:
    def make(*words: str) -> str:  # its files come from the hub now
        return hub.patiently(lambda: work_trees.make(*words), BEGIN_SECONDS, is_stopped)

    terms = Terms(**{**job.terms, "client": os.environ.get(CLIENT_VARIABLE) or "claude"})
    with _one_clone:  # a work tree at a time
        run = runs.get(db, start_run.start(db, clone, _plan_of(job)))
        task = tasks.get(db, run.id, job.task["id"])
        try:
            one = attempt.begin(db, clone, run, task, terms, job.budget, job.brief, make)
        except BaseException:
            _close(db, clone, run)
            raise
    RUNNING[job.key] = one
    try:
        _await(db, run, one, is_stopped, say_busy)
        ended = attempt.outcome(clone, one.attempt.key) or Ended(by="killed")
        attempt.settle(db, clone, run, one.attempt, ended, one.minutes)
        _give(clone, job, _commit(db, clone, run, one.attempt, job, ended))
    finally:
        _forget(db, clone, run, one.attempt)
    return f"{job.key} ended on {lease.host()}"


def _await(
    db: sqlite3.Connection, run: Run, one: attempt.Running, is_stopped: Callable[[], bool], say_busy: Callable[[], None]
) -> None:
    """Until its client has ended. Its supervisor notes here that the API is too busy; the run's other clients are elsewhere."""
    over, is_said = threading.Event(), False
    one.tell(over)
    while not over.wait(TICK_SECONDS):
        if is_stopped():
            one.stop()
        if not is_said and journal.events(db, run.id, "slowed"):
            is_said = True
            say_busy()


def _give(clone: str, job: Job, commit: str) -> None:
    """The hub gets what the attempt left. Raises FanoutError when it has been away for too long: the clone keeps it."""
    hub.keep_unsent(clone, job.ref, commit)
    hub.patiently(lambda: hub.offer(clone, job.ref, commit), GIVE_SECONDS, lambda: _is_stopped(job.key))
    hub.sent(clone, job.ref)


def _plan_of(job: Job) -> dict[str, Any]:
    """A run of this one task, as start_run takes it."""
    task = {**job.task, "rank": 0, "batch": 1, "needs": [], "state": "pending"}
    return {
        "title": job.key,
        "source": job.key,
        "format": "native",
        "files": {},
        "document": {"id": job.key.replace("/", "-"), "max_parallel": 1, "tasks": [job.task["record"]]},
        "predicted": {},
        "mode": "rolling",
        "engine": "dask",
        "begun_at": job.commit,
        "base": job.base,
        "tasks": [task],
        "hazards": [],
        "declared": [{"task": job.task["id"], **one} for one in job.declared],
    }


def _commit(db: sqlite3.Connection, clone: str, run: Run, one: Attempt, job: Job, ended: Ended) -> str:
    """What the attempt left, on the commit that it began at, with its end."""
    known = attempts.of_agent(db, one.agent)
    assert known is not None
    tree = f"{known.work or job.commit}^{{tree}}"
    end = json.dumps(asdict(_end(db, clone, run, known, ended)), ensure_ascii=True)
    run_name, rest = job.key.split("/", 1)
    trailers = f"Fanout-Run: {run_name}\nFanout-Task: {rest.rsplit('/', 1)[0]}\nFanout-Attempt: {job.number}\n"
    words = f"{job.key}\n\n{trailers}{TRAILER}: {end}\n"
    return git.run(clone, "commit-tree", tree, "-p", job.commit, "-F", "-", data=words.encode())


def _end(db: sqlite3.Connection, clone: str, run: Run, known: Attempt, ended: Ended) -> End:
    task = tasks.get(db, run.id, known.task)
    is_judged = task.state in ("failed", "blocked") and not known.is_proven
    path = findings.of(clone, run.id, known.task)
    said = ""
    if path:
        with open(path, encoding="utf-8", errors="replace") as file:
            said = file.read(LONGEST_FINDINGS)
    return End(
        ended=ended.as_data(),
        host=lease.host(),
        is_proven=bool(known.is_proven),
        is_guarded=known.guarded is not None,
        summary=known.summary,
        state=task.state if is_judged else "",
        outcome=task.outcome if is_judged else "",
        findings=said,
    )


def _forget(db: sqlite3.Connection, clone: str, run: Run, one: Attempt) -> None:
    """The copy of the run is over: nothing of it runs, and nothing of it is needed here."""
    sweep.of_attempt(clone, one.key)
    with Write(db):
        agent = agents.get(db, one.agent)
        if agent.is_live:
            ending.lost(db, agent, "its attempt is over")
    _close(db, clone, run)


def _close(db: sqlite3.Connection, clone: str, run: Run) -> None:
    with Write(db):
        runs.end(db, run.id, "ended")
        hooks_switch.settle(db, clone)
    with contextlib.suppress(Exception):
        git.attempt(clone, "update-ref", "-d", work_trees.branch(run.id))
    old_runs.forget(db, clone)


def stop(prefix: str) -> int:
    """Ends the attempts whose key begins so, also such as have not begun yet. Returns how many ran here."""
    found = [key for key in list(RUNNING) if key == prefix or key.startswith(prefix + "/")]
    STOPPED.update(found or ([prefix] if prefix.count("/") > 1 else []))
    return len(found)


def stop_all() -> None:
    """The worker closes: what it does ends, and it begins nothing more."""
    STOPPED.add(ALL)


def _is_stopped(key: str) -> bool:
    return key in STOPPED or ALL in STOPPED


def take_over() -> None:
    """Ends what a worker before this one left running on this machine, and gives hubs what that could not."""
    for name in os.listdir(folder()):
        place = os.path.realpath(os.path.join(folder(), name))
        if os.path.isdir(os.path.join(place, ".git")):
            sweep.of_project(place)
            hub.send_unsent(place)


def read(message: str) -> End | None:
    """How an attempt ended, from its commit's message; None when that does not say."""
    for line in message.splitlines():
        if line.startswith(TRAILER + ": "):
            with contextlib.suppress(ValueError, TypeError):
                return End(**json.loads(line[len(TRAILER) + 2 :]))
    return None
