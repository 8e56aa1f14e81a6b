"""What a hook answers with, as the client reads it."""

from __future__ import annotations


def deny(reason: str) -> dict[str, object]:
    """Stops a tool call; the model reads the reason."""
    # test_facts::test_a_denied_call_is_told_its_reason_and_stands_in_the_batch_only
    return {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": reason,
        }
    }


def allow(reason: str, told: dict[str, object] | None = None) -> dict[str, object]:
    """Lets a tool call run without a question to the user; `told`: what the model is to know beside it."""
    output: dict[str, object] = {"hookEventName": "PreToolUse", "permissionDecision": "allow"}
    output["permissionDecisionReason"] = reason
    more = told.get("hookSpecificOutput") if told else None
    return {"hookSpecificOutput": {**(more if isinstance(more, dict) else {}), **output}}


def context(event: str, text: str) -> dict[str, object]:
    """Lets the model read `text` beside what it already has."""
    # test_facts::test_added_context_reaches_the_model_from_each_event
    return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": text}}


def block(reason: str) -> dict[str, object]:
    """Sends an agent that stops, or Claude, on with the reason as its instruction."""
    # test_facts::test_a_blocked_agent_goes_on_with_the_reason
    return {"decision": "block", "reason": reason}
