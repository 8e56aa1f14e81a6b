"""What a plan should be warned of: one rule a file, each `rule(facts)` gives remarks with a stable code.

    unread             unread-lines
    blocked_tasks      held-back, cancelled, under-way
    parallel_flags     false-parallel
    producers          missing-edge, reads-too-early
    conflicts          write-write, read-write, resource-clash
    coupling           hidden-coupling
    unclear_scope      runs-alone, writes-unknown, read-only-writes, context-written, context-missing
    worth              no-go, order-unknown
    sizes              too-small, uneven-sizes
    batch_size         batch-size
    shared_state       shared-state
    brief_size         long-brief
    criteria           no-acceptance, shared-acceptance, no-bash
    missing_programs   no-program
    missing_agents     unknown-agent, agent-mapped, reader-writes, unused-capacity
    spelling           unescaped-brackets, backslash, posix-class, open-bracket, space
    missing_estimates  estimate-missing

What a list says about itself (declared counts, names that no task has) the readers remark; they stand in front.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fanout.plan.check import (
    acceptance_criteria,
    batch_size,
    blocked_tasks,
    brief_size,
    conflicts,
    coupling,
    doubtful_patterns,
    missing_agents,
    missing_estimates,
    missing_programs,
    parallel_flags,
    producers,
    shared_state,
    sizes,
    unclear_scope,
    unread,
    worth,
)
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.plan import Plan
from fanout.plan.project_facts import ProjectFacts
from fanout.plan.reading import Remark

RULES: dict[str, Callable[[PlanFacts], Iterator[Remark]]] = {
    "unread": unread.rule,
    "statuses": blocked_tasks.rule,
    "claims": parallel_flags.rule,
    "producers": producers.rule,
    "conflicts": conflicts.rule,
    "coupling": coupling.rule,
    "scope": unclear_scope.rule,
    "worth": worth.rule,
    "sizes": sizes.rule,
    "shared_state": shared_state.rule,
    "batch_size": batch_size.rule,
    "brief_size": brief_size.rule,
    "acceptance": acceptance_criteria.rule,
    "programs": missing_programs.rule,
    "agents": missing_agents.rule,
    "spelling": doubtful_patterns.rule,
    "estimates": missing_estimates.rule,
}


def remarks(plan: Plan, project: ProjectFacts) -> list[Remark]:
    """Every rule's remarks, most important first."""
    facts = PlanFacts(plan, project)
    return [remark for rule in RULES.values() for remark in rule(facts)]
