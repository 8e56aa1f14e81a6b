"""One change in a copy of the checkout, and the tests that execute it: does one of them notice?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dev.mutation.covering import STARTED, Covering
from dev.mutation.points import Change, Point, change

NOTICED, UNNOTICED, NO_CHANGE = "noticed", "not noticed", "no change"
HANGS = 6  # a change that makes tests take so many times as long is noticed
NO_TESTS = 5  # pytest's exit code
FAILED = (1, 2, 3)  # a test failed, or the changed module can't be loaded


@dataclass(frozen=True)
class Outcome:
    """What became of a point; `by` is the test that noticed, or how many did not."""

    point: Point
    change: Change | None
    result: str
    by: str


class Copy:
    """A copy of the checkout, in which one module at a time is changed."""

    def __init__(self, top: Path) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="fanout-mutants-")
        self.top = Path(self.folder.name) / "fanout"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=top,
            capture_output=True,
            check=True,
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (top / name).is_file():
                (self.top / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(top / name, self.top / name)

    def attempt(self, point: Point, covering: Covering, seconds: float) -> Outcome:
        """Makes the change, runs the tests, takes the change back."""
        made = change(self.top, point)
        if made is None:
            return Outcome(point, None, NO_CHANGE, "")
        chosen = covering.of(point, self.top, seconds)
        file = self.top / point.module
        before = file.read_text(encoding="utf-8")
        file.write_text(made.code, encoding="utf-8")
        try:
            result, by = self._run(chosen, seconds)
        finally:
            file.write_text(before, encoding="utf-8")
        return Outcome(point, made, result, by)

    def _run(self, chosen: list[str], seconds: float) -> tuple[str, str]:
        listed = self.top / ".chosen"
        listed.write_text("\n".join(chosen), encoding="utf-8")
        files = list(dict.fromkeys(name.partition("::")[0] for name in chosen)) or list(STARTED)
        plugins = ["-p", "dev.mutation.choosing"] if chosen else []
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *plugins, *files]
        env = {
            **os.environ,
            "FANOUT_CHOSEN": str(listed),
            "PYTHONPATH": "scripts:tests",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        try:
            done = subprocess.run(
                command,
                cwd=self.top,
                env=env,
                capture_output=True,
                text=True,
                timeout=60 + HANGS * seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return NOTICED, "a test that hangs"
        if done.returncode in FAILED:
            lines = done.stdout.splitlines()
            return NOTICED, next(
                (line.split(" - ")[0] for line in lines if line.startswith(("FAILED", "ERROR"))), "pytest"
            )
        if done.returncode not in (0, NO_TESTS):
            raise SystemExit(f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return UNNOTICED, f"{len(chosen)} tests execute it" if chosen else "no test executes it in its own process"
