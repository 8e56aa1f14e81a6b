"""fanout status: its shapes, a thousand tasks, and following a run to its end."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hooks.desk import Desk
from project import FANOUT, Project
from report.runs import desk_in, eventful
from run.plans import plan

from fanout.report import run_facts, status_text
from fanout.run.store.db import Write

TWO = {"a": {"writes": ["a"]}, "b": {"writes": ["b"], "needs": ["a"]}}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_in(tmp_path)


@pytest.mark.parametrize(
    ("flags", "first"),
    [([], "demo-1 (active): 2 of 6"), (["--batches"], "Batch 1 Results:"), (["--tree"], "demo-1 (active): 2 of 6")],
)
def test_shapes(desk: Desk, flags: list[str], first: str) -> None:
    eventful(desk)
    ran = Project(desk.root).fanout("status", *flags)
    assert ran.code == 0 and ran.out.startswith(first)


def test_json(desk: Desk) -> None:
    eventful(desk)
    data = Project(desk.root).fanout("status", "--json").data
    assert [task["state"] for task in data["tasks"]] == ["done", "done", "blocked", "running", "running", "pending"]
    assert data["agents"][3]["owns"] == ["a.py", "d.py"]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["rolling", "barrier"])
def test_a_thousand_tasks_are_quick_and_short(desk: Desk, mode: str) -> None:
    tasks = {
        f"T{n}": {"writes": [f"f{n // 3}"], "needs": [f"T{n - 7}"] if n > 7 else [], "batch": 1 + n // 50}
        for n in range(1000)
    }
    desk.start(plan(tasks, mode=mode))
    with Write(desk.db):
        at = time.time()
        desk.db.execute("UPDATE task SET state = 'done', started = ?, ended = ? WHERE rank < 400", (at, at))
    best = 9.0
    for _ in range(5):
        began = time.process_time()
        text = status_text.status(run_facts.of_run(desk.db, desk.run))
        best = min(best, time.process_time() - began)
    assert best < 0.3
    assert len(text.splitlines()) <= 40
    assert "... and 592 more: --all" in text


def test_watch_tells_each_change_and_ends_with_the_run(desk: Desk) -> None:
    desk.start(plan(TWO))
    watching = subprocess.Popen(
        [str(FANOUT), "status", "--watch"], cwd=desk.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for name in ("a", "b"):
        desk.launch(name)
        desk.do(f"agent-{name}", name)
        desk.end(f"agent-{name}", f"DONE|{name}|wrote {name}")
        desk.notify(f"agent-{name}")
    out, err = watching.communicate(timeout=60)
    lines = out.splitlines()
    assert (watching.returncode, err) == (0, "")
    assert "a Task a done: wrote a" in lines and "b Task b done: wrote b" in lines
    assert any(line.startswith("demo-1 (ended): 2 of 2 done") for line in lines)
    assert "\x1b" not in out


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "FANOUT_CACHE_DIR", "LANG")}
    return {**kept, "TERM": "xterm-256color"}


def watching(desk: Desk) -> Any:
    """`fanout status --watch` on a terminal. Skips where there is none, as on Windows."""
    pytest.importorskip("termios")
    from fanout.client.terminal import Terminal

    return Terminal([str(FANOUT), "status", "--watch"], desk.root, environment(), 100, 30)


def test_watch_on_a_terminal_is_live(desk: Desk) -> None:
    desk.start(plan(TWO))
    desk.launch("a")
    with watching(desk) as terminal:
        terminal.wait_for(r"0 of 2 done, 1 running")
        terminal.wait_for(r"Agent")
        terminal.wait_for(r"Owns")
        terminal.wait_for(r"b Task b +needs a")
        desk.do("agent-a", "a")
        desk.end("agent-a", "DONE|a|wrote a")
        terminal.wait_for(r"1 of 2 done")
        desk.launch("b")
        desk.do("agent-b", "b")
        desk.end("agent-b", "DONE|b|wrote b")
        desk.notify("agent-b")
        assert terminal.wait_end() == 0
        assert "2 of 2 done" in terminal.text and "Measured:" in terminal.text


def test_watch_lets_go_at_ctrl_c(desk: Desk) -> None:
    desk.start(plan(TWO))
    with watching(desk) as terminal:
        terminal.wait_for(r"0 of 2 done")
        terminal.write("\x03")
        assert terminal.wait_end() == 0
        assert "Stopped watching; the run goes on." in terminal.text and "Traceback" not in terminal.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("no/such/page.html", "Make the folder first: "),
        ("folder", "folder"),
        ("file/page.html", "can't be written: Not a directory"),
    ],
)
def test_a_page_that_can_not_be_written_is_the_users_to_mend(desk: Desk, path: str, words: str) -> None:
    eventful(desk)
    (desk.root / "folder").mkdir()
    (desk.root / "file").write_text("")
    ran = Project(desk.root).fanout("report", "--html", path)
    assert ran.code in (1, 2) and words in ran.err and "defect" not in ran.err
