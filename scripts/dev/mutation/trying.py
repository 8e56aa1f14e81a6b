"""One change in a copy of the checkout, and the tests that execute it: does one of them notice?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from dev.mutation.covering import STARTED, TESTS, WITHOUT_CLIENT, Covering
from dev.mutation.points import Change, Point, change
from dev.mutation.serving import HANGS, NOT_LOADED

NOTICED, UNNOTICED, NO_CHANGE = "noticed", "not noticed", "no change"
LONGEST_TEST = 150.0  # seconds: a change that makes one take longer is noticed
TIMES_AS_LONG = 12  # or all of them in a pytest of their own so many times as long
NO_TESTS = 5  # pytest's exit code
FAILED = (1, 2, 3)  # a test failed, or the changed module can't be loaded


@dataclass(frozen=True)
class Outcome:
    """What became of a point; `by` is the test that noticed, or how many did not."""

    point: Point
    change: Change | None
    result: str
    by: str
    seconds: float = 0.0


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
        self.server = Server(self.top)

    def attempt(self, point: Point, covering: Covering, seconds: float) -> Outcome:
        """Makes the change, runs the tests, takes the change back."""
        made = change(self.top, point)
        if made is None:
            return Outcome(point, None, NO_CHANGE, "")
        began = time.monotonic()
        chosen = covering.of(point, self.top, seconds, self.server.collected)
        with self._changed(point.module, made.code):
            code: int | str = NOT_LOADED
            if chosen and not covering.is_used_at_import(point):
                code, failed = self.server.run(point, chosen)
            if code == NOT_LOADED:
                code, failed = self._run_anew(chosen, seconds)
        return Outcome(point, made, *_result(code, failed, len(chosen)), time.monotonic() - began)

    def end(self) -> None:
        self.server.end()
        self.folder.cleanup()

    @contextmanager
    def _changed(self, module: str, code: str) -> Iterator[None]:
        """What is compiled of the module is thrown away: its time is told in whole seconds."""
        file = self.top / module
        compiled = Path(cache_from_source(str(file)))
        before = file.read_text(encoding="utf-8")
        file.write_text(code, encoding="utf-8")
        compiled.unlink(missing_ok=True)
        try:
            yield
        finally:
            file.write_text(before, encoding="utf-8")
            compiled.unlink(missing_ok=True)

    def _run_anew(self, chosen: list[str], seconds: float) -> tuple[int | str, str]:
        """In a pytest of its own: a changed table was read by other modules when they were loaded."""
        listed = self.top / ".chosen"
        listed.write_text("\n".join(chosen), encoding="utf-8")
        files = list(dict.fromkeys(name.partition("::")[0] for name in chosen)) or list(STARTED)
        plugins = ["-p", "dev.mutation.choosing"] if chosen else []
        command = [*_pytest(self.top), *plugins, *files]
        env = {**os.environ, "FANOUT_CHOSEN": str(listed), "PYTHONPATH": "scripts:tests"}
        try:
            done = subprocess.run(
                command,
                cwd=self.top,
                env=env,
                capture_output=True,
                text=True,
                timeout=LONGEST_TEST + TIMES_AS_LONG * seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return HANGS, ""
        if done.returncode not in (0, NO_TESTS, *FAILED):
            raise SystemExit(f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        named = (line.split(" ")[1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR ")))
        return done.returncode, next(named, "")


class Server:
    """A pytest in the copy that has `collected` the tests: serving.py."""

    def __init__(self, top: Path) -> None:
        theirs, ours = os.pipe()
        told, tells = os.pipe()
        env = {**os.environ, "FANOUT_SERVING": f"{theirs},{tells}", "PYTHONPATH": "scripts:tests"}
        command = [*_pytest(top), "-p", "dev.mutation.serving", "-m", WITHOUT_CLIENT, *TESTS]
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - open as long as the server
        self.process = subprocess.Popen(
            command, cwd=top, env=env, pass_fds=(theirs, tells), stdout=self.log, stderr=subprocess.STDOUT
        )
        os.close(theirs)
        os.close(tells)
        self.asks, self.told = os.fdopen(ours, "w"), os.fdopen(told)
        self.collected: list[str] = self._answer()["collected"]

    def end(self) -> None:
        self.asks.close()
        self.process.wait()

    def run(self, point: Point, tests: list[str]) -> tuple[int | str, str]:
        """The exit code of these tests with the changed function, or a word of serving.py; and which test failed first."""
        request = {"module": point.module, "definition": point.definition, "tests": tests, "seconds": LONGEST_TEST}
        print(json.dumps(request), file=self.asks, flush=True)
        failed = ""
        while True:
            answer = self._answer()
            failed = failed or str(answer.get("failed", ""))
            if "code" in answer:
                return answer["code"], failed

    def _answer(self) -> dict[str, Any]:
        line = self.told.readline()
        if not line:
            self.log.seek(0)
            raise SystemExit(f"pytest with dev.mutation.serving gives no answer:\n{self.log.read()[-2000:]}")
        return dict(json.loads(line))


def _pytest(top: Path) -> list[str]:
    """Its folder of temporary files goes with the copy."""
    place = top.parent / "temporary"
    return [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", f"--basetemp={place}"]


def _result(code: int | str, failed: str, count: int) -> tuple[str, str]:
    if code == HANGS:
        return NOTICED, "a test that hangs"
    if code in (0, NO_TESTS):
        return UNNOTICED, f"{count} tests execute it" if count else "no test executes it in its own process"
    return NOTICED, failed or "pytest"
