"""What the rules look at: the plan, the project, and what several rules need of both, found once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from fanout.plan import graph
from fanout.plan.check import producers
from fanout.plan.hazards import Hazard
from fanout.plan.plan import Plan
from fanout.plan.project_facts import ProjectFacts


class PlanFacts:
    """`left`: indexes of the tasks still to do. `loose`: hazards between two of them that no dependency orders."""

    def __init__(self, plan: Plan, project: ProjectFacts) -> None:
        self.plan = plan
        self.project = project
        self.left = [index for index in range(len(plan.tasks)) if index not in plan.done]
        done = plan.done
        self.loose: list[Hazard] = [h for h in plan.hazards if not h.ordered and h.a not in done and h.b not in done]

    @cached_property
    def by_inference(self) -> list[Hazard]:
        """Writes of one path that only an inferred order keeps apart: sent as the list stands, they would meet."""
        plan = self.plan
        ordered = [h for h in plan.hazards if h.kind == "write-write" and h.ordered and not {h.a, h.b} & set(plan.done)]
        if not ordered:
            return []
        stated = [[on for on, edge in plan.edges(task) if not edge.why] for task in range(len(plan.tasks))]
        below = graph.ancestors(stated)
        return [h for h in ordered if not (below[h.a] >> h.b & 1 or below[h.b] >> h.a & 1)]

    @cached_property
    def named(self) -> list[list[tuple[str, bool]]]:
        """For each task the paths that its writes name without a wildcard, and whether all below is meant too."""
        return [
            [("/".join(map(str, one.rows[0].segments)), one.rows[0].below) for one in patterns if one.is_literal]
            for patterns in self.plan.patterns.writes
        ]

    @cached_property
    def waits(self) -> set[tuple[int, int]]:
        """The pairs of which one task starts late because of the other, for a conflict."""
        return {
            (min(wait.task, wait.on), max(wait.task, wait.on))
            for wait in self.plan.answer.waits
            if wait.kind == "conflict"
        }

    @cached_property
    def missing(self) -> list[producers.Missing]:
        """Reads of what another task creates, without a dependency on it."""
        return producers.find(self)

    @cached_property
    def apart(self) -> set[tuple[int, int]]:
        """The pairs that a hazard keeps apart, and those that the schedule does."""
        return {(hazard.a, hazard.b) for hazard in [*self.loose, *self.plan.held]}

    def beside(self, tasks: Sequence[int]) -> list[int]:
        """Those of the tasks that may run at the same time as another one of them: no dependency, no hazard."""
        below, apart = self.plan.below, self.apart
        side_by_side = set()
        for place, a in enumerate(tasks):
            for b in tasks[place + 1 :]:
                if (a, b) not in apart and not below[b] >> a & 1 and not below[a] >> b & 1:
                    side_by_side |= {a, b}
        return sorted(side_by_side)
