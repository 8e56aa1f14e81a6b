"""A run's branch comes to the user's: one commit a task in the plan's order, or one merge. Nothing is ever forced.

land -> the user's tree is clean, the branch has something new
     -> the commits on top of the user's own: in plan order where that comes to the same tree, else in the order of merging
     -> where the user's branch has moved meanwhile: the checks again
     -> git merge --ff-only; or pull requests of these commits (pull_requests.py)
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanout.engines import merged_checks, work_trees
from fanout.errors import FanoutError
from fanout.run.agents import attempts
from fanout.run.changes import git
from fanout.run.evidence import gaps
from fanout.run.store import case_folding, spelling
from fanout.run.tasks import tasks

if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Attempt, Run

MOST_NAMED = 8


@dataclass(frozen=True)
class Landed:
    """What came to the user's branch: the commits with their tasks, and what is to be said of them."""

    branch: str
    commits: list[tuple[str, str]]
    note: str


def land(db: sqlite3.Connection, root: str, run: Run, as_merge: bool = False) -> Landed:
    """Brings them there. Raises FanoutError, and then nothing is changed."""
    tree = work_trees.tree_of(root, run)
    branch_of(tree)
    _refuse_dirty(tree, run)
    landed = prepared(db, root, run, as_merge)
    if landed.commits:
        _refuse_in_the_way(tree, landed.commits[-1][1])
        git.run(tree, "merge", "--ff-only", "--no-overwrite-ignore", "-q", landed.commits[-1][1])
    return landed


def prepared(db: sqlite3.Connection, root: str, run: Run, as_merge: bool = False, upon: str = "") -> Landed:
    """The commits that would land on the branch of the user's tree, made and checked; that branch stays where it is.

    `upon`: the commit that they stand on, where that is not the user's. Raises FanoutError.
    """
    tree = work_trees.tree_of(root, run)
    name = branch_of(tree)
    head, tip = upon or git.run(tree, "rev-parse", "HEAD"), work_trees.tip(root, run)
    new = _new(db, root, run, head)
    if not new:
        return Landed(name, [], "")
    wanted, clashes = work_trees.merged_tree(root, head, tip)
    if clashes:
        raise FanoutError(
            f"what {run.id} merged conflicts with {name} in {', '.join(clashes[:MOST_NAMED])}.",
            f"`git merge fanout/{run.id}` lets you settle that by hand.",
        )
    commits, note = _merge(root, run, head, tip, wanted, new) if as_merge else _line(db, root, run, head, wanted, new)
    _check(db, root, run, head, commits[-1][1], new)
    return Landed(name, commits, note)


def branch_of(tree: str) -> str:
    code, name, _ = git.attempt(tree, "symbolic-ref", "--short", "-q", "HEAD")
    if code:
        raise FanoutError(f"{tree} is on no branch.", "`git switch BRANCH`: that is where the run's work goes.")
    return name.strip()


def _refuse_dirty(tree: str, run: Run) -> None:
    """Whatever is not committed may be somebody's work; the list itself, in which what is done is marked, may be changed."""
    lists = {os.path.realpath(path) for path in json.loads(run.files)}
    dirty, why = git.status(tree, "--untracked-files=no")
    if why:
        raise FanoutError(
            f"git can't say what is changed in {tree}: {git.trouble(why)}.", f"`git -C {tree} status` tells more."
        )
    names = [name for _, name in dirty if os.path.realpath(os.path.join(tree, name)) not in lists]
    if names:
        raise FanoutError(
            f"{_named(names)} in {tree} {'is' if len(names) == 1 else 'are'} changed and not committed.",
            "Commit or stash that first; nothing of the run is lost meanwhile.",
        )


def _refuse_in_the_way(tree: str, commit: str) -> None:
    """A file that git does not have, ignored ones too, and that what lands would overwrite."""
    added = git.run(tree, "diff-tree", "-r", "-z", "--no-renames", "--diff-filter=A", "--name-only", "HEAD", commit)
    names = [name for name in added.split("\0") if name and os.path.lexists(os.path.join(tree, name))]
    if names and case_folding.is_on(tree):  # a file that is only spelled in another way from now on is git's
        known = {spelling.key(name, True) for name in git.run(tree, "ls-files", "-z").split("\0")}
        names = [name for name in names if spelling.key(name, True) not in known]
    if names:
        raise FanoutError(
            f"{_named(names)} in {tree} {'is' if len(names) == 1 else 'are'} not in git, and what lands has a file of that name.",
            "Move it out of the way first; nothing of the run is lost meanwhile.",
        )


def _named(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def _new(db: sqlite3.Connection, root: str, run: Run, head: str) -> list[Attempt]:
    """What is merged to the run's branch and not in the user's, in the order of merging."""
    there = set(_trailers(root, run, head))
    order = {commit: place for place, commit in enumerate(_commits(root, run))}
    found = [one for one in attempts.merged(db, run.id) if (one.task, str(one.number)) not in there]
    return sorted(found, key=lambda one: order.get(one.merged, len(order)))


def in_order(db: sqlite3.Connection, run: Run) -> list[Attempt]:
    """Everything that is merged to the run's branch, in the plan's order."""
    rank = {task.id: task.rank for task in tasks.all_of(db, run.id)}
    return sorted(attempts.merged(db, run.id), key=lambda one: rank[one.task])


def _commits(root: str, run: Run) -> list[str]:
    return git.run(root, "rev-list", "--reverse", f"{run.begun_at}..{work_trees.tip(root, run)}").split()


def _trailers(root: str, run: Run, head: str) -> list[tuple[str, str]]:
    """(task, attempt) of the commits of this run that the user's branch has."""
    keys = ("Fanout-Run", "Fanout-Task", "Fanout-Attempt")
    form = "%x00".join(f"%(trailers:key={key},valueonly,separator=%x2C)" for key in keys)
    rows = [
        line.split("\0") for line in git.run(root, "log", f"--format={form}", f"{run.begun_at}..{head}").splitlines()
    ]
    found = []
    for row in rows:
        if len(row) == 3 and row[0] == run.id:
            found += list(zip(row[1].split(","), row[2].split(","), strict=False))
    return found


Made = tuple[list[tuple[str, str]], str]


def _merge(root: str, run: Run, head: str, tip: str, wanted: str, new: list[Attempt]) -> Made:
    """One commit with two parents. Its trailers name every task."""
    trailers = "".join(f"Fanout-Task: {one.task}\nFanout-Attempt: {one.number}\n" for one in new)
    words = f"Merge {run.title or run.id} ({len(new)} tasks)\n\nFanout-Run: {run.id}\n{trailers}"
    made = git.run(root, "commit-tree", wanted, "-p", head, "-p", tip, "-F", "-", data=words.encode())
    return [(", ".join(one.task for one in new), made)], ""


def _line(db: sqlite3.Connection, root: str, run: Run, head: str, wanted: str, new: list[Attempt]) -> Made:
    """One commit a task."""
    rank = {task.id: task.rank for task in tasks.all_of(db, run.id)}
    in_order = sorted(new, key=lambda one: rank[one.task])
    for order, note in (
        (in_order, ""),
        (new, "In the order of merging: in the plan's order they don't apply one by one."),
    ):
        commits = _replayed(root, head, order)
        if commits and git.run(root, "rev-parse", f"{commits[-1][1]}^{{tree}}") == wanted:
            return commits, note
    raise FanoutError(
        f"the tasks of {run.id} don't apply one by one on your branch.",
        f"`fanout land {run.id} --merge` merges them as one.",
    )


def _replayed(root: str, head: str, order: list[Attempt]) -> list[tuple[str, str]]:
    """Each task's step on top of the one before; [] where one clashes."""
    top, commits = head, []
    for one in order:
        tree = _laid(root, top, one.merged)
        if not tree:
            return []
        words = git.run(root, "log", "-1", "--format=%B", one.merged) + "\n"
        top = git.run(root, "commit-tree", tree, "-p", top, "-F", "-", data=words.encode())
        commits.append((one.task, top))
    return commits


def _laid(root: str, top: str, commit: str) -> str:
    """The tree of `top` with the step that a commit is from its parent, "" where they clash: git's own merge, given that
    parent as the base."""
    base = git.run(root, "commit-tree", f"{commit}^^{{tree}}", "-m", "base")
    ours = git.run(root, "commit-tree", f"{top}^{{tree}}", "-p", base, "-m", "ours")
    theirs = git.run(root, "commit-tree", f"{commit}^{{tree}}", "-p", base, "-m", "theirs")
    return work_trees.merged_tree(root, ours, theirs)[0]


def _check(db: sqlite3.Connection, root: str, run: Run, head: str, made: str, new: list[Attempt]) -> None:
    """Where the user's branch has moved since, the checks say whether both go together. Raises FanoutError."""
    if head == run.begun_at:
        return
    gap = merged_checks.gap(db, root, run, made, new)
    merged_checks.forget_tree(root, run)
    if gap:
        raise FanoutError(
            f"with what your branch has by now {gaps.in_a_line(gap)}",
            f"Fix that in a branch of your own: `git merge fanout/{run.id}`.",
        )
