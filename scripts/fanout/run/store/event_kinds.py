"""What the journal's events are called. For types alone: nothing imports it at run time."""

from __future__ import annotations

from typing import Literal

EventKind = Literal[
    "accepted-at-end", "agent-failed", "agent-lost", "agent-stopped", "asked-permission", "beyond", "cap-set", "changed-checks",
    "changed-later", "checkpoint", "claimed", "commit-refused", "committed", "compacted", "conflict", "discarded",
    "head-moved", "held", "hub-away", "hub-back", "interrupted", "judged-apart",
    "launch-denied", "launched", "launched-unplanned", "learned",
    "list-edited", "lost-the-race",
    "mark-refused", "marked", "merge-refused", "merged", "message", "no-time", "not-judged",
    "nothing-needed", "not-kept", "not-yet", "nudged", "out-of-context",
    "overloaded", "part-undone", "permission-denied", "put-first", "red-before", "refused-at-end", "replanned",
    "retry-refused", "run-cancelled", "run-ended", "run-paused", "run-reopened", "run-resumed",
    "run-started", "scope-granted", "scope-queued", "scope-widened", "sent-back", "set-apart", "skip-wanted", "slowed",
    "stop-wanted", "stray", "swept", "taken-over", "task-added", "task-amended", "task-blocked", "task-cancelled",
    "task-done", "task-failed", "task-reopened", "task-skipped", "task-started", "tests-missing", "undone", "unmarked",
    "users-change-gone",
    "waited", "went-on", "worker", "write-denied",
]  # fmt: skip
