"""A slip in a column, a state or an event is an error of the type checker, with the project's own settings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from project import CHECKOUT

SLIPS = [  # file, what stands there, the slip, what mypy says
    ("run/flow/worker.py", "read_only=ended.read_only", "read_only=ended.readonly", 'has no attribute "readonly"'),
    ("run/flow/task_results.py", "task.outcome not in said", 'task["outcome"] not in said', "is not indexable"),
    ("run/tasks/readiness.py", 'task.state == "running"', 'task.state == "runing"', "Non-overlapping equality check"),
    ("run/flow/ending.py", '"failed", permissions', '"faild", permissions', "incompatible type \"Literal['faild']\""),
    ("run/tasks/quorum.py", '"lost-the-race", agent.run', '"lost-race", agent.run', "Literal['lost-race']"),
    (
        "run/tasks/runs.py",
        'if run.state == "active"]',
        'if run.state == "live"]',
        "Non-overlapping",
    ),
]


@pytest.mark.slow
def test_a_slip_is_an_error_of_types(tmp_path: Path) -> None:
    shadows: list[str] = []
    for number, (name, right, slip, _) in enumerate(SLIPS):
        path = CHECKOUT / "scripts" / "fanout" / name
        text = path.read_text(encoding="utf-8")
        assert right in text, f"{name} has changed: choose another place for this slip"
        mutant = tmp_path / f"{number}.py"
        mutant.write_text(text.replace(right, slip), encoding="utf-8")
        shadows += ["--shadow-file", str(path), str(mutant)]
    files = [str(CHECKOUT / "scripts" / "fanout" / name) for name, *_ in SLIPS]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), *shadows, *files],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    for name, _, slip, message in SLIPS:
        assert any(f"{name}:" in line and message in line for line in errors), f"{slip}: {done.stdout}{done.stderr}"
    assert {line.split(":")[0].split("fanout/")[1] for line in errors} == {name for name, *_ in SLIPS}
