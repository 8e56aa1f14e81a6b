"""What agents wrote before any hook saw them, by their transcripts: the files that their calls name, and those that changed
while a program of one agent alone ran that names none. What two may have written is nobody's."""

from __future__ import annotations

import json
import os
import time

from fanout.hooks.hook_call import mapping, text
from fanout.run.agents import claims
from fanout.run.store import paths, state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.paths import Naming
    from fanout.run.store.records import ClaimKind

WRITERS = ("Edit", "Write", "MultiEdit", "NotebookEdit")
COARSE = 0.05  # seconds: a file system's clock lags
MOST_FILES = 20_000
LAST_BYTES = 1_000_000  # of the main conversation's transcript


class Earlier:
    """`named`: files that calls name, absolute. `spans`: from when to when programs ran that may have written any, from
    `since` on. `but`: a call that is only asked about."""

    __slots__ = ("but", "named", "since", "spans")

    def __init__(self, since: float, but: str = "") -> None:
        self.but = but
        self.named: list[str] = []
        self.since = since
        self.spans: dict[str, tuple[float, float]] = {}


def of(transcript: str, since: float) -> Earlier:
    """Of an agent that was launched at `since`; where nothing tells what it did, all since then may be its own."""
    found = Earlier(since)
    if not _read_all(found, transcript):
        found.spans[""] = since, time.time()
    return found


def before(transcript: str, tool_use: str) -> Earlier:
    """Of an agent that is met as it makes this call."""
    found = Earlier(0.0, tool_use)
    _read_all(found, transcript)
    return found


def of_main(transcript: str) -> Earlier:
    """Of the conversation that launched them: what its newest calls name."""
    found = Earlier(time.time())
    try:
        with open(transcript, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - LAST_BYTES))
            for line in file.read().decode("utf-8", "replace").splitlines():
                _read(found, line)
    except OSError:
        pass
    return found


def claim(db: sqlite3.Connection, naming: Naming, found: dict[int, Earlier], main: Earlier) -> None:
    """The agents own what they wrote, as far as nobody else does. Inside a transaction."""
    for agent, earlier in found.items():
        for path in earlier.named:
            _take(db, naming, agent, path, "first-write")
    if any(earlier.spans for earlier in found.values()):
        told = {naming.name(path, naming.root) for earlier in (main, *found.values()) for path in earlier.named}
        for name, changed in _changed(naming.root).items():
            makers = [agent for agent, earlier in found.items() if _is_within(changed, earlier)]
            if len(makers) == 1 and name not in told:
                _take(db, naming, makers[0], os.path.join(naming.root, name), "meanwhile")


def _take(db: sqlite3.Connection, naming: Naming, agent: int, path: str, kind: ClaimKind) -> None:
    name = naming.name(path, naming.root)
    if not paths.is_outside(name) and not state_dir.is_inside(name) and not claims.owners(db, naming.key(name), agent):
        claims.take(db, agent, name, naming.key(name), kind)


def _is_within(at: float, earlier: Earlier) -> bool:
    return any(begin - COARSE <= at <= end for begin, end in earlier.spans.values())


def _changed(root: str) -> dict[str, float]:
    """When what git would commit changed last, ignored files apart; without git, every file."""
    from fanout.run.changes import git, matching_files

    asked = ("ls-files", "-z", "--modified", "--others", "--exclude-standard", "--deduplicate")
    code, out, _err = git.attempt(root, *asked)
    names = out.split("\0") if code == 0 else matching_files.below(root, "", MOST_FILES)
    return {name: at for name in names[:MOST_FILES] if name and (at := _changed_at(os.path.join(root, name)))}


def _changed_at(path: str) -> float:
    try:
        stat = os.lstat(path)
    except OSError:
        return 0.0
    return max(stat.st_mtime, stat.st_ctime)  # a copy or a move may keep the first


def _read_all(found: Earlier, transcript: str) -> bool:
    """False where there is none."""
    try:
        with open(transcript, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                _read(found, line)
    except OSError:
        return False
    return True


def _read(found: Earlier, line: str) -> None:
    if '"tool_use"' not in line and '"tool_result"' not in line:
        return
    try:
        record = json.loads(line)
    except ValueError:
        return  # cut off
    content = mapping(record, "message").get("content") if isinstance(record, dict) else None
    for block in content if isinstance(content, list) else []:
        kind = block.get("type") if isinstance(block, dict) else ""
        if kind == "tool_use":
            _call(found, block, record)
        elif kind == "tool_result" and text(block, "tool_use_id") in found.spans:
            began, _ = found.spans[block["tool_use_id"]]
            found.spans[block["tool_use_id"]] = began, _at(record)


def _call(found: Earlier, block: dict[str, object], record: dict[str, object]) -> None:
    tool, given = text(block, "name"), mapping(block, "input")
    path = text(given, "file_path") or text(given, "notebook_path")
    if found.but and text(block, "id") == found.but:
        return
    if tool in WRITERS and path:
        found.named.append(path)
    elif tool == "Bash" and _line(found, text(given, "command"), text(record, "cwd")):
        found.spans[text(block, "id")] = max(_at(record), found.since), time.time()


def _line(found: Earlier, line: str, cwd: str) -> bool:
    """Notes the files that a command line named and left. Whether it may have written others."""
    if not line or not os.path.isabs(cwd):
        return False
    from fanout import shell

    effects = shell.analyse(line, cwd, home=os.path.expanduser("~"))
    writes = [write for write in effects.writes if not (write.recursive or write.upkeep or write.folder)]
    found.named += [write.path for write in writes if write.kind != "delete" and os.path.isfile(write.path)]
    return shell.is_wide(effects)


def _at(record: dict[str, object]) -> float:
    """When the client wrote a record, in seconds since the epoch; now, where it does not say."""
    import datetime

    try:
        return datetime.datetime.fromisoformat(text(record, "timestamp").replace("Z", "+00:00")).timestamp()
    except ValueError:
        return time.time()
