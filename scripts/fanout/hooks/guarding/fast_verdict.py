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
    from fanout.run.store.standing import Standing

HEARTBEAT_SECONDS = 20.0
TELLING = (state_dir.FOLDER, ".git", ".claude")  # parts of names that are looked at more closely


class Target:
    """One path to be written, by its name; `recursive`: with all below it, or all of these `kinds`.

    `upkeep`: a tool brings its own file or folder up to date, which makes nobody its owner. `folder`: only a folder is
    made, or its own mode changed, which is anybody's: it changes nothing of what others have below it. `git`: a git
    command names it, and is judged by what git would do as well. `wipes`: it is taken away, with all below it. `named`: the
    caller names it; a glob, `find` or `xargs` only reaches it.
    """

    __slots__ = ("folder", "git", "kinds", "name", "named", "recursive", "upkeep", "wipes")

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
        self.named = True
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
    if _is_alone(call):
        return _between_agents(call, targets)
    reason = off_limits(call, targets)
    if reason:
        return reason
    _heartbeat(call)
    if all(_is_settled(_view(call, target)) for target in targets):
        return ""
    from fanout.hooks.guarding import ownership

    with Write(call.db):
        return ownership.refusal(call, targets)


def refusal_of_file(call: Call, path: str) -> str:
    """`refusal` of a call of a file tool. Unless it is refused, it is under way from now on, and what it announces is on
    record: that tells its write from another's."""
    if not call.tool_use:
        return refusal(call, [Target(call.naming.name(path, call.cwd))])
    target = Target(call.naming.given(path, call.cwd))
    if _is_alone(call):
        return _between_agents(call, [target])
    reason = off_limits(call, [target])
    if reason and not call.facts.is_warned_only:
        return reason
    if not reason:
        _heartbeat(call)
    with Write(call.db):
        target, view = _looked_up(call, target)
        if not reason and not _is_settled(view):
            from fanout.hooks.guarding import ownership

            reason = ownership.refusal(call, [target], view)
        if not reason or call.facts.is_warned_only:
            _begin(call, target.name, view)
    return reason


def _looked_up(call: Call, target: Target) -> tuple[Target, Standing | None]:
    """The target by the name that its folder lists, which is not asked for what the caller wrote under that name before."""
    view = _view(call, target)
    if not call.naming.fold or _is_settled(view):
        return target, view
    name = call.naming.name(call.naming.full(target.name), call.naming.root)
    if name == target.name:
        return target, view
    target = Target(name)
    return target, _view(call, target)


def _begin(call: Call, name: str, view: Standing | None) -> None:
    """The call is under way. Inside the transaction that the view was read in."""
    from fanout.run.changes import announced, file_tool_calls
    from fanout.run.store import ticks

    announces = {name: announced.of_input(call.tool_input)}
    caller = view.agent if view is not None else call.caller
    if caller is None or not caller.is_live:
        from fanout.hooks.caller import identified

        caller = identified(call)
    present = view.present if view is not None else ticks.present(call.db)
    file_tool_calls.begin_tool(call.db, call.root, present, caller.id, call.tool_use, call.tool, announces)


def _between_agents(call: Call, targets: list[Target]) -> str:
    """`refusal` of the main conversation with nobody beside it."""
    return off_limits(call, targets) if _is_run_active(call) else ""


def _is_alone(call: Call) -> bool:
    """Whether the main conversation calls, and nobody is beside it."""
    return call.caller is None and not call.agent_id and not _is_anybody_live(call)


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

    return agents.is_any_live(call.db)


def _heartbeat(call: Call) -> None:
    """The caller gives a sign of life, now and then."""
    caller = call.caller
    if caller is None or now() - caller.seen <= HEARTBEAT_SECONDS:
        return
    from fanout.run.agents import agents
    from fanout.run.store import notice
    from fanout.run.tasks import overdue

    with Write(call.db):
        agents.seen(call.db, caller.id)
        overdue.nudge(call.db, caller)
        call.facts.has_notice = notice.there_is(call.db, caller.id)


def _view(call: Call, target: Target) -> Standing | None:
    """What the journal says now of the caller and the target; None when the target is not one path, or it is not known
    who calls."""
    caller = call.caller
    if caller is None or not caller.is_live or call.facts.may_lack_worktree or target.recursive:
        return None
    view = standing.of(call.db, call.naming, caller, target.name)
    return view if view.agent.is_live else None


def _is_settled(view: Standing | None) -> bool:
    """The common case, decided without more: the path is the caller's own by a claim, and nobody else's."""
    if view is None:
        return False
    caller = view.agent
    if caller.read_only or state_dir.is_inside(view.name):
        return False
    is_own = bool(view.claims) and all(claim.owner.id == caller.id for claim in view.claims)
    return is_own and view.has_written
