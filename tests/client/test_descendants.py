from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from fanout.client.conversation import Conversation, Reply, ToolCall
from fanout.client.descendants import kill_of_home, of_home
from fanout.client.session import SessionError

WAIT = "tail -f /dev/null"


def test_ends_all_processes_of_a_home_and_no_other(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "home2"
    shell = f"{WAIT} & setsid {WAIT} & echo; wait"

    def begin(folder: Path) -> subprocess.Popen[bytes]:
        env = {"HOME": str(folder), "PATH": os.environ["PATH"]}
        process = subprocess.Popen(["sh", "-c", shell], env=env, stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout
        process.stdout.readline()
        return process

    mine, theirs = begin(home), begin(other)
    assert mine.pid in kill_of_home(home)
    assert of_home(home) == []
    assert theirs.pid in of_home(other)
    kill_of_home(other)
    for process in (mine, theirs):
        assert process.wait() == -9
        assert process.stdout
        process.stdout.close()


@pytest.mark.parametrize("background", [False, True])
def test_a_closed_session_leaves_no_command_of_an_agent(start, background: bool) -> None:
    command = f"{WAIT} & setsid {WAIT} & echo started" + ("" if background else f"; {WAIT}")

    def model(conversation: Conversation) -> Reply:
        return Reply("done") if conversation.calls else Reply("", (ToolCall("Bash", {"command": command}),))

    session = start(model, permission_mode="bypassPermissions", timeout=10)
    try:
        session.print_mode("go")
    except SessionError as error:
        assert "ran longer than 10 s" in str(error)
    assert of_home(session.home)
    session.close()
    assert of_home(session.home) == []
