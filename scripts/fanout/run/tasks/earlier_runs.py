"""A list is run anew while an agent of an earlier run of it, which was ended, still does one of its tasks."""

from __future__ import annotations

from fanout.run.tasks import runs, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Run


def at_work(db: sqlite3.Connection, run: Run, live: list[Agent]) -> dict[str, Agent]:
    """The tasks of a run that such agents do, with these."""
    if run.state != "active" or not run.has_list:
        return {}
    others = {agent.run for agent in live if agent.task and agent.run and agent.run != run.id}
    same = {name for name in others if _is_earlier(runs.get(db, name), run)}
    return {agent.task: agent for agent in live if agent.run in same and agent.task}


def _is_earlier(one: Run, run: Run) -> bool:
    return one.state != "active" and (one.source, one.base) == (run.source, run.base)


def done_since(db: sqlite3.Connection, run: Run) -> list[tuple[Run, str]]:
    """What agents of earlier runs have done since this one began and nobody has begun here: the run and the task of each."""
    if run.state != "active" or not run.has_list:
        return []
    open_ = {task.id for task in tasks.in_state(db, run.id, "pending")}
    earlier = [one for one in runs.all_of(db) if one.state == "cancelled" and _is_earlier(one, run)] if open_ else []
    done = [(one, task) for one in earlier for task in tasks.in_state(db, one.id, "done")]
    return [(one, task.id) for one, task in done if task.id in open_ and (task.ended or 0.0) > run.started]


def take_over(db: sqlite3.Connection, run: Run, name: str) -> str:
    """The run that does this one's list now, "" for none. What became of the task here counts there, where nobody has begun
    it. Inside a transaction."""
    now = runs.active_of(db, run.source, run.base) if run.state != "active" and run.has_list else None
    if now is None:
        return ""
    here = tasks.get(db, run.id, name)
    there = next((task for task in tasks.in_state(db, now.id, "pending") if task.id == name), None)
    if here.state == "done" and there is not None:
        tasks.finish(db, now.id, name, "done", here.outcome or f"done in {run.id}")
    return now.id
