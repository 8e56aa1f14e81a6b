"""What a section of the order says of tasks by their names."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source

FORMS = {
    "markdown": ("### Task {}: Part {}\n**File:** `src/m{}.py`\n", ("1", "2", "3", "4")),
    "claudekit": ("### Task {}: Part {}\n**Dependencies**: None\n`src/m{}.py`\n", ("1.1", "1.2", "1.3", "1.4")),
    "superpowers": (
        "### Task {}: Part {}\n\n**Files:**\n- Create: `src/m{}.py`\n\n- [ ] **Step 1: go**\n",
        ("1", "2", "3", "4"),
    ),
}


def needs(form: str, said: str, head: str = "## Dependency order") -> dict[str, set[str]]:
    one, names = FORMS[form]
    tasks = "".join(one.format(name, name, name.replace(".", "_")) for name in names)
    reading = registry.read(
        Source("-", "", f"# P Implementation Plan\n\n## Tasks\n\n{tasks}\n{head}\n\n{said}\n", "/nowhere"), form
    )
    return {task.id: set(task.depends_on) for task in reading.document.tasks}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Tasks {0}-{2} can be done in parallel. Task {3} depends on Task {2}.", {2}),
        ("- **Task {3}** requires Tasks {0} and {1}", {0, 1}),
        ("Task {3} (the page) must wait for Task {0}, Task {2}.", {0, 2}),
        ("- Task {3} can only start after Task {1}", {1}),
    ],
)
def test_a_sentence_names_who_waits(form: str, said: str, wanted: set[int]) -> None:
    names = FORMS[form][1]
    found = needs(form, said.format(*names))[names[3]]
    assert found == {names[one] for one in wanted}


@pytest.mark.parametrize(
    "said", ["Task 4 needs 3 columns", "Task 4 depends on the weather", "Task 1 depends on Task 4"]
)
def test_other_sentences_say_nothing(said: str) -> None:
    assert needs("markdown", said) == {"1": set(), "2": set(), "3": set(), "4": set()}


def test_a_section_of_something_else_says_nothing() -> None:
    assert needs("markdown", "Task 4 depends on Task 3", "## Risks")["4"] == set()
