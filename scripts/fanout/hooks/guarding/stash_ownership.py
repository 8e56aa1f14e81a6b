"""The stash on Bash: all work trees and everybody share its entries, so an agent takes out only what it put in.

An entry is the agent's own when it was made since the agent began, on the branch of the tree that it works in, and holds
nothing but its own files; in a worktree of its own the branch is enough.
"""

from __future__ import annotations

import os

from fanout.run.changes import heads
from fanout.run.store.db import by_system
from fanout.shell.git.gitrepo import GitRepo
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout import shell
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent

TAKING = ("pop", "drop", "clear", "branch")
MOST_ENTRIES = 50
OWN_WAY = "To put your own work aside: `git stash push -u -- <your files>`, then `git stash pop` takes that back."


class Entry:
    """One entry of the stash: `number` from the top, when it was made, on which branch, and what it is called."""

    __slots__ = ("made", "number", "on", "title")

    def __init__(self, number: int, made: float, title: str) -> None:
        self.number = number
        self.made = made
        self.title = title
        on = title.partition(": ")[0]
        self.on = on.rpartition(" on ")[2] if on.startswith("WIP on ") else on.partition("On ")[2]


class Stash:
    """The entries as one agent's command meets them."""

    def __init__(self, caller: Agent, effect: shell.GitEffect, naming: Naming, is_own: Callable[[str], bool]) -> None:
        self.caller = caller
        self.effect = effect
        self.naming = naming
        self.is_own_name = is_own
        self.repo = GitRepo()
        self.top = self.repo.top(effect) or effect.cwd

    def entries(self) -> list[Entry]:
        text = self.repo.ask(self.effect, ["stash", "list", "-z", f"-n{MOST_ENTRIES}", "--format=%ct %gs"]) or ""
        records = [record.partition(" ") for record in text.split("\0") if record.strip("\n")]
        return [Entry(number, float(made), title) for number, (made, _, title) in enumerate(records)]

    def is_own(self, entry: Entry) -> bool:
        branch = heads.branch_of(self.top) or "(no branch)"
        if entry.made < int(by_system(self.caller.began)) or entry.on != branch:
            return False
        if self.caller.worktree and os.path.realpath(self.top) == self.caller.worktree:
            return True
        shown = ["stash", "show", "--name-only", "-z", "--include-untracked", f"stash@{{{entry.number}}}"]
        names = self.repo.names(self.effect, shown)
        root = self.naming.root
        return bool(names) and all(
            self.is_own_name(self.naming.name(os.path.join(self.top, name), root)) for name in names or ()
        )


def refusal(caller: Agent, effects: shell.Effects, naming: Naming, is_own: Callable[[str], bool]) -> str:
    """Why an agent's line may not take entries out of the stash, "" when they are its own."""
    pushed = 0
    for effect in effects.git:
        verb, words = taken(effect)
        pushed += verb == "push"
        if verb in ("pop", "drop", "branch") and not words and pushed:
            pushed -= 1  # what the line itself put there
            continue
        if verb not in TAKING or UNKNOWN in effect.cwd:
            continue
        stash = Stash(caller, effect, naming, is_own)
        entries = stash.entries()
        at_stake = entries if verb == "clear" else [entry for entry in entries if _is_meant(entry, words, pushed)]
        strange = next((entry for entry in at_stake if not stash.is_own(entry)), None)
        if strange is not None:
            return _told(effect, stash, strange, [entry for entry in entries if stash.is_own(entry)])
    return ""


def taken(effect: shell.GitEffect) -> tuple[str, list[str]]:
    """What the command does with the stash, and the entries that it names."""
    plain = [arg for arg in effect.args if not arg.startswith("-")]
    if effect.verb != "stash":
        reaches = any("refs/stash" in arg or UNKNOWN in arg for arg in effect.args) or "--all" in effect.args
        takes = effect.scope != "none" and reaches and (_forgets(effect) or effect.endangers == "stash")
        return ("clear", []) if takes else ("", [])
    verb = plain[0] if plain else "push"
    if verb in TAKING:
        return verb, plain[2:] if verb == "branch" else plain[1:]
    return ("push" if effect.endangers == "worktree" else ""), []


def _forgets(effect: shell.GitEffect) -> bool:
    """Whether it is a `git reflog` that takes away what is young."""
    from fanout.shell.git import unreachable

    return effect.verb == "reflog" and bool(unreachable.lost_by(effect))


def _is_meant(entry: Entry, words: list[str], pushed: int) -> bool:
    """Whether the command takes this entry: the one on top when it names none, any when that is not known."""
    if not words:
        return entry.number == 0
    name = words[0]
    number = name if name.isdigit() else name.partition("stash@{")[2].rstrip("}")
    return not number.isdigit() or entry.number == int(number) - pushed


def _told(effect: shell.GitEffect, stash: Stash, strange: Entry, own: list[Entry]) -> str:
    does = effect.args[0] if effect.verb == "stash" and effect.args else ""
    head = f"git {effect.verb} {does}".rstrip()
    known = f"stash@{{{strange.number}}} ({strange.title[:60]})"
    way = f"Yours is stash@{{{own[0].number}}}: `git stash pop stash@{{{own[0].number}}}`." if own else OWN_WAY
    return (
        f"{head} would take {known} out of the stash, and that entry is not yours: the user and all work trees share the "
        f"stash. {way}"
    )
