"""Too few independent tasks to pay for agents at all."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan import advice
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.refine import offer


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """The reason of a no-go, or what keeps anybody from knowing."""
    if facts.left:
        verdict = advice.of_plan(facts.plan, try_caps=False)
        if not verdict.known and facts.project.is_apart:
            return  # what is not known keeps nothing apart there; what the list's order does is said by report/start_text.py
        if not verdict.known:
            message = f"agents may not pay here: {verdict.reason}"
            fix = f"Name the files that each task writes; or {offer.HOW}."
            yield Remark("order-unknown", message, "", fix)
        elif not verdict.go:
            yield Remark("no-go", f"agents don't pay here: {verdict.reason}", "", "Do it in the main conversation.")
