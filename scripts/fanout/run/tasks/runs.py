"""The runs of a project and their states. Everything that is written to the table `run` is written here.

active -> ended | cancelled; an ended run is active again when something of it can start. An active run may be paused:
what runs goes on, nothing is launched.
"""

from __future__ import annotations

import json
import re

from fanout.errors import FanoutError
from fanout.run.store import journal, select
from fanout.run.store.db import now
from fanout.run.store.records import Run

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

    from fanout.run.store.records import Agent, EventKind, RunOver

OVER: dict[RunOver, EventKind] = {"ended": "run-ended", "cancelled": "run-cancelled"}
MOST_NAMED = 10
DEFAULT_CAP = 5
LONGEST_STATED, LONGEST_MADE = 40, 24  # of a run's name, without its number


def add(db: sqlite3.Connection, plan: dict[str, Any], session: str) -> str:
    """Records an active run, of a plan as fanout.run.flow.start_run takes it. Returns its id. Inside a transaction."""
    document = dict(plan["document"])
    listed = document.pop("tasks", [])
    run = _fresh_id(db, document.get("id", ""), plan["title"] or plan["source"])
    values = {"id": run, **_planned(plan, document), "state": "active", "session": session, "started": now()}
    marks = ", ".join(f":{name}" for name in values)
    db.execute(f"INSERT INTO run ({', '.join(values)}) VALUES ({marks})", values)
    _keep_listed(db, run, listed)
    return run


def _planned(plan: dict[str, Any], document: dict[str, Any]) -> dict[str, object]:
    """What the plan says of the run itself, by column."""
    cap = document.get("max_parallel", DEFAULT_CAP)
    return {
        **{name: plan[name] for name in ("title", "source", "format", "mode")},
        "files": json.dumps(plan["files"]),
        "plan": json.dumps(document, ensure_ascii=False),
        "predicted": json.dumps(plan["predicted"]),
        "cap": cap,
        "pace": cap,
        **_policy(document.get("policy") or {}),
        "base": plan.get("base", ""),
        "engine": plan.get("engine", "agents"),
        "begun_at": plan.get("begun_at", ""),
    }


def document(db: sqlite3.Connection, run: Run) -> dict[str, Any]:
    """The document that the run was started with. Its tasks are kept apart: a row of a run is read and written often."""
    whole: dict[str, Any] = json.loads(run.plan)
    kept = db.execute("SELECT tasks FROM listed WHERE run = ?", (run.id,)).fetchone()
    return whole if kept is None else {**whole, "tasks": json.loads(kept[0])}


def in_list_order(db: sqlite3.Connection, run: Run, names: Iterable[str]) -> list[str]:
    """Tasks of the run as the list has them one after another, then what was added to the run."""
    place = {task["id"]: number for number, task in enumerate(document(db, run).get("tasks", []))}
    return sorted(names, key=lambda name: place.get(name, len(place)))


def _keep_listed(db: sqlite3.Connection, run: str, listed: list[Any]) -> None:
    text = json.dumps(listed, ensure_ascii=False)
    db.execute("INSERT OR REPLACE INTO listed (run, tasks) VALUES (?, ?)", (run, text))


def _policy(policy: dict[str, Any]) -> dict[str, object]:
    return {
        "on_failure": policy.get("on_failure", "best-effort"),
        "retries": policy.get("retries", 1),
        "joined": str(policy.get("join", "all")),
    }


def _fresh_id(db: sqlite3.Connection, stated: str, title: str) -> str:
    """A name is typed, and stands in each text: one made of a title ends at a word."""
    stem = _stem(stated)[:LONGEST_STATED].strip("-") or _stem(title)
    if not stated and len(stem) > LONGEST_MADE:
        stem = stem[: LONGEST_MADE + 1].rpartition("-")[0] or stem[:LONGEST_MADE]
    stem = stem or "run"
    number = 1
    while find(db, f"{stem}-{number}") is not None:
        number += 1
    return f"{stem}-{number}"


def _stem(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def find(db: sqlite3.Connection, run: str) -> Run | None:
    return select.first(db, Run, "WHERE id = ?", run)


def all_of(db: sqlite3.Connection) -> list[Run]:
    """Newest first."""
    return select.every(db, Run, "ORDER BY started DESC, id DESC")


def active(db: sqlite3.Connection) -> list[Run]:
    """The runs that are not over, oldest first."""
    return select.every(db, Run, "WHERE state = 'active' ORDER BY started, id")


def active_of(db: sqlite3.Connection, source: str, base: str) -> Run | None:
    """The active run of a source in a base."""
    return select.first(db, Run, "WHERE state = 'active' AND source = ? AND base = ?", source, base)


def get(db: sqlite3.Connection, run: str | None) -> Run:
    """The named run; without a name the only active one, else the newest. Raises FanoutError."""
    if not run:
        return pick(all_of(db))
    record = find(db, run)
    if record is None:
        names = ", ".join(other.id for other in all_of(db)[:MOST_NAMED]) or "none"
        raise FanoutError(f"there is no run {run!r}.", f"Runs: {names}.")
    return record


def pick(runs: list[Run]) -> Run:
    """Of runs, newest first: the only active one, else the newest. Raises FanoutError."""
    active_ = [run for run in runs if run.state == "active"]
    if len(active_) > 1:
        raise FanoutError("several runs are active.", f"Name one: {', '.join(run.id for run in reversed(active_))}.")
    if not runs:
        raise FanoutError("there is no run here.", "Start one with `fanout start SOURCE`.")
    return (active_ or runs)[0]


def refuse_cancelled(run: Run) -> None:
    """Raises FanoutError with the way on when the run was cancelled: nothing of it is changed any more."""
    if run.state == "cancelled":
        raise FanoutError(f"run {run.id} was cancelled, nothing more of it starts.", anew(run))


def anew(run: Run) -> str:
    """How a run that is over is started again."""
    return f"`fanout start {run.source if run.source != '-' else 'SOURCE'}` starts a new one."


def end(db: sqlite3.Connection, run: str, state: RunOver) -> bool:
    """active -> `state`; False when it was not active. Inside a transaction."""
    changed = db.execute("UPDATE run SET state = ?, ended = ? WHERE id = ? AND state = 'active'", (state, now(), run))
    if changed.rowcount:
        journal.note(db, OVER[state], run)
    return changed.rowcount == 1


def give_up(db: sqlite3.Connection, run: str) -> bool:
    """ended -> cancelled: nobody wants the rest of it; False when it was not ended. Inside a transaction."""
    changed = db.execute("UPDATE run SET state = 'cancelled' WHERE id = ? AND state = 'ended'", (run,))
    if changed.rowcount:
        journal.note(db, OVER["cancelled"], run)
    return changed.rowcount == 1


def reopen(db: sqlite3.Connection, run: str) -> bool:
    """ended -> active; False when it was not ended. Inside a transaction."""
    changed = db.execute("UPDATE run SET state = 'active', ended = NULL WHERE id = ? AND state = 'ended'", (run,))
    if changed.rowcount:
        journal.note(db, "run-reopened", run)
    return changed.rowcount == 1


def pause(db: sqlite3.Connection, run: str, why: str) -> bool:
    """Nothing of an active run is launched from now on; False when it is over or paused already. Inside a transaction."""
    changed = db.execute("UPDATE run SET paused = ? WHERE id = ? AND state = 'active' AND paused = ''", (why, run))
    if changed.rowcount:
        journal.note(db, "run-paused", run, why=why)
    return changed.rowcount == 1


def go_on(db: sqlite3.Connection, run: str) -> bool:
    """A paused run launches again; False when it was not paused. Inside a transaction."""
    changed = db.execute("UPDATE run SET paused = '' WHERE id = ? AND paused <> ''", (run,))
    if changed.rowcount:
        journal.note(db, "run-resumed", run)
    return changed.rowcount == 1


def take_over(db: sqlite3.Connection, run: str, session: str) -> None:
    """From now on the run belongs to this session. Raises FanoutError when it is cancelled. Inside a transaction."""
    changed = db.execute("UPDATE run SET session = ? WHERE id = ? AND state <> 'cancelled'", (session, run))
    if changed.rowcount == 0:
        refuse_cancelled(get(db, run))
    journal.note(db, "taken-over", run, session=session)


def reword(db: sqlite3.Connection, run: str, task: str, words: dict[str, str]) -> None:
    """The plan's document has other words for a task. Inside a transaction."""
    whole = document(db, get(db, run))
    listed = whole.pop("tasks", [])
    for known in listed:
        if known["id"] == task:
            known.update(words)
    db.execute("UPDATE run SET plan = ? WHERE id = ?", (json.dumps(whole, ensure_ascii=False), run))
    _keep_listed(db, run, listed)


def set_cap(db: sqlite3.Connection, run: str, number: int) -> None:
    """So many agents at once from now on. Inside a transaction."""
    db.execute("UPDATE run SET cap = ?, pace = ? WHERE id = ?", (number, number, run))
    journal.note(db, "cap-set", run, cap=number)


def slow_down(db: sqlite3.Connection, run: str) -> None:
    """After an overload: half as many agents at once. Inside a transaction."""
    db.execute("UPDATE run SET pace = MAX(1, pace / 2) WHERE id = ?", (run,))
    journal.note(db, "slowed", run)


def slow_down_for(db: sqlite3.Connection, agent: Agent) -> None:
    """The same once for all agents that an overload meets together: not where the run has slowed down since this one was
    launched. Inside a transaction."""
    if all(event.at < agent.opened for event in journal.events(db, agent.run, "slowed")):
        slow_down(db, agent.run)


def speed_up(db: sqlite3.Connection, run: str) -> None:
    """After a result: one more at once, up to the cap. Inside a transaction."""
    db.execute("UPDATE run SET pace = MIN(cap, pace + 1) WHERE id = ? AND pace < cap", (run,))


def set_terms(db: sqlite3.Connection, run: str, terms: str) -> None:
    """On what terms its engine works from now on, as JSON. Inside a transaction."""
    db.execute("UPDATE run SET terms = ? WHERE id = ?", (terms, run))


def drive(db: sqlite3.Connection, run: str, driver: str, before: str) -> bool:
    """Its driver is this one from now on, "" for nobody; False when it is not the one `before` any more. In a transaction."""
    changed = db.execute(
        "UPDATE run SET driver = ?, driver_seen = ? WHERE id = ? AND driver = ?", (driver, now(), run, before)
    )
    return changed.rowcount == 1
