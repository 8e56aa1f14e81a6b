"""The plan: tasks in an order, with reasons."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from fanout.plan.hazards import Hazard, clause
from fanout.plan.model import Task
from fanout.plan.pattern import Pattern, PatternError, parse
from fanout.plan.reading import STATED, Edge, Reading, Remark
from fanout.plan.schedule import Answer, Problem, Wait
from fanout.plan.validate import Patterns

DEFAULT_MINUTES = 1.0


@dataclass(frozen=True)
class Plan:
    """Everything known before a run: the reading, what the tasks may touch, their hazards, and the schedule.

    `problem` is what the scheduler was asked; `below[i]` is the mask of all that task i waits for, through no task that
    is done; `held` are pairs that only the rolling schedule keeps apart (see schedule/hold.py). `done` are the tasks that
    are not scheduled: done, skipped, or `left_out`, those that the list calls blocked and all that waits for them.
    """

    reading: Reading
    patterns: Patterns
    hazards: list[Hazard]
    durations: list[float]
    done: set[int]
    answer: Answer
    warnings: list[Remark]
    problem: Problem
    below: list[int]
    held: list[Hazard] = field(default_factory=list)
    left_out: set[int] = field(default_factory=set)
    risk: str = "low"
    risks: dict[str, float] = field(
        default_factory=dict
    )  # how many times faster each risk would plan, where they differ

    @property
    def tasks(self) -> list[Task]:
        return self.reading.document.tasks

    def ids(self, indexes: list[int]) -> list[str]:
        names = self.names
        return [names[index] for index in indexes]

    def sequential_minutes(self) -> float:
        """One task after another."""
        return sum(minutes for index, minutes in enumerate(self.durations) if index not in self.done)

    def speedup(self) -> float:
        """How many times faster than one after another the rolling schedule is; 1.0 for an empty one."""
        return self.sequential_minutes() / self.answer.makespan if self.answer.makespan else 1.0

    def resolution(self, hazard: Hazard) -> str:
        """What keeps the two tasks of a hazard apart."""
        if hazard.ordered:
            return "ordered by dependencies"
        rank, names = self.rank, self.names
        if rank[hazard.a] < rank[hazard.b]:
            return f"{names[hazard.b]} waits for {names[hazard.a]}"
        return f"{names[hazard.a]} waits for {names[hazard.b]}"

    @cached_property
    def names(self) -> list[str]:
        """The id of each task."""
        return [task.id for task in self.tasks]

    @cached_property
    def rank(self) -> list[int]:
        """The place of each task in the rolling order."""
        rank = [0] * len(self.tasks)
        for place, index in enumerate(self.answer.order):
            rank[index] = place
        return rank

    def waits(self) -> dict[str, str]:
        """For each task that does not start at once, what it waits for last in the rolling schedule, in words."""
        pairs = {(min(wait.task, wait.on), max(wait.task, wait.on)) for wait in self.answer.waits}
        known = {
            (hazard.a, hazard.b): hazard for hazard in [*self.hazards, *self.held] if (hazard.a, hazard.b) in pairs
        }
        reasons = {}
        for wait in self.answer.waits:
            hazard = known.get((min(wait.task, wait.on), max(wait.task, wait.on)))
            reasons[self.tasks[wait.task].id] = self._because(wait, hazard)
        return reasons

    def context(self) -> list[Pattern]:
        """The context files that are paths in the project."""
        found = []
        for text in self.reading.document.context_files:
            with suppress(PatternError):
                found.append(parse(text, root=self.reading.base or None))
        return [pattern for pattern in found if pattern.anchor]

    def apart(self) -> dict[str, str]:
        """For each task that a conflict keeps out of an earlier batch, that conflict in words: the last one."""
        place = {index: number for number, batch in enumerate(self.answer.batches) for index in batch}
        last: dict[int, tuple[int, int, Hazard]] = {}
        for hazard in self.hazards:
            if not hazard.ordered and hazard.a in place and hazard.b in place:
                first, then = sorted((hazard.a, hazard.b), key=place.__getitem__)
                if then not in last or place[first] > last[then][0]:
                    last[then] = place[first], first, hazard
        return {
            self.tasks[then].id: f"waits for {self.tasks[first].id}: {clause(hazard.kind, hazard.witness)}"
            for then, (_, first, hazard) in last.items()
        }

    def inferred(self, task: int, on: int) -> str:
        """Why the list's reader put one task behind another, as a clause, and that it is inferred; "" when the list states it."""
        edge = self.edge(task, on)
        return edge.why if edge.source == "stated barrier" or not edge.why else f"inferred, {edge.why}"

    def edge(self, task: int, on: int) -> Edge:
        """Why one task waits for another that it depends on."""
        note = self.reading.notes.get(self.tasks[task].id)
        return note.order.get(self.tasks[on].id, STATED) if note else STATED

    def edges(self, task: int) -> list[tuple[int, Edge]]:
        """What a task depends on, and why."""
        index = self.index
        return [(index[name], self.edge(task, index[name])) for name in dict.fromkeys(self.tasks[task].depends_on)]

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each id."""
        return {name: place for place, name in enumerate(self.names)}

    def _because(self, wait: Wait, hazard: Hazard | None) -> str:
        kind, on = wait.kind, self.tasks[wait.on].id
        if kind == "depends":
            reason = self.inferred(wait.task, wait.on)
            return f"waits for {on}: {reason}" if reason else f"waits for {on}: it needs it"
        if kind == "slot":
            return f"waits for {on}: all {self.reading.document.max_parallel} slots are taken"
        if kind == "group":
            return f"waits for {on}: no more agents of this type at once"
        return f"waits for {on}: {clause(hazard.kind, hazard.witness)}" if hazard else f"waits for {on}"
