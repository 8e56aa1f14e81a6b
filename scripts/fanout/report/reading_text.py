"""A reading for people: one line a task, then what was left over."""

from __future__ import annotations

from collections import Counter

from fanout.plan.model import Task
from fanout.plan.reading import Note, Reading

MOST = 40
_SIGNS = {"pending": " ", "in_progress": "~", "completed": "x", "blocked": "!", "skipped": "-"}


def render(reading: Reading, everything: bool = False, most: int = MOST) -> str:
    """At most `most` lines unless `everything` is asked for. A '?' behind a field says that it was inferred."""
    document = reading.document
    name = document.title or document.id
    heading = f"{name}: " if name else ""
    head = f"{heading}{_count(len(document.tasks), 'task')}, read as {reading.format}"
    tail = [f"unread: {item.place}: {item.text}" for item in reading.unread]
    tail += [
        f"warning: {item.code}{f' ({item.task})' if item.task else ''}: {item.message}" for item in reading.warnings
    ]
    if everything or 1 + len(document.tasks) + len(tail) <= most:
        return "\n".join([head, *_tasks(reading, len(document.tasks)), *tail])
    room = max(1, most - 2 - min(len(tail), most // 4))
    rest = len(document.tasks) - room
    kept = tail[: most // 4 - 1] if len(tail) >= most // 4 else tail
    more = [f"... {_count(rest, 'more task')}; --all shows everything"] if rest > 0 else []
    hidden = len(tail) - len(kept)
    return "\n".join([head, *_tasks(reading, room), *more, *kept, *([f"... {hidden} more notes"] if hidden else [])])


def _tasks(reading: Reading, most: int) -> list[str]:
    return [_task(task, reading.notes.get(task.id) or Note()) for task in reading.document.tasks[:most]]


def summary(reading: Reading) -> str:
    """One line: how many tasks, how many are done, what was stated and what inferred, what was left unread and why."""
    tasks = reading.document.tasks
    notes = [reading.notes.get(task.id) or Note() for task in tasks]
    done = sum(note.status == "completed" for note in notes)
    skipped = sum(note.status == "skipped" for note in notes)
    state = f"{done} done, {skipped} skipped" if skipped else f"{done} done"
    guessed = sum(len(note.order) for note in notes)
    waits = sum(len(task.depends_on) for task in tasks) - guessed
    open_ = [
        (task, note) for task, note in zip(tasks, notes, strict=True) if note.status not in ("completed", "skipped")
    ]
    inferred = sum(any(item.field == "writes" for item in note.inferred) and bool(task.writes) for task, note in open_)
    stated = sum(bool(task.writes) for task, _note in open_) - inferred
    files = (
        f"files of {stated} open tasks stated, of {inferred} inferred, of {len(open_) - stated - inferred} not known"
    )
    order = f"{_count(waits, 'wait')} stated, {guessed} inferred"
    return f"{_count(len(tasks), 'task')}, {state}; {order}; {files}; {_left(reading)}."


def _left(reading: Reading) -> str:
    if not reading.unread:
        return "nothing left unread"
    why = Counter(item.why or "not understood" for item in reading.unread)
    reasons = ", ".join(f"{count} {reason}" for reason, count in why.most_common())
    return f"{_count(len(reading.unread), 'line')} left unread: {reasons}"


def _task(task: Task, note: Note) -> str:
    inferred = {item.field for item in note.inferred}
    parts = [f"[{_SIGNS[note.status]}] {task.id} {_short(task.title)}".rstrip()]
    for name, words in (("depends_on", "after"), ("writes", "writes")):
        values: list[str] = getattr(task, name)
        if values:
            mark = "?" if name in inferred else ""
            extra = f" +{len(values) - 3}" if len(values) > 3 else ""
            parts.append(f"{words}{mark} {', '.join(values[:3])}{extra}")
    parts += ["alone"] * note.unsure + ["optional"] * note.optional
    return "  ".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
