"""A git verb's arguments: options with their values, pathspecs, what stands after `--`."""

from __future__ import annotations

from fanout.shell.call import Options
from fanout.shell.globs import UNKNOWN

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
    "branch": ("u", "set-upstream-to sort format points-at", "t"),
    "tag": ("mFu", "message file local-user sort format points-at cleanup trailer", "n"),
    "notes": ("mFcC", "ref message file reuse-message reedit-message strategy", ""),
    "push": ("o", "repo receive-pack exec push-option recurse-submodules", ""),
    "config": ("f", "file blob type default", ""),
    "prune": ("", "expire", ""),
    "reflog": ("", "expire expire-unreachable", ""),
    "repack": ("", "window window-memory depth threads max-pack-size keep-pack", ""),
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


def ref_updates(parsed: Parsed, stdin: str) -> list[tuple[str, str]]:
    """What `update-ref` changes: each ref with its new object, "" where it is deleted or only the run shows it."""
    if not parsed.has("stdin"):
        words = parsed.before[:1] if parsed.has("d", "delete") else parsed.before[:2]
        return [(words[0], "".join(words[1:]))] if words else []
    lines = [line.split() for line in stdin.replace("\0", "\n").split("\n")]
    updates = [line for line in lines if len(line) > 1 and line[0] in ("update", "delete")]
    named = [(line[1], "".join(line[2:3]) if line[0] == "update" else "") for line in updates]
    return named or ([(UNKNOWN, "")] if UNKNOWN in stdin else [])


def refspec(word: str, deletes: bool) -> tuple[str, str, str]:
    """Source, colon and target as typed, "" for what is not; `deletes`: the one name is what goes."""
    source, colon, target = word.lstrip("+").partition(":")
    return ("", colon, source) if deletes else (source, colon, target)
