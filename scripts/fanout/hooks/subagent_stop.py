"""SubagentStop and StopFailure: the agent says it has ended. Its word is checked against evidence."""

from __future__ import annotations

import sqlite3

from fanout.hooks import caller, event
from fanout.hooks.ending import background_sync
from fanout.run.agents import agents, team, worktree
from fanout.run.changes import isolated, undeclared_changes
from fanout.run.evidence import acceptance, evidence, findings, result
from fanout.run.flow import ending, lane, runs
from fanout.run.store import journal, meta, paths
from fanout.run.store.db import Write, connect
from fanout.run.store.records import Agent
from fanout.run.tasks import quorum, scope, tasks

BOUNCES = 2
MOST_KEPT = 1500  # of a gap, in the journal: an error stands at the end of what a command printed
FEWEST_TO_REPLAN = 3
WITHOUT_STATUS = ("native", "gsd", "dork-labs", "blocked-by")


def agent_stop(data: dict[str, object], root: str) -> dict[str, object] | None:
    """Sends the agent back when its result or its evidence is missing, twice at most; else ends it.

    Releases its claims either way when it ends. The acceptance commands run between the transactions.
    """
    agent_id = event.text(data, "agent_id")
    if not root or not agent_id:
        return None
    db = connect(root)
    with Write(db):
        if agents.by_agent_id(db, agent_id) is None and event.text(data, "agent_type"):
            caller.bind(db, data, agent_id)
    row = agents.by_agent_id(db, agent_id)
    if row is not None and row["task"] and not row["worktree"]:
        with Write(db):
            worktree.fill(
                db, row, event.text(data, "transcript_path"), tasks.record(tasks.get(db, row["run"], row["task"]))
            )
        row = agents.by_agent_id(db, agent_id)
    if row is None or row["state"] not in ("open", "running"):
        return None  # a compaction's own helper, or an agent that had ended and was spoken to again
    missing = _judge(db, root, row, event.text(data, "last_assistant_message"))
    if not missing and row["task"]:
        undeclared_changes.note(db, root, row)
    if not missing and row["task"] and tasks.get(db, row["run"], row["task"])["state"] == "done":
        with Write(db):
            missing = lane.go_on(db, root, row)
    with Write(db):
        if team.is_member(agent_id):
            team.note(db, event.text(data, "session_id"))
        runs.settle(db, root)
    _sync(db, root, row)
    return {"decision": "block", "reason": missing} if missing else None


def agent_completed(db: sqlite3.Connection, root: str, row: Agent, message: str, until: float) -> None:
    """The agent has ended, and the hook of its end was cut off: it is judged by its last message, with no way back."""
    try:
        missing = _gap(db, root, row, message, until)
    except acceptance.NoTime:
        missing = f"there was no time for its checks; `fanout done {row['run']}/{row['task']}` runs them"
    with Write(db):
        if missing:
            ending.conclude(db, row, "failed", f"said done without evidence: {missing}"[:300])
        runs.settle(db, root)
    _sync(db, root, row)


def _sync(db: sqlite3.Connection, root: str, row: Agent) -> None:
    if row["task"] and tasks.get(db, row["run"], row["task"])["state"] == "done" and _worth_it(db, row["run"]):
        background_sync.begin(root, row["run"])


def _worth_it(db: sqlite3.Connection, run: str) -> bool:
    """Whether the run came from a file that can hold a status, or has enough left to be planned again."""
    row = runs.get(db, run)
    if row["source"] != "-" and row["format"] not in WITHOUT_STATUS:
        return True
    return len(tasks.in_state(db, run, "pending")) >= FEWEST_TO_REPLAN


def agent_failed(data: dict[str, object], root: str) -> dict[str, object] | None:
    """An API error ended the agent: its task failed."""
    if not root or not event.text(data, "agent_id"):
        return None
    db = connect(root)
    with Write(db):
        row = agents.by_agent_id(db, event.text(data, "agent_id"))
        if row is not None:
            error = event.text(data, "last_assistant_message")[:200] or "API error"
            ending.errored(db, row, error)
        runs.settle(db, root)
    return None


def _judge(db: sqlite3.Connection, root: str, row: Agent, message: str) -> str:
    """Ends the agent, or says what it is to do before."""
    try:
        missing = _gap(db, root, row, message, acceptance.hook_until())
    except acceptance.NoTime:
        with Write(db):
            journal.note(db, "no-time", row["run"], row["task"], row["id"])
        return (
            f"Task {row['task']} is not judged yet, other tasks' checks took the time. There is nothing to do: end once "
            f"more with the same line."
        )
    return _bounce(db, row, missing) if missing else ""


def _gap(db: sqlite3.Connection, root: str, row: Agent, message: str, until: float) -> str:
    """Ends the agent, or says what is missing. Raises acceptance.NoTime."""
    if not row["task"]:
        with Write(db):
            ending.free(db, row)
        return ""
    if tasks.get(db, row["run"], row["task"])["state"] == "done":  # it was spoken to again after its result
        with Write(db):
            ending.free(db, row)
        return ""
    if not message and team.is_member(row["agent_id"] or ""):  # stopped, or told to shut down: it hears nothing more
        with Write(db):
            ending.failed(db, row, "it was stopped")
        return ""
    if quorum.has_lost(db, row):  # whatever it says: nothing more is asked of it
        with Write(db):
            ending.conclude(db, row, "cancelled", "another was faster")
        return ""
    found = result.of_task(message, row["task"])
    if found is None and result.is_out_of_context(message):
        with Write(db):
            ending.ran_out(db, row)
        return ""
    if found is None:
        return "there is no result line yet"
    verdict, summary = found
    if verdict == "DONE":
        missing = evidence.gap(db, root, row, summary, until)
        if missing:
            return missing
        clash = isolated.bring_in(db, root, row) if row["worktree"] else ""
        if clash:
            with Write(db):
                ending.conclude(db, row, "blocked", clash[:500])
            return ""
    findings.keep(root, row["run"], row["task"], message)
    with Write(db):
        ending.conclude(db, row, ending.VERDICTS[verdict], summary)
        if verdict == "NEEDS":
            scope.need(db, paths.Naming(root, meta.folds_case(db)), row["run"], row["task"], summary)
    return ""


def _bounce(db: sqlite3.Connection, row: Agent, missing: str) -> str:
    """Back to the agent with the exact gap; the third time its task has failed."""
    name = row["task"]
    with Write(db):
        if not tasks.bounce(db, row["run"], name, BOUNCES):
            ending.conclude(db, row, "failed", f"said done without evidence: {missing}"[:300])
            return ""
        journal.note(db, "sent-back", row["run"], name, row["id"], missing=missing[:MOST_KEPT])
    return (
        f"Task {name} is not done: {missing}\nThen end with the one line `DONE|{name}|what you did`, "
        f"`BLOCKED|{name}|why` or `NEEDS|{name}|path, why`."
    )
