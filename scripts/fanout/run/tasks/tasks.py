"""The tasks of a run and their states. Everything that is written to the table `task` is written here.

pending -> running -> done | failed | blocked; one that is over can be made pending again; a pending one can be skipped or
cancelled. `blocked` is an agent's own word (it needs something); a task whose dependency failed stays pending and is told
apart by `readiness.refusal`.

Each change of a state names the states that it may start from, in the statement that makes it: what somebody looked at
before may be different by now. All of them run inside a transaction.
"""

from __future__ import annotations

import json

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.store import journal, select
from fanout.run.store.db import now
from fanout.run.store.records import Task

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from fanout.run.store.records import Agent, EventKind, TaskOver, TaskState

SATISFIED: tuple[TaskState, ...] = ("done", "skipped")  # what a task that depends on it waits for
OVER: tuple[TaskOver, ...] = ("done", "failed", "blocked", "skipped", "cancelled")
OPEN: tuple[TaskState, ...] = ("pending", "running")
UNDONE: tuple[TaskState, ...] = ("failed", "blocked")  # an agent tried, and more may come of it
BY_A_WORD: tuple[TaskState, ...] = (*UNDONE, "skipped")  # what somebody may call done who has done it by hand
LEFT: tuple[TaskState, ...] = ("failed", "blocked", "cancelled", "skipped")  # what can be tried again
ENDED: dict[TaskOver, EventKind] = {
    "done": "task-done",
    "failed": "task-failed",
    "blocked": "task-blocked",
    "skipped": "task-skipped",
    "cancelled": "task-cancelled",
}
MOST_NAMED = 20
BY_HAND = "marked done by hand"
ITS_FINDINGS = "its findings not checked"
NOT_CHECKED = "not checked"  # what is said of a result that rests on somebody's word
LONGEST_OUTCOME = 300
NOT_RETRIED = "not retried:"  # how the outcome of a task begins whose changes can't be undone
TAKEN_BACK = "undone by hand"
UNPERMITTED = "permission denied for "
STOPPED = "its agent was stopped"  # how the outcome of a task begins that nobody starts again unasked
NOT_TO_RETRY = "Only a task that failed, is blocked or was left out is retried."


def get(db: sqlite3.Connection, run: str, task: str) -> Task:
    """Raises FanoutError naming the tasks there are."""
    known = select.first(db, Task, "WHERE run = ? AND id = ?", run, task)
    if known is not None:
        return known
    names = [other.id for other in all_of(db, run)]
    if not names:
        raise FanoutError(f"there is no run {run!r}.", "`fanout status` lists the runs.")
    shown = ", ".join(names[:MOST_NAMED]) + (" ..." if len(names) > MOST_NAMED else "")
    raise FanoutError(f"run {run} has no task {task!r}.", f"Its tasks: {shown}.")


def all_of(db: sqlite3.Connection, run: str) -> list[Task]:
    """In rolling order."""
    return select.every(db, Task, "WHERE run = ? ORDER BY rank", run)


def in_state(db: sqlite3.Connection, run: str, state: TaskState) -> list[Task]:
    """In rolling order."""
    return select.every(db, Task, "WHERE run = ? AND state = ? ORDER BY rank", run, state)


def open_of(db: sqlite3.Connection, run: str) -> list[str]:
    """The tasks that are not over, in rolling order."""
    return [task.id for task in all_of(db, run) if task.state not in OVER]


def count(db: sqlite3.Connection, run: str) -> dict[TaskState, int]:
    """How many tasks are in each state."""
    return dict(db.execute("SELECT state, COUNT(*) FROM task WHERE run = ? GROUP BY state", (run,)).fetchall())


def record(task: Task) -> dict[str, Any]:
    """The task as the document has it."""
    fields: dict[str, Any] = json.loads(task.record)
    return fields


def has_commands(record: dict[str, Any]) -> bool:
    """Whether a command judges the task of this record."""
    return any(item.get("command") for item in record.get("accept") or [])


def writes_nothing(record: dict[str, Any]) -> bool:
    """Whether the list says that the task writes no file, or that it only reads; one that names none leaves that open."""
    return bool(record.get("read_only") or record.get("writes_nothing")) and not record.get("writes")


def is_unchecked(task: Task) -> bool:
    """Whether the task is done and nothing but somebody's word says so: no file that it declares, no command that could
    check it, or none that was asked."""
    if task.state != "done" or was_done_before(task):
        return False
    known = record(task)
    return f"({NOT_CHECKED}" in task.outcome or not (known.get("writes") or has_commands(known))


def was_done_before(task: Task) -> bool:
    """Whether the list had it as done when the run began: no agent of the run did it."""
    return task.state == "done" and not task.attempts and not task.outcome


def word(task: Task) -> str:
    """The state of a task for people and models: `done, not checked`."""
    return f"{task.state}, {NOT_CHECKED}" if is_unchecked(task) else task.state


def called(name: str, word: str = "Task") -> str:
    """A task's id; `2 done` alone would read as a number of tasks."""
    return f"{word} {name}" if name.isdigit() and not name.startswith("0") else name


def inferred(task: Task) -> dict[str, str]:
    """Why the task waits for others, where the list does not say so itself."""
    known: dict[str, str] = record(task)["inferred"] if '"inferred"' in task.record else {}
    return known


def is_unpermitted(outcome: str) -> bool:
    """Whether a task with this outcome ended for want of a permission, which can still be given."""
    return outcome.startswith(UNPERMITTED) or f"({UNPERMITTED}" in outcome


def shortened(text: str, most: int) -> str:
    """The text, cut at a word where it is longer."""
    return text if len(text) <= most else text[: most - 3].rsplit(None, 1)[0].rstrip(" .,;:") + " ..."


def few(names: list[str]) -> str:
    """The first names of a list that may be long."""
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def took(db: sqlite3.Connection) -> list[tuple[dict[str, Any], float]]:
    """(the task as its document has it, seconds) of the tasks of all runs that agents did to the end, by their last attempt."""
    rows = db.execute(
        "SELECT task.record, MAX(agent.ended - COALESCE(agent.started, agent.opened)) AS took FROM task"
        " JOIN agent ON agent.run = task.run AND agent.task = task.id AND agent.state = 'ended'"
        " AND agent.ending = 'done' WHERE task.state = 'done' GROUP BY task.run, task.id ORDER BY task.ended"
    )
    return [(json.loads(row[0]), row[1]) for row in rows if row[1]]


def add(db: sqlite3.Connection, run: str, plan: Iterable[dict[str, Any]]) -> None:
    """The tasks of a new run, as `runs.start` describes them."""
    db.executemany(
        "INSERT INTO task (run, id, rank, batch, state, title, agent, estimate, record, outcome)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(run, *(task[name] for name in ("id", "rank", "batch", "state", "title", "agent", "estimate"))),
                *(json.dumps(task["record"], ensure_ascii=False), task.get("outcome", "")),
            )
            for task in plan
        ],
    )


def begin(db: sqlite3.Connection, run: str, task: str) -> None:
    """pending -> running. Raises FanoutError when it is not pending any more."""
    changed = db.execute(
        "UPDATE task SET state = 'running', attempts = attempts + 1, started = ?, ended = NULL, outcome = ''"
        " WHERE run = ? AND id = ? AND state = 'pending'",
        (now(), run, task),
    )
    if changed.rowcount == 0:
        raise refusal(db, run, task, "It can't begin.")
    journal.note(db, "task-started", run, task)


def go_on(db: sqlite3.Connection, run: str, task: str) -> bool:
    """failed or blocked -> running: its agent works again. False when it was in another state."""
    if not _reopen(db, run, task, UNDONE, "its agent goes on"):
        return False
    begin(db, run, task)
    _forget_bounces(db, run, task)
    return True


def finish(db: sqlite3.Connection, run: str, task: str, state: TaskOver, outcome: str) -> bool:
    """pending or running -> `state`; False when the task was over before."""
    if not _move(db, run, task, OPEN, state, outcome, ended=True):
        return False
    journal.note(db, ENDED[state], run, task, outcome=outcome)
    return True


def skip(db: sqlite3.Connection, run: str, task: str, outcome: str) -> Agent | None:
    """Anything but running and done -> skipped. One that runs is, as soon as somebody stops its agent, which is returned.
    Raises FanoutError."""
    if _move(db, run, task, ("pending", *LEFT), "skipped", outcome, ended=True):
        journal.note(db, "task-skipped", run, task, outcome=outcome)
        return None
    agent = agents.of_task(db, run, task)
    state = get(db, run, task).state
    if state != "running" or agent is None or not agent.agent_id:
        back = f" `fanout undo {run}/{task}` takes back what it did." if state == "done" else ""
        raise refusal(db, run, task, f"It can't be skipped.{back}")
    journal.note(db, "skip-wanted", run, task, agent.id, outcome=outcome)
    return agent


def retry(db: sqlite3.Connection, run: str, task: str) -> None:
    """A task that is over and not done -> pending. Raises FanoutError. Its changes are to be undone before."""
    if not _reopen(db, run, task, LEFT, "tried again"):
        raise refusal(db, run, task, NOT_TO_RETRY)
    _forget_bounces(db, run, task)


def not_retried(db: sqlite3.Connection, run: str, task: str, reason: str) -> None:
    """A task that is over can't be retried: its outcome says why."""
    _move(db, run, task, LEFT, None, f"{NOT_RETRIED} {reason}"[:LONGEST_OUTCOME])


def waits_on(db: sqlite3.Connection, run: str, task: str, why: str) -> None:
    """A task that is blocked still is, for what its outcome says now."""
    _move(db, run, task, ("blocked",), None, why)


def accept(db: sqlite3.Connection, run: str, task: str) -> bool:
    """failed, blocked or left out -> pending, to be taken as done by hand after all. False when it was in another state."""
    return _reopen(db, run, task, BY_A_WORD, "done by hand")


def lose(db: sqlite3.Connection, run: str, task: str, reason: str) -> bool:
    """running -> pending: the agent is gone, its attempt counts. False when it was in another state."""
    return _reopen(db, run, task, ("running",), reason)


def redo(db: sqlite3.Connection, run: str, task: str, reason: str) -> bool:
    """done -> pending: what it did stays, and is to be gone on with. False when it was in another state."""
    return _reopen(db, run, task, ("done",), reason)


def unstop(db: sqlite3.Connection, run: str, task: str) -> bool:
    """A task that failed because its agent was stopped -> pending. False when it is anything else by now."""
    if not get(db, run, task).outcome.startswith(STOPPED):
        return False
    return _reopen(db, run, task, ("failed",), "stopped with all agents of the run")


def unbegin(db: sqlite3.Connection, run: str, task: str, reason: str) -> bool:
    """running -> pending: the launch did not happen, so it was no attempt. False when it was in another state."""
    if not lose(db, run, task, reason):
        return False
    db.execute("UPDATE task SET attempts = attempts - 1 WHERE run = ? AND id = ?", (run, task))
    return True


def widen(db: sqlite3.Connection, run: str, task: str, record: dict[str, Any], reason: str) -> bool:
    """blocked -> pending, with more in its record: it got what it needs. False when it was in another state."""
    if not _reopen(db, run, task, ("blocked",), reason):
        return False
    put(db, run, task, record)
    return True


def revoke(db: sqlite3.Connection, run: str, task: str, outcome: str) -> bool:
    """done -> cancelled: its work was taken back. False when it was not done."""
    if not _move(db, run, task, ("done",), "cancelled", outcome):
        return False
    journal.note(db, "task-cancelled", run, task, outcome=outcome)
    return True


def set_apart(db: sqlite3.Connection, run: str, task: str, outcome: str) -> bool:
    """A task that is over -> cancelled: others were faster. False when it is open again."""
    return _move(db, run, task, OVER, "cancelled", outcome)


def fail_at_end(db: sqlite3.Connection, run: str, task: str, outcome: str) -> bool:
    """done -> failed: it misses a criterion of the run's end. False when it is not done any more."""
    return _move(db, run, task, ("done",), "failed", outcome)


def bounce(db: sqlite3.Connection, run: str, task: str, most: int) -> bool:
    """Its agent is sent back. False when that happened `most` times in this attempt."""
    changed = db.execute(
        "UPDATE task SET bounces = bounces + 1 WHERE run = ? AND id = ? AND bounces < ?", (run, task, most)
    )
    return changed.rowcount == 1


def put(db: sqlite3.Connection, run: str, task: str, fields: dict[str, Any], title: str | None = None) -> None:
    """Another record of a task, and another title."""
    text = json.dumps(fields, ensure_ascii=False)
    db.execute(
        "UPDATE task SET record = ?, title = COALESCE(?, title) WHERE run = ? AND id = ?", (text, title, run, task)
    )


def rank(db: sqlite3.Connection, run: str, places: dict[str, int]) -> None:
    """New places in the rolling order for those that are still pending."""
    db.executemany(
        "UPDATE task SET rank = ? WHERE run = ? AND id = ? AND state = 'pending'",
        [(place, run, task) for task, place in places.items()],
    )


def refusal(db: sqlite3.Connection, run: str, task: str, rule: str) -> FanoutError:
    """Why a change of state is refused: the state as it is now, who works, and what to do."""
    current = get(db, run, task)
    agent = agents.of_task(db, run, task)
    if current.state != "running":
        return FanoutError(f"task {task} is {current.state}.", rule)
    who = f" (its agent: {agents.called(agent)})" if agent is not None else ""
    stop = f"TaskStop {agent.agent_id}" if agent is not None and agent.agent_id else "/tasks"
    ways = f"Wait for its agent, or stop it first ({stop}); `fanout release {run}/{task}` when it will not come back."
    return FanoutError(f"task {task} is running{who}.", f"{rule} {ways}")


def _move(
    db: sqlite3.Connection,
    run: str,
    task: str,
    before: tuple[TaskState, ...],
    state: TaskState | None,
    outcome: str,
    ended: bool = False,
) -> bool:
    """Gives the task a state (None: leaves it) and an outcome if it is in one of those before."""
    marks = ", ".join("?" for _ in before)
    changed = db.execute(
        "UPDATE task SET state = COALESCE(?, state), outcome = ?, ended = COALESCE(?, ended)"
        f" WHERE run = ? AND id = ? AND state IN ({marks})",
        (state, outcome, now() if ended else None, run, task, *before),
    )
    return changed.rowcount == 1


def _reopen(db: sqlite3.Connection, run: str, task: str, before: tuple[TaskState, ...], reason: str) -> bool:
    marks = ", ".join("?" for _ in before)
    changed = db.execute(
        "UPDATE task SET state = 'pending', started = NULL, ended = NULL"
        f" WHERE run = ? AND id = ? AND state IN ({marks})",
        (run, task, *before),
    )
    if changed.rowcount == 0:
        return False
    journal.note(db, "task-reopened", run, task, reason=reason)
    return True


def _forget_bounces(db: sqlite3.Connection, run: str, task: str) -> None:
    db.execute("UPDATE task SET bounces = 0 WHERE run = ? AND id = ?", (run, task))
