"""A task whose agent has said that it is done, and that can't be judged before another one has ended."""

from __future__ import annotations

from fanout.run.store import journal
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Task

    Makers = dict[str, list[str]]  # task -> the files that it is to make, as they are typed in the run


def is_so(db: sqlite3.Connection, task: Task) -> bool:
    """Whether nothing of its work is half done, and nothing is to be done about it: it is judged again by itself."""
    if task.state != "blocked":
        return False
    last = journal.last(db, task.run, task.id, "not-judged", "task-reopened", "launched")
    return last is not None and "summary" in last.facts


def is_to_be_made(db: sqlite3.Connection, task: Task) -> bool:
    """Whether what a task makes is still to come: it waits, is at work, or failed and may be done again."""
    return task.state in tasks.OPEN or (task.state in tasks.UNDONE and not is_so(db, task))


def makers(db: sqlite3.Connection, run: str, task: str) -> Makers:
    """Those that are still to make what the task's check needs, and what of each."""
    last = journal.last(db, run, task, "not-judged")
    noted = last.facts.get("makers", {}) if last is not None else {}
    if not isinstance(noted, dict):  # of a run that an older fanout began
        noted = {name: [] for name in noted}
    return {name: paths for name, paths in noted.items() if is_to_be_made(db, tasks.get(db, run, name))}


def why(command: str, makers: Makers) -> str:
    """Why its check can't be judged now, and that there is nothing to be done about it."""
    paths = tasks.few([path for some in makers.values() for path in some])
    one = len(makers) == 1
    return (
        f"`{command}` can't pass before {tasks.called(tasks.few(list(makers)), 'task')} {'is' if one else 'are'} done, which "
        f"{'is' if one else 'are'} to make {paths}: it is run again then"
    )


def when(db: sqlite3.Connection, task: Task) -> str:
    """`7: it is judged again by itself when 4 is done`, "" of a task that does not wait to be judged."""
    if not is_so(db, task):
        return ""
    names = list(makers(db, task.run, task.id))
    what = f"{tasks.few(names)} {'is' if len(names) == 1 else 'are'}" if names else "what it waits for is"
    return f"{task.id}: it is judged again by itself when {what} done"
