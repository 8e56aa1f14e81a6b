"""A pytest plugin: which test executes which lines, and how long it takes, written to the folder FANOUT_COVER by each
process that runs tests. What is executed before the first test has no test.

`fanout` is run by tests/warm.py in processes of its own; they are covered by covered_warm.py.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import coverage
import pytest

FOLDER = Path(os.environ["FANOUT_COVER"])
SOURCE = "scripts/fanout"
WHOLE_TABLES = "tests/shell/"
ONE_IN = 6


class Contexts:
    """One coverage for the session; each test is a context of it."""

    def __init__(self) -> None:
        place = str(FOLDER / f"coverage.tests.{os.getpid()}")
        self.coverage = coverage.Coverage(data_file=place, source=[SOURCE], config_file=False)
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        left = list(_left_out(items))
        config.hook.pytest_deselected(items=left)
        gone = set(map(id, left))
        items[:] = [item for item in items if id(item) not in gone]

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

    def _seconds_alone(self) -> dict[str, float]:
        """What each test takes where nothing else keeps the machine busy."""
        share = min(1.0, sum(os.times()[:4]) / (sum(self.seconds.values()) or 1.0))
        return {name: took * share for name, took in self.seconds.items()}

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        self.coverage.save()
        told = {"seconds": self._seconds_alone(), "failed": sorted(self.failed)}
        (FOLDER / f"tests.{os.getpid()}.json").write_text(json.dumps(told), encoding="utf-8")


def _left_out(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """All cases but the first of a slow test, and samples. Of tests/shell, where a case takes little, few: some cases of those
    that are slow in every case."""
    met: Counter[str] = Counter()
    for item in items:
        if item.get_closest_marker("slow") is None:
            continue
        marks = [mark.name for mark in getattr(getattr(item, "function", None), "pytestmark", [])]
        in_tables = item.nodeid.startswith(WHOLE_TABLES)
        if in_tables and "slow" not in marks:
            continue
        name = item.nodeid.partition("[")[0]
        met[name] += 1
        if met[name] % ONE_IN if in_tables else met[name] > 1 or "sampled" in marks:
            yield item


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Contexts())
