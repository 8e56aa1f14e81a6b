"""What is said of a run that is paused: once in full, then in a line, until somebody says go."""

from __future__ import annotations

from fanout.run.store import journal
from fanout.run.tasks import readiness, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3


def still(db: sqlite3.Connection, view: readiness.View) -> str:
    """Of a pause that has been explained; "" for any other, which counts as explained from now on. Inside a transaction."""
    run = view.run
    if not run.paused or run.state != "active" or readiness.is_over(view):
        return ""
    if journal.say_once(db, run.id, _key(db, run.id)):
        return ""
    running = any(task.state == "running" for task in view.tasks.values())
    end = "" if running else f" Nothing of it runs any more: tell the user; `fanout go {run.id}` goes on."
    return f"The run is still paused: launch nothing.{end}"


def _key(db: sqlite3.Connection, run: str) -> str:
    return f"paused {len(journal.events(db, run, 'run-paused'))}"


def forget(db: sqlite3.Connection, run: str) -> None:
    """The conversation has lost what it was told of it. Inside a transaction."""
    journal.unsay(db, run, _key(db, run))


def text(view: readiness.View, running: list[str]) -> str:
    """Why nothing is launched though something could be, and how it goes on."""
    still = f" {_at_work(view, running)}" if running else ""
    return (
        f"The run is paused: {view.run.paused}. Launch nothing; no task failed for it.{still} Tell the user. "
        f"`fanout go {view.run.id}` goes on, also in another session."
    )


def _at_work(view: readiness.View, running: list[str]) -> str:
    ids = {agent.task: agent.agent_id for agent in view.live if agent.run == view.run.id and agent.agent_id}
    named = tasks.few([f"{name} ({ids[name]})" if name in ids else name for name in running])
    return (
        f"Still running: {named}; TaskStop with the id ends one at once, and its task starts again with the run. Do that with "
        f"each if the user wants these stopped too, and not only held."
    )
