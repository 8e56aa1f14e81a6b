"""Commands that delete for good what no branch and no tag holds: old commits, dropped stashes, what others just write."""

from __future__ import annotations

import re

from fanout.shell.git.arguments import Parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.effects import GitEffect

OBJECTS = "delete for good what no branch holds: dropped stashes, old commits, what others are writing just now"
LOGS = "delete what git remembers of where branches stood, by which lost commits are found again"
DAYS, WEEKS = r"(1[4-9]|[2-9]\d|\d{3,})[. ]days", r"([2-9]|\d\d+)[. ]weeks"  # git's own bound is two weeks
OLD = re.compile(rf"(?i)\s*(never|false|({DAYS}|{WEEKS}|\d+[. ](months?|years?))([. ]ago)?)\s*")
SETTINGS = ("gc.pruneexpire", "gc.reflogexpire", "gc.reflogexpireunreachable", "gc.cruftexpire")


def lost_by(effect: GitEffect) -> str:
    """What the command would do to them, "" for nothing that is young."""
    rule = RULES.get(effect.verb)
    return "" if rule is None or "-h" in effect.args else rule(effect, Parsed(effect.verb, effect.args))


# -- one function a verb --------------------------------------------------------------------------------------------------


def gc(effect: GitEffect, parsed: Parsed) -> str:
    given = _settings(effect) + [value for name, value in parsed.options.found if name == "prune" and value]
    return "" if all(map(OLD.fullmatch, given)) else OBJECTS


def prune(effect: GitEffect, parsed: Parsed) -> str:
    if parsed.has("n", "dry-run"):
        return ""
    until = parsed.options.get("expire")
    return "" if until and OLD.fullmatch(until) else OBJECTS


def repack(effect: GitEffect, parsed: Parsed) -> str:
    until = [value for name, value in parsed.options.found if name.startswith("cruft-")]
    if until:
        return "" if OLD.fullmatch(until[-1]) else OBJECTS
    is_kept = parsed.has("A", "k", "keep-unreachable", "cruft")
    return OBJECTS if parsed.has("a") and parsed.has("d") and not is_kept else ""


def reflog(effect: GitEffect, parsed: Parsed) -> str:
    verb = "".join(parsed.before[:1])
    if verb not in ("expire", "delete", "drop") or parsed.has("n", "dry-run"):
        return ""
    until = _settings(effect) + parsed.options.all("expire", "expire-unreachable")
    return "" if verb == "expire" and all(map(OLD.fullmatch, until)) else LOGS


def _settings(effect: GitEffect) -> list[str]:
    """From when on things are young, as far as the line sets it for the command."""
    return [value for name, _, value in (word.partition("=") for word in effect.options) if name.lower() in SETTINGS]


RULES: dict[str, Callable[[GitEffect, Parsed], str]] = {
    "gc": gc,
    "prune": prune,
    "repack": repack,
    "reflog": reflog,
}
