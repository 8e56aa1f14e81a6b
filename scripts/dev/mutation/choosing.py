"""A pytest plugin: runs the tests that the file FANOUT_CHOSEN lists, in its order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    chosen = Path(os.environ["FANOUT_CHOSEN"]).read_text(encoding="utf-8").splitlines()
    place = {name: number for number, name in enumerate(chosen)}
    items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])
