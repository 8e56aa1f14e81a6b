"""Which paths agents put into the index: what else is staged there, the user or a program staged.

Where a command of an agent's may have staged more than its line says, `before` holds what was staged by others until then,
and what is staged since is nobody's known. Paths are named from the root.
"""

from __future__ import annotations

import json

from fanout.run.store import meta

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

KEY = "staged by agents"
MOST = 2000


class Staged:
    __slots__ = ("before", "by_agents")

    def __init__(self, by_agents: set[str], before: set[str] | None) -> None:
        self.by_agents = by_agents
        self.before = before

    def by_others(self, names: Iterable[str]) -> set[str]:
        """Those of the staged paths that surely no agent staged."""
        known = set(names) if self.before is None else self.before.intersection(names)
        return known - self.by_agents


def of(db: sqlite3.Connection) -> Staged:
    text = meta.get(db, KEY)
    found = json.loads(text) if text else {}
    before = found.get("before")
    return Staged(set(found.get("by_agents", ())), None if before is None else set(before))


def put(db: sqlite3.Connection, staged: Staged) -> None:
    """Inside a transaction."""
    by_agents = sorted(staged.by_agents)
    before: list[str] | None = None if staged.before is None else sorted(staged.before)
    if len(by_agents) > MOST:
        by_agents, before = [], before or []
    meta.put(db, KEY, json.dumps({"by_agents": by_agents, "before": before}))


def forget(db: sqlite3.Connection) -> None:
    """A run begins: what is staged now is no agent's. Inside a transaction."""
    meta.drop(db, KEY)
