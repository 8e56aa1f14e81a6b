"""Whether an analyst is worth asking about a plan, and what that costs: said before, once a list."""

from __future__ import annotations

from fanout.plan.plan import Plan
from fanout.plan.refine.analyst_input import MOST_TEXT

SLOW = 1.5
FEWEST = 4
WEAK = ("list order", "barrier", "verification")
CHARACTERS_A_TOKEN = 4
OF_THE_TASK = 120  # tokens: its record in the input, and in the answer
OF_THE_REST = 8000  # tokens: the agent's own instructions, and what it opens of the project
HOW = "`/spec:refine SOURCE`, typed by the user, has an agent read list and project"


def text(plan: Plan) -> str:
    """What an analyst could do here, "" where it could do little or has been asked. The plan's own words follow it."""
    left = [index for index in range(len(plan.tasks)) if index not in plan.done]
    edges = [edge for index in left for on, edge in plan.edges(index) if on not in plan.done]
    weak = sum(edge.source in WEAK for edge in edges)
    if len(left) < FEWEST or plan.speedup() >= SLOW or not edges or weak * 2 <= len(edges) or _is_refined(plan):
        return ""
    cost = round(tokens(plan, left) / 1000)
    return (
        f"{weak} of {len(edges)} waits are only inferred. An agent that reads the list and the project once "
        f"(about {cost}k tokens) can say which are real"
    )


def _is_refined(plan: Plan) -> bool:
    notes = plan.reading.notes.values()
    return any(note.predicted or note.free_of for note in notes) or any(
        edge.source == "analyst" for note in notes for edge in note.order.values()
    )


def tokens(plan: Plan, left: list[int]) -> int:
    """About what all its passes cost, in and out: one agent does them."""
    texts = sum(min(MOST_TEXT, len(plan.tasks[index].description)) for index in left)
    return OF_THE_REST + texts // CHARACTERS_A_TOKEN + OF_THE_TASK * len(left)
