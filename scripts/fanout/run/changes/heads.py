"""Where HEAD stands: has it been set elsewhere since a run began, and what did commits take in that a command made by itself?

Where HEAD stands is read from git's files, before and after a command; git is asked only when it moved.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents
from fanout.run.store import base, meta, paths

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent

DETACHED = "-"  # no branch is called so
START = "head-at-start "


def begin(db: sqlite3.Connection, tree: str, run: str) -> None:
    """Notes where HEAD of the run's work tree stands as it begins. Inside a transaction."""
    meta.put(db, START + run, f"{branch_of(tree) or DETACHED} {of(tree)}")


def at_start(db: sqlite3.Connection, run: str) -> str:
    """The commit that HEAD was as the run began, "" for none."""
    return meta.get(db, START + run).partition(" ")[2]


def moved(db: sqlite3.Connection, root: str, run: str) -> str:
    """How HEAD was set elsewhere since the run began, by others than its commits; "" when it was not."""
    began, _, commit = meta.get(db, START + run).partition(" ")
    tree = base.tree(root, base.folder(db, root, run))
    if not began or not os.path.exists(os.path.join(tree, ".git")):
        return ""
    now, head = branch_of(tree) or DETACHED, of(tree)
    if now != began:
        return f"HEAD is {_called(now)} now, and {run} began {_called(began)}"
    if not commit or head == commit:
        return ""
    from fanout.run.changes import git

    if git.attempt(tree, "merge-base", "--is-ancestor", commit, "HEAD")[0] == 1:
        return f"{'HEAD' if now == DETACHED else now} no longer holds commit {commit[:12]}, with which {run} began"
    return ""


def _called(branch: str) -> str:
    return "on no branch" if branch == DETACHED else f"on branch {branch}"


def branch_of(tree: str) -> str:
    """The branch that a work tree is on, "" for none."""
    try:
        head = _read(os.path.join(_folder(tree), "HEAD"))
    except OSError:
        return ""
    return head.partition("refs/heads/")[2] if head.startswith("ref: ") else ""


def _folder(tree: str) -> str:
    """Where git keeps the HEAD of a work tree. Raises OSError."""
    folder = os.path.join(tree, ".git")
    return os.path.join(tree, _read(folder).partition("gitdir:")[2].strip()) if os.path.isfile(folder) else folder


def after(db: sqlite3.Connection, root: str, agent: Agent, tree: str, old: str, owned: dict[str, Agent]) -> list[str]:
    """What commits took in of `owned` that were made since HEAD of the agent's work tree was `old`, "" for none; each
    owner is told. Inside a transaction."""
    new = of(tree) if old else ""
    if not new or new == old or not owned:
        return []
    from fanout.run.store import journal
    from fanout.run.tasks import tasks  # slow to import

    commits = []
    folds = meta.folds_case(db)
    names = {paths.key(name, folds): name for name in owned}
    for commit, files in _since(db, tree, old, new):
        keys = (paths.key(base.named(root, tree, file), folds) for file in files)
        taken = [names[key] for key in keys if key in names]
        if taken:
            shown = [base.in_tree(db, root, agent.run, path) for path in taken]
            _tell_owners(db, agent, commit, {said: owned[name] for name, said in zip(taken, shown)})
            journal.note(db, "swept", agent.run, agent.task, agent.id, commit=commit, paths=taken)
            commits.append(f"{tasks.few(shown)} (commit {commit[:12]})")
    return commits


def _tell_owners(db: sqlite3.Connection, agent: Agent, commit: str, taken: dict[str, Agent]) -> None:
    """`taken`: the files that the commit took in, with their owners."""
    from fanout.run.store import notice

    for name, owner in taken.items():
        text = (
            f"{name}, which is yours, went into commit {commit[:12]} as it was while you worked; a command of "
            f"{agents.name_of(agent)} ran at that time. Go on: what you still change is committed later."
        )
        notice.leave(db, owner.id, text)


def of(root: str) -> str:
    """The commit that HEAD names, "" when there is none or it can't be read."""
    try:
        folder = _folder(root)
        head = _read(os.path.join(folder, "HEAD"))
        if not head.startswith("ref: "):
            return head
        common = os.path.join(folder, "commondir")
        shared = os.path.join(folder, _read(common)) if os.path.exists(common) else folder
        ref = head[len("ref: ") :]
        if os.path.exists(os.path.join(shared, ref)):
            return _read(os.path.join(shared, ref))
        packed = _read(os.path.join(shared, "packed-refs")).splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {ref}")), "")
    except OSError:
        return ""


def _since(db: sqlite3.Connection, tree: str, old: str, new: str) -> list[tuple[str, list[str]]]:
    """(commit, its paths) for what HEAD has now and had not, without the commits of `fanout commit`."""
    from fanout.run.changes import git
    from fanout.run.store import journal

    code, out, _err = git.attempt(
        tree, "log", "--format=%x01%H%x00", "--name-only", "-z", "--relative", "--no-renames", f"{old}..{new}"
    )
    ours = journal.commits(db)
    found = []
    for record in out.split("\x01")[1:] if code == 0 else []:
        commit, *paths = (part.strip("\n") for part in record.split("\0"))
        if commit not in ours:
            found.append((commit, [path for path in paths if path]))
    return found


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().strip()
