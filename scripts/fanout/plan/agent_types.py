"""From the agent names that users' lists contain to the types that are installed: no launch names a missing one."""

from __future__ import annotations

import re

CLIENT_AGENTS = 20  # that the client runs at once
GENERAL = "general-purpose"
OWN = "spec:feature-implementer"
BUILT_IN = (GENERAL, "Explore", "Plan")

# Types whose agents can't write; fanout/run/agents/read_only.py holds them to it.
READERS = ("Explore", "Plan", "spec:code-reviewer", "spec:research-expert")

# Types that may run commands and are told to edit nothing: a report is all that they write.
RUNNERS = ("spec:test-runner",)

# Names of other systems' agents, lower case without separators, and the role that does their work here.
ROLES = {
    "coderagent": "feature-implementer",
    "coder": "feature-implementer",
    "developer": "feature-implementer",
    "implementer": "feature-implementer",
    "opencoder": "feature-implementer",
    "openfrontendspecialist": "feature-implementer",
    "frontendspecialist": "feature-implementer",
    "frontend": "feature-implementer",
    "backend": "feature-implementer",
    "openbackendspecialist": "feature-implementer",
    "opendevopsspecialist": "feature-implementer",
    "buildagent": "test-runner",
    "testengineer": "feature-implementer",  # it writes tests; test-runner only runs them
    "tester": "feature-implementer",
    "taskmanager": "task-analyst",
    "planner": "task-analyst",
    "contextscout": "Explore",
    "explore": "Explore",
    "externalscout": "research-expert",
    "researcher": "research-expert",
    "codereviewer": "code-reviewer",
    "reviewer": "code-reviewer",
    "docwriter": "feature-implementer",
    "debuggeragent": "debugger",
}


def resolve(name: str | None, known: set[str]) -> str:
    """The installed type for a name: itself, the same under this plugin, its role, else general-purpose.

    Without a name the plugin's own implementer, whose first request is some 4,000 tokens smaller.
    """
    if not name:
        return OWN if OWN in known else GENERAL
    if name in known:
        return name
    wanted = _plain(name)
    role = ROLES.get(wanted, "")
    for candidate in (f"spec:{name}", *(k for k in sorted(known) if _plain(k) == wanted), role, f"spec:{role}"):
        if candidate in known:
            return candidate
    return GENERAL


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rsplit(":", 1)[-1].lower())
