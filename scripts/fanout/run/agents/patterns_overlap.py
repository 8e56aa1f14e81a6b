"""May a path pattern and a claim mean the same path? As the journal keeps them, without the planner.

A claim on exactly one path is decided exactly. Between two patterns with wildcards the answer errs towards yes: then a
task waits for another that it need not have waited for.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Union

    from fanout.run.store.records import Claim, Declared

    Pattern = Union[Claim, Declared]

WILD = re.compile(r"[*?\[\]{}\\]")


def may(one: Pattern, other: Pattern) -> bool:
    """Whether some path may match both; their regex is "" for exactly the anchor."""
    if _has(one, other.anchor) or _has(other, one.anchor):
        return True
    if not (_is_wide(one) and _is_wide(other)):
        return False
    return _nested(one.anchor, other.anchor) and _ends_may_agree(one.pattern, other.pattern)


def _has(pattern: Pattern, path: str) -> bool:
    if not pattern.regex:
        return pattern.anchor == path
    return re.fullmatch(pattern.regex, path) is not None


def _is_wide(pattern: Pattern) -> bool:
    """Whether it may mean more than one path: by wildcards, or as a folder with all below it."""
    return bool(pattern.regex) and (WILD.search(pattern.pattern) is not None or _has(pattern, f"{pattern.anchor}/x"))


def _nested(one: str, other: str) -> bool:
    """Whether one folder is the other, or holds it."""
    short, long = sorted((one.strip("."), other.strip(".")), key=len)
    return short in ("", long) or long.startswith(short + "/")


def _ends_may_agree(one: str, other: str) -> bool:
    """Whether a path may end as both patterns do: `*.py` and `*.ts` have none in common."""
    if WILD.search(one.replace("*", "").replace("?", "")) or WILD.search(other.replace("*", "").replace("?", "")):
        return True
    ends = [_end(one), _end(other)]
    return "/" in "".join(ends) or ends[0].endswith(ends[1]) or ends[1].endswith(ends[0])


def _end(pattern: str) -> str:
    """What follows the last wildcard; "" for a folder."""
    parts = re.split(r"[*?]", pattern)
    return parts[-1].casefold() if len(parts) > 1 else ""
