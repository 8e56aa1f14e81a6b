"""The headless client: how it is started, and what its last words come to. Its exit code alone says nothing.

| its last words | what follows |
|---|---|
| `subtype: success`, no error | the evidence gate has judged |
| `api_error` 429, 529 | the run's pace slows down, the attempt is not counted |
| none yet, it tries again after a 429, 529 | the run's pace slows down, unless it has since this attempt began |
| `api_error` 401, 403, no credit, no connection | the run pauses, the attempt is not counted |
| `error_max_turns`, `error_max_budget_usd` | the task failed; it is done again where that was a share of the run's |
| none, or it was interrupted | the attempt was lost, the task is done again |
| its worker did not reach the hub | the same, not counted; the run pauses when that comes again and again |
| the plugin's hooks did not answer | the attempt is refused, the run pauses |

tests/engines/test_headless.py holds each row, tests/client/test_local_engine.py that the client ends so.
"""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False  # typing and dataclasses take longer to load than the rest of an attempt's supervisor
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Literal

    from fanout.engines.terms import Terms

    Kind = Literal["judged", "error", "failed", "lost", "unguarded"]
    # What happens to a client: its turn is over, it waits for a busy API, it is gone, its plugin does not load; its driver is
    # gone, or says to stop.
    Piece = Literal["", "turn", "busy", "gone", "guard", "driver", "stop"]

# What of the conversation that a driver was started in must not reach its clients.
OF_A_SESSION = (
    *("CLAUDECODE", "CLAUDE_PID", "CLAUDE_ENV_FILE", "CLAUDE_PROJECT_DIR", "CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA"),
    *("CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_SSE_PORT", "CLAUDE_EFFORT"),
)
BUSY = (429, 529)  # of the API
LIMIT = "limit"  # of turns or money
NO_TURNS, NO_MONEY = "error_max_turns", "error_max_budget_usd"
KINDS = {401: "authentication_failed", 403: "permission_error"}
LONGEST = 300
GENERAL = "general-purpose"  # what a client is anyway


class Ended:
    """How a client ended, as its supervisor tells it. `result` is its last event of that name, {} for none.

    `by`: "" itself, "clock", "driver" (the driver is gone), "stop" (it was told to), "guard" (the hooks did not answer),
    "killed" (by a signal, before they had), "worker" (the machine that it ran on), "hub" (its machine does not reach that).
    """

    __slots__ = ("by", "code", "plugin_errors", "result", "said")

    def __init__(
        self,
        code: int | None = None,
        by: str = "",
        result: dict[str, Any] | None = None,
        plugin_errors: list[str] | None = None,
        said: str = "",
    ) -> None:
        self.code = code
        self.by = by
        self.result = result or {}
        self.plugin_errors = plugin_errors or []
        self.said = said

    def as_data(self) -> dict[str, Any]:
        """Plain data, of which `Ended(**data)` makes the same."""
        return {name: getattr(self, name) for name in self.__slots__}


class Verdict:
    """`kind` is the API's name of an error, where it is known, or LIMIT."""

    __slots__ = ("kind", "state", "text")

    def __init__(self, state: Kind, text: str = "", kind: str = "") -> None:
        self.state = state
        self.text = text
        self.kind = kind


def command(terms: Terms, plugin: str, task_budget: float, agent: str = "", model: str = "") -> list[str]:
    """The client's command line; the brief comes on its standard input, once the guard has answered. `agent` and `model`
    are the task's own."""
    words = [terms.client, "-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"]
    words += ["--plugin-dir", plugin, "--permission-mode", terms.permission_mode]
    if terms.allowed_tools:
        words += ["--allowedTools", *terms.allowed_tools]
    if agent and agent != GENERAL:
        words += ["--agent", agent]
    if model or terms.model:
        words += ["--model", model or terms.model]
    if terms.max_turns:
        words += ["--max-turns", str(terms.max_turns)]
    if task_budget:
        words += ["--max-budget-usd", f"{task_budget:.4f}"]
    return words


def environment(caller: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Of a client: the driver's, without what belongs to a conversation that it may have been started in."""
    return {name: value for name, value in caller.items() if name not in OF_A_SESSION} | dict(own)


def message(brief: str) -> bytes:
    """The brief as the client reads it."""
    text = {"type": "user", "message": {"role": "user", "content": brief}}
    return json.dumps(text, ensure_ascii=True).encode() + b"\n"


def note(ended: Ended, line: bytes) -> Piece:
    """Takes in one line of what the client prints. What that tells, "" for nothing."""
    try:
        event = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(event, dict):
        return ""
    if event.get("type") == "result":
        ended.result = event
        return "turn"
    told = event.get("subtype") if event.get("type") == "system" else ""
    if told == "init":
        ended.plugin_errors = [_text(error) for error in event.get("plugin_errors") or []]
        return "guard" if ended.plugin_errors else ""
    return "busy" if told == "api_retry" and event.get("error_status") in BUSY else ""


def verdict(ended: Ended, minutes: float) -> Verdict:
    """What a client's end comes to."""
    result = ended.result
    if ended.by == "guard":
        return Verdict("unguarded", _unguarded(ended))
    if ended.by == "clock":
        return Verdict("failed", f"its client ran longer than {minutes:g} minutes")
    if ended.by in ("driver", "hub", "stop", "worker") or not result:
        return Verdict("lost", _without_result(ended))
    subtype, text = str(result.get("subtype")), " ".join(str(result.get("result") or "").split())[:LONGEST]
    if subtype == NO_TURNS:
        return Verdict("failed", f"its client used up its turns ({result.get('num_turns')})", LIMIT)
    if subtype == NO_MONEY:
        return Verdict("failed", f"its client used up its budget ({cost(result):.2f} USD)", LIMIT)
    if subtype == "error_during_execution":
        return Verdict("lost", "its client was interrupted")
    if result.get("is_error"):
        status = result.get("api_error_status")
        said = text or f"API error {status or ''}".rstrip()
        if isinstance(status, int) and str(status) not in said:
            said = f"API error {status}: {said}"
        return Verdict("error", said, KINDS.get(status, "") if isinstance(status, int) else "")
    return Verdict("judged", denied(result))


def denied(result: Mapping[str, Any]) -> str:
    """The calls that the user's permissions did not let through, "" for none."""
    names = [f"{one.get('tool_name')}" for one in result.get("permission_denials") or [] if isinstance(one, dict)]
    return f"permission denied for {', '.join(dict.fromkeys(names))}" if names else ""


def cost(result: Mapping[str, Any]) -> float:
    value = result.get("total_cost_usd")
    return float(value) if isinstance(value, (int, float)) else 0.0


def turns(result: Mapping[str, Any]) -> int:
    value = result.get("num_turns")
    return value if isinstance(value, int) else 0


def _without_result(ended: Ended) -> str:
    if ended.by == "driver":
        return "its driver was gone"
    if ended.by == "worker":
        return f"its worker was lost{f' ({ended.said})' if ended.said else ''}"
    if ended.by == "hub":
        return f"its worker did not reach the hub: {ended.said}"
    if ended.by == "stop":
        return "its driver was stopped"
    how = f"signal {-ended.code}" if ended.code is not None and ended.code < 0 else f"exit code {ended.code}"
    return f"its client ended without a result ({how}{f': {ended.said}' if ended.said else ''})"


def _unguarded(ended: Ended) -> str:
    why = "; ".join(ended.plugin_errors) or ended.said or "no hook of it answered"
    return f"the plugin's guard is not active in the headless client ({why[:LONGEST]}); nothing was asked of it"


def _text(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("message") or value.get("error") or json.dumps(value))
    return str(value)


def plugin_dir() -> str:
    """The plugin that this code is part of: its hooks go with this journal."""
    here = os.path.dirname(os.path.abspath(__file__))
    return os.path.dirname(os.path.dirname(os.path.dirname(here)))
