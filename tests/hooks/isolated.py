"""A run in which some tasks have worktrees of their own, made as the client makes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hooks.desk import Desk
from project import Project
from run.plans import plan

LINES = "".join(f"line {n}\n" for n in range(1, 11))
TASKS: dict[str, dict[str, Any]] = {
    "01": {"writes": ["a.txt", "new.txt"], "record": {"isolation": "worktree"}},
    "02": {"writes": ["b.txt"]},
}


class Isolated(Desk):
    """A run whose task 01 has a worktree, made as the client makes one."""

    place: Path

    def begin(self) -> None:
        project = Project(self.root)
        project.write({"a.txt": LINES, "b.txt": "b\n", ".gitignore": ".claude/\n"})
        project.commit_all()
        self.start(plan(TASKS))
        self.place = self.root / ".claude" / "worktrees" / "agent-01"
        project.git("worktree", "add", "-q", "-b", "worktree-agent-01", str(self.place))
        answer = self.launch("01")
        self.prompt = answer["hookSpecificOutput"]["updatedInput"]
        self.meta("agent-01", f"toolu_{self.session}_{self.calls}", worktreePath=str(self.place))

    def work(self, text: str) -> None:
        path = ".claude/worktrees/agent-01/a.txt"
        assert self.write("agent-01", path) == {}
        (self.place / "a.txt").write_text(text)
        (self.place / "new.txt").write_text("new\n")
