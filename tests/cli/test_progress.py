"""What a slow command shows on a terminal, and nowhere else."""

from __future__ import annotations

import io
import os
import threading

import pytest

from fanout.cli.shared.progress import Progress

pty = pytest.importorskip("pty", reason="terminals of POSIX")


def read_until(file: int, wanted: str) -> str:
    found = ""
    while wanted not in found:
        found += os.read(file, 1000).decode()
    return found


def test_a_line_that_counts_and_is_gone_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as terminal, open(ours, "rb", buffering=0):
        with Progress("Reading\x1b[2J a list", terminal, after=0.01, every=0.01) as at:
            assert "\x1b" not in read_until(ours, "Reading [2J a list: 0 s")
            at.now("Planning 9 tasks")
            read_until(ours, "Planning 9 tasks: 0 s")
        terminal.write("the answer")
        terminal.flush()
        assert read_until(ours, "the answer").endswith("\r" + " " * 21 + "\rthe answer")


def test_a_quick_command_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as terminal, open(ours, "rb", buffering=0):
        with Progress("Reading", terminal):
            pass
        terminal.write("the answer")
        terminal.flush()
        assert read_until(ours, "answer") == "the answer"


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_no_terminal_no_line(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    monkeypatch.setenv("TERM", term)
    stream = io.StringIO()
    before = threading.active_count()
    with Progress("Reading", stream, after=0.0, every=0.0):
        assert threading.active_count() == before
    assert stream.getvalue() == ""


def test_an_error_leaves_no_line_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as terminal, open(ours, "rb", buffering=0):
        with pytest.raises(ValueError), Progress("Reading", terminal, after=0.01, every=5):
            read_until(ours, "Reading: 0 s")
            raise ValueError
        assert read_until(ours, " \r").endswith("\r" + " " * 12 + "\r")
