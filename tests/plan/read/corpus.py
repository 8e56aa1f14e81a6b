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
    "kiro/.kiro/specs/booking/tasks.md": ("kiro", "kiro"),
    "kiro/.kiro/specs/booking": ("kiro", "kiro"),
    "kiro/.kiro/specs": ("kiro", "kiro"),
    "kiro/.kiro": ("kiro", "kiro"),
    "kiro": ("kiro", "kiro"),
    "openspec/openspec/changes/add-export/tasks.md": ("openspec", "openspec"),
    "openspec/openspec/changes/add-export": ("openspec", "openspec"),
    "openspec/openspec/changes": ("openspec", "openspec"),
    "openspec/openspec": ("openspec", "openspec"),
    "openspec": ("openspec", "openspec"),
    "spec-workflow/.spec-workflow/specs/login/tasks.md": ("spec-workflow", "spec-workflow"),
    "spec-workflow": ("spec-workflow", "spec-workflow"),
    "conductor/conductor/tracks/search_20260105/plan.md": ("conductor", "conductor"),
    "conductor/conductor/tracks/search_20260105": ("conductor", "conductor"),
    "conductor": ("conductor", "conductor"),
    "agent-os/agent-os/specs/2026-02-03-profiles/tasks.md": ("agent-os", "agent-os"),
    "agent-os/agent-os/specs/2026-02-03-profiles": ("agent-os", "agent-os"),
    "agent-os": ("agent-os", "agent-os"),
    "ai-dev-tasks/tasks/tasks-invoices.md": ("ai-dev-tasks", "ai-dev-tasks"),
    "trae/.trae/specs/player/tasks.md": ("trae", "trae"),
    "trae/.trae/specs/player": ("trae", "trae"),
    "trae": ("trae", "trae"),
    "exec-plan/.agent/plans/retries.md": ("exec-plan", "exec-plan"),
    "cursor/.cursor/plans/tags_1a2b.plan.md": ("cursor", "cursor"),
    "cursor/.cursor/plans": ("cursor", "cursor"),
    "bmad/docs/stories/2.1.cart.md": ("bmad", "bmad"),
    "bmad-sprint/_bmad-output/implementation-artifacts/1-3-log-out.md": ("bmad-sprint", "bmad"),
    "bmad-sprint/_bmad-output/implementation-artifacts/sprint-status.yaml": ("bmad-sprint", "bmad-sprint"),
    "bmad-sprint/_bmad-output/implementation-artifacts": ("bmad-sprint", "bmad-sprint"),
    "bmad-sprint": ("bmad-sprint", "bmad-sprint"),
    "ralph/prd.json": ("ralph", "ralph"),
    "ralph": ("ralph", "ralph"),
    "feature-list/feature_list.json": ("feature-list", "feature-list"),
    "feature-list/map/feature_list.json": ("feature-list", "feature-list"),
    "feature-list": ("feature-list", "feature-list"),
    "shrimp/tasks.json": ("shrimp", "shrimp"),
    "claude-tasks/todos.json": ("claude-tasks", "claude-tasks"),
    "claude-tasks/list/1.json": ("claude-tasks", "claude-tasks"),
    "claude-tasks/list": ("claude-tasks", "claude-tasks"),
    "backlog/backlog/tasks/task-2 - Page.md": ("backlog", "backlog"),
    "backlog/backlog/tasks": ("backlog", "backlog"),
    "backlog/backlog": ("backlog", "backlog"),
    "backlog": ("backlog", "backlog"),
    "plan/IMPLEMENTATION_PLAN.md": ("plan", "plan"),
    "plan/boxes/IMPLEMENTATION_PLAN.md": ("plan", "plan"),
    "plan/.claude/plans/quiet-river.md": ("plan", "plan"),
    "github/issues.json": ("github", "github"),
    "github/one.json": ("github", "github"),
    "json-tasks/phases.json": ("json-tasks", "json-tasks"),
    "json-tasks/list.json": ("json-tasks", "json-tasks"),
}
# A plan in prose has no mark but its name and place.
NAMED = {name for name, (_root, own) in SOURCES.items() if own == "plan"}
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
