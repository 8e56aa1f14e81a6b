"""The hub: the repository through which a driver and workers on other machines give each other commits.

It holds the run's branch, for workers to begin at, and what attempts left, under refs/fanout/RUN/TASK/N. Both are pushed
only where nothing is lost: the branch forward, an attempt's ref once. That an attempt has begun is a ref as well, so that
a cluster that starts a lost job again by itself starts no second client.

A hub may be away for a while. A worker tries again (`patiently`); what it could not give even so stays in its clone under
refs/fanout-unsent, and goes there when the clone is used next. A driver waits (driver.py).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from fanout.engines import work_trees
from fanout.errors import FanoutError
from fanout.run.changes import git
from fanout.run.store import state_dir

if TYPE_CHECKING:
    from fanout.run.store.records import Run

BARE = "hub.git"
UNSENT = "refs/fanout-unsent/"
REST_SECONDS = (1.0, 30.0)  # between two tries: at first, at most
FILTERING = (
    ("uploadpack.allowFilter", "true"),
    ("uploadpack.allowAnySHA1InWant", "true"),
    ("gc.auto", "0"),
    ("receive.autogc", "false"),
)


Answer = TypeVar("Answer")


class Away(FanoutError):
    """The hub did not answer, or refused; it had taken things from here before, or is asked for what it should have."""


def made_here(root: str) -> str:
    """The URL of the project's own hub, a bare repository in .fanout that borrows the project's objects."""
    place = os.path.join(state_dir.folder_of(root), BARE)
    if not os.path.exists(os.path.join(place, "HEAD")):
        git.run(root, "init", "-q", "--bare", place)
        for name, value in FILTERING:
            git.run(root, "-C", place, "config", name, value)
        objects = os.path.abspath(os.path.join(root, git.run(root, "rev-parse", "--git-path", "objects")))
        state_dir.write_whole(os.path.join(place, "objects", "info", "alternates"), objects + "\n")
    return f"file://{place}"


def publish(root: str, url: str, run: Run, tip: str) -> None:
    """Workers can begin at this commit of the run's branch. Raises Away."""
    code, _, said = git.attempt(root, "push", "-q", url, f"{tip}:{work_trees.branch(run.id)}")
    if code:
        raise Away(
            f"{work_trees.branch(run.id)} can't be pushed to {url}: {git.trouble(said)}.",
            "The hub has to take pushes without a question from this machine; --hub names another one.",
        )


def gather(root: str, url: str, refs: list[str]) -> None:
    """Fetches what attempts pushed under these names, as far as they did. Raises Away."""
    code, said = _fetched(root, url, refs)
    if code:  # in the rule all of them are there; where one is not, git fetches none
        code, out, said = git.attempt(root, "ls-remote", url, *refs)
        there = [line.split("\t")[1] for line in out.splitlines()]
        if code == 0 and there:
            code, said = _fetched(root, url, there)
    if code:
        raise Away(f"{url} can't be read: {git.trouble(said)}.", "Nothing is lost: `fanout drive` goes on when it can.")


def _fetched(root: str, url: str, refs: list[str]) -> tuple[int, str]:
    """The exit code, and what git said."""
    words = ("fetch", "-q", "--no-tags", "--no-write-fetch-head", url)
    code, _, said = git.attempt(root, *words, *(f"+{ref}:{ref}" for ref in refs))
    return code, said


def gathered(root: str, ref: str, base: str) -> tuple[str, str, bool]:
    """The commit that was fetched under this name, its message, and whether its files are those of `base`; "", "", True for
    none."""
    code, out, _ = git.attempt(root, "log", "--no-walk=unsorted", "--format=%H%x00%T%x00%B%x00", ref, base, "--")
    if code:
        return "", "", True
    commit, tree, message, _, base_tree = out.split("\0")[:5]
    return commit, message, tree == base_tree


def offer(clone: str, ref: str, commit: str) -> bool:
    """Pushes a commit under a name that the hub does not have yet; False when it has. Raises FanoutError."""
    code, _, said = git.attempt(clone, "push", "-q", f"--force-with-lease={ref}:", "origin", f"{commit}:{ref}")
    if code == 0:
        return True
    if "stale info" in said or "already exists" in said or "reference already exists" in said or "fetch first" in said:
        return False
    raise Away(f"the hub does not take {ref}: {git.trouble(said)}")


def patiently(work: Callable[[], Answer], seconds: float, is_over: Callable[[], bool]) -> Answer:
    """The answer of what needs the hub, tried again for so long while that is away, unless `is_over`. Raises Away."""
    last = time.monotonic() + seconds
    rest, most = REST_SECONDS
    while True:
        try:
            return work()
        except FanoutError as error:
            if is_over() or time.monotonic() + rest > last:
                raise Away(error.message, error.fix) from None
        time.sleep(rest)
        rest = min(most, 2 * rest)


def keep_unsent(clone: str, ref: str, commit: str) -> None:
    """The clone holds the commit until the hub has it."""
    git.run(clone, "update-ref", ref.replace("refs/fanout/", UNSENT, 1), commit)


def sent(clone: str, ref: str) -> None:
    """The hub has it."""
    git.attempt(clone, "update-ref", "-d", ref.replace("refs/fanout/", UNSENT, 1))


def send_unsent(clone: str) -> list[str]:
    """Gives the hub what it could not take before. Returns the names of what it has now; what fails is tried next time."""
    given: list[str] = []
    for line in git.run(clone, "for-each-ref", "--format=%(objectname) %(refname)", UNSENT).splitlines():
        commit, name = line.split(" ", 1)
        ref = name.replace(UNSENT, "refs/fanout/", 1)
        try:
            offer(clone, ref, commit)
        except FanoutError:
            break
        sent(clone, ref)
        given.append(ref)
    return given


def note_of_begin(clone: str, commit: str) -> str:
    """A commit that no other begin of an attempt has: git takes a second push of the same one as done."""
    words = f"begun by {os.getpid()} at {time.time_ns()}"
    return git.run(clone, "commit-tree", f"{commit}^{{tree}}", "-p", commit, "-m", words)


def begin(clone: str, ref: str, note: str) -> bool:
    """Notes that the attempt that will leave `ref` has begun; False when another one had before. It may be tried again with
    the same note: the hub may have taken it though it did not say so. Raises FanoutError."""
    return offer(clone, ref.replace("refs/fanout/", "refs/fanout-begun/", 1), note)


def cloned(place: str, url: str, commit: str, branch: str) -> str:
    """A clone of the hub without files that nobody asked for, with this commit. Returns its folder."""
    if not os.path.exists(os.path.join(place, ".git", "config")):
        os.makedirs(place, exist_ok=True)
        git.run(
            place,
            "clone",
            "-q",
            "--filter=blob:none",
            "--no-checkout",
            "--no-tags",
            "-b",
            branch_name(branch),
            url,
            ".",
        )
    if git.attempt(place, "cat-file", "-e", f"{commit}^{{commit}}")[0]:
        git.run(place, "fetch", "-q", "--no-tags", "--filter=blob:none", "origin", branch)
    return place


def branch_name(ref: str) -> str:
    return ref.removeprefix("refs/heads/")
