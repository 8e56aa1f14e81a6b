"""Asks the real repository: read-only git commands, each at most once for a question. Starts no hook, no network and no
program that the line gives to git: whether the line may run is not decided yet."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.effects import GitEffect

SECONDS = 5
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
KEPT = (
    "PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "XDG_CONFIG_HOME", "USERPROFILE", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
)  # fmt: skip
QUIET = (
    "--no-optional-locks",
    "-c",
    "core.quotepath=off",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
)
PAGING = ("-p", "--paginate")
UNUSUAL = ("worktree", "include", "bare = true", "bare=true", "repositoryformatversion = 1")  # what may lead elsewhere


class State:
    """What of a path is not committed: staged, changed in the work tree, untracked, ignored."""

    __slots__ = ("changed", "conflict", "ignored", "new", "staged", "tracked", "untracked")

    def __init__(self) -> None:
        self.staged = False
        self.changed = False
        self.untracked = False
        self.ignored = False
        self.tracked = True
        self.new = False
        self.conflict = False

    @property
    def dirty(self) -> bool:
        return self.staged or self.changed


class GitRepo:
    """The repository that one git command works on: its folder, options before the verb, and environment."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        self.environ = dict(os.environ) if environ is None else environ

    def ask(
        self,
        effect: GitEffect,
        args: list[str],
        cwd: str = "",
        extra: dict[str, str] | None = None,
        feed: str | None = None,
        worst: int = 1,
    ) -> str | None:
        """The output of `git args` fed with `feed`; None when it ends with more than `worst`, or there is no git."""
        options = effect.options and _harmless(effect.options, args[0])
        if options is None:
            return None
        command, place = ["git", *options, *QUIET, *args], cwd or effect.cwd
        if any("\0" in word for word in command) or "\0" in place:
            return None
        code, output = _answer(command, place, self.environment(effect, extra), feed)
        return output.decode("utf-8", "surrogateescape") if 0 <= code <= worst else None

    def environment(self, effect: GitEffect, extra: dict[str, str] | None) -> dict[str, str]:
        env = {name: self.environ[name] for name in KEPT if name in self.environ}
        env.update({name: value for name, value in effect.env.items() if "\0" not in value})
        env.update(GIT_TERMINAL_PROMPT="0", GIT_OPTIONAL_LOCKS="0", LC_ALL="C", **(extra or {}))
        return env

    def top(self, effect: GitEffect) -> str | None:
        """The top of the work tree, None where git does not say."""
        usual = "" if effect.options or effect.env else _usual_top(effect.cwd)
        if usual:
            return usual
        found = self.ask(effect, ["rev-parse", "--show-toplevel"])
        return found.rstrip("\n") if found is not None else None

    def alias(self, effect: GitEffect) -> str | None:
        """What an alias stands for; "" when there is none; None when git can't say."""
        found = self.ask(effect, ["config", "--get", f"alias.{effect.verb}"])
        return found.rstrip("\n") if found else ""

    def states(self, effect: GitEffect, specs: list[str]) -> dict[str, State] | None:
        """The uncommitted paths that the pathspecs match (none: all), relative to the top."""
        args = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames"]
        text = self.ask(effect, [*args, "--", *specs])
        if text is None:
            return None
        states: dict[str, State] = {}
        for record in text.split("\0"):
            if record:
                _record(record, states)
        return states

    def names(
        self, effect: GitEffect, args: list[str], cwd: str = "", extra: dict[str, str] | None = None
    ) -> set[str] | None:
        """The paths that a `-z` command lists."""
        text = self.ask(effect, args, cwd, extra)
        return None if text is None else {name for name in text.split("\0") if name}

    def commit(self, effect: GitEffect, name: str) -> str | None:
        """The commit or tree that a name stands for."""
        if name == "-":
            name = "@{-1}"
        found = self.ask(effect, ["rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"])
        return found.strip() if found and found.strip() else None

    def branch(self, effect: GitEffect) -> str:
        """The branch that HEAD is on, "" for none."""
        return (self.ask(effect, ["symbolic-ref", "--short", "-q", "HEAD"]) or "").strip()

    def setting(self, effect: GitEffect, name: str, hooks: bool = False) -> str:
        """A setting's value; `hooks`: `core.hooksPath` as it is for others, not as it is for our questions."""
        args = ["config", "--get-all", name] if hooks else ["config", "--get", name]
        values = (self.ask(effect, args) or "").strip().split("\n")
        return next((value for value in reversed(values) if not hooks or value != "/dev/null"), "")

    def pending(self, effect: GitEffect, *names: str) -> bool:
        """Whether one of git's state files (`MERGE_HEAD`, `rebase-merge`, ...) is there."""
        for name in names:
            found = (self.ask(effect, ["rev-parse", "--git-path", name]) or "").strip()
            if found and os.path.exists(os.path.join(effect.cwd, found)):
                return True
        return False

    def modules(self, effect: GitEffect) -> list[str]:
        """The paths of the submodules, relative to the top."""
        text = self.ask(effect, ["ls-files", "-s", "-z", ":/"]) or ""
        return [record.partition("\t")[2] for record in text.split("\0") if record.startswith("160000 ")]

    def differing(self, effect: GitEffect, old: str, new: str) -> set[str] | None:
        return self.names(effect, ["diff", "--name-only", "--no-renames", "-z", old, new])


def _answer(command: list[str], place: str, env: dict[str, str], feed: str | None) -> tuple[int, bytes]:
    """Exit code and output; -1 when git does not answer."""
    from fanout.shell.git import child

    if feed is None and child.is_possible():
        git, *rest = command
        return child.answer([git, "-C", place, *rest], env, SECONDS) or (-1, b"")
    import subprocess

    fed = (feed or "").encode("utf-8", "surrogateescape")
    try:
        done = subprocess.run(command, cwd=place, env=env, input=fed, capture_output=True, timeout=SECONDS)
    except (OSError, ValueError, subprocess.SubprocessError):
        return -1, b""
    return done.returncode, done.stdout


def _harmless(options: list[str], verb: str) -> list[str] | None:
    """The line's own options without those by which a question would start a program of the line's; None where the answer
    hangs on one. Asking for a setting starts nothing."""
    if verb in ("config", "rev-parse"):
        return [word for word in options if word not in PAGING]
    from fanout.shell import lazy_re as re
    from fanout.shell.git.configured_programs import DECIDING, PROGRAMS

    kept, rest = [], iter(options)
    for word in rest:
        if word in ("-c", "--config-env"):
            value = next(rest, "")
            name, _, program = value.partition("=")
            if program.lower() not in ("", "true", "false") and re.fullmatch(DECIDING, name, re.I):
                return None
            if not re.fullmatch(PROGRAMS, name, re.I):
                kept += [word, value]
        elif word not in PAGING and not word.startswith("--exec-path"):
            kept.append(word)
    return kept


def _usual_top(folder: str) -> str:
    """What git says of a folder in a usual work tree of the user's own, read from its files; "" for anything else."""
    top = os.path.realpath(folder) if os.path.isdir(folder) else ""
    while top and not os.path.lexists(os.path.join(top, ".git")):
        top = os.path.dirname(top) if os.path.dirname(top) != top else ""
    git = os.path.join(top, ".git")
    parts = ("HEAD", "config", "objects", "refs")
    if not top or os.path.islink(git) or not all(os.path.exists(os.path.join(git, part)) for part in parts):
        return ""
    try:
        with open(os.path.join(git, "config"), encoding="utf-8", errors="replace") as file:
            settings = file.read().lower()
        is_own = {os.stat(place).st_uid for place in (top, git)} == {os.geteuid()}
    except (OSError, AttributeError):  # Windows knows no such numbers
        return ""
    return top if is_own and not any(word in settings for word in UNUSUAL) else ""


def _record(record: str, states: dict[str, State]) -> None:
    state = State()
    kind = record[0]
    if kind in "12u":
        fields = record.split(" ", {"1": 8, "2": 9, "u": 10}[kind])
        state.staged = fields[1][0] != "."
        state.changed = fields[1][1] != "."
        state.new = fields[1][0] == "A" or fields[1][1] == "A"
        state.conflict = kind == "u"
        states[fields[-1]] = state
    elif kind in "?!":
        state = states.setdefault(record[2:], state)  # taken out of the index, and still there
        state.tracked = False
        state.untracked = kind == "?"
        state.ignored = kind == "!"
