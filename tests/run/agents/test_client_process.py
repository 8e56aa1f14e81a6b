"""Whether a client is gone: only on evidence."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from fanout.run.agents import client_process

SELF = os.getpid()


def ended() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_the_number_alone_tells_that_no_process_has_it() -> None:
    assert client_process.is_gone(ended(), None) and client_process.is_gone(ended(), "1")
    assert not client_process.is_gone(SELF, None) and not client_process.is_gone(None, "1")


def test_a_number_that_another_process_has_now_is_no_life() -> None:
    assert not client_process.is_gone(SELF, client_process.start_of(SELF))
    assert client_process.is_gone(SELF, "1") and not client_process.is_gone(SELF, "")


def test_where_the_system_does_not_tell_when_a_process_began_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_process, "start_of", lambda pid: "")
    assert not client_process.is_gone(SELF, "1")
