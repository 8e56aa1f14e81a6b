"""The line that the client's status line shows of live runs."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.flow import statusline
from fanout.run.store import switch

GIVEN: dict[str, tuple[str, str]] = {
    # what the client says, and the folder that is meant
    "its folder": ('{"workspace": {"current_dir": "$/a"}, "cwd": "$/b"}', "$/a"),
    "one that is gone": ('{"workspace": {"current_dir": "$/none"}, "cwd": "$/b"}', "$/b"),
    "none": ('{"cwd": "$/b"}', "$/b"),
    "no text": ('{"workspace": {"current_dir": 7}, "cwd": "$/b"}', "$/b"),
    "no object": ('{"workspace": [], "cwd": ["$/b"]}', "$"),
    "a list": ('["$/a"]', "$"),
    "no JSON": ("$/a", "$"),
    "nothing": ("", "$"),
}


@pytest.mark.parametrize("case", GIVEN)
def test_the_folder_that_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    given, folder = (text.replace("$", str(tmp_path)) for text in GIVEN[case])
    assert statusline._folder(given) == folder


@pytest.fixture
def live(desk: Desk) -> Desk:
    desk.start(plan({name: {"record": {"accept": [{"command": "true"}]}} for name in ("01", "02", "03", "04", "05")}))
    switch.set_live(str(desk.root), os.path.realpath(sys.executable))
    return desk


def states(desk: Desk, **tasks: str) -> None:
    for name, state in tasks.items():
        desk.db.execute("UPDATE task SET state = ? WHERE id = ?", (state, name.lstrip("t")))


def test_what_is_done_runs_and_failed_is_counted(live: Desk) -> None:
    assert statusline.of_folder(str(live.root)) == "fanout demo-1: 0/5 done"
    states(live, t01="done", t02="done", t03="running", t04="failed", t05="blocked")
    assert statusline.of_run(live.db, live.run).endswith("2/5 done, 1 running, 1 failed, 1 blocked")
    (live.root / "in").mkdir()
    assert statusline.of_folder(str(live.root / "in")) == f"fanout {statusline.of_run(live.db, live.run)}"


def test_each_live_run_is_shown(live: Desk) -> None:
    live.start(plan({"01": {}}, title="Other"))
    said = statusline.of_folder(str(live.root))
    assert said.startswith("fanout ") and sorted(said[7:].split(" | ")) == ["demo-1: 0/5 done", "other-1: 0/1 done"]


def test_who_is_late_is_named_while_somebody_works(live: Desk) -> None:
    live.launch("01")
    live.db.execute("UPDATE agent SET seen = seen - 700, started = started - 700")
    assert statusline.of_run(live.db, live.run) == "demo-1: 0/5 done, 1 running, silent: 01, see /tasks"
    states(live, t01="done")
    assert "silent" not in statusline.of_run(live.db, live.run)


def test_where_nothing_is_live_there_is_no_line(live: Desk, tmp_path: Path) -> None:
    assert statusline.of_folder(str(tmp_path)) == ""
    (live.root / ".fanout" / "live").unlink()
    assert statusline.of_folder(str(live.root)) == ""
    switch.set_live(str(live.root), os.path.realpath(sys.executable))
    live.db.execute("UPDATE run SET state = 'ended'")
    assert statusline.of_folder(str(live.root)) == ""


@pytest.mark.parametrize("is_broken", [False, True])
def test_it_prints_one_line_or_nothing_and_never_fails(
    live: Desk, monkeypatch: pytest.MonkeyPatch, is_broken: bool
) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"cwd": str(live.root)})))
    monkeypatch.setattr(sys, "stdout", type("Out", (), {"buffer": out}))
    if is_broken:
        (live.root / ".fanout" / "state.db").unlink()
        (live.root / ".fanout" / "state.db").mkdir()
    assert statusline.main() == 0
    assert out.getvalue() == (b"" if is_broken else b"fanout demo-1: 0/5 done\n")
