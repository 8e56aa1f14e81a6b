"""What the client said after calls of file tools: hooks/start puts each event here as it came; read when it is needed.

So a PostToolUse of a file tool costs a shell and `cat`, no interpreter.
"""

from __future__ import annotations

import os
import time

from fanout.run.agents import calls
from fanout.run.store import state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from fanout.run.store.records import Call
    from fanout.run.store.ticks import Present

BROKEN_AFTER_SECONDS = 60.0  # a file that is no JSON by then was left by a hook that was killed


def folder(root: str) -> str:
    return os.path.join(state_dir.folder_of(root), "wrote")


def is_any(root: str) -> bool:
    try:
        return bool(os.listdir(folder(root)))
    except FileNotFoundError:
        return False


def take_in(db: sqlite3.Connection, root: str, now: Present) -> None:
    """Ends the calls whose end is told here, and empties the folder. Inside a transaction."""
    try:
        files = list(os.scandir(folder(root)))
    except FileNotFoundError:
        return
    if not files:
        return
    heard: list[tuple[Call, dict[str, object]]] = []
    failed: list[Call] = []
    for call, event in _told(files, calls.tools_under_way(db)):
        if event.get("hook_event_name") == "PostToolUse":
            _end(db, root, call, event, now)
            heard.append((call, event))
        else:
            failed.append(call)
    if heard:
        from fanout.run.changes import authored

        authored.heard(db, root, heard)
    if failed:
        from fanout.run.changes import withdrawn

        for call in failed:
            withdrawn.withdraw(db, root, call)


def _told(files: list[os.DirEntry[str]], under_way: Mapping[str, Call]) -> Iterator[tuple[Call, dict[str, object]]]:
    """The calls under way that the files tell of, the oldest file first; what is read is gone."""
    for file in sorted(files, key=lambda file: file.stat().st_mtime_ns):
        events = _read(file.path)
        if events is None:
            continue
        for event in events:
            call = under_way.get(str(event.get("tool_use_id") or ""))
            if call is not None:
                yield call, event
        os.unlink(file.path)


def _end(db: sqlite3.Connection, root: str, call: Call, event: dict[str, object], now: Present) -> None:
    """The call has written."""
    if now.complete_since is None:  # no look to come asks who wrote
        calls.withdraw(db, call.tool_use)
        return
    from fanout.run.changes import announced, objects, texts

    def keep(text: str) -> str:
        return objects.keep_bytes(root, texts.encoded(text), "")

    given = event.get("tool_input")
    told = announced.of_response(given if isinstance(given, dict) else {}, event.get("tool_response"), keep)
    calls.settle(db, call, now.next, told)


def _read(path: str) -> list[dict[str, object]] | None:
    """The events of a file; None while it is being written: the shell makes it, then `cat` begins, then it writes."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return []
    if not text.strip():
        return [] if _is_left(path) else None
    import json  # slow to import

    decoder, at = json.JSONDecoder(), 0
    events: list[dict[str, object]] = []
    while at < len(text):
        try:
            event, at = decoder.raw_decode(text, at)
        except ValueError:
            return events if _is_left(path) else None
        events += [event] if isinstance(event, dict) else []
        while at < len(text) and text[at].isspace():
            at += 1
    return events


def _is_left(path: str) -> bool:
    """Whether nobody is at it any more: its hook was killed."""
    return time.time() - os.stat(path).st_mtime > BROKEN_AFTER_SECONDS
