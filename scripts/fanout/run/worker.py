"""Workers that organise themselves: each takes the next ready task, and no task is taken twice."""

from __future__ import annotations

import sqlite3

from fanout.run import agents, brief, claims, journal, ready, tasks, watch
from fanout.run.db import Write


def take(db: sqlite3.Connection, root: str, run: str, worker: str) -> str | None:
    """Takes the next task for `worker` and returns its brief; the one it has already, if any; None when none is ready.

    A worker is no agent of the client: it is known by its name, and ends its task with `fanout done` or `fanout fail`.
    """
    with Write(db):
        mine = db.execute(
            "SELECT task FROM agent WHERE run = ? AND tool_use = ? AND state IN ('open', 'running')",
            (run, _key(worker)),
        ).fetchone()
        if mine is not None:
            return brief.write(db, root, run, mine["task"])
        rows = ready.startable(ready.View(db, run))
        if not rows:
            return None
        task = rows[0]["id"]
        row = agents.open_launch(
            db,
            "",
            _key(worker),
            "worker",
            worker[:80],
            run,
            task,
            read_only=bool(tasks.record(rows[0]).get("read_only")),
        )
        agents.bind(db, row, _key(worker), "worker")
        claims.take_declared(db, row, run, task)
        watch.begin(db, root, row, run, task)
        tasks.begin(db, run, task)
        journal.note(db, "claimed", run, task, row, worker=worker[:80])
        return brief.write(db, root, run, task)


def _key(worker: str) -> str:
    return f"worker:{worker}"
