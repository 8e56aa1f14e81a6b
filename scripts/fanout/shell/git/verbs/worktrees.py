"""git worktree and submodule; init, clone and what else makes new places; programs that git only starts."""

from __future__ import annotations

import os

from fanout.shell.git.verb_reach import harm
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.arguments import Parsed
    from fanout.shell.git.command_in_repository import Case
    from fanout.shell.git.verbs import Family


def worktree(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    verb, rest = (parsed.before[0], parsed.before[1:]) if parsed.before else ("list", [])
    rest = rest + parsed.after
    if verb == "list":
        return
    effect.scope = "refs"
    if verb == "add" and rest:
        call.create(rest[0], recursive=True, folder=True)
    elif verb in ("remove", "move"):
        effect.paths = rest[:1]
        harm(effect, "paths", "worktrees", "remove only your own worktree, without --force")
        if any(call.world.is_folder(f"{path}/.git") for path in rest[:1]):
            return  # git refuses: that is the main one
        for path in rest[:1]:
            call.delete(path, recursive=True)
        if verb == "move" and len(rest) > 1:
            call.create(rest[1], recursive=True)


def submodule(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    verb = parsed.before[0] if parsed.before else "status"
    if verb in ("status", "summary"):
        return
    if verb == "foreach":
        _in_each(call, effect)
        return
    effect.paths = parsed.before[1:] + parsed.after
    if verb == "set-branch":
        call.write(".gitmodules")
        return
    if verb == "add":
        effect.scope = "index"
        call.write(".gitmodules")
        if len(effect.paths) > 1:
            call.create(effect.paths[1], recursive=True)
        return
    harm(effect, "paths" if effect.paths else "tree", "worktree", "wait until your siblings end")
    call.unknown(f"submodule {verb} changes the submodules' files")


def _in_each(call: Call, effect: GitEffect) -> None:
    """`submodule foreach`: its command in the folder of each submodule, deeper ones are not known."""
    call.unknown("runs a command in each submodule")
    words = [word for at, word in enumerate(effect.args) if at and word not in ("--recursive", "--quiet", "-q")]
    listed = call.world.read(".gitmodules") or ""
    shell = call.shell
    places, cwd = shell.places, shell.world.cwd
    for line in listed.splitlines():
        name, _, path = line.partition("=")
        if name.strip() == "path" and words:
            shell.world.cwd = shell.world.absolute(path.strip())
            shell.places = (shell.world.cwd,)
            shell.run_text(" ".join(words), "git submodule")
            shell.places, shell.world.cwd = places, cwd


def making(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """init, clone, archive, bundle, format-patch, merge-file: they make new things outside the index."""
    verb, options = effect.verb, parsed.options
    rest = parsed.before + parsed.after
    if verb == "init":
        folder = (rest[0].rstrip("/") + "/") if rest else ""
        call.folders(folder.rstrip("/"))
        if not call.world.exists(f"{folder}.git") or options.has("bare"):  # a repository that is there stays as it is
            call.create(folder + ("" if options.has("bare") else ".git"), recursive=True)
        effect.paths = [call.world.absolute(folder or ".")]
    elif verb == "clone" and rest:
        folder = [*rest, _clone_name(rest[0], options.has("bare", "mirror"))][1]
        call.create(folder, recursive=True)
        effect.paths = [call.world.absolute(folder)]
    elif verb == "bundle" and rest[:1] == ["create"]:
        for path in rest[1:2]:
            if path != "-":
                call.write(path)
    elif verb == "merge-file" and rest and not options.has("p", "stdout", "object-id"):
        call.write(rest[0])
    elif verb == "archive":
        _archive(call, effect, parsed, rest)
    elif verb == "format-patch" and not options.has("stdout"):
        output = options.get("o", "output-directory")
        if output:
            call.folders(output.rstrip("/").rpartition("/")[0])
            call.create(output, recursive=True, folder=True)
        else:
            call.unknown("format-patch makes a file for each commit")


def _archive(call: Call, effect: GitEffect, parsed: Parsed, rest: list[str]) -> None:
    output = parsed.options.get("o", "output")
    if output:
        call.write(output)
        call.world.contents[call.world.landing(call.world.absolute(output))] = None
    if rest:
        _archived(call, effect, parsed.options.get("prefix") or "", rest)


def _archived(call: Call, effect: GitEffect, prefix: str, rest: list[str]) -> None:
    """What a later unpacking of it brings: the members, as the repository has them."""
    call.shell.effects.listed = True
    if call.shell.repo is not None and not any(UNKNOWN in word for word in [*rest, effect.cwd]):
        names = call.shell.repo.ask(effect, ["ls-tree", "-r", "--name-only", "-z", rest[0], "--", *rest[1:]])
        call.shell.archived = None if names is None else [prefix + name for name in names.split("\0") if name]


def _clone_name(url: str, bare: bool) -> str:
    name = url.rstrip("/").rpartition("/")[2].rpartition(":")[2]
    name = name[:-4] if name.endswith(".git") else name
    return name + (".git" if bare else "")


def tools(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """difftool, mergetool, lfs, svn, p4: programs of their own."""
    if effect.verb == "lfs" and effect.args[:1] in (["ls-files"], ["status"], ["env"], ["version"], ["logs"]):
        return
    if effect.verb == "lfs" and effect.args[:1] in (["track"], ["untrack"]):
        call.write(".gitattributes")
        return
    if effect.verb in ("difftool", "mergetool") and parsed.options.has("tool-help"):
        return
    call.unknown(f"{effect.verb} starts another program, which may write")


def submodule_harms(case: Case) -> set[str]:
    modules = case.repo.modules(case.effect)
    if case.parsed.before[:1] == ["update"] and not case.parsed.has("f", "force", "remote", "merge", "rebase"):
        modules = [module for module in modules if not _stands_there(case, module)]
    return {path for module in modules for path in case.owned_names() if path.startswith(module + "/")}


def _stands_there(case: Case, module: str) -> bool:
    """Whether the submodule is at the commit that is recorded: an update without force then leaves its files."""
    recorded = (case.repo.ask(case.effect, ["rev-parse", "--verify", "-q", f":{module}"]) or "").strip()
    place = os.path.join(case.top, module)
    return bool(recorded) and (case.repo.ask(case.effect, ["-C", place, "rev-parse", "HEAD"]) or "").strip() == recorded


def worktree_harms(case: Case) -> set[str]:
    words = case.parsed.before + case.parsed.after
    if len(words) < 2 or words[0] not in ("remove", "move"):
        return set()
    if UNKNOWN in words[1]:
        return {path for place in worktrees(case)[1:] for path in case.owned.below(case.place(place))}
    place = worktree_place(case, words[1])
    if not place or not os.path.isdir(place):
        return set()
    forced = case.parsed.has("f", "force") or words[0] == "move"
    dirty = bool((case.repo.ask(case.effect, ["-C", place, "status", "--porcelain", "-uall"]) or "").strip())
    return set() if dirty and not forced else _lost_with(case, place, dirty)


def _lost_with(case: Case, place: str, dirty: bool) -> set[str]:
    """The siblings' files in a worktree; when it is dirty and nothing there is known as anybody's, the worktree itself."""
    here = case.place(place)
    below = set(case.owned.below(here))
    if below or not dirty or case.owned.knows_below(here) or (case.effect.cwd + "/").startswith(place + "/"):
        return below
    case.owned.add(here, "somebody, with work that is in no commit")
    return {here}


def worktree_place(case: Case, word: str) -> str:
    place = os.path.realpath(os.path.join(case.effect.cwd, word))
    known = worktrees(case)
    if place in known[:1]:
        return ""  # the main one: git refuses
    if place in known:
        return place
    ending = [path for path in known if path.endswith("/" + word.strip("/"))]
    return ending[0] if len(ending) == 1 else ""


def worktrees(case: Case) -> list[str]:
    """The work trees of the repository, the main one first."""
    text = case.repo.ask(case.effect, ["worktree", "list", "--porcelain"]) or ""
    return [line[9:] for line in text.splitlines() if line.startswith("worktree ")]


def nothing_harmed(case: Case) -> set[str]:
    """New places only, or another program: nothing of a sibling's is reached through git."""
    return set()


VERBS: Family = {
    "worktree": (worktree, worktree_harms),
    "submodule": (submodule, submodule_harms),
    **dict.fromkeys(["init", "clone", "archive", "bundle", "format-patch", "merge-file"], (making, nothing_harmed)),
    **dict.fromkeys(
        ["difftool", "mergetool", "lfs", "svn", "p4", "annex", "subtree", "fast-import"], (tools, nothing_harmed)
    ),
}
