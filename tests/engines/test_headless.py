"""What the headless client's last words come to; tests/client/test_local_engine.py holds that they come so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fanout.engines import headless
from fanout.engines.headless import Ended
from fanout.engines.terms import Terms

API = {"subtype": "success", "is_error": True, "terminal_reason": "api_error"}
OVER = {"subtype": "success", "is_error": False, "result": "DONE|a|x"}
ROWS: list[tuple[str, dict[str, Any], int | None, str, str, str, str]] = [
    ("done", OVER, 0, "", "judged", "", ""),
    (
        "denied",
        {**OVER, "permission_denials": [{"tool_name": "Bash"}]},
        0,
        "",
        "judged",
        "permission denied for Bash",
        "",
    ),
    ("429", {**API, "api_error_status": 429, "result": "API Error"}, 1, "", "error", "API error 429: API Error", ""),
    ("529", {**API, "api_error_status": 529, "result": "529 busy"}, 1, "", "error", "529 busy", ""),
    (
        "401",
        {**API, "api_error_status": 401, "result": "no"},
        1,
        "",
        "error",
        "API error 401: no",
        "authentication_failed",
    ),
    (
        "credit",
        {**API, "api_error_status": None, "result": "Credit balance too low"},
        1,
        "",
        "error",
        "Credit balance",
        "",
    ),
    (
        "turns",
        {"subtype": "error_max_turns", "is_error": True, "num_turns": 9},
        1,
        "",
        "failed",
        "its turns (9)",
        "limit",
    ),
    (
        "budget",
        {"subtype": "error_max_budget_usd", "is_error": True, "total_cost_usd": 2.5},
        1,
        "",
        "failed",
        "(2.50 USD)",
        "limit",
    ),
    ("interrupted", {"subtype": "error_during_execution"}, 0, "", "lost", "interrupted", ""),
    ("TERM", {}, 143, "", "lost", "without a result (exit code 143)", ""),
    ("KILL", {}, -9, "", "lost", "without a result (signal 9)", ""),
    ("clock", {}, -15, "clock", "failed", "longer than 60 minutes", ""),
    ("driver gone", OVER, 0, "driver", "lost", "its driver was gone", ""),
    ("hub away", {}, None, "hub", "lost", "its worker did not reach the hub", ""),
    ("killed early", {}, -9, "killed", "lost", "without a result (signal 9)", ""),
    ("no guard", OVER, 0, "guard", "unguarded", "the plugin's guard is not active", ""),
]


@pytest.mark.parametrize(
    ("result", "code", "by", "state", "text", "kind"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_each_row(result: dict[str, Any], code: int | None, by: str, state: str, text: str, kind: str) -> None:
    found = headless.verdict(Ended(code=code, by=by, result=result), 60.0)
    assert (found.state, found.kind) == (state, kind)
    assert text in found.text


@pytest.mark.parametrize(
    ("line", "told", "errors"),
    [
        (b"not json", "", []),
        (b"[]", "", []),
        (b'{"type":"assistant"}', "", []),
        (b'{"type":"system","subtype":"init","plugin_errors":[]}', "", []),
        (b'{"type":"system","subtype":"api_retry","error_status":529}', "busy", []),
        (b'{"type":"system","subtype":"api_retry","error_status":429}', "busy", []),
        (b'{"type":"system","subtype":"api_retry","error_status":500}', "", []),
        (b'{"type":"user","subtype":"api_retry","error_status":529}', "", []),
        (
            b'{"type":"system","subtype":"init","plugin_errors":[{"message":"no such folder"}]}',
            "guard",
            ["no such folder"],
        ),
        (b'{"type":"result","subtype":"success"}', "turn", []),
    ],
)
def test_each_line(line: bytes, told: str, errors: list[str]) -> None:
    ended = Ended()
    assert headless.note(ended, line) == told
    assert ended.plugin_errors == errors


def test_the_command_line_holds_what_the_user_said_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    terms = Terms("acceptEdits", ("Bash(npm test:*)", "Read"), max_turns=7, model="haiku")
    words = headless.command(terms, "/plugin", 1.5)
    assert words[:2] == ["claude", "-p"]
    assert words[words.index("--plugin-dir") :] == [
        *("--plugin-dir", "/plugin", "--permission-mode", "acceptEdits", "--allowedTools", "Bash(npm test:*)", "Read"),
        *("--model", "haiku", "--max-turns", "7", "--max-budget-usd", "1.5000"),
    ]
    assert "sk-secret" not in " ".join(words)


def test_nothing_of_a_conversation_reaches_its_clients() -> None:
    caller = {"PATH": "/bin", "CLAUDECODE": "1", "CLAUDE_PID": "7", "CLAUDE_CONFIG_DIR": "/c", "ANTHROPIC_API_KEY": "k"}
    found = headless.environment(caller, {"FANOUT_ATTEMPT": "r/a/1"})
    assert found == {"PATH": "/bin", "CLAUDE_CONFIG_DIR": "/c", "ANTHROPIC_API_KEY": "k", "FANOUT_ATTEMPT": "r/a/1"}


def test_a_brief_is_one_line_for_the_client() -> None:
    sent = headless.message("# Task ä\n\nDo it.\n")
    assert sent.count(b"\n") == 1
    assert json.loads(sent)["message"]["content"] == "# Task ä\n\nDo it.\n"
