"""What the user staged, or had in no commit as the run began: an agent's commit takes none of it along."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """README.md is changed before the run; staged.txt is staged before it, late.txt after the agents began."""
    project = Project(desk.root)
    project.write({"README.md": "1\n", "staged.txt": "1\n", "late.txt": "1\n", "own.txt": "1\n", "src/b.txt": "b\n"})
    project.commit_all()
    project.git("config", "alias.ci", "commit -m")
    project.write({"README.md": "the user's\n", "staged.txt": "2\n"})
    project.git("add", "staged.txt")
    desk.start(plan({"01": {"writes": ["own.txt", "gen/**"]}, "02": {"writes": ["src/b.txt"]}}))
    desk.launch("01")
    project.write({"late.txt": "2\n"})
    project.git("add", "late.txt")
    desk.do("agent-01", "own.txt", "mine\n")
    return desk


def run(desk: Desk, line: str) -> None:
    """Asks the guard as agent 01, which may, and runs the line."""
    assert denial(desk.bash("agent-01", line)) == ""
    subprocess.run(["bash", "-c", line], cwd=desk.root, check=True, capture_output=True)


def committed(desk: Desk) -> list[str]:
    return Project(desk.root).git("show", "--name-only", "--format=", "HEAD").split()


TAKES_STAGED = [
    "git commit -m x",
    "git commit -qm 'two words'",
    "git add own.txt && git commit -m x",
    "git commit -i own.txt -m x",
    "cd src && git commit -m x",
    "git commit --amend --no-edit",
    "git add own.txt; git commit -F - <<'EOF'\nwords\nEOF",
]


@pytest.mark.parametrize("line", TAKES_STAGED)
def test_an_agents_commit_takes_nothing_along_that_the_user_staged(repo: Desk, line: str) -> None:
    if "--amend" in line:
        run(repo, "git commit -qm own -- own.txt")
    said = denial(repo.bash("agent-01", line))
    assert said.startswith(
        "git commit would take late.txt, staged.txt along, which is not yours: the user or a program staged it."
    )
    assert "Instead, with your own files: git commit " in said and "README.md" not in said


def test_an_alias_is_a_commit_too(repo: Desk) -> None:
    assert "staged.txt" in denial(repo.bash("agent-01", "git ci x"))


def test_the_form_names_what_is_the_agents_own_and_works(repo: Desk) -> None:
    form = denial(repo.bash("agent-01", "git add own.txt && git commit -m x")).partition("your own files: ")[2]
    assert form == 'git commit -m "x" -- own.txt'
    run(repo, form)
    assert committed(repo) == ["own.txt"]
    assert Project(repo.root).git("diff", "--cached", "--name-only").split() == ["late.txt", "staged.txt"]


def test_the_form_is_said_from_the_folder_that_the_agent_is_in(repo: Desk) -> None:
    said = denial(repo.bash("agent-01", "git add own.txt && cd src && git commit -m x"))
    assert said.endswith('git commit -m "x" -- ../own.txt')


@pytest.mark.parametrize(
    "line",
    ["git commit -am x", "git add -A && git commit -m x", "git add . && git commit -m x", "git commit -m x -- ."],
)
def test_nor_what_was_in_no_commit_as_the_run_began(repo: Desk, line: str) -> None:
    Project(repo.root).git("reset", "-q", "staged.txt", "late.txt")
    assert "README.md" in denial(repo.bash("agent-01", line)) and "no commit as the run began" in denial(
        repo.bash("agent-01", line)
    )


def test_nor_when_a_tool_or_the_user_changed_it_since(repo: Desk) -> None:
    project = Project(repo.root)
    project.git("reset", "-q", "staged.txt", "late.txt")
    project.write({"README.md": "the user's\nand more\n"})
    assert "would take README.md" in denial(repo.bash("agent-01", "git commit -am x"))
    repo.do("agent-01", "README.md", "the user's\nand the agent's\n")
    said = denial(repo.bash("agent-01", "git commit -am x"))
    assert "would take README.md" in said and said.endswith('git commit -m "x" -- own.txt')
    assert denial(repo.bash("agent-01", "git commit -qm x -- own.txt README.md")) == ""


def test_what_the_user_has_committed_since_is_the_agents_to_commit(repo: Desk) -> None:
    project = Project(repo.root)
    project.git("commit", "-qm", "user's own", "--", "README.md", "staged.txt", "late.txt")
    repo.do("agent-01", "README.md", "the user's\nand the agent's\n")
    run(repo, "git commit -qam x")
    assert committed(repo) == ["README.md", "own.txt"]


def test_what_a_sweeping_add_staged_of_the_users_is_said_at_the_commit(repo: Desk) -> None:
    Project(repo.root).git("reset", "-q", "staged.txt", "late.txt")
    run(repo, "git add -A")
    said = denial(repo.bash("agent-01", "git commit -m x"))
    assert "git commit would take README.md, staged.txt along" in said and "late.txt" not in said


PASS = [
    "git commit -m x -- own.txt",
    "git commit -m x own.txt",
    "git add own.txt && git commit -qm x -- own.txt",
    "git commit -m x --only own.txt",
    "git commit --dry-run -m x",
    "git commit -m x -- own.txt staged.txt",
    "git commit",
    "git status && git diff --cached",
    "git add own.txt",
    "git stash list; git log -1",
    "git init -q tool && cd tool && git commit -qm x --allow-empty",
    "GIT_INDEX_FILE=.git/other git commit -m x",
]


@pytest.mark.parametrize("line", PASS)
def test_what_names_its_files_or_commits_nothing_passes(repo: Desk, line: str) -> None:
    assert denial(repo.bash("agent-01", line)) == ""


ALONE = [
    ["git add own.txt", "git commit -m x"],
    ["git add -A", "git commit -m x"],
    ["git commit -am x"],
    ["echo made > gen/new.txt", "git add gen", "git commit -m x"],
    ["sh gen.sh", "git add lock.txt", "git commit -m x"],
    ["sh gen.sh", "git add .", "git commit -m x"],
    ["sh gen.sh", "git add lock.txt", "sh gen.sh", "git add -A", "git commit -m x"],
    ["git mv own.txt moved.txt", "git commit -m x"],
    ["git rm -qf own.txt", "git commit -m x"],
]


@pytest.mark.parametrize("lines", ALONE)
def test_where_only_agents_staged_it_is_committed(repo: Desk, lines: list[str]) -> None:
    project = Project(repo.root)
    project.git("reset", "-q", "--hard")
    project.write({"own.txt": "mine\n", "gen.sh": "date +%N > lock.txt\n", "gen/old.txt": "g\n"})
    project.git("add", "gen.sh", "gen")
    project.git("commit", "-qm", "user's own", "--", "gen.sh", "gen")
    for line in lines:
        run(repo, line)
    assert "README.md" not in committed(repo) and "staged.txt" not in committed(repo)


def test_the_end_of_a_merge_is_committed_whole(repo: Desk) -> None:
    project = Project(repo.root)
    project.git("reset", "-q", "--hard")
    project.git("checkout", "-q", "-b", "other")
    project.write({"late.txt": "other\n"})
    project.git("commit", "-qam", "other")
    project.git("checkout", "-q", "main")
    project.git("merge", "-q", "--no-commit", "--no-ff", "other")
    assert denial(repo.bash("agent-01", "git commit -m merged")) == ""


def test_the_main_conversation_commits_what_is_staged(repo: Desk) -> None:
    Project(repo.root).git("restore", "own.txt")
    assert denial(repo.bash(None, "git commit -m x")) == ""


def kept(root: Path) -> dict[str, str]:
    folder = root / ".fanout" / "kept"
    found = {
        path.relative_to(folder).as_posix().partition("/")[2]: path.read_text() for path in folder.rglob("*.txt.kept")
    }
    return {name.removesuffix(".kept"): text for name, text in found.items()}


@pytest.fixture
def hunk(repo: Desk) -> Desk:
    """late.txt is staged in a version of its own."""
    Project(repo.root).write({"late.txt": "2\nand more\n"})
    return repo


@pytest.mark.parametrize(
    "line", ["git add -A", "git add .", "git add -u", "git stage '*.txt'", "git add ./ own.txt", "git commit -am x"]
)
def test_a_hunk_that_the_user_staged_is_not_replaced_by_what_names_no_file(hunk: Desk, line: str) -> None:
    said = denial(hunk.bash("agent-01", line))
    assert (
        "would stage the whole of late.txt: the user or a program staged a version" in said and "<your files>" in said
    )
    assert kept(hunk.root)["late.txt"] == "2\n"


@pytest.mark.parametrize("line", ["git add late.txt", "git commit -qm x -- late.txt", "cd src && git add ../late.txt"])
def test_one_that_is_named_is_kept_first(hunk: Desk, line: str) -> None:
    run(hunk, line)
    assert kept(hunk.root)["late.txt"] == "2\n"


@pytest.mark.parametrize("line", ["git add own.txt", "git add src", "git add -p", "git add -N .", "git add -n ."])
def test_where_no_hunk_is_replaced_it_is_added(hunk: Desk, line: str) -> None:
    assert denial(hunk.bash("agent-01", line)) == "" and "late.txt" not in kept(hunk.root)


def test_a_project_in_a_folder_of_a_repository(desk: Desk) -> None:
    """The index is the whole repository's."""
    above = Project(desk.root.parent)
    above.write({"top.txt": "1\n", "project/own.txt": "1\n", ".gitignore": "*.jsonl\n"})
    above.commit_all()
    above.write({"top.txt": "2\n"})
    above.git("add", "top.txt")
    desk.start(plan({"01": {"writes": ["own.txt"]}}))
    desk.launch("01")
    desk.do("agent-01", "own.txt", "mine\n")
    assert "top.txt along" in denial(desk.bash("agent-01", "git add own.txt && git commit -m x"))
    assert denial(desk.bash("agent-01", "git add own.txt && git commit -m x -- own.txt")) == ""
