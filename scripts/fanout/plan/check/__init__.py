"""What a plan should be warned of: one rule a file, each `rule(plan, world)` gives remarks with a stable code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fanout.plan.check import estimates
from fanout.plan.plan import Plan
from fanout.plan.reading import Remark
from fanout.plan.world import World

RULES: dict[str, Callable[[Plan, World], Iterator[Remark]]] = {
    "estimates": estimates.rule,
}


def remarks(plan: Plan, world: World) -> list[Remark]:
    """Every rule's remarks, most important first."""
    return [remark for rule in RULES.values() for remark in rule(plan, world)]
