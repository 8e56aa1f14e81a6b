"""What git has for a path, and what it would have after a task's step: the change from what it found to what it left.

An entry is a mode and a blob's id, as in git's index. Blobs of plain files went through the path's filters (line ends,
large files), as with `git add`; those of links hold the target.
"""

from __future__ import annotations

import os

from fanout.run.changes import git, merge, objects
from fanout.run.store import paths

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

Entry = tuple[str, str]
Step = tuple[Entry, Entry]
NOTHING: Entry = ("0", "")
LINK = "120000"
LITERAL = "--literal-pathspecs"
MODES = {"": "100644", objects.EXECUTABLE: "100755", objects.LINK: LINK}


class Clash(Exception):
    """A step does not fit onto what git has; the message is the path."""


def of(root: str, tree: str, path: str, name: str) -> Entry:
    """The entry of an object that the project keeps, for a path of a work tree; its blob goes into the repository."""
    if name == objects.ABSENT:
        return NOTHING
    if name == objects.NOT_KEPT:  # too large to be kept: the file as it is
        return _of_file(tree, path)
    kind = objects.kind(name)
    filters = [] if kind == objects.LINK else ["--path", path]
    return _mode(tree, path, kind), git.run(
        tree, "hash-object", "-w", "--stdin", *filters, data=objects.load(root, name)
    )


def _of_file(root: str, path: str) -> Entry:
    kind = objects.EXECUTABLE if objects.is_executable(os.stat(os.path.join(root, path)).st_mode) else ""
    return _mode(root, path, kind), git.run(root, "hash-object", "-w", "--", path)


def _mode(tree: str, path: str, kind: str) -> str:
    """The mode as git would take it: where it goes by no mode of files, the one that it has, else a plain file's."""
    if kind == objects.LINK or git.reads_modes(tree):
        return MODES[kind]
    known = staged(tree, path)[0]
    return known if known in (MODES[""], MODES[objects.EXECUTABLE]) else MODES[""]


def in_tree(root: str, head: str, path: str) -> Entry:
    """What a commit has; `head` may be "" for none yet."""
    fields = git.run(root, LITERAL, "ls-tree", head, "--", path).split() if head else []
    return (fields[0], fields[2]) if fields and fields[1] != "tree" else NOTHING


def spelled(root: str, names: Iterable[str], folds: bool) -> dict[str, str]:
    """Each name as git has it: where names fold, a file that git knows in another spelling stays that file."""
    found = {name: name for name in names}
    if not found or not folds:
        return found
    code, out, _err = git.attempt(root, "ls-tree", "-r", "-z", "--name-only", "HEAD")
    known = {*git.run(root, "ls-files", "-z").split("\0"), *(out.split("\0") if code == 0 else ())}
    by_key = {paths.key(name, folds): name for name in known - set(found)}
    return {name: name if name in known else by_key.get(paths.key(name, folds), name) for name in found}


def staged(root: str, path: str) -> Entry:
    """What the user's index has."""
    for record in git.run(root, LITERAL, "ls-files", "-s", "-z", "--", path).split("\0"):
        about, _, name = record.partition("\t")
        if name == path:  # else it is below: a folder stands there
            mode, blob, _ = about.split()
            return mode, blob
    return NOTHING


def laid(root: str, path: str, step: Step, there: Entry, is_close: bool = False) -> Entry:
    """The entry with the step made from `there`, which may hold other changes; `is_close`: see merge. Raises Clash."""
    before, after = step
    if there in (before, after):
        return after
    if NOTHING in (before, after, there) or LINK in (before[0], after[0], there[0]):
        raise Clash(path)
    sides = [git.blob(root, entry[1]) for entry in (before, there, after)]
    merged = merge.merge(*sides, is_close=is_close)
    if merged is None:
        raise Clash(path)
    mode = after[0] if after[0] != before[0] else there[0]
    return mode, git.run(root, "hash-object", "-w", "--stdin", data=merged)


def fitted(root: str, path: str, step: Step, there: Entry) -> Entry:
    """As `laid`; where the step began with lines that somebody had put in and that `there` lacks, and they are all that it
    clashes with: what it made where it left none of them, else its own lines beside theirs. Raises Clash."""
    try:
        return laid(root, path, step, there)
    except Clash:
        lines = _lacking(root, step, there)
        if not lines:
            raise
        mine = {line.strip() for line in git.blob(root, step[1][1]).splitlines()}
        return laid(root, path, step, there, is_close=True) if lines & mine else step[1]


def _lacking(root: str, step: Step, there: Entry) -> set[bytes]:
    """The lines, stripped, that the step began with and `there` lacks, where it has all others."""
    if NOTHING in (*step, there) or LINK in (step[0][0], step[1][0], there[0]):
        return set()
    return merge.inserted(git.blob(root, there[1]), git.blob(root, step[0][1]))


def was_ever_in(root: str, head: str, path: str) -> bool:
    """Whether any commit up to `head` touched the path."""
    return bool(head) and bool(git.run(root, LITERAL, "rev-list", "-1", head, "--", path))


def put(root: str, entries: dict[str, Entry], index: str | None) -> None:
    """Sets the paths in an index, the user's own when it is None; what goes first, so that a folder can take its place."""
    top = git.run(root, "rev-parse", "--show-prefix")
    none = "0" * len(git.run(root, "hash-object", "--stdin", data=b""))
    ordered = sorted(entries.items(), key=lambda item: (item[1] != NOTHING, item[0]))
    lines = [f"{mode} {blob or none}\t{top}{path}\0" for path, (mode, blob) in ordered]
    git.run(
        root, "update-index", "-z", "--index-info", index=index, data="".join(lines).encode("utf-8", "surrogateescape")
    )


def other_repository(root: str, path: str) -> str:
    """The folder of the repository inside the project that the path is in (a submodule, a nested clone), "" for none."""
    folder = os.path.dirname(path)
    while folder:
        if os.path.lexists(os.path.join(root, folder, ".git")):
            return folder
        folder = os.path.dirname(folder)
    return ""
