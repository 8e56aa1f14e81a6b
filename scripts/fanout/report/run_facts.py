"""What the journal knows of a run, as plain data: the one source of every report.

Times are seconds since the run started, durations seconds, estimates minutes.
"""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING, Any

from fanout.report import attempts_text, figures
from fanout.run.agents import agents, calls, claims, held
from fanout.run.changes import changes
from fanout.run.evidence import findings
from fanout.run.flow import task_results
from fanout.run.store import base, journal, meta, run_files
from fanout.run.store.db import Look, now
from fanout.run.store.records import Agent, Event, Run, Task
from fanout.run.tasks import asked, measure, overdue, readiness, runs, tasks, waits_to_be_judged

if TYPE_CHECKING:
    from fanout.run.store.records import EventKind

NO_PATH = "git"  # what stands there for a denied git command
DENIALS: tuple[EventKind, ...] = ("write-denied", "launch-denied")
FAILURES: tuple[EventKind, ...] = ("task-failed", "task-blocked")
TROUBLES: tuple[EventKind, ...] = (
    "conflict",
    "merge-refused",
    "agent-failed",
    "agent-lost",
    "out-of-context",
    "not-kept",
    "stray",
    "beyond",
    "part-undone",
    "changed-checks",
    "tests-missing",
    "changed-later",
    "users-change-gone",
    "permission-denied",
    "swept",
    "head-moved",
    "overloaded",
    "hub-away",
    "nudged",
    "retry-refused",
    "set-apart",
    "mark-refused",
)


def of_run(db: sqlite3.Connection, run: str, graph: bool = False) -> dict[str, Any]:
    """Everything that status and report show; with `graph` also what the tasks need and conflict with."""
    with Look(db):
        return _of_run(db, run, graph)


def _of_run(db: sqlite3.Connection, run: str, graph: bool) -> dict[str, Any]:
    view = readiness.View(db, run)
    began = view.run.started
    facts: dict[str, Any] = {
        **_run(view.run),
        "tasks": _tasks(view, began, meta.root(db)),
        "listed": runs.in_list_order(db, view.run, view.tasks),
        "agents": _agents(db, run, began),
        **_events(db, run, began),
        "asked": _asked(db, run, began),
        "predicted": json.loads(view.run.predicted),
        "paused_seconds": round(view.paused, 3),
    }
    if driven := attempts_text.facts(db, view.run):
        facts["driven"] = driven
    _name_paths(db, facts, view.run.base)
    foes = {name: {hazard.other for hazard in hazards} for name, hazards in view.hazards.items()}
    facts["measured"] = measured(view) | figures.of(facts, view.needs, foes)
    facts["measured"]["verdict"] = figures.verdict(facts["measured"])
    _add_times(facts)
    return {**facts, **_graph(view)} if graph else facts


def _agents(db: sqlite3.Connection, run: str, began: float) -> list[dict[str, Any]]:
    owned, held_, calls_since = _owned(db, run), _held(db), calls.since(db)
    asking = overdue.questions(db, calls_since)
    waits = journal.waits(db, run)
    return [
        _agent(one, began, owned, held_, calls_since)
        | {"asking": overdue.asking(one, asking.get(one.id), overdue.ASKED_SECONDS)}
        | _waits(one, waits.get(one.id, []), began)
        for one in agents.of_run(db, run)
    ]


def _events(db: sqlite3.Connection, run: str, began: float) -> dict[str, list[dict[str, Any]]]:
    kinds: dict[str, tuple[EventKind, ...]]
    kinds = {
        "denials": DENIALS,
        "held": ("held",),
        "sent_back": ("sent-back",),
        "troubles": TROUBLES,
        "failures": FAILURES,
    }
    return {name: [_event(event, began) for event in journal.events(db, run, *of)] for name, of in kinds.items()}


def _add_times(facts: dict[str, Any]) -> None:
    """`took`: how long a task's last agent worked on it, without waiting for the user; None while it is not over."""
    ended = [agent for agent in facts["agents"] if agent["end"] is not None]
    took = {agent["task"]: max(0.0, agent["end"] - agent["start"] - agent["waited"]) for agent in ended}
    for task in facts["tasks"]:
        task["took"] = round(took[task["id"]], 3) if task["id"] in took and task["end"] is not None else None


def _run(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "title": run.title,
        "source": run.source,
        "state": run.state,
        "paused": run.paused,
        "mode": run.mode,
        "cap": run.cap,
        "pace": run.pace,
        "on_failure": run.on_failure,
        "join": run.joined,
        "started": run.started,
        "ended": _since(run.ended, run.started),
        "elapsed": round((run.ended or now()) - run.started, 3),
    }


def _graph(view: readiness.View) -> dict[str, Any]:
    """What the tasks need and conflict with."""
    return {
        "needs": {name: sorted(wanted) for name, wanted in view.needs.items()},
        "hazards": [
            {"tasks": [name, hazard.other], "kind": hazard.kind, "witness": hazard.witness}
            for name, hazards in view.hazards.items()
            for hazard in hazards
            if name < hazard.other
        ],
    }


def _name_paths(db: sqlite3.Connection, facts: dict[str, Any], base_: str) -> None:
    """Names every path as who works in the run does."""
    root = meta.root(db)
    for agent in facts["agents"]:
        agent["owns"] = [base.shown(root, base_, path) for path in agent["owns"]]
    for kind in ("denials", "troubles", "asked"):
        for item in facts[kind]:
            if item.get("path") and item["path"] != NO_PATH:
                item["path"] = base.shown(root, base_, item["path"])


def measured(view: readiness.View) -> dict[str, Any]:
    """The figures of `run.measure`, rounded; `speedup` is None where nothing is done."""
    worked, spans, paused, stood = view.worked, view.spans, view.paused, view.stood
    times = measure.speedup(worked, spans, paused + stood)
    return {
        "work_seconds": round(measure.work(worked), 3),
        "makespan_seconds": round(measure.makespan(spans) - paused - stood, 3),
        "speedup": None if times is None else round(times, 3),
        "most_at_once": measure.most_at_once(spans),
        "waited_seconds": round(view.waited, 3),
        "stood_seconds": stood,
        "without_result": len(spans) - len(worked),
        "is_compared": measure.is_compared(worked, spans, view.waited, paused, stood),
        "sentence": measure.sentence(worked, spans, view.waited, paused, stood),
    }


def _waits(agent: Agent, waits: list[tuple[float, float]], began: float) -> dict[str, Any]:
    """When the agent waited for the user, as far as it was there, and how long."""
    here = measure.within(waits, agent.started or agent.opened, agent.ended or now())
    spans = [(round(start - began, 3), round(end - began, 3)) for start, end in here]
    return {"waits": spans, "waited": round(measure.covered(here), 3)}


def _owned(db: sqlite3.Connection, run: str) -> dict[int, list[str]]:
    owned: dict[int, list[str]] = {}
    for claim in claims.of_run(db, run):
        paths = owned.setdefault(claim.owner.id, [])
        if not any(claim.pattern.startswith(f"{folder}/") for folder in paths):
            paths.append(claim.pattern)
    return owned


def _held(db: sqlite3.Connection) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one in held.every(db):
        found.setdefault(one.agent, []).append(one.thing)
    return found


def _agent(
    agent: Agent, began: float, owned: dict[int, list[str]], held_: dict[int, list[str]], calls_since: dict[int, float]
) -> dict[str, Any]:
    """`in_command` is since when a command of the agent has been running; `holds` what its commands have started that runs
    beside the files: "port:3000", "service:app/db"."""
    return {
        "task": agent.task or None,
        "agent_id": agent.agent_id or None,
        "session": agent.session,
        "type": agent.agent_type,
        "state": agent.state,
        "opened": _since(agent.opened, began),
        "start": _since(agent.began, began),
        "seen": _since(agent.seen, began),
        "end": _since(agent.ended, began),
        "in_command": _since(calls_since.get(agent.id), began),
        "ending": agent.ending,
        "owns": owned.get(agent.id, []),
        "holds": held_.get(agent.id, []),
    }


def _tasks(view: readiness.View, began: float, root: str) -> list[dict[str, Any]]:
    kept = findings.kept(root, view.run.id)
    found = []
    for task in view.tasks.values():
        name = os.path.basename(run_files.result(root, task.run, task.id)) if kept else ""
        details = findings.of(root, task.run, task.id) if name in kept else ""
        found.append(_task(view, task, began, run_files.shown(root, details) if details else ""))
    return found


def _task(view: readiness.View, task: Task, began: float, details: str) -> dict[str, Any]:
    record = tasks.record(task)
    return {
        "id": task.id,
        "title": task.title,
        "batch": task.batch,
        "agent": task.agent,
        "state": task.state,
        "reads": readiness.only_reads(task),
        "changed": task.state in tasks.UNDONE and bool(changes.of_task(view.db, task.run, task.id)),
        "stands": task_results.changed(view.db, task) if _may_have_left(task) else "",
        "judged_later": waits_to_be_judged.when(view.db, task),
        "unchecked": tasks.is_unchecked(task),
        "by_looks": not tasks.has_commands(record) and not readiness.only_reads(task),
        "was_done": tasks.was_done_before(task),
        "outcome": task.outcome,
        "attempts": task.attempts,
        "bounces": task.bounces,
        "estimate_minutes": task.estimate,
        "estimated": "estimate_minutes" in record,
        "timeout_minutes": record.get("timeout_minutes"),
        "writes": record.get("writes", []),
        "start": _since(task.started, began),
        "end": _since(task.ended, began),
        "waits": _why_waits(view, task.id) if task.state == "pending" else "",
        "details": details,
    }


def _may_have_left(task: Task) -> bool:
    """Whether it is not done, and nobody works on it, though somebody did."""
    return task.state not in ("done", "running") and bool(task.attempts)


def _why_waits(view: readiness.View, name: str) -> str:
    """What a task waits for; "" where it can start, in a paused run once that goes on."""
    reason = readiness.refusal(view, name)
    if reason or view.run.paused or view.run.state != "active" or view.slots():
        return reason
    return f"waits for a free place ({view.run.cap} at once)"


def _event(event: Event, began: float) -> dict[str, Any]:
    return {"at": _since(event.at, began), "task": event.task or None, "kind": event.kind, **event.facts}


def _asked(db: sqlite3.Connection, run: str, began: float) -> list[dict[str, Any]]:
    return [
        {"at": _since(one.at, began), "task": one.task, "path": one.path, "why": one.why, "answer": one.answer}
        for one in asked.of_run(db, run)
    ]


def _since(at: float | None, began: float) -> float | None:
    return None if at is None else round(at - began, 3)
