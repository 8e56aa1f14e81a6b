"""PreToolUse on the tools that write: does the path belong to a live sibling? Fails closed inside a run.

Silence means yes: an explicit `allow` would bypass the user's permissions. It is given to our own command line alone,
and to a task's agent that writes its notes or its temporary files where its brief says.
"""

from __future__ import annotations

import os

from fanout.hooks.hook_call import text
from fanout.run.store import state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.guarding.fast_verdict import Target
    from fanout.hooks.hook_call import Call

# Which tools come here is said in hooks/hooks.json: test_facts::test_matchers
FILE_TOOLS = {"Edit": "file_path", "Write": "file_path", "MultiEdit": "file_path", "NotebookEdit": "notebook_path"}
LINE_START = 300  # characters in which our own program's name is looked for


def answer(call: Call) -> dict[str, object] | None:
    """The answer to one writing call."""
    if call.agent_id and call.caller is None and (reason := _of_a_workflow(call)):
        from fanout.hooks.answers import deny

        return deny(reason)
    if call.agent_id and call.caller is not None and call.caller.state == "ended":
        from fanout.hooks.answers import deny
        from fanout.run.agents import set_aside

        if reason := set_aside.refusal(call.db, call.caller):
            return deny(reason)
    if call.tool in ("Bash", "PowerShell"):
        return _command(call)
    if call.tool.startswith("mcp__"):
        return _mcp(call)
    path = text(call.tool_input, FILE_TOOLS.get(call.tool, ""))
    return _file(call, path) if path else None


def _file(call: Call, path: str) -> dict[str, object] | None:
    """The answer to a tool that writes one file."""
    if "\0" in path:
        from fanout.hooks.answers import deny

        return deny("The path has a NUL byte in it, which no file name can hold: send it without that byte.")
    from fanout.hooks.guarding import fast_verdict

    refusal = fast_verdict.refusal_of_file(call, path)
    if call.waits_for is not None:
        from fanout.hooks.guarding import held_write

        held_write.hold(call)
        refusal = fast_verdict.refusal_of_file(call, path)
    if not refusal and state_dir.FOLDER in path:
        return _of_own_state(call, path)
    return _answer(call, refusal)


def _of_own_state(call: Call, path: str) -> dict[str, object] | None:
    """A write near fanout's own folder that is not refused: where it is the caller's own notes or scratch, nobody is asked."""
    from fanout.hooks.answers import allow
    from fanout.hooks.guarding import ownership

    told = _answer(call, "")
    if call.tool not in ("Write", "Edit") or not ownership.is_notes_of(call, path):
        return told
    return allow("fanout's own place for this agent's notes and temporary files", told)


def _of_a_workflow(call: Call) -> str:
    """An agent that no launch was seen of: of a run's workflow it begins its task now. Why it may not, "" else."""
    if not os.path.isdir(f"{call.transcript.removesuffix('.jsonl')}/subagents/workflows"):
        return ""
    from fanout.hooks.launching import in_workflow

    return in_workflow.refusal(call)


def _answer(call: Call, refusal: str) -> dict[str, object] | None:
    """A denial (a warning where the project's setting `guard` says so), else what the caller is to know."""
    if not refusal:
        return _told(call) if call.facts.has_notice else None
    from fanout.hooks.answers import context, deny

    if call.facts.is_warned_only:
        return context("PreToolUse", f"fanout warns, and lets it pass: {refusal}")
    return deny(refusal)


def _command(call: Call) -> dict[str, object] | None:
    line = text(call.tool_input, "command")
    if "git" in line and os.path.exists(os.path.join(call.root, ".fanout", "under-way")):  # store/under_way.py
        from fanout.hooks import repairing

        repairing.finish(call)
    if "fanout" in line[:LINE_START]:
        own = _own_command(call, line)
        if own is not None:
            return own
    from fanout.hooks.guarding import command_line

    return _answer(call, command_line.refusal(call, line, call.cwd))


def _own_command(call: Call, line: str) -> dict[str, object] | None:
    """The answer to a line of our own program; None: judge it as any other."""
    from fanout.hooks.answers import deny
    from fanout.hooks.guarding import own_command

    caller = call.caller
    if terms := own_command.refusal_of_terms(line):
        return deny(terms)
    refusal = own_command.refusal(line, caller.run, caller.task) if caller is not None and caller.task else ""
    if not refusal and "claim" in line:
        from fanout.hooks.launching import claiming

        refusal = claiming.refusal(call, line)
    if refusal:
        return deny(refusal)
    from fanout.hooks import own_line

    return own_line.verdict(call, line)


def _mcp(call: Call) -> dict[str, object] | None:
    """A line for a shell or for git is judged as Bash's are, paths as writes; what else it does is looked at after it."""
    from fanout.hooks.guarding import command_line, fast_verdict, mcp, mcp_line

    base = mcp.base(call.root)
    line, folder = mcp_line.of(call.tool, call.tool_input, base)
    paths = mcp.targets(call.tool, call.tool_input, base)
    if line:
        return _answer(call, command_line.refusal(call, line, folder))
    if not paths and mcp.only_reads(call.tool, call.tool_input):
        return None
    targets = [
        fast_verdict.Target(call.naming.name(path, base), os.path.isdir(os.path.join(base, path))) for path in paths
    ]
    refusal = fast_verdict.refusal(call, targets) if targets else ""
    if not refusal:
        command_line.look(call, _announced(call, targets))
    return _answer(call, refusal)


def _announced(call: Call, targets: list[Target]) -> dict[str, dict[str, object]]:
    """The files that an MCP call names; a call that names one file and a content for it says what it will hold."""
    from fanout.run.changes import announced

    content = announced.of_input(call.tool_input) if len(targets) == 1 else {}
    return {target.name: content for target in targets}


def _told(call: Call) -> dict[str, object] | None:
    """What the caller is to know, said once: what happened to its files, that it is late, that it was compacted."""
    from fanout.hooks.answers import context
    from fanout.run.agents import agents
    from fanout.run.store import notice
    from fanout.run.store.db import Write

    caller = call.caller or agents.main_row(call.db, call.session)
    if caller is None:
        return None
    with Write(call.db):
        texts = notice.take(call.db, caller.id)
    return context("PreToolUse", "\n".join(texts)) if texts else None
