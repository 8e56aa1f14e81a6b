"""The rows of the journal as records: one class a table, its columns in the order of `__slots__`.

A record is a copy of a row at one moment: to change the journal, call the module that owns the table. `COLUMNS` is what
to select from `TABLE` for a record, see fanout/run/store/select.py. Where a text may be missing (NULL), the record has "".
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal

    from fanout.run.store.event_kinds import EventKind as EventKind

    RunState = Literal["active", "ended", "cancelled"]
    RunOver = Literal["ended", "cancelled"]
    RunMode = Literal["rolling", "barrier"]
    OnFailure = Literal["best-effort", "fail-fast", "gate", "retry"]
    TaskState = Literal["pending", "running", "done", "failed", "blocked", "skipped", "cancelled"]
    TaskOver = Literal["done", "failed", "blocked", "skipped", "cancelled"]
    AgentKind = Literal["task", "unplanned", "main"]
    AgentState = Literal["open", "running", "ended", "undone"]
    AgentOver = Literal["ended", "undone"]
    ClaimKind = Literal["declared", "first-write", "granted", "meanwhile"]
    HazardKind = Literal["write-write", "read-write", "resource", "exclusion"]
    DeclaredMode = Literal["write", "read", "context", "spared"]
    CallKind = Literal["file", "command", "background"]
    Engine = Literal["agents", "local", "dask", "workflow"]
    Answer = Literal["granted", "queued", "dropped"]


def _columns(table: str, slots: tuple[str, ...], texts: tuple[str, ...] = ()) -> str:
    """The select list of a record; `texts` are the columns that may be NULL and are "" then."""
    return ", ".join(f"COALESCE({table}.{slot}, '')" if slot in texts else f"{table}.{slot}" for slot in slots)


DRIVEN = ("local", "dask")  # engines whose agents a driver starts, each in a tree of its own


class Record:
    """What all records share: made from a row that was selected as COLUMNS says."""

    __slots__: tuple[str, ...] = ()
    TABLE = ""
    COLUMNS = ""

    def __init__(self, row: Sequence[Any]) -> None:
        for slot, value in zip(self.__slots__, row):
            setattr(self, slot, value)

    def __repr__(self) -> str:
        fields = ", ".join(f"{slot}={getattr(self, slot)!r}" for slot in self.__slots__)
        return f"{type(self).__name__}({fields})"


class Run(Record):
    __slots__ = (
        *("id", "title", "source", "format", "files", "plan", "predicted", "mode", "cap", "pace", "on_failure"),
        *("retries", "joined", "state", "session", "started", "ended", "base", "paused"),
        *("engine", "terms", "begun_at", "driver", "driver_seen"),
    )
    TABLE = "run"
    COLUMNS = _columns(TABLE, __slots__)

    id: str
    title: str
    source: str
    format: str
    files: str
    plan: str
    predicted: str
    mode: RunMode
    cap: int
    pace: int
    on_failure: OnFailure
    retries: int
    joined: str
    state: RunState
    session: str
    started: float
    ended: float | None
    base: str
    paused: str
    engine: Engine
    terms: str
    begun_at: str
    driver: str
    driver_seen: float

    @property
    def is_driven(self) -> bool:
        """Whether a driver starts its agents, each in a tree of its own, and merges what they do."""
        return self.engine in DRIVEN

    @property
    def has_list(self) -> bool:
        """Whether its list stands in a file, and did not come as standard input."""
        return self.source not in ("", "-")


class Task(Record):
    __slots__ = (
        *("run", "id", "rank", "batch", "state", "title", "agent", "estimate", "record", "attempts", "bounces"),
        *("outcome", "started", "ended"),
    )
    TABLE = "task"
    COLUMNS = _columns(TABLE, __slots__)

    run: str
    id: str
    rank: int
    batch: int
    state: TaskState
    title: str
    agent: str
    estimate: float
    record: str
    attempts: int
    bounces: int
    outcome: str
    started: float | None
    ended: float | None


class Agent(Record):
    """`run` and `task` are "" for an agent without a task, `agent_id` until the client has named it."""

    __slots__ = (
        *("id", "kind", "run", "task", "parent", "session", "tool_use", "agent_id", "agent_type", "description"),
        *("client", "client_start", "read_only", "worktree", "state", "ending", "opened", "started", "seen", "ended"),
    )
    TABLE = "agent"
    COLUMNS = _columns(TABLE, __slots__, ("run", "task", "tool_use", "agent_id", "client_start", "worktree"))

    id: int
    kind: AgentKind
    run: str
    task: str
    parent: int | None
    session: str
    tool_use: str
    agent_id: str
    agent_type: str
    description: str
    client: int | None
    client_start: str
    read_only: bool
    worktree: str
    state: AgentState
    ending: str
    opened: float
    started: float | None
    seen: float
    ended: float | None

    def __init__(self, row: Sequence[Any]) -> None:
        super().__init__(row)
        self.read_only = bool(self.read_only)

    @property
    def is_live(self) -> bool:
        """Whether it works, or has been launched and will."""
        return self.state in ("open", "running")

    @property
    def began(self) -> float:
        """When it began to work, or was launched."""
        return self.started or self.opened


class Claim(Record):
    """With the agent that owns it. `anchor` and `regex` are for keys of paths (paths.Naming.key), `pattern` is for people."""

    __slots__ = ("anchor", "pattern", "regex", "kind", "since", "owner")
    TABLE = "claim JOIN agent ON agent.id = claim.agent"
    COLUMNS = f"{_columns('claim', __slots__[:-1])}, {Agent.COLUMNS}"

    anchor: str
    pattern: str
    regex: str
    kind: ClaimKind
    since: float
    owner: Agent

    def __init__(self, row: Sequence[Any]) -> None:
        self.anchor, self.pattern, self.regex, self.kind, self.since = row[:5]
        self.owner = Agent(row[5:])

    def covers(self, key: str) -> bool:
        """Whether the claim is on this path, by its key. Who came first to a folder (a copy, an unpacked archive) has it
        whole."""
        if not self.regex:
            return self.anchor == key or (self.kind == "first-write" and key.startswith(self.anchor + "/"))
        if self.anchor == key and self.anchor in (self.pattern, self.pattern.casefold()):
            return True
        from fanout.run.store import expressions  # most claims don't need it

        return expressions.matches(self.regex, key)


class Hazard(Record):
    __slots__ = ("run", "task", "other", "kind", "witness")
    TABLE = "hazard"
    COLUMNS = _columns(TABLE, __slots__)

    run: str
    task: str
    other: str
    kind: HazardKind
    witness: str


class Declared(Record):
    """What a task's plan says that it writes or reads. `anchor` and `regex` are for keys of paths, `pattern` as written."""

    __slots__ = ("run", "task", "mode", "anchor", "pattern", "regex")
    TABLE = "declared"
    COLUMNS = _columns(TABLE, __slots__)

    run: str
    task: str
    mode: DeclaredMode
    anchor: str
    pattern: str
    regex: str


class Written(Record):
    """A path that an agent wrote; `before` is the object that was there, as fanout.run.changes.objects names it.

    `seen`, `own`, `is_open`, `stamp`: see fanout.run.changes.authored.
    """

    __slots__ = ("agent", "path", "first", "last", "before", "tool", "seen", "own", "is_open", "stamp")
    TABLE = "written"
    COLUMNS = _columns(TABLE, __slots__)

    agent: int
    path: str
    first: float
    last: float
    before: str
    tool: str
    seen: str
    own: str
    is_open: bool
    stamp: str


class Watched(Record):
    """A declared file as it was when its agent began."""

    __slots__ = ("agent", "path", "size", "mtime", "object")
    TABLE = "watched"
    COLUMNS = _columns(TABLE, __slots__)

    agent: int
    path: str
    size: int
    mtime: int
    object: str


class Changed(Record):
    """What an agent that has ended changed, from object to object."""

    __slots__ = ("agent", "path", "before", "after", "mode")
    TABLE = "changed"
    COLUMNS = _columns(TABLE, __slots__)

    agent: int
    path: str
    before: str
    after: str
    mode: int


class Latest(Record):
    """An owned file as it was when last looked at."""

    __slots__ = (
        *("path", "size", "mtime", "ctime", "inode", "object", "owner", "tick"),
        *("is_fresh", "is_held", "is_disputed"),
    )
    TABLE = "latest"
    COLUMNS = _columns(TABLE, __slots__)

    path: str
    size: int
    mtime: int
    ctime: int
    inode: int
    object: str
    owner: int
    tick: int
    is_fresh: bool
    is_held: bool
    is_disputed: int  # 0, or what was said of it: latest.SAID

    @property
    def is_gone(self) -> bool:
        """Whether there was no file."""
        return self.size < 0


class Call(Record):
    """A call that may write; `opened` and `closed` are ticks."""

    __slots__ = (
        *("tool_use", "agent", "tool", "kind", "is_wide", "at", "opened", "closed", "has_written"),
        *("targets", "head"),
    )
    TABLE = "call"
    COLUMNS = _columns(TABLE, __slots__)

    tool_use: str
    agent: int
    tool: str
    kind: CallKind
    is_wide: bool
    at: float
    opened: int
    closed: int | None
    has_written: bool
    targets: str
    head: str


class Asked(Record):
    """A path that an agent asked for."""

    __slots__ = ("id", "at", "run", "task", "path", "why", "answer")
    TABLE = "asked"
    COLUMNS = _columns(TABLE, __slots__)

    id: int
    at: float
    run: str
    task: str
    path: str
    why: str
    answer: Answer


class Attempt(Record):
    """One headless client's work at a task, in a work tree of its own. `agent` is its row in the table agent."""

    __slots__ = (
        *("agent", "run", "task", "number", "host", "base", "guarded", "is_proven", "summary", "work", "merged"),
        *("cost", "turns"),
    )
    TABLE = "attempt"
    COLUMNS = _columns(TABLE, __slots__)

    agent: int
    run: str
    task: str
    number: int
    host: str
    base: str
    guarded: float | None
    is_proven: bool
    summary: str
    work: str
    merged: str
    cost: float
    turns: int

    @property
    def key(self) -> str:
        """`RUN/TASK/2`: what its client's environment names it by."""
        return f"{self.run}/{self.task}/{self.number}"


class Event(Record):
    """What happened. `run` and `task` are "" where it concerns none; `data` is JSON."""

    __slots__ = ("id", "at", "run", "task", "agent", "kind", "data")
    TABLE = "event"
    COLUMNS = _columns(TABLE, __slots__, ("run", "task"))

    id: int
    at: float
    run: str
    task: str
    agent: int | None
    kind: EventKind
    data: str

    @property
    def facts(self) -> dict[str, Any]:
        """What else is known of it."""
        import json

        found: dict[str, Any] = json.loads(self.data)
        return found
