"""Do agents pay here, and how: parallel, sequential, hybrid or swarm. Decided by rules, each with its reason.

A plan or a few numbers become a `Situation`; the rules look at nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fanout.plan import schedule
from fanout.plan.agent_types import CLIENT_AGENTS
from fanout.plan.plan import Plan
from fanout.plan.schedule import Problem

Strategy = Literal["parallel", "sequential", "hybrid", "swarm"]
Order = Literal["none", "some", "chain"]
Files = Literal["none", "own", "same"]

START_MINUTES = 0.5
"""Until an agent works on the matter, by assumption; below that a task is quicker inline. The client's share is under a
second (benchmarks/results/context.txt); the rest is the agent reading the project."""
WORTH_ASKING = 1.5  # times faster with nothing inferred: then a no-go is only what is known so far
LEAST_SPEEDUP = 1.2  # times faster, agents' starts included; less does not pay for looking after them
REPLAYED_TASKS = 2_000  # tasks up to which each cap is tried out
WEAK = ("list order", "barrier")
QUICK_TEST = "Can I start all simultaneously without knowing any results?"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the advice rests on. Minutes are of the work alone, without the agents' starts.

    `together` is how many tasks run at the same time at most, `starts` how many agents are started one after another
    on the way to the end, `wait` how many tasks wait for another because of the same files or the same resource.
    `perspectives`: the tasks look at one question from several sides. `heavy`: the work would fill the main
    conversation. `interactive`: each step needs the user's answer. `sized`: at least one estimate is stated; without
    any the minutes are only proportions, and starting an agent can't be weighed against them. `start` is the minutes
    until a new agent works on the matter.
    """

    tasks: int
    sequential: float
    makespan: float
    starts: int
    together: int
    dependent: int = 0
    same_files: int = 0
    shared_state: int = 0
    cap: int = 5
    perspectives: bool = False
    heavy: bool = False
    interactive: bool = False
    unproven: int = 0
    sized: bool = True
    start: float = START_MINUTES
    unknown: int = 0  # tasks that do not say what they write
    implied: int = 0  # tasks that wait for others by the list's order or a phase alone
    by_files: int = 0  # tasks that the list's order keeps behind others only because they write the same files
    hopeful: float = 1.0  # how many times faster it is if nothing of what is only inferred holds


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition: whether it holds, and the sentence that says so."""

    name: str
    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Advice:
    """`speedup` counts the agents' starts; 1.0 without agents. `cap` is how many agents at once are enough. `known`: the
    verdict rests on what the list states or shows; else it stands only as long as nobody says which files and waits are real."""

    go: bool
    strategy: Strategy
    reason: str
    rules: list[Rule]
    speedup: float
    with_agents: float
    cap: int
    quick_test: str
    known: bool = True


def of_plan(plan: Plan, *, try_caps: bool = True, start: float = START_MINUTES) -> Advice:
    """The advice for a plan; `try_caps` replays the order with fewer agents to find how many are enough."""
    situation = replace(_situation(plan), start=start)
    return decide(situation, _enough(plan) if try_caps else situation.cap)


def of_numbers(
    tasks: int,
    minutes: float,
    *,
    order: Order = "none",
    files: Files = "own",
    cap: int = 5,
    perspectives: bool = False,
    heavy: bool = False,
    interactive: bool = False,
    start: float = START_MINUTES,
) -> Advice:
    """The advice for `tasks` tasks of `minutes` each. With `order` "some", half of them wait for the other half."""
    flags = {"perspectives": perspectives, "heavy": heavy, "interactive": interactive}
    return decide(replace(_of_numbers(tasks, minutes, order, files, cap), start=start, **flags))


def _of_numbers(tasks: int, minutes: float, order: Order, files: Files, cap: int) -> Situation:
    chained = order == "chain" or files == "same"
    first, then = (tasks - tasks // 2, tasks // 2) if order == "some" else (tasks, 0)
    waves = tasks if chained else math.ceil(first / cap) + math.ceil(then / cap)
    return Situation(
        tasks=tasks,
        sequential=tasks * minutes,
        makespan=waves * minutes,
        starts=waves,
        together=1 if chained else min(cap, first),
        dependent={"none": 0, "some": tasks // 2, "chain": tasks - 1}[order],
        same_files=tasks - 1 if files == "same" else 0,
        cap=cap,
    )


def decide(situation: Situation, enough: int | None = None) -> Advice:
    """The first rule that decides gives the reason; all are listed."""
    with_agents = situation.makespan + (situation.start * situation.starts if situation.sized else 0)
    speedup = situation.sequential / with_agents if with_agents else 1.0
    rules = _rules(situation, speedup)
    go, strategy, reason = _verdict(situation, {rule.name: rule for rule in rules})
    together = min(situation.together, situation.cap, CLIENT_AGENTS)
    cap = max(1, min(together, enough or together)) if go and strategy != "sequential" else 1
    faster = round(speedup, 3) if cap > 1 else 1.0
    shown = with_agents if go else situation.sequential
    known = go or situation.hopeful < WORTH_ASKING or _is_settled(situation, rules)
    return Advice(go, strategy, reason, rules, faster, round(shown, 2), cap, _quick_test(situation), known)


def _is_settled(one: Situation, rules: Sequence[Rule]) -> bool:
    """Whether it is a no-go whatever the order is: one task, one question after the other, or too short."""
    short = any(rule.name == "long-enough" and not rule.holds for rule in rules)
    return one.interactive or one.tasks < 2 or short or one.cap < 2


def _rules(one: Situation, speedup: float) -> list[Rule]:
    several = f"{one.tasks} {'task' if one.tasks == 1 else 'tasks'}"
    free = f"up to {one.together} at the same time, {one.tasks - one.dependent + one.by_files} of {one.tasks} wait for no result"
    bound = "each waits for another: no two can run at the same time"
    behind = one.same_files + one.by_files
    files = f"{behind} of {one.tasks} tasks wait for another one's files"
    state = f"{one.shared_state} of {one.tasks} tasks wait for a shared resource"
    unproven = f"{one.unproven} of {one.tasks} results can't be checked: no criteria of acceptance"
    if not one.tasks:
        return [Rule("several", False, "no task is left")]
    return [
        Rule("several", one.tasks > 1, several),
        _long_enough(one.sequential / one.tasks if one.tasks else 0.0, one),
        Rule("independent", one.together > 1, free if one.together > 1 else bound),
        _none("own-files", behind, files, "no task waits for another one's files"),
        _none("own-state", one.shared_state, state, "no task waits for a shared resource"),
        _none("no-questions", one.interactive, "each step needs the user's answer", "no step needs the user's answer"),
        _pays(speedup, one.sized),
        _none("provable", one.unproven, unproven, "each result can be checked by itself"),
    ]


def _none(name: str, count: int, some: str, none: str) -> Rule:
    """A rule that holds when there are none of something."""
    return Rule(name, not count, some if count else none)


def _long_enough(each: float, one: Situation) -> Rule:
    start = f"starting an agent takes about {_minutes(one.start)}"
    return Rule(
        "long-enough",
        each >= one.start or not one.sized,
        f"{_minutes(each)} each; {start}" if one.sized else f"no size is stated; {start}",
    )


def _pays(speedup: float, sized: bool) -> Rule:
    counted = "their starts included" if sized else "if all take equally long"
    return Rule("pays", speedup >= LEAST_SPEEDUP, f"{speedup:.2g} times as fast with agents, {counted}")


def _verdict(one: Situation, rules: dict[str, Rule]) -> tuple[bool, Strategy, str]:
    if not one.tasks:
        return False, "sequential", "nothing is left to do: no task is open"
    if one.interactive:
        return False, "sequential", "it is refined together with the user: an agent can't ask in between"
    if not rules["long-enough"].holds and not one.heavy:
        return False, "sequential", f"it is quicker inline: {rules['long-enough'].text}"
    if one.perspectives and one.together > 1:
        return True, "swarm", "several read-only agents look at the same thing, and one judges what they found"
    if one.heavy and (one.together < 2 or not rules["pays"].holds):
        why = "one agent in the background: it saves no time, but keeps the main conversation small"
        return True, "sequential", why
    if one.tasks < 2:
        return False, "sequential", "it is a single task: nothing runs beside it"
    if one.together < 2:
        return False, "sequential", f"no two of the tasks can run at the same time: {_what_keeps_apart(one)}"
    if not rules["pays"].holds:
        return False, "sequential", f"agents save too little: {rules['pays'].text}"
    if one.dependent or one.same_files or one.shared_state:
        return True, "hybrid", "some tasks are independent and some wait: each starts as soon as it can"
    return True, "parallel", "all tasks are independent: they start together"


def _what_keeps_apart(one: Situation) -> str:
    if one.cap < 2:
        return "max_parallel is 1"
    if one.unknown and not one.same_files and not one.shared_state:
        return f"{one.unknown} of {one.tasks} do not say what they write, so nothing runs beside them"
    needing = one.dependent - one.implied - one.by_files
    reasons = [
        (one.same_files + one.by_files, "they change the same files", "change the same files"),
        (one.shared_state, "they share a resource", "share a resource"),
        (needing, "each needs the result of the one before", "need the result of the one before"),
        (one.implied, "nothing is known of their order but that of the list", "wait only by the list's order"),
    ]
    found = [(alone, among) for count, alone, among in reasons if count > 0] or [reasons[2][1:]]
    if len(found) == 1:
        return found[0][0]
    return "; ".join(f"{'some' if not place else 'others'} {among}" for place, (_, among) in enumerate(found))


def _quick_test(one: Situation) -> str:
    waiting = max(one.dependent, one.same_files, one.shared_state)
    if one.tasks < 2:
        return "Only one task." if one.tasks else "No task is left."
    return "Yes." if not waiting else f"No: {waiting} of {one.tasks} wait for another."


def _situation(plan: Plan) -> Situation:
    left = [index for index in range(len(plan.tasks)) if index not in plan.done]
    needs = plan.problem.needs
    waits = _waiting(plan)
    return Situation(
        tasks=len(left),
        sequential=plan.sequential_minutes(),
        makespan=plan.answer.makespan,
        starts=len(plan.answer.binding),
        together=_together(plan, left),
        dependent=sum(any(need not in plan.done for need in needs[index]) for index in left),
        same_files=len(waits["files"]),
        shared_state=len(waits["resource"]),
        cap=plan.reading.document.max_parallel,
        perspectives=_perspectives(plan, left),
        unproven=sum(not plan.tasks[index].accept for index in left),
        sized=any(plan.tasks[index].estimate_minutes is not None for index in left),
        unknown=sum(_is_unsure(plan, index) for index in left),
        implied=sum(_is_implied(plan, index) for index in left),
        by_files=sum(_is_by_files(plan, index) for index in left),
        hopeful=_hopeful(plan),
    )


def _hopeful(plan: Plan) -> float:
    """The speedup by what is stated and what the text gives evidence for; tasks of unknown files meet nobody."""
    doubted = {name for name, note in plan.reading.notes.items() if note.unsure and note.parallel is not False}
    edges = [[(on, edge.source in WEAK) for on, edge in plan.edges(index)] for index in range(len(plan.tasks))]
    guessed = any(is_weak for of_task in edges for _on, is_weak in of_task)
    if not (doubted or guessed) or len(plan.tasks) > REPLAYED_TASKS:
        return 1.0
    firm = [[on for on, is_weak in of_task if not is_weak] for of_task in edges]
    problem = replace(plan.problem, needs=firm, conflicts=_sure_conflicts(plan, doubted))
    _, finish, _ = schedule.replay(problem, plan.answer.order)
    longest = max(finish, default=0.0)
    return plan.sequential_minutes() / longest if longest else 1.0


def _sure_conflicts(plan: Plan, doubted: set[str]) -> list[tuple[int, int]]:
    """Without those that only keep a task of unknown files alone."""
    names = plan.names
    return [
        (one.a, one.b) for one in plan.hazards if one.kind != "exclusion" or not {names[one.a], names[one.b]} & doubted
    ]


def _is_unsure(plan: Plan, index: int) -> bool:
    note = plan.reading.notes.get(plan.tasks[index].id)
    return note is not None and note.unsure


def _is_implied(plan: Plan, index: int) -> bool:
    """Whether a task waits for others, and for each of them only by the list's order or a phase."""
    edges = [edge for on, edge in plan.edges(index) if on not in plan.done]
    return bool(edges) and all(edge.source in WEAK for edge in edges)


def _is_by_files(plan: Plan, index: int) -> bool:
    """Whether a task waits for no result, but for whoever writes one of its files before it."""
    edges = [edge for on, edge in plan.edges(index) if on not in plan.done]
    sources = {edge.source for edge in edges}
    return "shared file" in sources and sources <= {"shared file", *WEAK}


def _waiting(plan: Plan) -> dict[str, set[int]]:
    """The tasks that stand behind another one in the order because of files, or of something else."""
    rank, done = plan.rank, plan.done
    files: set[int] = set()
    others: set[int] = set()
    for kind, a, b, _, ordered in plan.hazards:
        if not ordered and a not in done and b not in done:
            (files if kind in ("write-write", "read-write") else others).add(a if rank[a] > rank[b] else b)
    return {"files": files, "resource": others}


def _together(plan: Plan, left: list[int]) -> int:
    """How many tasks of the schedule run at the same time, at most."""
    answer = plan.answer
    events = sorted([(answer.start[i], 1) for i in left] + [(answer.finish[i], -1) for i in left])
    most = now = 0
    for _, change in events:
        now += change
        most = max(most, now)
    return max(most, max(map(len, answer.batches), default=0))


def _perspectives(plan: Plan, left: list[int]) -> bool:
    """Whether all tasks, but one that may sum up, only read, and read the same."""
    lookers = [index for index in left if not plan.patterns.writes[index]]
    views: dict[frozenset[str], int] = {}
    for index in lookers:
        read = frozenset(pattern.normal for pattern in plan.patterns.reads[index])
        if read and not any(need not in plan.done for need in plan.problem.needs[index]):
            views[read] = views.get(read, 0) + 1
    most = max(views.values(), default=0)
    return most > 1 and most >= len(left) - 1


def _enough(plan: Plan) -> int:
    """The smallest number of agents that ends within a twentieth of the plan's own makespan."""
    problem, most = plan.problem, plan.reading.document.max_parallel
    if len(plan.tasks) > REPLAYED_TASKS:
        return most
    for cap in range(1, most):
        _, finish, _ = schedule.replay(_with_slots(problem, cap), plan.answer.order)
        if max(finish, default=0) <= 1.05 * plan.answer.makespan:
            return cap
    return most


def _with_slots(problem: Problem, slots: int) -> Problem:
    return Problem(problem.durations, problem.needs, problem.conflicts, slots, problem.groups, problem.done)


def _minutes(value: float) -> str:
    return f"{value * 60:.0f} s" if value < 1 else f"{value:.3g} min"
