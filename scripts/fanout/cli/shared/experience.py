"""What past runs of this project teach about estimates, from its journal."""

from __future__ import annotations

import json
import os

from fanout.plan.estimates import Sample
from fanout.run.store import db


def samples(root: str) -> list[Sample]:
    """The tasks that agents did to the end, those of a rerun by their last attempt; [] without a journal."""
    if not os.path.exists(db.path_of(root)):
        return []
    connection = db.connect(root)
    try:
        rows = connection.execute(
            "SELECT task.record, MAX(agent.ended - COALESCE(agent.started, agent.opened)) AS took FROM task"
            " JOIN agent ON agent.run = task.run AND agent.task = task.id AND agent.state = 'ended'"
            " AND agent.ending = 'done' WHERE task.state = 'done' GROUP BY task.run, task.id ORDER BY task.ended"
        ).fetchall()
    finally:
        connection.close()
    return [_sample(json.loads(row["record"]), row["took"] / 60) for row in rows if row["took"]]


def _sample(record: dict[str, object], minutes: float) -> Sample:
    estimated = record.get("estimate_minutes")
    known = float(estimated) if isinstance(estimated, (int, float)) else None
    return Sample(str(record.get("agent") or ""), known, minutes)
