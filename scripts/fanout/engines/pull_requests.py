"""What a run merged as pull requests, through `gh`: one for the run, or one for each task, each upon the one before it.

The user's branch and tree are left alone. Branches of pull requests only go forward: what is merged later is added to them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fanout.engines import landing, work_trees
from fanout.errors import FanoutError
from fanout.run.changes import git
from fanout.run.tasks import tasks

if TYPE_CHECKING:
    import sqlite3

    from fanout.engines.landing import Landed
    from fanout.run.store.records import Run

FOLDER = "fanout-pr"  # of the branches; `fanout/RUN` is taken by the run's own
SECONDS = 120.0


@dataclass(frozen=True)
class Request:
    """One pull request: what is to be merged where. `url` once it is there."""

    head: str
    commit: str
    base: str
    title: str
    body: str
    url: str = ""


def of_run(db: sqlite3.Connection, root: str, run: Run, remote: str) -> list[Request]:
    """One of everything that is merged. Raises FanoutError."""
    head = f"{FOLDER}/{run.id}/all"
    before = _there(root, remote, head).get(head, "")
    landed = landing.prepared(db, root, run, upon=before)
    if not landed.commits:
        return []
    whole = [one.task for one in landing.in_order(db, run)]
    listed = "\n".join(f"- {name}: {_of(db, run, name)}" for name in whole)
    title = f"{run.title or run.id} ({len(whole)} {'task' if len(whole) == 1 else 'tasks'})"
    one = Request(head, landed.commits[-1][1], landed.branch, title, f"{listed}\n")
    return _opened(root, run, remote, landed, [one])


def of_tasks(db: sqlite3.Connection, root: str, run: Run, remote: str) -> list[Request]:
    """One of each task that has none yet, in plan order, each upon the one before it. Raises FanoutError."""
    top, before = _top(root, _there(root, remote, f"{FOLDER}/{run.id}/task-*"))
    landed = landing.prepared(db, root, run, upon=before)
    base, found = top or landed.branch, []
    for name, commit in landed.commits:
        task = tasks.get(db, run.id, name)
        upon = "" if base == landed.branch else f"\n\nUpon `{base}`: merge that first."
        head = f"{FOLDER}/{run.id}/task-{work_trees.safe(name)}"
        found.append(Request(head, commit, base, task.title or name, f"{task.outcome}{upon}\n"))
        base = head
    return _opened(root, run, remote, landed, found)


def _there(root: str, remote: str, pattern: str) -> dict[str, str]:
    """The branches of the remote that are called so, with their commits, which are here then."""
    prefix = "refs/heads/"
    code, out, said = git.attempt(root, "ls-remote", remote, f"{prefix}{pattern}")
    if code:
        raise FanoutError(f"{remote} can't be read: {git.trouble(said)}.", "--remote names another one.")
    found = {name.removeprefix(prefix): commit for commit, name in (line.split("\t") for line in out.splitlines())}
    if found:
        git.run(
            root, "fetch", "-q", "--no-tags", "--no-write-fetch-head", remote, *(f"{prefix}{name}" for name in found)
        )
    return found


def _top(root: str, there: dict[str, str]) -> tuple[str, str]:
    """The branch that stands upon all others, and its commit; "" for none."""
    depth = {name: int(git.run(root, "rev-list", "--count", commit)) for name, commit in there.items()}
    name = max(depth, key=lambda one: depth[one], default="")
    return name, there.get(name, "")


def _of(db: sqlite3.Connection, run: Run, name: str) -> str:
    task = tasks.get(db, run.id, name)
    return " ".join(f"{task.title or ''}. {task.outcome}".split()).lstrip(". ")


def _opened(root: str, run: Run, remote: str, landed: Landed, wanted: list[Request]) -> list[Request]:
    """Pushed, and opened where they are not open yet."""
    if not wanted:
        return []
    if shutil.which("gh") is None:
        raise FanoutError("gh is not installed, and pull requests are made with it.", "`fanout land` needs none.")
    _refuse_unpushed(root, run, remote, landed.branch)
    return [_open(root, remote, one) for one in wanted]


def _refuse_unpushed(root: str, run: Run, remote: str, branch: str) -> None:
    """Raises FanoutError where the pull request would hold commits of the user's that nobody has seen."""
    tree = work_trees.tree_of(root, run)
    code, _, said = git.attempt(root, "fetch", "-q", "--no-tags", remote, f"refs/heads/{branch}")
    if code:
        raise FanoutError(
            f"{remote} has no {branch} to merge to: {git.trouble(said)}.", f"`git push {remote} {branch}` first."
        )
    if git.attempt(tree, "merge-base", "--is-ancestor", "HEAD", "FETCH_HEAD")[0]:
        raise FanoutError(f"{branch} has commits that {remote} does not have.", f"`git push {remote} {branch}` first.")


def _open(root: str, remote: str, one: Request) -> Request:
    code, _, said = git.attempt(root, "push", "-q", remote, f"{one.commit}:refs/heads/{one.head}")
    if code:
        raise FanoutError(
            f"{one.head} can't be pushed to {remote}: {git.trouble(said)}.",
            "Its branch only goes forward: where yours has moved since, close that pull request and delete its branch first.",
        )
    there = json.loads(_gh(root, "pr", "list", "--head", one.head, "--state", "open", "--json", "url") or "[]")
    if there:
        return _with(one, str(there[0]["url"]))
    words = ["pr", "create", "--head", one.head, "--base", one.base, "--title", one.title, "--body-file", "-"]
    return _with(one, _gh(root, *words, text=one.body).strip().splitlines()[-1])


def _with(one: Request, url: str) -> Request:
    return Request(one.head, one.commit, one.base, one.title, one.body, url)


def _gh(root: str, *words: str, text: str = "") -> str:
    """What gh prints. Raises FanoutError with what it says."""
    env = {**os.environ, "GH_PROMPT_DISABLED": "1"}
    ran = subprocess.run(
        ["gh", *words],
        cwd=root,
        env=env,
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    if ran.returncode:
        said = " ".join((ran.stderr or ran.stdout).split())
        raise FanoutError(
            f"`gh {' '.join(words[:2])}` failed: {said}", "`gh auth status` says whether you are logged in."
        )
    return ran.stdout
