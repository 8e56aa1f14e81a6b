"""The tables of the journal, and the steps from each version to the next.

A run executes a plan; a task belongs to a run; an agent is whoever may write: a task's agent, an agent launched without
a plan, or a session's main conversation; a claim says which agent may write a path now. Times are seconds since the
epoch, estimates minutes.
"""

from __future__ import annotations

FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE run (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    source TEXT NOT NULL,           -- as the user named it
    format TEXT NOT NULL,
    files TEXT NOT NULL,            -- JSON {absolute path: sha256} of what was read
    plan TEXT NOT NULL,             -- the document as started, JSON; its tasks are in `listed`
    predicted TEXT NOT NULL,        -- JSON of the plan's figures
    mode TEXT NOT NULL,             -- rolling | barrier
    cap INTEGER NOT NULL,
    pace INTEGER NOT NULL,          -- how many at once now: the cap, less after an overload
    on_failure TEXT NOT NULL,
    retries INTEGER NOT NULL,
    joined TEXT NOT NULL,           -- all | any | a number
    state TEXT NOT NULL,            -- active | ended | cancelled
    session TEXT NOT NULL DEFAULT '',
    started REAL NOT NULL,
    ended REAL
) WITHOUT ROWID;

CREATE TABLE task (
    run TEXT NOT NULL,
    id TEXT NOT NULL,
    rank INTEGER NOT NULL,          -- place in the rolling order
    batch INTEGER NOT NULL,
    state TEXT NOT NULL,            -- pending | running | done | failed | blocked | skipped | cancelled
    title TEXT NOT NULL,
    agent TEXT NOT NULL,            -- agent type
    estimate REAL NOT NULL,
    record TEXT NOT NULL,           -- the task of the document, JSON
    attempts INTEGER NOT NULL DEFAULT 0,
    bounces INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '',
    started REAL,
    ended REAL,
    PRIMARY KEY (run, id)
) WITHOUT ROWID;
CREATE INDEX task_state ON task (run, state, rank);

CREATE TABLE need (run TEXT NOT NULL, task TEXT NOT NULL, needs TEXT NOT NULL,
    PRIMARY KEY (run, task, needs)) WITHOUT ROWID;
CREATE INDEX need_of ON need (run, needs);

CREATE TABLE hazard (run TEXT NOT NULL, task TEXT NOT NULL, other TEXT NOT NULL, kind TEXT NOT NULL,
    witness TEXT NOT NULL, PRIMARY KEY (run, task, other)) WITHOUT ROWID;

CREATE TABLE declared (run TEXT NOT NULL, task TEXT NOT NULL, mode TEXT NOT NULL, anchor TEXT NOT NULL,
    pattern TEXT NOT NULL, regex TEXT NOT NULL, PRIMARY KEY (run, task, mode, pattern)) WITHOUT ROWID;

CREATE TABLE agent (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,             -- task | unplanned | main
    run TEXT,
    task TEXT,
    parent INTEGER,                 -- the agent that launched it, when that is not a main conversation
    session TEXT NOT NULL,
    tool_use TEXT,
    agent_id TEXT,
    agent_type TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    client INTEGER,                 -- process id of the client
    client_start TEXT,              -- its start time as the system gives it
    read_only INTEGER NOT NULL DEFAULT 0,
    worktree TEXT,
    state TEXT NOT NULL,            -- open | running | ended | undone
    ending TEXT NOT NULL DEFAULT '',
    opened REAL NOT NULL,
    started REAL,
    seen REAL NOT NULL,
    ended REAL
);
CREATE INDEX agent_live ON agent (state) WHERE state IN ('open', 'running');
CREATE INDEX agent_client_id ON agent (agent_id);
CREATE INDEX agent_tool_use ON agent (tool_use);
CREATE INDEX agent_task ON agent (run, task);

CREATE TABLE claim (
    anchor TEXT NOT NULL,           -- the key of the longest literal path at the start of the pattern
    pattern TEXT NOT NULL,
    agent INTEGER NOT NULL,
    regex TEXT NOT NULL,            -- for keys; '' when the pattern is exactly the anchor
    kind TEXT NOT NULL,             -- declared | first-write | granted | meanwhile: it changed while a command of the agent ran
    since REAL NOT NULL,
    PRIMARY KEY (anchor, pattern, agent)
) WITHOUT ROWID;
CREATE INDEX claim_agent ON claim (agent);

CREATE TABLE written (agent INTEGER NOT NULL, path TEXT NOT NULL, first REAL NOT NULL, last REAL NOT NULL,
    before TEXT NOT NULL,           -- object kept before the first change; '' when there was no file; '?' when not kept
    tool TEXT NOT NULL, PRIMARY KEY (agent, path)) WITHOUT ROWID;
CREATE INDEX written_path ON written (path, last);

CREATE TABLE watched (agent INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL,
    object TEXT NOT NULL,           -- a declared file as it was at the launch
    PRIMARY KEY (agent, path)) WITHOUT ROWID;

CREATE TABLE changed (agent INTEGER NOT NULL, path TEXT NOT NULL,
    before TEXT NOT NULL,           -- objects, as in written; '' when there was or is no file
    after TEXT NOT NULL,
    mode INTEGER NOT NULL,          -- of the file after the change
    PRIMARY KEY (agent, path)) WITHOUT ROWID;

CREATE TABLE latest (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL,
    object TEXT NOT NULL            -- an owned file as it was when last looked at
) WITHOUT ROWID;

CREATE TABLE pending_call (tool_use TEXT PRIMARY KEY, agent INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID;

CREATE TABLE notice (id INTEGER PRIMARY KEY, agent INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX notice_agent ON notice (agent);

CREATE TABLE asked (id INTEGER PRIMARY KEY, at REAL NOT NULL, run TEXT NOT NULL, task TEXT NOT NULL, path TEXT NOT NULL,
    why TEXT NOT NULL,
    answer TEXT NOT NULL            -- granted | queued
);

CREATE TABLE event (id INTEGER PRIMARY KEY, at REAL NOT NULL, run TEXT, task TEXT, agent INTEGER,
    kind TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX event_run ON event (run, kind);

CREATE TABLE said (run TEXT NOT NULL, what TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (run, what)) WITHOUT ROWID;
"""

BASE = "ALTER TABLE run ADD COLUMN base TEXT NOT NULL DEFAULT ''"  # the name of the folder of run/store/base.py

PAUSED = (
    "ALTER TABLE run ADD COLUMN paused TEXT NOT NULL DEFAULT ''"  # why nothing of it is launched; '' when it goes on
)

CALLS = """
DROP TABLE pending_call;
DROP TABLE latest;

CREATE TABLE look (
    tick INTEGER NOT NULL           -- of the last one at all owned files
);
INSERT INTO look VALUES (0);

CREATE TABLE call (tool_use TEXT PRIMARY KEY, agent INTEGER NOT NULL, tool TEXT NOT NULL,
    kind TEXT NOT NULL,             -- file | command | background
    is_wide INTEGER NOT NULL,       -- it may write any file, not only its targets
    at REAL NOT NULL,
    opened INTEGER NOT NULL,        -- ticks
    closed INTEGER,
    has_written INTEGER NOT NULL,   -- the client said so
    targets TEXT NOT NULL           -- JSON: for each file that it names, what it announces (run/changes/announced.py)
) WITHOUT ROWID;
CREATE INDEX call_agent ON call (agent) WHERE closed IS NULL;

CREATE TABLE latest (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL,
    inode INTEGER NOT NULL, object TEXT NOT NULL,   -- an owned file as it was when last looked at
    owner INTEGER NOT NULL,         -- an agent
    tick INTEGER NOT NULL,
    is_fresh INTEGER NOT NULL,      -- written so shortly before that a later write may leave size and times as they are
    is_held INTEGER NOT NULL,       -- written since, by a call that has not ended
    is_disputed INTEGER NOT NULL    -- somebody was told that it changed
) WITHOUT ROWID;
"""

# head: the commit of HEAD as a command began, '' for none
HEAD = """
ALTER TABLE call ADD COLUMN head TEXT NOT NULL DEFAULT '';
UPDATE call SET head = COALESCE((SELECT value FROM meta WHERE key = 'head before ' || call.tool_use), '');
DELETE FROM meta WHERE key LIKE 'head before %';
"""

HELD = """
CREATE TABLE held (thing TEXT NOT NULL,     -- port:3000, service:project/name, database:name
    agent INTEGER NOT NULL,
    tool_use TEXT NOT NULL,         -- the call that started it
    since REAL NOT NULL,
    detached INTEGER NOT NULL,      -- it goes on when that call has ended
    PRIMARY KEY (thing, agent)) WITHOUT ROWID;
"""

SEEN = """
-- the object that the agent's last call left there
ALTER TABLE written ADD COLUMN seen TEXT NOT NULL DEFAULT '?';
-- the same with the agent's changes alone; '=' when that is `seen`
ALTER TABLE written ADD COLUMN own TEXT NOT NULL DEFAULT '=';
-- a call of the agent may be writing it
ALTER TABLE written ADD COLUMN is_open INTEGER NOT NULL DEFAULT 1;
-- of the file as it was `seen`
ALTER TABLE written ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
"""

ENGINES = """
-- who runs the work: agents | local | dask | workflow
ALTER TABLE run ADD COLUMN engine TEXT NOT NULL DEFAULT 'agents';
-- JSON: on what terms (fanout/engines/terms.py)
ALTER TABLE run ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
-- the commit that its branch began at
ALTER TABLE run ADD COLUMN begun_at TEXT NOT NULL DEFAULT '';
-- the process that drives it: host, id, start
ALTER TABLE run ADD COLUMN driver TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN driver_seen REAL NOT NULL DEFAULT 0;

CREATE TABLE attempt (agent INTEGER PRIMARY KEY, run TEXT NOT NULL, task TEXT NOT NULL, number INTEGER NOT NULL,
    host TEXT NOT NULL,
    base TEXT NOT NULL,             -- the commit that its work tree began at
    guarded REAL,                   -- when the plugin's hooks gave a sign of life, before it had its brief
    is_proven INTEGER NOT NULL DEFAULT 0,   -- the evidence gate took its result
    summary TEXT NOT NULL DEFAULT '',
    work TEXT NOT NULL DEFAULT '',  -- the commit that holds what it left, '' when it changed nothing
    merged TEXT NOT NULL DEFAULT '',    -- the commit of the run's branch that holds it
    cost REAL NOT NULL DEFAULT 0,   -- US dollars, as the client says
    turns INTEGER NOT NULL DEFAULT 0);
CREATE INDEX attempt_task ON attempt (run, task);
"""

LISTED = """
-- the tasks of the document as started, JSON; of older runs they stand in run.plan
CREATE TABLE listed (run TEXT PRIMARY KEY, tasks TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX event_task ON event (run, task, kind);
"""

WAITING = """
-- writes that a hook holds until the owner of their path ends
CREATE TABLE waiting (tool_use TEXT PRIMARY KEY, agent INTEGER NOT NULL, owner INTEGER NOT NULL, until REAL NOT NULL
) WITHOUT ROWID;
"""

BY_PATH = """
CREATE INDEX changed_path ON changed (path);
"""

FOLLOWS = """
-- planned.FOLLOWS or planned.STEP where only the list's order says so
ALTER TABLE need ADD COLUMN is_order INTEGER NOT NULL DEFAULT 0;
"""

STEPS = {
    0: FIRST,
    1: BASE,
    2: PAUSED,
    3: CALLS,
    4: HEAD,
    5: HELD,
    6: SEEN,
    7: ENGINES,
    8: LISTED,
    9: WAITING,
    10: BY_PATH,
    11: FOLLOWS,
}
"""From which version a step starts, and what it executes; each step leads to the next version."""
