"""What the list says to leave alone is no file that a task is taken to write; one that states it is named.

"Don't touch src/legacy/", and below it "replace what src/legacy/old.pl does by lib/Stock.pm".
"""

from __future__ import annotations

import re

from fanout.plan.read.prose import left_alone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.plan.read.reading_builder import Entry, Gather

_WILD = re.compile(r"[*?\[{]")
WHY = "the list says to leave it alone"


def settle(gather: Gather) -> None:
    """Turn such inferred writes into reads, and warn of a stated one."""
    paths = left_alone.paths(str(gather.settings.get("notes", "")))
    for entry in gather.entries if paths else ():
        hit = [path for path in entry.get("writes") if any(_is_in(path, one) for one in paths)]
        if hit and entry.note.status not in ("completed", "skipped"):
            _settle_one(gather, entry, hit, paths)


def _settle_one(gather: Gather, entry: Entry, hit: list[str], paths: list[str]) -> None:
    guessed = [path for path in hit if path in entry.guessed - entry.listed]
    if guessed:
        entry.drop("writes", guessed)
        entry.add("reads", guessed, WHY, 0.8)
    if guessed and not entry.get("writes"):
        entry.note.unsure = True
        entry.infer("writes", "it names no file that it writes, so it runs with no other task beside it", 0.2)
    for path in [path for path in hit if path not in guessed]:
        rule = next(one for one in paths if _is_in(path, one))
        of = "" if rule == path else f" ({rule})"
        message = f"declares {path}, which the list says to leave alone{of}: its agent may write it all the same"
        gather.warn("left-alone", message, entry.id, f"Take {path} from its files, or from what is to be left alone.")


def _is_in(path: str, rule: str) -> bool:
    """Whether the path, or the part of a pattern before its first wildcard, is what is left alone or stands below it."""
    plain = _WILD.split(path, maxsplit=1)[0].rstrip("/") if _WILD.search(path) else path.rstrip("/")
    folder = rule.rstrip("/")
    return plain == folder or plain.startswith(f"{folder}/")
