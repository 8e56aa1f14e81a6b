"""The project's .fanout is gone while a run is live in it: what every event answers then.

Who owns which file is not known any more, so what may write is denied until the state is back; what only reads passes,
and so does the command that brings it back. See run/store/vault.py.
"""

from __future__ import annotations

import os

from fanout.hooks.answers import block, context, deny
from fanout.hooks.guarding import own_command
from fanout.hooks.hook_call import text
from fanout.run.store import vault

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

RESTORE = ("doctor", "--restore")
GONE = (
    "fanout's state of this project is gone: .fanout was removed while a run is live. What it held is kept: run `fanout "
    "doctor --restore`, then go on. Don't remove .fanout. (If the user gives the run up: `fanout doctor --forget`.)"
)


def answer(event: str, call: Call) -> dict[str, object] | None:
    """The answer to the event, as EVENTS names it."""
    if event == "guard":
        return _guard(call)
    if event == "gate":
        return deny(GONE)
    if event == "prompt":
        return context("UserPromptSubmit", GONE)
    if event == "session-start":
        return context("SessionStart", GONE)
    if event == "agent-stop":
        return block(GONE)
    return None


def is_so(root: str) -> bool:
    """Whether a run was live here whose state is gone. The mark of a project that stood here before is given up."""
    if vault.is_lost(root):
        return True
    if not os.path.exists(os.path.join(root, ".fanout")):
        vault.unmark(root)
    return False


def _guard(call: Call) -> dict[str, object] | None:
    if call.tool != "Bash":
        return deny(GONE)
    line = text(call.tool_input, "command")
    words = own_command.split(line)
    if tuple(words[1:]) == RESTORE and own_command.is_ours(
        words[0], _variable("CLAUDE_PLUGIN_ROOT"), _variable("PATH")
    ):
        return own_command.ALLOW
    from fanout import shell

    effects = shell.analyse(line, call.cwd, home=os.path.expanduser("~"))
    return None if shell.is_read_only(effects) else deny(GONE)


def _variable(name: str) -> str:
    return os.environ.get(name, "")
