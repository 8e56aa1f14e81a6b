"""git read-tree, checkout-index, update-index, sparse-checkout, filter-branch."""

from __future__ import annotations

from fanout.shell.git.verb_reach import MINE, WAIT, harm, named
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.verbs import Family


def read_tree(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("n", "dry-run"):
        return
    if parsed.has("u"):
        whole_tree(call, effect, parsed)
        return
    harm(effect, "index", "index", f"git restore --staged -- {MINE}")
    if parsed.options.get("index-output"):
        effect.endangers = None


def checkout_index(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    effect.paths = parsed.before + parsed.after
    harm(effect, "paths" if effect.paths else "tree", "worktree", f"git restore -- {MINE}")
    prefix = parsed.options.get("prefix")
    if prefix and prefix.endswith("/"):
        effect.scope, effect.endangers = "none", None
        call.create(prefix, recursive=True)
    elif effect.paths:
        named(call, effect, effect.paths)
    else:
        call.unknown("checkout-index changes every file")


def update_index(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    effect.paths = parsed.before + parsed.after
    if effect.paths or parsed.has("cacheinfo", "index-info", "stdin", "again", "g"):
        harm(effect, "paths", "index", f"git add -- {MINE}")


def whole_tree(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """sparse-checkout, filter-branch and others of their reach."""
    if effect.verb == "sparse-checkout" and effect.args[:1] == ["list"]:
        return
    harm(effect, "tree", "worktree", WAIT)
    call.unknown(f"{effect.verb} changes the files that differ")


def read_tree_harms(case: Case) -> set[str]:
    if case.parsed.has("empty"):
        return case.mine(case.repo.names(case.effect, ["ls-files", "-z", "--full-name", ":/"]) or set())
    trees = case.parsed.before
    target = trees[-1] if trees else "HEAD"
    if case.parsed.has("prefix"):
        return set()
    if case.parsed.has("m") and len(trees) > 1:
        return case.moved(target, base=trees[-2])
    if case.parsed.has("u"):
        return case.hard(target)
    if case.parsed.has("m") and any(state.staged and state.changed for state in case.blockers().values()):
        return set()
    names = case.repo.names(case.effect, ["diff", "--cached", "--name-only", "--no-renames", "-z", target]) or set()
    return case.mine(names)


def checkout_index_harms(case: Case) -> set[str]:
    if not case.parsed.has("f", "force"):
        return set()
    specs = case.effect.paths
    if case.parsed.has("stdin"):
        text = case.effect.stdin or ""
        specs = [":/"] if UNKNOWN in text else [name for name in text.replace("\0", "\n").split("\n") if name]
    if not specs and not case.parsed.has("a", "all"):
        return set()
    if case.has_own_index():  # which may be made by the line itself: what differs from the repository's own is at stake
        del case.effect.env["GIT_INDEX_FILE"]
    return case.pick(specs or None, lambda state: state.changed)


MARKED = "no-assume-unchanged no-skip-worktree".split()
NAMED_AS_TYPED = "force-remove assume-unchanged no-assume-unchanged skip-worktree no-skip-worktree chmod".split()


def update_index_harms(case: Case) -> set[str] | None:
    parsed = case.parsed
    if parsed.has("refresh", "really-refresh", "q", "unmerged") and not case.effect.paths:
        return set()
    if parsed.has("again", "g"):
        return case.pick(None, lambda state: state.staged and state.changed)
    if parsed.has("index-info", "stdin"):
        return _harms_of_input(case)
    names = {case.from_cwd(path) for path in case.effect.paths}
    names.update(_cacheinfo_path(parsed))
    if parsed.has(*MARKED):
        names &= _marked(case)
    if parsed.options.get("cacheinfo") or parsed.has(*NAMED_AS_TYPED):
        return case.mine(names)
    states = case.siblings()
    return {name for name in case.mine(names) if name in states and (states[name].changed or parsed.has("add"))}


def _harms_of_input(case: Case) -> set[str] | None:
    """What comes in says what changes, where it is known."""
    stdin = case.effect.stdin
    if stdin and UNKNOWN not in stdin and case.parsed.has("index-info"):
        return case.mine(_changed_entries(case, stdin))
    return case.pick(None, lambda state: state.dirty or state.untracked)


def _marked(case: Case) -> set[str]:
    """The paths whose index entries say that git is not to look at the file."""
    listed = (case.repo.ask(case.effect, ["ls-files", "-v", "-z", "--full-name", ":/"]) or "").split("\0")
    return {entry[2:] for entry in listed if entry[:1] == "S" or entry[:1].islower()}


def _cacheinfo_path(parsed: Parsed) -> list[str]:
    """`--cacheinfo mode,object,path`, or three words."""
    info = parsed.options.get("cacheinfo") or ""
    if info.count(",") >= 2:
        return [info.split(",", 2)[2]]
    return parsed.before[1:2] if info else []


def _changed_entries(case: Case, text: str) -> set[str]:
    """The paths whose index entries `--index-info` would change."""
    listed = (case.repo.ask(case.effect, ["ls-files", "-s", "-z", ":/"]) or "").split("\0")
    now = {line.partition("\t")[2]: line.split()[:2] for line in listed if line}
    changed = set()
    for line in text.replace("\0", "\n").split("\n"):
        words, _, path = line.partition("\t")
        fields = [word for word in words.split() if word not in ("blob", "tree", "commit")]
        if path and now.get(path) != fields[:2]:
            changed.add(path)
    return changed


def sparse_harms(case: Case) -> set[str]:
    words = [arg for arg in case.effect.args if not arg.startswith("-")]
    if words[:1] not in (["set"], ["init"]) or (
        words[0] == "init" and case.repo.setting(case.effect, "core.sparseCheckout")
    ):
        return set()
    kept = tuple(word.strip("/") + "/" for word in words[1:])
    tracked = case.repo.names(case.effect, ["ls-files", "-z", "--full-name", ":/"]) or set()
    dirty = case.siblings()
    away = (path for path in case.mine(tracked) if "/" in path and not (kept and path.startswith(kept)))
    return {path for path in away if path not in dirty or not dirty[path].changed}


def rewrite_harms(case: Case) -> set[str]:
    if case.effect.verb == "filter-branch" and any(state.dirty for state in case.blockers().values()):
        return set()
    tracked = case.repo.names(case.effect, ["ls-files", "-z", "--full-name", ":/"]) or set()
    return case.mine(tracked)


VERBS: Family = {
    "read-tree": (read_tree, read_tree_harms),
    "checkout-index": (checkout_index, checkout_index_harms),
    "update-index": (update_index, update_index_harms),
    "sparse-checkout": (whole_tree, sparse_harms),
    "filter-branch": (whole_tree, rewrite_harms),
    "filter-repo": (whole_tree, rewrite_harms),
}
