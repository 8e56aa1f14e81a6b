"""git commands as they run: aliases that only the repository's settings know are spelled out."""

from __future__ import annotations

import os

from fanout.shell.analysis import analyse
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.gitrepo import GitRepo

MOST = 3


def spelled_out(commands: list[GitEffect], repo: GitRepo, depth: int = 0) -> list[GitEffect]:
    """The commands, with those that aliases stand for in the aliases' place."""
    found: list[GitEffect] = []
    for effect in commands:
        text = _text(effect, repo) if effect.scope == "alias" and depth < MOST else ""
        if not text:
            found.append(effect)
            continue
        from fanout.shell.output import quoted

        tail = " ".join(map(quoted, effect.args))
        options = " ".join(map(quoted, effect.options))
        line = f"{text[1:]} {tail}" if text.startswith("!") else f"git {options} {text} {tail}"
        found += spelled_out(analyse(line, effect.cwd, home=os.path.expanduser("~")).git, repo, depth + 1)
    return found


def _text(effect: GitEffect, repo: GitRepo) -> str:
    return "" if UNKNOWN in effect.cwd + effect.verb else repo.alias(effect) or ""
