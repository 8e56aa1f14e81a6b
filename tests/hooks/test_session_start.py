"""What a session is told as it begins of each run that is live, and what it notes of the client."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from hooks.desk import Desk, context, launches
from project import Project
from run.plans import plan

from fanout.hooks import session_start
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import runs, tasks

SCREEN = 'Say "continue" to go on with it; /spec:status shows it.'


@pytest.fixture
def two(desk: Desk) -> Desk:
    desk.start(plan({"01": {"writes": ["a"]}, "02": {"writes": ["b"], "needs": ["01"]}}))
    return desk


def opened(desk: Desk, session: str = "s2") -> tuple[str, str]:
    """(what the model is told, what stands on the screen)."""
    answer = Desk(desk.root, session).send("session-start", "SessionStart", source="startup")
    return context(answer), str(answer.get("systemMessage", ""))


def test_another_session_is_told_how_to_go_on(two: Desk) -> None:
    told, screen = opened(two)
    assert told == f"fanout demo-1: 0 of 2 done. {session_start.GO_ON.format(run='demo-1')}"
    assert screen == f"fanout demo-1: 0 of 2 done. {SCREEN}"


def test_its_own_session_is_told_what_to_launch(two: Desk) -> None:
    told, screen = opened(two, "s1")
    assert launches(told) == ["01"] and screen == ""
    assert "begun in another session" not in told


def test_a_run_that_is_paused_says_so(two: Desk) -> None:
    with Write(two.db):
        runs.pause(two.db, two.run, "the user said so")
    told, screen = opened(two)
    assert " It is paused: the user said so. It was begun in another session." in told
    assert " It is paused: you said so. Say" in screen


@pytest.mark.parametrize(("state", "is_named"), [("pending", True), ("running", False), ("done", False)])
def test_what_was_lost_with_a_session_is_named_while_it_waits(two: Desk, state: str, is_named: bool) -> None:
    with Write(two.db):
        journal.note(two.db, "agent-lost", two.run, "01", None, how="its client is gone")
        two.db.execute("UPDATE task SET state = ? WHERE id = '01'", (state,))
    told, screen = opened(two)
    lost = " Begun, and lost with their session: 01."
    assert (lost in told) is (lost in screen) is is_named


def test_of_many_that_were_lost_some_are_named(desk: Desk) -> None:
    names = [f"{place:02}" for place in range(1, 12)]
    desk.start(plan({name: {} for name in names}, cap=20))
    with Write(desk.db):
        for name in names:
            journal.note(desk.db, "agent-lost", desk.run, name, None, how="gone")
    assert "lost with their session: 01, 02, 03, 04, 05, 06, 07, 08. It was" in opened(desk)[0]


@pytest.mark.parametrize("session", ["s1", "s2"])
@pytest.mark.parametrize("engine", ["local", "dask"])
def test_of_a_run_with_a_driver_nothing_is_launched_here(two: Desk, session: str, engine: str) -> None:
    two.db.execute("UPDATE run SET engine = ?", (engine,))
    told, screen = opened(two, session)
    assert "Launch nothing: demo-1 runs on headless clients." in told and launches(told) == []
    assert screen.endswith(" `fanout status demo-1` shows it.")


@pytest.mark.parametrize("session", ["s1", "s2"])
def test_of_a_run_on_the_workflow_runtime_the_one_call_is_printed_again(two: Desk, session: str) -> None:
    two.db.execute("UPDATE run SET engine = 'workflow'")
    told, screen = opened(two, session)
    assert told.endswith(session_start.GO_ON_WORKFLOW.format(run="demo-1")) and launches(told) == []
    assert screen.endswith(SCREEN)


def test_each_of_two_runs_is_told(two: Desk) -> None:
    Desk(two.root, "s9").start(plan({"x": {}}, title="Other"))
    told, screen = opened(two)
    assert "fanout demo-1: 0 of 2" in told and "fanout other-1: 0 of 1" in told
    assert [line.split(":")[0] for line in screen.splitlines()] == ["fanout demo-1", "fanout other-1"]
    assert tasks.count(two.db, two.run) == {"pending": 2}, "nothing was launched"


@pytest.mark.parametrize("session", ["s1", "s2"])
def test_an_agent_in_a_pane_of_its_own_has_its_brief(two: Desk, session: str) -> None:
    assert Desk(two.root, session).send("session-start", "SessionStart", source="startup", agent_id="mate") == {}
    assert two.rows("SELECT 1 FROM agent") == []


# -- what is noted of the client ------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("CLAUDE_PLUGIN_OPTION_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("FANOUT_CACHE_DIR", raising=False)
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", str(tmp_path / "data" / "spec"))
    monkeypatch.setenv("CLAUDE_ENV_FILE", str(tmp_path / "env"))
    return tmp_path / "data" / "spec"


def test_the_interpreter_and_the_options_are_kept(two: Desk, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_PLUGIN_OPTION_MAX_PARALLEL", "3")
    monkeypatch.setenv("CLAUDE_PLUGIN_OPTIONS", "x")
    opened(two)
    assert (data / "python").read_text() == f"{os.path.realpath(sys.executable)}\n"
    assert json.loads((data / "options.json").read_text()) == {"max_parallel": "3"}


def test_what_the_session_runs_keeps_its_caches_there(two: Desk, data: Path, tmp_path: Path) -> None:
    (tmp_path / "env").write_text("export A=1\n")
    opened(two)
    assert (tmp_path / "env").read_text() == f"export A=1\nexport FANOUT_CACHE_DIR='{data}'\n"


def test_a_folder_that_the_user_chose_for_them_stays(
    two: Desk, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANOUT_CACHE_DIR", "/elsewhere")
    opened(two)
    assert data.is_dir() and not (tmp_path / "env").exists()


@pytest.mark.parametrize("missing", ["CLAUDE_PLUGIN_DATA", "CLAUDE_ENV_FILE"])
def test_a_client_that_names_none_is_served_too(
    two: Desk, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    assert opened(two)[0].startswith("fanout demo-1: ")
    assert data.exists() is (missing != "CLAUDE_PLUGIN_DATA") and not (tmp_path / "env").exists()


def test_a_run_that_stands_still_can_be_given_up_and_is_told_of_no_more(project: Project) -> None:
    desk = Desk(project.path)
    desk.start(plan({"01": {"writes": ["a.txt"]}}))
    desk.launch("01")
    desk.end("agent-01", "BLOCKED|01|no key")
    desk.notify("agent-01")
    other = Desk(project.path, session="s2")
    assert project.fanout("cancel").out == "Run demo-1 is cancelled.\n"
    assert other.send("session-start", "SessionStart", source="startup") == {}
    assert "is cancelled already" in project.fanout("cancel", "demo-1").err
