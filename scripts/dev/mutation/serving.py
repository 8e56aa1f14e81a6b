"""A pytest plugin: collects the tests once, then runs some of them for each change that it is told of, in a fork each time.

Through the file descriptors in FANOUT_SERVING it reads a line of JSON for each change (`tests`, `module`, `definition`,
`seconds` for one test) and answers with two at most: `failed`, the first test that did; and `code`, pytest's exit code or
a word.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import signal
import time
from pathlib import Path

import pytest

from dev.mutation import loaded

HANGS, NOT_LOADED = "hangs", "not loaded"  # instead of an exit code
LOOK_EVERY = 0.02  # seconds


class Serving:
    """The process that is forked from. In a fork it lets pytest go on, with the tests that were chosen."""

    def __init__(self) -> None:
        asked, told = (int(number) for number in os.environ["FANOUT_SERVING"].split(","))
        self.asked = os.fdopen(asked)
        self.told = told
        self.begun = mmap.mmap(-1, 1)  # changes as a fork begins a test

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        found = {item.nodeid: item for item in session.items}
        self._tell({"collected": list(found)})
        for line in self.asked:
            request = json.loads(line)
            if not loaded.is_replaceable(Path(request["module"]), request["definition"]):
                self._tell({"code": NOT_LOADED})
                continue
            child = os.fork()
            if child == 0:
                os.setsid()
                loaded.replace(Path(request["module"]), request["definition"])
                session.items[:] = [found[name] for name in request["tests"] if name in found]
                return None
            self._tell({"code": self._end_of(child, request["seconds"])})
        return True

    def pytest_runtest_logstart(self) -> None:
        self.begun[0] = (self.begun[0] + 1) % 256

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._tell({"failed": report.nodeid})

    def _end_of(self, child: int, seconds: float) -> int | str:
        """The exit code of a fork. What it started and left running is ended."""
        code: int | str = HANGS
        begun, since = -1, time.monotonic()
        while time.monotonic() - since < seconds:
            if self.begun[0] != begun:
                begun, since = self.begun[0], time.monotonic()
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                code = os.waitstatus_to_exitcode(status)
                break
            time.sleep(LOOK_EVERY)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        if code == HANGS:
            os.waitpid(child, 0)
        return code

    def _tell(self, answer: dict[str, object]) -> None:
        with open(self.told, "w", encoding="utf-8", closefd=False) as told:
            print(json.dumps(answer), file=told)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Serving())
