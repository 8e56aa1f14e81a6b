"""What the user has changed and not committed, in files that a plan's tasks write."""

from __future__ import annotations

import os
import re
from typing import Any

from fanout.run.changes import git
from fanout.run.store import case_folding, paths


def by_task(root: str, tree: str, declared: list[dict[str, str]]) -> dict[str, list[str]]:
    """Task id -> its files among those, as the guard names them. {} outside git."""
    dirty, _ = git.status(tree)
    naming = paths.Naming(root, case_folding.is_on(root))
    names = [naming.name(os.path.join(tree, path), tree) for _, path in dirty]
    found: dict[str, list[str]] = {}
    for one in declared:
        if one["mode"] == "write":
            pattern = re.compile(one["regex"])
            touched = [name for name in names if pattern.fullmatch(name)]
            if touched:
                known = found.setdefault(one["task"], [])
                known += [name for name in touched if name not in known]
    return found


def of_run(root: str, tree: str, data: dict[str, Any]) -> dict[str, list[str]]:
    """Of a run as fanout.run.flow.start_run takes it: its tasks that are to be done."""
    open_ = {task["id"] for task in data["tasks"] if task["state"] == "pending"}
    return {task: names for task, names in by_task(root, tree, data["declared"]).items() if task in open_}


def beside(tree: str, lists: list[str]) -> list[str]:
    """Everything that is not committed in a work tree, as git names it, but for the lists that the tasks stand in."""
    known = {os.path.realpath(path) for path in lists}
    dirty, _ = git.status(tree)
    return [name for _, name in dirty if os.path.realpath(os.path.join(tree, name)) not in known]
