"""The fixtures of every format, and how to read them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from fanout.plan.read import registry
from fanout.source.resolve import resolve

FIXTURES = Path(__file__).parent / "fixtures"

# what to name as the source -> (root below fixtures, the format that it is)
SOURCES = {
    "spec-kit/specs/002-bookings/tasks.md": ("spec-kit", "spec-kit"),
    "spec-kit/specs": ("spec-kit", "spec-kit"),
    "spec-kit": ("spec-kit", "spec-kit"),
    "task-master/.taskmaster/tasks/tasks.json": ("task-master", "task-master"),
    "task-master/.taskmaster": ("task-master", "task-master"),
    "task-master": ("task-master", "task-master"),
    "beads/.beads/issues.jsonl": ("beads", "beads"),
    "beads/.beads": ("beads", "beads"),
    "beads": ("beads", "beads"),
    "gsd/.planning/phases/01-base/01-01-PLAN.md": ("gsd", "gsd"),
    "gsd/.planning/phases/01-base": ("gsd", "gsd"),
    "gsd/.planning/phases": ("gsd", "gsd"),
    "gsd/.planning": ("gsd", "gsd"),
    "gsd": ("gsd", "gsd"),
    "ccpm/.claude/epics/shop/001.md": ("ccpm", "ccpm"),
    "ccpm/.claude/epics/shop": ("ccpm", "ccpm"),
    "ccpm": ("ccpm", "ccpm"),
    "claudekit/feat-hooks-tasks.md": ("claudekit", "claudekit"),
    "stm/.simple-task-master/tasks/2-login.md": ("stm", "stm"),
    "stm/.simple-task-master/tasks": ("stm", "stm"),
    "stm/.simple-task-master": ("stm", "stm"),
    "stm": ("stm", "stm"),
    "superpowers/2026-01-05-search.md": ("superpowers", "superpowers"),
    "dork-labs/specs/search/03-tasks.json": ("dork-labs", "dork-labs"),
    "dork-labs/specs/search": ("dork-labs", "dork-labs"),
    "blocked-by/tasks.json": ("blocked-by", "blocked-by"),
    "blocked-by/batches.json": ("blocked-by", "blocked-by"),
    "markdown/todo.md": ("markdown", "markdown"),
    "markdown/plan.md": ("markdown", "markdown"),
    "native/plan.json": ("native", "native"),
    "openagentscontrol/.tmp/tasks/checkout": ("openagentscontrol", "openagentscontrol"),
    "openagentscontrol/.tmp/tasks/checkout/task.json": ("openagentscontrol", "openagentscontrol"),
    "openagentscontrol/.tmp/tasks/checkout/subtask_02.json": ("openagentscontrol", "openagentscontrol"),
    "openagentscontrol/.tmp/tasks": ("openagentscontrol", "openagentscontrol"),
    "openagentscontrol": ("openagentscontrol", "openagentscontrol"),
}
FILES = [name for name in SOURCES if (FIXTURES / name).is_file()]


def read(name, forced=None):
    """A fixture, read in place."""
    return registry.read(resolve(str(FIXTURES / name), str(FIXTURES / SOURCES[name][0])), forced)


def copied(name, tmp_path):
    """The fixture's project copied to where it may be written: its root, and the source in it."""
    family = name.split("/")[0]
    root = tmp_path / family
    if not root.exists():
        shutil.copytree(FIXTURES / family, root)
    return str(root), os.path.join(root.parent, name)


def task(reading, identity):
    return next(entry for entry in reading.document.tasks if entry.id == identity)


def edges(reading):
    return {entry.id: sorted(entry.depends_on) for entry in reading.document.tasks}


def reasons(reading, identity):
    return {item.field: item for item in reading.notes[identity].inferred}
