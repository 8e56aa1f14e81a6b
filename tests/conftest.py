"""Fixtures for every test: a project, and no trace of a client that the tests may run in."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from project import Project

settings.register_profile("fanout", deadline=None)  # a machine at work is no defect
settings.load_profile("fanout")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the cases of a test marked `sampled(n)` the first and every n-th after it stay; the others are slow."""
    met: Counter[str] = Counter()
    for item in items:
        if mark := item.get_closest_marker("sampled"):
            name = item.nodeid.split("[")[0]
            if met[name] % mark.args[0]:
                item.add_marker(pytest.mark.slow)
            met[name] += 1


@pytest.fixture
def project(tmp_path: Path) -> Project:
    path = tmp_path / "project"
    path.mkdir()
    return Project(path)


@pytest.fixture(scope="session", autouse=True)
def _data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is held outside a work tree stays out of the home folder of whoever runs the tests."""
    os.environ["FANOUT_DATA_DIR"] = str(tmp_path_factory.mktemp("data"))
    yield
    del os.environ["FANOUT_DATA_DIR"]


@pytest.fixture(autouse=True)
def _no_session(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever runs the tests may do so inside a client: its variables are not ours."""
    for name in [name for name in os.environ if name.startswith(("CLAUDE", "ANTHROPIC"))]:
        monkeypatch.delenv(name)
    yield
