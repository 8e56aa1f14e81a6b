"""Names are what the folders list, and are folded where claims are looked up alone.

Each on a file system that folds (mounted where that can be), and with folding forced where names stay apart: there a
name that was folded on its way to the disk or to git names nothing.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.run.commits import commit, undo
from fanout.run.store import paths, run_files
from fanout.run.store.db import Write

FILES = ("src/Components/Old.tsx", "src/Components/Button.tsx", "Makefile", "Docs/Straße.md", "Notes.md")
TASKS = {
    "T001": {"writes": ["src/Components/Button.tsx", "Makefile", "Docs/Straße.md"]},
    "T002": {"writes": ["src/Components/Old.tsx", "src/Pages/**"]},
}
SWEEPS = [
    "git checkout .",
    "git stash",
    "git reset --hard",
    "git restore src/Components",
    "git add -A && git commit -m all",
    "git commit -am all",
    "git clean -fdx src",
]


@pytest.fixture
def desk(folding: Path) -> Desk:
    """Two agents at work in a repository whose names have capitals; T002 has changed one file and made another."""
    root = folding / "Project"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("one\ntwo\n")
    git(root, "init", "-q")
    git(root, "config", "user.email", "dev@example.org")
    git(root, "config", "user.name", "Dev")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "start")
    desk = Desk(root)
    desk.start(plan(TASKS))
    for task in TASKS:
        assert not denial(desk.launch(task))
    assert not denial(desk.do("agent-T002", "src/Components/Old.tsx", "one\nTWO\n"))
    assert not denial(desk.do("agent-T002", "src/Pages/New.tsx", "new\n"))
    return desk


def git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-c", "core.quotepath=off", *words], cwd=root, capture_output=True, check=True)
    return done.stdout.decode()


def files(root: Path) -> set[str]:
    """What the folders list."""
    found = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    return {path.as_posix() for path in found if path.parts[0] not in (".git", ".fanout")}


def committed(root: Path) -> set[str]:
    return set(git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")) - {""}


def test_sweeps_over_a_siblings_work_are_denied(desk: Desk) -> None:
    said = {line: denial(desk.bash("agent-T001", line)) for line in SWEEPS}
    harmed = re.compile(r"src/(Components/Old|Pages/New)\.tsx of task T002")
    assert [line for line, reason in said.items() if not harmed.search(reason)] == []


def test_ones_own_files_are_allowed_in_every_spelling(desk: Desk) -> None:
    assert not denial(desk.do("agent-T001", "Makefile"))
    for line in ("git add Makefile", "git restore Docs/Straße.md", "git status", "ls src/Components"):
        assert denial(desk.bash("agent-T001", line)) == "", line
    for path in ("src/Components/Button.tsx", "src/components/BUTTON.tsx", "makefile", "docs/Strasse.md"):
        assert denial(desk.write("agent-T001", path)) == "", path
    held = {row["path"] for row in desk.rows("SELECT path FROM written JOIN agent ON id = agent WHERE task = 'T001'")}
    assert held == set(TASKS["T001"]["writes"])


def test_a_siblings_file_is_denied_in_every_spelling(desk: Desk) -> None:
    for path in ("src/Components/Old.tsx", "src/components/old.tsx", "SRC/COMPONENTS/OLD.TSX", "src/pages/Other.tsx"):
        assert "T002" in denial(desk.write("agent-T001", path)), path
        assert "T002" in denial(desk.bash("agent-T001", f"echo x >> {path}")), path


def test_an_agent_whose_id_has_capitals_has_its_results_and_scratch(desk: Desk) -> None:
    root, run = str(desk.root), desk.run
    own = [run_files.result(root, run, "T001"), os.path.join(run_files.scratch(root, run, "T001"), "Note.txt")]
    assert [denial(desk.write("agent-T001", path)) for path in own] == ["", ""]
    assert "fanout's own state" in denial(desk.write("agent-T001", run_files.result(root, run, "T002")))
    assert "fanout's own state" in denial(desk.write("agent-T001", ".FANOUT/state.db"))


def test_what_switches_the_guard_off_is_denied_in_every_spelling(desk: Desk) -> None:
    for path in (".CLAUDE/Settings.json", ".claude/SETTINGS.local.json", ".GIT/HEAD", ".git/CONFIG", ".git/Hooks/x"):
        assert denial(desk.write("agent-T001", path)), path


def test_a_commit_and_its_undo_keep_every_spelling(desk: Desk) -> None:
    before = files(desk.root)
    for path in ("src/Components/Button.tsx", "Makefile", "Docs/Straße.md"):
        assert denial(desk.do("agent-T001", path, "one\nmine\n")) == ""
    assert desk.end("agent-T001", "DONE|T001|all three") == {}
    assert commit.task(desk.db, str(desk.root), desk.run, "T001")
    assert committed(desk.root) == set(FILES)
    assert "mine" in git(desk.root, "show", "HEAD:Docs/Straße.md")
    with Write(desk.db):
        undo.carry_out(desk.db, str(desk.root), desk.run, "T001")
    assert files(desk.root) == before
    assert (desk.root / "Makefile").read_text() == "one\ntwo\n"


def test_a_file_that_git_knows_in_another_spelling_stays_that_file(desk: Desk) -> None:
    git(desk.root, "rm", "-q", "--cached", "Makefile")
    blob = git(desk.root, "hash-object", "-w", "Makefile").strip()
    git(desk.root, "update-index", "--add", "--cacheinfo", f"100644,{blob},makefile")
    git(desk.root, "commit", "-qm", "as another system spelled it")
    assert denial(desk.do("agent-T001", "Makefile", "one\nmine\n")) == ""
    assert desk.end("agent-T001", "DONE|T001|makefile; Button.tsx and Straße.md not needed") == {}
    commit.task(desk.db, str(desk.root), desk.run, "T001")
    assert "makefile" in committed(desk.root) and "Makefile" not in committed(desk.root)
    assert "mine" in git(desk.root, "show", "HEAD:makefile")


def test_a_file_that_is_renamed_in_case_goes_under_the_one_name_and_comes_under_the_other(desk: Desk) -> None:
    assert denial(desk.do("agent-T001", "src/Components/Button.tsx", "one\nmine\n")) == ""
    place = desk.root / "src" / "Components"
    (place / "Button.tsx").rename(place / "between")
    (place / "between").rename(place / "button.tsx")
    assert desk.end("agent-T001", "DONE|T001|renamed Button.tsx; Makefile and Straße.md not needed") == {}
    commit.task(desk.db, str(desk.root), desk.run, "T001")
    assert committed(desk.root) == {*FILES, "src/Components/button.tsx"} - {"src/Components/Button.tsx"}
    with Write(desk.db):
        undo.carry_out(desk.db, str(desk.root), desk.run, "T001")
    assert {"src/Components/Button.tsx"} == {name for name in files(desk.root) if "button" in name.lower()}
    assert (place / "Button.tsx").read_text() == "one\ntwo\n"


def test_a_declared_file_that_its_agent_deleted_is_taken_as_gone(desk: Desk) -> None:
    (desk.root / "src" / "Components" / "Old.tsx").unlink()
    assert desk.end("agent-T002", "DONE|T002|deleted Old.tsx") == {}
    assert desk.state("T002") == "done"


def test_nobody_is_blamed_for_what_a_pattern_with_capitals_declares(desk: Desk) -> None:
    (desk.root / "src" / "Components" / "Old.tsx").write_text("by a program that the agent ran\n")
    assert desk.end("agent-T002", "DONE|T002|changed Old.tsx") == {}
    assert desk.rows("SELECT * FROM event WHERE kind IN ('stray', 'beyond', 'conflict')") == []


def test_a_session_in_another_spelling_of_the_root_is_guarded(desk: Desk) -> None:
    other = desk.root.parent / "pROJECT"
    if not other.exists():
        pytest.skip("here the other spelling is another folder")
    desk.home = other
    assert "T002" in denial(desk.write("agent-T001", "src/Components/Old.tsx"))
    assert "T002" in denial(desk.bash("agent-T001", "cd SRC && git checkout ."))
    assert denial(desk.write("agent-T001", "Makefile")) == ""


def test_a_path_through_a_symlink_to_the_root_is_the_projects(desk: Desk) -> None:
    link = desk.root.parent / "Link"
    link.symlink_to(desk.root)
    assert "T002" in denial(desk.write("agent-T001", str(link / "src" / "Components" / "Old.tsx")))


@pytest.mark.parametrize("written", ["NFC", "NFD"])
@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
@pytest.mark.parametrize("kind", ["apart", "folding"])
def test_a_name_with_marks_is_one_in_both_normal_forms(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, on_disk: Any, written: Any
) -> None:
    """On every file system; a write to the form that is there, however the plan writes it."""
    place = tmp_path if kind == "apart" else request.getfixturevalue("folding_mount") / f"nf-{on_disk}-{written}"
    root = place / "Projet"
    there = unicodedata.normalize(on_disk, "Café/Menü.md")
    (root / there).parent.mkdir(parents=True)
    (root / there).write_text("one\n")
    desk = Desk(root)
    desk.start(plan({"A": {"writes": [unicodedata.normalize("NFC", "Café/Menü.md")]}, "B": {"writes": ["b.md"]}}))
    desk.launch("A"), desk.launch("B")
    for form in (on_disk, written):
        assert "A" in denial(desk.write("agent-B", unicodedata.normalize(form, "Café/Menü.md")))
    assert denial(desk.do("agent-A", there, "two\n")) == ""
    assert desk.end("agent-A", "DONE|A|done") == {}
    assert desk.state("A") == "done"
    assert [row["path"] for row in desk.rows("SELECT path FROM changed")] == [there]
    with Write(desk.db):
        undo.carry_out(desk.db, str(root), desk.run, "A")
    assert os.listdir(root / there[: there.index("/")]) == [there.partition("/")[2]]
    assert (root / there).read_text() == "one\n"


def test_what_is_asked_for_is_found_in_every_spelling(desk: Desk) -> None:
    from fanout.run.agents import claims
    from fanout.run.tasks import scope

    naming = paths.Naming(str(desk.root), True)
    answer = scope.ask(desk.db, naming, desk.run, "T001", "SRC/components/old.tsx", "to see")
    assert answer.startswith("queued: src/Components/Old.tsx belongs to task T002")
    assert scope.ask(desk.db, naming, desk.run, "T001", "NOTES.md", "to see").startswith("granted")
    assert [claim.owner.task for claim in claims.covering(desk.db, naming.key("notes.md"))] == ["T001"]
    assert "T001" in denial(desk.write("agent-T002", "Notes.md"))


def test_the_command_line_says_names_whatever_spelling_it_is_asked_in(desk: Desk) -> None:
    project = Project(desk.root)
    said = project.fanout("why", "SRC/components/OLD.tsx").out
    assert said.startswith("src/Components/Old.tsx belongs to task T002 (declared, since "), said
    sibling = {"command": "rm SRC/components/old.tsx", "cwd": str(desk.root), "agent": "T001"}
    asked = json.dumps({**sibling, "owners": {"src/Components/Old.tsx": "T002"}})
    answered = json.loads(project.fanout("writes", "--json", "-", input=asked).out)
    assert answered["endangers_siblings"] is True, answered
    own = json.dumps({**sibling, "agent": "T002", "owners": {"src/Components/Old.tsx": "T002"}})
    assert json.loads(project.fanout("writes", "--json", "-", input=own).out)["endangers_siblings"] is False


def test_a_refused_write_of_a_name_with_capitals_is_nobodys(desk: Desk) -> None:
    assert denial(desk.write("agent-T001", "src/Shared/Types.ts")) == ""
    calls = [{"tool_name": "Write", "tool_use_id": f"t{desk.calls}", "tool_response": "denied"}]
    desk.failed("Write", {"file_path": str(desk.root / "src/Shared/Types.ts")}, f"t{desk.calls}")
    desk.send("batch", "PostToolBatch", agent_id="agent-T001", tool_calls=calls)
    assert denial(desk.write("agent-T002", "src/Shared/Types.ts")) == ""
