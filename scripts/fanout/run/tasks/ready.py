"""What can start now, and for every other task why it can't yet.

Rolling dispatch: a task starts when what it depends on is done, a slot is free, and every conflicting task that stands
before it in the order is over. With barriers, also: when every task of the batches before it is over.
"""

from __future__ import annotations

import sqlite3

from fanout.run.agents import agents, patterns_overlap
from fanout.run.tasks import measure, tasks

HOPELESS = ("failed", "blocked", "cancelled")
CLIENT_CAP = 20


class View:
    """One consistent look at a run: its tasks by id, what they need, what they conflict with, who is live."""

    __slots__ = (
        "claims",
        "declared",
        "hazards",
        "live",
        "needs",
        "run",
        "spans",
        "stop",
        "stuck",
        "tasks",
        "turn",
        "workers",
    )

    def __init__(self, db: sqlite3.Connection, run: str) -> None:
        self.run: sqlite3.Row = db.execute("SELECT * FROM run WHERE id = ?", (run,)).fetchone()
        self.tasks: dict[str, sqlite3.Row] = {row["id"]: row for row in tasks.all_of(db, run)}
        self.needs: dict[str, list[str]] = {name: [] for name in self.tasks}
        for row in db.execute("SELECT task, needs FROM need WHERE run = ?", (run,)):
            self.needs[row["task"]].append(row["needs"])
        self.hazards: dict[str, list[sqlite3.Row]] = {name: [] for name in self.tasks}
        for row in db.execute("SELECT * FROM hazard WHERE run = ?", (run,)):
            self.hazards[row["task"]].append(row)
        self.live = agents.live(db)
        self.claims = _foreign_claims(db, run)
        self.declared = _declared(db, run) if self.claims else {}
        self.stuck = _stuck(self)
        self.stop = _stop(self)
        self.turn = _batch_now(self)
        self.spans = measure.spans(db, run)
        self.workers = _workers(db, run)

    def slots(self) -> int:
        """How many more agents may start: the run's cap, and the client's own for everything that runs."""
        of_run = sum(1 for row in self.live if row["run"] == self.run["id"])
        cap = min(int(self.run["cap"]), int(self.run["pace"]))
        return max(0, min(cap - of_run, CLIENT_CAP - len(self.live)))


def startable(view: View) -> list[sqlite3.Row]:
    """The tasks to launch now, in order, no more than there are slots."""
    if view.run["state"] != "active":
        return []
    chosen: list[sqlite3.Row] = []
    free = view.slots()
    for name, row in view.tasks.items():
        if len(chosen) == free:
            break
        if row["state"] == "pending" and not why_not(view, name):
            chosen.append(row)
    return chosen


def to_launch(view: View) -> list[sqlite3.Row]:
    """The tasks that Claude is to launch now: none while workers take them by themselves."""
    return [] if view.workers else startable(view)


def why_not(view: View, name: str) -> str:
    """Why a pending task can't start now, slots aside; "" when it can."""
    unmet = [need for need in view.needs[name] if view.tasks[need]["state"] not in tasks.SATISFIED]
    if unmet:
        lost = [need for need in unmet if view.tasks[need]["state"] in HOPELESS or need in view.stuck]
        if lost:
            return f"needs {', '.join(lost)}, which {_fate(view, lost[0])}"
        return f"needs {', '.join(unmet)}"
    return _held_by_policy(view, name) or _held_by_hazard(view, name) or _held_by_claim(view, name)


def is_over(view: View) -> bool:
    """Nothing runs and nothing can start any more."""
    if any(row["state"] == "running" for row in view.tasks.values()):
        return False
    return not any(row["state"] == "pending" and _may_still_start(view, name) for name, row in view.tasks.items())


def _may_still_start(view: View, name: str) -> bool:
    return name not in view.stuck and not stopped(view, name)


def _held_by_hazard(view: View, name: str) -> str:
    place = _place(view, name)
    for row in view.hazards[name]:
        other = view.tasks[row["other"]]
        before = _place(view, other["id"]) < place
        first = other["state"] == "pending" and before and _may_still_start(view, other["id"])
        if other["state"] == "running" or first:
            return f"waits for {other['id']}: {describe(row['kind'], row['witness'])}"
    return ""


def _place(view: View, name: str) -> tuple[int, int]:
    """Where a task stands in the queue for a contested path: with barriers its batch comes first."""
    row = view.tasks[name]
    return (row["batch"] if view.run["mode"] == "barrier" else 0, row["rank"])


def describe(kind: str, witness: str) -> str:
    """A hazard in words: those of the plan (fanout.plan.hazards.clause)."""
    if kind == "write-write":
        return f"both write {witness}"
    if kind == "read-write":
        return f"one writes {witness}, the other reads it"
    if kind == "resource":
        return f"both use {witness}"
    return witness or "they exclude each other"


def _held_by_claim(view: View, name: str) -> str:
    run = view.run["id"]
    for claim in view.claims:
        if (claim["run"], claim["task"]) == (run, name):
            continue
        if any(patterns_overlap.may(declared, claim) for declared in view.declared.get(name, ())):
            return f"waits for {agents.name_of(claim, run)}, which has {claim['pattern']}"
    return ""


def _held_by_policy(view: View, name: str) -> str:
    if stopped(view, name):
        return f"the run stops after a failure ({view.run['on_failure']})"
    if view.run["mode"] == "barrier" and view.tasks[name]["batch"] > view.turn:
        return f"batch {view.turn} is not over"
    return ""


def _batch_now(view: View) -> int:
    open_ = [
        row["batch"]
        for name, row in view.tasks.items()
        if row["state"] == "running" or (row["state"] == "pending" and _may_still_start(view, name))
    ]
    return min(open_, default=0)


def stopped(view: View, name: str) -> bool:
    """Whether a failure elsewhere keeps this task from ever starting, by the run's policy."""
    return view.stop is not None and int(view.tasks[name]["batch"]) > view.stop


def _stop(view: View) -> int | None:
    """The last batch that may still start after a failure, by the run's policy; None when nothing is stopped."""
    policy = view.run["on_failure"]
    failed = [row["batch"] for row in view.tasks.values() if _failed(row)]
    if policy not in ("fail-fast", "gate") or not failed:
        return None
    return -1 if policy == "fail-fast" else int(min(failed))


def _failed(row: sqlite3.Row) -> bool:
    """Whether the task failed in this run: one that was blocked in its list has not been tried."""
    return row["state"] == "failed" or (row["state"] == "blocked" and bool(row["attempts"]))


def _stuck(view: View) -> set[str]:
    """The pending tasks that depend, however far, on one that failed."""
    after: dict[str, list[str]] = {}
    for name, needs in view.needs.items():
        for need in needs:
            after.setdefault(need, []).append(name)
    found: set[str] = set()
    queue = [name for name, row in view.tasks.items() if row["state"] in HOPELESS]
    while queue:
        for name in after.get(queue.pop(), ()):
            if name not in found and view.tasks[name]["state"] == "pending":
                found.add(name)
                queue.append(name)
    return found


def _fate(view: View, name: str) -> str:
    state = view.tasks[name]["state"]
    return "can't start" if state == "pending" else {"failed": "failed", "blocked": "is blocked"}.get(state, state)


def _foreign_claims(db: sqlite3.Connection, run: str) -> list[sqlite3.Row]:
    """What live agents hold and this run's own hazards do not know of: taken by writing, or declared in another run."""
    return db.execute(
        "SELECT claim.anchor, claim.pattern, claim.regex, agent.* FROM claim JOIN agent ON agent.id = claim.agent"
        " WHERE (claim.kind <> 'declared' OR agent.run <> ?) AND agent.kind <> 'main' ORDER BY claim.pattern",
        (run,),
    ).fetchall()


def _workers(db: sqlite3.Connection, run: str) -> bool:
    """Whether agents of the client work that take the run's tasks by themselves."""
    found = db.execute(
        "SELECT 1 FROM event JOIN agent ON agent.id = event.agent WHERE event.run = ? AND event.kind IN"
        f" ('worker', 'claimed') AND agent.state IN {agents.LIVE} AND COALESCE(agent.agent_id, '') NOT LIKE ? LIMIT 1",
        (run, agents.WORKER + "%"),
    ).fetchone()
    return found is not None


def _declared(db: sqlite3.Connection, run: str) -> dict[str, list[sqlite3.Row]]:
    found: dict[str, list[sqlite3.Row]] = {}
    for row in db.execute("SELECT task, anchor, pattern, regex FROM declared WHERE run = ?", (run,)):
        found.setdefault(row["task"], []).append(row)
    return found
