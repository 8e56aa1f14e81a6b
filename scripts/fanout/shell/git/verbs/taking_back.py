"""git checkout, switch, restore, reset: files set to what a commit or the index holds."""

from __future__ import annotations

from fanout.shell.git.gitrepo import EMPTY_TREE
from fanout.shell.git.verb_reach import MINE, from_file, harm, named
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.verbs import Family


def checkout(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    before, paths = _typed_paths(call, parsed)
    making = parsed.has("b", "B", "orphan")
    if paths:
        source = " ".join(before)
        harm(effect, "paths", "worktree", f"git checkout {source + ' ' if source else ''}-- {MINE}")
        named(call, effect, paths)
    elif making and not before and not parsed.has("f", "force"):
        effect.scope = "refs"
    elif before or making or parsed.has("f", "force", "m", "merge", "detach", "d"):
        harm(effect, "tree", "worktree", "stay on this branch until your siblings end, or use git worktree add")
        call.unknown("checkout changes the files that differ")


def _typed_paths(call: Call, parsed: Parsed) -> tuple[list[str], list[str]]:
    """A commit's name and paths, as far as words alone tell them apart."""
    before = list(parsed.before)
    paths = parsed.after + from_file(call, parsed)
    if not parsed.dashed and not paths and before and not parsed.has("b", "B", "orphan"):
        if len(before) > 1:
            before, paths = ([], before) if call.world.exists(before[0]) else (before[:1], before[1:])
        elif before[0].startswith(":") or call.world.exists(before[0]) or before[0].endswith("/"):
            before, paths = [], before
    if parsed.has("p", "patch") and not paths:
        paths = [":/"]
    return before, paths


def switch(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("c", "C", "create", "force-create") and not parsed.before and not parsed.has("f", "discard-changes"):
        effect.scope = "refs"
        return
    harm(effect, "tree", "worktree", "stay on this branch until your siblings end, or use git worktree add")
    call.unknown("switch changes the files that differ")


def restore(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    paths = parsed.before + parsed.after + from_file(call, parsed)
    staged, worktree = parsed.has("S", "staged"), parsed.has("W", "worktree") or not parsed.has("S", "staged")
    flag = ("--staged " if staged else "") + ("--worktree " if staged and worktree else "")
    harm(effect, "paths", "worktree" if worktree else "index", f"git restore {flag}-- {MINE}")
    effect.paths = paths
    if worktree:
        named(call, effect, paths)


def reset(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    hard = parsed.has("hard", "merge", "keep")
    paths = parsed.after + from_file(call, parsed)
    if not parsed.dashed and not hard and not parsed.has("soft", "mixed"):
        rest = parsed.before
        if rest and call.world.exists(rest[0]):
            paths = rest + paths
        elif len(rest) > 1:
            paths = rest[1:] + paths
    if paths:
        effect.paths = paths
        harm(effect, "paths", "index", f"git reset -- {MINE}")
    elif hard:
        harm(effect, "tree", "worktree", f"git restore --staged --worktree -- {MINE}")
        call.unknown("reset changes the files that differ")
    elif parsed.has("soft"):
        effect.scope = "refs"
    else:
        harm(effect, "index", "index", f"git restore --staged -- {MINE}")


def checkout_harms(case: Case) -> set[str] | None:
    parsed = case.parsed
    before, paths = _known_paths(case)
    if parsed.has("p", "patch"):
        paths = paths or [":/"]
        if not case.effect.stdin:
            return set()
    if not paths:
        return case.switch_to(before)
    if before:
        return case.from_tree(before[0], paths, True)
    return case.pick(paths, lambda state: state.changed or state.conflict)


def _known_paths(case: Case) -> tuple[list[str], list[str]]:
    """A commit's name and paths, as the repository tells them apart."""
    parsed, before = case.parsed, list(case.parsed.before)
    paths = list(case.effect.paths) if parsed.has("pathspec-from-file") else parsed.after
    if not before or parsed.dashed or paths or parsed.has("b", "B", "orphan", "detach"):
        return before, paths
    if case.repo.commit(case.effect, before[0]) is None and not case.remote_branch(before[0]):
        return [], before
    return before[:1], before[1:]


def switch_harms(case: Case) -> set[str]:
    if case.parsed.has("orphan"):
        return case.moved(EMPTY_TREE)
    return case.switch_to(case.parsed.before)


def restore_harms(case: Case) -> set[str]:
    parsed, specs = case.parsed, case.effect.paths
    if not specs or (parsed.has("p", "patch") and not case.effect.stdin):
        return set()
    source = parsed.options.get("s", "source")
    staged, worktree = parsed.has("S", "staged"), parsed.has("W", "worktree") or not parsed.has("S", "staged")
    if any(UNKNOWN in spec for spec in specs):
        specs = [":/"]
    if source is None:
        return case.pick(
            specs, lambda state: (staged and state.staged) or (worktree and state.changed) or state.conflict
        )
    harmed = _differing(case, ["--cached"], source, specs) if staged else set()
    if worktree:
        names = case.repo.names(case.effect, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", source]) or set()
        harmed |= _differing(case, [], source, specs)
        harmed |= case.pick(specs, lambda state: not state.tracked) & names
    return case.mine(harmed)


def _differing(case: Case, flags: list[str], source: str, specs: list[str]) -> set[str]:
    args = ["diff", *flags, "--name-only", "--no-renames", "-z", source, "--", *specs]
    return case.repo.names(case.effect, args) or set()


def reset_harms(case: Case) -> set[str] | None:
    parsed, before = case.parsed, list(case.parsed.before)
    specs = parsed.after + (case.effect.paths if parsed.has("pathspec-from-file") else [])
    if parsed.has("p", "patch") and not case.effect.stdin:
        return set()
    target = "HEAD"
    if before and (parsed.dashed or case.repo.commit(case.effect, before[0]) is not None):
        target, before = before[0], before[1:]
    specs = [*before, *specs]
    if any(UNKNOWN in spec for spec in [*specs, target]):
        return case.pick(None, lambda state: state.dirty)
    if parsed.has("soft") or (before and parsed.has("hard", "merge", "keep", "mixed")):
        return set()
    if parsed.has("hard"):
        return case.hard(target)
    if parsed.has("merge", "keep"):
        return careful_reset(case, target)
    return case.mine(_differing(case, ["--cached"], target, specs))


def careful_reset(case: Case, target: str) -> set[str]:
    commit = case.repo.commit(case.effect, target)
    if commit is None:
        return set()
    moved = case.repo.differing(case.effect, "HEAD", commit) or set()
    blockers = case.blockers()
    if case.parsed.has("merge"):
        if any(
            (state.staged and state.changed) or (state.changed and path in moved) for path, state in blockers.items()
        ):
            return set()
    elif any(state.dirty and path in moved for path, state in blockers.items()):
        return set()
    return case.pick(None, lambda state: state.staged) | case.mine(moved)


VERBS: Family = {
    "checkout": (checkout, checkout_harms),
    "switch": (switch, switch_harms),
    "restore": (restore, restore_harms),
    "reset": (reset, reset_harms),
}
