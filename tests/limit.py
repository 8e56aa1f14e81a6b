"""A test that hangs fails under its own name, with the line where it stands; the others go on.

What not even that ends (a call that no signal interrupts) ends its process a minute later with every stack printed
(`faulthandler_timeout` in pyproject.toml), and pytest-xdist names the test that it was at.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Generator, Iterator
from types import FrameType

import pytest
from scale import WHOLE

SECONDS = float(os.environ.get("FANOUT_TEST_LIMIT", "3600" if WHOLE else "600"))


class Hung(BaseException):
    """No Exception: a test that catches those is not to catch this."""


@contextlib.contextmanager
def _limited(item: pytest.Item, phase: str) -> Iterator[None]:
    if not hasattr(signal, "SIGALRM"):  # Windows: faulthandler alone
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    except Hung:
        pytest.fail(f"{item.nodeid} hung: its {phase} took more than {SECONDS:g} s (tests/limit.py).")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    with _limited(item, "setup"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    with _limited(item, "call"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    with _limited(item, "teardown"):
        return (yield)
