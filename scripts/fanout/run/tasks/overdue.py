"""Agents that take longer than their task may (its timeout, else three times a stated estimate), and silent ones: noticed
where somebody looks, each once with what to do."""

from __future__ import annotations

from fanout.run.agents import calls
from fanout.run.store import journal, notice
from fanout.run.store.db import now
from fanout.run.tasks import tasks
from fanout.run.tasks.measure import seconds

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, Task
    from fanout.run.tasks.readiness import View

TIMES_ESTIMATE = 3.0
SILENT_SECONDS = 600.0
ASKED_SECONDS = 15.0  # after which whoever looks at the status is told of an open question
STARTING_SECONDS = 60.0
WRITES = "began to write {} ago and most likely waits for the user's answer to a permission question"
ASKED = "asked for a permission {} ago: it waits for the user's answer, or runs its command since"
SAME_SECONDS = 5.0  # between a call's record and its agent's last sign of life


def limit(timeout_minutes: float | None, estimate_minutes: float | None) -> float | None:
    """After how many seconds a task is late; None: never. An estimate counts only when it was stated."""
    if timeout_minutes:
        return float(timeout_minutes) * 60
    return float(estimate_minutes) * 60 * TIMES_ESTIMATE if estimate_minutes else None


def why(timeout_minutes: float | None) -> str:
    """What the limit is."""
    return "its timeout" if timeout_minutes else f"{TIMES_ESTIMATE:g} times its estimate"


def nudge(db: sqlite3.Connection, agent: Agent) -> None:
    """Leaves a notice for an agent that is late, once for each attempt; its next call shows it. Inside a transaction."""
    if not agent.task or not agent.is_live:
        return
    task = tasks.get(db, agent.run, agent.task)
    passed = _passed(task, agent)
    if passed is None or not journal.say_once(db, agent.run, f"nudged {task.id} {task.attempts}"):
        return
    took, most, reason = passed
    text = (
        f"You have worked on task {task.id} for {seconds(took)}; {reason} is {seconds(most)}. Finish what is nearly "
        f"done and end; if it can't be finished soon, leave the files in a state that works and end with "
        f"`BLOCKED|{task.id}|what is left and how to split it`."
    )
    journal.note(db, "nudged", agent.run, task.id, agent.id, seconds=round(took))
    notice.leave(db, agent.id, text)


def lines(db: sqlite3.Connection, view: View) -> list[str]:
    """What Claude is told about the late and silent agents of a run, once for each attempt and silence. Inside a
    transaction."""
    run, said, since = view.run.id, [], calls.since(db)
    asked = questions(db, since)
    for agent in view.live:
        if agent.run != run or agent.task not in view.tasks:
            continue
        task = view.tasks[agent.task]
        passed, quiet = _passed(task, agent), silence(agent, since)
        asks = asking(agent, asked.get(agent.id))
        if asks:
            if journal.say_once(db, run, f"asking {task.id} {task.attempts} {agent.seen:.0f}"):
                said.append(f"{task.id} {asks}: tell the user. It goes on by itself once that is answered.")
        elif passed is not None and journal.say_once(db, run, f"late {task.id} {task.attempts}"):
            took, most, reason = passed
            said.append(
                f"{task.id} works for {seconds(took)}, {reason} is {seconds(most)}: tell the user. {_ways(agent)}"
            )
        elif quiet and journal.say_once(db, run, f"silent {task.id} {task.attempts} {agent.seen:.0f}"):
            said.append(f"{task.id} {quiet}: tell the user, who sees in /tasks whether it still works. {_ways(agent)}")
    return said


def names(db: sqlite3.Connection, live: list[Agent]) -> dict[str, list[str]]:
    """The tasks of the live agents that are late, and of those that are silent."""
    since = calls.since(db)
    asked = questions(db, since)
    found: dict[str, list[str]] = {"late": [], "silent": [], "waits for your answer": []}
    for agent in live:
        if agent.task and asking(agent, asked.get(agent.id)):
            found["waits for your answer"].append(agent.task)
        elif agent.task and _passed(tasks.get(db, agent.run, agent.task), agent) is not None:
            found["late"].append(agent.task)
        elif agent.task and silence(agent, since):
            found["silent"].append(agent.task)
    return found


def questions(db: sqlite3.Connection, began: dict[int, float]) -> dict[int, tuple[float, str]]:
    """For each agent with a call that most likely waits for the user: since when, and the words for it. `began`: those with
    a command under way (calls.since)."""
    found = {agent: (at, WRITES) for agent, at in calls.asking(db).items()}
    asked = journal.questions(db) if began else {}
    return found | {agent: (at, ASKED) for agent, at in asked.items() if agent in began and at >= began[agent]}


def asking(agent: Agent, question: tuple[float, str] | None, least: float = SILENT_SECONDS) -> str:
    """That a call that waits for the user is the agent's last sign of life and has been open for `least` seconds. "" for none."""
    if question is None or now() - question[0] <= least or question[0] < agent.seen - SAME_SECONDS:
        return ""
    return question[1].format(seconds(now() - question[0]))


def silence(agent: Agent, since: dict[int, float]) -> str:
    """That an agent shows no sign of life, "" when it does; `since`: those that a command keeps busy (calls.since)."""
    quiet = now() - agent.seen
    if agent.state == "open" and quiet > STARTING_SECONDS:
        return f"was launched {seconds(quiet)} ago and has shown no activity"
    if agent.id not in since and quiet > SILENT_SECONDS:
        return f"has written nothing and run nothing for {seconds(quiet)}"
    return ""


def _ways(agent: Agent) -> str:
    name = f"{agent.run}/{agent.task}"
    stop = f"TaskStop with task_id {agent.agent_id}, then " if agent.agent_id else ""
    return f"If it hangs: {stop}`fanout retry {name}`; if it is gone: `fanout release {name}`."


def _passed(task: Task, agent: Agent) -> tuple[float, float, str] | None:
    """(seconds at work, limit, what the limit is) of an agent that is late."""
    record = tasks.record(task)
    most = limit(record.get("timeout_minutes"), record.get("estimate_minutes"))
    took = now() - agent.began
    return (took, most, why(record.get("timeout_minutes"))) if most is not None and took > most else None
