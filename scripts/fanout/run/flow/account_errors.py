"""Errors that are not one agent's: the account, its limits, the login, the connection. They stop every agent alike.

A run pauses at the first of them: no task fails for it, none is launched for nothing, and it is said what to do. The
words are those of the client; StopFailure also names some kinds by `error` (test_print_mode holds that it comes).
"""

from __future__ import annotations

import re

LOGIN = ("authentication_failed", "authentication_error", "oauth_org_not_allowed", "permission_error")
CREDIT = ("billing_error",)
_LIMIT = re.compile(
    r"(session|usage|weekly|hourly|daily|monthly|spending|5-hour|five-hour|opus|sonnet|fable|plan)\W+(usage )?limit|limit reached"
    r"|hit your (usage |session |weekly )?limit|out of (extra )?usage",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"credit balance|billing|payment|insufficient (funds|credit)|purchase credits", re.IGNORECASE)
_LOGIN = re.compile(
    r"run /login|not logged in|invalid (x-)?api[ -]?key|invalid authentication|oauth|\b40[13]\b"
    r"|(account|organization) (has been|is) (disabled|suspended)|token (has )?expired",
    re.IGNORECASE,
)
_CONNECTION = re.compile(
    r"connection (error|refused|reset|closed|failed|timed out)|request timed out|unable to connect|can(no|')t connect"
    r"|econn\w+|etimedout|enotfound|eai_again"
    r"|fetch failed|network (error|is unreachable)|socket hang up|certificate|dns",
    re.IGNORECASE,
)
_RESETS = re.compile(r"resets?(?: at| in)?:? ([^.\n·|]+)", re.IGNORECASE)
LONGEST = 120


def stop(kind: str, message: str) -> str:
    """What stopped the agent and with it every other, and what makes it go on, in words; "" when it is the agent's own end.

    `kind` is StopFailure's `error`, "" when it is not known; `message` what the client said.
    """
    said = " ".join(message.split())[:LONGEST].rstrip(" .")
    if kind in CREDIT or _CREDIT.search(message):
        return f"the account has no credit ({said}); go on when it has"
    if _LIMIT.search(message):
        until = _RESETS.search(message)
        return f"the account's limit is reached ({said}); go on {'after ' + until[1].strip() if until else 'when it is reset'}"
    if kind in LOGIN or _LOGIN.search(message):
        return f"the client is not logged in ({said}); go on after /login"
    if _CONNECTION.search(message):
        return f"the connection is lost ({said}); go on when it is back"
    return ""
