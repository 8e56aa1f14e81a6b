"""A feature's subtasks while a run works on them: their states as the journal has them, and a line for each."""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.plan.read.formats.oac_files import Feature
from fanout.plan.read.reading_builder import clean_id
from fanout.run.store import state_dir
from fanout.run.store.db import connect
from fanout.run.tasks import readiness, runs
from fanout.run.tasks.tasks import LONGEST_OUTCOME

STATES = {"running": "in_progress", "failed": "blocked", "blocked": "blocked", "done": "completed"}


def apply(feature: Feature) -> None:
    """Gives each subtask, as it was read, the status that its task has in the active run; the files stay as they are."""
    view = _view(feature)
    for item in feature.subtasks if view else ():
        task = view.tasks.get(clean_id(item.seq)) if view else None
        if task is not None and task.state in STATES:
            item.data["status"] = STATES[task.state]


def say(feature: Feature) -> None:
    """Prints a line for each subtask while a run works on the feature."""
    for line in lines(feature):
        print(line)


def lines(feature: Feature) -> list[str]:
    """`subtask_02.json: status: "in_progress" - Part 02` for each subtask; none when no run works on the feature."""
    view = _view(feature)
    if view is None:
        return []
    found = [f"  Run {view.run.id}:"]
    for item in feature.subtasks:
        task = view.tasks.get(clean_id(item.seq))
        status = STATES.get(task.state, "pending") if task else item.text_of("status") or "pending"
        waits = readiness.refusal(view, task.id) if task and task.state == "pending" else ""
        said = " ".join((waits or (task.outcome if task else "")).split())[:LONGEST_OUTCOME]
        name, why = os.path.basename(item.path), f": {said}" if said else ""
        found.append(f'  {name}: status: "{status}" - {item.text_of("title")}{why}')
    return found


def _view(feature: Feature) -> readiness.View | None:
    """The active run of the feature's folder."""
    root = state_dir.find(feature.folder)
    if root is None or not os.path.exists(os.path.join(state_dir.folder_of(root), "state.db")):
        return None
    folder = os.path.realpath(feature.folder)
    try:
        db = connect(root)
    except FanoutError:
        return None  # of another version, or damaged: the files speak for themselves
    try:
        for run in runs.active(db):
            if run.source and os.path.realpath(os.path.join(root, run.source)) == folder:
                return readiness.View(db, run.id)
        return None
    finally:
        db.close()
