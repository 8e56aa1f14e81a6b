"""git commands that reach into another work tree: into a live agent's own, or, from a run, into one that is not its."""

from __future__ import annotations

import os

from fanout import shell
from fanout.hooks.guarding.other_work_trees import AT_WORK, WorkTrees, top_of
from fanout.run.changes import heads
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout.hooks.hook_call import Call
    from fanout.run.store.records import Agent

CHANGING = ("tree", "paths", "index")
HEADS = (
    "update-ref",
    "symbolic-ref",
    *(shell.MOVING - {"branch"}),
)  # refs of all trees, and HEAD of the one that they run in
SWEEPING = ("worktree", "untracked", "stash")
RENAMING = frozenset(["-m", "-M", "--move"])
BRANCH = frozenset(["-d", "-D", "-m", "-M", "-f", "--delete", "--move", "--force"])


def refusal(call: Call, caller: Agent, effects: shell.Effects) -> str:
    """Why the line's git commands may not run where they would, "" when they may."""
    trees = WorkTrees(call, caller)
    return next(filter(None, (_of_command(trees, effect, 0) for effect in effects.git)), "")


def _of_command(trees: WorkTrees, effect: shell.GitEffect, depth: int) -> str:
    if effect.scope == "none":
        return ""
    if effect.scope == "alias":
        return _of_alias(trees, effect, depth)
    return (
        _of_worktree(trees, effect) or _of_branch(trees, effect) or _of_clean(trees, effect) or _of_tree(trees, effect)
    )


def _of_alias(trees: WorkTrees, effect: shell.GitEffect, depth: int) -> str:
    from fanout.shell.git import aliases
    from fanout.shell.git.gitrepo import GitRepo

    inner = aliases.effects_of(effect, GitRepo(), depth)
    return next(filter(None, (_of_command(trees, other, depth + 1) for other in inner.git)), "") if inner else ""


def _of_tree(trees: WorkTrees, effect: shell.GitEffect) -> str:
    """The tree that the command works on."""
    if effect.scope not in CHANGING and effect.verb not in HEADS:
        return ""
    place = tree_of(effect)
    if UNKNOWN in place:
        taken = next(iter(trees.taken.values()), None) if effect.endangers in SWEEPING else None
        return f"git {effect.verb} could run in the worktree of {trees.owner(taken)}: name the folder." if taken else ""
    top = top_of(trees.real(place))
    if not trees.is_ours(top):
        return ""
    if top != trees.root and top in trees.taken:
        return f"git {effect.verb} would run in the worktree of {trees.owner(trees.taken[top])}, {AT_WORK}. {_there(trees)}"
    if trees.is_strange(top):
        return (
            f"git {effect.verb} would run in another work tree of this repository, {top}: your run works in {trees.desk}. "
            f"{_there(trees)}"
        )
    return ""


def _there(trees: WorkTrees) -> str:
    if not trees.caller.agent_id:
        return "Wait until it has ended: then its work is brought in."
    return f"Run it in your own: `cd {trees.desk}`, or `git -C {trees.desk} ...`."


def tree_of(effect: shell.GitEffect) -> str:
    """The folder whose work tree the command changes; UNKNOWN in it when that is not known."""
    given = dict(word.split("=", 1) for word in effect.options if word.startswith(("--work-tree=", "--git-dir=")))
    tree = given.get("--work-tree") or effect.env.get("GIT_WORK_TREE") or ""
    folder = given.get("--git-dir") or effect.env.get("GIT_DIR") or ""
    if tree or not folder or UNKNOWN in effect.cwd + folder:
        return os.path.join(effect.cwd, tree or folder)
    folder = os.path.realpath(os.path.join(effect.cwd, folder))
    linked = _read(os.path.join(folder, "gitdir"))  # the folder of a linked worktree in the main one's .git
    return os.path.dirname(linked or folder) if linked or os.path.basename(folder) == ".git" else effect.cwd


def _of_worktree(trees: WorkTrees, effect: shell.GitEffect) -> str:
    """`git worktree remove` and `move`, which take a path or how it ends."""
    if effect.verb != "worktree" or effect.endangers != "worktrees":
        return ""
    for word in effect.paths:
        for place, agent in trees.taken.items():
            full = "" if UNKNOWN in word + effect.cwd else trees.real(os.path.join(effect.cwd, word))
            if not full or full == place or place.endswith("/" + word.strip("/")):
                could = "would" if full else "could"
                return (
                    f"git worktree {effect.args[0]} {could} take the worktree {place} of {trees.owner(agent)}, which is still "
                    f"at work there. Leave it; name the one that you mean by its path."
                )
    return ""


def _of_branch(trees: WorkTrees, effect: shell.GitEffect) -> str:
    """The branch that a worktree is on, deleted, renamed or set elsewhere."""
    named = {word.replace("refs/heads/", "", 1) for word in _branches(effect)}
    if len(named) == 1 and effect.verb == "branch" and RENAMING & set(effect.args):  # the one that its work tree is on
        named.add(heads.branch_of(top_of(trees.real(tree_of(effect)))))
    if not named:
        return ""
    for place, agent in trees.taken.items():
        branch = heads.branch_of(place)
        if branch and branch in named:
            return (
                f"git {effect.verb} would change {branch}, the branch of the worktree of {trees.owner(agent)}, which is still "
                f"at work there. Leave it until {trees.owner(agent)} has ended."
            )
    branch = heads.branch_of(trees.root)
    if trees.own and branch in named and effect.verb != "branch" and top_of(trees.real(tree_of(effect))) != trees.root:
        return (
            f"git {effect.verb} would move {branch} or your commits onto it, and {branch} is checked out in {trees.root}: the "
            f"files there would no longer be what it says. Commit on the branch of your worktree: that is brought in when you "
            f"have ended."
        )
    return ""


def _branches(effect: shell.GitEffect) -> list[str]:
    """The branches that the command changes, or puts the tree on though another has it."""
    words = [arg for arg in effect.args if not arg.startswith("-")]
    if effect.verb == "branch":
        changing = BRANCH & set(effect.args)
        if not changing:
            return []
        return words[:1] if changing <= {"-f", "--force"} else words
    if effect.verb in ("checkout", "switch"):
        return words[:1] if "--ignore-other-worktrees" in effect.args else []
    return words[: {"update-ref": 1, "symbolic-ref": 2}.get(effect.verb, 0)]


def _of_clean(trees: WorkTrees, effect: shell.GitEffect) -> str:
    """`git clean -ff` deletes work trees inside another."""
    if effect.verb != "clean" or effect.endangers is None or UNKNOWN in effect.cwd:
        return ""
    short = "".join(arg for arg in effect.args if arg.startswith("-") and not arg.startswith("--"))
    if short.count("f") + effect.args.count("--force") < 2:
        return ""
    folders = [trees.real(os.path.join(effect.cwd, path.replace(UNKNOWN, ""))) for path in effect.paths or ["."]]
    for place, agent in trees.taken.items():
        if any((place + os.sep).startswith(folder.rstrip(os.sep) + os.sep) for folder in folders):
            return (
                f"git clean with two -f would delete {place}, the worktree of {trees.owner(agent)}, which is still at work "
                f"there. Delete your own files by name: rm -- <your files>."
            )
    return ""


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""
