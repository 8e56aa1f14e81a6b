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

LONGEST_ERROR = 300
OF_THE_LIVING = (
    "This command changed {names}, which belongs to a sibling that is still working. Both versions are kept and the owner is "
    "told. Don't change it again; put it back only if your command overwrote the owner's work."
)
OF_THE_FINISHED = (
    "This command changed {names}, which had finished with it: its work is in no commit yet. Both versions are kept in "
    "{kept}. Put it back unless your task is to change it."
)
TAKEN_IN = (
    "While this command ran a commit took in half-done work of siblings: {commits}. Leave the history as it is, say it in "
    "your result line, and commit only your own files by name."
)


def answer(call: Call) -> dict[str, object] | None:
    """Binds, undoes or ends, in silence; a command's agent is told what it did to siblings' files."""
    failed = call.event == "PostToolUseFailure"
    if call.tool in ("Agent", "Task"):
        _change(call, _refused if failed else _launched)
    elif call.tool == "Bash" or call.tool.startswith("mcp__"):
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
    """What a command did to siblings' files is said to its agent; what it did beside is put on its account."""
    from fanout.run.agents import calls

    caller = call.caller or agents.main_row(call.db, call.session)
    if caller is None or calls.get(call.db, call.tool_use) is None:
        return None
    from fanout.run.changes import snapshot

    with Write(call.db):
        changed, taken = snapshot.after(call.db, call.root, caller, call.tool_use)
        agents.seen(call.db, caller.id)
    if not changed and not taken:
        return None
    from fanout.hooks.answers import context

    return context(call.event, _told(call, caller, changed, taken))


def _told(call: Call, caller: Agent, changed: dict[str, Agent], taken: list[str]) -> str:
    from fanout.run.changes import snapshot
    from fanout.run.store import base, run_files
    from fanout.run.tasks import tasks

    shown = {name: base.shown(call.root, base.name(call.db, caller.run), name) for name in changed}
    live = [shown[name] for name, owner in changed.items() if owner.state != "ended"]
    over = [f"{shown[name]} of {agents.name_of(owner)}" for name, owner in changed.items() if owner.state == "ended"]
    said = []
    if live:
        said.append(OF_THE_LIVING.format(names=tasks.few(live)))
    if over:
        kept = run_files.shown(base.folder(call.db, call.root, caller.run), snapshot.folder(call.root))
        said.append(OF_THE_FINISHED.format(names=tasks.few(over), kept=kept))
    if taken:
        said.append(TAKEN_IN.format(commits="; ".join(taken)))
    return " ".join(said)


def _refused(call: Call) -> None:
    undo(call.db, call.tool_use, call.error)


def undo(db: sqlite3.Connection, tool_use: str, error: str) -> None:
    """A launch that the client refused: its agent never was, its task is ready again."""
    launch = agents.by_tool_use(db, tool_use) if tool_use else None
    if launch is not None and launch.state == "open":
        from fanout.run.flow import ending

        ending.undo(db, launch, error[:LONGEST_ERROR])


def _launched(call: Call) -> None:
    agent_id = text(call.tool_response, "agentId")
    launch = agents.by_tool_use(call.db, call.tool_use)
    if launch is not None and agent_id:
        agents.bind(call.db, launch.id, agent_id, text(call.tool_response, "agentType"))


def _stopped(call: Call) -> None:
    from fanout.run.agents import team
    from fanout.run.flow import ending
    from fanout.run.tasks import tasks

    agent_id = text(call.tool_input, "task_id") or text(call.tool_input, "shell_id")
    agent = agents.by_agent_id(call.db, agent_id) if agent_id else None
    if agent is None and "teammate" in text(call.tool_response, "task_type"):
        agent = team.member(call.db, call.session, agent_id, text(call.tool_response, "command"))
    if agent is None:
        return
    if agent.ending == team.PANE_CLOSED and agent.task:  # stopped with its pane, whose end came first
        tasks.finish(call.db, agent.run, agent.task, "failed", "its agent was stopped")
    else:
        ending.failed(call.db, agent, "it was stopped")
