"""Agents that take longer than their task may: after its timeout, else after three times a stated estimate."""

from __future__ import annotations

import sqlite3

from fanout.run.agents import agents
from fanout.run.store import journal, notice
from fanout.run.store.db import now
from fanout.run.tasks import tasks
from fanout.run.tasks.measure import seconds

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.run.tasks.ready import View

TIMES_ESTIMATE = 3.0


def limit(timeout_minutes: float | None, estimate_minutes: float | None) -> float | None:
    """After how many seconds a task is late; None: never. An estimate counts only when it was stated."""
    if timeout_minutes:
        return float(timeout_minutes) * 60
    return float(estimate_minutes) * 60 * TIMES_ESTIMATE if estimate_minutes else None


def why(timeout_minutes: float | None) -> str:
    """What the limit is."""
    return "its timeout" if timeout_minutes else f"{TIMES_ESTIMATE:g} times its estimate"


def nudge(db: sqlite3.Connection, me: sqlite3.Row) -> None:
    """Leaves a notice for an agent that is late, once for each attempt; its next call shows it. Inside a transaction."""
    if not me["task"] or me["state"] not in ("open", "running"):
        return
    row = tasks.get(db, me["run"], me["task"])
    passed = _passed(row, me)
    if passed is None or not journal.say_once(db, me["run"], f"nudged {row['id']} {row['attempts']}"):
        return
    took, most, reason = passed
    text = (
        f"You have worked on task {row['id']} for {seconds(took)}; {reason} is {seconds(most)}. Finish what is nearly "
        f"done and end; if it can't be finished soon, leave the files in a state that works and end with "
        f"`BLOCKED|{row['id']}|what is left and how to split it`."
    )
    journal.note(db, "nudged", me["run"], row["id"], me["id"], seconds=round(took))
    notice.leave(db, me["id"], text)


def lines(db: sqlite3.Connection, view: View) -> list[str]:
    """What Claude is told about the late agents of a run, once for each attempt. Inside a transaction."""
    run, found = view.run["id"], []
    for agent in view.live:
        if agent["run"] != run or agent["task"] not in view.tasks:
            continue
        row = view.tasks[agent["task"]]
        passed = _passed(row, agent)
        if passed is not None and journal.say_once(db, run, f"late {row['id']} {row['attempts']}"):
            took, most, reason = passed
            found.append(
                f"{row['id']} works for {seconds(took)}, {reason} is {seconds(most)}: tell the user. If it hangs, they "
                f"stop it in /tasks, then `fanout retry {run}/{row['id']}`."
            )
    return found


def _passed(task: sqlite3.Row, agent: sqlite3.Row) -> tuple[float, float, str] | None:
    """(seconds at work, limit, what the limit is) of an agent that is late."""
    record = tasks.record(task)
    most = limit(record.get("timeout_minutes"), record.get("estimate_minutes"))
    took = now() - agents.began(agent)
    return (took, most, why(record.get("timeout_minutes"))) if most is not None and took > most else None
