"""What the user staged and stands in no commit and no file: kept before it is unstaged, and no agent unstages it unnamed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout import shell
from fanout.hooks.guarding import git_line
from fanout.run.agents import agents

HUNK = "the hunk\n"


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """part.txt is staged in a version of its own, whole.txt as it is; own.txt is the agent's own, staged and changed again."""
    project = Project(desk.root)
    project.write({"part.txt": "1\n", "whole.txt": "1\n", "own.txt": "1\n", "src/b.txt": "b\n", "docs/d.txt": "d\n"})
    project.commit_all()
    desk.start(plan({"01": {"writes": ["own.txt"]}, "02": {"writes": ["src/b.txt"]}}))
    desk.launch("01")
    desk.launch("02")
    stage(project, "part.txt", HUNK)
    stage(project, "own.txt", "2\n")
    project.write({"whole.txt": "2\n"})
    project.git("add", "whole.txt")
    return desk


def stage(project: Project, name: str, content: str) -> None:
    project.write({name: content})
    project.git("add", name)
    project.write({name: f"{content}and more\n"})


def kept(root: Path) -> dict[str, str]:
    folder = root / ".fanout" / "kept"
    found = {
        path.relative_to(folder).as_posix().partition("/")[2]: path.read_text() for path in folder.rglob("*.txt.kept")
    }
    return {name.removesuffix(".kept"): text for name, text in found.items()}


UNNAMED = [
    "git reset -q",
    "git reset",
    "git reset HEAD",
    "git reset --mixed",
    "git restore --staged .",
    "git restore -S :/",
    "git restore --staged '*.txt'",
    "git rm --cached -f -q 'p*.txt'",
    "git read-tree HEAD",
    "cd docs && git reset -q && git restore --staged ..",
]


@pytest.mark.parametrize("line", UNNAMED)
def test_an_agent_unstages_no_hunk_of_the_users_that_it_does_not_name(repo: Desk, line: str) -> None:
    said = denial(repo.bash("agent-01", line))
    assert "part.txt: the user or a program staged a version that is in no commit and no file" in said
    assert "own.txt" not in said and "whole.txt" not in said
    assert "git restore --staged -- <your files>" in said or "git rm --cached -- <your files>" in said


@pytest.mark.parametrize(("count", "named"), [(2, "p0, p1, part.txt: "), (4, "p0, p1, p2 and 2 more: ")])
def test_of_many_hunks_some_are_named_and_the_others_counted(repo: Desk, count: int, named: str) -> None:
    project = Project(repo.root)
    project.write({f"p{number}": "1\n" for number in range(count)})
    project.git("add", ".")
    project.git("commit", "-qm", "more", "--", *(f"p{number}" for number in range(count)))
    stage(project, "part.txt", HUNK)
    for number in range(count):
        stage(project, f"p{number}", f"hunk {number}\n")
    assert f"git reset would unstage {named}" in denial(repo.bash("agent-01", "git reset -q"))
    assert f"git add would stage the whole of {named}" in denial(repo.bash("agent-01", "git add -A"))


@pytest.mark.parametrize("who", ["agent-01", None])
@pytest.mark.parametrize(
    "line",
    [
        "git reset -q part.txt",
        "git restore --staged part.txt",
        "git rm -q --cached -f part.txt",
        "git update-index --force-remove part.txt",
        "git -C docs reset -q -- ../part.txt",
    ],
)
def test_what_is_named_is_kept_before(repo: Desk, line: str, who: str | None) -> None:
    assert denial(repo.bash(who, line)) == "" and kept(repo.root)["part.txt"] == HUNK
    subprocess.run(["bash", "-c", line], cwd=repo.root, check=True)
    assert Project(repo.root).git("diff", "--cached", "--name-only", "--diff-filter=M", "part.txt") == ""


def test_the_main_conversation_unstages_all_and_it_is_kept(repo: Desk) -> None:
    Project(repo.root).git("reset", "-q", "own.txt")
    assert denial(repo.bash(None, "git reset -q")) == "" and kept(repo.root)["part.txt"] == HUNK


def test_between_agents_it_is_kept_too(repo: Desk) -> None:
    for task in ("01", "02"):
        repo.say(f"agent-{task}", f"BLOCKED|{task}|no")
    assert denial(repo.bash(None, "git reset -q")) == "" and kept(repo.root)["part.txt"] == HUNK


@pytest.mark.parametrize("line", ["git reset -q", "git restore --staged .", "git restore --staged own.txt"])
def test_what_stands_in_a_file_or_is_ones_own_is_unstaged(repo: Desk, line: str) -> None:
    Project(repo.root).git("add", "part.txt")
    assert denial(repo.bash("agent-01", line)) == "" and "part.txt" not in kept(repo.root)


@pytest.mark.parametrize(
    "line", ["git restore --staged docs", "git reset --soft HEAD", "git reset -q -- src", "git checkout main"]
)
def test_a_folder_without_such_a_hunk_is_unstaged(repo: Desk, line: str) -> None:
    assert denial(repo.bash("agent-01", line)) == ""


def test_in_a_repository_below_it_is_its_own_index(repo: Desk) -> None:
    Project(repo.root / "docs").git("init", "-q")
    assert denial(repo.bash("agent-01", "cd docs && git reset -q")) == ""


# Whether what the line would stage is looked at in the index first: in vain where nobody has staged anything lately.
IS_LOOKED_AT = """
fresh | git add part.txt                           | yes
fresh | git commit -m x part.txt                   | yes
old   | git add part.txt                           | no
old   | git add docs                               | yes
old   | git add -A                                 | yes
old   | git commit -m x part.txt                   | no
old   | git add own.txt && git add -u              | yes
old   | git reset -q part.txt                      | yes
old   | git rm --cached part.txt                   | yes
old   | GIT_INDEX_FILE=.git/other git add part.txt | yes
old   | git --git-dir=docs/.git add part.txt       | yes
old   | cd .. && git add part.txt                  | no
old   | cd ../linked && git add part.txt           | yes
none  | git add part.txt                           | no
fresh | git add -p part.txt                        | no
fresh | git commit -m x                            | no
fresh | git status && git diff part.txt            | no
"""


def test_when_the_index_is_looked_at(repo: Desk) -> None:
    Project(repo.root).git("worktree", "add", "-q", "../linked")
    caller = agents.by_agent_id(repo.db, "agent-01")
    assert caller is not None
    index, found = repo.root / ".git" / "index", []
    lines = [tuple(map(str.strip, line.split("|"))) for line in IS_LOOKED_AT.strip().splitlines()]
    for age, line, _ in sorted(lines):
        if age == "none":
            index.unlink()
        else:
            at = caller.began - git_line.KEPT_BEFORE + {"old": -1, "fresh": 1}[age]
            os.utime(index, (at, at))
        told = git_line.replaces_hunks(caller, shell.analyse(line, str(repo.root)))
        found.append((age, line, "yes" if told else "no"))
        if age == "none":
            Project(repo.root).git("reset", "-q")
    assert found == sorted(lines)
