"""Commands that delete, set elsewhere or replace refs that are there and no branches of this repository: tags, notes, what
a remote holds. Which ones, asked of the repository.
"""

from __future__ import annotations

import os

from fanout.shell.git.arguments import Parsed
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.effects import GitEffect
    from fanout.shell.git.gitrepo import GitRepo

TAGS, NOTES, REMOTES, HEADS = "refs/tags/", "refs/notes/", "refs/remotes/", "refs/heads/"
DELETE, SET = "delete", "set elsewhere"
PUSH_ALL = ("mirror", "all", "branches")


class Change:
    """What happens to one ref: its full name here (UNKNOWN in it: only the run shows which), how people call it, and, where it
    is in another repository on this disk, that one's folder."""

    __slots__ = ("called", "does", "ref", "there")

    def __init__(self, does: str, ref: str, called: str, there: str = "") -> None:
        self.does = does
        self.ref = ref
        self.called = called
        self.there = there


def changed(effect: GitEffect, repo: GitRepo) -> list[Change]:
    """What the command does to such refs; what moves onwards only is no change."""
    rule = RULES.get(effect.verb)
    if rule is None or effect.scope == "none" or UNKNOWN in effect.cwd:
        return []
    return rule(effect, Parsed(effect.verb, effect.args), repo)


def object_of(effect: GitEffect, repo: GitRepo, ref: str) -> str:
    """The object that a ref stands for, "" where there is none."""
    return (repo.ask(effect, ["rev-parse", "--verify", "--quiet", ref]) or "").strip()


# -- one function a verb --------------------------------------------------------------------------------------------------


def tag(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> list[Change]:
    words = parsed.before + parsed.after
    if parsed.has("d", "delete"):
        return _there(effect, repo, [(DELETE, TAGS + word) for word in words])
    if not words or not parsed.has("f", "force"):
        return []
    is_object = parsed.has("a", "annotate", "s", "sign", "u", "local-user", "m", "message", "F", "file")
    target = "".join(words[1:2]) or "HEAD"
    now = "" if is_object or UNKNOWN in target else object_of(effect, repo, target)
    if now and now == object_of(effect, repo, TAGS + words[0]):
        return []
    return _there(effect, repo, [(SET, TAGS + words[0])])


def branch(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> list[Change]:
    """`branch -r -d`: what is known of a remote's branch."""
    if not parsed.has("r", "remotes") or not parsed.has("d", "D", "delete"):
        return []
    return _there(effect, repo, [(DELETE, REMOTES + word) for word in parsed.before + parsed.after])


def update_ref(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> list[Change]:
    words, deletes = parsed.before, parsed.has("d", "delete")
    rows = [words[:1] if deletes else words[:2]] if words else []
    if parsed.has("stdin"):
        text = effect.stdin or ""
        lines = [line.split() for line in text.replace("\0", "\n").split("\n")]
        rows = [line[1:2] if line[0] == "delete" else line[1:3] for line in lines if line[:1] and line[0] in CHANGING]
        rows += [[UNKNOWN]] if UNKNOWN in text and not rows else []
    found = []
    for row in rows:
        is_other = row and (UNKNOWN in row[0] or (row[0].startswith("refs/") and not row[0].startswith(HEADS)))
        if is_other and row[0] != "refs/stash" and not _stays(effect, repo, row):
            found.append((SET if len(row) > 1 else DELETE, row[0]))
    return _there(effect, repo, found)


CHANGING = ("update", "delete")


def _stays(effect: GitEffect, repo: GitRepo, row: list[str]) -> bool:
    is_known = len(row) > 1 and UNKNOWN not in row[0] + row[1]
    return is_known and object_of(effect, repo, row[0]) == object_of(effect, repo, row[1])


def notes(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> list[Change]:
    """What takes a note away or puts another in its place; a note more, or a line more of one, is none."""
    verb, *words = [*parsed.before, *parsed.after] or ["list"]
    given = parsed.options.get("ref") or repo.setting(effect, "core.notesRef")
    ref = given if given.startswith("refs/") else NOTES + (given or "commits")
    forced = parsed.has("f", "force")
    if verb not in ("remove", "edit", "prune") and not (forced and verb in ("add", "copy")):
        return []
    if verb == "prune":
        return [] if parsed.has("n", "dry-run") else _there(effect, repo, [(SET, ref)])
    named = words[1:2] if verb == "copy" else words or ["HEAD"]
    asked = ["notes", f"--ref={ref}", "list"]
    is_there = any(UNKNOWN in word or repo.ask(effect, [*asked, word], worst=0) is not None for word in named)
    return [Change(SET, ref, _called(ref))] if is_there else []


def replace(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> list[Change]:
    """Another object is shown to everybody in place of one, or no more."""
    words = parsed.before + parsed.after
    if not words or parsed.has("l", "list"):
        return []
    return [Change(DELETE if parsed.has("d", "delete") else SET, "refs/replace/", f"what git shows for {words[0]}")]


def push(effect: GitEffect, parsed: Parsed, repo: GitRepo) -> list[Change]:
    """What it deletes at the remote, or replaces there: as far as the last fetch knows."""
    if parsed.has("n", "dry-run") or parsed.before[:1] == ["."]:
        return []
    forced = parsed.has("f", "force", "force-with-lease", "mirror")
    if not (forced or parsed.has("d", "delete", "prune")) and not any(word[:1] in "+:" for word in parsed.before):
        return []
    remote, specs = _remote(effect, repo, parsed.before[:1]), parsed.before[1:] + parsed.after
    found = []
    for source, target, is_forced in _specs(effect, parsed, repo, remote, specs, forced):
        change = _pushed(effect, repo, remote, source, target)
        if change is not None and (is_forced or not source):
            found.append(change)
    return found


def _specs(
    effect: GitEffect, parsed: Parsed, repo: GitRepo, remote: str, specs: list[str], forced: bool
) -> list[tuple[str, str, bool]]:
    """Source ("" deletes), target and whether by force, of each ref that the command pushes."""
    rows = []
    for spec in specs:
        source, colon, target = spec.lstrip("+").partition(":")
        if parsed.has("d", "delete"):
            source, target = "", source
        rows.append((source, target if colon or not source else source, forced or spec[:1] == "+"))
    every = parsed.has(*PUSH_ALL) or any("*" in target or not (source or target) for source, target, _ in rows)
    if not specs and not every:
        upstream = (repo.ask(effect, ["rev-parse", "--symbolic-full-name", "@{push}"]) or "").strip()
        name = upstream[len(REMOTES + remote) + 1 :] if upstream.startswith(f"{REMOTES}{remote}/") else ""
        rows += [("HEAD", name, forced)] if name else []
    if not every:
        return rows
    held, own = _listed(effect, repo, f"{REMOTES}{remote}/"), _listed(effect, repo, HEADS)
    deletes = parsed.has("mirror", "prune")
    is_forced = forced or any(by_force for _, _, by_force in rows)
    rows += [(HEADS + name if name in own else "", name, is_forced) for name in held if name in own or deletes]
    return [row for row in rows if "*" not in row[1] and row[1]]


def _remote(effect: GitEffect, repo: GitRepo, given: list[str]) -> str:
    """The remote's name, or its address where it has none here."""
    if not given:
        current = (repo.ask(effect, ["symbolic-ref", "--short", "-q", "HEAD"]) or "").strip()
        names = (f"branch.{current}.pushRemote", "remote.pushDefault", f"branch.{current}.remote")
        return next(filter(None, (repo.setting(effect, name) for name in names)), "origin")
    for line in (repo.ask(effect, ["config", "--get-regexp", r"^remote\..*\.(push)?url$"]) or "").splitlines():
        key, _, value = line.partition(" ")
        name = key[len("remote.") :].rpartition(".")[0]
        if given[0] in (name, value):
            return name
    return given[0]


def _pushed(effect: GitEffect, repo: GitRepo, remote: str, source: str, target: str) -> Change | None:
    """What of the remote goes, None when nothing that is known of."""
    if UNKNOWN in source + target + remote:
        return Change(DELETE if not source else SET, REMOTES + UNKNOWN, f"what {remote} holds".replace(UNKNOWN, "?"))
    name = target[len(HEADS) :] if target.startswith(HEADS) else target.removeprefix(TAGS)
    name = (repo.ask(effect, ["symbolic-ref", "--short", "-q", "HEAD"]) or "").strip() if name == "HEAD" else name
    called = f"{name} of {remote}"
    asked, there = effect, os.path.join(effect.cwd, remote)
    known = [REMOTES + f"{remote}/{name}"] if not target.startswith(TAGS) else []
    if "/" in remote and os.path.isdir(there):
        from fanout.shell.effects import GitEffect

        asked, known = GitEffect("push", [], there), [HEADS + name, TAGS + name]
    elif "/" in remote and ":" not in remote:
        return None  # nothing is there yet
    elif ":" in remote:
        return Change(SET if source else DELETE, REMOTES + UNKNOWN, called)
    else:
        there, known = "", [*known, TAGS + name]
    ref = next((ref for ref in known if object_of(asked, repo, ref)), "")
    if not ref or (source and _moves_on(effect, repo, object_of(asked, repo, ref), source)):
        return None
    return Change(SET if source else DELETE, ref, called, there)


def _moves_on(effect: GitEffect, repo: GitRepo, old: str, source: str) -> bool:
    """Whether what is pushed holds what was there."""
    return object_of(effect, repo, source) == old or (
        repo.ask(effect, ["merge-base", "--is-ancestor", old, source], worst=0) is not None
    )


def _listed(effect: GitEffect, repo: GitRepo, under: str) -> list[str]:
    names = (repo.ask(effect, ["for-each-ref", "--format=%(refname)", under]) or "").splitlines()
    return [name[len(under) :] for name in names if not name.endswith("/HEAD")]


def _there(effect: GitEffect, repo: GitRepo, rows: list[tuple[str, str]]) -> list[Change]:
    return [Change(does, ref, _called(ref)) for does, ref in rows if UNKNOWN in ref or object_of(effect, repo, ref)]


def _called(ref: str) -> str:
    for start, what in ((TAGS, "the tag "), (NOTES, "the notes of "), (REMOTES, "what is known of ")):
        if ref.startswith(start):
            return what + ref[len(start) :]
    return ref


RULES: dict[str, Callable[[GitEffect, Parsed, GitRepo], list[Change]]] = {
    "tag": tag,
    "branch": branch,
    "update-ref": update_ref,
    "notes": notes,
    "replace": replace,
    "push": push,
}
