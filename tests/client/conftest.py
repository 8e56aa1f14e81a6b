"""The pinned client for the tests here, fetched into the cache when it is not there yet; its tests are marked `client`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fanout.client import installed
from fanout.client.conversation import Model
from fanout.client.session import Session


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "client" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.client)


@pytest.fixture(scope="session")
def client() -> Path:
    return installed.locate(cache=installed.default_cache())


@pytest.fixture
def start(client: Path, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """start(model, **options) -> a running Session in `tmp_path / "project"`; closed at the end of the test."""
    project = tmp_path / "project"
    project.mkdir()
    sessions: list[Session] = []

    def begin(model: Model, **options: object) -> Session:
        session = Session(project, model, client=client, **options)
        sessions.append(session)
        return session.__enter__()

    yield begin
    for session in sessions:
        session.__exit__(None, None, None)
