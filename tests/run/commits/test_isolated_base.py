"""What is laid into a fresh worktree: a finished task's step onto what is there, the user's version whole."""

from __future__ import annotations

import pytest
from project import Project

from fanout.run.changes import objects
from fanout.run.commits import isolated_base

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
