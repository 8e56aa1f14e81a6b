"""Would a line touch a sibling's work? Plain writes by path; git commands by what the repository says right now.

reasons -> owned paths -> named writes           -> "x belongs to y"
                       -> threat.threatened for each git command -> "git stash would hide x of y"
"""

from __future__ import annotations

import os

from fanout.shell.analysis import with_listings
from fanout.shell.effects import GitEffect, is_of, shorten
from fanout.shell.globs import UNKNOWN, tag, tags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from fanout.shell.effects import Effects, Write
    from fanout.shell.git.gitrepo import GitRepo as Probe

    class Names(Protocol):
        """How paths are compared (`key`), and how the folders spell one (`spelled`)."""

        def key(self, name: str) -> str: ...

        def spelled(self, full: str) -> str: ...


__all__ = ["Owned", "Probe", "reasons"]
MAX_NAMED = 3


class AsTheyAre:
    """Names where paths are compared as they are."""

    def key(self, name: str) -> str:
        return name

    def spelled(self, full: str) -> str:
        return full


class Owned:
    """Who owns which path: the longest owned path that holds a place decides."""

    def __init__(self, owners: dict[str, str], agent: str, root: str, names: Names | None = None) -> None:
        self.agent = agent
        self.root = root
        self.names: Names = names or AsTheyAre()
        self.folds = names is not None
        self.paths: dict[str, str] = {}
        self.others: dict[str, str] = {}
        self._owner_of: dict[str, str] = {}  # by key
        for path, owner in owners.items():
            self.add(_place(path, root), owner)

    def add(self, place: str, owner: str) -> None:
        self.paths[place] = self._owner_of[self.names.key(place)] = owner
        if owner != self.agent:
            self.others[place] = owner

    def other(self, place: str) -> str:
        """The sibling that owns `place`, or ""."""
        at = self.names.key(place)
        while at:
            owner = self._owner_of.get(at)
            if owner is not None:
                return "" if owner == self.agent else owner
            at = at.rpartition("/")[0]
        return ""

    def below(self, place: str) -> list[str]:
        """The siblings' paths below a folder."""
        key = self.names.key
        base = key(place.rstrip("/") + "/")
        return [path for path in self.others if key(path).startswith(base)]

    def knows_below(self, place: str) -> bool:
        """Whether any owned path is below a folder."""
        base = self.names.key(place.rstrip("/") + "/")
        return any(path.startswith(base) for path in self._owner_of)

    def touched(self, write: Write) -> list[str]:
        if self.other(write.path):
            return [write.path]
        below = self.below(write.path) if write.recursive else []
        return [path for path in below if is_of(write.kinds, path)] if write.kinds else below


def _place(path: str, root: str) -> str:
    joined = path if path.startswith("/") else root.rstrip("/") + "/" + path
    return os.path.normpath(joined)


def reasons(
    effects: Effects,
    agent: str,
    owners: dict[str, str],
    root: str,
    cwd: str,
    probe: Probe | None,
    names: Names | None = None,
) -> list[str]:
    owned = Owned(owners, agent, root, names)
    if not owned.others:
        return []
    found: list[str] = []
    if probe is not None:
        effects = with_listings(effects, probe)
    asked = probe is not None and bool(effects.git)
    for write in effects.writes:
        if not (write.git and asked):
            found += _of_write(write, owned, effects, root)
    for number, effect in enumerate(effects.git):
        before = effects.git[:number]
        if not in_new_repository(effect, before):
            earlier = any(other.scope != "none" for other in before)
            found.extend(git_reasons(spelled_out(effect, before, probe), owned, probe, earlier))
    return list(dict.fromkeys(found))


def _of_write(write: Write, owned: Owned, effects: Effects, root: str) -> list[str]:
    found = [f"{shorten(path, root)} belongs to {owned.other(path)}" for path in owned.touched(write)[:MAX_NAMED]]
    shared = shared_part(write, effects.writes)
    if shared:
        found.append(f"{shorten(write.path, root)} is git's own: it would {shared} of every agent")
    return found


GIT_PARTS = (
    ("index", "drop what is staged"), ("HEAD", "move the branch"), ("config", "change the settings"),
    ("hooks", "run at each commit"), ("refs", "move branches"), ("packed-refs", "move branches"), ("objects", "lose commits"),
)  # fmt: skip


def shared_part(write: Write, writes: list[Write]) -> str:
    """What writing below `.git` by hand would do to everybody, "" when it is none of git's parts."""
    folder, found, rest = (write.path + "/").partition("/.git/")
    if not found or not os.path.isdir(folder + "/.git"):
        return ""
    part = rest.partition("/")[0]
    if not part:
        return "drop the repository" if write.kind == "delete" and write.recursive else ""
    moved = [folder + "/.git", write.path]
    back = write.kind != "create" and any(one.path in moved and one.kind == "create" for one in writes)
    return "" if back else dict(GIT_PARTS).get(part, "")


def in_new_repository(effect: GitEffect, before: list[GitEffect]) -> bool:
    """Whether the line itself makes the repository that the command works on."""
    made = [path for other in before if other.verb in ("init", "clone") for path in other.paths]
    return any((effect.cwd + "/").startswith(path + "/") and not os.path.exists(path + "/.git") for path in made)


def spelled_out(effect: GitEffect, before: list[GitEffect], probe: Probe | None) -> GitEffect:
    """The command with what earlier git commands of the line print put in: `git ls-files -m | xargs git add`."""
    texts = [*effect.args, effect.stdin or ""]
    if probe is None or not any(tags(text) for text in texts):
        return effect
    outputs: dict[str, str | None] = {}
    for text in texts:
        for number in tags(text):
            if int(number) < len(before):
                source = before[int(number)]
                outputs[number] = probe.ask(source, [source.verb, *source.args])
    filled = GitEffect(effect.verb, _filled(effect.args, outputs), effect.cwd)
    filled.options, filled.env, filled.safe_form = effect.options, effect.env, effect.safe_form
    filled.scope, filled.endangers = effect.scope, effect.endangers
    filled.paths = _filled(effect.paths, outputs)
    printed = tag((effect.stdin or "").strip())
    filled.stdin = outputs.get(printed) if printed else effect.stdin
    return filled


def _filled(words: list[str], outputs: dict[str, str | None]) -> list[str]:
    out: list[str] = []
    for word in words:
        text = outputs.get(tag(word))
        out.extend([word] if text is None else [name for name in text.replace("\0", "\n").split("\n") if name])
    return out


def git_reasons(effect: GitEffect, owned: Owned, probe: Probe | None, earlier: bool, depth: int = 0) -> list[str]:
    if effect.endangers is None:
        return []
    if probe is None or UNKNOWN in effect.cwd or UNKNOWN in effect.verb:
        return _say(effect, owned, cautious(effect, owned))
    if effect.scope == "alias":
        return _alias(effect, owned, probe, earlier, depth)
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.threat import threatened
    from fanout.shell.git.verbs.moving_head import refuses

    if effect.inside is not None and refuses(Case(effect.inside, owned, probe, earlier)):
        return []

    try:
        places = threatened(Case(effect, owned, probe, earlier))
    except ValueError:  # a part that is not known, as a path or an argument
        if not any(UNKNOWN in word for word in (*effect.args, *effect.paths, *effect.options)):
            raise
        places = None
    return _say(effect, owned, cautious(effect, owned) if places is None else places)


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
    from fanout.shell.git import aliases

    inner = aliases.effects_of(effect, probe, depth)
    if inner is None:
        return []
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
    "hooks": "runs a hook that stashes, which would take away for a time",
    "adding hooks": "runs a hook that adds all that is changed, which would commit",
}


def _told(owned: Owned, places: list[str]) -> list[str]:
    """Which of them are named: one of each owner, in the order in which these were given, then the next of each."""
    ranks = {owner: rank for rank, owner in enumerate(dict.fromkeys(owned.others.values()))}
    seen: dict[str, int] = {}
    turns = []
    for place in places:
        owner = owned.other(place)
        seen[owner] = seen.get(owner, 0) + 1
        turns.append((seen[owner], ranks.get(owner, len(ranks)), place))
    return [place for *_, place in sorted(turns)[:MAX_NAMED]]


def _say(effect: GitEffect, owned: Owned, places: list[str]) -> list[str]:
    if not places:
        return []
    named = [f"{shorten(place, owned.root)} of {owned.other(place) or 'another'}" for place in _told(owned, places)]
    more = f" and {len(places) - MAX_NAMED} more" if len(places) > MAX_NAMED else ""
    safe = f"; instead: {effect.safe_form}" if effect.safe_form else ""
    return [f"git {effect.verb} {WHAT.get(effect.endangers or '', 'would change')} {', '.join(named)}{more}{safe}"]
