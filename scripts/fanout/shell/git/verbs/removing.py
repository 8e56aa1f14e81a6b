"""git clean, rm, mv: files deleted or renamed."""

from __future__ import annotations

import os

from fanout.shell.call import Options
from fanout.shell.git.command_in_repository import real
from fanout.shell.git.verb_reach import MINE, from_file, harm
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.verbs import Family


def clean(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("n", "dry-run"):
        return
    effect.paths = parsed.before + parsed.after
    harm(effect, "paths" if effect.paths else "tree", "untracked", f"rm -- {MINE}")
    call.unknown("clean deletes the files that git does not track")


def rm(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    effect.paths = parsed.before + parsed.after + from_file(call, parsed)
    if parsed.has("n", "dry-run"):
        return
    cached = parsed.has("cached")
    harm(effect, "paths", "index" if cached else "worktree", f"git rm {'--cached ' if cached else ''}-- {MINE}")
    for path in [] if cached else effect.paths:
        if any(char in path for char in "*?[:") or UNKNOWN in path:
            call.unknown(f"rm deletes the files that git finds for {path.replace(UNKNOWN, '?')}")
            continue
        is_module = call.world.exists(f"{path}/.git")
        call.delete(path, recursive=(parsed.has("r") or is_module) and call.world.is_folder(path))
        folder, _, name = path.rstrip("/").rpartition("/")
        while folder and call.world.known and set(call.world.names(folder)) <= {name}:
            call.delete(folder)
            folder, _, name = folder.rpartition("/")


def mv(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    from fanout.shell.commands.files import targets
    from fanout.shell.copies import move

    if parsed.has("n", "dry-run"):
        return
    words = parsed.before + parsed.after
    effect.paths = words
    harm(effect, "paths", "worktree", "git mv only your own files")
    for source, target in targets(call, Options(["--", *words])):
        move(call, source, target)


def clean_harms(case: Case) -> set[str]:
    setting = case.repo.setting(case.effect, "clean.requireForce")
    if not case.parsed.has("f", "force") and setting not in ("false", "0"):
        return set()
    if case.parsed.has("i", "interactive") and not case.effect.stdin:
        return set()
    if any(UNKNOWN in spec for spec in case.effect.paths):
        return case.pick(None, lambda state: not state.tracked)
    text = case.repo.ask(case.effect, ["clean", "-n", *_tried(case.effect.args)])
    lines = (text or "").splitlines()
    return {found for line in lines if line.startswith("Would remove ") for found in _removed(case, line[13:])}


def _tried(args: list[str]) -> list[str]:
    """The arguments of a dry run that says everything and asks nothing."""
    args = [arg for arg in args if arg not in ("-i", "--interactive", "-q", "--quiet")]
    return [
        arg.replace("q", "").replace("i", "") if arg[:1] == "-" and arg[:2] != "--" and "e" not in arg else arg
        for arg in args
    ]


def _removed(case: Case, name: str) -> list[str]:
    path = name.strip('"')
    base = os.path.join(case.effect.cwd, path)
    place = case.place(os.path.relpath(real(base.rstrip("/")), case.top))
    inside = case.owned.below(place) if path.endswith("/") else []
    return [item for item in ([place] if case.owned.other(place) else inside) if os.path.lexists(item)]


def rm_harms(case: Case) -> set[str]:
    parsed, specs = case.parsed, case.effect.paths
    if any(UNKNOWN in spec for spec in specs):
        specs = [":/"]
    modules = case.repo.modules(case.effect)
    places = [os.path.join(case.effect.cwd, spec) for spec in specs]
    folders = any(os.path.isdir(place) and not os.path.exists(os.path.join(place, ".git")) for place in places)
    if folders and not parsed.has("r"):
        return set()
    matched = case.repo.names(case.effect, ["ls-files", "-z", "--full-name", "--", *specs]) or set()
    mine = case.mine(matched) | {
        name for module in modules if module in matched for name in case.owned_names() if name.startswith(f"{module}/")
    }
    if not mine or parsed.has("f", "force"):
        return mine
    for path, state in case.states(specs).items():
        clash = state.staged and state.changed if parsed.has("cached") else state.dirty
        if path in matched and clash:
            return set()
    return mine


def mv_harms(case: Case) -> set[str] | None:
    flags = [arg for arg in case.effect.args if arg not in ("-v", "--verbose", "-n", "--dry-run")]
    if any(UNKNOWN in arg for arg in flags):
        return None
    text = case.repo.ask(case.effect, ["mv", "-n", *flags])
    harmed: set[str] = set()
    for line in (text or "").splitlines():
        if line.startswith("Renaming "):
            for name in line[9:].split(" to "):
                harmed.add(os.path.relpath(real(os.path.join(case.effect.cwd, name)), case.top))
    return {name for path in harmed for name in [path, *case.under(path)] if case.is_owned(name)}


VERBS: Family = {"clean": (clean, clean_harms), "rm": (rm, rm_harms), "mv": (mv, mv_harms)}
