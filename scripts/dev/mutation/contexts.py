"""A pytest plugin: which test executes which lines, and how long it takes, written to the folder FANOUT_COVER.

`fanout` is run by tests/warm.py in processes of its own; they are covered by covered_warm.py.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

FOLDER = Path(os.environ["FANOUT_COVER"])
SOURCE = "scripts/fanout"


class Contexts:
    """One coverage for the session; each test is a context of it."""

    def __init__(self) -> None:
        self.coverage = coverage.Coverage(data_file=str(FOLDER / "coverage.tests"), source=[SOURCE], config_file=False)
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_sessionstart(self) -> None:
        import warm

        from dev.mutation import covered_warm

        warm.__file__ = covered_warm.__file__
        warm.interpreter = covered_warm.interpreter
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, bool, bool]:
        self.coverage.switch_context(item.nodeid)
        began = time.monotonic()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.monotonic() - began
            self.coverage.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        self.coverage.save()
        told = {"seconds": self.seconds, "failed": sorted(self.failed)}
        (FOLDER / "tests.json").write_text(json.dumps(told), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Contexts())
