"""`git commit`: what it would take that it does not name one by one."""

from __future__ import annotations

from fanout.shell.git.arguments import Parsed
from fanout.shell.git.verbs.staging import has_message
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.gitrepo import GitRepo

UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


class Taken:
    """Paths from the top of the work tree. `staged`: entries of the index as it is; `changed`: what the command, or a
    `git add` of the same line, would stage first."""

    __slots__ = ("changed", "staged")

    def __init__(self) -> None:
        self.staged: set[str] = set()
        self.changed: set[str] = set()


def taken(effect: GitEffect, specs: list[str], before: list[GitEffect], repo: GitRepo) -> Taken:
    """What one `git commit` takes after the commands `before` of its line, of its pathspecs those in `specs`; nothing where
    git would refuse, where it ends a merge, and where the words can't be read."""
    found = Taken()
    parsed = Parsed("commit", effect.args)
    if (
        not has_message(effect, parsed, repo)
        or parsed.has("p", "patch", "interactive")
        or "GIT_INDEX_FILE" in effect.env
    ):
        return found
    if any(UNKNOWN in word for word in (effect.cwd, *effect.args)) or repo.pending(effect, *UNDER_WAY):
        return found
    takes_index = parsed.has("a", "all", "i", "include") or not (effect.paths or parsed.has("o", "only"))
    if takes_index:
        found.staged = _listed(effect, repo, ["diff", "--cached", "--name-only", "--no-renames", "-z"])
        for other in before:
            if other.verb in ("add", "stage") and other.endangers:
                found.changed |= _added(other, repo)
    if parsed.has("a", "all"):
        specs = [":/"]
    if specs:
        found.changed |= _listed(effect, repo, ["diff", "--name-only", "--no-renames", "-z", "HEAD", "--", *specs])
    return found


def _added(effect: GitEffect, repo: GitRepo) -> set[str]:
    more = [] if Parsed("add", effect.args).has("u", "update") else ["-o"]
    specs = effect.paths or [":/"]
    return _listed(effect, repo, ["ls-files", "-z", "-m", *more, "--exclude-standard", "--full-name", "--", *specs])


def _listed(effect: GitEffect, repo: GitRepo, args: list[str]) -> set[str]:
    return repo.names(effect, args) or set()
