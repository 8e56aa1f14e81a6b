"""What the user had changed and not committed before an agent wrote the file: does the file still hold any of it?

Three versions tell: what the file held then, what was committed then, and what it holds now. Where the change can be taken
out of the last and leaves it as it is, nothing of it is there. Lines that were written anew in its place are built on it;
but where it had added lines, and none of them stands anywhere, those are gone.
"""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.run.changes import changes, git, heads, merge, objects
from fanout.run.store import base, journal, noted_work, run_files
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from typing import Any

MOST_ASKED = 20
MOST_NAMED = 2
LARGEST = 500_000  # of what is compared line by line
LEAST = 3  # letters or digits of a line that says something


class Change:
    """The user's change of one file, by its name: `before` it the file held what was committed, None for no file."""

    __slots__ = ("before", "name", "object", "place", "root", "then", "tree", "users")

    def __init__(self, root: str, tree: str, name: str, object_: str, commit: str) -> None:
        self.root, self.tree, self.name, self.object, self.then = root, tree, name, object_, commit
        self.place = base.inside(root, tree, name)
        self.before = self._committed(commit)
        self.users = _as_lines(objects.load(root, object_))

    def is_gone_from(self, held: bytes | None) -> bool:
        """Whether a file that holds these bytes, None for no file, holds nothing of the change."""
        return held is None or self._without(held) == _as_lines(held)

    def is_whole_in(self, held: bytes) -> bool:
        """Whether these bytes hold it as the user made it."""
        return self._without(held) not in (None, _as_lines(held))

    def is_at_stake(self) -> bool:
        """Whether the file holds it, or what was built on it, and no commit does."""
        held = self._held()
        if held is None or self.users == self.before or self.is_gone_from(held):
            return False
        return self._head() != _as_lines(held) and not self._is_committed()

    def is_lost(self) -> bool:
        """Whether neither the file nor a commit holds it."""
        return self.users != self.before and self.is_gone_from(self._held()) and not self._is_committed()

    def has_lost_lines(self, elsewhere: list[set[bytes]]) -> bool:
        """Whether of lines that it added together none stands in the file, nor in a commit, nor `elsewhere`."""
        held = [*(_lines(side) for side in (self._held(), self._head()) if side is not None), *elsewhere]
        return any(not any(lines & side for side in held) for lines in self.added())

    def added(self) -> list[set[bytes]]:
        """The lines that each part of it added; those that say little, as brackets do, left out."""
        if len(self.users) >= LARGEST:
            return []
        before = _lines(self.before or b"")
        return [
            found
            for part in merge.added(self.before or b"", self.users)
            if (found := _lines(b"\n".join(part)) - before)
        ]

    def kept(self) -> str:
        """Where the user's version is, from the project's root; "" where it is not kept."""
        place = run_files.kept(self.root, self.name, self.object)
        return os.path.relpath(place, self.root) if os.path.lexists(place) else ""

    def _is_committed(self) -> bool:
        head = self._head()
        return head is not None and self.is_whole_in(head)

    def _without(self, held: bytes) -> bytes | None:
        """The bytes with the user's change taken out; None where its lines are others by now."""
        held, before = _as_lines(held), self.before or b""
        if held == self.users:
            return before
        if held == before or not held:
            return held
        return merge.without(held, before, self.users) if len(held) < LARGEST and len(self.users) < LARGEST else None

    def _held(self) -> bytes | None:
        try:
            with open(os.path.join(self.root, self.name), "rb") as file:
                return file.read()
        except OSError:
            return None

    def _head(self) -> bytes | None:
        return self.before if heads.of(self.tree) == self.then else self._committed("HEAD")

    def _committed(self, commit: str) -> bytes | None:
        try:
            return _as_lines(git.filtered(self.tree, f"{commit}:{self.place}")) if commit else None
        except FanoutError:
            return None


def _as_lines(data: bytes) -> bytes:
    """Line ends may be git's or the work tree's."""
    return data.replace(b"\r\n", b"\n")


def _lines(data: bytes) -> set[bytes]:
    """The lines that say something, stripped."""
    return {line.strip() for line in data.splitlines() if sum(map(str.isalnum, line.decode(errors="replace"))) >= LEAST}


def of(db: sqlite3.Connection, root: str, run: str, name: str) -> Change | None:
    """The user's change of the file; None when there is none, or it can't be told."""
    object_, commit = noted_work.own(db).get(name, ("", ""))
    if not object_ or objects.kind(object_) == objects.LINK:
        return None
    tree = base.tree(root, base.folder(db, root, run))
    try:
        return Change(root, tree, name, object_, commit) if base.inside(root, tree, name) else None
    except FanoutError:  # the bytes are not kept any more
        return None


def at_stake(db: sqlite3.Connection, root: str, run: str, names: list[str]) -> list[Change]:
    """The changes of those of the files that hold one which is in no commit."""
    found = (of(db, root, run, name) for name in names[:MOST_ASKED])
    return [change for change in found if change is not None and change.is_at_stake()]


def named(found: list[Change]) -> str:
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(change.name for change in found[:MOST_NAMED]) + more


def but_not(db: sqlite3.Connection, root: str, run: str, own: Callable[[list[str]], set[str]]) -> str:
    """Beside a form that an agent is told for its `own` files: which of them it would take the user's change from."""
    found = at_stake(db, root, run, sorted(own(list(noted_work.own(db)))))
    return (
        f"; but not {named(found)}, with uncommitted changes of the user's: Edit back what you wrote" if found else ""
    )


def note(db: sqlite3.Connection, root: str, run: str, *names: str) -> None:
    """Journals which of the files that the tasks changed have lost the user's change, each once. Inside a transaction."""
    own = noted_work.own(db)
    for task in names if own else ():
        made = changes.of_task(db, run, task)
        found = [change for name in made.keys() & own.keys() if (change := of(db, root, run, name)) is not None]
        left = [after for _before, after in made.values() if after not in (objects.ABSENT, objects.NOT_KEPT)]
        new = [after for before, after in made.values() if before == objects.ABSENT and after in left]
        lost = [change for change in found if change.is_lost()]
        whole = [change for change in lost if not _is_elsewhere(root, change, new)]
        others = [change for change in found if change not in lost]
        texts = [_lines(objects.load(root, one)) for one in left if objects.kind(one) != objects.LINK] if others else []
        part = [change for change in others if change.has_lost_lines(texts)]
        for kind, gone in (("whole", whole), ("lines", part)):
            said = [one for one in gone if journal.say_once(db, run, f"users change {one.name} {one.object}")]
            if said:
                paths = {change.name: change.kept() for change in said}
                journal.note(db, "users-change-gone", run, task, paths=paths, what=kind)


def _is_elsewhere(root: str, change: Change, new: list[str]) -> bool:
    """Whether a file that the task made holds it: it was moved."""
    return any(change.is_whole_in(objects.load(root, after)) for after in new)


def lines(db: sqlite3.Connection, run: str) -> list[str]:
    """What Claude is told of it, once. Inside a transaction."""
    return [
        f"{tasks.called(event.task)}: {told(event.facts)}. Tell the user."
        for event in journal.untold(db, run, "users-change-gone")
    ]


def told(facts: Mapping[str, Any]) -> str:
    """`what the user had changed in a.js, uncommitted, is not in it any more: its version is .fanout/kept/...`; of lines
    that were added, `lines that the user had added to a.js, uncommitted, are not in it any more: ...`"""
    paths = facts.get("paths")
    if not isinstance(paths, dict):
        return ""
    kept = [place for place in paths.values() if place]
    where = f": {'its version is' if len(paths) == 1 else 'their versions are'} {', '.join(kept)}" if kept else ""
    it = "it" if len(paths) == 1 else "them"
    named_ = ", ".join(paths)
    if facts.get("what") == "lines":
        return f"lines that the user had added to {named_}, uncommitted, are not in {it} any more{where}"
    return f"what the user had changed in {named_}, uncommitted, is not in {it} any more{where}"
