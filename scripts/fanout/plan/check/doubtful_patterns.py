"""Path patterns that can be used but may not say what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan import pattern as patterns
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.pattern import Pattern
from fanout.plan.reading import Remark


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Each spelling once, at the first task that uses it."""
    seen: dict[str, int] = {}
    for index in facts.left:
        for pattern in (*facts.plan.patterns.writes[index], *facts.plan.patterns.reads[index]):
            if pattern.text not in seen:
                seen[pattern.text] = index
                if not pattern.is_literal or pattern.oddities or pattern.text != pattern.text.strip():
                    yield from _of(facts, facts.plan.tasks[index].id, pattern)


def _of(facts: PlanFacts, task: str, pattern: Pattern) -> Iterator[Remark]:
    remarks = [one for one in pattern.warnings if one.code != "matches-nothing"]  # that is an error of validate
    if "[" in pattern.text:
        remarks += patterns.unescaped_folders(pattern.text, facts.project.exists)
    for one in remarks:
        yield Remark(one.code, one.message.removesuffix("."), task, one.fix)
