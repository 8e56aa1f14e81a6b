"""What is staged and stands nowhere else: index entries that neither HEAD nor the work tree holds, as `git add -p` leaves them.

Unstaging one loses a choice that somebody made by hand. Their bytes are kept under the names of their files (kept.py).
"""

from __future__ import annotations

from fanout.run.changes import git, objects
from fanout.run.commits import kept
from fanout.run.store import base

ASKED = ("status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=all", "--")
KINDS = {"100644": "", "100755": objects.EXECUTABLE, "120000": objects.LINK}
MOST_KEPT = 200


def keep_all(root: str, tree: str) -> list[str]:
    """Keeps every such entry of a work tree. Returns their names."""
    code, out, _err = git.attempt(tree, *ASKED)
    return keep(root, tree, out) if code == 0 else []


def keep(root: str, tree: str, status: str) -> list[str]:
    """Keeps such entries of what `git status`, asked as ASKED says, answers. Returns their names."""
    names = []
    for record in status.split("\0"):
        fields = record.split(" ", 8)
        if fields[0] != "1" or fields[1][0] in ".D" or fields[1][1] == ".":
            continue
        name = base.named(root, tree, fields[8])
        names.append(name)
        if fields[4] in KINDS and len(names) <= MOST_KEPT:
            object_ = objects.keep_bytes(root, git.blob(tree, fields[7]), KINDS[fields[4]])
            kept.put(root, name, object_)
    return names
