"""May this caller write these paths? The decision behind every writing tool, with its reason.

What it may write and nobody owns, it then owns; the bytes that were there are kept. Here is the common case, a path that
is the caller's own already, with what that takes; everything else is in ownership.py.
"""

from __future__ import annotations

from fanout.run.store import standing, state_dir
from fanout.run.store.db import Write, now

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

HEARTBEAT_SECONDS = 20.0
TELLING = (state_dir.FOLDER, ".git", ".claude")  # parts of names that are looked at more closely


class Target:
    """One path to be written, by its name; `recursive`: with all below it, or all of these `kinds`.

    `upkeep`: a tool brings its own file or folder up to date, which makes nobody its owner. `folder`: only a folder is
    made, which is anybody's: it changes nothing of what others have below it. `git`: a git command names it, and is
    judged by what git would do as well. `wipes`: it is taken away, with all below it.
    """

    __slots__ = ("folder", "git", "kinds", "name", "recursive", "upkeep", "wipes")

    def __init__(
        self,
        name: str,
        recursive: bool = False,
        kinds: tuple[str, ...] = (),
        upkeep: bool = False,
        folder: bool = False,
        git: bool = False,
        wipes: bool = False,
    ) -> None:
        self.folder = folder
        self.git = git
        self.name = name
        self.recursive = recursive
        self.kinds = kinds
        self.upkeep = upkeep
        self.wipes = wipes

    def reaches(self, path: str) -> bool:
        """Whether a path below is one of those that it writes."""
        if not self.kinds:
            return True
        from fanout.shell.effects import is_of

        return is_of(self.kinds, path)


def refusal(call: Call, targets: list[Target]) -> str:
    """Why the caller may not write the targets, "" when it may."""
    caller = call.caller
    if caller is None and not call.agent_id and not _is_anybody_live(call):
        return off_limits(call, targets) if _is_run_active(call) else ""  # the main conversation, and nobody beside it
    reason = off_limits(call, targets)
    if reason:
        return reason
    if caller is not None and now() - caller.seen > HEARTBEAT_SECONDS:
        _heartbeat(call, caller)
    if caller is not None and all(_is_settled(call, caller, target) for target in targets):
        return ""
    from fanout.hooks.guarding import ownership

    with Write(call.db):
        return ownership.refusal(call, targets)


def off_limits(call: Call, targets: list[Target]) -> str:
    """Why fanout's own state, or what would switch the guard off, may not be written: see off_limits.py."""
    near = [target for target in targets if target.wipes or _is_telling(target.name)]
    if not near:
        return ""
    from fanout.hooks.guarding import off_limits as places

    return places.refusal(call, near)


def _is_telling(name: str) -> bool:
    return name[:1] == "/" or name[1:2] == ":" or any(part in name for part in TELLING)


def _is_run_active(call: Call) -> bool:
    from fanout.run.tasks import runs

    return bool(runs.active(call.db))


def _is_anybody_live(call: Call) -> bool:
    from fanout.run.agents import agents

    return bool(agents.live(call.db))


def _heartbeat(call: Call, caller: Agent) -> None:
    from fanout.run.agents import agents
    from fanout.run.store import notice
    from fanout.run.tasks import overdue

    with Write(call.db):
        agents.seen(call.db, caller.id)
        overdue.nudge(call.db, caller)
        call.facts.has_notice = notice.there_is(call.db, caller.id)


def _is_settled(call: Call, caller: Agent, target: Target) -> bool:
    """The common case, decided without writing: the path is the caller's own by a claim, and nobody else's."""
    if caller.state != "running" or caller.read_only or target.recursive or state_dir.is_inside(target.name):
        return False
    view = standing.of(call.db, caller, target.name)
    is_own = bool(view.claims) and all(claim.owner.id == caller.id for claim in view.claims)
    return is_own and view.has_written
