"""Records out of the journal. The tail of the statement belongs to the module that owns the table."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from typing import TypeVar

    from fanout.run.store.records import Record

    R = TypeVar("R", bound=Record)


def every(db: sqlite3.Connection, kind: type[R], tail: str, *values: object) -> list[R]:
    """All records that the tail ("WHERE ... ORDER BY ...") leaves."""
    return [kind(row) for row in db.execute(f"SELECT {kind.COLUMNS} FROM {kind.TABLE} {tail}", values)]


def first(db: sqlite3.Connection, kind: type[R], tail: str, *values: object) -> R | None:
    """The first of them, or None."""
    row = db.execute(f"SELECT {kind.COLUMNS} FROM {kind.TABLE} {tail} LIMIT 1", values).fetchone()
    return None if row is None else kind(row)
