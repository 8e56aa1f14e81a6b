"""One task's work taken back, and nobody else's bytes touched."""

from __future__ import annotations

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run import objects, patch, undo

LINES = "".join(f"line {n}\n" for n in range(1, 11))


def run_task(desk: Desk, task: str, files: dict[str, str | None]) -> None:
    desk.launch(task)
    for path, content in files.items():
        assert desk.write(f"agent-{task}", path) == {}
        target = desk.root / path
        if content is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)
    assert desk.end(f"agent-{task}", f"DONE|{task}|did it, see {' '.join(files)}") == {}


def tree(desk: Desk) -> dict[str, str]:
    return {
        str(path.relative_to(desk.root)): path.read_text()
        for path in desk.root.rglob("*")
        if path.is_file() and ".fanout" not in path.parts
    }


@pytest.fixture
def three(desk: Desk) -> Desk:
    (desk.root / "shared.txt").write_text(LINES)
    (desk.root / "old.txt").write_text("old\n")
    desk.start(
        plan(
            {
                "01": {"writes": ["shared.txt", "new.txt"]},
                "02": {"writes": ["shared.txt"]},
                "03": {"writes": ["old.txt"]},
            }
        )
    )
    run_task(desk, "01", {"shared.txt": LINES.replace("line 2", "LINE 2"), "new.txt": "new\n"})
    run_task(desk, "02", {"shared.txt": LINES.replace("line 2", "LINE 2").replace("line 9", "LINE 9")})
    run_task(desk, "03", {"old.txt": None})
    return desk


def test_edits_that_followed_each_other_in_one_file_stay(three: Desk) -> None:
    steps = undo.carry_out(three.db, str(three.root), three.run, "01")
    assert [(step.path, step.verb) for step in steps] == [("new.txt", "delete"), ("shared.txt", "merge")]
    assert tree(three) == {"shared.txt": LINES.replace("line 9", "LINE 9")}


def test_a_deleted_file_comes_back(three: Desk) -> None:
    undo.carry_out(three.db, str(three.root), three.run, "03")
    assert tree(three)["old.txt"] == "old\n"


def test_any_order_of_undoing_leads_back_to_the_start(three: Desk) -> None:
    for task in ("02", "03", "01"):
        undo.carry_out(three.db, str(three.root), three.run, task)
    assert tree(three) == {"shared.txt": LINES, "old.txt": "old\n"}


def test_a_clash_in_the_same_lines_changes_nothing_and_keeps_both(three: Desk) -> None:
    (three.root / "shared.txt").write_text(LINES.replace("line 2", "mine"))
    before = tree(three)
    with pytest.raises(FanoutError, match=r"shared\.txt was changed in the same lines since .*Nothing was changed"):
        undo.carry_out(three.db, str(three.root), three.run, "01")
    assert tree(three) == before
    assert (three.root / ".fanout" / "undo" / "shared.txt").read_text() == LINES


def test_the_diff_shows_one_task_alone(three: Desk) -> None:
    text = patch.of_task(three.db, str(three.root), three.run, "01")
    assert "-line 2\n+LINE 2" in text and "+++ b/new.txt" in text and "--- /dev/null" in text
    assert "line 9" not in text.lower()


def test_the_diff_of_a_running_task_is_up_to_now(desk: Desk) -> None:
    (desk.root / "a").write_text("old\n")
    desk.start(plan({"01": {"writes": ["a"]}}))
    desk.launch("01")
    assert patch.of_task(desk.db, str(desk.root), desk.run, "01") == ""
    desk.do("agent-01", "a", "new\n")
    assert "-old\n+new" in patch.of_task(desk.db, str(desk.root), desk.run, "01")


def test_the_diff_of_a_run_is_the_diff_of_its_tasks(desk: Desk) -> None:
    desk.start(plan({"01": {"writes": ["a.py"], "title": "First"}, "02": {"writes": ["b.py", "c.py"]}, "03": {}}))
    for name, paths in (("01", ["a.py"]), ("02", ["b.py", "c.py"])):
        desk.launch(name)
        for path in paths:
            desk.do(f"agent-{name}", path, f"by {name}\n")
        desk.end(f"agent-{name}", f"DONE|{name}|made")
    project = Project(desk.root)
    whole = project.fanout("diff", desk.run).out
    assert whole == "".join(project.fanout("diff", f"{desk.run}/{name}").out for name in ("01", "02"))
    assert whole.count("+by 02") == 2 and project.fanout("diff").out == whole
    lines = project.fanout("diff", "--keep").out.splitlines()
    assert [line.rpartition(", ")[0] for line in lines] == ["01 First: 1 file", "02 Task 02: 2 files"]
    assert "".join((desk.root / line.rpartition(", ")[2]).read_text() for line in lines) == whole
    assert "Task 03 changed nothing" in project.fanout("diff", f"{desk.run}/03").err
    assert project.fanout("diff", "no-such-run").code == 1


def test_a_file_too_large_to_be_kept_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "LARGEST", 10)
    (desk.root / "large.bin").write_text("x" * 11)
    desk.start(plan({"01": {}}))
    desk.launch("01")
    desk.do("agent-01", "large.bin", "y" * 11)
    desk.end("agent-01", "DONE|01|made")
    project = Project(desk.root)
    assert "01: large.bin is too large for its bytes to be kept" in project.fanout("report").out
    ran = project.fanout("undo", f"{desk.run}/01")
    assert ran.code == 1 and "large.bin was too large to be kept" in ran.err
