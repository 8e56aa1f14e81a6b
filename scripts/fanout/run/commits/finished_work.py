"""What of the files that are discarded is uncommitted work of tasks. It is taken out of them alone where they hold more than
that, as the user's own uncommitted lines are; the tasks count as done all the same, and it is never committed."""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.run.changes import changes, git, merge, objects, step
from fanout.run.commits import discard, undo
from fanout.run.store import base, journal
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Task

    Work = dict[str, list["Share"]]
    """By path the uncommitted changes that tasks made there, the newest first."""


class Share:
    """What a task changed in one of the files, from one object to another, and did not commit; `stands`: the file holds it."""

    __slots__ = ("after", "before", "name", "stands", "task")

    def __init__(self, task: Task, name: str, before: str, after: str) -> None:
        self.task, self.name, self.before, self.after = task, name, before, after
        self.stands = False

    def taken_out_of(self, root: str, now: str) -> str | None:
        """The object without it, None where its lines are others by now."""
        rest = now if now == self.before else step.kept(root, self.after, now, self.before)
        self.stands = rest not in (None, now)
        return rest


def of(db: sqlite3.Connection, root: str, tree: str, steps: list[discard.Step]) -> Work:
    """Asked before the files are discarded; those that hold no such work are left out."""
    found: Work = {}
    for one in steps:
        pairs = changes.tasks_of(db, one.name)
        head = _committed(tree, one.path) if pairs else None
        for run, name in reversed(pairs):
            made = changes.of_task(db, run, name).get(one.name)
            if made and one.path not in journal.committed_paths(db, run, name) and not _is_in(root, head, *made):
                found.setdefault(one.path, []).append(Share(tasks.get(db, run, name), one.name, *made))
    return found


def spare(root: str, tree: str, steps: list[discard.Step], work: Work, is_whole: bool = False) -> None:
    """Where a file holds more than tasks changed and was so before them, only what they changed goes, unless all `is_whole`.
    Raises FanoutError where the two can't be told apart."""
    for one in steps:
        shares = work.get(one.path)
        if not shares:
            continue
        held = objects.keep(root, os.path.join(tree, one.path))
        rest: str | None = held
        for share in shares:
            rest = None if rest is None else share.taken_out_of(root, rest)
        if is_whole:
            continue
        committed = _committed(tree, one.path)
        if rest is None and not _is_same(root, shares[-1].before, committed):
            raise _refusal(one, shares)
        if rest is not None and objects.NOT_KEPT not in (rest, held) and not _is_same(root, rest, committed):
            one.verb, one.held, one.new = discard.TAKE_OUT, held, rest


def let_go(db: sqlite3.Connection, root: str, work: Work) -> None:
    """What was discarded is taken back of the tasks. Inside a transaction."""
    names: dict[tuple[str, str], list[str]] = {}
    for share in (one for shares in work.values() for one in shares):
        names.setdefault((share.task.run, share.task.id), []).append(share.name)
    for (run, task), paths in names.items():
        undo.undone(db, root, run, task, paths, "", True)


def said(db: sqlite3.Connection, root: str, steps: list[discard.Step], work: Work) -> list[str]:
    """A line for each task that is done, and one for what stays in the files beside their work."""
    names: dict[tuple[str, str], list[str]] = {}
    for share in (one for each in steps for one in work.get(each.path, ()) if one.stands and one.task.state == "done"):
        names.setdefault((share.task.run, share.task.id), []).append(share.name)
    lines = []
    for (run, task), paths in sorted(names.items()):
        shown = tasks.few([base.in_tree(db, root, run, name) for name in paths])
        they_are = "is" if len(paths) == 1 else "are"
        name = f"{run}/{task}"
        lines.append(
            f"{shown} {they_are} finished work of task {task}, which counts as done all the same: `fanout retry "
            f"{name} --again` does it anew, `fanout undo {name}` takes all of it back."
        )
    stays = [one.path for one in steps if one.verb == discard.TAKE_OUT]
    if stays:
        keep, it = ("keeps", "it") if len(stays) == 1 else ("keep", "them")
        lines.append(
            f"{tasks.few(stays)} {keep} what is uncommitted there and no task's, the user's own changes with it: only what tasks "
            f"changed goes. `--whole` sets {it} to the last commit."
        )
    return lines


def _refusal(one: discard.Step, shares: list[Share]) -> FanoutError:
    each = list(dict.fromkeys(f"`fanout diff {share.task.run}/{share.task.id}`" for share in shares))
    return FanoutError(
        f"{one.path} held uncommitted changes before {tasks.called(shares[-1].task.id, 'task')} changed it, and the same lines "
        f"were changed since: what is the task's can't be told from them. Nothing was changed.",
        f"{tasks.few(each)} shows what to take out by hand; on the user's word `fanout discard --whole {one.path}` sets all "
        f"of it to the last commit, the user's lines too.",
    )


def _committed(tree: str, path: str) -> bytes | None:
    """What a checkout would put there, None for no file."""
    try:
        return git.filtered(tree, f"HEAD:{path}")
    except FanoutError:
        return None


def _is_same(root: str, name: str, committed: bytes | None) -> bool:
    if name == objects.ABSENT or committed is None:
        return name == objects.ABSENT and committed is None
    return name != objects.NOT_KEPT and _as_lines(objects.load(root, name)) == _as_lines(committed)


def _is_in(root: str, committed: bytes | None, before: str, after: str) -> bool:
    """Whether the commit that HEAD names has the change: somebody committed it by hand."""
    if objects.NOT_KEPT in (before, after):
        return False
    if committed is None or objects.ABSENT in (before, after):
        return _is_same(root, after, committed)
    there, was, made = (_as_lines(side) for side in (committed, objects.load(root, before), objects.load(root, after)))
    return there == made or (there != was and merge.without(there, was, made) not in (None, there))


def _as_lines(data: bytes) -> bytes:
    """Line ends may be git's or the work tree's."""
    return data.replace(b"\r\n", b"\n")
