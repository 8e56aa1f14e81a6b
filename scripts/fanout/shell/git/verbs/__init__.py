"""git's verbs, a file for each family: what a verb names and reaches, beside what it would do to siblings' work.

A family's `VERBS` maps each verb to two functions: one fills in the effect and reports the files that the words name,
one says which of the siblings' paths the command threatens in the repository as it is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case

    Family = dict[str, tuple[Callable[[Call, GitEffect, Parsed], None], Callable[[Case], set[str] | None]]]

FAMILIES = """
staging add stage commit push
taking_back checkout switch restore reset
stashing stash update-ref reflog config
removing clean rm mv
patching apply am
moving_head merge pull rebase cherry-pick revert bisect
plumbing read-tree checkout-index update-index sparse-checkout filter-branch filter-repo
worktrees worktree submodule init clone archive bundle format-patch difftool mergetool lfs svn p4 annex subtree fast-import
worktrees merge-file
"""
WHERE = {verb: line.split(" ", 1)[0] for line in FAMILIES.strip().splitlines() for verb in line.split()[1:]}


def family(verb: str) -> Family:
    """The verbs of the family that `verb` belongs to; none for a verb without rules of its own."""
    if verb not in WHERE:
        return {}
    found: Family = __import__(f"{__name__}.{WHERE[verb]}", fromlist=["VERBS"]).VERBS  # importlib is slow to import
    return found
