"""What stops one agent and with it all: told from what is one agent's own."""

from __future__ import annotations

import pytest

from fanout.run.flow import account_errors

ALL = [
    ("billing_error", "Credit balance is too low", "has no credit"),
    ("", "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing", "has no credit"),
    (
        "rate_limit",
        "You've hit your session limit · resets 7:30pm (Europe/Berlin)",
        "go on after 7:30pm (Europe/Berlin)",
    ),
    ("rate_limit", "Claude usage limit reached. Your limit will reset at 3pm", "limit is reached"),
    ("rate_limit", "You've reached your weekly limit · resets Mon 12:00", "go on after Mon 12:00"),
    ("", "5-hour limit reached ∙ resets 2am", "go on after 2am"),
    ("authentication_failed", "Please run /login · API Error: 401", "go on after /login"),
    ("authentication_failed", "something new", "go on after /login"),
    ("authentication_error", "something new", "go on after /login"),
    ("oauth_org_not_allowed", "something new", "go on after /login"),
    ("permission_error", "something new", "go on after /login"),
    ("", "OAuth token has expired", "go on after /login"),
    ("", "Invalid API key · Fix external API key", "go on after /login"),
    ("", "API Error: Connection error.", "connection is lost"),
    ("unknown", "Unable to connect to API (ECONNREFUSED)", "connection is lost"),
    ("", "API Error: fetch failed", "connection is lost"),
    ("unknown", "API Error: Request timed out.", "connection is lost"),
    ("", "connect ETIMEDOUT 203.0.113.7:443", "connection is lost"),
]
ONE = [
    ("rate_limit", "API Error: 429 rate_limit_error: Number of concurrent requests exceeded"),
    ("server_error", "API Error: 529 overloaded_error"),
    ("overloaded", "Overloaded"),
    ("invalid_request", "prompt is too long: 210000 tokens > 200000 maximum"),
    ("max_output_tokens", "response exceeded the 32000 output token maximum"),
    ("", "killed"),
    ("", "it was stopped"),
    ("", "API error"),
    ("", ""),
    ("unknown", "API Error: 500 Internal server error"),
]


@pytest.mark.parametrize(("kind", "message", "why"), ALL)
def test_everybodys(kind: str, message: str, why: str) -> None:
    assert why in account_errors.stop(kind, message)


@pytest.mark.parametrize(("kind", "message"), ONE)
def test_one_agents_own(kind: str, message: str) -> None:
    assert account_errors.stop(kind, message) == ""
