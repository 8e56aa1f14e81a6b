"""What a task changed beyond what it declares: named to Claude and in the report, and left out of its commit until asked for.

A task that declares nothing has no beyond. A path that was granted, or that git ignores, is none either, nor are new tests
that it asks for.
"""

from __future__ import annotations

import re

from fanout.run.changes import changes, git, objects
from fanout.run.store import base, journal, meta, paths, planned
from fanout.run.tasks import asked_tests, tasks

MOST_TYPED = 3

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from fanout.run.store.records import Agent


def of_task(db: sqlite3.Connection, root: str, run: str, task: str) -> dict[str, str]:
    """Path -> "created", "changed" or "deleted". A folder of its own for a tool's output is for git to ignore."""
    record = tasks.record(tasks.get(db, run, task))
    declared = [re.compile(one.regex).fullmatch for one in planned.writes_of(db, run, task)]
    widened = {event.facts["path"] for event in journal.of_task(db, run, task, "scope-widened")}
    if not declared or widened.issuperset(record.get("writes") or []):  # what it asked for is no declaration
        return {}
    folds = meta.folds_case(db)
    grants = (event for event in journal.events(db, run, "scope-granted") if event.task == task)
    granted = {paths.key(event.facts["path"], folds) for event in grants}
    has_tests = asked_tests.are_unnamed(record)
    loose = {}
    for path, change in changes.of_task(db, run, task).items():
        key = paths.key(path, folds)
        is_own = has_tests and change[0] == objects.ABSENT and asked_tests.is_test(path)
        if key not in granted and not is_own and not any(matches(key) for matches in declared):
            loose[path] = _how(*change)
    ignored = _ignored(base.tree(root, base.folder(db, root, run)), root, list(loose))
    return {path: how for path, how in loose.items() if path not in ignored}


def note(db: sqlite3.Connection, root: str, agent: Agent) -> None:
    """Journals it as the agent's task is done, inside a transaction."""
    found = of_task(db, root, agent.run, agent.task)
    if found:
        whose = _whose(db, agent, found)
        journal.note(db, "beyond", agent.run, agent.task, agent.id, paths=found, others=[*whose], whose=whose)


def _whose(db: sqlite3.Connection, agent: Agent, found: dict[str, str]) -> dict[str, list[str]]:
    """Which of these each task of the run had made before that is done."""
    made = {}
    for task in tasks.in_state(db, agent.run, "done"):
        if task.id != agent.task:
            made[task.id] = changes.of_task(db, agent.run, task.id).keys() & found.keys()
    return {name: sorted(paths) for name, paths in made.items() if paths}


def lines(db: sqlite3.Connection, run: str) -> list[str]:
    """What Claude is told of it, once. Inside a transaction."""
    root = meta.root(db)
    said = []
    for event in journal.untold(db, run, "beyond"):
        names = tasks.few([shown(db, root, run, path, how) for path, how in event.facts["paths"].items()])
        others = event.facts.get("others") or []
        whose = ""
        if others:
            it = "it is" if len(others) == 1 else "they are"
            what = _work(db, root, run, event.facts)
            whose = (
                f" {what}: look whether {it} still whole; `fanout undo {run}/{event.task} {_typed(db, root, run, event.facts)}` "
                f"takes back what {event.task} changed there and nothing else."
            )
        undo = f"`fanout undo {run}/{event.task} {_typed(db, root, run, event.facts)}`"
        back = "" if others else f", {undo} takes that back alone"
        said.append(
            f"{tasks.called(event.task)} also changed what it does not declare: {names}.{whose} Tell the user. `fanout diff "
            f"{run}/{event.task}` shows it{back}; `fanout commit` takes it only with --beyond."
        )
    return said


def _typed(db: sqlite3.Connection, root: str, run: str, facts: dict[str, Any]) -> str:
    """The files of others, where there are any, as they are typed behind a command: `a.py b.py`."""
    import shlex

    whose: dict[str, list[str]] = facts.get("whose") or {}
    names = list(dict.fromkeys(path for found in whose.values() for path in found)) or list(facts["paths"])
    shown = " ".join(shlex.quote(base.in_tree(db, root, run, path)) for path in names[:MOST_TYPED])
    return shown if len(names) <= MOST_TYPED else "PATH..."


def _work(db: sqlite3.Connection, root: str, run: str, facts: dict[str, Any]) -> str:
    """Whose work that is: each file by its name where it is not all of them."""
    whose: dict[str, list[str]] = facts.get("whose") or {}
    if all(set(paths) == set(facts["paths"]) for paths in whose.values()):
        return f"That is the work of {tasks.few(facts['others'])}"
    each = [
        f"{base.in_tree(db, root, run, path)} is the work of {name}" for name, paths in whose.items() for path in paths
    ]
    return tasks.few(each)


def shown(db: sqlite3.Connection, root: str, run: str, path: str, how: str) -> str:
    """`README.md (deleted)`, the path as the run's own list would name it."""
    return f"{base.in_tree(db, root, run, path)} ({how})"


def _how(before: str, after: str) -> str:
    if before == objects.ABSENT:
        return "created"
    return "deleted" if after == objects.ABSENT else "changed"


def _ignored(tree: str, root: str, names_: list[str]) -> set[str]:
    """Those that git ignores; none without git. What lies outside the tree is nobody's to commit."""
    inside = {path: base.inside(root, tree, path) for path in names_}
    outside = {path for path, name in inside.items() if not name}
    names = {name: path for path, name in inside.items() if name}
    return outside | {names[name] for name in git.ignored(tree, list(names)) if name in names}
