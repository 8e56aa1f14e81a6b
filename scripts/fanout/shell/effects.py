"""What a command line would do: the writes it names, what can't be known, and its git commands."""

from __future__ import annotations

CREATE = "create"
MODIFY = "modify"
DELETE = "delete"
MOVE = "move"
TRUNCATE = "truncate"


class Write:
    """One absolute path that would be written. `recursive` means all below it, too.

    `kinds` says that of what is below only files with these endings are written (see `is_of`); none: all.
    `folder` says that only a folder is made there, which touches nothing of what others have below it.
    `upkeep` says that a tool brings its own file or folder up to date, as anybody's next call would: it is written, and
    becomes nobody's by that. `git` says that a git command names it: whether its bytes change depends on the
    repository's state.
    """

    __slots__ = ("folder", "git", "kind", "kinds", "path", "recursive", "upkeep")

    def __init__(
        self,
        path: str,
        kind: str,
        recursive: bool = False,
        git: bool = False,
        kinds: tuple[str, ...] = (),
        upkeep: bool = False,
        folder: bool = False,
    ) -> None:
        self.folder = folder
        self.path = path
        self.kind = kind
        self.kinds = kinds
        self.recursive = recursive
        self.upkeep = upkeep
        self.git = git

    def __repr__(self) -> str:
        return f"Write({self.path!r}, {self.kind!r}{', recursive' if self.recursive else ''})"


def is_of(kinds: tuple[str, ...], path: str) -> bool:
    """Whether the file's name has one of the endings; "" stands for a name without a dot."""
    name = path.rpartition("/")[2]
    return any(name.endswith(kind) if kind else "." not in name for kind in kinds)


class GitEffect:
    """One git command.

    `scope` is what it reaches ("tree", "paths", "index", "refs", "none", or "alias" while only git's configuration
    knows); `endangers` is what of a sibling's it could reach at worst ("worktree", "index", "untracked", "stash",
    "worktrees" or None); `safe_form` is what to type instead. `verb`, `args`, `options` (those before the verb),
    `cwd`, `env` and `stdin` (known piped text, or None) say what was typed; `paths` are the pathspecs, relative to
    `cwd`; `inside` is the command that must start before this one runs (`rebase --exec`); `settings` is which of git's
    settings files it writes (see `git/config_files.py`), "" for none.
    """

    __slots__ = (
        "args", "cwd", "endangers", "env", "inside", "options", "paths", "safe_form", "scope", "settings", "stdin", "verb",
    )  # fmt: skip

    def __init__(self, verb: str, args: list[str], cwd: str) -> None:
        self.verb = verb
        self.args = args
        self.cwd = cwd
        self.options: list[str] = []
        self.env: dict[str, str] = {}
        self.stdin: str | None = None
        self.scope = "none"
        self.paths: list[str] = []
        self.endangers: str | None = None
        self.safe_form = ""
        self.settings = ""
        self.inside: GitEffect | None = None

    def __repr__(self) -> str:
        return f"GitEffect({self.verb!r}, {self.args!r}, scope={self.scope!r}, endangers={self.endangers!r})"


class Runtime:
    """What one command does to what runs beside the files: processes, ports, containers, databases, services.

    `reach` says whose it can be: "starts" makes `things` ("port:3000", "database:app") the caller's; "one" names its
    things, so that only somebody's claim on one speaks against it; "named" names what is everybody's until the caller has
    started it, or what it lies `within`; "all" reaches what nobody can name; "pid" ends processes by number.
    `command` is what was typed, `does` what it would do ("end every process that matches 'vite'"), `instead` the limited
    form. Of what starts: `is_sure` says that it fails where another has the thing, `is_shared` that two may have it,
    `detached` that it goes on when the command has ended. `folder`: it concerns this folder's own containers.
    """

    __slots__ = (
        "command", "detached", "does", "folder", "instead", "is_shared", "is_sure", "reach", "things", "within",
    )  # fmt: skip

    def __init__(self, command: str, reach: str, things: tuple[str, ...] = ()) -> None:
        self.command = command
        self.reach = reach
        self.things = things
        self.within: tuple[str, ...] = ()
        self.does = ""
        self.instead = ""
        self.folder = ""
        self.is_sure = False
        self.is_shared = False
        self.detached = False

    def __repr__(self) -> str:
        return f"Runtime({self.command!r}, {self.reach!r}, {self.things!r})"


class Listing:
    """What a command of the line lists, by number or id, for another to end: `words` are what narrows it."""

    __slots__ = ("kind", "shown", "words")

    def __init__(self, kind: str, shown: str, words: list[str]) -> None:
        self.kind = kind
        self.shown = shown
        self.words = words


class Effects:
    """All that one command line would do; `reasons` are short sentences.

    `listed` says that something depends on what git prints; `source` is what was analysed (line, folder, home,
    environment), so that it can be analysed again with a repository to ask. `contents` is what some of the written files
    would hold then, by their absolute paths: where the line says it all.

    `checks` is True when nothing in the line is unknown but known checkers: test runners, linters, type checkers,
    benchmarks, builds, which write caches and build output as a rule. `writes` and `git` stand apart: a line that checks
    may still write a report where it says so. `runtime` stands apart, too: it says nothing of files.
    """

    __slots__ = (
        "contents", "git", "lenient", "listed", "listings", "reasons", "runtime", "source", "strange", "unknown", "writes",
    )  # fmt: skip

    def __init__(self) -> None:
        self.contents: dict[str, str] = {}
        self.lenient = 0
        self.strange = False
        self.listed = False
        self.source: tuple[str, str, str, dict[str, str]] | None = None
        self.writes: list[Write] = []
        self.unknown = False
        self.git: list[GitEffect] = []
        self.runtime: list[Runtime] = []
        self.listings: list[Listing] = []
        self.reasons: list[str] = []

    def note(self, reason: str) -> None:
        if reason not in self.reasons and len(self.reasons) < 20:
            self.reasons.append(reason)

    def unknowable(self, reason: str) -> None:
        """It may write something that can't be named."""
        self.unknown = True
        self.strange = self.strange or not self.lenient
        self.note(reason)

    def checking(self, reason: str) -> None:
        """It runs the project's code to find something out."""
        self.unknown = True
        self.note(reason)

    @property
    def checks(self) -> bool:
        return not self.strange

    def paths(self, cwd: str) -> list[str]:
        """The written paths, sorted: relative to `cwd` where they are below it, else absolute."""
        return sorted({shorten(write.path, cwd) for write in self.writes})


def shorten(path: str, cwd: str) -> str:
    base = cwd.rstrip("/") + "/"
    if path.startswith(base):
        return path[len(base) :]
    return "." if path + "/" == base else path


def is_read_only(effects: Effects) -> bool:
    """Whether the line certainly writes nothing: no file, nothing unknown, no index or ref."""
    return not effects.writes and not effects.unknown and all(found.scope == "none" for found in effects.git)


def is_wide(effects: Effects) -> bool:
    """Whether a line may write more than the files that it names."""
    if effects.unknown or any(write.recursive for write in effects.writes):
        return True
    return any(found.scope not in ("none", "index", "refs") for found in effects.git)
