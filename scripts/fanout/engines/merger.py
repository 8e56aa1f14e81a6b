"""The merger: code, never a model. What is proven goes to the run's branch, which is never red.

merge   each attempt's commit onto the branch's tip, one after another: a clash is that attempt's alone
     -> the checks of all of them on the merged tree, once
        -> at chosen points those of the run's end as well (checkpoint)
     -> green: the branch moves, if it is still where it was; red: the half of them, until the culprit is alone
     -> who clashes or is red is done again from the tip, MOST_REDONE times
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanout.engines import attempt as one_attempt
from fanout.engines import checkpoint, merged_checks, work_trees
from fanout.errors import FanoutError
from fanout.run.agents import agents, attempts
from fanout.run.changes import git
from fanout.run.evidence import gaps
from fanout.run.flow import ending
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Attempt, Run

MOST_REDONE = checkpoint.MOST_REDONE
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


def _merge(db: sqlite3.Connection, root: str, run: Run, batch: list[Attempt], is_part: bool = False) -> None:
    """`is_part`: of a batch that was red."""
    tip = work_trees.tip(root, run)
    stack = _stacked(db, root, run, tip, batch)
    if not stack:
        return
    top = stack[-1][1]
    batch = [one for one, _ in stack]
    gap = merged_checks.gap(db, root, run, top, batch) or checkpoint.gap(db, root, run, tip, top, batch, is_part)
    if not gap:
        _move(root, run, tip, top)
        for one, commit in stack:
            record(db, one, commit)
    elif len(stack) == 1:
        _send_back(db, stack[0][0], f"with what is merged by now {gaps.in_a_line(gap)}")
    else:
        half = len(stack) // 2
        _merge(db, root, run, batch[:half], is_part=True)
        _merge(db, root, run, batch[half:], is_part=True)


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
            merged_checks.keep(db, one)
        attempts.merge(db, one.agent, commit)
        journal.note(db, "merged", one.run, one.task, one.agent, commit=commit)
        ending.conclude(db, agent, "done", one.summary)


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
