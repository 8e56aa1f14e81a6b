"""What a status line says, and a list of files in a fence."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source


def text(content: str, forced: str) -> Reading:
    return registry.read(Source("-", "", content, "/nowhere"), forced)


WORDS = [
    ("Completed", "completed"),
    ("✅ Done (today)", "completed"),
    ("✅", "completed"),
    ("10/10 complete", "completed"),
    ("100% done", "completed"),
    ("Partial (2/10 complete - Button ✅)", "in_progress"),
    ("🟡 Partial (script exists ✅, needs execution)", "in_progress"),
    ("Partially done", "in_progress"),
    ("Partially blocked by the API", "blocked"),
    ("almost finished", "in_progress"),
    ("50% complete", "in_progress"),
    ("3 / 4 tasks done", "in_progress"),
    ("0/4 done", "pending"),
    ("to be done", "pending"),
    ("❌ Not Started", "pending"),
    ("Button ✅, needs the card", "pending"),
]


@pytest.mark.parametrize(("said", "status"), WORDS)
def test_what_a_line_says(said: str, status: str) -> None:
    reading = text(f"### Task 1: Store\n**Status**: {said}\n\n### Task 2: List\n", "markdown")
    assert reading.notes["1"].status == status


def test_files_in_a_fence() -> None:
    reading = text(
        "### Task 1: Store\n**Files**:\n```\nsrc/a.py\n# src/b.py\n- src/c.py\n```\n```python\nx.y\n```\n", "markdown"
    )
    assert reading.document.tasks[0].writes == ["src/a.py", "src/c.py"]
