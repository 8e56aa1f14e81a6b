"""Commands that delete, set elsewhere or replace refs that are there and no branches of this repository: tags, notes, what
a remote holds. Which ones, asked of the repository.
"""

from __future__ import annotations

import os

from fanout.shell.git.arguments import Parsed, ref_updates, refspec
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
    updates = [(ref, to) for ref, to in ref_updates(parsed, effect.stdin or "") if _is_no_branch(ref)]
    moved = [(SET if to else DELETE, ref) for ref, to in updates if not _stays(effect, repo, ref, to)]
    return _there(effect, repo, moved)


def _is_no_branch(ref: str) -> bool:
    return UNKNOWN in ref or (ref.startswith("refs/") and not ref.startswith(HEADS) and ref != "refs/stash")


def _stays(effect: GitEffect, repo: GitRepo, ref: str, to: str) -> bool:
    is_known = bool(to) and UNKNOWN not in ref + to
    return is_known and object_of(effect, repo, ref) == object_of(effect, repo, to)


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
    deletes = parsed.has("d", "delete")
    typed = [_typed_spec(spec, deletes, forced) for spec in specs]
    if not parsed.has(*PUSH_ALL) and not any(_is_for_every(source, target) for source, target, _ in typed):
        return typed or _of_current_branch(effect, repo, remote, forced)
    is_forced = forced or any(by_force for _, _, by_force in typed)
    every = _of_every_branch(effect, repo, remote, is_forced, parsed.has("mirror", "prune"))
    return [row for row in [*typed, *every] if "*" not in row[1] and row[1]]


def _typed_spec(spec: str, deletes: bool, forced: bool) -> tuple[str, str, bool]:
    source, colon, target = refspec(spec, deletes)
    return source, target if colon or not source else source, forced or spec[:1] == "+"


def _is_for_every(source: str, target: str) -> bool:
    """Whether a spec stands for many branches: a pattern, or ":" for those that both sides have."""
    return "*" in target or not (source or target)


def _of_current_branch(effect: GitEffect, repo: GitRepo, remote: str, forced: bool) -> list[tuple[str, str, bool]]:
    upstream = (repo.ask(effect, ["rev-parse", "--symbolic-full-name", "@{push}"]) or "").strip()
    name = upstream[len(REMOTES + remote) + 1 :] if upstream.startswith(f"{REMOTES}{remote}/") else ""
    return [("HEAD", name, forced)] if name else []


def _of_every_branch(
    effect: GitEffect, repo: GitRepo, remote: str, forced: bool, deletes: bool
) -> list[tuple[str, str, bool]]:
    """Each branch that the remote is known to have and that is here too; with `deletes` those that are not here go."""
    there, here = _listed(effect, repo, f"{REMOTES}{remote}/"), _listed(effect, repo, HEADS)
    return [(HEADS + name if name in here else "", name, forced) for name in there if name in here or deletes]


def _remote(effect: GitEffect, repo: GitRepo, given: list[str]) -> str:
    """The remote's name, or its address where it has none here."""
    if not given:
        current = repo.branch(effect)
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
    does = SET if source else DELETE
    if UNKNOWN in source + target + remote:
        return Change(does, REMOTES + UNKNOWN, f"what {remote} holds".replace(UNKNOWN, "?"))
    name = _name_there(effect, repo, target)
    called = f"{name} of {remote}"
    folder = os.path.join(effect.cwd, remote) if "/" in remote else ""
    if not os.path.isdir(folder):
        if ":" in remote:
            return Change(does, REMOTES + UNKNOWN, called)  # an address: only the push shows what is there
        if folder:
            return None  # nothing is there yet
    ref, now = _known_there(effect, repo, remote, folder, target, name)
    if not ref or (source and _moves_on(effect, repo, now, source)):
        return None
    return Change(does, ref, called, folder)


def _name_there(effect: GitEffect, repo: GitRepo, target: str) -> str:
    if target == "HEAD":
        return repo.branch(effect)
    return target[len(HEADS) :] if target.startswith(HEADS) else target.removeprefix(TAGS)


def _known_there(effect: GitEffect, repo: GitRepo, remote: str, folder: str, target: str, name: str) -> tuple[str, str]:
    """The ref of that name and its object: in the repository in `folder`, or "" what is known here of the remote."""
    if folder:
        from fanout.shell.effects import GitEffect

        effect, refs = GitEffect("push", [], folder), [HEADS + name, TAGS + name]
    else:
        refs = [TAGS + name] if target.startswith(TAGS) else [f"{REMOTES}{remote}/{name}", TAGS + name]
    objects = ((ref, object_of(effect, repo, ref)) for ref in refs)
    return next((one for one in objects if one[1]), ("", ""))


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
