"""What looks like a task in the list and was not read as one."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

_TEXT_CHARACTERS = 80


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """One remark for all such lines, with the place of each and the text of the first."""
    left = [item for item in facts.plan.reading.unread if not item.told]
    if not left:
        return
    first = left[0]
    text = first.text if len(first.text) <= _TEXT_CHARACTERS else first.text[: _TEXT_CHARACTERS - 3] + "..."
    file = first.place.partition(":")[0]
    places = [item.place.removeprefix(f"{file}:") for item in left[1:]]
    more = f"; so {'does' if len(places) == 1 else 'do'} {listed(places)}" if places else ""
    message = f"{first.place} looks like a task and was not read as one, so it is not planned: {text!r}{more}"
    yield Remark(
        "unread-lines", message, "", "Write each as the tasks around it are written, or take it out of the list."
    )
