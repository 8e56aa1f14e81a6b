"""Tasks side by side whose words or commands use one thing outside the files: a port, a database, a browser, containers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.model import Task
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

# What stands there, and the resource that it uses; a group is the resource's number.
SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bPORT=(\d{2,5})\b|\blocalhost:(\d{2,5})\b|--port[= ](\d{2,5})\b|\bport (\d{2,5})\b", re.I), "port:"),
    (
        re.compile(
            r"\balembic (?:up|down)grade\b|\bprisma (?:migrate|db)\b|\b(?:rails|rake) db:\w+|\bmanage\.py (?:migrate|flush)\b|"
            r"\bknex migrate\b|\bflyway \w+|\bdiesel migration\b|\b(?:dropdb|createdb|pg_restore|psql)\b|"
            r"\b(?:run|apply) (?:the )?(?:database )?migrations\b"
        ),
        "database",
    ),
    (re.compile(r"\bplaywright test\b|\bcypress run\b|\bwdio run\b"), "browser"),
    (re.compile(r"\bdocker[ -]compose (?:up|down|restart|stop)\b"), "docker compose"),
    (re.compile(r"\bcargo (?:test|build|bench|clippy|run)\b"), "cargo target/"),
)


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """One remark for each thing that two tasks use at the same time without declaring it."""
    users: dict[str, dict[int, str]] = {}
    for index in facts.left:
        for name, words in _used(facts.plan.tasks[index]).items():
            users.setdefault(name, {})[index] = words
    for name, there in users.items():
        beside = facts.beside(list(there))
        if beside:
            yield _remark(facts, name, beside, there)


def _used(task: Task) -> dict[str, str]:
    """The resources that the task's words and commands name, with the words; not those that it declares."""
    text = "\n".join([task.title, task.description, *(item.command or "" for item in task.accept)])
    declared = {resource.name for resource in task.resources}
    found: dict[str, str] = {}
    for sign, kind in SIGNS:
        for match in sign.finditer(text):
            name = kind + next((group for group in match.groups() if group), "")
            found.setdefault(name, match[0])
    return {name: words for name, words in found.items() if name not in declared}


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
