"""Which work tree of the repository does a caller's write or git command reach, and may it work there?

A worktree that the client made for a live agent is that agent's alone, whoever asks: its folder as a whole, what is in
it, and its branch. An agent of a run works in the run's tree and in its own: in others stands what the user, another
run or another agent has there. One that was made since the agent began, as git's denials advise, is open to it.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents, attempts
from fanout.run.store import base, paths, state_dir
from fanout.run.store.db import by_system

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.guarding.fast_verdict import Target
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

AT_WORK = "which is still at work there: what you change would go in as its work"
LINKED = os.path.join(".git", "worktrees")


class WorkTrees:
    """The work trees of the project as one caller may use them. Reads the journal when one is met."""

    __slots__ = ("_taken", "call", "caller", "own", "root")

    def __init__(self, call: Call, caller: Agent) -> None:
        self.call = call
        self.caller = caller
        self.root = call.naming.root
        self.own = caller.worktree
        self._taken: dict[str, Agent] | None = None

    @property
    def home(self) -> str:
        """The tree that the caller's run works in, "" for who belongs to no run; an attempt has its own alone."""
        if self.own and attempts.own() == self.caller.agent_id:
            return self.own
        return self.real(self.call.tree) if self.caller.run else ""

    @property
    def desk(self) -> str:
        """Where the caller is to work."""
        return self.own or self.home or self.root

    @property
    def taken(self) -> dict[str, Agent]:
        """The worktrees that other live agents have to themselves."""
        if self._taken is None:
            family = set(agents.family(self.call.db, self.caller))
            others = [agent for agent in agents.live(self.call.db) if agent.id not in family]
            placed = [(self._place(agent), agent) for agent in others]
            self._taken = {place: agent for place, agent in placed if place and place != self.own}
        return self._taken

    def _place(self, agent: Agent) -> str:
        if agent.worktree or not agent.agent_id:
            return agent.worktree
        noted = agents.meta(self.call.transcript, agent.agent_id).get("worktreePath")  # it has called nothing yet
        return self.real(noted) if isinstance(noted, str) and noted else ""

    def real(self, path: str) -> str:
        """The path with its links resolved, as the folders spell it."""
        return self.call.naming.spelled(os.path.realpath(path))

    def has_linked(self) -> bool:
        return os.path.isdir(os.path.join(self.root, LINKED))

    def is_ours(self, top: str) -> bool:
        """Whether this is the top of a work tree of the project's repository."""
        if not top or top == self.root:
            return bool(top)
        main = state_dir.main_worktree(os.path.join(top, ".git"))
        return main is not None and self.real(main) == self.root

    def is_strange(self, top: str) -> bool:
        """Whether a tree of the repository is neither the run's, nor the caller's, nor made since it began."""
        if not self.home or top in (self.home, self.own):
            return False
        if top == self.root:
            return True
        if agents.has_worktree(self.call.db, top):
            kin = agents.family(self.call.db, self.caller)
            return all(agents.get(self.call.db, one).worktree != top for one in kin)
        try:
            return os.stat(os.path.join(top, ".git")).st_mtime < by_system(self.caller.began)
        except OSError:
            return True

    def owner(self, agent: Agent) -> str:
        return agents.name_of(agent, self.caller.run)

    def instead(self, top: str, full: str = "") -> str:
        """The same place where the caller is to work."""
        within = os.path.relpath(full, top) if full else "."
        return self.desk if within == "." else os.path.join(self.desk, within)


def top_of(path: str) -> str:
    """The top of the work tree, of any repository, around a path that need not be there; "" outside of all."""
    folder = path
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return folder


def refusal(call: Call, caller: Agent, target: Target) -> str:
    """Why the caller may not write the target for the tree that it is in, "" when it may."""
    trees = WorkTrees(call, caller)
    full = call.naming.full(target.name)
    top = top_of(full)
    if top != trees.root and trees.is_ours(top) and top in trees.taken:
        owner = trees.owner(trees.taken[top])
        if full == top:
            return _whole(trees, top)
        return (
            f"{_shown(trees, full)} is in the worktree of {owner}, {AT_WORK}. "
            f"{_work_at(trees, trees.instead(top, full))}"
        )
    if target.recursive and trees.has_linked():
        for place in trees.taken:
            if _reaches(target, full, place):
                return _whole(trees, place)
    if target.git or _is_anybodys(target) or not trees.is_ours(top) or not trees.is_strange(top):
        return ""
    return (
        f"{full} is in another work tree of this repository, {top}: your run works in {trees.desk}, and what stands there "
        f"is not yours. {_work_at(trees, trees.instead(top, full))}"
    )


def _work_at(trees: WorkTrees, place: str) -> str:
    if not trees.caller.agent_id:
        return "Wait until it has ended: then its work is brought in."
    return f"Write {place} instead."


def _whole(trees: WorkTrees, place: str) -> str:
    """The worktree would go, be replaced, or be written all through."""
    owner = trees.owner(trees.taken[place])
    return (
        f"this reaches {_shown(trees, place)}, the worktree of {owner}, which is still at work there. Leave it out: name the "
        f"folders that you mean, without it; it is free when {owner} has ended."
    )


def _reaches(target: Target, full: str, place: str) -> bool:
    """Whether a write of all below a folder goes through a worktree in it; formatters pass hidden folders over."""
    if not place.startswith(full.rstrip(os.sep) + os.sep):
        return False
    within = os.path.relpath(place, full)
    return not target.kinds or not any(part.startswith(".") for part in within.split(os.sep))


def _is_anybodys(target: Target) -> bool:
    """fanout's own state has rules of its own, and what tools make and share is nobody's work."""
    if state_dir.is_inside(target.name) or target.upkeep:
        return True
    return bool(paths.PASSED_OVER & set(target.name.split("/")))


def _shown(trees: WorkTrees, full: str) -> str:
    name = trees.call.naming.name(full, trees.root)
    return base.shown(trees.root, trees.call.facts.base, name)
