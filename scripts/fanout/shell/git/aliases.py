"""git commands as they run: aliases that only the repository's settings know are spelled out."""

from __future__ import annotations

import os

from fanout.shell.analysis import analyse
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.effects import Effects, GitEffect
    from fanout.shell.git.gitrepo import GitRepo

MOST_NESTED = 5


def spelled_out(commands: list[GitEffect], repo: GitRepo, depth: int = 0) -> list[GitEffect]:
    """The commands, with those that aliases stand for in the aliases' place."""
    found: list[GitEffect] = []
    for effect in commands:
        inner = effects_of(effect, repo, depth)
        found += [effect] if inner is None else spelled_out(inner.git, repo, depth + 1)
    return found


def effects_of(effect: GitEffect, repo: GitRepo, depth: int) -> Effects | None:
    """What an alias does that was met in `depth` others; None where a command is none, or it is not known what it stands for.
    A shell command ("!...") runs at the top of the work tree."""
    if effect.scope != "alias" or depth >= MOST_NESTED or UNKNOWN in effect.cwd + effect.verb:
        return None
    text = repo.alias(effect)
    if not text:
        return None
    from fanout.shell.output import quoted

    tail = " ".join(map(quoted, effect.args))
    home = os.path.expanduser("~")
    if text.startswith("!"):
        return analyse(f"{text[1:]} {tail}", repo.top(effect) or effect.cwd, home=home)
    options = " ".join(map(quoted, effect.options))
    return analyse(f"git {options} {text} {tail}", effect.cwd, home=home)
