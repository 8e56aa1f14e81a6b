"""What a run merged as pull requests: a real remote, and a stand-in for gh that keeps what it is told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from engines.bench import Begin, Bench

from fanout.engines import pull_requests
from fanout.errors import FanoutError

GH = """#!/usr/bin/env python3
import json, pathlib, sys
here = pathlib.Path(__file__).parent
calls = here / "calls"
words = sys.argv[1:]
known = json.loads(calls.read_text()) if calls.exists() else []
if words[:2] == ["pr", "list"]:
    head = words[words.index("--head") + 1]
    print(json.dumps([{"url": one["url"]} for one in known if one["--head"] == head]))
elif words[:2] == ["pr", "create"]:
    if (here / "broken").exists():
        sys.exit("HTTP 401: Bad credentials")
    given = dict(zip(words[2::2], words[3::2]))
    url = f"https://example.org/pull/{len(known) + 1}"
    calls.write_text(json.dumps([*known, {**given, "body": sys.stdin.read(), "url": url}]))
    print("Creating pull request", file=sys.stderr)
    print(url)
"""


class Forge:
    """A remote of the run's repository, and gh on the PATH."""

    def __init__(self, work: Bench, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "gh").write_text(GH)
        (folder / "bin" / "gh").chmod(0o755)
        work.git("init", "-q", "--bare", str(folder / "remote.git"))
        work.git("remote", "add", "origin", str(folder / "remote.git"))
        work.git("push", "-q", "origin", "main")
        self.work = work

    def requests(self) -> list[dict[str, str]]:
        calls = self.folder / "bin" / "calls"
        found: list[dict[str, str]] = json.loads(calls.read_text()) if calls.exists() else []
        return found

    def at(self, branch: str) -> str:
        return self.work.git("-C", str(self.folder / "remote.git"), "rev-parse", branch)


@pytest.fixture
def forge(bench: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Forge:
    work: Bench = bench({"a": {"title": "The a"}, "b": {}, "c": {}}, {"f.txt": "x\n"})
    for name in "ba":
        work.do(name, {f"{name}.txt": f"{name}\n"})
        work.merge()
    made = Forge(work, tmp_path / "forge")
    monkeypatch.setenv("PATH", f"{made.folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return made


def test_one_of_the_run_that_grows_with_it(forge: Forge) -> None:
    work = forge.work
    head = work.git("rev-parse", "main")
    (one,) = pull_requests.of_run(work.db, work.root, work.run, "origin")
    assert (one.head, one.base, one.url) == ("fanout-pr/demo-1/all", "main", "https://example.org/pull/1")
    assert forge.requests()[0]["body"] == "- a: The a. did it\n- b: Task b. did it\n"
    assert work.git("diff", forge.at("fanout-pr/demo-1/all"), "fanout/demo-1") == ""
    assert work.git("rev-parse", "main") == head and work.git("status", "--porcelain") == ""
    work.do("c", {"c.txt": "c\n"})
    work.merge()
    (again,) = pull_requests.of_run(work.db, work.root, work.run, "origin")
    assert again.url == one.url and len(forge.requests()) == 1
    assert work.git("diff", forge.at("fanout-pr/demo-1/all"), "fanout/demo-1") == ""


def test_one_of_each_task_upon_the_one_before(forge: Forge) -> None:
    work = forge.work
    first, second = pull_requests.of_tasks(work.db, work.root, work.run, "origin")
    assert (first.head, first.base, first.title) == ("fanout-pr/demo-1/task-a", "main", "The a")
    assert (second.head, second.base) == ("fanout-pr/demo-1/task-b", "fanout-pr/demo-1/task-a")
    assert work.git("rev-list", "--count", f"{first.commit}..{second.commit}") == "1"
    assert "merge that first" in forge.requests()[1]["body"]
    assert pull_requests.of_tasks(work.db, work.root, work.run, "origin") == []
    work.do("c", {"c.txt": "c\n"})
    work.merge()
    (third,) = pull_requests.of_tasks(work.db, work.root, work.run, "origin")
    assert (third.head, third.base) == ("fanout-pr/demo-1/task-c", "fanout-pr/demo-1/task-b")
    assert work.git("diff", third.commit, "fanout/demo-1") == ""


def test_what_the_remote_does_not_have_of_the_users_is_not_shown_to_all(forge: Forge) -> None:
    work = forge.work
    work.project.write({"mine.txt": "x\n"})
    work.git("add", "mine.txt")
    work.git("commit", "-qm", "mine")
    with pytest.raises(
        FanoutError, match=r"main has commits that origin does not have\..*`git push origin main` first"
    ):
        pull_requests.of_run(work.db, work.root, work.run, "origin")
    assert forge.requests() == []


def test_what_somebody_did_in_its_branch_stays(forge: Forge) -> None:
    work = forge.work
    pull_requests.of_run(work.db, work.root, work.run, "origin")
    work.do("c", {"c.txt": "c\n"})
    work.merge()
    other = work.git("commit-tree", "main^{tree}", "-p", "main", "-m", "somebody's")
    work.git("push", "-qf", "origin", f"{other}:refs/heads/fanout-pr/demo-1/all")
    pull_requests.of_run(work.db, work.root, work.run, "origin")
    assert work.git("merge-base", other, forge.at("fanout-pr/demo-1/all")) == other


def test_what_gh_says_is_said(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    work = forge.work
    (forge.folder / "bin" / "broken").touch()
    with pytest.raises(FanoutError, match="`gh pr create` failed: HTTP 401: Bad credentials"):
        pull_requests.of_run(work.db, work.root, work.run, "origin")
    monkeypatch.setenv("PATH", "/usr/bin-without")
    with pytest.raises(FanoutError):
        pull_requests.of_run(work.db, work.root, work.run, "origin")
