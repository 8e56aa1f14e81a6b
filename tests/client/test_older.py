"""The core on a client about ninety releases older than the pinned one."""

from __future__ import annotations

from pathlib import Path

import pytest
from client.plugin import Start, example, with_plugin
from client.test_execute import assert_finished, assert_no_brief_in_main

from fanout.client import installed
from fanout.client.script import Cast, Worker

OLDER = "2.1.239"


@pytest.fixture(scope="module")
def older() -> Path:
    return installed.locate(OLDER, cache=installed.default_cache())


def test_a_run_from_the_typed_command_to_its_end(start: Start, tmp_path: Path, older: Path) -> None:
    project = tmp_path / "project"
    source = example(project)
    session = with_plugin(start, Cast(), client=older, permission_mode="acceptEdits")
    assert session.print_mode(f"/spec:execute {source}").exit_code == 0
    assert_finished(session, project)
    assert_no_brief_in_main(session)


def test_a_siblings_write_is_denied(start: Start, tmp_path: Path, older: Path) -> None:
    project = tmp_path / "project"
    source = example(project)
    worker = Worker.from_table(
        {
            "01": [{"declared": True}, {"mark": "written"}, {"after": "tried"}, {"done": "written"}],
            "02": [
                {"after": "written"},
                {"bash": "echo x > src/panels/profile.mjs"},
                {"write": "src/panels/profile.mjs", "content": "x"},
                {"mark": "tried"},
                {"declared": True},
                {"done": "written"},
            ],
        }
    )
    session = with_plugin(start, Cast(agent=worker), client=older, permission_mode="bypassPermissions")
    assert session.print_mode(f"/spec:execute {source}").exit_code == 0
    assert [refusal.tool for refusal in worker.refusals] == ["Bash", "Write"]
    assert_finished(session, project)
