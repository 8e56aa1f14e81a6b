"""The acceptance commands: which run, what a failure comes to, and what of their output is shown."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from fanout.run.evidence import acceptance
from fanout.run.store import run_files


def run(root: Path, *items: dict[str, Any], **more: Any) -> str:
    (root / ".fanout").mkdir(exist_ok=True)
    return acceptance.failure(str(root), str(root), "r", "01", {"accept": list(items)}, **more)


def kept(root: Path) -> str:
    return Path(run_files.accepted(str(root), "r", "01")).read_text()


COMMANDS: list[tuple[list[dict[str, Any]], str]] = [
    ([], ""),
    ([{"text": "fine"}], ""),
    ([{"command": "true"}], ""),
    ([{"command": "exit 3"}], "`exit 3` exited 3, and printed nothing. Fix it."),
    (
        [{"command": "echo broken; exit 3"}],
        "`echo broken; exit 3` exited 3:\nbroken\nFix it (whole output: .fanout/results/r/01.accept.txt).",
    ),
    (
        [{"command": "true"}, {"command": "exit 1"}, {"command": "exit 2"}],
        "`exit 1` exited 1, and printed nothing. Fix it.",
    ),
    ([{"command": "exit 1", "when": "end"}], ""),
    ([{"command": "exit 1", "when": "task"}], "`exit 1` exited 1, and printed nothing. Fix it."),
    (
        [{"command": "sleep 9", "timeout_minutes": 0.001}],
        "`sleep 9` ran out of time (0.001 min), and printed nothing. Fix it.",
    ),
]


@pytest.mark.parametrize(("items", "said"), COMMANDS)
def test_the_first_command_that_fails_is_named(tmp_path: Path, items: list[dict[str, Any]], said: str) -> None:
    assert run(tmp_path, *items) == said


def test_commands_of_the_end_run_at_the_end(tmp_path: Path) -> None:
    items = [{"command": "exit 1"}, {"command": "exit 2", "when": "end"}]
    assert run(tmp_path, *items, when="end").startswith("`exit 2` exited 2")


def test_every_output_is_kept(tmp_path: Path) -> None:
    run(tmp_path, {"command": "echo one"}, {"command": "printf two; exit 5"})
    assert kept(tmp_path) == "$ echo one\none\n[exit 0]\n$ printf two; exit 5\ntwo\n[exit 5]\n"
    run(tmp_path, {"command": "true"})
    assert kept(tmp_path).endswith("[exit 5]\n$ true\n[exit 0]\n")


@pytest.mark.parametrize(
    ("excuse", "starts"), [("", ""), ("not judged: why", "not judged: why"), (None, "`exit 1` exited 1")]
)
def test_a_failure_may_be_excused(tmp_path: Path, excuse: str | None, starts: str) -> None:
    asked: list[int | None] = []

    def say(failed: acceptance.Failure) -> str | None:
        asked.append(failed.code)
        return excuse

    said = run(tmp_path, {"command": "exit 1"}, {"command": "exit 2"}, excuse=say)
    assert said.startswith(starts) and bool(said) is bool(starts)
    assert asked == ([1, 2] if excuse == "" else [1]), "one that is excused is followed by the next"


def test_what_runs_out_of_its_own_time_has_no_excuse(tmp_path: Path) -> None:
    said = run(tmp_path, {"command": "sleep 9", "timeout_minutes": 0.001}, excuse=lambda _: "")
    assert "ran out of time" in said


def test_where_the_hooks_time_is_too_short_the_plan_is_told_the_way(tmp_path: Path) -> None:
    said = run(tmp_path, {"command": "sleep 9"}, until=time.monotonic() + 0.05)
    assert said.startswith("`sleep 9` takes longer than the 9 minutes that there are when an agent ends;")
    with pytest.raises(acceptance.NoTime):
        run(tmp_path, {"command": "sleep 9", "when": "end"}, when="end", until=time.monotonic() + 0.05)


def test_one_task_is_judged_at_a_time(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / ".fanout").mkdir()
    with open(tmp_path / ".fanout" / "accept.lock", "wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(acceptance.NoTime):
            run(tmp_path, {"command": "true"}, until=time.monotonic() + 0.05)
    assert run(tmp_path, {"command": "true"}, until=time.monotonic() + 60) == ""


LACKING = {
    ("python3 -m pytest", 1, "/usr/bin/python3: No module named pytest"): "/usr/bin/python3: No module named pytest",
    ("pyteest -q", 127, "sh: 1: pyteest: not found"): "sh: 1: pyteest: not found",
    ("vitest", 127, "bash: line 1: vitest: command not found"): "bash: line 1: vitest: command not found",
    ("npm test", 127, "> test\n> jest\n\nsh: 1: jest: not found"): "sh: 1: jest: not found",
    ("python3 -m unittest", 1, "ModuleNotFoundError: No module named 'convert'"): "",
    ("python3 -m convert", 1, "/usr/bin/python3: No module named other"): "",
    ("./check.sh", 127, "sh: 1: ./check.sh: not found"): "",
    ("grep x a.txt", 2, "grep: a.txt: not found"): "",
}


@pytest.mark.parametrize("case", LACKING)
def test_what_is_not_there_to_run_is_no_fault_of_the_work(case: tuple[str, int, str]) -> None:
    command, code, output = case
    assert acceptance.lacks(command, code, output.encode()) == LACKING[case]


OWN = [
    ("t/disk.sh: 7: ./lib/disk.sh: Task: not found", ["lib/disk.sh", "t/disk.sh"], False),
    ("lib/disk.sh: line 3: Task: command not found", ["lib/**"], False),
    ("./lib/disk.sh: line 3: jq: command not found", ["src/a.sh"], True),
    ("sh: 1: prove: not found", ["lib/disk.sh"], True),
]


@pytest.mark.parametrize(("output", "own", "is_lacking"), OWN)
def test_what_a_script_of_the_tasks_own_does_not_find_is_its_to_mend(
    output: str, own: list[str], is_lacking: bool
) -> None:
    assert bool(acceptance.lacks("sh t/disk.sh", 127, output.encode(), own)) is is_lacking


def test_a_check_that_can_not_be_run_is_not_the_agents_to_fix(tmp_path: Path) -> None:
    said = run(tmp_path, {"command": "no-such-program-here x"})
    assert said.startswith("`no-such-program-here x` can't be run here (")
    assert said.endswith(acceptance.NOT_YOURS) and "Fix" not in said
