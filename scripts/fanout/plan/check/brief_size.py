"""A task's text that is too long for a brief: the agent reads it whole before it begins, again after each retry."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

MOST_CHARACTERS = 8_000  # of a description: some 2,000 tokens


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """One remark for all tasks that are too long, the longest first."""
    sizes = {index: len(facts.plan.tasks[index].description) for index in facts.left}
    long = sorted((index for index, size in sizes.items() if size > MOST_CHARACTERS), key=lambda index: -sizes[index])
    if long:
        first, *others = facts.plan.ids(long)
        more = f"; {listed(others)} {'is' if len(others) == 1 else 'are'} too long too" if others else ""
        message = f"its description has {sizes[long[0]]:,} characters, and all of it goes into its agent's brief{more}"
        yield Remark(
            "long-brief", message, first, 'Put what it needs into a file, name that in "reads", or split the task.'
        )
