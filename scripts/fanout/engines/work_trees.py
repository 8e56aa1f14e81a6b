"""Work trees and commits of a run: where attempts work, what they left, and the branch that all of it goes to.

Nothing is lost: what an attempt leaves is a commit under refs/fanout/ before its tree goes.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from typing import TYPE_CHECKING

from fanout.errors import FanoutError
from fanout.run.changes import git
from fanout.run.store import base, case_folding, spelling, state_dir

if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Attempt, Run

FOLDER = os.path.join(".claude", "worktrees")  # where the client makes its own
FIRST_GIT = (2, 38)  # `git merge-tree --write-tree`
ZERO = "0" * 40


def branch(run: str) -> str:
    return f"refs/heads/fanout/{run}"


def ref(attempt: Attempt) -> str:
    """What holds an attempt's work."""
    return f"refs/fanout/{attempt.run}/{safe(attempt.task)}/{attempt.number}"


def tree_of(root: str, run: Run) -> str:
    """The top of the work tree that the run was started in."""
    return base.tree(root, base.of_run(root, run))


def home_in(root: str, run: Run, place: str) -> str:
    """The run's base inside another work tree."""
    found = base.of_run(root, run)
    return os.path.normpath(os.path.join(place, os.path.relpath(found, tree_of(root, run))))


def begin_commit(root: str, folder: str) -> str:
    """The commit that a run begins at. Raises FanoutError where this engine can't work."""
    if os.name == "nt":
        raise FanoutError(
            "this engine ends processes as Linux and macOS have them.", "On Windows start the run in WSL."
        )
    if git.attempt(root, "rev-parse", "--git-dir")[0]:
        raise FanoutError(f"{root} is no git repository, and this engine merges with git.", "`git init`, and commit.")
    version = tuple(int(part) for part in re.findall(r"\d+", git.run(root, "version"))[:2])
    if version < FIRST_GIT:
        raise FanoutError(f"git is {'.'.join(map(str, version))}, this engine needs 2.38.", "Update git.")
    code, head, _ = git.attempt(folder, "rev-parse", "--verify", "HEAD^{commit}")
    if code:
        raise FanoutError(f"{root} has no commit yet: the agents' trees begin at one.", "Commit something first.")
    git.refuse_nobody(folder)
    return head.strip()


def author(root: str) -> tuple[str, str]:
    """Name and address of who commits here."""
    name, _, rest = git.run(root, "var", "GIT_COMMITTER_IDENT").rpartition(" <")
    return name, rest.partition(">")[0]


def tip(root: str, run: Run) -> str:
    """The commit that the run's branch is at; made where the run began when there is no such branch."""
    code, found, _ = git.attempt(root, "rev-parse", "--verify", "-q", branch(run.id))
    if code == 0:
        return found.strip()
    git.run(root, "update-ref", "-m", f"fanout: {run.id} begins", branch(run.id), run.begun_at, ZERO)
    return run.begun_at


def refuse_taken(root: str, run: Run) -> None:
    """Raises FanoutError when the run's branch is checked out somewhere: moving it would make that tree look changed."""
    listed = git.run(root, "worktree", "list", "--porcelain").split("\n\n")
    for entry in listed:
        lines = entry.splitlines()
        if f"branch {branch(run.id)}" in lines:
            place = lines[0].removeprefix("worktree ")
            raise FanoutError(
                f"{branch(run.id)} is checked out in {place}, so nothing can be merged to it.",
                f"Check out another branch there (`git -C {place} switch -`); `git log fanout/{run.id}` needs none.",
            )


def make(root: str, place: str, commit: str) -> str:
    """A work tree at a commit, without a branch. Returns its folder."""
    above = os.path.dirname(place)
    os.makedirs(above, exist_ok=True)
    ignore = os.path.join(above, ".gitignore")
    if not os.path.exists(ignore):
        state_dir.write_whole(ignore, "*\n")
    if os.path.isdir(place):
        remove(root, place)
    git.run(root, "worktree", "add", "--detach", "--force", place, commit)
    return place


def remove(root: str, place: str) -> None:
    """Takes a work tree of ours away, with what is in it."""
    if git.attempt(root, "worktree", "remove", "--force", "--force", place)[0]:
        shutil.rmtree(place, ignore_errors=True)
        git.attempt(root, "worktree", "prune")


def place(root: str, run: str, task: str, number: int) -> str:
    """Where an attempt works."""
    return os.path.join(root, FOLDER, f"{run}.{safe(task)}.{number}")


def place_of(root: str, attempt: Attempt) -> str:
    return place(root, attempt.run, attempt.task, attempt.number)


def keep(db: sqlite3.Connection, root: str, attempt: Attempt, words: str, forced: list[str]) -> str:
    """What the attempt left, as a commit on its base that its ref holds; "" when it changed nothing.

    `forced`: what git ignores and the task declares.
    """
    place = place_of(root, attempt)
    base_tree, own = git.run(place, "rev-parse", f"{attempt.base}^{{tree}}", "--git-path", "index").split("\n")
    tree = _written(place, os.path.join(place, own), forced)
    if tree == base_tree:
        return ""
    made = git.run(place, "commit-tree", tree, "-p", attempt.base, "-F", "-", data=words.encode())
    git.run(place, "update-ref", "-m", f"fanout: {attempt.key}", ref(attempt), made)
    return made


def _written(place: str, own: str, forced: list[str]) -> str:
    """The tree of what stands in the work tree, without touching its `own` index."""
    with tempfile.TemporaryDirectory(prefix="fanout-") as folder:
        index = os.path.join(folder, "index")
        if os.path.exists(own):
            shutil.copy2(own, index)  # with its time: by that git knows which files may have changed since
        git.run(place, "add", "-A", index=index)
        for name in forced:
            if os.path.lexists(os.path.join(place, name)):
                git.run(place, "add", "-f", "--", f":(literal){name}", index=index)
        return git.run(place, "write-tree", index=index)


def merged_tree(root: str, onto: str, work: str) -> tuple[str, list[str]]:
    """The tree of both, and the paths that clash: then there is no tree. So do two names that are one file here."""
    code, out, err = git.attempt(root, "merge-tree", "--write-tree", "--name-only", "-z", "--no-messages", onto, work)
    names = [name for name in out.split("\0") if name]
    if code == 0:
        same = one_file(root, onto, names[0])
        return ("", same) if same else (names[0], [])
    if code == 1:
        return "", list(dict.fromkeys(names[1:]))
    raise FanoutError(f"git merge-tree failed: {err.strip()}")


def one_file(root: str, before: str, tree: str) -> list[str]:
    """The names that a tree has beyond the one before it, with those in it that are the same file in this project: where case
    does not tell names apart, a checkout keeps one of two."""
    if not case_folding.is_on(root):
        return []
    added = git.run(root, "diff-tree", "-r", "-z", "--no-renames", "--diff-filter=A", "--name-only", before, tree)
    keys = {spelling.key(name, True) for name in added.split("\0") if name}
    there = git.run(root, "ls-tree", "-r", "-z", "--name-only", tree).split("\0") if keys else []
    by_key: dict[str, list[str]] = {}
    for name in filter(None, there):
        by_key.setdefault(spelling.key(name, True), []).append(name)
    return [name for key in sorted(keys) for name in by_key.get(key, []) if len(by_key[key]) > 1]


def trailers(attempt: Attempt) -> str:
    return f"Fanout-Run: {attempt.run}\nFanout-Task: {attempt.task}\nFanout-Attempt: {attempt.number}\n"


def in_branch(root: str, run: Run) -> dict[tuple[str, int], str]:
    """(task, attempt) of each commit that the run's branch has since it began, as its trailers say, with the commit."""
    form = "%H%x00%(trailers:key=Fanout-Task,valueonly,separator=%x2C)%x00%(trailers:key=Fanout-Attempt,valueonly)"
    listed = git.run(root, "log", "--reverse", f"--format={form}%x01", f"{run.begun_at}..{tip(root, run)}")
    found = {}
    for entry in listed.split("\x01"):
        commit, _, rest = entry.strip().partition("\0")
        task, _, number = rest.partition("\0")
        if task.strip() and number.strip().isdigit():
            found[task.strip(), int(number)] = commit
    return found


def safe(name: str) -> str:
    """A task's id as a part of names: two ids never become one."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", name)
    return plain if plain == name else f"{plain}-{name.encode().hex()}"
