"""One task's work taken back, and nobody else's bytes touched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.errors import FanoutError
from fanout.run.changes import objects, patch, watch
from fanout.run.commits import undo
from fanout.run.store.db import connect

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
    assert (three.root / ".fanout" / "undo" / "shared.txt.kept").read_text() == LINES


def undone(desk: Desk, task: str = "01") -> dict[str, str]:
    """What undoing did, by path."""
    return {step.path: step.verb for step in undo.carry_out(desk.db, str(desk.root), desk.run, task)}


def begin(desk: Desk, *writes: str) -> Desk:
    desk.start(plan({"01": {"writes": list(writes)}, "02": {"writes": ["other/**"]}}))
    desk.launch("01")
    return desk


@pytest.mark.parametrize(("kept", "seen"), [(3, 50), (3, 5)])
def test_of_more_files_than_are_kept_none_is_taken_for_the_tasks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kept: int, seen: int
) -> None:
    monkeypatch.setattr(watch, "MOST_KEPT", kept)
    monkeypatch.setattr(watch, "MOST_SEEN", seen)
    (desk.root / "data").mkdir()
    for number in range(9):
        (desk.root / "data" / f"{number}.txt").write_text(f"{number}\n")
    before = tree(desk)
    begin(desk, "data/**")
    for number in (0, 1):
        (desk.root / "data" / f"{number}.txt").unlink()
    assert desk.end("agent-01", "DONE|01|removed two") == {}
    assert undone(desk) == {"data/0.txt": "restore", "data/1.txt": "restore"}
    assert tree(desk) == before


def test_of_a_file_that_was_seen_and_not_kept_a_change_is_still_evidence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MOST_KEPT", 1)
    for number in range(3):
        (desk.root / f"{number}").write_text("old\n")
    begin(desk, "0", "1", "2")
    (desk.root / "2").write_text("new and longer\n")
    assert desk.end("agent-01", "DONE|01|did it") == {}
    with pytest.raises(FanoutError, match="2 was too large to be kept, or one of too many files"):
        undone(desk)


def test_modes_and_links_come_back(desk: Desk) -> None:
    (desk.root / "a.sh").write_text("a\n")
    (desk.root / "b.sh").write_text("b\n")
    (desk.root / "a.sh").chmod(0o755)
    (desk.root / "link").symlink_to("a.sh")
    begin(desk, "a.sh", "b.sh", "link")
    (desk.root / "a.sh").unlink()
    (desk.root / "b.sh").chmod(0o755)
    (desk.root / "link").unlink()
    (desk.root / "link").symlink_to("b.sh")
    assert desk.end("agent-01", "DONE|01|removed a.sh") == {}
    text = patch.of_task(desk.db, str(desk.root), desk.run, "01")
    assert "new mode 100755" in text and "deleted file mode 100755" in text and "120000" in text
    assert undone(desk) == {"a.sh": "restore", "b.sh": "restore", "link": "restore"}
    assert (desk.root / "a.sh").stat().st_mode & 0o777 == 0o755
    assert (desk.root / "b.sh").stat().st_mode & 0o111 == 0
    assert (desk.root / "link").readlink().name == "a.sh"


COMMANDS = ["mkdir -p lib/deep && echo x > lib/deep/a", "cp -r d lib", "mv d lib", "tar xf d.tar && mv d2 lib"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_a_command_made_goes_and_comes_with_the_task(desk: Desk, command: str) -> None:
    (desk.root / "d" / "deep").mkdir(parents=True)
    (desk.root / "d" / "deep" / "a").write_text("x\n")
    subprocess.run("cp -r d d2 && tar cf d.tar d2 && rm -r d2", shell=True, cwd=desk.root, check=True)
    before = tree(desk)
    begin(desk, "lib/**")
    assert desk.bash("agent-01", command) == {}
    subprocess.run(command, shell=True, cwd=desk.root, check=True)
    desk.send("after", "PostToolUse", tool_name="Bash", tool_input={"command": command}, agent_id="agent-01")
    assert desk.end("agent-01", "DONE|01|did it") == {}
    assert "lib/deep/a" in patch.changed(desk.db, str(desk.root), desk.run, "01")
    undone(desk)
    assert tree(desk) == before


def test_what_a_sibling_writes_into_a_folder_that_a_task_made_is_the_siblings(desk: Desk) -> None:
    begin(desk, "a.txt")
    command = "mkdir -p other && echo a > a.txt && echo x > other/mine.tmp"
    assert desk.bash("agent-01", "mkdir other") == {}
    desk.launch("02")
    subprocess.run(command, shell=True, cwd=desk.root, check=True)
    assert desk.do("agent-02", "other/b.txt", "b\n") == {}
    assert desk.end("agent-01", "DONE|01|did it") == {}
    assert set(undone(desk)) == {"a.txt"}
    assert (desk.root / "other" / "b.txt").exists()


def test_what_undoing_takes_away_is_kept(three: Desk) -> None:
    (three.root / "shared.txt").write_text((three.root / "shared.txt").read_text().replace("line 5", "mine"))
    steps = undo.carry_out(three.db, str(three.root), three.run, "01")
    kept = {step.path: (three.root / step.replaced).read_text() for step in steps}
    assert kept["new.txt"] == "new\n" and "mine\n" in kept["shared.txt"] and "LINE 2\n" in kept["shared.txt"]


def test_a_file_that_became_a_folder_comes_back_unless_others_wrote_there(desk: Desk) -> None:
    (desk.root / "conf").write_text("old\n")
    begin(desk, "conf", "conf/a")
    (desk.root / "conf").unlink()
    (desk.root / "conf" / "empty").mkdir(parents=True)
    (desk.root / "conf" / "a").write_text("new\n")
    assert desk.end("agent-01", "DONE|01|split conf") == {}
    (desk.root / "conf" / "users").write_text("mine\n")
    with pytest.raises(FanoutError, match="conf is a folder now, with conf/users"):
        undone(desk)
    assert (desk.root / "conf" / "a").exists()
    (desk.root / "conf" / "users").unlink()
    assert undone(desk) == {"conf/a": "delete", "conf": "restore"}
    assert tree(desk) == {"conf": "old\n"}


def test_the_patch_brings_everything_back(desk: Desk) -> None:
    (desk.root / "gone").write_bytes(b"\x00\xff")
    begin(desk, "out/**", "gone")
    (desk.root / "out").mkdir()
    (desk.root / "out" / "img.png").write_bytes(bytes(range(256)))
    (desk.root / "out" / "__init__.py").touch()
    (desk.root / "out" / "rün.sh").write_text("#!/bin/sh\r\n")
    (desk.root / "out" / "rün.sh").chmod(0o755)
    (desk.root / "gone").unlink()
    assert desk.end("agent-01", "DONE|01|removed gone") == {}
    kept = patch.keep(desk.db, str(desk.root), desk.run, "01")
    undone(desk)
    assert sorted(path.name for path in desk.root.iterdir()) == [".fanout", "gone", "out"]
    subprocess.run(["git", "apply", "--whitespace=nowarn", kept], cwd=desk.root, check=True)
    found = {path.name: path.read_bytes() for path in (desk.root / "out").iterdir()}
    assert found == {"img.png": bytes(range(256)), "__init__.py": b"", "rün.sh": b"#!/bin/sh\r\n"}
    assert (desk.root / "out" / "rün.sh").stat().st_mode & 0o100 and not (desk.root / "gone").exists()


def test_names_and_files_that_can_not_be_kept_are_passed_over(desk: Desk) -> None:
    (desk.root / "q").mkdir()
    os.mkfifo(desk.root / "q" / "pipe")
    os.close(os.open(os.fsencode(desk.root) + b"/q/caf\xe9", os.O_CREAT))
    begin(desk, "q/**", "q/pipe")
    (desk.root / "q" / "a").write_text("a\n")
    assert desk.end("agent-01", "DONE|01|did it") == {}
    assert undone(desk) == {"q/a": "delete"}


def test_a_task_that_was_undone_is_not_done_also_in_the_list(project: Project) -> None:
    project.write({"tasks.md": "- [ ] First task: write `a.txt`\n- [ ] Second task: write `b.txt`\n"})
    assert project.fanout("start", "tasks.md").code == 0
    desk = Desk(project.path)
    desk.db = connect(str(project.path))
    desk.run = str(desk.rows("SELECT id FROM run")[0]["id"])
    (first, _) = [row["id"] for row in desk.rows("SELECT id FROM task ORDER BY rank")]
    desk.launch(first)
    desk.do(f"agent-{first}", "a.txt")
    assert desk.end(f"agent-{first}", f"DONE|{first}|did it") == {}
    project.fanout("sync", desk.run)
    assert "- [x] First" in (project.path / "tasks.md").read_text()
    out = project.fanout("undo", f"{desk.run}/{first}").out
    assert f"Task {first} counts as not done now; `fanout retry {desk.run}/{first}` does it again." in out
    assert "- [ ] First" in (project.path / "tasks.md").read_text()
    assert "0 of 2 done" in project.fanout("status").out
    assert project.fanout("retry", f"{desk.run}/{first}").code == 0 and desk.state(first) == "pending"


def test_what_was_built_on_it_is_named_and_where_the_run_stands(desk: Desk) -> None:
    built = {"needs": ["01"]}
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"], **built}, "03": {"writes": ["c"]}, "04": built}))
    for name, path in (("01", "a"), ("02", "b"), ("03", "c")):
        desk.launch(name)
        desk.do(f"agent-{name}", path)
        assert desk.end(f"agent-{name}", f"DONE|{name}|did it") == {}
    said = Project(desk.root).fanout("undo", f"{desk.run}/01").out
    assert "fanout demo-1: 2 of 4 done, 1 cancelled (01)." in said
    assert [line for line in said.splitlines() if "built on it" in line] == [
        "02 built on it and is done: `fanout diff demo-1/02` shows what is to be looked at."
    ]


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
    each = {name: project.fanout("diff", f"{desk.run}/{name}").out for name in ("01", "02")}
    assert whole == f"# Task 01 First\n{each['01']}# Task 02 Task 02\n{each['02']}"
    assert not any("#" in one for one in each.values()), "of one task there is no need to say which"
    assert whole.count("+by 02") == 2 and project.fanout("diff").out == whole
    lines = project.fanout("diff", "--keep").out.splitlines()
    assert [line.rpartition(", ")[0] for line in lines] == ["01 First: 1 file", "02 Task 02: 2 files"]
    assert "".join((desk.root / line.rpartition(", ")[2]).read_text() for line in lines) == "".join(each.values())
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
    assert "large.bin changed; it was too large" in project.fanout("diff", f"{desk.run}/01").out
    ran = project.fanout("undo", f"{desk.run}/01")
    assert ran.code == 1 and "large.bin was too large to be kept" in ran.err


def test_a_large_file_that_a_task_made_is_moved_away_and_can_be_committed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(desk.root)
    project.commit_all()
    monkeypatch.setattr(objects, "LARGEST", 10)
    begin(desk, "large.bin")
    (desk.root / "large.bin").write_text("y" * 11)
    assert desk.end("agent-01", "DONE|01|made") == {}
    assert project.fanout("commit", "--all").code == 0
    assert project.git("show", "HEAD:large.bin") == "y" * 11
    (step,) = undo.carry_out(desk.db, str(desk.root), desk.run, "01")
    assert step.verb == "move" and not (desk.root / "large.bin").exists()
    assert (desk.root / step.replaced).read_text() == "y" * 11


def test_each_undo_keeps_its_own_version(desk: Desk) -> None:
    """A task is undone, tried again and undone again: what the first attempt wrote is still there."""
    (desk.root / "a.txt").write_text("old\n")
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    project = Project(desk.root)
    for number, text in enumerate(("first\n", "second\n", "third\n")):
        desk.launch("01", agent=f"try-{number}")
        desk.do(f"try-{number}", "a.txt", text)
        assert desk.end(f"try-{number}", "DONE|01|a.txt") == {}
        assert project.fanout("undo", f"{desk.run}/01").code == 0
        assert (desk.root / "a.txt").read_text() == "old\n"
        project.fanout("retry", f"{desk.run}/01")
    kept = sorted(path.read_text() for path in (desk.root / ".fanout").rglob("a.txt*") if path.is_file())
    assert kept == ["first\n", "second\n", "third\n"]


def test_what_was_undone_is_the_tasks_no_more(desk: Desk) -> None:
    (desk.root / "a.txt").write_text("old\n")
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    run_task(desk, "01", {"a.txt": "new\n"})
    project = Project(desk.root)
    assert "+new" in project.fanout("diff", f"{desk.run}/01").out
    assert project.fanout("undo", f"{desk.run}/01").code == 0
    assert "+new" not in project.fanout("diff", f"{desk.run}/01").out
    (desk.root / "a.txt").write_text("new\n")
    assert undo.plan(desk.db, str(desk.root), desk.run, "01") == [], "the user wrote it meanwhile, all the same"


@pytest.mark.parametrize(("last", "state"), [("DONE|01|a.txt", "cancelled"), ("BLOCKED|01|no", "blocked")])
def test_undoing_makes_only_a_done_task_cancelled(desk: Desk, last: str, state: str) -> None:
    (desk.root / "a.txt").write_text("old\n")
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    desk.launch("01")
    desk.do("agent-01", "a.txt", "new\n")
    assert desk.end("agent-01", last) == {}
    assert Project(desk.root).fanout("undo", f"{desk.run}/01").code == 0
    assert (desk.root / "a.txt").read_text() == "old\n" and desk.state("01") == state


def test_a_link_in_a_files_place_is_not_reached_through(desk: Desk, tmp_path: Path) -> None:
    """The agent left a link to a folder where a file was: the folder's files are none of the task's."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "users.txt").write_text("the user's\n")
    (desk.root / "conf").write_text("file\n")
    desk.start(plan({"01": {"writes": ["conf"]}}))
    desk.launch("01")
    assert desk.write("agent-01", "conf") == {}
    (desk.root / "conf").unlink()
    (desk.root / "conf").symlink_to(outside)
    assert desk.end("agent-01", "DONE|01|conf") == {}
    assert Project(desk.root).fanout("undo", f"{desk.run}/01").code == 0
    assert not (desk.root / "conf").is_symlink() and (desk.root / "conf").read_text() == "file\n"
    assert (outside / "users.txt").read_text() == "the user's\n"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Task 01 made a file, and 02 went on from there."""
    desk.start(plan({"01": {"writes": ["new.txt"]}, "02": {"writes": ["new.txt"], "depends_on": ["01"]}}))
    run_task(desk, "01", {"new.txt": "one\n"})
    return desk


def test_what_later_tasks_built_on_is_named_with_the_way(two: Desk) -> None:
    run_task(two, "02", {"new.txt": "one\ntwo\n"})
    refused = Project(two.root).fanout("undo", f"{two.run}/01")
    assert refused.code == 1
    assert (
        f"Task 02 went on from what 01 wrote there: take it back before, with `fanout undo {two.run}/02`, then this once more."
        in refused.err
    )
    for task in ("02", "01"):
        assert Project(two.root).fanout("undo", f"{two.run}/{task}").code == 0
    assert not (two.root / "new.txt").exists()


def test_what_somebody_else_changed_since_names_no_task(two: Desk) -> None:
    (two.root / "new.txt").write_text("mine\n")
    refused = Project(two.root).fanout("undo", f"{two.run}/01").err
    assert "went on from" not in refused and "put your change aside" in refused


def test_the_diff_of_a_run_is_a_patch_with_the_names_of_its_tasks(desk: Desk) -> None:
    project = Project(desk.root)
    project.write({"a.py": "1\n2\n3\n", "b.bin": "\0x"})
    project.commit_all()
    desk.start(plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.bin"]}, "03": {"writes": ["c.py"]}}))
    for name, path, text in (("01", "a.py", "1\n2\nno end"), ("02", "b.bin", "\0y"), ("03", "c.py", "new\n")):
        desk.launch(name)
        desk.do(f"agent-{name}", path, text)
        desk.end(f"agent-{name}", f"DONE|{name}|made")
    whole = project.fanout("diff", desk.run).out
    assert [line for line in whole.splitlines() if line.startswith("#")] == [
        f"# Task {n} Task {n}" for n in ("01", "02", "03")
    ]
    project.git("checkout", "-q", "--", "a.py", "b.bin")
    (desk.root / "c.py").unlink()
    subprocess.run(["git", "apply"], cwd=desk.root, input=whole, text=True, check=True)
    assert [(desk.root / name).read_text() for name in ("a.py", "b.bin", "c.py")] == ["1\n2\nno end", "\0y", "new\n"]
