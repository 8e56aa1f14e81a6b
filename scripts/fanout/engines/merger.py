"""The merger: code, never a model. What is proven goes to the run's branch, which is never red.

merge   each attempt's commit onto the branch's tip, one after another: a clash is that attempt's alone
     -> the checks of all of them on the merged tree, once
     -> green: the branch moves, if it is still where it was; red: the half of them, until the culprit is alone
     -> who clashes or is red is done again from the tip, MOST_REDONE times
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from fanout.engines import attempt as one_attempt
from fanout.engines import work_trees
from fanout.errors import FanoutError
from fanout.run.agents import agents, attempts
from fanout.run.changes import git
from fanout.run.evidence import acceptance, gaps, installed_from_tree
from fanout.run.flow import ending
from fanout.run.store import journal, meta
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Attempt, Run

MOST_REDONE = 3
MOST_OTHERS = 8  # commands of what is merged already that are run again beside an attempt's own
MOST_KEPT = 4 * MOST_OTHERS
COMMANDS = "merged commands "  # of a run, in `meta`
MOST_TRIES = 5
MOST_NAMED = 5


class Moved(Exception):
    """The branch is not where it was: somebody else moved it."""


def merge(db: sqlite3.Connection, root: str, run: Run, batch: list[Attempt]) -> None:
    """Brings what is proven into the run's branch, or sends it back. Raises FanoutError where nothing can be merged."""
    work_trees.refuse_taken(root, run)
    for _ in range(MOST_TRIES):
        try:
            _merge(db, root, run, batch)
            return
        except Moved:
            batch = [one for one in attempts.waiting(db, run.id) if one.agent in {known.agent for known in batch}]
    raise FanoutError(
        f"{work_trees.branch(run.id)} is moved again and again by somebody else.",
        f"End what else commits to it, then `fanout drive {run.id}` goes on.",
    )


def _merge(db: sqlite3.Connection, root: str, run: Run, batch: list[Attempt]) -> None:
    tip = work_trees.tip(root, run)
    stack = _stacked(db, root, run, tip, batch)
    if not stack:
        return
    top = stack[-1][1]
    gap = check(db, root, run, top, [one for one, _ in stack])
    if not gap:
        _move(root, run, tip, top)
        for one, commit in stack:
            record(db, one, commit)
    elif len(stack) == 1:
        _send_back(db, stack[0][0], f"with what is merged by now {gaps.in_a_line(gap)}")
    else:
        half = len(stack) // 2
        _merge(db, root, run, [one for one, _ in stack[:half]])
        _merge(db, root, run, [one for one, _ in stack[half:]])


def _stacked(db: sqlite3.Connection, root: str, run: Run, tip: str, batch: list[Attempt]) -> list[tuple[Attempt, str]]:
    """Each attempt that merges, with its commit on top of those before; the others are sent back."""
    top, stack = tip, []
    for one in batch:
        if not one.work:
            record(db, one, "")
            continue
        tree, clashes = _laid_on(root, top, one)
        if clashes:
            _send_back(db, one, _clash(root, one, top, clashes))
            continue
        words = one_attempt.message(tasks.get(db, run.id, one.task), one, one.summary)
        top = git.run(root, "commit-tree", tree, "-p", top, "-F", "-", data=words.encode())
        stack.append((one, top))
    return stack


def _laid_on(root: str, top: str, one: Attempt) -> tuple[str, list[str]]:
    """As work_trees.merged_tree; nothing is to be merged where nobody else was since it began."""
    if one.base != top:
        return work_trees.merged_tree(root, top, one.work)
    return f"{one.work}^{{tree}}", work_trees.one_file(root, top, one.work)


def _move(root: str, run: Run, tip: str, top: str) -> None:
    """Compare and swap. Raises Moved."""
    if git.attempt(root, "update-ref", "-m", f"fanout: merged to {run.id}", work_trees.branch(run.id), top, tip)[0]:
        raise Moved


def record(db: sqlite3.Connection, one: Attempt, commit: str) -> None:
    """The branch has the attempt's work ("" when there was none): its task is done."""
    with Write(db):
        agent = agents.get(db, one.agent)
        if not agent.is_live:
            return
        if commit:
            _keep_commands(db, one)
        attempts.merge(db, one.agent, commit)
        journal.note(db, "merged", one.run, one.task, one.agent, commit=commit)
        ending.conclude(db, agent, "done", one.summary)


def check(db: sqlite3.Connection, root: str, run: Run, commit: str, batch: list[Attempt]) -> str:
    """What the acceptance commands of these attempts, and some of what is merged already, say of a commit; "" for nothing."""
    items = _commands(db, run, batch)
    if not items:
        return ""
    place = tree_at(root, run, commit)
    home = work_trees.home_in(root, run, place)
    try:
        env = installed_from_tree.environment(work_trees.tree_of(root, run), place)
    except installed_from_tree.Unmapped:
        env = {}
    name = batch[-1].task if batch else "merge"
    return acceptance.failure(root, home, run.id, name, {"accept": items}, env=env)


def _commands(db: sqlite3.Connection, run: Run, batch: list[Attempt]) -> list[dict[str, Any]]:
    """Each command once: those of the batch, and of what is merged as long as they are few."""
    own = _of_attempts(db, batch)
    before = _merged_commands(db, run.id)
    others = [item for item in before.values() if item["command"] not in own]
    few = len(before) < MOST_KEPT and len(others) <= MOST_OTHERS
    return [*own.values(), *(others if few else [])]


def _merged_commands(db: sqlite3.Connection, run: str) -> dict[str, dict[str, Any]]:
    """The commands of what is merged, MOST_KEPT at most; kept in the journal, since a run may have thousands of tasks."""
    kept = meta.get(db, COMMANDS + run)
    if kept:
        found: dict[str, dict[str, Any]] = json.loads(kept)
        return found
    return _first(_of_attempts(db, attempts.merged(db, run)))


def _keep_commands(db: sqlite3.Connection, one: Attempt) -> None:
    """The attempt is merged. Inside a transaction, before the journal says so."""
    known = _merged_commands(db, one.run)
    if len(known) < MOST_KEPT:
        both = _first({**known, **_of_attempts(db, [one])})
        meta.put(db, COMMANDS + one.run, json.dumps(both, ensure_ascii=False))


def _first(items: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return dict(list(items.items())[:MOST_KEPT])


def _of_attempts(db: sqlite3.Connection, batch: list[Attempt]) -> dict[str, dict[str, Any]]:
    return _of_tasks([tasks.record(tasks.get(db, one.run, one.task)) for one in batch])


def _of_tasks(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is run when a task is done, by the command."""
    found: dict[str, dict[str, Any]] = {}
    for record_ in records:
        for item in record_.get("accept") or []:
            if item.get("command") and item.get("when", "task") == "task":
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


def _send_back(db: sqlite3.Connection, one: Attempt, why: str) -> None:
    with Write(db):
        ending.not_merged(db, agents.get(db, one.agent), why, MOST_REDONE)


def _clash(root: str, one: Attempt, top: str, paths: list[str]) -> str:
    """Which files, and whose work is there by now."""
    form = "--format=%(trailers:key=Fanout-Task,valueonly)"
    listed = git.run(root, "log", form, f"{one.base}..{top}", "--", *(f":(top,literal){path}" for path in paths))
    names = list(dict.fromkeys(name for name in listed.split() if name))
    whose = f" with {', '.join(names[:MOST_NAMED])}" if names else ""
    return f"a merge conflict{whose} in {', '.join(paths[:MOST_NAMED])}"
