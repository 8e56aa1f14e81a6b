"""What is laid into a fresh worktree: a finished task's step onto what is there, the user's version whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hooks.desk import Desk
from project import Project
from run.plans import plan

from fanout.run.agents import agents
from fanout.run.changes import objects
from fanout.run.commits import isolated_base
from fanout.run.store.db import Write

LINES = "".join(f"line {n}\n" for n in range(1, 11))
TWO = LINES.replace("line 2\n", "two\n")
NINE = LINES.replace("line 9\n", "nine\n")
BOTH = NINE.replace("line 2\n", "two\n")
GONE = None

# What the step found, what the worktree holds, what the step left; what is there then, and whether it could be laid.
LAID = {
    "onto the same": (LINES, LINES, TWO, TWO, True),
    "onto other lines": (LINES, NINE, TWO, BOTH, True),
    "onto the same lines": (LINES, LINES.replace("line 2\n", "other\n"), TWO, TWO, True),
    "of a deleted file": (LINES, LINES, GONE, GONE, True),
    "of a new file": (GONE, GONE, TWO, TWO, True),
    "the user's, whole": (isolated_base.WHOLE, NINE, TWO, TWO, True),
    "what was too large to keep": (LINES, LINES, objects.NOT_KEPT, LINES, False),
}


@pytest.mark.parametrize("case", LAID)
def test_a_step_is_laid(project: Project, case: str) -> None:
    before, there, after, then, is_laid = LAID[case]
    root = str(project.path)

    def kept(text: str | None) -> str:
        if text is None:
            return objects.ABSENT
        return text if text == objects.NOT_KEPT else objects.keep_bytes(root, text.encode(), "")

    file = project.path / "a.txt"
    if there is not None:
        file.write_text(there)
    assert isolated_base._lay(root, str(file), kept(before), kept(after)) is is_laid
    assert (file.read_text() if file.exists() else None) == then


def test_a_worktree_begins_once(desk: Desk) -> None:
    """What its agent has done since is not laid over; and one of which it was said that it begins bare stays so."""
    project = Project(desk.root)
    project.write({"a.txt": LINES, ".gitignore": ".claude/\n"})
    project.commit_all()
    project.write({"a.txt": TWO})
    run = desk.start(plan({"01": {"writes": ["a.txt"]}, "02": {}}))
    for name in ("fresh", "bare"):
        project.git("worktree", "add", "-q", "--detach", f".claude/{name}")
    fresh, bare = (desk.root / ".claude" / name for name in ("fresh", "bare"))
    first = agents.open_launch(desk.db, "s", "", "", "", run, "01")
    free = agents.open_launch(desk.db, "s", "", "", "")

    def begin(number: int, place: Path) -> str:
        desk.db.execute("UPDATE agent SET worktree = ? WHERE id = ?", (str(place), number))
        agent = agents.get(desk.db, number)
        assert agent is not None
        with Write(desk.db):
            isolated_base.begin(desk.db, str(desk.root), agent)
        return (place / "a.txt").read_text()

    isolated_base.nothing(desk.db, str(bare))
    assert begin(first, bare) == LINES and isolated_base.of(desk.db, str(bare)) == {}
    assert begin(first, fresh) == TWO and list(isolated_base.of(desk.db, str(fresh))) == ["a.txt"]
    (fresh / "a.txt").write_text("of its agent\n")
    assert begin(first, fresh) == "of its agent\n"
    (fresh / "a.txt").write_text(LINES)
    desk.db.execute("DELETE FROM meta WHERE key LIKE 'worktree-base %'")
    assert begin(free, fresh) == LINES, "without a task nothing is declared"
