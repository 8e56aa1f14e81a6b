"""Tasks of a run that no order keeps apart any more, or that turn out to reach one file: they may not overlap."""

from __future__ import annotations

from fanout.run.agents import patterns_overlap
from fanout.run.store import meta, paths, planned

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from fanout.run.store.records import Declared, HazardKind


def hold_apart(db: sqlite3.Connection, root: str, run: str, is_meant: Callable[[Declared], bool]) -> None:
    """Each task whose declaration `is_meant` conflicts with every other that declares the same files. Inside a transaction."""
    every = planned.declared(db, run)
    naming = paths.Naming(root, meta.folds_case(db))
    for one in filter(is_meant, every):
        for other in every:
            if other.task != one.task and "write" in (one.mode, other.mode) and patterns_overlap.may(one, other):
                kind: HazardKind = "write-write" if one.mode == other.mode else "read-write"
                planned.add_hazard(db, run, one.task, other.task, kind, naming.as_written(one.anchor, one.pattern))
