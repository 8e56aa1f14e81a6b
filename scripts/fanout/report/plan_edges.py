"""What orders the tasks: how many edges of each source, and what each risk would plan."""

from __future__ import annotations

from collections import Counter

from fanout.plan.plan import Plan
from fanout.plan.reading import EdgeSource
from fanout.plan.refine import offer
from fanout.report.cells import counted

_WORDS: dict[EdgeSource, str] = {
    "stated": "stated",
    "produced and used": "made by one and used by the other",
    "created path": "a file that one makes",
    "shared file": "a shared file",
    "barrier": "phases",
    "stated barrier": "phases that block what comes after them",
    "verification": "a check at the end",
    "analyst": "an analyst",
    "list order": "only the list's order",
}


def lines(plan: Plan) -> list[str]:
    """`44 waits between tasks: 13 stated, 31 only the list's order. Risk low 1.2, high 3.4 (this plan) times faster.`"""
    counts = Counter(edge.source for index in range(len(plan.tasks)) for _on, edge in plan.edges(index))
    inferred = sum(counts.values()) - counts["stated"]
    if not inferred:
        return []
    told = ", ".join(f"{counts[source]} {words}" for source, words in _WORDS.items() if counts[source])
    line = f"{counted(sum(counts.values()), 'wait')} between tasks: {told}."
    if not plan.risks:
        return [line]
    each = [f"{risk} {speed:.1f}{' (this plan)' if risk == plan.risk else ''}" for risk, speed in plan.risks.items()]
    offered = offer.text(plan)
    more = [f"{offered}: {offer.HOW}."] if offered else []
    return [f"{line} Risk {', '.join(each)} times faster (--risk).", *more]
