"""An attempt's supervisor: what it loads, and what it tells of a client that ends in its own way. The clients here are shells;
tests/client/test_local_engine.py has the real one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engines.bench import Begin
from project import CHECKOUT

from fanout.engines import attempt, supervise, sweep
from fanout.run.agents import agents, attempts
from fanout.run.store import journal
from fanout.run.store.db import Write
from fanout.run.tasks import runs

LOADED = """
import sys
sys.path.insert(0, sys.argv[1])
from fanout.engines import supervise
print("\\n".join(sorted(sys.modules)))
"""
RESULT = json.dumps({"type": "result", "subtype": "success", "num_turns": 1})
RETRY = json.dumps({"type": "system", "subtype": "api_retry", "error_status": 529, "retry_delay_ms": 500})
BAD_PLUGIN = json.dumps({"type": "system", "subtype": "init", "plugin_errors": [{"message": "no such folder"}]})
MOST_MODULES = 95


def test_it_loads_little() -> None:
    """One is started for each attempt: typing, dataclasses and what they need would be half of its start."""
    said = subprocess.run(
        [sys.executable, "-X", "utf8", "-I", "-S", "-c", LOADED, str(CHECKOUT / "scripts")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "fanout.engines.supervise" in said
    slow = {
        "ast",
        "dataclasses",
        "inspect",
        "logging",
        "pathlib",
        "shutil",
        "sqlite3",
        "tempfile",
        "tokenize",
        "typing",
    }
    assert not slow & set(said)
    assert not [name for name in said if name.startswith(("fanout.plan", "fanout.hooks", "fanout.shell", "fanout.cli"))]
    assert len(said) < MOST_MODULES, said


class Supervised:
    """A supervisor of a client that is a line of sh; `$GUARD` of it says that the hooks answered."""

    def __init__(self, begin: Begin) -> None:
        self.bench = begin({"a": {"writes": ["a.txt"]}, "b": {"writes": ["b.txt"]}})
        self.attempt = self.bench.begin("a")
        self.folder = Path(attempt.folder_of(self.bench.root, self.attempt.key))
        self.process: subprocess.Popen[bytes]

    def start(self, line: str, minutes: float = 60.0) -> Supervised:
        self.folder.mkdir(parents=True)
        (self.folder / supervise.BRIEF).write_text("Do it.")
        job: dict[str, Any] = {
            "key": self.attempt.key,
            "agent": self.attempt.agent,
            "root": self.bench.root,
            "cwd": self.bench.root,
            "command": ["sh", "-c", line],
            "minutes": minutes,
        }
        (self.folder / supervise.JOB).write_text(json.dumps(job))
        self.process = attempt._supervisor(self.bench.root, self.attempt.key, str(self.folder))
        return self

    def answer(self) -> Supervised:
        """As the hook of the client's start does."""
        with Write(self.bench.db):
            attempts.note_guard(self.bench.db, self.attempt.key)
        return self

    def told(self, file: str) -> None:
        while not (self.folder / file).exists():
            assert self.process.poll() is None
            os.sched_yield()

    def end(self) -> dict[str, Any]:
        assert self.process.wait(60) == 0, (self.folder / "supervisor.txt").read_text()
        outcome: dict[str, Any] = json.loads((self.folder / supervise.OUTCOME).read_text())
        return outcome


@pytest.fixture
def supervised(bench: Begin) -> Iterator[Supervised]:
    one = Supervised(bench)
    yield one
    if one.process.poll() is None:
        one.process.kill()
    assert one.process.stdin is not None
    one.process.stdin.close()
    one.process.wait()


def test_it_gives_the_brief_when_the_guard_has_answered(supervised: Supervised) -> None:
    line = (
        f"read brief; echo \"$brief\" > {supervised.folder}/got; echo '{RESULT}'; while read more; do :; done; exit 3"
    )
    ended = supervised.start(line).answer().end()
    assert (ended["by"], ended["code"], ended["result"]["num_turns"]) == ("", 3, 1)
    assert json.loads((supervised.folder / "got").read_text())["message"]["content"] == "Do it."


ENDS = [
    ("its last words, and exit", f"read brief; echo '{RESULT}'", True, "", 0),
    ("an exit without a word", "read brief; exit 7", True, "", 7),
    ("killed at work", "read brief; kill -9 $$", True, "", -9),
    ("gone before the guard has answered", "exit 1", False, "guard", 1),
    ("killed before that", "kill -9 $$", False, "killed", -9),
    ("a plugin that does not load", f"echo '{BAD_PLUGIN}'; exec sleep 600", False, "guard", -2),
    ("the same, and it is gone at once", f"trap '' INT TERM; read brief; echo '{BAD_PLUGIN}'", True, "guard", 0),
    ("the same after an answer of other hooks", f"read brief; echo '{BAD_PLUGIN}'; exec sleep 600", True, "guard", -2),
]


@pytest.mark.parametrize(("line", "is_guarded", "by", "code"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_each_end_is_told(supervised: Supervised, line: str, is_guarded: bool, by: str, code: int) -> None:
    supervised.answer() if is_guarded else None
    ended = supervised.start(line).end()
    assert (ended["by"], ended["code"]) == (by, code)
    assert ended["plugin_errors"] == (["no such folder"] if "plugin_errors" in line else [])


def test_it_waits_for_the_guard_as_long_as_the_environment_says(
    supervised: Supervised, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(supervise.GUARD_VARIABLE, "0.05")
    ended = supervised.start("read brief; exec sleep 600").end()
    assert (ended["by"], ended["code"]) == ("guard", -2)


@pytest.mark.parametrize("said", ["", "soon", "0", "-3", "nan", "inf"])
def test_what_is_no_time_leaves_the_guard_its_minute(said: str) -> None:
    assert supervise.guard_seconds(said) == supervise.GUARD_SECONDS
    assert supervise.guard_seconds("90") == 90.0


def test_a_client_that_waits_for_a_busy_api_slows_its_run_once(supervised: Supervised) -> None:
    """Not again where it was slowed down meanwhile, for the same overload met another client too."""
    bench, busy = supervised.bench, f"read brief; echo '{RETRY}'; echo '{RETRY}'; echo '{RESULT}'; read more"
    before = bench.run.pace
    assert supervised.answer().start(busy).end()["by"] == ""
    assert bench.run.pace == max(1, before // 2)
    assert len(journal.events(bench.db, bench.name, "slowed")) == 1
    other = bench.begin("b")
    with Write(bench.db):
        runs.slow_down_for(bench.db, agents.get(bench.db, supervised.attempt.agent))
        runs.slow_down_for(bench.db, agents.get(bench.db, other.agent))
    assert len(journal.events(bench.db, bench.name, "slowed")) == 2


def test_its_clock_ends_a_client_that_says_nothing_more(supervised: Supervised) -> None:
    ended = supervised.answer().start("read brief; exec sleep 600", minutes=0.001).end()
    assert (ended["by"], ended["code"]) == ("clock", -2)


def test_what_a_client_took_is_told_though_its_clock_ends_it(supervised: Supervised) -> None:
    last = supervised.bench.project.path / "last"
    last.write_text(f"{RESULT}\n")
    line = f"trap 'cat {last}; exit' INT; read brief; while :; do sleep 0.1; done"
    ended = supervised.answer().start(line, minutes=0.01).end()
    assert (ended["by"], ended["result"]["num_turns"]) == ("clock", 1)


def test_a_driver_in_the_background_of_a_shell_ignores_what_its_clients_heed(supervised: Supervised) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        supervised.answer().start("read brief; exec sleep 600", minutes=0.001)
    finally:
        signal.signal(signal.SIGINT, before)
    assert supervised.end()["code"] == -2


STOPS = [
    ("stop", True, "", -2),
    ("driver", False, "", -2),
    ("stop", True, "trap '' INT; ", -15),
    ("driver", True, "trap '' INT TERM; ", -9),
]


@pytest.mark.parametrize(("how", "is_guarded", "trap", "code"), STOPS)
def test_a_stop_and_a_driver_that_is_gone_end_it(
    supervised: Supervised, how: str, is_guarded: bool, trap: str, code: int
) -> None:
    """Also a child in a session of its own, and a client that does not heed INT or TERM."""
    supervised.answer() if is_guarded else None
    mark = supervised.folder / "ready"
    supervised.start(f"{trap}setsid sleep 600 & touch {mark}; exec sleep 600")
    supervised.told("ready")
    if how == "stop":
        supervised.process.terminate()
    else:
        assert supervised.process.stdin is not None
        supervised.process.stdin.close()
    ended = supervised.end()
    assert (ended["by"], ended["code"]) == (how, code)
    assert sweep.of_attempt(supervised.bench.root, supervised.attempt.key) == 0  # nothing was left
