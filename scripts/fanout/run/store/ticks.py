"""The journal's own time, a count of what opens, closes or looks: what came first never hangs on a clock."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from typing import Any

NEXT = """
(SELECT 1 + MAX(tick) FROM (SELECT tick FROM look UNION ALL SELECT MAX(opened) FROM call
    UNION ALL SELECT MAX(closed) FROM call UNION ALL SELECT MAX(tick) FROM latest))
"""
COMPLETE_SINCE = """
(SELECT MIN(at) FROM (SELECT MIN(opened) AS at FROM call WHERE closed IS NULL AND kind = 'command'
    UNION ALL SELECT MIN(tick) FROM latest WHERE is_held
    UNION ALL SELECT tick FROM look WHERE EXISTS (SELECT 1 FROM call WHERE kind = 'background' AND closed IS NULL)))
"""


class Present:
    """`next` is the tick of what happens now, `look` that of the last look at all files. After the tick `complete_since`
    every call is on record; None when no command is under way and none need be."""

    __slots__ = ("complete_since", "look", "next")
    COLUMNS = f"{NEXT}, (SELECT tick FROM look), {COMPLETE_SINCE}"  # what to select, in any statement
    WIDTH = 3  # in columns

    def __init__(self, row: Sequence[Any]) -> None:
        self.next: int = row[0]
        self.look: int = row[1]
        self.complete_since: int | None = row[2]


def present(db: sqlite3.Connection) -> Present:
    return Present(db.execute(f"SELECT {Present.COLUMNS}").fetchone())
