"""From a hook event to its answer. One process, one event.

    hooks/start -> main -> parse -> Call (typed, once) -> EVENTS: the module of the event -> its answer, as JSON
                              Call.db, .caller, .facts, .naming: the journal, opened when first asked for, in one query

What a failure here does depends on the event (FAILURE): the gate and the guard deny, because inside a run a call
that nobody checked may destroy a sibling's work; the others say that they failed, or keep quiet: the client can go on.
Outside a run nothing is ever said.
"""

from __future__ import annotations

import os
import sys

from fanout.errors import FanoutError
from fanout.hooks.hook_call import Call

DEADLINE_SECONDS = 20.0
OWN_SECONDS = 290.0  # a list is read by the planner, whose environment the first call of all makes
SLOW_SECONDS = dict.fromkeys(
    ("agent-stop", "hand-back", "output", "prompt", "stop"), 580.0
)  # they run acceptance commands

EVENTS = {
    "session-start": "session_start",
    "session-end": "session_end",
    "gate": "gate",
    "guard": "guard",
    "own": "own_line",
    "asked": "permission_request",
    "output": "structured_output",
    "after": "post_tool_use",
    "batch": "post_tool_batch",
    "hand-back": "hand_back",
    "agent-stop": "subagent_stop",
    "agent-failed": "stop_failure",
    "prompt": "user_prompt_submit",
    "stop": "stop",
    "compact": "pre_compact",
}
"""Each event's module in fanout.hooks, whose `answer` takes the Call."""

WITHOUT_RUN = ("gate", "own", "session-start")  # those that do something also where no run is live

OF_A_DRIVER = ("gate", "agent-failed", "prompt", "session-end")  # of an attempt: what its driver knows by itself
OF_ONE_AGENT = ("agent-stop", "hand-back")  # an attempt's own agents end as they like

# Without an answer the client lets the call run: test_facts::test_a_broken_hook_lets_the_call_run
FAILURE = {
    "gate": "deny",
    "guard": "deny",
    "session-start": "say",
    "after": "say",
}
"""What a failure inside a run does; silence for the events that are not here."""

HELD_AFTER = (
    "gate",
    "agent-stop",
    "hand-back",
    "output",
)  # then what is held outside the work tree is brought up to date


def main(argv: list[str]) -> int:
    """`argv`: the event's name, and the project's root or "" when no run is live there. The answer goes to stdout."""
    event, root = (*argv, "", "")[:2]
    _set_deadline(OWN_SECONDS if event == "own" else SLOW_SECONDS.get(event, DEADLINE_SECONDS))
    try:
        answer = handle(event, root, parse(sys.stdin.buffer.read()))
    except Exception as error:
        answer = failure(event, root, error)
    if answer is not None:
        import json

        text = json.dumps(answer)
        if "\\udc" in text:  # also half of an emoji
            from fanout.run.store import odd_names

            text = json.dumps(odd_names.all_shown(answer))
        sys.stdout.write(text)
        sys.stdout.flush()
    if root and event in HELD_AFTER:
        _hold(root)
    return 0


def _hold(root: str) -> None:
    """Brings what is held outside the work tree up to date."""
    from fanout.run.store import vault

    vault.refresh(root)


def handle(event: str, root: str, data: dict[str, object]) -> dict[str, object] | None:
    """The answer to one event, None to say nothing."""
    if not root and event not in WITHOUT_RUN:
        return None
    call = Call(data, root)
    if root and not os.path.exists(os.path.join(root, ".fanout", "state.db")):
        from fanout.hooks import lost_state

        if lost_state.is_so(root):
            return lost_state.answer(event, call)
        if not os.path.exists(os.path.join(root, ".fanout")):
            return None  # marked only by a project that stood here before
    if root and os.environ.get("FANOUT_ATTEMPT"):
        if event in OF_A_DRIVER or (call.agent_id and event in OF_ONE_AGENT):
            return None
        call.agent_id = os.environ["FANOUT_ATTEMPT"]  # its client is the agent, with what that starts for itself
    elif root and "agent_type" in data and not call.agent_id:
        from fanout.run.agents import team

        call.agent_id = team.in_pane()
    module = __import__(f"fanout.hooks.{EVENTS[event]}", fromlist=["answer"])
    try:
        answer: dict[str, object] | None = module.answer(call)
    finally:
        call.close()
    return answer


WAYS_OUT = (
    "Send the call once more in a plainer form; if that fails too, go on without it and say so at your end. The user: "
    "`fanout doctor`."
)


def failure(event: str, root: str, error: Exception) -> dict[str, object] | None:
    """What to answer when the hook itself failed."""
    kind = FAILURE.get(event) if root else None
    if kind is None:
        return None
    what = str(error) if isinstance(error, FanoutError) else f"{type(error).__name__}: {error}."
    if kind == "deny":
        from fanout.hooks.answers import deny

        return deny(f"fanout's {event} failed, and inside a run that means no: {what[:250]} {WAYS_OUT}")
    return {"systemMessage": f"fanout: the hook {event} failed: {what[:300]}"}


def parse(raw: bytes) -> dict[str, object]:
    """The hook's input. Raises FanoutError."""
    given = raw.decode("utf-8", "replace")
    data = _scanned(given.strip(" \t\n\r"))
    if data is None:
        import json

        try:
            data = json.loads(given)
        except (ValueError, RecursionError) as error:
            raise FanoutError(f"the hook's input is not JSON ({error}).") from None
    if not isinstance(data, dict):
        raise FanoutError("the hook's input is not a JSON object.")
    return data


def _scanned(given: str) -> object:
    """By the scanner in C alone: the package json loads re, which takes longer than a guarded write. None in doubt."""
    try:
        from _json import make_scanner

        value, end = make_scanner(_Strict)(given, 0)  # type: ignore[arg-type]
    except Exception:
        return None
    return value if end == len(given) else None


class _Strict:
    """As json.loads sets its scanner; what Python adds to JSON (NaN) is left to it."""

    strict = True
    object_hook = object_pairs_hook = parse_constant = None
    parse_float = float
    parse_int = int
    memo: dict[str, str] = {}  # noqa: RUF012


def _set_deadline(seconds: float) -> None:
    """The system ends this process at the deadline, whatever it hangs in; `hooks/start` then denies."""
    try:
        import _signal  # type: ignore[import-not-found]  # signal itself imports enum

        _signal.setitimer(_signal.ITIMER_REAL, seconds)
    except (ImportError, AttributeError):  # Windows has no timers: the client's own timeout is left
        pass
