"""The pinned client, fetched into the cache when it is not there yet; tests that ask for it are marked `client`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from client import dask_cluster
from client.drive import Driven

from fanout.client import installed
from fanout.client.conversation import Conversation, Kind, Model
from fanout.client.session import Session


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "client" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.client)


@pytest.fixture(scope="session")
def client() -> Path:
    """The pinned client; FANOUT_CLIENT_VERSION names another one."""
    version = os.environ.get("FANOUT_CLIENT_VERSION", installed.PINNED)
    return installed.locate(version, cache=installed.default_cache())


@pytest.fixture
def start(client: Path, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """start(model, **options) -> a running Session in `tmp_path / "project"`, or in the folder `project`.

    Closed at the end of the test.
    """
    project = tmp_path / "project"
    project.mkdir()
    sessions: list[Session] = []

    def begin(model: Model, **options: Any) -> Session:
        session = Session(options.pop("project", project), model, client=options.pop("client", client), **options)
        sessions.append(session)
        return session.__enter__()

    yield begin
    for session in sessions:
        session.__exit__(None, None, None)


REMINDER = "<system-reminder>\nAttribution for git commits\n</system-reminder>\n"
Message = dict[str, Any]


def _call(task: str) -> Message:
    prompt = f"Run `fanout brief r1/{task}` and follow it."
    return {"description": task, "prompt": prompt, "subagent_type": "general-purpose"}


def _launch(tasks: str) -> str:
    block = json.dumps({"launch": [_call(task) for task in tasks.split()]})
    return f"Send these:\n```json\n{block}\n```\nall in one message."


def _blocks(role: str, *blocks: Message) -> Message:
    return {"role": role, "content": list(blocks)}


def _texts(role: str, *texts: str) -> Message:
    return _blocks(role, *({"type": "text", "text": text} for text in texts))


def _results(calls: str, text: str, *, error: bool = False) -> Message:
    shape = {"type": "tool_result", "content": text, "is_error": error}
    return _blocks("user", *(shape | {"tool_use_id": call} for call in calls.split()))


class Talk:
    """Builds conversations in the form of the client's requests, from tables of (what happened, details...)."""

    def __init__(self) -> None:
        self._calls = 0

    def __call__(self, *happened: tuple[object, ...], kind: Kind = "main", key: str = "k") -> Conversation:
        self._calls = 0
        messages = [getattr(self, str(what))(*details) for what, *details in happened]
        return Conversation(kind, key, {"messages": messages, "tools": [{"name": "Agent"}]})

    def begins(self, text: str) -> Message:
        return _texts("user", REMINDER, text)

    def user(self, text: str) -> Message:
        return _texts("user", text)

    def system(self, text: str) -> Message:
        return {"role": "system", "content": text}

    def context(self, tasks: str) -> Message:
        return self.system(f"UserPromptSubmit hook additional context: {_launch(tasks)}")

    def typed(self, tasks: str) -> Message:
        return self.user(_launch(tasks))

    def said(self, text: str) -> Message:
        return _texts("assistant", text)

    def sent(self, tasks: str) -> Message:
        return self.used(*(("Agent", _call(task)) for task in tasks.split()))

    def used(self, *calls: tuple[str, Message]) -> Message:
        shapes = []
        for name, given in calls:
            self._calls += 1
            shapes.append({"type": "tool_use", "id": f"t{self._calls}", "name": name, "input": given})
        return _blocks("assistant", *shapes)

    def launched(self, calls: str) -> Message:
        return _results(calls, "Async agent launched successfully. (internal)\nagentId: a1")

    def printed(self, calls: str, tasks: str) -> Message:
        return _results(calls, "Started.\n" + _launch(tasks))

    def returned(self, calls: str, text: str) -> Message:
        return _results(calls, text)

    def denied(self, calls: str, text: str = "PreToolUse:Write hook error: not yours") -> Message:
        return _results(calls, text, error=True)

    def notified(self, call: str) -> Message:
        told = (
            f"<task-notification>\n<tool-use-id>{call}</tool-use-id>\n<result>DONE|x|y</result>\n</task-notification>"
        )
        return _texts("user", f"<system-reminder>\n{told}\n</system-reminder>")


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def farm(start: Any, tmp_path: Path) -> Iterator[dask_cluster.Farm]:
    """farm(table, **options) -> a project whose runs have the engine dask, and a cluster to be started."""
    dask_cluster.needed()
    made: list[dask_cluster.Cluster] = []

    def make(table: Any, **options: Any) -> tuple[Driven, dask_cluster.Cluster]:
        driven = Driven(start, tmp_path / "project", table, **options)
        driven.engine, driven.mark = "dask", b"FANOUT_ATTEMPT=r-1-"
        made.append(dask_cluster.Cluster(driven, tmp_path / "cluster"))
        return driven, made[-1]

    yield make
    for one in made:
        one.end()
