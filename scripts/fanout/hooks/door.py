"""From a hook event to its answer. One process, one event.

What a failure here does depends on the event (FAILURE): the gate and the guard deny, because inside a run a call
that nobody checked may destroy a sibling's work; the others say that they failed, or keep quiet: the client can go on.
Outside a run nothing is ever said.
"""

from __future__ import annotations

import json
import os
import sys

from fanout.errors import FanoutError

DEADLINE_SECONDS = 20.0
SLOW_SECONDS = {"agent-stop": 580.0, "prompt": 580.0, "stop": 580.0}  # they run acceptance commands

EVENTS = {
    "session-start": "session_start",
    "session-end": "session_start",
    "gate": "gate",
    "guard": "guard",
    "after": "post_tool_use",
    "batch": "post_tool_batch",
    "agent-stop": "subagent_stop",
    "agent-failed": "subagent_stop",
    "prompt": "user_prompt_submit",
    "stop": "user_prompt_submit",
    "compact": "pre_compact",
}
"""Each event's module in fanout.hooks; its function has the event's name with `_` for `-`."""

FAILURE = {
    "gate": "deny",
    "guard": "deny",
    "session-start": "say",
    "after": "say",
}
"""What a failure inside a run does; silence for the events that are not here."""


HELD_AFTER = ("gate", "agent-stop")


def main(argv: list[str]) -> int:
    """`argv`: the event's name, and the project's root or "" when no run is live there. The answer goes to stdout."""
    event, root = (*argv, "", "")[:2]
    _set_deadline(SLOW_SECONDS.get(event, DEADLINE_SECONDS))
    try:
        answer = handle(event, root, _read())
    except Exception as error:
        answer = failure(event, root, error)
    if answer is not None:
        sys.stdout.write(json.dumps(answer))
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
    if root and not os.path.exists(os.path.join(root, ".fanout", "state.db")):
        lost = __import__("fanout.hooks.lost_state", fromlist=["x"])
        if lost.is_so(root):
            lost_answer: dict[str, object] | None = lost.answer(event, root, data)
            return lost_answer
        if not os.path.exists(os.path.join(root, ".fanout")):
            return None  # marked only by a project that stood here before
    if root and "agent_type" in data and not data.get("agent_id"):
        from fanout.run.agents import team

        data["agent_id"] = team.in_pane()
    module = __import__(f"fanout.hooks.{EVENTS[event]}", fromlist=["x"])
    answer: dict[str, object] | None = getattr(module, event.replace("-", "_"))(data, root)
    return answer


def failure(event: str, root: str, error: Exception) -> dict[str, object] | None:
    """What to answer when the hook itself failed."""
    kind = FAILURE.get(event) if root else None
    if kind is None:
        return None
    what = str(error) if isinstance(error, FanoutError) else f"{type(error).__name__}: {error}"
    if kind == "deny":
        return deny(f"fanout's {event} failed, and inside a run that means no: {what[:250]} The user: `fanout doctor`.")
    return {"systemMessage": f"fanout: the hook {event} failed: {what[:300]}"}


def deny(reason: str) -> dict[str, object]:
    """The answer that stops a tool call; the model reads the reason."""
    return {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": reason,
        }
    }


def context(event_name: str, text: str) -> dict[str, object]:
    """The answer that lets the model read `text` beside what it already has."""
    return {"hookSpecificOutput": {"hookEventName": event_name, "additionalContext": text}}


def _read() -> dict[str, object]:
    raw = sys.stdin.buffer.read()
    try:
        data = json.loads(raw.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise FanoutError(f"the hook's input is not JSON ({error}).") from None
    if not isinstance(data, dict):
        raise FanoutError("the hook's input is not a JSON object.")
    return data


def _set_deadline(seconds: float) -> None:
    """The system ends this process at the deadline, whatever it hangs in; `hooks/start` then denies."""
    try:
        import _signal  # type: ignore[import-not-found]  # signal itself imports enum

        _signal.setitimer(_signal.ITIMER_REAL, seconds)
    except (ImportError, AttributeError):  # Windows has no timers: the client's own timeout is left
        pass
