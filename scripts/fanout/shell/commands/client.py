"""The client's own command line: what it says of itself, and the settings that its plugins and hooks are switched in."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

ASKS = frozenset(("list", "ls", "get", "validate", "details", "help", "search", "status"))
SETTING = frozenset(("plugin", "plugins", "config"))
PLACES = {"project": ".claude/settings.json", "local": ".claude/settings.local.json"}
VALUED = ("--scope", "-s")


def client(call: Call) -> None:
    """`claude plugin disable NAME` and its like change the settings of a scope, the user's unless another is named."""
    plain, scope = _words(call.args)
    asks = not plain[1:] or bool(ASKS & set(plain[1:3])) or "--help" in call.args
    if set(call.args) <= {"--version", "-v", "--help", "-h"} or plain[:1] == ["doctor"]:
        call.emit(None)
    elif SETTING & set(plain[:1]) or (plain[:1] == ["mcp"] and asks):
        if not asks:
            call.write(PLACES.get(scope, f"{call.shell.home()}/.claude/settings.json"))
        call.emit(None)
    else:
        call.unknown("starts another conversation, which may write anything")
        call.emit(None)


def _words(args: list[str]) -> tuple[list[str], str]:
    """The words that are no options, and the scope."""
    plain, scope, at = [], "", 0
    while at < len(args):
        name, _, value = args[at].partition("=")
        if name in VALUED:
            scope = value or "".join(args[at + 1 : at + 2])
            at += 0 if value else 1
        elif not args[at].startswith("-"):
            plain.append(args[at])
        at += 1
    return plain, scope
