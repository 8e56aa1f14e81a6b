"""A reader may run tests, linters and builds; what one of them changes of the tracked files is put back and said."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

FILES = {
    "a.txt": "a\n",
    "mine.txt": "committed\n",
    ".gitignore": ".cache/\nbuild/\n",
    "Makefile": "test:\n\tmkdir -p build && echo out > build/log && cat a.txt\n"
    "check:\n\techo x >> a.txt; echo y > mine.txt; rm -f b.txt\n",
    "package.json": '{"scripts": {"test": "vitest run"}}\n',
    "b.txt": "b\n",
    "test_x.py": "def test_x():\n    assert True\n",
}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    project = Project(desk.root)
    project.write(FILES)
    project.commit_all()
    project.write({"mine.txt": "the user's, not committed\n"})
    desk.start(plan({"01": {"record": {"read_only": True}}, "02": {"writes": ["b.txt"]}}))
    desk.launch("01")
    desk.launch("02")
    return desk


def run(desk: Desk, command: str) -> str:
    """The command between its hooks; what the reader is told after it."""
    assert denial(desk.bash("agent-01", command)) == ""
    subprocess.run(["bash", "-c", command], cwd=desk.root, check=False, capture_output=True)
    given = {"tool_name": "Bash", "tool_input": {"command": command}, "tool_use_id": f"t{desk.calls}"}
    return context(desk.send("after", "PostToolUse", agent_id="agent-01", agent_type="x", **given))


CHECKS = [
    "pytest -q",
    "npm test",
    "cargo test",
    "tsc --noEmit",
    "ruff check .",
    "mypy src",
    "make -n",
    "docker compose ps",
]


@pytest.mark.parametrize(
    "command", [*CHECKS, "go vet ./... && go test ./...", "npx eslint . | tail -20", "git status && pytest"]
)
def test_checks_may_run(desk: Desk, command: str) -> None:
    assert denial(desk.bash("agent-01", command)) == ""


@pytest.mark.parametrize(
    "command",
    [
        "ruff check --fix .",
        "eslint --fix .",
        "echo x > a.txt",
        "pytest > out.txt",
        "./deploy.sh",
        "git diff > diff.txt",
        "echo x > /tmp/../{root}/new.txt",
        "git commit -am x",
        "pytest; rm a.txt",
    ],
)
def test_what_writes_may_not(desk: Desk, command: str) -> None:
    assert "read-only" in denial(desk.bash("agent-01", command.replace("{root}", str(desk.root))))


@pytest.mark.parametrize("line", ["pytest > {} 2>&1; tail {}", "git diff > {}", "mkdir -p {}.d && cp a.txt {}.d/"])
def test_what_it_notes_in_the_systems_folder_for_temporary_files_is_its_own(desk: Desk, line: str) -> None:
    place = f"/tmp/fanout-reader-{os.getpid()}"
    assert denial(desk.bash("agent-01", line.replace("{}", place))) == ""
    assert "read-only" in denial(desk.bash("agent-01", line.replace("{}", str(desk.root / "notes"))))


def test_a_script_of_the_project_may_run_and_what_it_changed_is_put_back(desk: Desk) -> None:
    (desk.root / "report.sh").write_text("mkdir -p build; date > build/when; echo x >> a.txt\n")
    assert "This command changed a.txt, which git tracks" in run(desk, "bash report.sh")
    assert (desk.root / "a.txt").read_text() == "a\n" and (desk.root / "build" / "when").exists()


def test_a_check_that_changes_nothing_is_silent_and_its_output_stays(desk: Desk) -> None:
    assert run(desk, "make test") == ""
    assert (desk.root / "build" / "log").exists()


def test_what_a_check_changed_is_put_back_as_it_was_and_kept(desk: Desk) -> None:
    said = run(desk, "make check")
    assert "This command changed a.txt, mine.txt, which git tracks. You only read, so it is put back" in said
    assert (desk.root / "a.txt").read_text() == "a\n"
    assert (desk.root / "mine.txt").read_text() == "the user's, not committed\n"
    kept = desk.root / ".fanout" / "conflicts" / "reader"
    assert (kept / "a.txt.kept").read_text() == "a\nx\n" and (kept / "mine.txt.kept").read_text() == "y\n"


def test_a_siblings_own_write_meanwhile_stays(desk: Desk) -> None:
    assert denial(desk.bash("agent-01", "make test")) == ""
    desk.do("agent-02", "b.txt", "the sibling's\n")
    given = {"tool_name": "Bash", "tool_input": {"command": "make test"}, "tool_use_id": f"t{desk.calls - 1}"}
    desk.send("after", "PostToolUse", agent_id="agent-01", agent_type="x", **given)
    assert (desk.root / "b.txt").read_text() == "the sibling's\n"


SCRIPTS = [
    ("echo z >> a.txt; git add a.txt", "changed a.txt, which git tracks"),
    ("git rm -q a.txt", "changed a.txt, which git tracks"),
    ("git mv a.txt z.txt", "which git tracks"),
    ("chmod +x a.txt", "changed a.txt, which git tracks"),
    ("git update-index --force-remove staged.txt", "changed staged.txt, which git tracks"),
    ("git reset -q staged.txt", "changed staged.txt, which git tracks"),
    ("rm notes.md", "notes.md went while this command ran, and is in no commit: it is put back"),
    ("git clean -fdxq -e .fanout -e x.sh", "notes.md went while this command ran"),
    ("mkdir -p build && echo z > build/log", ""),
    ("echo z > brand-new.txt", ""),
]


@pytest.mark.parametrize(("script", "said"), SCRIPTS)
def test_index_and_files_are_as_before_a_script(desk: Desk, script: str, said: str) -> None:
    project = Project(desk.root)
    project.write({"x.sh": script, "notes.md": "the user's\n", "staged.txt": "the user's\n"})
    project.git("add", "staged.txt")

    def state() -> str:
        out = project.git("status", "--porcelain") + project.git("diff-index", "--cached", "HEAD")
        return out.replace("?? brand-new.txt\n", "")

    before = state()
    told = run(desk, "bash x.sh")
    assert (said in told if said else told == "") and state() == before
    assert (desk.root / "notes.md").read_text() == "the user's\n"


@pytest.mark.parametrize(("was_staged", "aside"), [(None, None), ("one\n", "one\n")])
def test_what_is_staged_meanwhile_is_left_as_the_user_may_be_at_it(
    desk: Desk, was_staged: str | None, aside: str | None
) -> None:
    """Unstaged again, a hunk that the user chose by hand would be gone."""
    project = Project(desk.root)
    if was_staged:
        project.write({"mine.txt": was_staged})
        project.git("add", "mine.txt")
    project.write(
        {
            "mine.txt": "the whole of it\n",
            "x.sh": "git update-index --cacheinfo 100644,$(echo two | git hash-object -w --stdin),mine.txt",
        }
    )
    said = run(desk, "bash x.sh")
    assert said == "mine.txt was staged while this command ran. If that was your command, report it: you only read."
    assert project.git("show", ":mine.txt") == "two\n"
    kept = desk.root / ".fanout" / "conflicts" / "reader" / "mine.txt.kept"
    assert (kept.read_text() if kept.exists() else None) == aside


def test_what_is_in_no_commit_and_changed_is_left_with_the_version_before_beside_it(desk: Desk) -> None:
    Project(desk.root).write({"x.sh": "echo z > notes.md", "notes.md": "the user's\n"})
    said = run(desk, "bash x.sh")
    assert "notes.md changed while this command ran, and is in no commit: the version before is in" in said
    assert (desk.root / "notes.md").read_text() == "z\n"
    assert (desk.root / ".fanout" / "conflicts" / "reader" / "notes.md.kept").read_text() == "the user's\n"


def test_a_commit_that_was_made_meanwhile_is_named_and_stays(desk: Desk) -> None:
    Project(desk.root).write({"x.sh": "git commit -q --allow-empty -m odd"})
    assert "HEAD went from" in run(desk, "bash x.sh")
    assert Project(desk.root).git("log", "--format=%s") == "odd\nstart\n"


def test_without_git_every_file_comes_back(desk: Desk, tmp_path: Path) -> None:
    root = tmp_path / "bare"
    root.mkdir()
    bare = Desk(root, session="s2")
    Project(root).write({**FILES, "x.sh": "echo z >> a.txt; rm test_x.py; echo n > new.txt"})
    bare.start(plan({"01": {"record": {"read_only": True}}, "02": {"writes": ["b.txt"]}}))
    bare.launch("01")
    bare.launch("02")
    assert "is put back" in run(bare, "bash x.sh")
    assert (root / "a.txt").read_text() == "a\n" and (root / "test_x.py").exists() and (root / "new.txt").exists()
