"""The checks on what is merged: which commands, and the work tree in which they run."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Literal

from fanout.engines import work_trees
from fanout.run.agents import attempts
from fanout.run.changes import git
from fanout.run.evidence import acceptance, installed_from_tree
from fanout.run.store import meta
from fanout.run.tasks import tasks

if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Attempt, Run

When = Literal["task", "end"]
Commands = dict[str, dict[str, Any]]  # the criteria of acceptance by their command, each command once

MOST_OTHERS = 8  # commands of what is merged already that are run again beside an attempt's own
MOST_KEPT = 4 * MOST_OTHERS
KEPT: dict[When, str] = {"task": "merged commands ", "end": "merged end commands "}  # of a run, in `meta`


def gap(db: sqlite3.Connection, root: str, run: Run, commit: str, batch: list[Attempt]) -> str:
    """What the acceptance commands of these attempts, and some of what is merged already, say of a commit; "" for nothing."""
    own = _of_attempts(db, batch)
    before = merged(db, run.id)
    others = {command: item for command, item in before.items() if command not in own}
    few = len(before) < MOST_KEPT and len(others) <= MOST_OTHERS
    return said(root, run, commit, {**own, **(others if few else {})}, batch[-1].task if batch else "merge")


def at_end(db: sqlite3.Connection, run: str, batch: list[Attempt]) -> Commands:
    """The commands for the run's end of what is merged, and of these attempts."""
    return _first({**merged(db, run, "end"), **_of_attempts(db, batch, "end")})


def said(root: str, run: Run, commit: str, commands: Commands, name: str) -> str:
    """What is missing when these commands run on a commit, "" when all exit 0. `name`: under which their output is kept."""
    if not commands:
        return ""
    place = tree_at(root, run, commit)
    base = work_trees.home_in(root, run, place)
    try:
        env = installed_from_tree.environment(work_trees.tree_of(root, run), place)
    except installed_from_tree.Unmapped:
        env = {}
    items = [{**item, "when": "task"} for item in commands.values()]
    return acceptance.failure(root, base, run.id, name, {"accept": items}, env=env)


def merged(db: sqlite3.Connection, run: str, when: When = "task") -> Commands:
    """The commands of what is merged, MOST_KEPT at most; kept in the journal, since a run may have thousands of tasks."""
    kept = meta.get(db, KEPT[when] + run)
    if kept:
        found: Commands = json.loads(kept)
        return found
    return _first(_of_attempts(db, attempts.merged(db, run), when))


def keep(db: sqlite3.Connection, one: Attempt) -> None:
    """The attempt is merged. Inside a transaction, before the journal says so."""
    for when, name in KEPT.items():
        known = merged(db, one.run, when)
        if len(known) < MOST_KEPT:
            both = _first({**known, **_of_attempts(db, [one], when)})
            meta.put(db, name + one.run, json.dumps(both, ensure_ascii=False))


def _first(items: Commands) -> Commands:
    return dict(list(items.items())[:MOST_KEPT])


def _of_attempts(db: sqlite3.Connection, batch: list[Attempt], when: When = "task") -> Commands:
    return _of_tasks([tasks.record(tasks.get(db, one.run, one.task)) for one in batch], when)


def _of_tasks(records: list[dict[str, Any]], when: When) -> Commands:
    found: Commands = {}
    for record in records:
        for item in record.get("accept") or []:
            if item.get("command") and item.get("when", "task") == when:
                found.setdefault(item["command"], item)
    return found


def tree_at(root: str, run: Run, commit: str) -> str:
    """The merger's own work tree, as the commit has it. What git ignores there stays: it is made again slowly."""
    place = os.path.join(root, work_trees.FOLDER, f"{run.id}.merge")
    if not os.path.exists(os.path.join(place, ".git")):
        return work_trees.make(root, place, commit)
    git.run(place, "checkout", "-q", "--force", "--detach", commit)
    git.run(place, "clean", "-fdq")
    return place


def home(root: str, run: Run) -> str:
    """The folder that the run's commands start in, in the merger's work tree as the run's branch has it."""
    return work_trees.home_in(root, run, tree_at(root, run, work_trees.tip(root, run)))


def forget_tree(root: str, run: Run) -> None:
    place = os.path.join(root, work_trees.FOLDER, f"{run.id}.merge")
    if os.path.isdir(place):
        work_trees.remove(root, place)
