"""Commands that move the branch under everybody, or replace commits: what siblings and the user have committed stays.

`moves` lists them for one line; whose the replaced commits are, the caller says.
"""

from __future__ import annotations

import os

from fanout.shell.effects import shorten
from fanout.shell.git.arguments import Parsed
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fanout.shell.effects import Effects, GitEffect
    from fanout.shell.git.gitrepo import GitRepo

AWAY = "git worktree add ../<name> <branch>, and work there"
NEW_COMMIT = "a new commit: git commit -m <message> -- <your files> (or fanout commit)"


def moves(
    effects: Effects,
    repo: GitRepo,
    root: str,
    is_mine: Callable[[str], bool],
    alone: bool,
    others: Iterable[str] = (),
) -> list[str]:
    """Why the line would move HEAD for others, or replace commits with paths that `is_mine` (names below `root`) denies.

    `alone`: nobody else is at work, so that another branch is nobody's surprise. `others` are names that others count on:
    a repository inside the project, a submodule too, is shared where it holds one.
    """
    moved = []
    for number, effect in enumerate(effects.git):
        rule = RULES.get(effect.verb)
        if rule is None or UNKNOWN in effect.cwd:
            continue
        kind, start = rule(effect, Parsed(effect.verb, effect.args), repo)
        if not kind or not _is_shared(effect, repo, root, others):
            continue
        if kind == "step" and _is_bisecting(effect, effects.git[:number], repo):
            kind = "away"
        is_first = not number and not effects.writes
        if kind == "rewrite" and is_first and effect.verb in REFUSING and _is_refused(effect, repo):
            continue
        if kind == "away" and not alone:
            moved.append(_away(effect.verb))
        elif kind == "rewrite":
            moved.extend(_others(effect, repo, root, start, is_mine))
    return moved


def _away(verb: str) -> str:
    if verb in ("pr merge", "pr close"):
        return (
            f"gh {verb} would delete the branch here, too, and move HEAD under the agents that work here if they are on it; "
            "instead: the same without --delete-branch"
        )
    program = "gh" if verb.startswith("pr ") else "git"
    return f"{program} {verb} would move HEAD under the agents that work here; instead: {AWAY}"


REFUSING = {"rebase": "rebase.autoStash", "pull": "rebase.autoStash", "filter-branch": ""}


def _is_refused(effect: GitEffect, repo: GitRepo) -> bool:
    """Whether git does not begin: a tracked file is changed, and nothing is told to stash it away."""
    setting, parsed = REFUSING[effect.verb], Parsed(effect.verb, effect.args)
    stashes = bool(setting) and not parsed.has("no-autostash")
    if stashes and (
        parsed.has("autostash") or repo.setting(effect, setting).lower() not in ("", "false", "no", "off", "0")
    ):
        return False
    states = repo.states(effect, [":/"]) or {}
    return any(state.tracked and state.dirty for state in states.values())


def _is_shared(effect: GitEffect, repo: GitRepo, root: str, others: Iterable[str]) -> bool:
    top = repo.top(effect)
    if top is None:
        return False
    inside = os.path.relpath(os.path.realpath(top), os.path.realpath(root))
    return inside == "." or any(name.startswith(f"{inside}/") for name in others)


def _others(effect: GitEffect, repo: GitRepo, root: str, start: str, is_mine: Callable[[str], bool]) -> list[str]:
    """The first commit that would be replaced and holds what is not the caller's."""
    inside = os.path.relpath(os.path.realpath(repo.top(effect) or root), os.path.realpath(root))
    here = os.path.normpath(os.path.join(root, inside))
    text = repo.ask(effect, ["log", "--format=%x01%h %s", "--name-only", "--no-renames", *_range(start)]) or ""
    for entry in text.split("\1")[1:]:
        title, *paths = [line for line in entry.split("\n") if line]
        strange = [path for path in paths if not is_mine(shorten(os.path.join(here, path), root))]
        if strange or not paths:
            what = f", which holds {strange[0]}" if strange else ""
            return [
                f"git {effect.verb} would replace the commit {title!r}{what}: it is not yours; instead: {NEW_COMMIT}"
            ]
    return []


def _range(start: str) -> list[str]:
    """`start` is what stays; "" when nothing does."""
    return [f"{start}..HEAD"] if start else ["HEAD"]


# -- one function a verb: ("", ""), ("away", ""), or ("rewrite", what stays) ----------------------------------------------


def checkout(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    if parsed.after or parsed.has("p", "patch", "pathspec-from-file"):
        return "", ""
    if parsed.has("b", "B", "orphan", "detach", "d"):
        return "away", ""
    before = parsed.before
    if not before or len(before) > 1 or _is_current(effect, repo, before[0]):
        return "", ""
    named = repo.commit(effect, before[0]) or repo.ask(
        effect, ["rev-parse", "--verify", "-q", f"refs/remotes/origin/{before[0]}"]
    )
    return ("away", "") if named else ("", "")


def switch(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    if parsed.before and not parsed.has("d", "detach", "c", "C", "create", "force-create", "orphan"):
        return ("", "") if _is_current(effect, repo, parsed.before[0]) else ("away", "")
    return ("away", "") if effect.args and "-h" not in effect.args else ("", "")


def _is_current(effect: GitEffect, repo: GitRepo, name: str) -> bool:
    return name in ("HEAD", "@") or repo.branch(effect) == name


def branch(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    """The branch that everybody is on gets another name."""
    if not parsed.has("m", "M", "move") or not parsed.before:
        return "", ""
    return ("away", "") if len(parsed.before) == 1 or _is_current(effect, repo, parsed.before[0]) else ("", "")


def symbolic_ref(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    return ("away", "") if len(parsed.before) > 1 and parsed.before[0] == "HEAD" else ("", "")


def bisect(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    verb, revisions = effect.args[:1], parsed.before[1:]
    if verb == ["start"]:
        return ("away", "") if revisions else ("", "")
    return ("step", "") if verb in (["good"], ["bad"], ["run"], ["skip"], ["new"], ["old"]) else ("", "")


def _is_bisecting(effect: GitEffect, before: list[GitEffect], repo: GitRepo) -> bool:
    """Whether a step can move HEAD: a bisection was begun, by the line itself too."""
    begun = any(other.verb == "bisect" and other.args[:1] == ["start"] for other in before)
    return begun or repo.pending(effect, "BISECT_START")


def stash(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    return ("away", "") if effect.args[:1] == ["branch"] else ("", "")


def pull_request(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    return "away", ""


def commit(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    tries = parsed.has("dry-run", "short", "porcelain", "long")  # each of them only says what would be committed
    return ("rewrite", _parent(effect, repo)) if parsed.has("amend") and not tries else ("", "")


def _parent(effect: GitEffect, repo: GitRepo) -> str:
    return repo.commit(effect, "HEAD~1") or ""


def reset(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    if parsed.after or len(parsed.before) != 1 or parsed.has("p", "patch", "pathspec-from-file"):
        return "", ""
    return _back_to(effect, repo, parsed.before[0])


def _back_to(effect: GitEffect, repo: GitRepo, name: str) -> tuple[str, str]:
    """HEAD set to a commit: what is not reachable from there is replaced."""
    target = repo.commit(effect, name)
    return ("rewrite", target) if target is not None and target != repo.commit(effect, "HEAD") else ("", "")


def update_ref(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    words = parsed.before
    current = (repo.ask(effect, ["symbolic-ref", "-q", "HEAD"]) or "HEAD").strip()
    if not words or words[0] not in ("HEAD", current):
        return "", ""
    return ("rewrite", "") if parsed.has("d") or len(words) < 2 else _back_to(effect, repo, words[1])


def rebase(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    if parsed.has("abort", "continue", "skip", "quit", "edit-todo", "show-current-patch"):
        return "", ""
    if len(parsed.before) > 1 and not _is_current(effect, repo, parsed.before[1]):
        return "away", ""
    if parsed.has("root"):
        return ("rewrite", "") if parsed.has("i", "interactive", "onto", "x", "exec", "signoff", "no-ff") else ("", "")
    onto = parsed.options.get("onto")
    name = onto or (parsed.before[0] if parsed.before else "@{upstream}")
    return _since(effect, repo, name, parsed.has("i", "interactive", "onto"))


def _since(effect: GitEffect, repo: GitRepo, name: str, by_hand: bool) -> tuple[str, str]:
    """What is committed since `name` is made anew; where that stands before it already, only by hand."""
    target = repo.commit(effect, name)
    base = (repo.ask(effect, ["merge-base", "HEAD", target]) or "").strip() if target else ""
    if not base or base == repo.commit(effect, "HEAD") or (base == target and not by_hand):
        return "", ""
    return "rewrite", base


def pull(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    setting = repo.setting(effect, "pull.rebase")
    rebases = parsed.has("r", "rebase") or (setting not in ("", "false") and not parsed.has("no-rebase"))
    if not rebases:
        return "", ""
    return _since(effect, repo, "@{upstream}", True)


def filter_branch(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    return "rewrite", ""


def large_files(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> tuple[str, str]:
    """`git lfs migrate import` and `export` make each commit anew."""
    rewrites = effect.args[:2] in (["migrate", "import"], ["migrate", "export"])
    return ("rewrite", "") if rewrites and not parsed.has("no-rewrite") else ("", "")


RULES: dict[str, Callable[[GitEffect, Parsed, GitRepo], tuple[str, str]]] = {
    "checkout": checkout,
    "switch": switch,
    "branch": branch,
    "symbolic-ref": symbolic_ref,
    "bisect": bisect,
    "stash": stash,
    "pr checkout": pull_request,
    "commit": commit,
    "reset": reset,
    "update-ref": update_ref,
    "rebase": rebase,
    "pull": pull,
    "filter-branch": filter_branch,
    "filter-repo": filter_branch,
    "lfs": large_files,
    "pr merge": pull_request,
    "pr close": pull_request,
}
