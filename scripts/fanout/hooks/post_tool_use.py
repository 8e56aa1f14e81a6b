"""PostToolUse and PostToolUseFailure: an Agent call was accepted or failed, an agent was stopped, a command has run."""

from __future__ import annotations

from fanout.hooks.hook_call import text
from fanout.run.agents import agents
from fanout.run.store.db import Write

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent
    from fanout.run.store.records import Call as Command

LONGEST_ERROR = 300
RECORD_SECONDS = 1.0
DETACHING = ("nohup", "setsid", "disown")
TAKEN_IN = (
    "While this command ran a commit took in half-done work of siblings: {commits}. Leave the history as it is, say it in "
    "your result line, and commit only your own files by name."
)


def answer(call: Call) -> dict[str, object] | None:
    """Binds, undoes or ends, in silence; a command's agent is told what it did to siblings' files."""
    failed = call.event == "PostToolUseFailure"
    if call.tool in ("Agent", "Task"):
        if not failed and call.tool_input.get("isolation"):
            _wait_for_record(call)
        _change(call, _refused if failed else _launched)
    elif call.tool in ("Bash", "PowerShell") or call.tool.startswith("mcp__"):
        return _command(call)
    elif call.tool in ("TaskStop", "KillShell") and not failed:
        _change(call, _stopped)
    return None


def _change(call: Call, change: Callable[[Call], None]) -> None:
    from fanout.run.flow import hooks_switch

    with Write(call.db):
        change(call)
        hooks_switch.settle(call.db, call.root)


def _command(call: Call) -> dict[str, object] | None:
    """What changed of somebody's files while a command ran is said to those concerned, its own agent at once."""
    from fanout.run.agents import calls

    command = calls.get(call.db, call.tool_use)
    if command is None:
        return None
    caller = _caller(call, command)
    from fanout.run.agents import held
    from fanout.run.changes import snapshot
    from fanout.run.store import notice

    with Write(call.db):
        has_failed = call.event == "PostToolUseFailure"
        if has_failed:
            held.withdraw(call.db, call.tool_use)
        taken = snapshot.after(call.db, call.naming, caller, call.tree, command, _process(call), has_failed)
        agents.seen(call.db, caller.id)
        if caller.task and call.took is not None:
            calls.note_wait(call.db, caller, command, call.took)
        said = [*notice.take(call.db, caller.id), *(_put_back(call, caller) if caller.read_only else ())]
    if taken:
        said.append(TAKEN_IN.format(commits="; ".join(taken)))
    if not said:
        return None
    from fanout.hooks.answers import context

    return context(call.event, "\n".join(said))


def _caller(call: Call, command: Command) -> Agent:
    known = call.caller or agents.main_row(call.db, call.session)
    return known or agents.get(call.db, command.agent)  # a conversation that /clear has ended since


def _put_back(call: Call, reader_: Agent) -> list[str]:
    """What a reader's command changed of the files that git tracks."""
    from fanout.run.changes import owned
    from fanout.run.commits import put_back

    others = owned.by_all(call.db, call.naming, reader_).others
    return put_back.after(call.db, call.root, call.tree, call.tool_use, others)


def _process(call: Call) -> str:
    """What goes on in the background after the command has given the turn back, "" for nothing."""
    line = text(call.tool_input, "command")
    if "&" in line or any(word in line for word in DETACHING):
        import re

        if re.search(rf"(?<![&<>|\\])&(?![&>\d-])|\b({'|'.join(DETACHING)})\b", line):
            return text(call.tool_response, "backgroundTaskId") or "&"  # at least: `a & wait` is not told apart
    return text(call.tool_response, "backgroundTaskId")


def _refused(call: Call) -> None:
    undo(call.db, call.tool_use, call.error)


def undo(db: sqlite3.Connection, tool_use: str, error: str) -> None:
    """A launch that the client refused: its agent never was, its task is ready again."""
    launch = agents.by_tool_use(db, tool_use) if tool_use else None
    if launch is not None and launch.state == "open":
        from fanout.run.flow import ending

        ending.undo(db, launch, error[:LONGEST_ERROR])


def _wait_for_record(call: Call) -> None:
    """The client notes where an agent's worktree is as it tells of the launch, or a moment later: what the agent reads before
    its first guarded call is to be the run's state.

    test_facts::test_the_worktree_of_an_agent_is_on_record_when_its_launch_is_told
    """
    import time

    agent_id, until = text(call.tool_response, "agentId"), time.monotonic() + RECORD_SECONDS
    while agent_id and not agents.meta(call.transcript, agent_id) and time.monotonic() < until:
        time.sleep(0.02)


def _launched(call: Call) -> None:
    agent_id = text(call.tool_response, "agentId")
    launch = agents.by_tool_use(call.db, call.tool_use)
    if launch is not None and agent_id:
        agents.bind(call.db, launch.id, agent_id, text(call.tool_response, "agentType"))
        if launch.task:
            from fanout.hooks import caller

            caller.begin_worktree(call, caller.with_worktree(call, agents.get(call.db, launch.id)))


def _stopped(call: Call) -> None:
    from fanout.run.agents import calls, set_aside, team
    from fanout.run.flow import ending
    from fanout.run.tasks import tasks

    agent_id = text(call.tool_input, "task_id") or text(call.tool_input, "shell_id")
    calls.end_process(call.db, agent_id)
    set_aside.has_ended(call.db, agent_id)
    agent = agents.by_agent_id(call.db, agent_id) if agent_id else None
    if agent is None and "teammate" in text(call.tool_response, "task_type"):
        agent = team.member(call.db, call.session, agent_id, text(call.tool_response, "command"))
    if agent is None:
        return
    if agent.ending == team.PANE_CLOSED and agent.task:  # stopped with its pane, whose end came first
        tasks.finish(call.db, agent.run, agent.task, "failed", tasks.STOPPED)
    else:
        ending.stopped(call.db, agent)
