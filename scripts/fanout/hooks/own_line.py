"""PreToolUse of a line that names our own program, where no run is live: reading and starting cost no question.

hooks/hooks.json asks the client to call only for such lines: test_facts::test_a_condition_on_the_command
"""

from __future__ import annotations

import os

from fanout.hooks import unattended
from fanout.hooks.hook_call import text

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

POWERSHELL = "PowerShell"
PLANNING = (
    "The client is in plan mode, where no run is started: `fanout plan SOURCE` shows the plan; `fanout start SOURCE` starts it "
    "when the user has approved."
)


def answer(call: Call) -> dict[str, object] | None:
    """`allow` for what only reads, and for a start that runs nothing the user has not named; else silence, or to try again."""
    line = text(call.tool_input, "command")
    if call.tool not in ("Bash", POWERSHELL) or "fanout" not in line:
        return None
    return verdict(call, line)


def verdict(call: Call, line: str) -> dict[str, object] | None:
    """The answer for a line that names our own program."""
    from fanout.hooks.guarding import own_command

    if call.mode == "plan" and _starts(call, line):
        from fanout.hooks.answers import deny

        return deny(PLANNING)
    free = is_free(call, line)
    if free is None:
        from fanout.hooks.answers import deny
        from fanout.hooks.launching import start_line

        return deny(start_line.AGAIN)
    if free and unattended.is_so(call) and _starts(call, line):
        from fanout.hooks import answers

        return answers.allow("fanout's own command line", answers.context("PreToolUse", unattended.BEFORE_LAUNCH))
    return own_command.ALLOW if free else None


def _starts(call: Call, line: str) -> bool:
    """Whether a line is exactly one `fanout start`, which in plan mode would hand out launches that the client forbids."""
    from fanout.hooks.guarding import own_command

    plugin, path = os.environ.get("CLAUDE_PLUGIN_ROOT", ""), os.environ.get("PATH", "")
    root = os.environ.get("CLAUDE_PROJECT_DIR", "") or call.cwd
    found = own_command.started(line, plugin, path, root)
    return found is not None and "--dry-run" not in found[0]


def is_free(call: Call, line: str) -> bool | None:
    """Whether a line may run unasked; None where its list could not be read in time."""
    from fanout.hooks.guarding import own_command

    plugin, path = os.environ.get("CLAUDE_PLUGIN_ROOT", ""), os.environ.get("PATH", "")
    root = call.root or os.environ.get("CLAUDE_PROJECT_DIR", "") or call.cwd
    if call.tool == POWERSHELL and not own_command.is_plain_powershell(line, path):
        return False
    if own_command.is_own(line, plugin, path, root, is_main=not call.agent_id):
        return True
    wanted = tuple(word for word in (*own_command.ASKED_FOR, own_command.ACCEPT) if word in line)
    if call.agent_id or not ("start" in line or wanted):
        return False
    from fanout.hooks.launching import known_check, start_line

    if own_command.is_own(line, plugin, path, root, is_main=True, asked_for=wanted):
        return all(start_line.has_typed(call.transcript, words) for words in own_command.typed_for(wanted)) and all(
            known_check.is_so(call, command) or start_line.has_typed(call.transcript, words)
            for command, words in (own_command.checks(line) if own_command.ACCEPT in wanted else {}).items()
        )
    started = own_command.started(line, plugin, path, root)
    return started is not None and start_line.is_the_users(plugin, call.cwd, call.transcript, *started)
