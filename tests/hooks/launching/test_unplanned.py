"""Agents without a plan: a lone one leaves no trace, a second one makes both guarded, with what the first wrote before."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk, denial
from project import Project
from run.plans import plan

from fanout.hooks.launching import unplanned
from fanout.run.agents import client_process, team
from fanout.run.changes import objects
from fanout.run.store import db as journal
from fanout.run.store import noted_work


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that lives, with a data folder."""
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()))
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", str(tmp_path / "data"))


def call(desk: Desk, called: str, kind: str = "general-purpose", **more: Any) -> dict[str, Any]:
    given = {"description": called, "prompt": "do it", "subagent_type": kind, **more}
    return desk.send("gate", "PreToolUse", tool_name="Agent", tool_input=given, tool_use_id=f"use-{called}")


def launch(desk: Desk, name: str, kind: str = "general-purpose", **more: Any) -> None:
    """The gate, and what the client notes of the agent."""
    assert not denial(call(desk, name, kind))
    desk.meta(name, f"use-{name}", **more)


def works(desk: Desk, agent: str, *blocks: dict[str, Any]) -> None:
    """The agent's transcript holds these calls."""
    folder = desk.transcript.with_suffix("") / "subagents"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"agent-{agent}.jsonl", "a") as out:
        for block in blocks:
            record = {"cwd": str(desk.root), "message": {"content": [{"type": "text", "text": "so"}, block]}}
            out.write(json.dumps(record) + "\n")


def use(tool: str, **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "name": tool, "input": given}


def is_live(desk: Desk) -> bool:
    return (desk.root / ".fanout" / "live").exists()


def join(desk: Desk) -> Desk:
    desk.db = journal.connect(str(desk.root))
    return desk


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """The launches that are noted from here on come so much later."""
    began = journal.now()
    monkeypatch.setattr(unplanned, "now", lambda: began + seconds)


def test_a_lone_agent_leaves_the_project_as_it_is(desk: Desk) -> None:
    launch(desk, "one")
    assert not is_live(desk) and list(desk.root.iterdir()) == []


@pytest.mark.parametrize(
    ("tool", "given", "wrote"),
    [
        ("Write", {"file_path": "{}/a.txt"}, True),
        ("Edit", {"file_path": "{}/a.txt"}, True),
        ("MultiEdit", {"file_path": "{}/a.txt"}, True),
        ("NotebookEdit", {"notebook_path": "{}/a.txt"}, True),
        ("Bash", {"command": "echo x > a.txt"}, True),
        ("Read", {"file_path": "{}/a.txt"}, False),
        ("Bash", {"command": "cat a.txt"}, False),
        ("Write", {"file_path": "/etc/a.txt"}, False),
        ("Write", {"file_path": "{}/.fanout/a.txt"}, False),
    ],
)
def test_what_the_first_wrote_before_the_second_began_is_its_own(
    desk: Desk, tool: str, given: dict[str, str], wrote: bool
) -> None:
    (desk.root / "a.txt").write_text("by one\n")
    launch(desk, "one")
    works(desk, "one", use(tool, **{key: text.format(desk.root) for key, text in given.items()}))
    launch(desk, "two")
    assert is_live(desk)
    said = denial(join(desk).write("two", "a.txt"))
    assert ("a.txt belongs to agent one" in said) == wrote and bool(said) == wrote
    assert [row["pattern"] for row in desk.rows("SELECT pattern FROM claim WHERE agent = 1")] == ["a.txt"] * wrote
    assert not denial(desk.write("two", "b.txt")) and "belongs to agent two" in denial(desk.write("one", "b.txt"))


@pytest.mark.parametrize("last", ['{"message": {"content": [{"type": "tool_use", "na', '["tool_use"]', '"tool_use"'])
def test_a_transcript_that_is_cut_off_still_tells_what_stands_before(desk: Desk, last: str) -> None:
    launch(desk, "one")
    works(desk, "one", use("Write", file_path=str(desk.root / "a.txt")))
    with open(desk.transcript.with_suffix("") / "subagents" / "agent-one.jsonl", "a") as out:
        out.write(last)
    launch(desk, "two")
    assert "a.txt belongs to agent one" in denial(join(desk).write("two", "a.txt"))


def test_other_files_beside_the_records_are_none(desk: Desk) -> None:
    launch(desk, "one")
    folder = desk.transcript.with_suffix("") / "subagents"
    (folder / "one.meta.json").write_text(json.dumps({"toolUseId": "use-one", "finished": True}))
    (folder / "agent-other.json").write_text(json.dumps({"toolUseId": "use-one", "finished": True}))
    launch(desk, "two")
    assert is_live(desk)


def gone() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_one_whose_client_is_gone_is_no_sibling(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_PID", str(gone()))
    launch(desk, "one")
    monkeypatch.setenv("CLAUDE_PID", str(os.getpid()))
    launch(desk, "two")
    assert not is_live(desk) and list(desk.root.iterdir()) == []


@pytest.mark.parametrize(("began", "is_sibling"), [("7", False), ("", True)])
def test_one_whose_clients_number_another_process_has_by_now_is_no_sibling(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, began: str, is_sibling: bool
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(client_process, "current", lambda: (os.getpid(), began))
        launch(desk, "one")
    launch(desk, "two")
    assert is_live(desk) == is_sibling


def test_one_that_has_finished_is_no_sibling(desk: Desk) -> None:
    launch(desk, "one", finished=True)
    launch(desk, "two")
    assert not is_live(desk) and list(desk.root.iterdir()) == []


@pytest.mark.parametrize(("age", "is_sibling"), [(0.0, True), (2 * unplanned.STARTING_SECONDS, False)])
def test_one_without_a_record_is_starting_for_a_while(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, age: float, is_sibling: bool
) -> None:
    assert call(desk, "one") == {}
    later(monkeypatch, age)
    assert call(desk, "two") == {}
    assert is_live(desk) == is_sibling


@pytest.mark.parametrize("has_teams", [True, False])
def test_one_with_a_name_waits_for_messages_where_there_are_teams(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, has_teams: bool
) -> None:
    if has_teams:
        monkeypatch.setenv(team.FLAG, "1")
    assert call(desk, "one", name="ann") == {}
    later(monkeypatch, 2 * unplanned.STARTING_SECONDS)
    assert call(desk, "two") == {}
    assert is_live(desk) == has_teams


def test_two_calls_of_one_message_see_each_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both gates have looked before either has noted its launch: the second look finds the other."""
    looked = threading.Barrier(2, timeout=30)
    read = unplanned._read
    first = threading.local()

    def reading(file: str) -> list[dict[str, object]]:
        notes = read(file)
        if not hasattr(first, "done"):
            first.done = True
            looked.wait()
        return notes

    monkeypatch.setattr(unplanned, "_read", reading)
    second = Desk(desk.root)
    threads = [threading.Thread(target=call, args=(one, name)) for one, name in ((desk, "one"), (second, "two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert is_live(desk)
    assert {row["description"] for row in join(desk).rows("SELECT description FROM agent")} <= {"one", "two"}


def test_a_read_only_agent_of_the_plugin_is_held_to_it_also_alone(desk: Desk) -> None:
    launch(desk, "reviewer", "spec:code-reviewer")
    assert is_live(desk)
    assert "is read-only: it may not write a.txt" in denial(join(desk).write("reviewer", "a.txt"))


def test_a_read_only_agent_of_the_client_is_not_held_alone(desk: Desk) -> None:
    launch(desk, "scout", "Explore")
    assert not is_live(desk)


@pytest.mark.parametrize(("kind", "may_write"), [("Explore", False), ("Plan", False), ("general-purpose", True)])
def test_the_first_keeps_what_its_type_may_do(desk: Desk, kind: str, may_write: bool) -> None:
    launch(desk, "one", kind)
    launch(desk, "two")
    said = denial(join(desk).write("one", "a.txt"))
    assert ("is read-only" in said) != may_write and bool(said) != may_write
    assert not denial(desk.write("two", "b.txt"))


def test_a_read_only_agent_waits_for_a_sibling_that_comes_a_moment_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The calls of one message pass the gate side by side, and the writer's note may come second."""
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            call(Desk(desk.root), "writer")

    monkeypatch.setattr(time, "sleep", sleep)
    assert call(desk, "scout", "Explore") == {}
    assert len(waits) == 3 and is_live(desk)


def test_any_other_agent_waits_for_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("it waits"))
    assert call(desk, "one") == {} and call(desk, "two") == {}


def test_without_a_data_folder_nothing_is_noted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAUDE_PLUGIN_DATA")
    assert call(desk, "one") == {} and call(desk, "two") == {}
    assert not is_live(desk)


def test_projects_are_apart(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other" / "project"
    other.mkdir(parents=True)
    launch(desk, "one")
    launch(Desk(other), "two")
    assert not is_live(desk) and not (other / ".fanout").exists()


def test_the_notes_do_not_grow_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(unplanned, "LARGEST_FILE", 1000)
    for number in range(20):
        launch(desk, f"n{number}", finished=True)
    (notes,) = (tmp_path / "data" / "launches").iterdir()
    assert notes.stat().st_size <= 1600 and "n19" in notes.read_text()
    assert not is_live(desk)


def program(desk: Desk, agent: str, *files: str, line: str = "python gen.py", ends: bool = True) -> None:
    """The agent ran a program that writes these files, and names none."""
    began, use = time.time(), f"use-{len(files)}-{line}"
    for name in files:
        (desk.root / name).write_text(f"by {agent}\n")
    time.sleep(0.1)  # the span's end is a time of its own
    call = {"type": "tool_use", "id": use, "name": "Bash", "input": {"command": line}}
    records = [(began, "assistant", call)]
    records += [(time.time(), "user", {"type": "tool_result", "tool_use_id": use})] * ends
    stand(desk, agent, *records)


def stand(desk: Desk, agent: str, *records: tuple[float, str, dict[str, Any]]) -> None:
    folder = desk.transcript.with_suffix("") / "subagents"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"agent-{agent}.jsonl" if agent else desk.transcript, "a") as out:
        for at, role, block in records:
            stamp = datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat()
            message = {"role": role, "content": [block]}
            out.write(json.dumps({"cwd": str(desk.root), "timestamp": stamp, "message": message}) + "\n")


@pytest.mark.parametrize("has_git", [True, False])
def test_what_a_program_of_the_first_wrote_before_the_second_began_is_not_the_seconds(
    desk: Desk, has_git: bool
) -> None:
    (desk.root / "older.txt").write_text("the user's\n")
    (desk.root / "tracked.txt").write_text("as committed\n")
    if has_git:
        Project(desk.root).commit_all()
    time.sleep(0.2)
    launch(desk, "one")
    program(desk, "one", "made.txt", "tracked.txt")
    time.sleep(0.2)
    (desk.root / "later.txt").write_text("the user's\n")
    launch(desk, "two")
    for name in ("made.txt", "tracked.txt"):
        said = denial(join(desk).write("two", name))
        assert f"{name} changed while a command of agent one ran, before your launch" in said
        assert denial(desk.bash("two", f"echo x > {name}")) and not denial(desk.write("one", name))
    for name in ("older.txt", "later.txt"):
        assert not denial(desk.write("two", name)), "no command ran as it changed"


def test_a_program_that_still_runs_as_the_second_begins(desk: Desk) -> None:
    launch(desk, "one")
    program(desk, "one", "made.txt", ends=False)
    launch(desk, "two")
    assert "made.txt changed while a command of agent one ran" in denial(join(desk).write("two", "made.txt"))


def test_where_no_transcript_tells_what_the_first_did(desk: Desk) -> None:
    (desk.root / "older.txt").write_text("the user's\n")
    time.sleep(0.2)
    launch(desk, "one")
    (desk.root / "made.txt").write_text("by one\n")
    launch(desk, "two")
    assert "made.txt changed while" in denial(join(desk).write("two", "made.txt"))
    assert not denial(desk.write("two", "older.txt"))


def test_what_the_main_conversation_says_it_wrote_meanwhile_is_not_the_firsts(desk: Desk) -> None:
    launch(desk, "one")
    stand(desk, "", (time.time(), "assistant", use("Write", file_path=str(desk.root / "mine.txt"))))
    program(desk, "one", "made.txt", "mine.txt")
    launch(desk, "two")
    assert denial(join(desk).write("two", "made.txt")) and not denial(desk.write("two", "mine.txt"))


def test_what_programs_of_two_may_have_written_is_nobodys(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second had no record yet, so that nothing was live until the third."""
    seen = monkeypatch.context()
    with seen as patch:
        patch.setattr(unplanned, "_at_work", lambda note: False)
        launch(desk, "one")
        launch(desk, "two")
    assert not is_live(desk)
    began = time.time()
    call_of = {"type": "tool_use", "id": "a", "name": "Bash", "input": {"command": "make it"}}
    stand(desk, "one", (began, "assistant", call_of))
    stand(desk, "two", (began, "assistant", call_of))
    (desk.root / "made.txt").write_text("by one of them\n")
    launch(desk, "three")
    assert not denial(join(desk).write("three", "made.txt"))


@pytest.mark.parametrize("line", ["cat made.txt", "git status", "grep -r x ."])
def test_a_command_that_only_reads_has_written_nothing(desk: Desk, line: str) -> None:
    launch(desk, "one")
    program(desk, "one", "made.txt", line=line)
    launch(desk, "two")
    assert not denial(join(desk).write("two", "made.txt"))


def test_a_lone_agent_keeps_what_it_wrote_before_a_run_began(desk: Desk) -> None:
    launch(desk, "one")
    works(desk, "one", use("Write", file_path=str(desk.root / "named.txt")))
    program(desk, "one", "made.txt", "planned.txt")
    desk.start(plan({"a": {"writes": ["planned.txt"]}}))
    desk.launch("a")
    works(desk, "one", {**use("Write", file_path=str(desk.root / "planned.txt")), "id": "t1"})
    assert "planned.txt belongs to task a" in denial(desk.write("one", "planned.txt")), "the plan goes first"
    assert "made.txt changed while a command of agent" in denial(desk.write("agent-a", "made.txt"))
    assert "named.txt belongs to agent" in denial(desk.write("agent-a", "named.txt"))
    assert not denial(desk.write("agent-a", "planned.txt"))


def test_the_call_by_which_an_agent_is_met_is_not_a_write_before(desk: Desk) -> None:
    Project(desk.root).commit_all()
    desk.start(plan({"a": {"writes": ["a.txt"]}}))
    desk.launch("a")
    works(desk, "one", {**use("Write", file_path=str(desk.root / ".git/config")), "id": f"t{desk.calls + 1}"})
    assert denial(desk.write("one", ".git/config"))
    assert [row["pattern"] for row in desk.rows("SELECT pattern FROM claim")] == ["a.txt"]


NOTE = {"tool_use": "use-ann", "name": "ann", "description": "look around"}
TEAMMATE = {"toolUseId": "", "name": "ann", "description": "look around", "taskKind": team.KIND}


@pytest.mark.parametrize(
    ("launched", "noted", "is_one"),
    [
        ({}, {}, True),
        ({}, {"name": "ann-2"}, True),
        ({}, {"name": "ann-"}, True),
        ({}, {"name": "anna"}, False),
        ({}, {"name": "ben"}, False),
        ({}, {"description": "look elsewhere"}, False),
        ({}, {"taskKind": "local_agent"}, False),
        ({"name": ""}, {"name": ""}, False),
        ({}, {"toolUseId": "use-ann", "name": "ben", "taskKind": "local_agent"}, True),  # known by its call
    ],
)
def test_the_record_of_a_launch_is_known_by_its_call_or_a_teammates_name(
    desk: Desk, launched: dict[str, str], noted: dict[str, str], is_one: bool
) -> None:
    given = {**TEAMMATE, **noted}
    desk.meta("one", given.pop("toolUseId"), **given)
    record = unplanned._record({**NOTE, **launched, "transcript": str(desk.transcript)})
    assert (record is not None) == is_one


END = json.dumps({"message": {"stop_reason": "end_turn"}})
AT_IT = json.dumps({"message": {"stop_reason": "tool_use"}})
IDLE: dict[str, tuple[str, list[str], bool]] = {
    # what the client says it is, its transcript after its write, and whether it waits for a message
    "ended its turn": (team.KIND, [AT_IT, END], True),
    "ended a long turn": (team.KIND, [AT_IT, json.dumps({"x": "y" * unplanned.LAST_BYTES}), END], True),
    "at work again": (team.KIND, [END, AT_IT], False),
    "at work since its write": (team.KIND, [], False),
    "no teammate": ("local_agent", [END], False),
    "last line cut off": (team.KIND, [END, END[:-4]], False),
    "no message": (team.KIND, [END, "{}"], False),
    "no record": (team.KIND, [END, "7"], False),
}


@pytest.mark.parametrize("case", IDLE)
def test_a_teammate_that_has_ended_its_turn_holds_nothing_up(desk: Desk, case: str) -> None:
    """It is no agent at work, so that a run can end; one that is at work keeps what it wrote."""
    kind, lines, is_idle = IDLE[case]
    launch(desk, "one")
    desk.meta("one", "use-one", name="ann", description="one", taskKind=kind)
    works(desk, "one", use("Write", file_path=str(desk.root / "a.txt")))
    with open(desk.transcript.with_suffix("") / "subagents" / "agent-one.jsonl", "a") as out:
        out.write("".join(f"{line}\n" for line in lines))
    launch(desk, "two")
    at_work = [row["description"] for row in join(desk).rows("SELECT description FROM agent")]
    assert at_work == (["two"] if is_idle else ["one", "two"]) and team.stands(desk.db) == is_idle
    assert bool(denial(desk.write("two", "a.txt"))) != is_idle


@pytest.mark.parametrize("age", [0.0, 2 * unplanned.STARTING_SECONDS])
def test_one_in_a_pane_is_taken_for_one_at_work_as_it_starts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, age: float
) -> None:
    """It is a client of its own, which leaves no record here."""
    monkeypatch.setenv(team.FLAG, "1")
    assert call(desk, "one", name="ann") == {}
    later(monkeypatch, age)
    launch(desk, "two")
    at_work = [row["description"] for row in join(desk).rows("SELECT description FROM agent")]
    assert at_work == (["two"] if age else ["one", "two"]) and team.stands(desk.db) == bool(age)


def test_without_its_transcript_a_teammate_is_at_work(desk: Desk) -> None:
    launch(desk, "one")
    desk.meta("one", "use-one", name="ann", description="one", taskKind=team.KIND)
    launch(desk, "two")
    assert len(join(desk).rows("SELECT 1 FROM agent")) == 2


def test_as_two_agents_begin_what_is_in_no_commit_is_kept(desk: Desk) -> None:
    project = Project(desk.root)
    project.write({"a.txt": "old\n"})
    project.commit_all()
    project.write({"a.txt": "the user's\n", "new.txt": "new\n"})
    launch(desk, "one")
    launch(desk, "two")
    root = str(desk.root)
    kept = {name: objects.load(root, noted[2]) for name, noted in noted_work.of(journal.connect(root)).items()}
    assert kept == {"a.txt": b"the user's\n", "new.txt": b"new\n"}
