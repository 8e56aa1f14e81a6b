"""Tasks whose scope is unclear, contradicts itself, or reaches into what every agent reads."""

from __future__ import annotations

from collections.abc import Iterator

from fanout.plan.agent_types import READERS, RUNNERS
from fanout.plan.check.plan_facts import PlanFacts
from fanout.plan.project_facts import NO_PROJECT
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.reading import Remark
from fanout.plan.sentence import listed

MOST_TASKS = 100  # tasks that are compared with each other


def rule(facts: PlanFacts) -> Iterator[Remark]:
    """Runs alone, or beside others without a word of what it writes; read-only and yet with writes; writes a context file, or
    has none where one is named.
    """
    if not facts.project.is_apart:
        yield from _alone(facts)
        yield from _undeclared(facts)
    plan = facts.plan
    for index in facts.left:
        task = plan.tasks[index]
        if task.read_only and task.writes:
            message = f"is read_only and has writes ({listed(task.writes, 3)}): the guard will deny them"
            yield Remark("read-only-writes", message, task.id, "Take away one of the two.")
    yield from _context(facts)


def _alone(facts: PlanFacts) -> Iterator[Remark]:
    plan = facts.plan
    alone = []
    for index in facts.left:
        note = plan.reading.notes.get(plan.tasks[index].id)
        if note is not None and note.unsure and note.parallel is not False:
            alone.append(plan.tasks[index].id)
    if alone and len(facts.left) > 1:
        rest = f", nor {'does' if len(alone) == 2 else 'do'} {listed(alone[1:])}" if len(alone) > 1 else ""
        message = f"does not say what it writes{rest}: nothing else runs meanwhile"
        yield Remark("runs-alone", message, alone[0], "Name the files that it writes.")


def _undeclared(facts: PlanFacts) -> Iterator[Remark]:
    """Tasks that change something, run side by side, and name no file: of these nothing can be kept apart before it happens."""
    plan = facts.plan
    if plan.reading.format != "native":
        return
    silent = []
    for index in facts.left:
        task, note = plan.tasks[index], plan.reading.notes.get(plan.tasks[index].id)
        is_silent = not (task.writes or task.read_only or (note is not None and (note.unsure or note.writes_nothing)))
        if is_silent and not only_looks(task.title) and task.agent not in (*READERS, *RUNNERS):
            silent.append(index)
    beside = plan.ids(facts.beside(silent[:MOST_TASKS]))
    if beside:
        first, *others = beside
        do = "does" if len(others) == 1 else "do"
        message = (
            f"does not say what it writes, nor {do} {listed(others)}: they run side by side, and of two that write one file the "
            f"second is held up"
        )
        yield Remark("writes-unknown", message, first, "Name in `writes` what each changes: files, or a folder.")


def _context(facts: PlanFacts) -> Iterator[Remark]:
    plan = facts.plan
    for path in (pattern.anchor for pattern in plan.context()):
        fold = facts.project.case_insensitive
        writers = [index for index in facts.left if any(one.matches(path, fold) for one in plan.patterns.writes[index])]
        for index in writers if len(facts.left) > 1 else []:
            message = f"writes {path}, a context file that every agent reads"
            fix = "Let it write another file, or do it before the others and let them depend on it."
            yield Remark("context-written", message, plan.tasks[index].id, fix)
        if not writers and facts.project is not NO_PROJECT and not facts.project.exists(path):
            yield _missing(path)


def _missing(path: str) -> Remark:
    message = f"{path} is a context file, which every brief has its agent read first, and is not there"
    return Remark("context-missing", message, "", "Write it before the run, correct its path, or take it off the list.")
