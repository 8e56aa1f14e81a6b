"""Would a line touch a sibling's work? Plain writes by path; git commands by what the repository says right now.

reasons -> owned paths -> named writes           -> "x belongs to y"
                       -> verdicts.Case for each git command -> "git stash would hide x of y"
"""

from __future__ import annotations

import os

from .effects import shorten
from .globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .effects import Effects, GitEffect, Write
    from .gitrepo import GitRepo as Probe

__all__ = ["Owned", "Probe", "reasons"]
MAX_ALIASES = 5
MAX_NAMED = 3


class Owned:
    """Who owns which path: the longest owned path that holds a place decides."""

    def __init__(self, owners: dict[str, str], agent: str, root: str) -> None:
        self.agent = agent
        self.root = root
        self.paths = {_place(path, root): owner for path, owner in owners.items()}
        self.others = {path: owner for path, owner in self.paths.items() if owner != agent}

    def other(self, place: str) -> str:
        """The sibling that owns `place`, or ""."""
        at = place
        while at:
            owner = self.paths.get(at)
            if owner is not None:
                return "" if owner == self.agent else owner
            at = at.rpartition("/")[0]
        return ""

    def below(self, place: str) -> list[str]:
        """The siblings' paths below a folder."""
        base = place.rstrip("/") + "/"
        return [path for path in self.others if path.startswith(base)]

    def touched(self, write: Write) -> list[str]:
        if self.other(write.path):
            return [write.path]
        return self.below(write.path) if write.recursive else []


def _place(path: str, root: str) -> str:
    joined = path if path.startswith("/") else root.rstrip("/") + "/" + path
    return os.path.normpath(joined)


def reasons(
    effects: Effects, agent: str, owners: dict[str, str], root: str, cwd: str, probe: Probe | None
) -> list[str]:
    owned = Owned(owners, agent, root)
    if not owned.others:
        return []
    found: list[str] = []
    asked = probe is not None and bool(effects.git)
    for write in effects.writes:
        if write.git and asked:
            continue
        for path in owned.touched(write)[:MAX_NAMED]:
            found.append(f"{shorten(path, root)} belongs to {owned.other(path)}")
    for number, effect in enumerate(effects.git):
        earlier = any(other.scope != "none" for other in effects.git[:number])
        found.extend(git_reasons(effect, owned, probe, earlier))
    return list(dict.fromkeys(found))


def git_reasons(effect: GitEffect, owned: Owned, probe: Probe | None, earlier: bool, depth: int = 0) -> list[str]:
    if effect.endangers is None:
        return []
    if probe is None or UNKNOWN in effect.cwd or UNKNOWN in effect.verb:
        return _say(effect, owned, cautious(effect, owned))
    if effect.scope == "alias":
        return _alias(effect, owned, probe, earlier, depth)
    from .verdicts import Case

    threatened = Case(effect, owned, probe, earlier).threatened()
    return _say(effect, owned, cautious(effect, owned) if threatened is None else threatened)


def cautious(effect: GitEffect, owned: Owned) -> list[str]:
    """What it could reach when nobody can be asked."""
    if effect.scope != "paths":
        return sorted(owned.others)
    found: set[str] = set()
    for spec in effect.paths:
        if UNKNOWN in spec or UNKNOWN in effect.cwd or spec.startswith(":") or any(char in spec for char in "*?["):
            return sorted(owned.others)
        place = _place(spec, effect.cwd)
        found.update([place] if owned.other(place) else owned.below(place))
    return sorted(found)


def _alias(effect: GitEffect, owned: Owned, probe: Probe, earlier: bool, depth: int) -> list[str]:
    text = probe.alias(effect)
    if not text or depth >= MAX_ALIASES:
        return []
    from . import analyse
    from .commands.wrap import quoted

    tail = " ".join(quoted(arg) for arg in effect.args)
    options = " ".join(quoted(word) for word in effect.options)
    line = f"{text[1:]} {tail}" if text.startswith("!") else f"git {options} {text} {tail}"
    place = probe.top(effect) or effect.cwd if text.startswith("!") else effect.cwd
    inner = analyse(line, place)
    found = [
        f"{shorten(path, owned.root)} belongs to {owned.other(path)}"
        for write in inner.writes
        if not write.git
        for path in owned.touched(write)[:MAX_NAMED]
    ]
    for other in inner.git:
        found.extend(git_reasons(other, owned, probe, earlier, depth + 1))
    return found


WHAT = {
    "worktree": "would change or take back",
    "index": "would stage, unstage or commit",
    "untracked": "would delete",
    "stash": "would change or drop stashed work of",
    "worktrees": "would remove",
}


def _say(effect: GitEffect, owned: Owned, places: list[str]) -> list[str]:
    if not places:
        return []
    named = [f"{shorten(place, owned.root)} of {owned.other(place) or 'a sibling'}" for place in places[:MAX_NAMED]]
    more = f" and {len(places) - MAX_NAMED} more" if len(places) > MAX_NAMED else ""
    safe = f"; instead: {effect.safe_form}" if effect.safe_form else ""
    return [f"git {effect.verb} {WHAT.get(effect.endangers or '', 'would change')} {', '.join(named)}{more}{safe}"]
