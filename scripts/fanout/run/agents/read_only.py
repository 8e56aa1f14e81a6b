"""Agent types that only read: the guard holds them to it, Bash included."""

from __future__ import annotations

BUILT_IN = ("Explore", "Plan")
OURS = ("spec:code-reviewer", "spec:research-expert", "debug:")


def is_type(agent_type: str) -> bool:
    return agent_type in BUILT_IN or is_ours(agent_type)


def is_ours(agent_type: str) -> bool:
    """A read-only type of our own plugins: held to it also where no sibling is at work."""
    return any(agent_type == name or (name.endswith(":") and agent_type.startswith(name)) for name in OURS)
