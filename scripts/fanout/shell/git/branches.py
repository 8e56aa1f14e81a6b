"""Commands that delete, rename or set elsewhere a branch that is there: which ones, asked of the repository."""

from __future__ import annotations

from fanout.shell.git.arguments import Parsed
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
        name = name if name != "HEAD" and name else _current(effect, repo)
        now = repo.commit(effect, HEADS + name) if name and UNKNOWN not in name else None
        is_there = UNKNOWN in name or now is not None
        is_moved = does != SET or not target or UNKNOWN in target or repo.commit(effect, target) != now
        if is_there and is_moved:
            found.append((does, name))
    return found


def _current(effect: GitEffect, repo: GitRepo) -> str:
    return (repo.ask(effect, ["symbolic-ref", "--short", "-q", "HEAD"]) or "").strip()


# -- one function a verb --------------------------------------------------------------------------------------------------


def branch(effect: GitEffect, parsed: Parsed) -> list[tuple[str, str, str]]:
    words = parsed.before + parsed.after
    forced = parsed.has("f", "force")
    if parsed.has("u", "set-upstream-to", "unset-upstream", "edit-description"):
        return [(UPSTREAM, "".join(words[:1]) or "HEAD", "")]
    if parsed.has("D") or (forced and parsed.has("d", "delete")):
        return [] if parsed.has("r", "remotes") else [(DELETE, word, "") for word in words]
    if parsed.has("d", "delete"):
        return []  # git keeps what is not merged
    if parsed.has("m", "M", "move") and words:
        forced = forced or parsed.has("M")
        old = words[0] if len(words) > 1 else "HEAD"
        return [(RENAME, old, ""), *([(SET, words[-1], old)] if forced else [])]
    if parsed.has("c", "C", "copy"):
        old = words[0] if len(words) > 1 else "HEAD"
        return [(SET, words[-1], old)] if words and (forced or parsed.has("C")) else []
    return [(SET, words[0], _start(words))] if forced and words else []


def _start(words: list[str]) -> str:
    return words[1] if len(words) > 1 else "HEAD"


def update_ref(effect: GitEffect, parsed: Parsed) -> list[tuple[str, str, str]]:
    words, deletes = parsed.before, parsed.has("d", "delete")
    if parsed.has("stdin"):
        lines = [line.split() for line in (effect.stdin or "").replace("\0", "\n").split("\n")]
        rows = [
            line[1:] if line[0] == "update" else line[1:2] for line in lines if line and line[0] in ("update", "delete")
        ]
    else:
        rows = [words[:1] if deletes else words] if words else []
    return [
        (SET if len(row) > 1 else DELETE, row[0][len(HEADS) :], "".join(row[1:2]))
        for row in rows
        if row[0].startswith(HEADS)
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
    forced = parsed.has("f", "force")
    found = []
    for word in words[1:]:
        source, _, target = word.lstrip("+").partition(":")
        if is_push and parsed.has("d", "delete"):
            source, target = "", source
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
