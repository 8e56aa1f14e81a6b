"""git apply and am: the files of a patch."""

from __future__ import annotations

import os

from fanout.shell.git.verb_reach import harm
from fanout.shell.git.verbs.moving_head import moving
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.verbs import Family


def apply(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("check", "stat", "numstat", "summary") and not parsed.has("apply"):
        return
    sources = parsed.before + parsed.after
    texts = [call.world.read(path) if path != "-" else call.input() for path in sources] or [call.input()]
    cached = parsed.has("cached")
    harm(effect, "paths", "index" if cached else "worktree", "apply only the parts of the patch for your files")
    for text in texts:
        for path, gone in _patch_targets(call, parsed, text):
            effect.paths.append(path)
            if cached:
                continue
            if UNKNOWN in path:
                call.unknown("apply changes the files of a patch that is known only when it runs")
            elif gone:
                call.delete(path)
            else:
                call.folders(path.rpartition("/")[0])
                call.write(path)


def parsed_numstat(text: str | None) -> set[str] | None:
    """The paths that git itself lists for a patch, its filters taken into account."""
    return None if text is None else {line.split("\t", 2)[2] for line in text.split("\0") if line.count("\t") >= 2}


def _patch_targets(call: Call, parsed: Parsed, text: str | None) -> list[tuple[str, bool]]:
    from fanout.shell.commands.diffs import targets

    if text is None or UNKNOWN in text:
        return [(UNKNOWN, False)]
    strip = parsed.options.get("p") or "1"
    folder = parsed.options.get("directory") or ""
    prefix = (folder.rstrip("/") + "/") if folder else ""
    found = targets(text, int(strip) if strip.isdigit() else 1, call.world, prefix)
    return [(path, gone) for path, gone in found if _is_wanted(parsed, path)]


def _is_wanted(parsed: Parsed, path: str) -> bool:
    """What `--include` and `--exclude` let through: the first of them that fits decides, and with an `--include` the rest is
    left out."""
    from fnmatch import fnmatchcase

    filters = [(name, value) for name, value in parsed.options.found if name in ("include", "exclude")]
    for name, pattern in filters:
        if fnmatchcase(path, pattern):
            return name == "include"
    return all(name == "exclude" for name, _ in filters)


def apply_harms(case: Case) -> set[str]:
    stdin = case.effect.stdin
    paths = set(case.effect.paths)
    if stdin is not None and UNKNOWN not in stdin:
        paths = (paths | _targets_of_input(case, stdin)) - {UNKNOWN}
    elif UNKNOWN in paths:
        return case.pick(None, lambda state: state.dirty)
    if _are_there(case):
        flags = [arg for arg in case.effect.args if arg not in ("-v", "--verbose")]
        if case.repo.ask(case.effect, ["apply", "--check", *flags], feed=stdin, worst=0) is None:
            return set()
        chosen = parsed_numstat(case.repo.ask(case.effect, ["apply", "--numstat", "-z", *flags], feed=stdin, worst=0))
        paths = paths & chosen if chosen is not None and case.parsed.has("include", "exclude") else paths
    return case.mine(case.from_cwd(path) for path in paths)


def _targets_of_input(case: Case, text: str) -> set[str]:
    from fanout.shell.commands.diffs import targets
    from fanout.shell.virtual_filesystem import VirtualFilesystem

    strip = int(case.parsed.options.get("p") or "1")
    named = targets(text, strip, VirtualFilesystem(case.effect.cwd, ""), "")
    return {path for path, _ in named}


def _are_there(case: Case) -> bool:
    """Whether git can be asked: the patches exist, or their text is known."""
    sources = case.parsed.before + case.parsed.after
    if not sources:
        return UNKNOWN not in (case.effect.stdin or "")
    return all(os.path.exists(os.path.join(case.effect.cwd, source)) for source in sources)


def am_harms(case: Case) -> set[str]:
    parsed = case.parsed
    if parsed.has("abort", "continue", "skip", "quit", "r", "resolved"):
        return set() if parsed.has("quit") else case.resumed("rebase-apply")
    blockers = case.blockers()
    if any(state.staged for state in blockers.values()):
        return set()
    mailed = _mailed(case)
    if any(path in mailed and (state.changed or state.untracked) for path, state in blockers.items()):
        return set()
    return case.mine(mailed)


def _mailed(case: Case) -> set[str]:
    """The files that the mailed patches change."""
    from fanout.shell.commands.diffs import targets
    from fanout.shell.virtual_filesystem import VirtualFilesystem

    texts = [case.effect.stdin] if case.effect.stdin else []
    for name in case.parsed.before + case.parsed.after:
        try:
            with open(os.path.join(case.effect.cwd, name), encoding="utf-8", errors="replace") as source:
                text = source.read()
        except OSError:
            continue
        if text.startswith("From ") or "\nSubject:" in text:
            texts.append(text)
    world = VirtualFilesystem(case.top, "")
    return {path for text in texts for path, _ in targets(text, 1, world, "")}


VERBS: Family = {"apply": (apply, apply_harms), "am": (moving, am_harms)}
