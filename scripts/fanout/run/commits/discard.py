"""Taking back what is in no commit, when the user asked for exactly that: the bytes are kept first."""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.run.agents import agents, claims
from fanout.run.changes import git, objects, snapshot
from fanout.run.commits import kept
from fanout.run.store import journal, meta, run_files, state_dir
from fanout.run.store import paths as names

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.paths import Naming

RESTORE, DELETE, TAKE_OUT = "restore", "delete", "undo"
MOST_AT_ONCE = 200


class Step:
    """What discarding does to one file (its path from the top of the work tree, its name in the project). `kept`: the
    object of what it held, ABSENT for nothing. To TAKE_OUT: from the object that it `held` comes the `new` one."""

    __slots__ = ("held", "kept", "name", "new", "path", "verb")

    def __init__(self, path: str, name: str, verb: str) -> None:
        self.path = path
        self.name = name
        self.verb = verb
        self.kept = self.held = self.new = objects.ABSENT


def plan(naming: Naming, tree: str, paths: list[str], ignored: bool) -> list[Step]:
    """What discarding the paths (absolute) would do, sorted: a tracked file goes back to its last commit, another one is
    deleted; ignored files only with `ignored`, or named themselves. Raises FanoutError without git, or for a path that is
    not in the tree."""
    steps = {}
    for given in paths:
        full = os.path.join(os.path.realpath(os.path.dirname(given)), os.path.basename(given))
        spec = os.path.relpath(naming.spelled(full if os.path.islink(full) else os.path.realpath(given)), tree)
        if spec.startswith(os.pardir) or state_dir.is_inside(spec.replace(os.sep, "/")):
            raise FanoutError(
                f"{given} is not in {tree}, or is fanout's own.", "Name files and folders of the project."
            )
        for step in _below(naming, tree, spec, ignored or not os.path.isdir(given)):
            steps[step.path] = step
    return [steps[path] for path in sorted(steps)]


def carry_out(db: sqlite3.Connection, root: str, tree: str, steps: list[Step]) -> None:
    """Keeps what the files hold, then takes it back. Raises FanoutError when an agent works on one of them, or one can't be
    kept: then nothing is changed. Inside a transaction: no agent claims one meanwhile."""
    folds = meta.folds_case(db)
    for step in steps:
        there = claims.covering(db, names.key(step.name, folds))
        owner = next((claim.owner for claim in there if claim.owner.kind != "main"), None)
        if owner is not None:
            raise FanoutError(
                f"{step.name} belongs to {agents.name_of(owner)}, which still works on it. Nothing was changed.",
                "Wait until it has ended, or name other files.",
            )
    held = kept.keep(root, [os.path.join(tree, step.path) for step in steps], len(steps))
    for step in steps:
        step.kept = held.get(os.path.join(tree, step.path), objects.ABSENT)
        if step.kept == objects.NOT_KEPT:
            raise FanoutError(
                f"{step.name} is too large to be kept, or can't be read. Nothing was changed.", "Move it away by hand."
            )
        if step.verb == TAKE_OUT and step.kept != step.held:
            raise FanoutError(f"{step.name} was changed just now. Nothing was changed.", "Look at it, and try again.")
    snapshot.before_ours(db, root)
    _restore(tree, [step.path for step in steps if step.verb == RESTORE])
    for step in steps:
        if step.verb == DELETE:
            _delete(tree, step.path)
        elif step.verb == TAKE_OUT:
            _put(root, tree, step)
    snapshot.put_by_us(db, root, [step.name for step in steps])
    journal.note(db, "discarded", paths=[step.name for step in steps][:MOST_AT_ONCE])


def place(root: str, tree: str, step: Step) -> str:
    """Where what the file held can be read, "" when it held nothing."""
    if step.kept == objects.ABSENT:
        return ""
    return run_files.kept(root, os.path.join(tree, step.path), step.kept)


def _below(naming: Naming, tree: str, spec: str, ignored: bool) -> list[Step]:
    option = "--ignored=matching" if ignored else "--ignored=no"
    dirty, trouble = git.status(tree, option, "--", f":(top,literal){spec}" if spec != "." else ":/")
    if trouble:
        raise FanoutError(f"git status failed: {trouble}", "Without git there is nothing to go back to.")
    found = []
    for states, path in dirty:
        for each in _files(tree, path) if states in ("??", "!!") else [path]:
            name = naming.name(os.path.join(tree, each), naming.root)
            if not state_dir.is_inside(name):
                found.append(Step(each, name, DELETE if states in ("??", "!!") or "A" in states else RESTORE))
    return found


def _files(tree: str, path: str) -> list[str]:
    """The file, or the files in the folder that git names as one."""
    if not path.endswith("/"):
        return [path]
    found = []
    for folder, folders, files in os.walk(os.path.join(tree, path)):
        folders[:] = [name for name in folders if name not in (state_dir.FOLDER, state_dir.GIT)]
        found += [os.path.relpath(os.path.join(folder, name), tree) for name in files]
    return found


def _restore(tree: str, paths: list[str]) -> None:
    for at in range(0, len(paths), MOST_AT_ONCE):
        some = [f":(top,literal){path}" for path in paths[at : at + MOST_AT_ONCE]]
        git.run(tree, "checkout", "-q", "HEAD", "--", *some)


def _put(root: str, tree: str, step: Step) -> None:
    full = os.path.join(tree, step.path)
    if step.new != objects.ABSENT:
        objects.put(full, objects.load(root, step.new), objects.kind(step.new))
    elif os.path.lexists(full):
        os.unlink(full)


def _delete(tree: str, path: str) -> None:
    git.attempt(tree, "rm", "-q", "--cached", "--force", "--ignore-unmatch", "--", f":(top,literal){path}")
    full = os.path.join(tree, path)
    if os.path.lexists(full):
        os.unlink(full)
    above = os.path.dirname(full)
    while above != tree and above.startswith(tree + os.sep) and not os.listdir(above):
        os.rmdir(above)
        above = os.path.dirname(above)
