"""A repository in which a sibling has uncommitted work, git commands that are really run there, what became of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from shell.scratch import environment, git, pack

OWNERS = {
    "src/sib.ts": "sibling",
    "src/added.ts": "sibling",
    "src/loose.ts": "sibling",
    "src/calm.ts": "sibling",
    "own/mine.ts": "me",
    "own/new.ts": "me",
}
SIBLINGS = [path for path, owner in OWNERS.items() if owner == "sibling"]

# What the sibling has done so far.
STATES = ("modified", "staged", "both", "added", "untracked", "everything", "nothing")


def base(root: Path) -> None:
    """Commits and branches: `other` changes own files, `theirs` a sibling's, `adds` makes the sibling's new path."""
    root.mkdir(parents=True)
    for name in ("src/sib.ts", "src/calm.ts", "own/mine.ts", "own/more.ts", "top.md", "lib/deep/x.ts"):
        write(root, name, f"{name} one\nmiddle\nend\n")
    write(root, ".gitignore", "ignored/\n*.log\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "t")
    git(root, "config", "user.email", "t@example.invalid")
    commit(root, "first")
    write(root, "top.md", "top two\n")
    commit(root, "second")
    branch(root, "other", {"own/more.ts": "other\n"})
    branch(root, "theirs", {"src/sib.ts": "theirs\nmiddle\nend\n"})
    branch(root, "calmer", {"src/calm.ts": "calmer\n"})
    branch(root, "adds", {"src/loose.ts": "from a branch\n"})
    write(root, "lib/deep/x.ts", "third\n")
    commit(root, "third")
    git(root, "tag", "v1")
    git(root, "config", "alias.co", "checkout")
    git(root, "config", "alias.nuke", "!git reset --hard && git clean -fd")
    git(root, "config", "alias.st", "status --short")
    git(root, "config", "alias.all", "add -A")
    pack(root)


def branch(root: Path, name: str, files: dict[str, str]) -> None:
    git(root, "checkout", "-q", "-b", name)
    for path, text in files.items():
        write(root, path, text)
    commit(root, name)
    git(root, "checkout", "-q", "main")


def commit(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def prepare(template: Path, root: Path, state: str) -> None:
    """A copy of the template with the sibling's work in it, and some of ours."""
    shutil.copytree(template, root, symlinks=True)
    git(root, "update-index", "-q", "--refresh", check=False)
    write(root, "own/mine.ts", "mine changed\n")
    write(root, "own/new.ts", "mine new\n")
    write(root, "ignored/mine.txt", "x\n")
    write(root, "fix.patch", "--- a/src/sib.ts\n+++ b/src/sib.ts\n@@ -2,2 +2,2 @@\n middle\n-end\n+END\n")
    write(root, "mine.patch", "--- a/own/more.ts\n+++ b/own/more.ts\n@@ -2,2 +2,2 @@\n middle\n-end\n+END\n")
    if state in ("modified", "everything"):
        write(root, "src/sib.ts", "src/sib.ts one\nsibling\nmiddle\nend\n")
    if state in ("staged", "both"):
        write(root, "src/sib.ts", "src/sib.ts one\nstaged\nend\n")
        git(root, "add", "src/sib.ts")
    if state == "both":
        write(root, "src/sib.ts", "src/sib.ts one\nstaged\nthen changed\nend\n")
    if state in ("added", "everything"):
        write(root, "src/added.ts", "added\n")
        git(root, "add", "src/added.ts")
    if state in ("untracked", "everything"):
        write(root, "src/loose.ts", "loose\n")


def run(line: str, root: Path) -> subprocess.CompletedProcess[bytes]:
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    env = {**environment(home), "GIT_EDITOR": "true", "GIT_MERGE_AUTOEDIT": "no"}
    return subprocess.run(
        ["bash", "-c", line], cwd=root, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )


def work(root: Path, before: set[str] | None = None) -> tuple[dict[str, object], set[str]]:
    """The sibling's work: bytes, index entries, stashes that hold it, new commits that hold it; and all commits."""
    found: dict[str, object] = {"in the index": git(root, "ls-files", "-s", "-v", "--", *SIBLINGS, check=False)}
    for name in SIBLINGS:
        path = root / name
        found[name] = path.read_bytes() if path.is_file() else None
    commits = set(git(root, "rev-list", "--branches", "--tags").split())
    for one in commits - before if before is not None else set():
        parents = git(root, "rev-list", "--parents", "-n1", one).split()[1:]
        names = [set(git(root, "diff", "--name-only", parent, one).split()) for parent in parents]
        swept = set.intersection(*names) & set(SIBLINGS) if names else set()
        if swept:
            found[f"commit {one}"] = swept
    return found, commits


def endangered(line: str, template: Path, place: Path, state: str) -> tuple[bool, Path]:
    """Whether running the line changes the sibling's work. The place is left as it is before the run."""
    root = place / "run"
    prepare(template, root, state)
    kept, commits = work(root)
    done = run(line, root)
    after, _ = work(root, commits)
    if os.environ.get("FANOUT_TEST_SHOW"):
        print(done.stderr.decode(errors="replace"))
    return kept != after, root
