"""A task that waits, put behind others that it did not need so far."""

from __future__ import annotations

from fanout.errors import FanoutError
from fanout.run.store import journal, planned
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

ALL = "all"


def put_behind(db: sqlite3.Connection, run: str, name: str, others: list[str]) -> list[str]:
    """The task needs these too from now on; `ALL`: every open one that does not wait for it. Returns them.

    Inside a transaction. Raises FanoutError where the task does not wait, where one is unknown, or where one waits for it.
    """
    every = {task.id: task for task in tasks.all_of(db, run)}
    state = tasks.get(db, run, name).state
    if state != "pending":
        again = (
            f" `fanout retry {run}/{name}` makes it wait again; then this once more." if state in tasks.UNDONE else ""
        )
        raise FanoutError(f"task {name} is {state}.", f"Only a task that waits is put behind others.{again}")
    behind = planned.waiting_for(db, run, name) | {name}
    if others == [ALL]:
        others = [one.id for one in every.values() if one.state not in tasks.OVER and one.id not in behind]
    for other in others:
        if other not in every:
            raise FanoutError(f"--after: run {run} has no task {other!r}.", f"Its tasks: {', '.join(every)}.")
        if other in behind:
            raise FanoutError(
                f"--after: task {other} waits for {name}.", f"`fanout first {run}/{other}` where it need not."
            )
    planned.need(db, run, name, others)
    journal.note(db, "task-amended", run, name, after=others)
    return others
