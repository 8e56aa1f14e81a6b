"""Criteria of acceptance: that there are some, and that one task's do not fail because of another's half-done work."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

BASH = re.compile(
    r"&>|\|&|\[\[|[<>]\(|<<<|\{[^{} ]*(,|\.\.)[^{} ]*\}|\bpipefail\b|(^|[;&|]\s*)(source|shopt|declare|mapfile)\b"
)
MOST_TASKS = 100  # tasks with one command that are compared with each other


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Tasks whose "done" nothing proves, and commands that several tasks at once are judged by."""
    without = missing(facts)
    if without:
        one = len(without) == 1
        who = (
            "has no" if one else "no task has any" if len(without) == len(facts.left) else f"{listed(without)} have no"
        )
        message = f"{who} criteria of acceptance: that it is done can't be checked"
        yield Remark("no-acceptance", message, without[0] if one else "", _fix(facts.plan.reading.format))
    for command, (first, *others) in shared(facts):
        message = f"is judged by {command!r}, as {listed(others)}, while they run: one's half-done work fails the other"
        fix = "Judge each by its own part"
        fix += ', or set "when": "end" to run the command once, after everything.' if _is_native(facts) else "."
        yield Remark("shared-acceptance", message, first, fix)

    yield from _not_for_sh(facts)


def _not_for_sh(facts: PlanFacts) -> Iterator[Remark]:
    """Commands that need bash, on a machine that has none: sh reads something else into them, or refuses them."""
    for index in () if facts.project.has_bash else facts.left:
        task = facts.plan.tasks[index]
        for accept in task.accept:
            if accept.command and BASH.search(accept.command):
                message = f"is judged by {accept.command!r}, which needs bash; this machine has none, and sh reads it differently"
                yield Remark("no-bash", message, task.id, "Install bash, or write the command for sh.")


def _is_native(facts: PlanFacts) -> bool:
    return facts.plan.reading.format == "native"


def _fix(format_name: str) -> str:
    if format_name == "native":
        return 'Add "accept": [{"text": "...", "command": "..."}]; the command exits 0 when the task is done.'
    if format_name == "openagentscontrol":
        return 'Add "acceptance_criteria": ["..."] to its file.'
    return "Say in each task how it is checked, best by a command."


def missing(facts: PlanFacts) -> list[str]:
    """The tasks that are left to do and have no criterion."""
    return [facts.plan.tasks[index].id for index in facts.left if not facts.plan.tasks[index].accept]


def shared(facts: PlanFacts) -> list[tuple[str, list[str]]]:
    """Commands that judge tasks which may run at the same time, with those tasks."""
    users: dict[str, list[int]] = {}
    for index in facts.left:
        task = facts.plan.tasks[index]
        commands = {accept.command for accept in task.accept if accept.command and accept.when == "task"}
        for command in () if task.read_only else commands:
            users.setdefault(" ".join(command.split()), []).append(index)
    pairs = [(command, facts.beside(tasks[:MOST_TASKS])) for command, tasks in users.items() if len(tasks) > 1]
    return [(command, facts.plan.ids(tasks)) for command, tasks in sorted(pairs) if tasks]
