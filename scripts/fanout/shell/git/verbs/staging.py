"""git add and commit: what of the index they take. git push: what its hook does."""

from __future__ import annotations

import os

from fanout.shell.git.commit_hooks import STASHES, has_hooks, hidden_by_hooks, hidden_by_push
from fanout.shell.git.verb_reach import MINE, from_file, harm
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.gitrepo import GitRepo
    from fanout.shell.git.verbs import Family


def add(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("n", "dry-run", "refresh"):
        return
    effect.paths = parsed.before + parsed.after + from_file(call, parsed)
    whole = not effect.paths and parsed.has("A", "all", "u", "update")
    harm(effect, "tree" if whole else "paths", "index", f"git add -- {MINE}")


def commit(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("dry-run"):
        return
    effect.paths = parsed.before + parsed.after + from_file(call, parsed)
    scope = "tree" if parsed.has("a", "all") else "paths" if effect.paths else "index"
    message = parsed.options.get("m", "message")
    text = f'-m "{message}" ' if message and len(message) < 60 and "\n" not in message else "-m <message> "
    harm(effect, scope, "index", f"git commit {text}-- {MINE}")
    if has_hooks(effect.cwd, not parsed.has("n", "no-verify")):
        call.unknown("commit runs the repository's hooks")


def has_message(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> bool:
    """Whether the commit can get a message without somebody at an editor."""
    if parsed.has("m", "message"):
        return parsed.has("allow-empty-message") or any(text.strip() for text in parsed.options.all("m", "message"))
    if parsed.has(
        "F", "file", "C", "c", "reuse-message", "reedit-message", "t", "template", "amend", "fixup", "squash"
    ):
        return True
    editor = repo.setting(effect, "core.editor") or repo.environ.get("GIT_EDITOR", "")
    return editor not in ("", "true", ":") or repo.pending(
        effect, "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "SQUASH_MSG"
    )


MAGIC = frozenset("*?[]\\:!^{}")  # may mean more than the path that is written
BY_HAND = "p patch i interactive e edit".split()


def add_harms(case: Case) -> set[str]:
    specs = case.effect.paths
    if case.parsed.has(*BY_HAND):
        return case.pick(specs or None, lambda state: state.changed) if case.effect.stdin else set()
    if case.parsed.has("N", "intent-to-add"):
        return case.pick(specs or None, lambda state: state.untracked)
    if any(UNKNOWN in spec for spec in specs):
        return case.pick(None, lambda state: state.changed or state.untracked)
    if specs and all(_is_nobodys(case, spec) for spec in specs):
        return set()  # whatever git would say
    return case.mine(_would_add(case))


def _is_nobodys(case: Case, spec: str) -> bool:
    """Whether a pathspec names one file, in any case of its letters, that is no sibling's; False in doubt."""
    effect = case.effect
    path = os.path.join(effect.cwd, spec)
    if effect.options or effect.env or not spec.isascii() or not MAGIC.isdisjoint(spec) or spec.endswith("/"):
        return False
    if os.path.islink(path) or os.path.isdir(path):
        return False
    place = case.place(case.from_cwd(spec)).lower()
    owned = [other.lower() for other in case.owned.others]
    return not any(other == place or other.startswith(f"{place}/") or place.startswith(f"{other}/") for other in owned)


def _would_add(case: Case) -> list[str]:
    """What git says that the same command adds."""
    specs = case.effect.paths
    flags = [arg for arg in case.effect.args if arg.startswith("-") and "pathspec" not in arg]
    flags = [flag for flag in flags if flag not in ("--", "-v", "--verbose")]
    text = case.repo.ask(case.effect, ["add", *flags, "-n", *(["--", *specs] if specs else [])]) or ""
    names = (line.partition(" ")[2].strip("'") for line in text.splitlines())
    return [name for name in names if name]


def commit_harms(case: Case) -> set[str]:
    parsed, specs = case.parsed, case.effect.paths
    if not has_message(case.effect, parsed, case.repo):
        return set()
    taken = hidden_by_hooks(case)
    if taken:
        return taken
    if parsed.has("a", "all"):
        return case.pick(None, lambda state: state.dirty)
    if not specs and parsed.has("i", "include", "o", "only"):
        return set()  # the last commit's message at most, or an empty commit
    harmed = case.pick(specs, lambda state: state.dirty) if specs else set()
    if specs and not parsed.has("i", "include"):
        return harmed
    return harmed | case.pick(None, lambda state: state.staged)


def push(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if UNKNOWN not in effect.cwd:
        effect.endangers = STASHES


VERBS: Family = {
    "add": (add, add_harms),
    "stage": (add, add_harms),
    "commit": (commit, commit_harms),
    "push": (push, hidden_by_push),
}
