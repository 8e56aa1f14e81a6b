"""A session in which nobody answers the client's questions: it refuses by itself what no rule allows."""

from __future__ import annotations

from fanout.run.agents import client_process

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call

WAY = (
    "`claude -p --permission-mode acceptEdits 'continue'` goes on with leave to write files, `--allowedTools` adds rules for "
    "commands"
)
BEFORE_LAUNCH = (
    "Nobody answers questions in this session: the client refuses its agents every Write, Edit and command that no rule allows. "
    "Send the calls all the same, the user may have rules: at the first refused file the run pauses by itself, nothing is lost, "
    "and the message that says so names the way on."
)


def is_so(call: Call) -> bool:
    """test_permissions::test_a_session_that_nobody_attends"""
    return call.mode == "default" and not client_process.is_attended()


def held(denied: str) -> str:
    """Why a run pauses; `denied`: what the client refused."""
    return f"{denied}, and nobody is here to be asked. The user may type it anew: {WAY}"
