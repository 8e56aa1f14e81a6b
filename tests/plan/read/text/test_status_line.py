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


@pytest.mark.parametrize(
    "head",
    [
        "## Success Criteria Checklist",
        "## Acceptance Criteria Summary",
        "#### Production Readiness Criteria:",
        "#### Performance Targets:",
        "### ✅ Checklist Before Each Commit",
        "### Pre-Commit Checklist",
        "## PR Checklist",
        "### Criterios de aceptación",
        "### Critérios de Aceite",
    ],
)
def test_criteria_by_other_names(head: str) -> None:
    found = text(
        f"# T\n\n## Work\n\n- [ ] Write `src/a.py`\n- [ ] Write `src/b.py`\n\n{head}\n\n- [ ] It is fast\n", "markdown"
    )
    assert [task.title for task in found.document.tasks] == ["Write src/a.py", "Write src/b.py"]
    assert [(item.text, item.told) for item in found.unread] == [("- [ ] It is fast", True)]


@pytest.mark.parametrize(
    "head", ["## Define criteria for the search in `src/c.py`", "## Testing Checklist", "## Targets"]
)
def test_other_heads_hold_work(head: str) -> None:
    assert len(text(f"# T\n\n{head}\n\n- [ ] Write `src/a.py`\n", "markdown").document.tasks) == 1


def test_criteria_go_on_below_one_that_has_points_of_its_own() -> None:
    points = "- [ ] Three kinds:\n  - **Button**: with sizes\n  - **Card**: with a head\n- [ ] Each has a test\n"
    found = text(f"# T\n\n- [ ] Write `src/a.py`\n\n**Acceptance criteria**:\n{points}", "markdown")
    assert [task.title for task in found.document.tasks] == ["Write src/a.py"]
    assert [(item.text, item.told) for item in found.unread] == [
        ("- [ ] Three kinds:", True),
        ("- [ ] Each has a test", True),
    ]
