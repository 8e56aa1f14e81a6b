"""Names that git quotes, that look like options or patterns, and that are not UTF-8: done, shown, committed, undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hooks.desk import Desk
from project import Project

from fanout.run.store import odd_names
from fanout.run.store.db import Write, connect

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other file systems take only Unicode")

ODD = {
    "newline": b"a\nb.txt",
    "tab": b"a\tb.txt",
    "quote": b'a"b.txt',
    "dash": b"-x.txt",
    "magic": b":(top)x",
    "space": b" lead.txt",
    "back": b"a\\b.txt",
    "bytes": b"a\xffb.txt",
    "latin": b"caf\xe9.txt",
    "folder": b"caf\xe9/x.txt",
    "both": "é".encode() + b"\xe9.txt",
}
NOT_UTF8 = ("bytes", "latin", "folder", "both")
SHOWN = {"bytes": "a\\xffb.txt", "latin": "caf\\xe9.txt", "folder": "caf\\xe9/x.txt", "both": "é\\xe9.txt"}


def write(project: Project, name: str, text: str) -> None:
    file = project.path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def begun(project: Project, name: str, was_there: bool, writes: str = "**") -> Desk:
    project.write({"seed.txt": "x"})
    if was_there:
        write(project, name, "old\n")
    project.commit_all()
    tasks = [{"id": "01", "title": "Odd", "writes": [writes]}, {"id": "02", "title": "two", "depends_on": ["01"]}]
    given = {"schema_version": 1, "id": "r", "title": "r", "tasks": tasks}
    assert project.fanout("start", "-", input=json.dumps(given)).code == 0
    desk = Desk(project.path).join("r-1")
    desk.launch("01")
    return desk


def by(desk: Desk, project: Project, tool: str, name: str) -> None:
    """The agent writes the file with the tool; "none": no hook sees how."""
    if tool == "Write":
        assert desk.do("agent-01", name, "new\n") == {}
        return
    given = {"command": "python3 gen.py"}
    if tool == "Bash":
        desk.bash("agent-01", given["command"])
    write(project, name, "new\n")
    if tool == "Bash":
        call = {"tool_use_id": f"t{desk.calls}", "tool_response": {}}
        desk.send("after", "PostToolUse", agent_id="agent-01", tool_name="Bash", tool_input=given, **call)


@pytest.mark.sampled(12)
@pytest.mark.parametrize("was_there", [True, False])
@pytest.mark.parametrize(
    ("which", "tool"),
    [
        (one, tool)
        for one in ODD
        for tool in ("Write", "Bash", "none")
        if (one, tool) not in [(n, "Write") for n in NOT_UTF8]
    ],
)
def test_a_task_with_such_a_file(project: Project, which: str, tool: str, was_there: bool) -> None:
    name = os.fsdecode(ODD[which])
    desk = begun(project, name, was_there)
    by(desk, project, tool, name)
    assert desk.end("agent-01", "DONE|01|did it") == {}
    desk.notify("agent-01")
    task = f"{desk.run}/01"
    for args in (("status", "--json"), ("report", desk.run, "--json")):
        json.loads(project.fanout(*args).out)
    for args in (("report", desk.run), ("undo", "--dry-run", task), ("commit", "--all", desk.run)):
        ran = project.fanout(*args)
        assert ran.code == 0, (args, ran)
    shown = project.fanout("undo", "--dry-run", task).out
    assert SHOWN.get(which, "") in shown
    command = ["git", "show", "-z", "--name-only", "--format=", "HEAD"]
    held = subprocess.run(command, cwd=project.path, capture_output=True, check=True).stdout
    assert held.split(b"\0")[:-1] == [ODD[which]]
    assert project.git("status", "--porcelain") == ""
    assert project.fanout("undo", task).code == 0
    assert os.path.exists(project.path / name) == was_there


def test_a_file_that_nobody_declared_is_named_as_it_is_shown(project: Project) -> None:
    name = os.fsdecode(ODD["latin"])
    desk = begun(project, name, True, "a.txt")
    assert desk.do("agent-01", "a.txt") == {}
    by(desk, project, "Bash", name)
    assert desk.end("agent-01", "DONE|01|did it") == {}
    ran = project.fanout("commit", "--all", desk.run)
    assert "caf\\xe9.txt" in ran.out + ran.err + odd_names.shown(desk.notify("agent-01"))


@pytest.mark.parametrize(
    "name", ["a.txt", "é.txt", "caf\udce9.txt", "\udcc3\udca9", "\ud83d alone", "\U0010ffff", "😀"]
)
def test_a_name_comes_out_of_the_journal_as_it_went_in(project: Project, name: str) -> None:
    db = connect(str(project.path), create=True)
    with Write(db):
        db.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", [("one", name), (name, "two")])
    for reader in (db, connect(str(project.path))):
        assert reader.execute("SELECT value FROM meta WHERE key = 'one'").fetchone()[0] == name
        assert reader.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()[0] == "two"
        assert name in [row[0] for row in reader.execute("SELECT key FROM meta")]
    assert reader.execute("SELECT COUNT(*) FROM meta WHERE key = 'odd_names'").fetchone()[0] == odd_names.is_odd(name)


@pytest.mark.parametrize(("name", "shown"), [("caf\udce9", "caf\\xe9"), ("\ud83d", "\ufffd"), ("é", "é")])
def test_a_name_as_it_is_shown(name: str, shown: str) -> None:
    assert odd_names.all_shown({name: [name, 1, None]}) == {shown: [shown, 1, None]}
