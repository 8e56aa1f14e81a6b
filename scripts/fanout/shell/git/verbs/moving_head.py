"""git merge, pull, rebase, cherry-pick, revert, bisect: HEAD moves, and the work tree with it."""

from __future__ import annotations

from fanout.shell.git.verb_reach import WAIT, harm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.verbs import Family


def moving(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """merge, pull, rebase, cherry-pick, revert, am, bisect: they move HEAD and the work tree with it."""
    verb = effect.verb
    if verb == "bisect" and effect.args[:1] in (["log"], ["view"], ["visualize"], ["terms"], ["help"]):
        return
    if parsed.has("show-current-patch", "quit"):
        return
    harm(effect, "tree", "worktree", WAIT)
    call.unknown(f"{verb} changes the files that differ")
    if verb == "bisect" and effect.args[:1] == ["run"]:
        call.run(effect.args[1:])
    before = len(call.shell.effects.git)
    for text in parsed.options.all("x", "exec") if verb == "rebase" else []:
        call.shell.run_text(text, "git rebase")
    for other in call.shell.effects.git[before:]:
        other.inside = effect


def merge_harms(case: Case) -> set[str]:
    parsed = case.parsed
    if parsed.has("quit") or "ours" in parsed.options.all("s", "strategy"):
        return set()
    if parsed.has("abort", "continue"):
        return case.resumed("MERGE_HEAD")
    hidden = stashed_away(case, "merge.autoStash")
    if hidden:
        return hidden
    harmed: set[str] = set()
    for name in parsed.before or ["@{upstream}"]:
        commit = case.repo.commit(case.effect, name)
        if commit is not None:
            harmed |= case.merged(commit, not parsed.has("no-ff"), parsed.has("ff-only"))
    return harmed


def pull_harms(case: Case) -> set[str] | None:
    from fanout.shell.git.pulls import upstream

    parsed = case.parsed
    setting = case.repo.setting(case.effect, "pull.rebase")
    rebase = parsed.has("r", "rebase") or (setting not in ("", "false") and not parsed.has("no-rebase"))
    hidden = stashed_away(case, "rebase.autoStash" if rebase else "")
    if hidden:
        return hidden
    if rebase and any(state.dirty for state in case.blockers().values()):
        return set()
    incoming = upstream(case.repo, case.effect, parsed.before)
    if incoming is None:
        return None
    commit, extra = incoming
    if not commit:
        return set()
    decided = rebase or setting or parsed.has("no-rebase", "no-ff", "ff", "squash")
    decided = decided or case.repo.setting(case.effect, "pull.ff")
    return case.merged(commit, not parsed.has("no-ff"), parsed.has("ff-only") or not decided, extra)


def stashed_away(case: Case, setting: str) -> set[str]:
    """What `--autostash`, or its setting, takes away while the command runs."""
    stash = case.parsed.has("autostash") or (setting and case.repo.setting(case.effect, setting) == "true")
    return case.pick(None, lambda state: state.dirty) if stash and not case.parsed.has("no-autostash") else set()


def refuses(case: Case) -> bool:
    """Whether a rebase does not start: something tracked is changed, and nothing stashes it away."""
    if case.parsed.has("abort", "continue", "skip", "quit", "edit-todo"):
        return False
    stash = case.parsed.has("autostash") or case.repo.setting(case.effect, "rebase.autoStash") == "true"
    return not stash and any(state.dirty for state in case.blockers().values())


def rebase_harms(case: Case) -> set[str]:
    parsed = case.parsed
    if parsed.has("abort", "continue", "skip", "quit", "edit-todo"):
        if parsed.has("quit", "edit-todo") or not case.repo.pending(case.effect, "rebase-merge", "rebase-apply"):
            return set()
        return case.pick(None, lambda state: state.dirty)
    hidden = stashed_away(case, "rebase.autoStash")
    if hidden:
        return hidden
    if any(state.dirty for state in case.blockers().values()):
        return set()
    onto = parsed.options.get("onto")
    name = onto or (parsed.before[0] if parsed.before else "@{upstream}")
    commit = case.repo.commit(case.effect, name)
    if commit is None:
        return set()
    return case.moved(commit) if onto else case.merged(commit, True, False)


def cherry_pick_harms(case: Case) -> set[str]:
    parsed = case.parsed
    if parsed.has("abort", "continue", "skip", "quit"):
        return set() if parsed.has("quit") else case.resumed("CHERRY_PICK_HEAD", "REVERT_HEAD", "sequencer")
    names: set[str] = set()
    for word in parsed.before + parsed.after:
        old, dots, new = word.partition("..")
        pair = [old, new.lstrip(".") or "HEAD"] if dots else [f"{word}^", word]
        names |= case.repo.names(case.effect, ["diff", "--name-only", "--no-renames", "-z", *pair]) or set()
    blockers = case.blockers()
    if not parsed.has("n", "no-commit") and any(state.staged for state in blockers.values()):
        return set()
    if any(path in names and (state.changed or state.untracked) for path, state in blockers.items()):
        return set()
    return case.mine(names)


def bisect_harms(case: Case) -> set[str]:
    words = [arg for arg in case.effect.args if not arg.startswith("-")]
    verb, revs = (words[0], words[1:]) if words else ("", [])
    if verb == "start":
        commits = [commit for commit in (case.repo.commit(case.effect, rev) for rev in revs) if commit]
        return case.moved(commits[1], base=commits[0]) if len(commits) > 1 else set()
    if not case.repo.pending(case.effect, "BISECT_START"):
        return set()
    text = case.repo.ask(case.effect, ["for-each-ref", "--format=%(objectname)", "refs/bisect"]) or ""
    harmed: set[str] = set()
    for commit in text.split():
        harmed |= case.moved(commit)
    return harmed


VERBS: Family = {
    "merge": (moving, merge_harms),
    "pull": (moving, pull_harms),
    "rebase": (moving, rebase_harms),
    "cherry-pick": (moving, cherry_pick_harms),
    "revert": (moving, cherry_pick_harms),
    "bisect": (moving, bisect_harms),
}
