"""A hook event as a typed call, parsed once at the door, and the project that it is about, opened once.

Every field of the input may be missing, of a wrong type, or hostile: then it is "", {} or [].
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.caller_facts import CallerFacts
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent


class Call:
    """`root` is the project's, "" when no run is live there; then only the fields of the input may be read."""

    __slots__ = (
        "_db",
        "_facts",
        "_naming",
        "agent_id",
        "agent_type",
        "cwd",
        "error",
        "event",
        "last_message",
        "mode",
        "prompt",
        "reason",
        "root",
        "session",
        "source",
        "took",
        "tool",
        "tool_calls",
        "tool_input",
        "tool_response",
        "tool_use",
        "transcript",
        "waits_for",
    )

    def __init__(self, data: dict[str, object], root: str) -> None:
        self.root = root
        self.event = text(data, "hook_event_name")
        self.session = text(data, "session_id")
        self.agent_id = text(data, "agent_id")
        self.agent_type = text(data, "agent_type")
        self.cwd = text(data, "cwd") or root
        self.transcript = text(data, "transcript_path")
        self.mode = text(data, "permission_mode")
        self.tool = text(data, "tool_name")
        self.tool_use = text(data, "tool_use_id")
        self.tool_input = mapping(data, "tool_input")
        self.tool_response = mapping(data, "tool_response")
        self.tool_calls = mappings(data, "tool_calls")
        self.prompt = text(data, "prompt")
        self.last_message = text(data, "last_assistant_message")
        self.error = text(data, "error")
        self.reason = text(data, "reason")
        self.source = text(data, "source")
        self.took = _seconds(data)
        self.waits_for: Agent | None = None  # whose path it may have when that ends soon (hooks/guarding/held_write.py)
        self._db: sqlite3.Connection | None = None
        self._facts: CallerFacts | None = None
        self._naming: Naming | None = None

    @property
    def db(self) -> sqlite3.Connection:
        """The project's journal."""
        if self._db is None:
            from fanout.run.store import caller_facts

            self._db, self._facts = caller_facts.read(self.root, self.agent_id)
            if self._facts.folds_case:  # the session may have been opened in another spelling of the folder
                self.root = self.naming.root
                self.cwd = self.naming.spelled(self.cwd)
        return self._db

    def close(self) -> None:
        """Closes the journal, if it was opened."""
        if self._db is not None:
            self._db.close()
            self._db = self._facts = None

    @property
    def facts(self) -> CallerFacts:
        """What the journal said of the project and the caller when it was opened."""
        if self._facts is None:
            self.db  # noqa: B018  # opens
        assert self._facts is not None
        return self._facts

    @property
    def caller(self) -> Agent | None:
        """The calling agent when it is bound already; None for a main conversation or a new agent."""
        return self.facts.agent

    def is_made_by(self, agent: Agent) -> None:
        """The caller has been bound, resumed or looked at again. Inside a transaction."""
        from fanout.run.store import caller_facts

        caller_facts.renew(self.db, self.facts, agent)

    @property
    def tree(self) -> str:
        """The top of the work tree that the caller's run works in."""
        from fanout.run.store import base

        home = self.facts.base
        return base.tree(self.root, os.path.join(self.root, home)) if home else self.root

    @property
    def naming(self) -> Naming:
        """How the project's paths are named."""
        if self._naming is None:
            from fanout.run.store.paths import Naming

            self._naming = Naming(self.root, self.facts.folds_case)
        return self._naming


def text(data: dict[str, object], key: str) -> str:
    """A text field, "" when it is missing or no text."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def mapping(data: dict[str, object], key: str) -> dict[str, object]:
    """An object field, {} when it is missing or no object."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def mappings(data: dict[str, object], key: str) -> list[dict[str, object]]:
    """The objects of a list field, [] when it is missing or no list."""
    value = data.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _seconds(data: dict[str, object]) -> float | None:
    """How long a call ran, without its hooks and the user's answer. None where the client does not say."""
    found = data.get("duration_ms")
    return found / 1000 if isinstance(found, (int, float)) else None
