"""What is changed of a task that is not done: words for its brief, its files, what checks it. Inside a transaction."""

from __future__ import annotations

from fanout.errors import FanoutError
from fanout.run.agents import agents
from fanout.run.store import journal
from fanout.run.tasks import tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Task, TaskState

WAITING: tuple[TaskState, ...] = ("pending", *tasks.UNDONE)


def amend(db: sqlite3.Connection, run: str, task: str, words: str) -> TaskState:
    """More for its brief, from the user. Returns its state. Raises FanoutError when it is done."""
    known = tasks.get(db, run, task)
    if known.state == "done":
        raise FanoutError(
            f"task {task} is done.",
            f"`fanout add {run} 'what is to be changed'` makes a new task of it; `fanout retry {run}/{task} --again --note "
            f"'what'` takes its changes back and does it anew.",
        )
    fields = tasks.record(known)
    fields["amended"] = [*fields.get("amended", ()), words]
    tasks.put(db, run, task, fields)
    journal.note(db, "task-amended", run, task, words=words)
    return known.state


def write_others(db: sqlite3.Connection, run: str, task: str, writes: list[str]) -> None:
    """Other files to write, of a task that waits. Raises FanoutError when it does not."""
    known = tasks.get(db, run, task)
    if known.state not in WAITING:
        raise FanoutError(f"task {task} is {known.state}: its files stay what they are.", _other_files(db, known))
    tasks.put(db, run, task, tasks.record(known) | {"writes": writes})
    journal.note(db, "task-amended", run, task, writes=writes)


def _other_files(db: sqlite3.Connection, task: Task) -> str:
    """How a task that does not wait comes to write other files."""
    name, agent = f"{task.run}/{task.id}", agents.of_task(db, task.run, task.id)
    if task.state != "running":
        return f"`fanout add {task.run} 'what' --writes PATH` makes a new task of it."
    stop = f"TaskStop with task_id {agent.agent_id}" if agent is not None and agent.agent_id else "stop its agent"
    return (
        f"Words for its agent alone: the same without --writes. One file more: its agent asks with `fanout ask {name} PATH`. "
        f"Others in place of these: {stop}, then this command once more: the task is done anew, with these."
    )


def reword(db: sqlite3.Connection, run: str, task: str, words: dict[str, str]) -> None:
    """Another title or description for a task that waits; one that does not keeps its own."""
    known = tasks.get(db, run, task)
    if known.state in WAITING:
        tasks.put(db, run, task, tasks.record(known) | words, words.get("title"))
        journal.note(db, "task-amended", run, task, words=words)


def check_with(db: sqlite3.Connection, run: str, commands: list[str]) -> list[str]:
    """The tasks that are not done, and that no command checked, are checked with these. Returns their ids."""
    bare = [
        task
        for task in tasks.all_of(db, run)
        if task.state in (*tasks.OPEN, *tasks.UNDONE) and not tasks.has_commands(tasks.record(task))
    ]
    for task in bare:
        fields = tasks.record(task)
        fields["accept"] = [*(fields.get("accept") or []), *({"command": one} for one in commands)]
        tasks.put(db, run, task.id, fields)
        journal.note(db, "task-amended", run, task.id, accept=commands)
    return [task.id for task in bare]


def check_anew(db: sqlite3.Connection, run: str, task: str, commands: list[str]) -> list[str]:
    """A task that is not done is checked by these, in place of all that checked it. Returns those. Raises FanoutError."""
    known = tasks.get(db, run, task)
    if known.state in tasks.SATISFIED:
        raise FanoutError(f"task {task} is {known.state}.", f"`fanout retry {run}/{task} --again` does it again.")
    fields = tasks.record(known)
    every = fields.get("accept") or []
    fields["accept"] = [*(one for one in every if not one.get("command")), *({"command": one} for one in commands)]
    tasks.put(db, run, task, fields)
    journal.note(db, "task-amended", run, task, accept=commands)
    return [one["command"] for one in every if one.get("command")]


def uncheck(db: sqlite3.Connection, run: str, names: list[str]) -> list[str]:
    """No command checks these, as far as they are not done. Returns the ids of those that one did. Inside a transaction."""
    freed = []
    for task in (tasks.get(db, run, name) for name in names):
        fields = tasks.record(task)
        if task.state not in tasks.SATISFIED and tasks.has_commands(fields):
            fields["accept"] = [one for one in fields["accept"] if not one.get("command")]
            tasks.put(db, run, task.id, fields)
            journal.note(db, "task-amended", run, task.id, accept=[])
            freed.append(task.id)
    return freed
