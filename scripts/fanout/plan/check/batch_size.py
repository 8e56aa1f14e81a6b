"""Batches that are too large to look after: 2 to 4 agents are ideal, 5 to 8 if they are truly independent."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.agent_types import CLIENT_AGENTS
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

FEW, MANY = 4, 8
SURE_CONFIDENCE = 0.5


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """9 and more always; 5 to 8 where what some of them write is only guessed."""
    batches = facts.plan.answer.batches
    cap = facts.plan.reading.document.max_parallel
    if cap > CLIENT_AGENTS and any(len(batch) > CLIENT_AGENTS for batch in batches):
        message = f"max_parallel is {cap}, and the client runs at most {CLIENT_AGENTS} agents at once"
        yield Remark("batch-size", message, "", f"Set max_parallel to {CLIENT_AGENTS} or less.")
    large = [number for number, batch in enumerate(batches, 1) if len(batch) > MANY]
    if large:
        most = max(map(len, batches))
        message = f"{_which(large)} up to {most} agents: results of 9 and more are hard to look after"
        yield Remark("batch-size", message, "", f"Split: set max_parallel to {MANY} or less, {FEW} is ideal.")
    guessed = {number: found for number, batch in enumerate(batches, 1) if (found := _guessed(facts, batch))}
    if guessed:
        tasks = [name for found in guessed.values() for name in found]
        message = f"{_which(list(guessed))} more than {FEW} agents, and what {listed(tasks)} write is only guessed"
        yield Remark("batch-size", message, tasks[0], f"State their writes, or set max_parallel to {FEW}.")


def _which(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"batch {numbers[0]} has"
    return f"batches {listed([str(number) for number in numbers])} have"


def _guessed(facts: PlanFacts, batch: list[int]) -> list[str]:
    if not FEW < len(batch) <= MANY:
        return []
    tasks = []
    for task in facts.plan.ids(batch):
        note = facts.plan.reading.notes.get(task)
        if note and any(one.field == "writes" and one.confidence < SURE_CONFIDENCE for one in note.inferred):
            tasks.append(task)
    return tasks
