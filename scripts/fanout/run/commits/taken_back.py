"""What a task changed and what no longer stands on disk: somebody took it back, or wrote other lines in its place."""

from __future__ import annotations

from fanout.run.changes import changes, merge, objects
from fanout.run.store import meta, paths

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


def of_task(db: sqlite3.Connection, root: str, run: str, task: str, names: Iterable[str]) -> set[str]:
    """Those of `names`, paths as the journal has them, that hold nothing of the task's change."""
    made = changes.of_task(db, run, task)
    naming = paths.Naming(root, meta.folds_case(db))
    return {path for path in names if path in made and _is_gone(root, naming.full(path), *made[path])}


def _is_gone(root: str, full: str, before: str, after: str) -> bool:
    now = objects.keep(root, full)
    if now == after or objects.NOT_KEPT in (now, before, after):
        return False
    if objects.ABSENT in (now, before, after):
        return (now == objects.ABSENT) is (after != objects.ABSENT)
    if now == before or objects.LINK in map(objects.kind, (now, before, after)):
        return True
    held, was, made = (objects.load(root, one) for one in (now, before, after))
    return merge.without(held, was, made) in (None, held)
