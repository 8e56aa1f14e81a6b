"""Branches on Bash: an agent deletes, renames and sets elsewhere only those that it made itself.

A branch is the agent's own when it is the one of its own worktree, or was made since the agent began and no commit
goes with it but such as hold the agent's own files. When it was made stands in git's log of the branch.
"""

from __future__ import annotations

import os

from fanout.run.changes import heads
from fanout.run.store.db import by_system
from fanout.shell.git import aliases, branches, config_files
from fanout.shell.git.danger import in_new_repository
from fanout.shell.git.gitrepo import GitRepo
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout import shell
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent

HOW = {
    branches.DELETE: "delete {}",
    branches.RENAME: "rename {}",
    branches.SET: "set {} elsewhere",
    branches.UPSTREAM: "change where {} is pulled from and pushed to",
}
NOT_YOURS = (
    "git {verb} would {does}, and you did not make that branch: the user or another agent counts on it. Take one of your own: "
    "`git branch <new name> <commit>`; of {name}, say at your end what should become of it."
)
NOT_KNOWN = (
    "git {verb} could {does}: which ones, only its run shows. Name them; you may do so with those that you made."
)


def refusal(caller: Agent, effects: shell.Effects, naming: Naming, is_own: Callable[[str], bool]) -> str:
    """Why an agent's line may not change the branches that it would, "" when they are its own."""
    repo, project = GitRepo(), config_files.common(config_files.folder_of(naming.root))
    commands = aliases.spelled_out(effects.git, repo)
    for number, effect in enumerate(commands):
        is_ours = config_files.common(config_files.folder(effect)) == project
        if effect.verb not in branches.RULES or not is_ours or in_new_repository(effect, commands[:number]):
            continue
        for does, name in branches.changed(effect, repo):
            if UNKNOWN in name:
                return NOT_KNOWN.format(verb=effect.verb, does=HOW[does].format("branches"))
            if not _is_of(caller, effect, does, name, project) and not (
                _is_made_by(caller, project, name) and holds_own(effect, repo, naming, branches.HEADS + name, is_own)
            ):
                return NOT_YOURS.format(verb=effect.verb, does=HOW[does].format(name), name=name)
    return ""


def _is_of(caller: Agent, effect: shell.GitEffect, does: str, name: str, project: str) -> bool:
    """Whether it is the branch of the caller's own worktree; where a work tree's branch is set by `update-ref`, its
    commits are judged (shell/git/history.py)."""
    if caller.worktree and heads.branch_of(caller.worktree) == name:
        return True
    return does == branches.SET and effect.verb == "update-ref" and heads.branch_of(os.path.dirname(project)) == name


def _is_made_by(caller: Agent, project: str, name: str) -> bool:
    """Whether the branch was made since the caller began."""
    return first_of_log(project, branches.HEADS + name)[0] >= int(by_system(caller.began))


def first_of_log(project: str, ref: str) -> tuple[int, str]:
    """When a ref was made, by git's log of it, and what the log says of how; (-1, "") where there is none."""
    try:
        with open(os.path.join(project, "logs", ref), encoding="utf-8", errors="replace") as log:
            head, _, how = log.readline().rstrip("\n").partition("\t")
    except OSError:
        return -1, ""
    words = head.split()
    made = words[-2] if len(words) > 1 else ""
    return int(made) if made.isdigit() else -1, how


def holds_own(effect: shell.GitEffect, repo: GitRepo, naming: Naming, ref: str, is_own: Callable[[str], bool]) -> bool:
    """Whether the commits that only this ref holds have none but the caller's files."""
    top = repo.top(effect) or effect.cwd
    kind = next((kind for kind in ("heads", "remotes") if ref.startswith(f"refs/{kind}/")), "")
    left = f"--exclude={ref[len(f'refs/{kind}/') :]}"
    others = ["--not", "HEAD", *([left] if kind == "heads" else []), "--branches", "--tags"]
    others += [*([left] if kind == "remotes" else []), "--remotes"]
    names = repo.names(effect, ["log", "--format=", "--name-only", "--no-renames", "-z", ref, *others])
    return names is not None and all(
        is_own(naming.name(os.path.join(top, path.strip("\n")), naming.root)) for path in names if path.strip("\n")
    )
