"""The files that a run's tasks changed against those that their plan foresaw, and what the run learned of the others."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from fanout.plan.pattern import PatternError, parse
from fanout.report.cells import clean, counted, few
from fanout.run.changes import changes
from fanout.run.store import base, journal, meta, paths, planned
from fanout.run.tasks import runs, tasks

MOST_NAMED = 5


def of_run(db: sqlite3.Connection, run: str) -> dict[str, Any]:
    """{"tasks", "changed", "foreseen", "others": {path: [tasks]}, "locks": {path: [tasks]}}, of the tasks that are done and
    had files foreseen: what they declare, and what an analyst predicted of them."""
    record = runs.get(db, run)
    guessed = json.loads(record.predicted).get("writes", {})
    folds, root = meta.folds_case(db), meta.root(db)
    judged = changed = foreseen = 0
    others: dict[str, list[str]] = {}
    for task in tasks.in_state(db, run, "done"):
        known = [re.compile(one.regex).fullmatch for one in planned.writes_of(db, run, task.id)]
        known += [one.matches for one in _patterns(guessed.get(task.id, {}).get("paths", ()))]
        written = changes.of_task(db, run, task.id) if known else {}
        judged += bool(written)
        changed += len(written)
        for path in written:
            if any(matches(name) for matches in known for name in (path, paths.key(path, folds))):
                foreseen += 1
            else:
                others.setdefault(base.shown(root, record.base, path), []).append(task.id)
    events = journal.events(db, run, "learned")
    locks = {base.shown(root, record.base, one.facts["path"]): list(one.facts["tasks"]) for one in events}
    return {"tasks": judged, "changed": changed, "foreseen": foreseen, "others": others, "locks": locks}


def _patterns(texts: Iterable[str]) -> Iterable[Any]:
    for text in texts:
        try:
            yield parse(text)
        except PatternError:
            continue


def lines(found: Mapping[str, Any]) -> list[str]:
    """Nothing when all was foreseen and nothing learned."""
    said = []
    if found.get("others"):
        share = round(100 * found["foreseen"] / found["changed"])
        named = few([_named(path, who) for path, who in found["others"].items()], MOST_NAMED)
        said.append(
            f"Files foreseen: {found['foreseen']} of the {found['changed']} that {counted(found['tasks'], 'task')} changed "
            f"({share} %). Not foreseen: {named}."
        )
    for path, who in found.get("locks", {}).items():
        said.append(f"{clean(path)}: two tasks had touched it, so {few(who, MOST_NAMED)} do not run at once.")
    return said


def _named(path: str, who: list[str]) -> str:
    return f"{clean(path)} ({', '.join(who)})"
