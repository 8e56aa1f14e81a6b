"""What follows from results: failed tasks are tried again, enough results end the rest, overload slows the pace."""

from __future__ import annotations

import re

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.changes import changes
from fanout.run.commits import undo
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import quorum, runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, TaskState

OVERLOAD = re.compile(r"\b(429|529)\b|overloaded|rate.?limit|too many requests", re.IGNORECASE)
RATE_LIMIT = re.compile(r"\b429\b|rate.?limit|too many requests", re.IGNORECASE)
REFUSED = "{what}, twice in a row ({error}); go on in some minutes"
MOST_OVERLOADS = 5


def settle(db: sqlite3.Connection, root: str, run: str) -> None:
    """Applies the run's policies to what has ended since. May be called as often as one likes."""
    policy = runs.find(db, run)
    if policy is None or policy.state != "active":
        return
    if policy.on_failure == "retry":
        for task in _to_retry(db, run, policy.retries):
            with Write(db):
                if task in _to_retry(db, run, policy.retries):  # still
                    _try_again(db, root, run, task)
    wanted = quorum.enough(policy.joined)
    if wanted is not None:
        _join(db, run, wanted)
    for task in _losers(db, run):
        _set_apart(db, root, run, task)


def retry(db: sqlite3.Connection, root: str, run: str, task: str, again: bool = False) -> str:
    """The task's own changes are undone and it is pending again, with `again` also one that is done. When they can't be
    undone it stays as it is: the answer says why, "" when it is tried again. Raises FanoutError when it is not a task to
    retry, by now.
    """
    with Write(db):
        state = tasks.get(db, run, task).state
        runs.refuse_cancelled(runs.get(db, run))
        if state == "done" and again:
            undo.carry_out(db, root, run, task)  # a clash leaves it done
            tasks.revoke(db, run, task, "to be done again")
            tasks.retry(db, run, task)
            return ""
        if state not in tasks.LEFT:
            raise tasks.refusal(db, run, task, _not_to_retry(run, task, state))
        return _try_again(db, root, run, task)


def _not_to_retry(run: str, task: str, state: TaskState) -> str:
    if state == "done":
        return (
            f"What it lacks is a task of its own: `fanout add {run} 'what' --writes PATH`. `fanout retry {run}/{task} --again` "
            f"takes its changes back and does it anew."
        )
    return tasks.NOT_TO_RETRY


def _try_again(db: sqlite3.Connection, root: str, run: str, task: str) -> str:
    """As `retry`, inside a transaction that has looked at the task's state."""
    try:
        undo.carry_out(db, root, run, task)
    except FanoutError as error:
        reason = str(error)[: tasks.LONGEST_OUTCOME]
        journal.note(db, "retry-refused", run, task, reason=reason)
        tasks.not_retried(db, run, task, reason)
        return reason
    tasks.retry(db, run, task)
    return ""


def is_overload(error: str) -> bool:
    return OVERLOAD.search(error) is not None


def refused_again(db: sqlite3.Connection, agent: Agent, error: str) -> str:
    """Why a run pauses whose agent the API refuses for the second time in a row while no other one of it works, be it busy or
    at the account's rate limit: to start it at once a third time is of no use. "" while there is something to wait for. A
    driver waits by itself."""
    last = journal.last(db, agent.run, agent.task, "overloaded")
    if last is None or runs.get(db, agent.run).is_driven:
        return ""
    if any(one.run == agent.run and one.id != agent.id for one in agents.live(db)):
        return ""
    resumed = journal.events(db, agent.run, "task-done", "run-resumed")
    if resumed and resumed[-1].at >= last.at:
        return ""
    what = "the account's rate limit is reached" if RATE_LIMIT.search(error) else "the API is too busy"
    return REFUSED.format(what=what, error=error)


def _to_retry(db: sqlite3.Connection, run: str, retries: int) -> list[str]:
    failed = tasks.in_state(db, run, "failed")
    by_hand = (tasks.NOT_RETRIED, tasks.STOPPED)
    return [task.id for task in failed if task.attempts <= retries and not task.outcome.startswith(by_hand)]


def _join(db: sqlite3.Connection, run: str, enough: int) -> None:
    """With enough tasks done, what is pending is cancelled, and what runs is a loser: it may write no more."""
    with Write(db):
        if len(tasks.in_state(db, run, "done")) < enough:
            return
        for task in tasks.in_state(db, run, "pending"):
            tasks.finish(db, run, task.id, "cancelled", f"{enough} done, enough for this run")
        for agent in agents.live(db, ("task",)):
            if agent.run == run and not quorum.has_lost(db, agent):
                quorum.lose(db, agent, enough)


def _losers(db: sqlite3.Connection, run: str) -> list[str]:
    """Ended tasks that lost the race and whose work still stands in the tree."""
    lost = journal.tasks_with(db, run, "lost-the-race")
    apart = set(journal.tasks_with(db, run, "set-apart")) if lost else set()
    return [task for task in lost if task not in apart and tasks.get(db, run, task).state in tasks.OVER]


def _set_apart(db: sqlite3.Connection, root: str, run: str, task: str) -> None:
    """A loser's work leaves the tree; its patch is kept beside its result."""
    with Write(db):
        if tasks.get(db, run, task).state not in tasks.OVER:
            return  # somebody tries it again by now
        kept, outcome = "", "lost the race; it had changed nothing"
        if changes.of_task(db, run, task):
            from fanout.run.changes import patch

            kept = patch.keep(db, root, run, task)
            try:
                undo.carry_out(db, root, run, task)
                outcome = f"lost the race; its work is kept in {kept}"
            except FanoutError as error:
                outcome = f"lost the race; its work stands: {error}"
        journal.note(db, "set-apart", run, task, kept=kept)
        tasks.set_apart(db, run, task, outcome[: tasks.LONGEST_OUTCOME])
