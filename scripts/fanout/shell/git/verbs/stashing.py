"""git stash, the refs that hold stashes, and settings that lead git to other files."""

from __future__ import annotations

from fanout.shell.git.verb_reach import MINE, from_file, harm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.gitrepo import State
    from fanout.shell.git.verbs import Family


STASH_VERBS = frozenset("push save pop apply drop clear list show create store branch export import".split())


def stash(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    verb = next((arg for arg in effect.args if not arg.startswith("-")), "push")
    verb = verb if verb in STASH_VERBS else "push"
    if verb in ("list", "show", "export"):
        return
    effect.scope = "refs"
    if verb in ("drop", "clear"):
        harm(effect, "tree", "stash", "leave the stash as it is: siblings may have work in it")
    elif verb in ("pop", "apply", "branch"):
        harm(effect, "tree", "stash", "git restore --source=stash@{0} -- <your files>")
        call.unknown(f"stash {verb} changes the files that the stash holds")
    elif verb in ("push", "save"):
        paths = parsed.after + from_file(call, parsed)
        if not parsed.dashed and "push" in parsed.before:
            paths = [word for word in parsed.before if word != "push"] + paths
        effect.paths = paths
        harm(effect, "paths" if paths else "tree", "worktree", f"git stash push -u -- {MINE}")
        call.unknown("stash takes back the files that differ")


def stash_harms(case: Case) -> set[str]:
    verb = next((arg for arg in case.effect.args if not arg.startswith("-")), "push")
    if verb in ("drop", "clear", "pop", "apply", "branch"):
        return stashed(case, verb)
    parsed, specs = case.parsed, case.effect.paths
    if parsed.has("p", "patch") and not case.effect.stdin:
        return set()
    loose, every = parsed.has("u", "include-untracked", "a", "all"), parsed.has("a", "all")
    keep, staged = parsed.has("k", "keep-index"), parsed.has("S", "staged")

    def hidden(state: State) -> bool:
        if not state.tracked:
            return loose and (state.untracked or every)
        return state.staged if staged else state.changed if keep else state.dirty

    return case.pick(specs or None, hidden)


def stashed(case: Case, verb: str) -> set[str]:
    """What the stashes at stake hold of the siblings' paths."""
    held: set[str] = set()
    for entry in _entries(case, verb):
        shown = ["stash", "show", "--name-only", "-z", "--include-untracked", entry]
        held |= case.repo.names(case.effect, shown) or set()
    if verb in ("pop", "apply") and any(
        path in held and (state.changed or not state.tracked) for path, state in case.blockers().items()
    ):
        return set()
    return case.mine(held)


def _entries(case: Case, verb: str) -> list[str]:
    if verb == "clear":
        return _every_entry(case)
    words = [arg for arg in case.effect.args if not arg.startswith("-")][1:]
    name = next(iter(words[1:] if verb == "branch" else words), "0")
    return [f"stash@{{{name}}}" if name.isdigit() else name]


def _every_entry(case: Case) -> list[str]:
    count = len((case.repo.ask(case.effect, ["stash", "list"]) or "").splitlines())
    return [f"stash@{{{number}}}" for number in range(count)]


def reached_by_refs(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """`update-ref -d refs/stash`, `reflog delete refs/stash`: the stash goes; other refs are nobody's files."""
    reading = effect.verb == "reflog" and effect.args[:1] not in (["expire"], ["delete"], ["drop"])
    if any("refs/stash" in arg for arg in effect.args) and not reading:
        harm(effect, "tree", "stash", "leave the stash as it is: siblings may have work in it")


def unchanged(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """The words have said it all."""


def settings_harm(case: Case) -> set[str]:
    """Where git looks for the files: each of the siblings' would be gone for it."""
    return set(case.owned_names()) if case.effect.endangers else set()


def refs_harms(case: Case) -> set[str]:
    """`update-ref -d refs/stash`, `reflog expire` of the stash."""
    held: set[str] = set()
    for entry in _every_entry(case):
        shown = ["stash", "show", "--name-only", "-z", "--include-untracked", entry]
        held |= case.repo.names(case.effect, shown) or set()
    return case.mine(held)


VERBS: Family = {
    "stash": (stash, stash_harms),
    "update-ref": (reached_by_refs, refs_harms),
    "reflog": (reached_by_refs, refs_harms),
    "config": (unchanged, settings_harm),
}
