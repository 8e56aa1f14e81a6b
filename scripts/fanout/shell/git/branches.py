"""Commands that delete, rename or set elsewhere a branch that is there: which ones, asked of the repository."""

from __future__ import annotations

from fanout.shell.git.arguments import Parsed, ref_updates, refspec
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.effects import GitEffect
    from fanout.shell.git.gitrepo import GitRepo

HEADS = "refs/heads/"
DELETE, RENAME, SET, UPSTREAM = "delete", "rename", "set elsewhere", "upstream"


def changed(effect: GitEffect, repo: GitRepo) -> list[tuple[str, str]]:
    """What the command does to branches that are there, and their names; UNKNOWN in one that only the run shows."""
    rule = RULES.get(effect.verb)
    if rule is None or effect.scope == "none" or UNKNOWN in effect.cwd:
        return []
    found = []
    for does, name, target in rule(effect, Parsed(effect.verb, effect.args)):
        name = name if name != "HEAD" and name else repo.branch(effect)
        now = repo.commit(effect, HEADS + name) if name and UNKNOWN not in name else None
        is_there = UNKNOWN in name or now is not None
        is_moved = does != SET or not target or UNKNOWN in target or repo.commit(effect, target) != now
        if is_there and is_moved:
            found.append((does, name))
    return found


# -- one function a verb --------------------------------------------------------------------------------------------------


def branch(effect: GitEffect, parsed: Parsed) -> list[tuple[str, str, str]]:
    words = parsed.before + parsed.after
    if parsed.has("u", "set-upstream-to", "unset-upstream", "edit-description"):
        return [(UPSTREAM, "".join(words[:1]) or "HEAD", "")]
    if parsed.has("d", "D", "delete"):
        return _deleted(parsed, words)
    if not words:
        return []
    if parsed.has("m", "M", "move", "c", "C", "copy"):
        return _renamed_or_copied(parsed, words)
    start = words[1] if len(words) > 1 else "HEAD"
    return [(SET, words[0], start)] if parsed.has("f", "force") else []


def _deleted(parsed: Parsed, words: list[str]) -> list[tuple[str, str, str]]:
    """Nothing without force: git keeps what is not merged."""
    is_forced = parsed.has("D", "f", "force") and not parsed.has("r", "remotes")
    return [(DELETE, word, "") for word in words] if is_forced else []


def _renamed_or_copied(parsed: Parsed, words: list[str]) -> list[tuple[str, str, str]]:
    """By force also what had the new name."""
    old = words[0] if len(words) > 1 else "HEAD"
    goes = [(RENAME, old, "")] if parsed.has("m", "M", "move") else []
    return [*goes, (SET, words[-1], old)] if parsed.has("M", "C", "f", "force") else goes


def update_ref(effect: GitEffect, parsed: Parsed) -> list[tuple[str, str, str]]:
    return [
        (SET if to else DELETE, ref[len(HEADS) :], to)
        for ref, to in ref_updates(parsed, effect.stdin or "")
        if ref.startswith(HEADS)
    ]


def symbolic_ref(effect: GitEffect, parsed: Parsed) -> list[tuple[str, str, str]]:
    name = parsed.before[0] if parsed.before else ""
    is_changed = name.startswith(HEADS) and (len(parsed.before) > 1 or parsed.has("d", "delete"))
    return [(DELETE if len(parsed.before) < 2 else SET, name[len(HEADS) :], "")] if is_changed else []


def made_anew(effect: GitEffect, parsed: Parsed) -> list[tuple[str, str, str]]:
    """`checkout -B`, `switch -C`, `worktree add -B`: the branch is made, and set back where it is there."""
    name = parsed.options.get(*{"switch": ("C", "force-create")}.get(effect.verb, ("B",)))
    at = 2 if effect.verb == "worktree" else 0
    return [(SET, name, "".join(parsed.before[at : at + 1]) or "HEAD")] if name else []


def refspecs(effect: GitEffect, parsed: Parsed) -> list[tuple[str, str, str]]:
    """`fetch` into branches, and `push .`: by force, as else git only moves them on."""
    words, is_push = parsed.before, effect.verb == "push"
    if is_push and words[:1] != ["."]:
        return []
    forced, deletes = parsed.has("f", "force"), is_push and parsed.has("d", "delete")
    found = []
    for word in words[1:]:
        source, _, target = refspec(word, deletes)
        name = target[len(HEADS) :] if target.startswith(HEADS) else target
        if name and "*" not in name and not name.startswith("refs/") and (forced or word.startswith("+") or not source):
            found.append((SET if source else DELETE, name, source if is_push else ""))
    return found


RULES: dict[str, Callable[[GitEffect, Parsed], list[tuple[str, str, str]]]] = {
    "branch": branch,
    "update-ref": update_ref,
    "symbolic-ref": symbolic_ref,
    "checkout": made_anew,
    "switch": made_anew,
    "worktree": made_anew,
    "fetch": refspecs,
    "push": refspecs,
}
