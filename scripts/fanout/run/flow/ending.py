"""How an agent's work ends, for the agent and for its task: with a verdict, without one, or before it began."""

from __future__ import annotations

from fanout.run.agents import agents, calls, claims, client_process, held
from fanout.run.changes import changes, latest, learned, snapshot, written
from fanout.run.commits import users_changes
from fanout.run.evidence import permissions, result
from fanout.run.flow import account_errors, failure_policy
from fanout.run.store import journal, meta
from fanout.run.store.db import now
from fanout.run.tasks import quorum, runs, scope, tasks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent, AgentOver, TaskOver

VERDICTS: dict[str, TaskOver] = {"DONE": "done", "BLOCKED": "blocked", "NEEDS": "blocked"}
LONGEST_ERROR = 200
TOGETHER_SECONDS = 120.0  # from the first to the last agent, when somebody stops them all one by one


def conclude(db: sqlite3.Connection, agent: Agent, state: TaskOver, outcome: str) -> None:
    """The agent ended, and its task is `state`. Runs inside a transaction."""
    if _end(db, agent, state) and agent.task:
        tasks.finish(db, agent.run, agent.task, state, outcome)
        runs.speed_up(db, agent.run)
        if state == "done":
            learned.from_result(db, agent.run, agent.task)


def free(db: sqlite3.Connection, agent: Agent) -> None:
    """An agent without a task ended. Runs inside a transaction."""
    _end(db, agent, "ended")


def errored(db: sqlite3.Connection, agent: Agent, error: str, kind: str = "") -> None:
    """An error of the API or of the client ended the agent: what follows depends on which. Inside a transaction.

    `kind`: see account.stop.
    """
    everybodys = account_errors.stop(kind, error)
    if everybodys:
        stopped_with_all(db, agent, everybodys)
    elif result.is_out_of_context(error):
        ran_out(db, agent)
    elif failure_policy.is_overload(error):
        overloaded(db, agent, error)
    else:
        failed(db, agent, error)


def stopped_with_all(db: sqlite3.Connection, agent: Agent, why: str) -> None:
    """What stopped the agent stops them all: its run pauses, its task waits. Inside a transaction."""
    if not agent.task:
        free(db, agent)
    elif _end(db, agent, "stopped with all"):
        tasks.unbegin(db, agent.run, agent.task, why[: tasks.LONGEST_OUTCOME])
        runs.pause(db, agent.run, why)


def overloaded(db: sqlite3.Connection, agent: Agent, error: str) -> None:
    """The API was too busy for the agent: its task is handed out again, at a slower pace. Inside a transaction."""
    if not agent.task:
        free(db, agent)
    elif journal.count(db, agent.run, agent.task, "overloaded") >= failure_policy.MOST_OVERLOADS:
        failed(db, agent, error)
    elif refused := failure_policy.refused_again(db, agent, error[:LONGEST_ERROR].rstrip(" .")):
        stopped_with_all(db, agent, refused)
    elif _end(db, agent, "overloaded"):
        journal.note(db, "overloaded", agent.run, agent.task, agent.id, error=error[:LONGEST_ERROR])
        tasks.unbegin(db, agent.run, agent.task, error[:LONGEST_ERROR])
        runs.slow_down(db, agent.run)


def failed(db: sqlite3.Connection, agent: Agent, how: str) -> None:
    """The agent was stopped or died by itself, without a verdict: its task failed. Inside a transaction."""
    if _end(db, agent, how) and agent.task:
        journal.note(db, "agent-failed", agent.run, agent.task, agent.id, how=how)
        outcome = permissions.beside(db, agent, f"its agent ended without a result: {how}")
        tasks.finish(db, agent.run, agent.task, "failed", outcome)


def stopped(db: sqlite3.Connection, agent: Agent) -> None:
    """Somebody stopped the agent: its task waits for a word; with the last agent of a run the run does, too, and all
    tasks stopped just now wait to be started again; not where a command that changes the task has asked for that stop. Inside
    a transaction.
    """
    if not agent.task:
        free(db, agent)
    elif wanted := journal.of_agent(db, agent.id, "skip-wanted"):
        if _end(db, agent, "it was stopped"):
            tasks.finish(db, agent.run, agent.task, "skipped", wanted[-1].facts["outcome"])
    elif _end(db, agent, "it was stopped"):
        journal.note(db, "agent-stopped", agent.run, agent.task, agent.id)
        tasks.finish(db, agent.run, agent.task, "failed", permissions.beside(db, agent, tasks.STOPPED))
        if journal.of_agent(db, agent.id, "stop-wanted"):
            return
        if not any(other.run == agent.run for other in agents.live(db)) and not quorum.has_lost(db, agent):
            for name in journal.tasks_since(db, agent.run, "agent-stopped", now() - TOGETHER_SECONDS):
                tasks.unstop(db, agent.run, name)
            runs.pause(db, agent.run, permissions.beside(db, agent, "its agents were stopped"))


def ran_out(db: sqlite3.Connection, agent: Agent) -> None:
    """The agent's context was full: its task failed half done, and what it wrote stays. Inside a transaction."""
    names = [write.path for write in written.of_agent(db, agent.id)]
    if _end(db, agent, "out of context") and agent.task:
        journal.note(db, "out-of-context", agent.run, agent.task, agent.id, wrote=names[:20])
        wrote = f"it had written {tasks.few(names)}" if names else "it had written nothing"
        outcome = f"partial: its agent ran out of context; {wrote}. Split it into tasks with fewer files to read"
        tasks.finish(db, agent.run, agent.task, "failed", outcome)


def lost(db: sqlite3.Connection, agent: Agent, how: str) -> None:
    """The agent went down with its client or session: its task is to be done again. One that was never seen, as when the user
    refused its launch, has done nothing. Inside a transaction."""
    if agent.state == "open" and agent.kind == "task":
        undo(db, agent, how)
    elif _end(db, agent, how) and agent.task:
        journal.note(db, "agent-lost", agent.run, agent.task, agent.id, how=how)
        tasks.lose(db, agent.run, agent.task, how)


def not_merged(db: sqlite3.Connection, agent: Agent, why: str, most: int) -> None:
    """What the agent did can't be merged: its task is done again, `most` times; then it failed. Inside a transaction."""
    if not _end(db, agent, "not merged"):
        return
    journal.note(db, "merge-refused", agent.run, agent.task, agent.id, outcome=why)
    if journal.count(db, agent.run, agent.task, "merge-refused") > most:
        outcome = f"not merged after {most + 1} attempts: {why}"
        tasks.finish(db, agent.run, agent.task, "failed", outcome[: tasks.LONGEST_OUTCOME])
    else:
        tasks.lose(db, agent.run, agent.task, why)


def reap(db: sqlite3.Connection) -> int:
    """Ends the agents whose client is gone, on evidence alone. Returns how many. Inside a transaction."""
    live = agents.live(db, agents.EVERY_KIND)
    gone = [agent for agent in live if client_process.is_gone(agent.client, agent.client_start)]
    for agent in gone:
        lost(db, agent, "its client is gone")
    return len(gone)


def undo(db: sqlite3.Connection, agent: Agent, error: str) -> None:
    """The launch did not happen: the agent never was, its task is pending again. Inside a transaction."""
    if _leave(db, agent, error, "undone") and agent.task:
        tasks.unbegin(db, agent.run, agent.task, f"launch failed: {error}")


def _end(db: sqlite3.Connection, agent: Agent, how: str) -> bool:
    """Records what the agent changed, ends it, and hands its paths to those who asked for them."""
    if agent.is_live:
        snapshot.ended(db, meta.root(db), agent.id)
    if agent.is_live and agent.kind != "main":
        changes.record(db, meta.root(db), agent)
        if agent.task:
            users_changes.note(db, meta.root(db), agent.run, agent.task)
    if not _leave(db, agent, how, "ended"):
        return False
    scope.release_queued(db)
    return True


def _leave(db: sqlite3.Connection, agent: Agent, how: str, state: AgentOver) -> bool:
    """Ends the agent, what it holds, and its commands. False when it had ended before."""
    if not agents.end(db, agent.id, how, state):
        return False
    claims.release(db, agent.id)
    held.release(db, agent.id)
    calls.leave_all(db, agent.id)
    calls.forget(db)
    if not agents.is_any_live(db):
        latest.clear(db)
    return True
