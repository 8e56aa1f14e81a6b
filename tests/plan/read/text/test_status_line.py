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
    ("Erledigt", "completed"),
    ("nicht erledigt", "pending"),
    ("in Arbeit", "in_progress"),
    ("✅ Terminée", "completed"),
    ("pas fait", "pending"),
    ("À faire", "pending"),
    ("EN CURSO (60%)", "in_progress"),
    ("No completado", "pending"),
    ("Concluída", "completed"),
    ("não feito", "pending"),
    ("未完了", "pending"),
    ("完了", "completed"),
    ("進行中", "in_progress"),
    ("진행 중", "in_progress"),
    ("не готово", "pending"),
    ("Готово", "completed"),
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


@pytest.mark.parametrize(
    ("word", "label", "needs"),
    [
        ("Tarea", "**Estado:** Completado", "**Depende de:** Tarea 1"),
        ("Tâche", "**Statut :** Terminé", "**Dépendances :** Tâche 1"),
        ("Aufgabe", "**Status:** Erledigt", "**Abhängigkeiten:** Aufgabe 1"),
        ("タスク", "**ステータス**: 完了", "**依存**: タスク 1"),
        ("Задача", "**Статус:** Готово", "**Зависимости:** Задача 1"),
    ],
)
def test_lists_in_other_languages(word: str, label: str, needs: str) -> None:
    """The third task names none: without what the second one states it would wait for both."""
    reading = text(
        f"### {word} 1: A\n{label}\n`a.py`\n### {word} 2: B\n{needs}\n`b.py`\n### {word} 3: C\n`c.py`\n", "markdown"
    )
    assert [reading.notes[task.id].status for task in reading.document.tasks] == ["completed", "pending", "pending"]
    assert [task.depends_on for task in reading.document.tasks] == [[], ["1"], []]
    assert not reading.warnings


@pytest.mark.parametrize("joined", ["1, 2", "1 y 2", "1 und 2", "1 et 2", "1 e 2", "1 と 2"])
def test_two_needs_in_other_languages(joined: str) -> None:
    head = "### Task 1: A\n`a.py`\n### Task 2: B\n`b.py`\n"
    reading = text(f"{head}### Task 3: C\n**Depends on:** {joined}\n`c.py`\n", "markdown")
    assert reading.document.tasks[2].depends_on == ["1", "2"]


def test_a_table_in_another_language() -> None:
    reading = text(
        "| ID | Tarea | Estado | Depende de |\n|---|---|---|---|\n| T1 | Crear `a.py` | Hecho | - |\n"
        "| T2 | Crear `b.py` | Pendiente | T1 |\n",
        "markdown",
    )
    told = [(task.id, task.title, reading.notes[task.id].status, task.depends_on) for task in reading.document.tasks]
    assert told == [("T1", "Crear a.py", "completed", []), ("T2", "Crear b.py", "pending", ["T1"])]


def test_a_validation_plan_holds_criteria_and_no_tasks() -> None:
    reading = text(
        "## Work\n- [ ] Write `a.py`\n## Validation Plan\n- [ ] `make test`\n## 3. Validation plan\n- [ ] Ask\n",
        "markdown",
    )
    assert [task.title for task in reading.document.tasks] == ["Write a.py", "Ask"]


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Store ✅ COMPLETE", "completed"),
        ("Store ✅ partial (60%)", "in_progress"),
        ("Store ✅ parcial (~60%)", "in_progress"),
        ("Store ⚠️ **blocked**", "blocked"),
        ("Store ❌ skipped", "skipped"),
        ("Store ❌ not done", "pending"),
        ("Store ❌ no iniciado", "pending"),
        ("Show a ✅ done badge", "pending"),
        ("Store ✅", "completed"),
    ],
)
def test_a_symbol_and_a_word_at_the_end_of_a_title(title: str, status: str) -> None:
    reading = text(f"### Task 1: {title}\n`a.py`\n### Task 2: List\n`b.py`\n", "markdown")
    assert reading.notes["1"].status == status


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ("(done) `LICENSE`", "completed"),
        ("[Done] Write `LICENSE`", "completed"),
        ("(optional) `LICENSE`", "pending"),
        ("Say (done) behind it in `a.py`", "pending"),
    ],
)
def test_a_word_in_brackets_in_front(item: str, status: str) -> None:
    reading = text(f"# Todo\n\n1. Parser in `p.py`\n2. {item}\n", "markdown")
    assert reading.notes["02"].status == status
