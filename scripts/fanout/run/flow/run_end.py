"""How a run comes to its end: what failed is settled, the checks of the end are run, the hooks are switched off."""

from __future__ import annotations

from fanout.run.changes import changed_later
from fanout.run.commits import users_changes
from fanout.run.evidence import acceptance
from fanout.run.flow import failure_policy, hooks_switch
from fanout.run.store import base, journal
from fanout.run.store.db import Write
from fanout.run.tasks import earlier_runs, readiness, runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Task


def conclude(
    db: sqlite3.Connection, root: str, run: str, until: float | None = None, merged: str = ""
) -> readiness.View:
    """Applies the run's policies, ends it when it is over, and returns the view that says so.

    When `until` (see acceptance.failure) goes by before the checks of the run's end, the run stays active. A run whose
    engine merges is ended by its driver alone, which has its checks run in `merged`, a folder as the run's branch is.
    """
    failure_policy.settle(db, root, run)
    if found := earlier_runs.done_since(db, runs.get(db, run)):
        with Write(db):
            for other, task in found:
                earlier_runs.take_over(db, other, task)
    view = readiness.View(db, run)
    if view.run.is_driven and not merged:
        return view
    if view.run.state == "active" and readiness.is_over(view):
        try:
            _accept_at_end(db, root, view, merged or base.folder(db, root, run), until)
        except acceptance.NoTime:
            return view
        with Write(db):
            if readiness.is_over(readiness.View(db, run)):  # still: somebody may have made a task ready meanwhile
                changed_later.note(db, root, run)
                users_changes.note(db, root, run, *view.tasks)
                runs.end(db, run, "ended")
                hooks_switch.settle(db, root)
        view = readiness.View(db, run)
    return view


def reactivate(db: sqlite3.Connection, root: str, run: str) -> None:
    """A run that had ended is active again when something of it can start. Inside a transaction."""
    if not readiness.is_over(readiness.View(db, run)) and runs.reopen(db, run):
        hooks_switch.turn_on(root)


def _accept_at_end(db: sqlite3.Connection, root: str, view: readiness.View, home: str, until: float | None) -> None:
    """The criteria that would have seen siblings' half-done work are checked now; a task that misses one has failed."""
    run = view.run.id
    for name, task in view.tasks.items():
        if not has_checks(task):
            continue
        gap = acceptance.failure(root, home, run, name, tasks.record(task), "end", until)
        with Write(db):
            journal.note(db, "accepted-at-end" if not gap else "refused-at-end", run, name, gap=gap[:500])
            if gap:
                tasks.fail_at_end(db, run, name, f"at the end of the run: {gap}"[: tasks.LONGEST_OUTCOME])


def has_checks(task: Task) -> bool:
    """Whether a task has criteria that are checked only when the run ends."""
    return task.state == "done" and any(item.get("when") == "end" for item in tasks.record(task).get("accept") or [])
