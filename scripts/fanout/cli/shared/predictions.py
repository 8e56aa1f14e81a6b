"""Files that were predicted of a run's tasks, kept with it, and set against what the tasks really wrote."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from fanout.plan.pattern import PatternError, parse
from fanout.plan.plan import Plan
from fanout.plan.reading import Note
from fanout.plan.refine import calibration
from fanout.plan.refine.apply import WHY
from fanout.plan.refine.calibration import Sample
from fanout.run.changes import changes
from fanout.run.store import base as bases
from fanout.run.store import db
from fanout.run.tasks import runs, tasks


def of_plan(plan: Plan, base: str) -> dict[str, dict[str, object]]:
    """For each task that an analyst predicted files of: the paths, from the project's root, and how sure it was."""
    found: dict[str, dict[str, object]] = {}
    for task in plan.tasks:
        note = plan.reading.notes.get(task.id) or Note()
        sure = [one.confidence for one in note.inferred if one.field == "writes" and one.reason == WHY]
        if sure and note.predicted:
            paths = [*note.predicted, *task.writes]
            found[task.id] = {"paths": [f"{base}/{path}" if base else path for path in paths], "confidence": min(sure)}
    return found


def hints(plan: Plan, base: str) -> dict[str, list[str]]:
    """For each task that an analyst says perhaps touches files: these, from the project's root."""
    notes = {task.id: plan.reading.notes.get(task.id) or Note() for task in plan.tasks}
    return {
        name: [f"{base}/{path}" if base else path for path in note.hints] for name, note in notes.items() if note.hints
    }


def samples(root: str) -> list[Sample]:
    """Of the tasks of every run that are done; [] without a journal."""
    if not os.path.exists(db.path_of(root)):
        return []
    connection = db.connect(root)
    try:
        found = []
        for run in runs.all_of(connection):
            predicted = json.loads(run.predicted).get("writes", {})
            done = (
                {task.id for task in tasks.all_of(connection, run.id) if task.state == "done"} if predicted else set()
            )
            for name, one in predicted.items():
                if name in done:
                    written = list(changes.of_task(connection, run.id, name))
                    found.append(Sample(one["confidence"], _covered(one["paths"], written), len(written)))
        return found
    finally:
        connection.close()


def changed(root: str, source: str, titles: Mapping[str, str]) -> tuple[dict[str, list[str]], set[str]]:
    """Of the tasks that runs of this list have done, and that are called as now: the files that each really changed, from the
    run's base; and those that are done in a run that goes on."""
    if not source or not os.path.exists(db.path_of(root)):
        return {}, set()
    connection = db.connect(root)
    try:
        found: dict[str, list[str]] = {}
        over: set[str] = set()
        for run in (one for one in runs.all_of(connection) if one.source == source):
            done = [task for task in tasks.in_state(connection, run.id, "done") if titles.get(task.id) == task.title]
            for task in done:
                paths = changes.of_task(connection, run.id, task.id)
                found[task.id] = [bases.shown(root, run.base, path) for path in paths]
            over |= {task.id for task in done if run.state == "active"}
        return found, over
    finally:
        connection.close()


def _covered(patterns: list[str], written: list[str]) -> int:
    parsed = []
    for text in patterns:
        try:
            parsed.append(parse(text))
        except PatternError:
            continue
    return sum(any(one.matches(path) for one in parsed) for path in written)


def lines(found: list[Sample]) -> list[str]:
    """`Predicted files: of 12 tasks at 0.95 and more 94 % of what they wrote.`"""
    said = [
        f"of {band.tasks} at {band.least:g} and more {100 * band.share:.0f} %"
        for band in calibration.bands(found)
        if band.tasks
    ]
    if not said:
        return []
    policy = calibration.policy(found)
    exact = "never" if policy.exact > 1 else f"from {policy.exact:g} on"
    believed = f"Locked exactly: {exact}, with what changes beside them: from {policy.usable:g} on."
    return [f"Files that an analyst predicted, of those that the tasks wrote: {', '.join(said)}. {believed}"]
