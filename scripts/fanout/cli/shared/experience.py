"""What past runs of this project teach about estimates, from its journal."""

from __future__ import annotations

import os

from fanout.plan.estimates import Sample
from fanout.run.store import db
from fanout.run.tasks import tasks


def samples(root: str) -> list[Sample]:
    """The tasks that agents did to the end, those of a rerun by their last attempt; [] without a journal."""
    if not os.path.exists(db.path_of(root)):
        return []
    connection = db.connect(root)
    try:
        return [_sample(record, seconds / 60) for record, seconds in tasks.took(connection)]
    finally:
        connection.close()


def _sample(record: dict[str, object], minutes: float) -> Sample:
    estimated = record.get("estimate_minutes")
    known = float(estimated) if isinstance(estimated, (int, float)) else None
    return Sample(str(record.get("agent") or ""), known, minutes)
