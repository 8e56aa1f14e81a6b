"""A test that hangs is ended and named; what stands beside it is not touched."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from project import CHECKOUT

HANGS = """
import subprocess, time, pytest


@pytest.fixture
def stuck():
    time.sleep(60)


def test_sleeps():
    try:
        time.sleep(60)
    except Exception:
        pass


def test_waits_for_a_program():
    subprocess.run(["sleep", "60"])


def test_has_a_stuck_fixture(stuck):
    pass


def test_is_quick():
    pass
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("hangs") / "test_hangs.py"
    file.write_text(HANGS)
    command = [sys.executable, "-m", "pytest", "-p", "limit", "-p", "no:cacheprovider", "-rA", str(file)]
    env = {**os.environ, "FANOUT_TEST_LIMIT": "2", "PYTHONPATH": str(CHECKOUT / "tests")}
    return subprocess.run(command, cwd=file.parent, env=env, capture_output=True, text=True, timeout=300).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "phase"),
    [("test_sleeps", "call"), ("test_waits_for_a_program", "call"), ("test_has_a_stuck_fixture", "setup")],
)
def test_what_hangs_is_named(printed: str, name: str, phase: str) -> None:
    assert f"test_hangs.py::{name} hung: its {phase} took more than 2 s" in printed


@pytest.mark.slow
def test_the_others_go_on(printed: str) -> None:
    assert "PASSED test_hangs.py::test_is_quick" in printed
    assert "time.sleep(60)" in printed, "the line where it stood"
