"""Undo one task without touching what anybody else wrote, also where edits of one file followed each other.

All of it, or all of some paths, or nothing: see fanout.run.commits.restore. What of that is staged and not committed leaves
the index too.
"""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.run.changes import attribution, changes, merge, objects
from fanout.run.commits import intents, restore
from fanout.run.store import base, journal, meta, paths, run_files, state_dir
from fanout.run.store.db import Write
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from typing import Any

    from fanout.run.commits import blobs
    from fanout.run.store.paths import Naming

DELETIONS = ("delete", "move")  # a file without kept bytes is moved away


class Step:
    """What undoing does to one path: `new` is the object to bring back, ABSENT to delete; or `merged` bytes take its place.

    `clash` says why it can't be done, `replaced` where the version that was undone is kept.
    """

    __slots__ = ("clash", "merged", "new", "path", "replaced", "verb")

    def __init__(self, path: str, verb: str, new: str, merged: bytes | None = None, clash: str = "") -> None:
        self.path = path
        self.verb = verb
        self.new = new
        self.merged = merged
        self.clash = clash
        self.replaced = ""


def some_of(db: sqlite3.Connection, root: str, run: str, task: str, given: list[str]) -> list[str]:
    """What the task changed at or below the paths, as who types them or the run's list names these; [] where that is all of it.

    Raises FanoutError for a path where it changed nothing.
    """
    naming = paths.Naming(root, meta.folds_case(db))
    every = list(changes.of_task(db, run, task))
    found: dict[str, None] = {}
    for path in given:
        places = [naming.name(path, place) for place in (os.getcwd(), base.folder(db, root, run))]
        keys = [naming.key(place) for place in places]
        there = [one for one in every if any(f"{naming.key(one)}/".startswith(f"{key}/") or key == "." for key in keys)]
        if not there:
            shown = tasks.few([base.in_tree(db, root, run, one) for one in every]) or "nothing"
            raise FanoutError(f"task {task} changed nothing at {path}.", f"What it changed: {shown}.")
        found |= dict.fromkeys(there)
    return [] if len(found) == len(every) else list(found)


def plan(db: sqlite3.Connection, root: str, run: str, task: str, some: Collection[str] = ()) -> list[Step]:
    """What undoing the task would do, or only these of its paths, path by path, deletions first; empty when it changed
    nothing."""
    home = base.folder(db, root, run)
    naming = paths.Naming(root, meta.folds_case(db))
    made = {path: change for path, change in changes.of_task(db, run, task).items() if not some or path in some}
    steps = [_step(naming, home, path, *change) for path, change in made.items()]
    goes = {_full(root, step.path) for step in steps if step.verb in DELETIONS}
    for step in steps:
        if step.verb == "restore" and (others := _below(_full(root, step.path)) - goes):
            step.verb, step.clash = "keep", f"is a folder now, with {run_files.shown(home, min(others))}"
    return sorted(steps, key=lambda step: step.verb not in DELETIONS)


def beside(db: sqlite3.Connection, root: str, run: str, task: str) -> list[str]:
    """Others' files that changed while a command of the task ran, by no call of theirs, and are not as before: nothing undoes
    these, as what their owners wrote since stands in them."""
    seen = [event.facts for event in journal.of_task(db, run, task, "conflict")]
    found = {
        one["path"]: one["before"] for one in reversed(seen) if one["how"] == attribution.COMMAND and not one["own"]
    }
    undone = changes.of_task(db, run, task)
    return sorted(
        path
        for path, before in found.items()
        if path not in undone and not objects.is_at(os.path.join(root, path), before)
    )


def carry_out(db: sqlite3.Connection, root: str, run: str, task: str, some: Collection[str] = ()) -> list[Step]:
    """Undoes the task, or only what it did to `some` paths. Raises FanoutError when an agent works on it, or any path clashes:
    then nothing is changed, and both versions are kept.

    Runs inside a transaction: no agent begins the task while its files go back.
    """
    refuse_running(db, run, task)
    steps = plan(db, root, run, task, some)
    clashes = [step for step in steps if step.clash]
    if clashes:
        why = [f"{base.in_tree(db, root, run, step.path)} {step.clash}" for step in clashes]
        raise FanoutError(
            f"task {task} can't be undone: {'; '.join(why)}. Nothing was changed.",
            _ways(run, task, _built_on(db, run, task, [step.path for step in clashes])),
        )
    naming = paths.Naming(root, meta.folds_case(db))
    puts = [put for step in steps if (put := _put(db, naming, run, task, step)) is not None]
    token = _carried_out(db, root, run, task, puts, bool(some)) if puts else ""
    undone(db, root, run, task, [step.path for step in steps], token, bool(some))
    return steps


def _carried_out(db: sqlite3.Connection, root: str, run: str, task: str, puts: list[restore.Put], is_part: bool) -> str:
    """The files go back, while siblings' commands may run: that is not laid at their door. Returns the token."""
    from fanout.run.changes import snapshot

    snapshot.before_ours(db, root)
    token = restore.carry_out(root, run, task, puts, journal.newest(db), is_part)
    snapshot.put_by_us(db, root, [put[0] for put in puts])
    return token


def finish(db: sqlite3.Connection, root: str) -> list[str]:
    """Brings what was cut off to its end. Returns what could not be, in words. Outside any transaction."""
    if not restore.unfinished(root) and not intents.of_kind(db, intents.UNDO):
        return []
    said = []
    with Write(db):
        for intent in restore.unfinished(root):  # a living process has the journal's lock as long as it is about it
            said += _finish_files(db, root, intent)
        for left in intents.of_kind(db, intents.UNDO):
            said += _finish_index(db, left)
    return said


def _finish_files(db: sqlite3.Connection, root: str, intent: dict[str, Any]) -> list[str]:
    """Unless the undo came to its end after all, or the task was begun anew since: then the files are as they should be."""
    run, task, token = intent["run"], intent["task"], intent["token"]
    is_part = bool(intent.get("is_part"))
    event = journal.last(db, run, task, "undone", "part-undone", "task-started")
    is_over = event is not None and event.id > intent.get("after", 0)
    said = []
    if not is_over:
        said = _gone_on(db, root, intent)
        undone(db, root, run, task, [put[0] for put in intent["puts"]], token, is_part)
        if not is_part:
            tasks.revoke(db, run, task, tasks.TAKEN_BACK)
    restore.forget(root, token)
    return said


def _finish_index(db: sqlite3.Connection, left: dict[str, Any]) -> list[str]:
    from fanout.run.commits import index  # git is slow to import

    tree, run, task = left["tree"], left["run"], left["task"]
    steps = {path: (tuple(a), tuple(b)) for path, (a, b) in left["steps"].items()}
    if os.path.isdir(tree) and not index.move(tree, steps, tries=1):
        return [_locked(tree, run, task)]
    intents.drop(db, intents.UNDO, run, task)
    return []


def _gone_on(db: sqlite3.Connection, root: str, intent: dict[str, Any]) -> list[str]:
    """The files of an undo that was cut off go back. Returns what could not, in words."""
    from fanout.run.changes import snapshot

    changed = restore.go_on(root, intent)
    snapshot.put_by_us(db, root, [put[0] for put in intent["puts"] if put[0] not in changed])
    undone = f"undo of {intent['run']}/{intent['task']} was cut off"
    return [f"{undone}, and {path} was changed since: it stays as it is." for path in changed]


def _locked(tree: str, run: str, task: str) -> str:
    from fanout.run.changes import git

    lock = git.run(tree, "rev-parse", "--git-path", "index.lock")
    return (
        f"{run}/{task} is undone, but {lock} keeps what is staged of it. Remove {lock} if no git runs; the next `fanout` "
        f"command unstages it."
    )


def undone(db: sqlite3.Connection, root: str, run: str, task: str, paths: list[str], token: str, is_part: bool) -> None:
    """What follows when the files are back: the index, and the journal. `token`: of the intent, "" for none. Inside a
    transaction."""
    steps = _staged(db, root, run, task, paths if is_part else ())
    tree = base.tree(root, base.folder(db, root, run))
    if steps:
        from fanout.run.commits import index

        if not index.move(tree, steps):
            intents.put(db, intents.UNDO, run, task, tree=tree, steps=steps)
    if is_part:
        changes.forget_some(db, run, task, paths)
    else:
        changes.forget(db, run, task)
    journal.note(db, "part-undone" if is_part else "undone", run, task, paths=paths, token=token)


def _staged(db: sqlite3.Connection, root: str, run: str, task: str, some: Collection[str]) -> dict[str, blobs.Step]:
    """The steps back of what is staged and not committed, of all paths or of some: else the next commit would bring the task
    again."""
    tree = base.tree(root, base.folder(db, root, run))
    steps: dict[str, blobs.Step] = {}
    if not os.path.exists(os.path.join(tree, ".git")):
        return steps
    from fanout.run.changes import git
    from fanout.run.commits import blobs

    if git.attempt(tree, "rev-parse", "--git-dir")[0]:
        return steps
    code, out, _err = git.attempt(tree, "rev-parse", "--verify", "-q", "HEAD")
    head = out.strip() if code == 0 else ""
    made = {name: change for name, change in changes.of_task(db, run, task).items() if not some or name in some}
    changed = {base.inside(root, tree, name): change for name, change in made.items()}
    as_git = blobs.spelled(tree, changed, meta.folds_case(db))
    for name, change in changed.items():
        path = as_git[name]
        if not path or objects.NOT_KEPT in change or blobs.other_repository(tree, path):
            continue
        if blobs.staged(tree, path) != blobs.in_tree(tree, head, path):
            before, after = (blobs.of(root, tree, path, side) for side in change)
            steps[path] = (after, before)
    return steps


def refuse_running(db: sqlite3.Connection, run: str, task: str) -> None:
    """Raises FanoutError when an agent works on the task."""
    if tasks.get(db, run, task).state == "running":
        raise tasks.refusal(db, run, task, "Its files are its agent's now.")


def _put(db: sqlite3.Connection, naming: Naming, run: str, task: str, step: Step) -> restore.Put | None:
    """What is to be done for one step; None for nothing. What the path holds is kept first, somebody else may have written
    there while the agent worked: `replaced` says where."""
    if step.verb == "leave":
        return None
    root = naming.root
    kept = _free(os.path.join(run_files.undone(root, run, task), run_files.copy(step.path)))
    held = _held(naming, step.path)
    if step.verb != "move" and held not in (objects.ABSENT, objects.NOT_KEPT):
        objects.put(kept, objects.load(root, held), objects.kind(held))
    if step.verb == "move" or os.path.lexists(kept):
        step.replaced = run_files.shown(base.folder(db, root, run), kept)
    if step.merged is not None:
        objects.keep_bytes(root, step.merged, objects.kind(step.new))
    return step.path, held, step.new, kept if step.verb == "move" else ""


def _below(folder: str) -> set[str]:
    """The files in and below a folder; none when it is no folder."""
    if os.path.islink(folder):
        return set()
    return {os.path.join(place_, name) for place_, _, names in os.walk(folder) for name in names}


def _free(path: str) -> str:
    """The path, or with the first number behind it that is not taken."""
    free, number = path, 1
    while os.path.lexists(free):
        number += 1
        free = f"{path}.{number}"
    return free


def _ways(run: str, task: str, later: list[str]) -> str:
    if later:
        them, first = ("it", later[-1]) if len(later) == 1 else ("them, the last one first", later[-1])
        return (
            f"Task {', '.join(later)} went on from what {task} wrote there: take {them} back before, with `fanout undo "
            f"{run}/{first}`, then this once more."
        )
    return (
        f"`fanout diff {run}/{task}` shows what the task changed: take that out of there by hand, or put your change "
        "aside and undo again."
    )


def _built_on(db: sqlite3.Connection, run: str, task: str, clashing: list[str]) -> list[str]:
    """The tasks that changed any of these paths from where this one, or one of them, left it; in that order."""
    ends = {(path, after) for path, (_, after) in changes.of_task(db, run, task).items() if path in clashing}
    others = {one.id: changes.of_task(db, run, one.id) for one in tasks.all_of(db, run) if one.id != task}
    found: list[str] = []
    while True:
        on = [
            name
            for name, made in others.items()
            if name not in found and any((path, before) in ends for path, (before, _) in made.items())
        ]
        if not on:
            return found
        found += on
        ends |= {(path, after) for name in on for path, (_, after) in others[name].items() if path in clashing}


def _held(naming: Naming, path: str) -> str:
    """The object that is there under that name: a file that the folder lists in another spelling is not."""
    full = naming.full(path)
    return objects.keep(naming.root, full) if naming.spelled(full) == full else objects.ABSENT


def _step(naming: Naming, home: str, path: str, before: str, after: str) -> Step:
    root = naming.root
    if (before, after) == (objects.ABSENT, objects.NOT_KEPT) and os.path.isfile(_full(root, path)):
        return Step(path, "move", before)
    if objects.NOT_KEPT in (before, after):
        return Step(path, "keep", after, clash="was too large to be kept, or one of too many files")
    current = _held(naming, path)
    if current == before:
        return Step(path, "leave", before)
    if current == after:
        return Step(path, "delete" if before == objects.ABSENT else "restore", before)
    merged = _merged(root, before, after, current)
    if merged is None:
        return Step(path, "keep", current, clash=_differs(root, home, path, before))
    kind = objects.kind(before if objects.kind(before) != objects.kind(after) else current)
    return Step(path, "merge", objects.digest(merged) + kind, merged)


def _merged(root: str, before: str, after: str, current: str) -> bytes | None:
    """The current bytes without the step from before to after; None when that can't be told apart."""
    sides = (current, before, after)
    if objects.ABSENT in sides or objects.NOT_KEPT in sides or objects.LINK in map(objects.kind, sides):
        return None
    return merge.without(*(objects.load(root, side) for side in sides))


def _differs(root: str, home: str, path: str, before: str) -> str:
    """Says that somebody changed the same lines since, and keeps the version that undoing would have brought back."""
    if before == objects.ABSENT:
        return "was changed since the task created it"
    kept = os.path.join(state_dir.folder_of(root), "undo", run_files.copy(path))
    objects.put(kept, objects.load(root, before), objects.kind(before))
    return f"was changed in the same lines since (the version before the task: {run_files.shown(home, kept)})"


def _full(root: str, path: str) -> str:
    return path if os.path.isabs(path) else os.path.join(root, path)
