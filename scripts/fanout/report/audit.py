"""What past sessions say, without any run: agents that got in each other's way, launches that could have been together.

of_sessions(sessions, effects)
  conflicts     two agents at work at the same time wrote the same file: a lost update when the later write replaced the
                whole file without having seen the earlier one
  sweeps        a git command over the whole tree while siblings had unsaved work
  rounds        the launches that follow one input of the user: what depended on what, how parallel it was, what a plan
                would have taken
Agents depend on each other when one read or wrote what another wrote before it began, or when its prompt uses names
that only the other's answer brought up. When in doubt, they depend.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

from fanout.plan.schedule import Problem, solve
from fanout.report.transcripts import WRITERS, Call, Session, Trace
from fanout.run.tasks.measure import covered

CAP = 5
SLACK = 5.0  # a plan that saves less than so many seconds is not worth a word
PER_LAUNCH = 1.0


class Effects(NamedTuple):
    """What a command line did: paths it wrote, of these the ones it wrote anew as a whole, and whether it is a git
    command that reaches the whole tree."""

    writes: frozenset[str]
    whole: frozenset[str]
    sweeps: str


Analyse = Callable[[str, str], Effects]


@dataclass(slots=True)
class Touch:
    """One write of a file by a conversation. `whole`: what was there before is gone."""

    who: Trace
    path: str
    at: float
    whole: bool
    tool: str


@dataclass(slots=True)
class Conflict:
    """Two conversations and a file; `kind` is lost-update or overlapping-writes."""

    kind: str
    session: str
    path: str
    first: str
    second: str
    at: float
    seconds_between: float


@dataclass(slots=True)
class Sweep:
    """A git command over the whole tree; `endangered` had written files that no commit held for certain."""

    session: str
    by: str
    at: float
    command: str
    endangered: list[str]


@dataclass(slots=True)
class Round:
    """The launches after one input of the user, in seconds; `apart` are the agents that could have begun earlier."""

    session: str
    at: float
    agents: list[str]
    messages: int
    took: float
    work: float
    planned: float
    saved: float
    apart: list[str]


@dataclass(slots=True)
class Audit:
    sessions: int = 0
    agents: int = 0
    first: float = 0.0
    last: float = 0.0
    work: float = 0.0
    busy: float = 0.0
    most_at_once: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    sweeps: list[Sweep] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)

    @property
    def concurrency(self) -> float:
        return self.work / self.busy if self.busy else 0.0

    @property
    def saved(self) -> float:
        return sum(found.saved for found in self.rounds)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "concurrency": round(self.concurrency, 3), "saved": round(self.saved, 3)}


def of_sessions(sessions: Iterable[Session], analyse: Analyse) -> Audit:
    """The audit of all of them together."""
    audit = Audit()
    for session in sessions:
        spans = [(agent.start, agent.end) for agent in session.agents]
        audit.sessions += 1
        audit.agents += len(spans)
        audit.first = min(audit.first or spans[0][0], *(start for start, _ in spans))
        audit.last = max(audit.last, *(end for _, end in spans))
        audit.work += sum(end - start for start, end in spans)
        audit.busy += covered(spans)
        audit.most_at_once = max(audit.most_at_once, _at_once(spans))
        touches = touches_of(session, analyse)
        audit.conflicts += conflicts(session, touches)
        audit.sweeps += sweeps(session, touches, analyse)
        audit.rounds += rounds(session, touches)
    return audit


def touches_of(session: Session, analyse: Analyse) -> list[Touch]:
    """Every write that worked, in order of time: of the agents, and of the main conversation."""
    touches = []
    for trace in (*session.agents, session.main):
        for call in trace.calls:
            if not call.ok:
                continue
            if call.tool in WRITERS:
                touches.append(Touch(trace, call.path, call.end, call.tool == "Write", call.tool))
            elif call.command:
                effects = analyse(call.command, call.cwd)
                touches += [Touch(trace, p, call.end, p in effects.whole, "Bash") for p in sorted(effects.writes)]
    return sorted(touches, key=lambda touch: touch.at)


def conflicts(session: Session, touches: Sequence[Touch]) -> list[Conflict]:
    """One for each file and pair of agents that were at work at the same time, the worst that happened between them."""
    worst: dict[tuple[str, str, str], Conflict] = {}
    by_path: dict[str, list[Touch]] = {}
    for touch in touches:
        for earlier in by_path.setdefault(touch.path, []):
            if earlier.who is touch.who or not _together(earlier, touch):
                continue
            lost = touch.whole and not _saw(touch, earlier.at)
            pair = sorted((earlier.who.id, touch.who.id))
            key = (touch.path, pair[0], pair[1])
            if key in worst and (worst[key].kind == "lost-update" or not lost):
                continue
            kind = "lost-update" if lost else "overlapping-writes"
            names = name_of(earlier.who), name_of(touch.who)
            worst[key] = Conflict(kind, session.id, touch.path, *names, touch.at, round(touch.at - earlier.at, 3))
        by_path[touch.path].append(touch)
    return sorted(worst.values(), key=lambda conflict: conflict.at)


def sweeps(session: Session, touches: Sequence[Touch], analyse: Analyse) -> list[Sweep]:
    """Whole-tree git commands while another agent was at work that had written something."""
    swept = []
    for trace in (*session.agents, session.main):
        for call in trace.calls:
            if not call.ok or not call.command:
                continue
            verb = analyse(call.command, call.cwd).sweeps
            hit = {name_of(t.who) for t in touches if _endangered(t, trace, call)} if verb else set()
            if hit:
                swept.append(Sweep(session.id, name_of(trace), call.at, verb, sorted(hit)))
    return sorted(swept, key=lambda sweep: sweep.at)


def rounds(session: Session, touches: Sequence[Touch]) -> list[Round]:
    """What followed each input of the user that led to two agents or more."""
    by_call = {agent.tool_use: agent for agent in session.agents if agent.tool_use}
    groups: dict[int, list[int]] = {}
    for place, launch in enumerate(session.main.launches):
        if launch.tool_use in by_call:
            groups.setdefault(launch.turn, []).append(place)
    judged = []
    for places in groups.values():
        launches = [session.main.launches[place] for place in places]
        if len(launches) > 1:
            agents = [by_call[launch.tool_use] for launch in launches]
            needs = _needs(session, agents, [launch.words for launch in launches], launches[0].turn, touches)
            judged.append(_round(session, agents, len({launch.message for launch in launches}), needs, touches))
    return judged


def name_of(trace: Trace) -> str:
    """What people call a conversation."""
    return trace.description or trace.type or trace.id if trace.id else "the main conversation"


def _round(
    session: Session, agents: Sequence[Trace], messages: int, needs: list[list[int]], touches: Sequence[Touch]
) -> Round:
    durations = [max(0.0, agent.end - agent.start) for agent in agents]
    written = [{touch.path for touch in touches if touch.who is agent} for agent in agents]
    pairs = [(a, b) for a, b in combinations(range(len(agents)), 2) if written[a] & written[b]]
    problem = Problem([(one + PER_LAUNCH) / 60 for one in durations], needs, pairs, CAP)
    answer = solve(problem, effort="quick")
    began = min(agent.start for agent in agents)
    took = max(agent.end for agent in agents) - began
    planned = answer.makespan * 60
    saved = took - planned if took - planned >= max(SLACK, 0.1 * took) else 0.0
    late = _launched_late(agents, needs) if saved else []
    return Round(
        session.id, began, [name_of(agent) for agent in agents], messages, round(took, 3),
        round(sum(durations), 3), round(planned, 3), round(saved, 3), late,
    )  # fmt: skip


def _launched_late(agents: Sequence[Trace], needs: list[list[int]]) -> list[str]:
    """Those that built on nobody, and began when all launched before them had ended."""
    return [
        name_of(agent)
        for place, agent in enumerate(agents)
        if place and not needs[place] and all(_over(other, agent) for other in agents[:place])
    ]


def _needs(
    session: Session, agents: Sequence[Trace], prompts: Sequence[frozenset[str]], turn: int, touches: Sequence[Touch]
) -> list[list[int]]:
    """For each agent the earlier ones that it may have built on; agents that overlapped in time built on nothing."""
    known = frozenset[str]().union(*session.typed[:turn])
    needs_of: list[list[int]] = []
    for place, agent in enumerate(agents):
        needs = []
        for before in range(place):
            other = agents[before]
            if _over(other, agent) and (
                _uses(agent, other, touches) or prompts[place] & (other.said - known - prompts[before])
            ):
                needs.append(before)
        needs_of.append(needs)
    return needs_of


def _uses(agent: Trace, other: Trace, touches: Sequence[Touch]) -> bool:
    """Whether the agent read, wrote or named in a command what the other had written."""
    written = {touch.path for touch in touches if touch.who is other}
    names = {os.path.basename(path) for path in written}
    return any(
        call.path in written or (call.command and any(name in call.command for name in names)) for call in agent.calls
    )


def _saw(touch: Touch, since: float) -> bool:
    """Whether the writer had read or edited the file after that moment, before it wrote."""
    return any(
        call.ok and since <= call.end < touch.at and (_reads(call, touch.path) or _names(call, touch.path))
        for call in touch.who.calls
    )


def _reads(call: Call, path: str) -> bool:
    return call.path == path and call.tool in ("Read", "Edit", "MultiEdit")


def _names(call: Call, path: str) -> bool:
    """Whether a command names the file before any redirection: taken as having read it."""
    return os.path.basename(path) in call.command.partition(">")[0]


def _endangered(touch: Touch, by: Trace, call: Call) -> bool:
    who = touch.who
    return who is not by and touch.at <= call.at and who.start <= call.at <= who.end


def _together(one: Touch, other: Touch) -> bool:
    """Whether both were at work at some moment; of the main conversation only its write counts as work."""
    spans = [(t.who.start, t.who.end) if t.who.id else (t.at, t.at) for t in (one, other)]
    return spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]


def _over(other: Trace, agent: Trace) -> bool:
    return other.end <= agent.start


def _at_once(spans: Iterable[tuple[float, float]]) -> int:
    edges = sorted(edge for start, end in spans for edge in ((start, 1), (end, -1)))
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def counts(audit: Audit) -> Mapping[str, int]:
    """How many of each kind of finding."""
    kinds = [conflict.kind for conflict in audit.conflicts]
    return {
        "lost_updates": kinds.count("lost-update"),
        "overlapping_writes": kinds.count("overlapping-writes"),
        "sweeps": len(audit.sweeps),
        "not_parallel": sum(1 for round_ in audit.rounds if round_.saved),
    }
