"""Agent types that no session here has: what does their work, or that nothing like it is known."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from fanout.plan import agent_types
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

REPORTS = (".md", ".txt", ".log", ".xml", ".json", ".html")  # what running checks leaves


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Nothing about types where the installed ones are not known."""
    plan = facts.plan
    users: dict[str, list[str]] = {}
    for index in facts.left:
        agent = plan.tasks[index].agent
        if agent:
            users.setdefault(agent, []).append(plan.tasks[index].id)
    if facts.project.agents is not None:
        yield from _missing(users, facts.project.agents)
        yield from _readers(facts, facts.project.agents)
    for name in plan.reading.document.agent_capacity:
        if not any(task.agent == name for task in plan.tasks):
            message = f"agent_capacity limits {name!r}, and no task names that agent"
            yield Remark("unused-capacity", message, "", "Correct the name, or remove the limit.")


def _readers(facts: PlanFacts, installed: frozenset[str]) -> Iterator[Remark]:
    for index in facts.left:
        task = facts.plan.tasks[index]
        found = agent_types.resolve(task.agent, set(installed))
        if task.writes and found in agent_types.READERS:
            message = f"is to write {listed(task.writes, 3)}, and its agent {found} only reads"
            yield Remark("reader-writes", message, task.id, "Name an agent that writes, or leave `agent` out.")
        edited = [path for path in task.writes if not path.endswith(REPORTS)]
        if edited and found in agent_types.RUNNERS:
            message = f"is to write {listed(edited, 3)}, and its agent {found} runs checks and does not edit"
            yield Remark("reader-writes", message, task.id, "Name an agent that edits, or leave `agent` out.")


def _missing(users: dict[str, list[str]], installed: frozenset[str]) -> Iterator[Remark]:
    known = set(installed)
    mapped = {}
    for name, tasks in users.items():
        resolved = agent_types.resolve(name, known)
        if resolved.rpartition(":")[2] == name.rpartition(":")[2]:
            continue
        if resolved != agent_types.GENERAL:
            mapped[name] = resolved
            continue
        close = difflib.get_close_matches(name, sorted(known), 1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Name one of {listed(sorted(known), 12)}."
        message = f"there is no agent {name!r} (tasks {listed(tasks)}): {resolved} does the work"
        yield Remark("unknown-agent", message, tasks[0], hint)
    if mapped:
        pairs = listed([f"{name} -> {resolved}" for name, resolved in mapped.items()], 8)
        message = f"not installed here, so others do their work: {pairs}"
        yield Remark("agent-mapped", message, "", "Nothing to do, if that is what you want.")
