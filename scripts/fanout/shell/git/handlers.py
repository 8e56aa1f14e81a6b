"""git: what a command names, what it reaches, and what to type instead while siblings have uncommitted work."""

from __future__ import annotations

import os

from fanout.shell.call import Options
from fanout.shell.effects import GitEffect
from fanout.shell.globs import UNKNOWN, tagged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

GLOBAL_VALUES = ("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--super-prefix", "--config-env")
ENVIRONMENT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
MINE = "<your files>"
ASKED = frozenset(["checkout", "restore", "rm", "mv", "apply", "checkout-index", "worktree"])

READING = frozenset(
    [
        "status",
        "log",
        "show",
        "diff",
        "blame",
        "annotate",
        "grep",
        "ls-files",
        "ls-tree",
        "ls-remote",
        "rev-parse",
        "rev-list",
        "cat-file",
        "describe",
        "shortlog",
        "check-ignore",
        "check-attr",
        "check-mailmap",
        "check-ref-format",
        "merge-base",
        "name-rev",
        "for-each-ref",
        "show-ref",
        "var",
        "version",
        "help",
        "whatchanged",
        "cherry",
        "count-objects",
        "fsck",
        "verify-commit",
        "verify-tag",
        "verify-pack",
        "diff-tree",
        "diff-index",
        "diff-files",
        "range-diff",
        "merge-tree",
        "patch-id",
        "interpret-trailers",
        "stripspace",
        "get-tar-commit-id",
        "fmt-merge-msg",
        "show-branch",
        "column",
        "show-index",
        "instaweb",
        "gitk",
        "gui",
        "citool",
        "request-pull",
        "bugreport",
        "diagnose",
        "--version",
        "--help",
        "-v",
        "-h",
        "--exec-path",
        "--html-path",
    ]
)
REFS = frozenset(
    [
        "fetch",
        "push",
        "tag",
        "branch",
        "remote",
        "config",
        "notes",
        "update-ref",
        "symbolic-ref",
        "reflog",
        "gc",
        "prune",
        "repack",
        "pack-refs",
        "maintenance",
        "commit-tree",
        "write-tree",
        "mktag",
        "mktree",
        "hash-object",
        "replace",
        "credential",
        "rerere",
        "unpack-objects",
        "index-pack",
        "pack-objects",
        "send-email",
        "imap-send",
        "daemon",
        "http-backend",
        "upload-pack",
        "receive-pack",
        "update-server-info",
        "commit-graph",
        "multi-pack-index",
        "for-each-repo",
        "fast-export",
        "prune-packed",
        "pack-redundant",
    ]
)
VALUES: dict[str, tuple[str, str, str]] = {
    "add": ("", "pathspec-from-file chmod", ""),
    "commit": (
        "mFCct",
        "message file reuse-message reedit-message template author date fixup squash cleanup trailer "
        "pathspec-from-file",
        "uS",
    ),
    "checkout": ("bB", "orphan conflict pathspec-from-file", ""),
    "switch": ("cC", "create force-create orphan conflict", ""),
    "restore": ("s", "source conflict pathspec-from-file", ""),
    "reset": ("", "pathspec-from-file", ""),
    "stash": ("m", "message pathspec-from-file", ""),
    "clean": ("e", "exclude", ""),
    "rm": ("", "pathspec-from-file", ""),
    "mv": ("", "", ""),
    "apply": ("pC", "directory exclude include whitespace", ""),
    "am": ("pC", "directory exclude include whitespace patch-format", "S"),
    "merge": ("msXF", "message strategy strategy-option file into-name", "S"),
    "pull": ("msXj", "message strategy strategy-option depth", "S"),
    "rebase": ("sXxC", "onto strategy strategy-option exec whitespace", "S"),
    "cherry-pick": ("msX", "mainline strategy strategy-option cleanup", "S"),
    "revert": ("msX", "mainline strategy strategy-option cleanup", "S"),
    "read-tree": ("", "prefix index-output exclude-per-directory", ""),
    "checkout-index": ("", "prefix stage", ""),
    "update-index": ("", "cacheinfo chmod index-version", ""),
    "worktree": ("bB", "reason expire", ""),
    "archive": ("o", "output format prefix remote", ""),
    "format-patch": ("o", "output-directory", ""),
    "clone": ("bocujO", "branch origin config depth reference template separate-git-dir filter jobs", ""),
    "init": ("b", "initial-branch template separate-git-dir object-format", ""),
    "config": ("f", "file blob type default", ""),
}


class Parsed:
    """A verb's arguments: options, words before and after `--`, and whether there was one."""

    __slots__ = ("after", "before", "dashed", "options")

    def __init__(self, verb: str, args: list[str]) -> None:
        values, long_values, optional = VALUES.get(verb, ("", "", ""))
        self.dashed = "--" in args
        head = args[: args.index("--")] if self.dashed else args
        self.after = args[args.index("--") + 1 :] if self.dashed else []
        self.options = Options(head, values, long_values, optional)
        self.before = self.options.rest

    def has(self, *names: str) -> bool:
        return self.options.has(*names)


def git(call: Call) -> None:
    shell = call.shell
    effect = read_global(call)
    if effect is None:
        call.emit(None)
        return
    alias = _inline_alias(effect) or _earlier_alias(effect, shell.effects.git)
    if alias:
        _run_alias(call, effect, alias)
        return
    if shell.stdin is not None:
        text = shell.stdin.read(shell.world)
        effect.stdin = UNKNOWN if text is None else text
    if UNKNOWN in effect.verb:
        effect.scope, effect.endangers = "tree", "worktree"
        call.unknown("runs a command that is known only when it runs")
        shell.effects.git.append(effect)
        return
    places, cwd = shell.places, shell.world.cwd
    shell.places, shell.world.cwd = (effect.cwd,), effect.cwd
    shell.in_git = effect.verb in ASKED
    classify(call, effect)
    shell.in_git = False
    shell.places, shell.world.cwd = places, cwd
    shell.effects.git.append(effect)
    if effect.verb == "rev-parse" and effect.args == ["--show-toplevel"] and not effect.options and not effect.env:
        call.emit(_top(effect.cwd))
        return
    listing = (
        call.wanted and effect.verb in READING and not any(arg.startswith(("--output", "-O")) for arg in effect.args)
    )
    call.emit(tagged(len(shell.effects.git) - 1) if listing else None)


def _top(cwd: str) -> str | None:
    folder = cwd
    while folder and UNKNOWN not in folder:
        if os.path.exists(folder + "/.git"):
            return folder + "\n"
        folder = folder.rpartition("/")[0]
    return None


def read_global(call: Call) -> GitEffect | None:
    """The verb, with what stands before it; None when there is no verb."""
    args, at, cwd = call.args, 0, call.world.cwd
    options: list[str] = []
    while at < len(args) and args[at].startswith("-") and args[at] not in ("--version", "--help", "-v", "-h"):
        arg = args[at]
        at += 1
        name, equals, value = arg.partition("=")
        if name in GLOBAL_VALUES and not equals and name != "--exec-path":
            value = args[at] if at < len(args) else ""
            at += 1
        if name == "-C":
            kept = call.world.cwd
            call.world.cwd = cwd
            cwd = UNKNOWN if UNKNOWN in value else call.world.absolute(value)
            call.world.cwd = kept
        elif name in ("-c", "--config-env", "--namespace"):
            options += [name, value]
        elif name in ("--git-dir", "--work-tree"):
            options.append(f"{name}={value}")
        else:
            options.append(arg)
    if at >= len(args):
        return None
    effect = GitEffect(args[at], args[at + 1 :], cwd)
    effect.options = options
    for name in ENVIRONMENT:
        found = call.shell.env.get(name) or call.shell.variables.get(name)
        if isinstance(found, str):
            effect.env[name] = found
    return effect


def _inline_alias(effect: GitEffect) -> str:
    prefix = f"alias.{effect.verb.lower()}="
    for at, word in enumerate(effect.options):
        if word == "-c" and effect.options[at + 1].lower().startswith(prefix):
            return effect.options[at + 1][len(prefix) :]
    return ""


def _earlier_alias(effect: GitEffect, before: list[GitEffect]) -> str:
    """`git config alias.x ... && git x`."""
    for other in before:
        if other.verb == "config" and len(other.args) > 1 and other.args[-2].lower() == f"alias.{effect.verb.lower()}":
            return other.args[-1]
    return ""


def _run_alias(call: Call, effect: GitEffect, alias: str) -> None:
    shell = call.shell
    places, cwd = shell.places, shell.world.cwd
    shell.places, shell.world.cwd = (effect.cwd,), effect.cwd
    from fanout.shell.commands.wrap import quoted

    tail = " ".join(quoted(arg) for arg in effect.args)
    shell.run_text(f"{alias[1:]} {tail}" if alias.startswith("!") else f"git {alias} {tail}", "a git alias")
    shell.places, shell.world.cwd = places, cwd


def classify(call: Call, effect: GitEffect) -> None:
    """Fills in what the command reaches, and reports the files it names."""
    verb = effect.verb
    if len(effect.args) == 1 and effect.args[0] in ("--help", "-h"):
        return
    handler = HANDLERS.get(verb)
    if handler is not None:
        handler(call, effect, Parsed(verb, effect.args))
    elif verb in READING:
        _reading(call, effect)
    elif verb in REFS:
        effect.scope = "refs"
        _refs(call, effect)
    else:
        effect.scope, effect.endangers = "alias", "worktree"
        call.unknown(f"{verb} is an alias or a command that is not known here")


def _reading(call: Call, effect: GitEffect) -> None:
    for at, arg in enumerate(effect.args):
        if arg.startswith("--output="):
            call.write(arg[9:])
        elif arg == "--output" and at + 1 < len(effect.args):
            call.write(effect.args[at + 1])
    if effect.verb == "interpret-trailers" and "--in-place" in effect.args:
        call.write(effect.args[-1])


def _refs(call: Call, effect: GitEffect) -> None:
    verb, args = effect.verb, effect.args
    plain = [arg for arg in args if not arg.startswith("-")]
    lists = {
        "branch": not plain
        or any(
            arg in ("--list", "-l", "-a", "-r", "--contains", "--merged", "--no-merged", "-v", "-vv") for arg in args
        ),
        "tag": not plain or any(arg in ("-l", "--list", "--contains", "--points-at", "-n") for arg in args),
        "remote": not plain or plain[:1] in (["show"], ["get-url"]),
        "reflog": not plain or plain[0] not in ("expire", "delete", "drop"),
        "notes": not plain or plain[0] in ("show", "list"),
        "config": any(arg in ("--get", "--get-all", "--list", "-l", "--get-regexp", "list", "get") for arg in args)
        or len(plain) == 1,
        "symbolic-ref": len(plain) < 2,
        "hash-object": "-w" not in args,
        "fast-export": True,
        "update-ref": False,
    }
    if lists.get(verb) and not any(arg in ("-d", "-D", "-m", "-M", "--delete", "-f", "--unset") for arg in args):
        effect.scope = "none"
    if verb == "config":
        target = Parsed(verb, args).options.get("f", "file")
        if target and effect.scope != "none":
            call.write(target)
    if (verb == "update-ref" and any("refs/stash" in arg for arg in args)) or (
        verb == "reflog" and "refs/stash" in args
    ):
        effect.endangers, effect.scope = "stash", "tree"
        effect.safe_form = "leave the stash as it is: siblings may have work in it"


def _harm(effect: GitEffect, scope: str, what: str, safe: str) -> None:
    effect.scope, effect.endangers, effect.safe_form = scope, what, safe


def _named(call: Call, effect: GitEffect, paths: list[str]) -> None:
    """Reports single files as writes; a folder, a pattern or a list from elsewhere is known to git only."""
    effect.paths = paths
    for path in paths:
        simple = not path.startswith(":") and not any(char in path for char in "*?[") and UNKNOWN not in path
        if simple and path and not call.world.is_folder(path):
            call.write(path)
        else:
            call.unknown(f"{effect.verb} changes the files that git finds for {path.replace(UNKNOWN, '?')}")


def _from_file(call: Call, parsed: Parsed) -> list[str]:
    """The pathspecs of `--pathspec-from-file`."""
    source = parsed.options.get("pathspec-from-file")
    if source is None:
        return []
    text = call.input() if source == "-" else call.world.read(source)
    return [UNKNOWN] if text is None else [line for line in text.replace("\0", "\n").split("\n") if line]


def checkout(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    before = list(parsed.before)
    paths = parsed.after + _from_file(call, parsed)
    if not parsed.dashed and not paths and before and not parsed.has("b", "B", "orphan"):
        if len(before) > 1:
            paths, before = (before, []) if call.world.exists(before[0]) else (before[1:], before[:1])
        elif before[0].startswith(":") or call.world.exists(before[0]) or before[0].endswith("/"):
            paths, before = before, []
    if parsed.has("p", "patch") and not paths:
        paths = [":/"]
    if paths:
        source = " ".join(before)
        _harm(effect, "paths", "worktree", f"git checkout {source + ' ' if source else ''}-- {MINE}")
        _named(call, effect, paths)
        return
    if not before and not parsed.has("b", "B", "orphan", "f", "force", "m", "merge", "detach", "d"):
        return
    if parsed.has("b", "B", "orphan") and not before and not parsed.has("f", "force"):
        effect.scope = "refs"
        return
    _harm(effect, "tree", "worktree", "stay on this branch until your siblings end, or use git worktree add")
    call.unknown("checkout changes the files that differ")


def switch(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("c", "C", "create", "force-create") and not parsed.before and not parsed.has("f", "discard-changes"):
        effect.scope = "refs"
        return
    _harm(effect, "tree", "worktree", "stay on this branch until your siblings end, or use git worktree add")
    call.unknown("switch changes the files that differ")


def restore(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    paths = parsed.before + parsed.after + _from_file(call, parsed)
    staged, worktree = parsed.has("S", "staged"), parsed.has("W", "worktree") or not parsed.has("S", "staged")
    flag = ("--staged " if staged else "") + ("--worktree " if staged and worktree else "")
    _harm(effect, "paths", "worktree" if worktree else "index", f"git restore {flag}-- {MINE}")
    effect.paths = paths
    if worktree:
        _named(call, effect, paths)


def reset(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    hard = parsed.has("hard", "merge", "keep")
    paths = parsed.after + _from_file(call, parsed)
    if not parsed.dashed and not hard and not parsed.has("soft", "mixed"):
        rest = parsed.before
        if rest and call.world.exists(rest[0]):
            paths = rest + paths
        elif len(rest) > 1:
            paths = rest[1:] + paths
    if paths:
        effect.paths = paths
        _harm(effect, "paths", "index", f"git reset -- {MINE}")
    elif hard:
        _harm(effect, "tree", "worktree", f"git restore --staged --worktree -- {MINE}")
        call.unknown("reset changes the files that differ")
    elif parsed.has("soft"):
        effect.scope = "refs"
    else:
        _harm(effect, "index", "index", f"git restore --staged -- {MINE}")


def stash(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    verb = next((arg for arg in effect.args if not arg.startswith("-")), "push")
    if verb not in (
        "push",
        "save",
        "pop",
        "apply",
        "drop",
        "clear",
        "list",
        "show",
        "create",
        "store",
        "branch",
        "export",
        "import",
    ):
        verb = "push"
    if verb in ("list", "show", "export"):
        return
    effect.scope = "refs"
    if verb in ("create", "store", "import"):
        return
    if verb in ("drop", "clear"):
        _harm(effect, "tree", "stash", "leave the stash as it is: siblings may have work in it")
        return
    if verb in ("pop", "apply", "branch"):
        _harm(effect, "tree", "stash", "git restore --source=stash@{0} -- <your files>")
        call.unknown(f"stash {verb} changes the files that the stash holds")
        return
    paths = parsed.after + _from_file(call, parsed)
    if not parsed.dashed and "push" in parsed.before:
        paths = [word for word in parsed.before if word != "push"] + paths
    effect.paths = paths
    _harm(effect, "paths" if paths else "tree", "worktree", f"git stash push -- {MINE}")
    call.unknown("stash takes back the files that differ")


def clean(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("n", "dry-run"):
        return
    effect.paths = parsed.before + parsed.after
    _harm(effect, "paths" if effect.paths else "tree", "untracked", f"rm -- {MINE}")
    call.unknown("clean deletes the files that git does not track")


def add(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("n", "dry-run", "refresh"):
        return
    effect.paths = parsed.before + parsed.after + _from_file(call, parsed)
    whole = not effect.paths and parsed.has("A", "all", "u", "update")
    _harm(effect, "tree" if whole else "paths", "index", f"git add -- {MINE}")


def commit(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("dry-run"):
        return
    effect.paths = parsed.before + parsed.after + _from_file(call, parsed)
    scope = "tree" if parsed.has("a", "all") else "paths" if effect.paths else "index"
    message = parsed.options.get("m", "message")
    text = f'-m "{message}" ' if message and len(message) < 60 and "\n" not in message else "-m <message> "
    _harm(effect, scope, "index", f"git commit {text}-- {MINE}")
    if not parsed.has("n", "no-verify") and _has_hooks(effect.cwd):
        call.unknown("commit runs the repository's hooks")


def _has_hooks(cwd: str) -> bool:
    folder = cwd
    while folder and UNKNOWN not in folder:
        if os.path.exists(folder + "/.git"):
            return os.path.exists(folder + "/.git/hooks/pre-commit") or os.path.isdir(folder + "/.husky")
        folder = folder.rpartition("/")[0]
    return False


def rm(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    effect.paths = parsed.before + parsed.after + _from_file(call, parsed)
    if parsed.has("n", "dry-run"):
        return
    cached = parsed.has("cached")
    _harm(effect, "paths", "index" if cached else "worktree", f"git rm {'--cached ' if cached else ''}-- {MINE}")
    for path in [] if cached else effect.paths:
        if any(char in path for char in "*?[:") or UNKNOWN in path:
            call.unknown(f"rm deletes the files that git finds for {path.replace(UNKNOWN, '?')}")
            continue
        call.delete(path, recursive=parsed.has("r") and call.world.is_folder(path))
        folder, _, name = path.rstrip("/").rpartition("/")
        while folder and call.world.known and set(call.world.names(folder)) <= {name}:
            call.delete(folder)
            folder, _, name = folder.rpartition("/")


def mv(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    from fanout.shell.commands.files import move, targets

    if parsed.has("n", "dry-run"):
        return
    words = parsed.before + parsed.after
    effect.paths = words
    _harm(effect, "paths", "worktree", "git mv only your own files")
    for source, target in targets(call, Options(["--", *words])):
        move(call, source, target)


def apply(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    if parsed.has("check", "stat", "numstat", "summary") and not parsed.has("apply"):
        return
    from fanout.shell.commands.diffs import targets

    sources = parsed.before + parsed.after
    texts = [call.world.read(path) if path != "-" else call.input() for path in sources] or [call.input()]
    strip = parsed.options.get("p") or "1"
    folder = parsed.options.get("directory") or ""
    cached = parsed.has("cached")
    _harm(effect, "paths", "index" if cached else "worktree", "apply only the parts of the patch for your files")
    for text in texts:
        if text is None or UNKNOWN in text:
            effect.paths.append(UNKNOWN)
            if not cached:
                call.unknown("apply changes the files of a patch that is known only when it runs")
            continue
        prefix = (folder.rstrip("/") + "/") if folder else ""
        for path, gone in targets(text, int(strip) if strip.isdigit() else 1, call.world, prefix):
            effect.paths.append(path)
            if cached:
                continue
            if gone:
                call.delete(path)
            else:
                call.folders(path.rpartition("/")[0])
                call.write(path)


def moving(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """merge, pull, rebase, cherry-pick, revert, am, bisect: they move HEAD and the work tree with it."""
    verb = effect.verb
    if verb == "bisect" and effect.args[:1] in (["log"], ["view"], ["visualize"], ["terms"], ["help"]):
        return
    if parsed.has("show-current-patch", "quit"):
        return
    _harm(
        effect, "tree", "worktree", "wait until your siblings end, or do it in a worktree of its own (git worktree add)"
    )
    call.unknown(f"{verb} changes the files that differ")
    if verb == "bisect" and effect.args[:1] == ["run"]:
        call.run(effect.args[1:])
    for text in parsed.options.all("x", "exec") if verb == "rebase" else []:
        call.shell.run_text(text, "git rebase")


def plumbing(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """read-tree, checkout-index, update-index, sparse-checkout, filter-branch and others of their reach."""
    verb = effect.verb
    if verb == "sparse-checkout" and effect.args[:1] == ["list"]:
        return
    if verb == "update-index":
        effect.paths = parsed.before + parsed.after
        if effect.paths or parsed.has("cacheinfo", "index-info", "stdin", "again", "g"):
            _harm(effect, "paths", "index", f"git add -- {MINE}")
        return
    if verb == "checkout-index":
        effect.paths = parsed.before + parsed.after
        _harm(effect, "paths" if effect.paths else "tree", "worktree", f"git restore -- {MINE}")
        prefix = parsed.options.get("prefix")
        if prefix and prefix.endswith("/"):
            effect.scope, effect.endangers = "none", None
            call.create(prefix, recursive=True)
        else:
            _named(call, effect, effect.paths) if effect.paths else call.unknown("checkout-index changes every file")
        return
    if verb == "read-tree" and not parsed.has("u"):
        _harm(effect, "index", "index", f"git restore --staged -- {MINE}")
        if parsed.options.get("index-output"):
            effect.endangers = None
        return
    _harm(
        effect, "tree", "worktree", "wait until your siblings end, or do it in a worktree of its own (git worktree add)"
    )
    call.unknown(f"{verb} changes the files that differ")


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
        _harm(effect, "paths", "worktrees", "remove only your own worktree, without --force")
        for path in rest[:1]:
            call.delete(path, recursive=True)
        if verb == "move" and len(rest) > 1:
            call.create(rest[1], recursive=True)


def submodule(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    verb = parsed.before[0] if parsed.before else "status"
    if verb in ("status", "summary"):
        return
    if verb == "foreach":
        call.unknown("runs a command in each submodule")
        return
    effect.paths = parsed.before[1:] + parsed.after
    if verb == "add":
        effect.scope = "index"
        call.write(".gitmodules")
        if len(effect.paths) > 1:
            call.create(effect.paths[1], recursive=True)
        return
    _harm(effect, "paths" if effect.paths else "tree", "worktree", "wait until your siblings end")
    call.unknown(f"submodule {verb} changes the submodules' files")


def making(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """init, clone, archive, bundle, format-patch: they make new things outside the index."""
    verb, options = effect.verb, parsed.options
    rest = parsed.before + parsed.after
    if verb == "init":
        folder = (rest[0].rstrip("/") + "/") if rest else ""
        call.folders(folder.rstrip("/"))
        call.create(folder + ("" if options.has("bare") else ".git"), recursive=True)
        effect.paths = [call.world.absolute(folder or ".")]
    elif verb == "clone" and rest:
        name = rest[0].rstrip("/").rpartition("/")[2].rpartition(":")[2]
        name = name[:-4] if name.endswith(".git") else name
        call.create(
            rest[1] if len(rest) > 1 else name + (".git" if options.has("bare", "mirror") else ""), recursive=True
        )
    elif verb == "archive":
        target = options.get("o", "output")
        if target:
            call.write(target)
    elif verb == "bundle" and rest[:1] == ["create"]:
        for path in rest[1:2]:
            call.write(path)
    elif verb == "format-patch" and not options.has("stdout"):
        output = options.get("o", "output-directory")
        if output:
            call.create(output, recursive=True, folder=True)
        else:
            call.unknown("format-patch makes a file for each commit")


def tools(call: Call, effect: GitEffect, parsed: Parsed) -> None:
    """difftool, mergetool, lfs, svn, p4: programs of their own."""
    if effect.verb == "lfs" and effect.args[:1] in (["ls-files"], ["status"], ["env"], ["version"], ["logs"]):
        return
    call.unknown(f"{effect.verb} starts another program, which may write")


HANDLERS: dict[str, Callable[[Call, GitEffect, Parsed], None]] = {
    "checkout": checkout,
    "switch": switch,
    "restore": restore,
    "reset": reset,
    "stash": stash,
    "clean": clean,
    "add": add,
    "stage": add,
    "commit": commit,
    "rm": rm,
    "mv": mv,
    "apply": apply,
    "worktree": worktree,
    "submodule": submodule,
    **dict.fromkeys(["merge", "pull", "rebase", "cherry-pick", "revert", "am", "bisect"], moving),
    **dict.fromkeys(
        ["read-tree", "checkout-index", "update-index", "sparse-checkout", "filter-branch", "filter-repo"], plumbing
    ),
    **dict.fromkeys(["init", "clone", "archive", "bundle", "format-patch"], making),
    **dict.fromkeys(["difftool", "mergetool", "lfs", "svn", "p4", "annex", "subtree", "fast-import"], tools),
}
