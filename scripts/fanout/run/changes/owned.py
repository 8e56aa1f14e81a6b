"""The files that somebody counts on: what live agents declared or wrote, and what finished tasks left uncommitted.

A constant number of statements, however many agents and files there are.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents
from fanout.run.changes import latest, matching_files
from fanout.run.store import noted_files, paths, state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.noted_files import NotedFiles
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent

MOST_FILES = 3000


class Owned:
    """`files`: the files of the project, in any of its worktrees, that somebody owns, with their owners, at most MOST_FILES
    of the living and of each its share. `others`: those that belong neither to the caller nor to those that launched it.
    `is_shared`: whether anybody is beside the caller, or left such a file. `rewritten`: what the caller wrote and is not as
    its last call left it."""

    __slots__ = ("files", "is_shared", "others", "rewritten")

    def __init__(
        self, files: dict[str, Agent], others: dict[str, Agent], is_shared: bool, rewritten: list[str]
    ) -> None:
        self.files = files
        self.others = others
        self.is_shared = is_shared
        self.rewritten = rewritten


def by_all(db: sqlite3.Connection, naming: Naming, caller: Agent) -> Owned:
    """What the caller and everybody else counts on."""
    live = agents.live(db, agents.EVERY_KIND)
    finished = noted_files.left_uncommitted(db)
    foreign: dict[str, bool] = {}
    files: dict[str, Agent] = {}
    noted = noted_files.of(db, [agent.id for agent in live], _share(live))
    for agent, names in _names_of(noted, naming, live).items():
        files.update(
            (name, agent) for name in names if name not in files and not _is_foreign(naming.root, name, foreign)
        )
    left = {name: agent for name, agent in finished.items() if name not in files}
    left = {name: agent for name, agent in left.items() if not _is_foreign(naming.root, name, foreign)}
    files.update(_held_now(db, naming, live, left) if left else ())
    family = set(agents.family(db, caller))
    others = {name: agent for name, agent in files.items() if agent.id not in family}
    is_shared = bool(finished) or any(_is_beside(agent, caller) for agent in live)
    return Owned(files, others, is_shared, _rewritten(naming.root, noted.get(caller.id)))


def _rewritten(root: str, noted: noted_files.NotedFiles | None) -> list[str]:
    """What the agent wrote and is no longer as it left it."""
    stamps = noted.stamps if noted is not None else {}
    return [name for name, stamp in stamps.items() if stamp != latest.stamp_at(os.path.join(root, name))]


def _held_now(db: sqlite3.Connection, naming: Naming, live: list[Agent], left: dict[str, Agent]) -> dict[str, Agent]:
    """Files that finished agents left, with the live agent that claims one since."""
    from fanout.run.agents import claims

    held = claims.of_agents(db, [agent.id for agent in live])
    found = {}
    for name, agent in left.items():
        key = naming.key(name)
        found[name] = next((claim.owner for claim in held if claim.covers(key)), agent)
    return found


def _is_beside(agent: Agent, caller: Agent) -> bool:
    return agent.id != caller.id and not (agent.agent_id and agent.agent_id == caller.agent_id)


def _share(live: list[Agent]) -> int:
    return MOST_FILES // max(1, len(live))


def _names_of(noted: dict[int, NotedFiles], naming: Naming, live: list[Agent]) -> dict[Agent, list[str]]:
    """The files of each live agent, those that it wrote before those that it may write; of each its share."""
    share = _share(live)
    names = {}
    for agent in live:
        files = noted[agent.id]
        names[agent] = list(dict.fromkeys(files.paths + _declared_of(agent, naming, files.declared, share)))[:share]
    return names


def _declared_of(agent: Agent, naming: Naming, declared: list[tuple[str, str, str]], most: int) -> list[str]:
    """The files that match what the agent declares, where it works."""
    if not agent.worktree:
        return matching_files.matching(naming, declared, most)
    found = matching_files.matching(paths.Naming(agent.worktree, naming.fold), declared, most)
    return [naming.name(name, agent.worktree) for name in found]


def _is_foreign(root: str, name: str, known: dict[str, bool]) -> bool:
    """Whether a path is in no worktree of the project; `known` keeps the answer for each folder."""
    if not os.path.isabs(name):
        return False
    above = os.path.dirname(name)
    if above not in known:
        known[above] = state_dir.find(above) != os.path.realpath(root)
    return known[above]
