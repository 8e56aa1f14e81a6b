"""Agents without a plan: a lone one leaves no trace, a second one makes both guarded, with what the first wrote before."""

from __future__ import annotations

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

from fanout.hooks.launching import unplanned
from fanout.run.agents import team
from fanout.run.store import db as journal


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


def test_a_transcript_that_is_cut_off_still_tells_what_stands_before(desk: Desk) -> None:
    launch(desk, "one")
    works(desk, "one", use("Write", file_path=str(desk.root / "a.txt")))
    with open(desk.transcript.with_suffix("") / "subagents" / "agent-one.jsonl", "a") as out:
        out.write('{"message": {"content": [{"type": "tool_use", "na')
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
