"""What runs beside the files on Bash: would this command end, empty or take what siblings use?

Ports, services, containers and databases belong to the agent whose command started them, while it works. What nobody on
record started is everybody's: a command that ends by name or by pattern, or all there is, is denied while siblings work;
one that names what it means is denied where that is another's.
"""

from __future__ import annotations

import os
import re
import time

from fanout.run.agents import agents, held, processes
from fanout.run.store import journal, notice
from fanout.run.store.db import Write, by_system

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout import shell
    from fanout.hooks.hook_call import Call
    from fanout.run.agents.held import Held
    from fanout.run.store.records import Agent
    from fanout.shell.effects import Runtime

LONGEST_REASON = 400
LONGEST_NOTED = 300
MOST_PORTS_ON = 50
SERVERS = frozenset(["postgres", "postgresql", "pg", "mysql", "mariadb", "mongo", "mongodb", "redis", "sqlite"])
SIDECARS = ("-wal", "-journal", "-shm")  # there while SQLite works with a file
ASKED_BY_USER = "If the user asked for exactly that: end the agents first (TaskStop), or wait until they have ended."


class Scene:
    """Who works beside the caller, and who holds what. Reads the journal once."""

    __slots__ = ("call", "caller", "held", "mine", "others", "siblings")

    def __init__(self, call: Call, caller: Agent) -> None:
        self.call = call
        self.caller = caller
        family = set(agents.family(call.db, caller))
        self.siblings = [agent for agent in agents.live(call.db) if agent.id not in family]
        self.held = held.every(call.db)
        self.mine = {one.thing for one in self.held if one.agent in family}
        self.others = [one for one in self.held if one.agent not in family]

    def holder(self, things: tuple[str, ...]) -> Held | None:
        """What of another's one of the things is, or reaches."""
        return next((one for one in self.others for thing in things if _meets(thing, one.thing)), None)

    def owner(self, one: Held) -> str:
        return agents.name_of(agents.get(self.call.db, one.agent), self.caller.run)[:60]

    def is_at_home(self, effect: Runtime) -> bool:
        """Whether it concerns the containers of the caller's own worktree."""
        home = self.caller.worktree
        return bool(home and effect.folder) and (os.path.realpath(effect.folder) + os.sep).startswith(home + os.sep)

    def _is_own_file(self, thing: str) -> bool:
        """Of a database that is a file: the caller wrote or claims it; or it came about since, and nobody has it open."""
        kind, _, path = thing.partition(":")
        if kind != "file":
            return False
        from fanout.hooks.guarding import git_line

        name = self.call.naming.name(path, self.call.naming.root)
        if git_line.own(self.call, self.caller, [name]):
            return True
        in_use = any(os.path.exists(path + end) for end in SIDECARS) or processes.has_open(path)
        return not in_use and os.stat(path).st_mtime >= by_system(self.caller.began)

    def is_mine(self, effect: Runtime) -> bool:
        named = bool(effect.things) and all(thing in self.mine or self._is_own_file(thing) for thing in effect.things)
        return named or not self.mine.isdisjoint(effect.within)


def _meets(thing: str, there: str) -> bool:
    """Whether two things are one, or one holds the other: a project its services, which are containers."""
    kind, _, name = thing.partition(":")
    other, _, held_name = there.partition(":")
    if thing == there:
        return True
    if kind == "project" and other == "service":
        return held_name.startswith(name + "/")
    if kind == "service" and other == "project":
        return name.startswith(held_name + "/")
    if kind == "container" and other in ("service", "project"):
        project, _, service = held_name.partition("/")
        pattern = rf"{re.escape(project)}[-_]{re.escape(service) if service else '.+'}[-_]\d+"
        return re.fullmatch(pattern, name) is not None
    return False


def refusal(call: Call, caller: Agent, effects: shell.Effects) -> str:
    """Why the line may not run for what it does beside the files, "" when it may."""
    scene = Scene(call, caller)
    for effect in effects.runtime:
        reason = _start(scene, effect) if effect.reach == "starts" else _end(scene, effect)
        if reason:
            return _denied(scene, reason)
    return ""


def _start(scene: Scene, effect: Runtime) -> str:
    """What a line has started is its own for the rest of it."""
    other = None if effect.is_shared else scene.holder(effect.things)
    if other is not None and effect.is_sure:
        return (
            f"{_called(other.thing)} is in use by {scene.owner(other)} (since {_clock(other)}): `{effect.command}` would "
            f"not get it, or would meet the other's. Instead: {_another(scene, other.thing)}."
        )
    if other is None:
        scene.mine.update(effect.things)
    return ""


def _end(scene: Scene, effect: Runtime) -> str:
    if effect.reach == "pid":
        return _end_by_number(scene, effect)
    if scene.is_at_home(effect):
        return ""
    other = scene.holder(effect.things)
    if other is not None:
        return (
            f"`{effect.command}` would {effect.does}: {_called(other.thing)} was started by {scene.owner(other)} "
            f"(at {_clock(other)}), which still works. Leave it running. Instead: {effect.instead}."
        )
    if effect.reach == "one" or scene.is_mine(effect) or not scene.siblings or _is_planned(scene, effect):
        return ""
    names = [agents.name_of(agent, scene.caller.run)[:40] for agent in scene.siblings]
    at_work = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    are = "is" if len(names) == 1 else "are"
    return f"`{effect.command}` would {effect.does}, and {at_work} {are} at work. Instead: {effect.instead}."


def _is_planned(scene: Scene, effect: Runtime) -> bool:
    """Whether the plan gives it to the caller's task alone: a resource of this name, held exclusively."""
    if not scene.caller.task:
        return False
    from fanout.run.tasks import tasks

    record = tasks.record(tasks.get(scene.call.db, scene.caller.run, scene.caller.task))
    alone = [
        str(one.get("name")) for one in record.get("resources") or [] if one.get("mode", "exclusive") == "exclusive"
    ]
    words = set(re.split(r"[^\w]+", " ".join([effect.command, effect.does, *effect.things]).lower()))
    return any(_means(name.lower(), words) for name in alone)


def _means(name: str, words: set[str]) -> bool:
    """Whether a resource's name is that of what an effect's words name: by its number if it has one; `db` is any database,
    and a server's name any that the words don't call otherwise."""
    parts = set(re.split(r"[\W_]+", name))
    numbers = {part for part in parts if part.isdigit()}
    if numbers:
        return numbers <= words
    if parts & {"db", "database", "sql"} or (parts & SERVERS and not words & SERVERS):
        parts.add("database")
    return bool(parts & words)


def _end_by_number(scene: Scene, effect: Runtime) -> str:
    """A number is the caller's own business, unless it is known to be the client's, or a server's that another started."""
    given = effect.things[0][4:]
    number = int(given) if given != "client" else 0
    pids, groups = processes.above()
    if not number or number in pids or -number in groups:
        called = f"process {abs(number)}" if number else "the process above your shell"
        return f"{called} is the client that all agents run in, or what started it. Instead: {effect.instead}."
    ports = {int(one.thing[5:]): one for one in scene.others if one.thing.startswith("port:")}
    port = processes.listens_at(number, set(ports)) if ports else 0
    if not port:
        return ""
    other = ports[port]
    return (
        f"process {abs(number)} listens at port {port}: {scene.owner(other)} started that server (at {_clock(other)}) and "
        f"still works. Leave it running. Instead: {effect.instead}."
    )


def take(call: Call, caller: Agent, effects: shell.Effects) -> None:
    """What a line that may run starts is the caller's from now on, and what it ends no more; what another has already, the
    caller is told."""
    if all(effect.reach == "pid" for effect in effects.runtime):
        return
    scene = Scene(call, caller)
    with Write(call.db):
        for effect in effects.runtime:
            if effect.reach == "starts":
                _take(scene, effect)
            else:
                _let_go(scene, effect)


def _take(scene: Scene, effect: Runtime) -> None:
    other = None if effect.is_shared else scene.holder(effect.things)
    if other is not None:
        _tell(scene, effect, other)
        return
    for thing in effect.things:
        held.take(scene.call.db, scene.caller.id, thing, scene.call.tool_use, effect.detached)


def _let_go(scene: Scene, effect: Runtime) -> None:
    for one in scene.held:
        if one.thing in scene.mine and any(_meets(thing, one.thing) for thing in effect.things):
            held.drop(scene.call.db, one.agent, one.thing)


def _tell(scene: Scene, effect: Runtime, other: Held) -> None:
    text = (
        f"{_called(other.thing)} is in use by {scene.owner(other)}: what `{effect.command}` starts may take another one, or "
        f"fail. Read in its output which it got."
    )
    notice.leave(scene.call.db, scene.caller.id, text)
    scene.call.facts.has_notice = True


def _denied(scene: Scene, reason: str) -> str:
    call, caller = scene.call, scene.caller
    if not call.agent_id and len(reason) + len(ASKED_BY_USER) < LONGEST_REASON:
        reason = f"{reason} {ASKED_BY_USER}"
    reason = reason if len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 3] + "..."
    with Write(call.db):
        noted = reason[:LONGEST_NOTED]
        journal.note(call.db, "write-denied", caller.run, caller.task, caller.id, path="runtime", reason=noted)
    return reason


def _called(thing: str) -> str:
    """port 3000, service db, database app."""
    kind, _, name = thing.partition(":")
    return f"{kind} {name.rpartition('/')[2] or name}"[:60]


def _another(scene: Scene, thing: str) -> str:
    kind, _, name = thing.partition(":")
    if kind != "port":
        return f"another {kind}, with a name of your own"
    taken = {one.thing for one in scene.held}
    ports = range(int(name) + 1, int(name) + MOST_PORTS_ON)
    free = next((port for port in ports if f"port:{port}" not in taken and not processes.is_listening(port)), 0)
    return f"another port, such as {free}" if free else "another port"


def _clock(one: Held) -> str:
    return time.strftime("%H:%M:%S", time.localtime(by_system(one.since)))
