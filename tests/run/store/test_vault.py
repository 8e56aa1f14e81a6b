"""What stands outside the work tree, and what a lost .fanout means: denied, restored, nothing forgotten."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hooks.desk import Desk, context, denial
from project import Project
from run.plans import plan

from fanout.errors import FanoutError
from fanout.hooks import door
from fanout.run.changes import objects
from fanout.run.store import db, vault

PLAN = plan({"01": {"writes": ["a.py"]}, "02": {"writes": ["b.py"]}})


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.py").write_text("before\n")
    desk = Desk(root)
    desk.start(PLAN)
    desk.launch("01")
    desk.launch("02")
    return desk


def lose(desk: Desk) -> None:
    vault.refresh(str(desk.root))  # as the process of a hook does after a launch; here others keep the journal open
    desk.db.close()
    shutil.rmtree(desk.root / ".fanout")


def guard(desk: Desk, tool: str = "Write", **given: object) -> dict[str, object]:
    """The guard's answer with the root that hooks/start would find."""
    from fanout.hooks import door

    data = {"session_id": "s1", "cwd": str(desk.root), "agent_id": "agent-01", "tool_name": tool, "tool_input": given}
    return door.handle("guard", str(desk.root), {"hook_event_name": "PreToolUse", "tool_use_id": "t", **data}) or {}


def held(desk: Desk) -> Path:
    return Path(vault.folder_of(str(desk.root)))


def test_what_is_kept_while_no_run_is_live_is_not_held(desk: Desk) -> None:
    (desk.root / "a.py").write_text("of no run\n")
    vault.unmark(str(desk.root))
    kept = objects.keep(str(desk.root), str(desk.root / "a.py"))
    assert (desk.root / ".fanout" / "objects" / kept[:2] / kept[2:]).exists()
    assert not (held(desk) / "objects" / kept[:2] / kept[2:]).exists()


def test_what_is_held_is_private_and_takes_no_space_of_its_own(desk: Desk) -> None:
    assert os.stat(vault.data_dir()).st_mode & 0o077 == 0
    assert os.path.samefile(held(desk) / "state.db", desk.root / ".fanout" / "state.db")
    kept = objects.keep(str(desk.root), str(desk.root / "a.py"))
    assert os.path.samefile(
        held(desk) / "objects" / kept[:2] / kept[2:], desk.root / ".fanout/objects" / kept[:2] / kept[2:]
    )


@pytest.mark.parametrize(
    ("tool", "given", "passes"),
    [
        ("Write", {"file_path": "a.py", "content": "x"}, False),
        ("Edit", {"file_path": "a.py", "old_string": "b", "new_string": "c"}, False),
        ("mcp__files__write_file", {"path": "a.py", "content": "x"}, False),
        ("Bash", {"command": "echo x > a.py"}, False),
        ("Bash", {"command": "make"}, False),
        ("Bash", {"command": "rm -rf .fanout && fanout doctor --restore"}, False),
        ("Bash", {"command": "git status && cat a.py"}, True),
    ],
)
def test_without_its_state_a_run_denies_what_may_write(
    desk: Desk, tool: str, given: dict[str, str], passes: bool
) -> None:
    lose(desk)
    reason = denial(guard(desk, tool, **given))
    assert (reason == "") == passes
    assert passes or "run `fanout doctor --restore`, then go on" in reason


def test_without_its_state_nothing_opens_the_journal(desk: Desk) -> None:
    lose(desk)
    for create in (False, True):
        with pytest.raises(FanoutError, match=r"is gone: \.fanout was removed while a run was live") as told:
            db.connect(str(desk.root), create=create)
        assert "`fanout doctor --restore` brings it back" in str(told.value)


def test_the_way_back_needs_no_permission_and_launches_wait_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from project import CHECKOUT

    from fanout.hooks import door

    lose(desk)
    monkeypatch.setenv("CLAUDE_PLUGIN_ROOT", str(CHECKOUT))
    answer = guard(desk, "Bash", command=f"{CHECKOUT}/bin/fanout doctor --restore")
    assert answer["hookSpecificOutput"]["permissionDecision"] == "allow"  # type: ignore[index]
    root = str(desk.root)
    call = {"tool_name": "Agent", "tool_input": {"prompt": "x"}, "tool_use_id": "u", "session_id": "s1"}
    assert "was removed while a run is live" in denial(door.handle("gate", root, dict(call)) or {})
    assert "was removed" in context(door.handle("prompt", root, {"prompt": "hi", "session_id": "s1"}) or {})
    stop = door.handle("agent-stop", root, {"agent_id": "agent-01", "last_assistant_message": "DONE|01|x"}) or {}
    assert stop["decision"] == "block", "an agent that ends now would not be judged"


def test_restored_the_run_goes_on_with_every_claim_and_every_kept_byte(desk: Desk) -> None:
    kept = objects.keep(str(desk.root), str(desk.root / "a.py"))
    lose(desk)
    project = Project(desk.root)
    refused = project.fanout("status")
    assert refused.code == 1 and "`fanout doctor --restore` brings it back" in refused.err
    assert "brings it back" in project.fanout("start", "-", input=json.dumps({"tasks": [{"id": "x"}]})).err
    found = project.fanout("doctor")
    assert found.code == 1 and "no run yet" not in found.out
    assert (
        "BAD journal: gone: .fanout was removed while a run was live; what it held is kept. fanout doctor --restore"
        in found.out
    )
    done = project.fanout("doctor", "--restore")
    held_files = [path for path in held(desk).rglob("*") if path.is_file() and path.name != vault.MARK]
    assert done.code == 0 and f"Restored {len(held_files)} files to" in done.out and "The run goes on" in done.out
    assert len(held_files) > 1
    assert objects.load(str(desk.root), kept) == b"before\n"
    desk.db = db.connect(str(desk.root))
    assert desk.state("01") == "running"
    assert denial(desk.write("agent-01", "a.py")) == ""
    assert "belongs to task 02" in denial(desk.write("agent-01", "b.py"))
    assert (desk.root / ".fanout" / ".gitignore").read_text() == "*\n"
    again = project.fanout("doctor", "--restore")
    assert again.code == 0 and "Restored 0 files" in again.out


def test_a_run_given_up_is_silent_and_nothing_of_it_stays(desk: Desk) -> None:
    lose(desk)
    assert Project(desk.root).fanout("doctor", "--forget").code == 0
    assert not held(desk).exists()
    assert guard(desk, "Write", file_path="a.py", content="x") == {}


def test_another_folder_under_the_same_name_is_not_the_lost_one(desk: Desk) -> None:
    desk.db.close()
    desk.root.rename(desk.root.parent / "away")
    desk.root.mkdir()
    assert guard(desk, "Write", file_path="a.py", content="x") == {}
    assert not (held(desk) / "live").exists()


def test_after_the_run_a_removed_folder_is_nobodys_business(desk: Desk) -> None:
    for task, path in (("01", "a.py"), ("02", "b.py")):
        desk.do(f"agent-{task}", path)
        desk.end(f"agent-{task}", f"DONE|{task}|x")
        desk.notify(f"agent-{task}")
    assert not (held(desk) / "live").exists(), "the run is over"
    lose(desk)
    assert guard(desk, "Write", file_path="a.py", content="x") == {}


def test_old_and_too_much_is_given_up_but_never_a_live_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    later = db.now() + 40 * 86400
    vault.prune(later)
    assert (held(desk) / "state.db").exists(), "the run is live"
    vault.unmark(str(desk.root))
    vault.prune(db.now())
    assert (held(desk) / "state.db").exists(), "a day is not too old"
    monkeypatch.setattr(vault, "BYTES_KEPT", os.path.getsize(held(desk) / "state.db") // 2)
    vault.prune(db.now())
    assert not (held(desk) / "state.db").exists()
    vault.prune(later)
    assert not held(desk).exists() and vault.folders() == []


def test_so_is_what_is_held_of_a_project_that_is_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that nobody ended is live for ever: its mark does not hold its bytes when the whole project went."""
    desk.db.close()
    monkeypatch.setattr(vault, "FILES_KEPT", 0)
    vault.prune(db.now())
    assert (held(desk) / "live").exists(), "the project is there"
    shutil.rmtree(desk.root)
    monkeypatch.setattr(vault, "FILES_KEPT", 50)
    vault.prune(db.now())
    assert (held(desk) / "live").exists(), "nor is it too old or too much"
    monkeypatch.setattr(vault, "FILES_KEPT", 0)
    vault.prune(db.now())
    assert not held(desk).exists() and vault.folders() == []


def test_where_links_do_not_reach_it_is_a_copy_that_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or os.stat(elsewhere).st_dev == os.stat(tmp_path).st_dev:
        pytest.skip("this machine has no second file system to write to")
    data = elsewhere / f"fanout-{os.getpid()}"
    monkeypatch.setenv("FANOUT_DATA_DIR", str(data))
    try:
        root = tmp_path / "project"
        root.mkdir()
        desk = Desk(root)
        desk.start(PLAN)
        desk.launch("01")
        vault.refresh(str(root))
        assert not os.path.samefile(held(desk) / "state.db", root / ".fanout" / "state.db")
        lose(desk)
        vault.restore(str(root))
        desk.db = db.connect(str(root))
        assert desk.state("01") == "running"
    finally:
        shutil.rmtree(data)


def test_the_hook_finds_the_mark_by_itself(desk: Desk) -> None:
    from project import CHECKOUT

    lose(desk)
    data = {"session_id": "s1", "cwd": str(desk.root), "tool_name": "Write", "tool_input": {"file_path": "a.py"}}
    for folder in (desk.root, desk.root / "below"):
        folder.mkdir(exist_ok=True)
        done = subprocess.run(
            [str(CHECKOUT / "hooks" / "start"), "guard"],
            input=json.dumps(data),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "CLAUDE_PROJECT_DIR": str(folder)},
        )
        assert "fanout doctor --restore" in done.stdout


def test_two_projects_of_one_name_are_held_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    desks = []
    for owner in ("ann", "bob"):
        root = tmp_path / owner / "app"
        root.mkdir(parents=True)
        (root / "a.py").write_text(f"{owner}\n")
        desk = Desk(root)
        desk.start(PLAN)
        desk.launch("01")
        desks.append(desk)
    kept = [objects.keep(str(desk.root), str(desk.root / "a.py")) for desk in desks]
    assert len(vault.folders()) == 2
    lose(desks[0])
    assert vault.is_lost(str(desks[0].root)) and not vault.is_lost(str(desks[1].root))
    assert Project(desks[0].root).fanout("doctor", "--restore").code == 0
    assert objects.load(str(desks[0].root), kept[0]) == b"ann\n"
    assert Project(desks[0].root).fanout("doctor", "--forget").code == 0
    assert vault.folders() == [str(held(desks[1]))], "the other one's is its own"


def test_a_project_that_was_moved_goes_on_and_is_held_under_its_new_name(desk: Desk) -> None:
    desk.db.close()
    moved = desk.root.parent / "moved"
    desk.root.rename(moved)
    there = Project(moved)
    assert there.fanout("status").code == 0
    assert guard(desk, "Write", file_path="a.py", content="x") == {}, "nothing is lost where it stood"
    assert there.fanout("start", "-", input=json.dumps({"tasks": [{"id": "x"}]})).code == 0
    assert vault.refusal(str(moved)) == ""


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"FANOUT_DATA_DIR": "{home}/own"}, "{home}/own"),
        ({"FANOUT_DATA_DIR": "own", "XDG_DATA_HOME": "{home}/xdg"}, "{home}/xdg/fanout"),
        ({"XDG_DATA_HOME": "data", "HOME": "{home}"}, "{home}/.local/share/fanout"),
        ({"XDG_DATA_HOME": "{home}/xdg"}, "{home}/xdg/fanout"),
        ({}, ""),
    ],
)
def test_where_it_is_held_and_the_hook_looks_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    from project import CHECKOUT

    for name in ("FANOUT_DATA_DIR", "XDG_DATA_HOME", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    assert vault.data_dir() == expected.format(home=tmp_path)
    root = tmp_path / "project"
    root.mkdir()
    desk = Desk(root)
    desk.start(PLAN)
    desk.launch("01")
    assert (vault.refusal(str(root)) == "") == bool(expected)
    lose(desk)
    event = {"session_id": "s1", "cwd": str(root), "tool_name": "Write", "tool_input": {"file_path": "a.py"}}
    done = subprocess.run(
        [str(CHECKOUT / "hooks" / "start"), "guard"],
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "CLAUDE_PROJECT_DIR": str(root)},
    )
    assert ("fanout doctor --restore" in done.stdout) == bool(expected)


def test_the_hook_finds_it_also_by_a_link_that_the_client_was_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from project import CHECKOUT

    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    root, link = tmp_path / "project", tmp_path / "link"
    root.mkdir()
    link.symlink_to(root)
    monkeypatch.setenv("CLAUDE_PROJECT_DIR", str(link))
    desk = Desk(root)
    desk.start(PLAN)
    desk.launch("01")
    lose(desk)
    event = {"session_id": "s1", "cwd": str(link), "tool_name": "Write", "tool_input": {"file_path": "a.py"}}
    hook = [str(CHECKOUT / "hooks" / "start"), "guard"]
    done = subprocess.run(hook, input=json.dumps(event), capture_output=True, text=True, check=True)
    assert "fanout doctor --restore" in done.stdout


def test_a_data_folder_that_cannot_be_had_is_said_once_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "file" / "data"))
    project = Project(tmp_path / "project")
    project.path.mkdir()
    ran = project.fanout("start", "-", input=json.dumps({"tasks": [{"id": "x"}, {"id": "y"}]}))
    assert ran.code == 0
    assert f"Nothing of this run is held outside the project: {tmp_path}/file/data can't be written." in ran.err
    assert "FANOUT_DATA_DIR names another folder" in ran.err
    for line in (["status"], ["next"], ["doctor"], ["cancel"], ["doctor", "--forget"]):
        again = project.fanout(*line)
        assert again.code == 0 and "held outside the project" not in again.err, line


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is held of two projects that are gone: files of ten bytes, the later in the alphabet the older."""
    monkeypatch.setenv("FANOUT_DATA_DIR", str(tmp_path / "data"))
    place = tmp_path / "data" / "projects"
    at = db.now()
    for number, name in enumerate("abcdef"):
        file = place / ("one" if name in "ace" else "two") / ".fanout" / "objects" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("0123456789")
        os.utime(file, (at + 1000 - number, at + 1000 - number))
    return place


@pytest.mark.parametrize(
    ("limit", "most", "left"),
    [
        ("FILES_KEPT", 2, "ab"),
        ("FILES_KEPT", 6, "abcdef"),
        ("FILES_KEPT", 1, "a"),
        ("BYTES_KEPT", 30, "abc"),
        ("BYTES_KEPT", 39, "abc"),
        ("BYTES_KEPT", 9, ""),
        ("DAYS_KEPT", (1000 - 2.5) / 86400, "abc"),
    ],
)
def test_the_oldest_of_all_projects_are_given_up_first(
    several: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: float, left: str
) -> None:
    monkeypatch.setattr(vault, limit, most)
    newest = max(path.stat().st_mtime for path in several.rglob("?"))
    vault.prune(newest + 1000 - 5 if limit == "DAYS_KEPT" else db.now())
    assert "".join(sorted(path.name for path in several.rglob("?"))) == left
    names = {path.parent.name for path in several.rglob(".fanout")}
    assert names == {"one" if name in "ace" else "two" for name in left}, "a project without bytes has no folder"


DATA_DIRS: dict[str, tuple[dict[str, str], str]] = {
    "said": ({"FANOUT_DATA_DIR": "/d", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "/d"),
    "not absolute": ({"FANOUT_DATA_DIR": "d", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "/x/fanout"),
    "of the desktop": ({"XDG_DATA_HOME": "/x", "HOME": "/h"}, "/x/fanout"),
    "not absolute either": ({"XDG_DATA_HOME": "x", "HOME": "/h"}, "/h/.local/share/fanout"),
    "home": ({"HOME": "/h", "USERPROFILE": "/u"}, "/h/.local/share/fanout"),
    "profile": ({"HOME": "", "USERPROFILE": "/u"}, "/u/.local/share/fanout"),
    "nowhere": ({}, ""),
    "no home": ({"XDG_DATA_HOME": "/x"}, "/x/fanout"),
}


@pytest.mark.parametrize("case", DATA_DIRS)
def test_where_it_is_held(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    env, place = DATA_DIRS[case]
    for name in ("FANOUT_DATA_DIR", "XDG_DATA_HOME", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert vault.data_dir() == place
    assert vault.folder_of("/p/q") == (f"{place}/projects/p/q/.fanout" if place else "")
    if not place:
        assert "there is no home folder" in vault.refusal("/p/q") and vault.folders() == []
        vault.mark("/p/q", "python")
        vault.unmark("/p/q")
        assert not vault.is_lost("/p/q")
    else:
        assert f"{place} can't be written" in vault.refusal("/p/q")


@pytest.mark.parametrize(
    ("event", "is_live", "is_held"),
    [
        ("gate", True, True),
        ("agent-stop", True, True),
        ("output", True, True),
        ("guard", True, False),
        ("gate", False, False),
    ],
)
def test_after_launches_and_ends_what_is_held_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str, is_live: bool, is_held: bool
) -> None:
    """By the process of the hook, when it has answered."""
    asked: list[str] = []
    monkeypatch.setattr(door, "_set_deadline", lambda seconds: None)
    monkeypatch.setattr(door, "handle", lambda event, root, data: None)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    monkeypatch.setattr(vault, "refresh", asked.append)
    root = str(tmp_path) if is_live else ""
    assert door.main([event, root]) == 0
    assert asked == ([root] if is_held else [])
