"""/spec:execute in the real client, from the typed command to the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from client.plugin import FILES, Start, example, with_plugin
from pack.stage import tool_calls
from project import Project
from scale import few

from fanout.client.script import Cast
from fanout.client.session import READY, Session

MAY_WRITE = {"permissions": {"allow": ["Write", "Edit"]}}
BATCHES = [["01", "02", "03"], ["04", "05"]]


def sent(session: Session) -> list[list[str]]:
    """The tasks of the Agent calls of each message of the main conversation."""
    messages = [
        [str(call["tool_input"]["prompt"]).split("/")[1].split("`")[0] for call in tool_calls(hook)]
        for hook in session.hook_calls("PostToolBatch")
        if all(call["tool_name"] == "Agent" for call in tool_calls(hook))
    ]
    return [message for message in messages if message]


def assert_finished(session: Session, project: Path) -> None:
    assert sent(session) == BATCHES
    for task, path in FILES.items():
        assert (project / path).read_text() == f"{path} by {task}\n"
    report = Project(project).fanout("report", "user-dashboard-1").out
    assert "5 of 5 done" in report and all(f"✅ {task} " in report for task in FILES)
    assert not (project / ".fanout" / "live").exists()


def assert_no_brief_in_main(session: Session) -> None:
    mains = session.record.of("main")
    assert mains and not any("## How to end" in str(exchange.body) for exchange in mains)
    agents = session.record.conversations("agent")
    assert len(agents) == 5 and all("## How to end" in str(exchanges[0].body) for exchanges in agents.values())


def told_over(session: Session) -> bool:
    """The main conversation was told that the run is over."""
    return any("The run is over" in str(exchange.body) for exchange in session.record.of("main"))


@pytest.mark.parametrize("mode", few(["default", "bypassPermissions", "acceptEdits", "auto"], 2))
def test_both_batches_run_to_the_end(start: Start, tmp_path: Path, mode: str) -> None:
    project = tmp_path / "project"
    source = example(project)
    session = with_plugin(
        start,
        Cast(),
        permission_mode=mode,
        settings=MAY_WRITE if mode == "default" else {},
        safety_check=mode == "auto",
    )
    result = session.print_mode(f"/spec:execute {source}")
    assert result.exit_code == 0, result.stderr
    assert_finished(session, project)
    assert_no_brief_in_main(session)


def test_an_interactive_session_does_the_same(start: Start, tmp_path: Path) -> None:
    project = tmp_path / "project"
    source = example(project)
    session = with_plugin(start, Cast(), permission_mode="acceptEdits")
    with session.interactive() as terminal:
        terminal.wait_for(READY)
        terminal.send(f"/spec:execute {source}")
        terminal.wait_until(lambda: told_over(session), "the run is over", 40)
    assert_finished(session, project)
    assert_no_brief_in_main(session)
