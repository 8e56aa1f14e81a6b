"""What would this command line write? A shell parser and evaluator that runs nothing.

    analyse(command, cwd) -> parse -> Shell.run -> commands/* -> Effects (writes, unknown, git, reasons)
    endangers(effects, agent, owners, root, cwd, probe) -> reasons to deny

Importing this package costs next to nothing; each command's rules are loaded when the command is met.
Nothing here raises on any input: what can't be read is `unknown`, with the reason.
"""

from __future__ import annotations

from fanout.shell.analysis import analyse
from fanout.shell.effects import Effects, GitEffect, Write, is_read_only, is_wide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Protocol

    from fanout.shell.git.danger import Names, Probe
    from fanout.shell.git.gitrepo import GitRepo

    class Reader(Protocol):
        """As `analyse`."""

        def __call__(
            self,
            command: str,
            cwd: str,
            *,
            home: str = "",
            env: dict[str, str] | None = None,
            repo: GitRepo | None = None,
        ) -> Effects: ...


__all__ = [
    "MOVING",
    "Effects",
    "GitEffect",
    "Write",
    "analyse",
    "endangers",
    "is_read_only",
    "is_wide",
    "moves_history",
    "reader",
]

# git verbs of which some form moves HEAD or replaces commits; `moves_history` judges them.
MOVING = frozenset(
    """
    checkout switch branch symbolic-ref bisect stash commit reset update-ref rebase pull filter-branch filter-repo lfs
    """.split()
) | {"pr checkout", "pr merge", "pr close"}
NOT_JUDGED = (
    "the line's git commands could not be judged ({why}), so they may not run. Run each as a line of its own, with the "
    "folder, the files and the branch spelled out."
)


def reader(of: str) -> Reader:
    """Who reads a line of the Bash tool: the client runs it in the user's shell, `of`, where that is bash or zsh."""
    if of.endswith("/zsh"):
        from fanout.shell import zsh

        return zsh.analyse
    return analyse


def endangers(
    effects: Effects,
    agent: str,
    owners: dict[str, str],
    root: str,
    cwd: str,
    probe: Probe | None = None,
    names: Names | None = None,
) -> list[str]:
    """Why the line would touch a sibling's work: one sentence for each reason, none when it would not.

    `owners` says which agent a path belongs to, relative to `root`; `probe` asks the real repository (see
    `gitrepo.GitRepo`). Without a probe the answer is the cautious one. `names`: how paths are compared where the file
    system does not tell case apart; without it they are compared as they are.
    """
    from fanout.shell.git.danger import reasons

    try:
        return reasons(effects, agent, owners, root, cwd, probe, names)
    except Exception as failure:
        return [NOT_JUDGED.format(why=f"{type(failure).__name__}: {failure}")]


def moves_history(
    effects: Effects,
    repo: Probe,
    root: str,
    is_mine: Callable[[str], bool],
    alone: bool = False,
    others: Iterable[str] = (),
) -> list[str]:
    """Why the line would move HEAD under others, or replace commits that hold what is not the caller's.

    `is_mine` says so of a path below `root`; `others` are paths that others count on. Apart from `endangers`, which knows only
    work that is not committed.
    """
    from fanout.shell.git.history import moves

    try:
        return moves(effects, repo, root, is_mine, alone, others)
    except Exception as failure:
        return [NOT_JUDGED.format(why=f"{type(failure).__name__}: {failure}")]
