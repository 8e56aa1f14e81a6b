"""What headless clients did in a run: how many attempts, what is merged, what it took. Facts and lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from fanout.engines import lease, terms
from fanout.report.cells import cut, few
from fanout.run.agents import agents, attempts
from fanout.run.store import journal
from fanout.run.store.records import Agent, Attempt, Run

LONGEST_WHY = 160


def facts(db: sqlite3.Connection, run: Run) -> dict[str, Any]:
    """{} for a run whose agents are a conversation's."""
    if not run.is_driven:
        return {}
    every = attempts.of_run(db, run.id)  # before their agents: one may begin meanwhile
    known = agents.by_id(db, run.id)
    made = [_attempt(one, known[one.agent]) for one in every]
    return {
        "engine": run.engine,
        "branch": f"fanout/{run.id}",
        "driver": " ".join(run.driver.split()[:2]) if lease.is_held(run) else "",
        "waits_for": _hub_away(db, run) if run.engine == "dask" else "",
        "spent_usd": round(sum(one["cost_usd"] for one in made), 4),
        "budget_usd": terms.of_run(run).max_budget,
        "turns": sum(one["turns"] for one in made),
        "most_turns": terms.of_run(run).run_turns,
        "attempts": made,
    }


def _hub_away(db: sqlite3.Connection, run: Run) -> str:
    """Why the hub can't be used now, "" when it can."""
    told = journal.events(db, run.id, "hub-away", "hub-back")
    return str(told[-1].facts["how"]) if told and told[-1].kind == "hub-away" else ""


def _attempt(one: Attempt, agent: Agent) -> dict[str, Any]:
    return {
        "task": one.task,
        "number": one.number,
        "host": one.host,
        "state": "merged" if one.merged else "waits to be merged" if one.is_proven and agent.is_live else agent.state,
        "ending": agent.ending,
        "work": one.work,
        "merged": one.merged,
        "cost_usd": round(one.cost, 4),
        "turns": one.turns,
    }


def line(found: Mapping[str, Any]) -> str:
    """`12 attempts, 10 merged to fanout/demo-1, 3.20 of 20.00 USD; driven by process 77 on here`; of a cluster with the machines
    on which attempts have ended."""
    engine = found.get("driven")
    if not engine:
        return ""
    made = engine["attempts"]
    merged = sum(bool(one["merged"]) for one in made)
    money = f"{engine['spent_usd']:.2f}{_of(engine['budget_usd'])} USD"
    if engine["most_turns"]:
        money += f", {engine['turns']} of {engine['most_turns']} turns"
    parts = f"{len(made)} {'attempt' if len(made) == 1 else 'attempts'}, {merged} merged to {engine['branch']}, {money}"
    if engine["engine"] == "dask" and (there := hosts(engine)):
        parts += f", on {few(there)}"
    if found["state"] != "active":
        return parts
    if engine["driver"]:
        host, pid = engine["driver"].split()
        waits = f"; nothing is lost, but it waits: {engine['waits_for']}" if engine["waits_for"] else ""
        return f"{parts}; driven by process {pid} on {host}{waits}"
    return f"{parts}; nobody drives it: `fanout drive {found['run']}`"


def lines(found: Mapping[str, Any]) -> list[str]:
    """For a report: the sum, then each task that took more than one attempt, with why."""
    engine = found.get("driven")
    if not engine:
        return []
    by_task: dict[str, list[Mapping[str, Any]]] = {}
    for one in engine["attempts"]:
        by_task.setdefault(one["task"], []).append(one)
    there = hosts(engine) if engine["engine"] != "dask" else []  # of a cluster they stand in the line
    again = [f"- {task}: {len(made)} attempts ({_why(made)})" for task, made in by_task.items() if len(made) > 1]
    return [f"{line(found)}{f'; on {few(there)}' if there else ''}.", *again]


def hosts(engine: Mapping[str, Any]) -> list[str]:
    """Where its attempts were; of one that runs on a cluster it is not known yet."""
    return sorted({one["host"] for one in engine["attempts"]} - {""})


def _why(made: list[Mapping[str, Any]]) -> str:
    return cut("; ".join(f"{one['number']}: {one['ending'] or one['state']}" for one in made), LONGEST_WHY)


def _of(budget: float) -> str:
    return f" of {budget:.2f}" if budget else ""
