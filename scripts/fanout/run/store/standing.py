"""How an agent stands to a path: what the journal says of both, in one statement."""

from __future__ import annotations

from fanout.run.store import paths
from fanout.run.store.records import Agent, Claim
from fanout.run.store.ticks import Present

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.paths import Naming

_ME = Agent.COLUMNS.replace("agent.", "me.")
_TIME = 2 + Present.WIDTH
_CLAIM = _TIME + len(Agent.__slots__)
_QUERY = f"""
SELECT EXISTS (SELECT 1 FROM written WHERE agent = me.id AND path = ?1),
    (SELECT MAX(last) FROM written WHERE path = ?1 AND agent <> me.id),
    {Present.COLUMNS}, {_ME}, {Claim.COLUMNS}
FROM agent AS me LEFT JOIN (claim JOIN agent ON agent.id = claim.agent) ON claim.anchor IN (%s)
WHERE me.id = COALESCE((SELECT id FROM agent WHERE agent_id = NULLIF(?2, '') ORDER BY id DESC LIMIT 1), ?3)
"""


class Standing:
    """`agent` as it is now, `claims` all that cover the path, `other_wrote` when another agent last wrote it (0: never),
    `present` the journal's time."""

    __slots__ = ("agent", "claims", "has_written", "key", "name", "other_wrote", "present")

    def __init__(self, name: str, key: str, rows: list[sqlite3.Row]) -> None:
        first = rows[0]
        self.name = name
        self.key = key
        self.has_written = bool(first[0])
        self.other_wrote: float = first[1] or 0.0
        self.present = Present(first[2:_TIME])
        self.agent = Agent(first[_TIME:_CLAIM])
        there = [Claim(row[_CLAIM:]) for row in rows if row[_CLAIM] is not None]
        self.claims = [claim for claim in there if claim.covers(key)]

    def holds(self) -> bool:
        """Whether the agent has the claim on exactly this path."""
        here = [claim for claim in self.claims if claim.owner.id == self.agent.id and claim.anchor == self.key]
        return any(claim.pattern == self.name or not claim.regex for claim in here)


def of(db: sqlite3.Connection, naming: Naming, agent: Agent, name: str) -> Standing:
    """`agent`: as it was; an agent that the client resumed meanwhile is another one of the same id of the client's."""
    key = naming.key(name)
    anchors = paths.above(key)
    marks = ", ".join(f"?{number}" for number in range(4, 4 + len(anchors)))
    return Standing(name, key, db.execute(_QUERY % marks, (name, agent.agent_id, agent.id, *anchors)).fetchall())
