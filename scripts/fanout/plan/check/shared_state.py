"""Tasks side by side whose words or commands use one thing outside the files: a port, a database, a browser, containers."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan import outside_things
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """One remark for each thing that two tasks use at the same time without declaring it."""
    users: dict[str, dict[int, str]] = {}
    for index in facts.left:
        for name, use in outside_things.used(facts.plan.tasks[index]).items():
            if name not in outside_things.SHARED:
                users.setdefault(name, {})[index] = use.words
    for name, there in users.items():
        beside = facts.beside(list(there))
        if beside:
            yield _remark(facts, name, beside, there)


def _remark(facts: PlanFacts, name: str, beside: list[int], there: dict[int, str]) -> Remark:
    first, *others = facts.plan.ids(beside)
    words = sorted({there[index] for index in beside})
    same = f"`{words[0]}` stands in it and in {listed(others)}"
    said = same if len(words) == 1 else f"it and {listed(others)} say {listed([f'`{one}`' for one in words], 3)}"
    message = f"{said}: they would use {name} at the same time"
    return Remark("shared-state", message, first, f'Give each "resources": [{{"name": "{name}"}}], or a {_own(name)}.')


def _own(name: str) -> str:
    return (
        "port of its own" if name.startswith("port:") else "database of its own" if name == "database" else "dependency"
    )
