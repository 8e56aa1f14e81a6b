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


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Number 4 only after 2 and 3 are in. No warnings.", {"04": {"02", "03"}}),
        ("Items 2 and 3 have to be done before 4.", {"04": {"02", "03"}}),
        ("Item 4 needs 2 days.", {}),
        ("Number 1 only after 4.", {}),
        ("We met after 3.", {}),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_paragraph_says_it_by_numbers(said: str, wanted: dict[str, set[str]], is_first: bool) -> None:
    items = "1. `src/a.py`\n2. `src/b.py`\n3. `src/c.py`\n4. `src/d.py`\n"
    text = f"# P\n\n{said}\n\n{items}" if is_first else f"# P\n\n{items}\n{said}\n"
    found = registry.read(Source("-", "", text, "/nowhere"))
    told = {
        task.id: {
            name
            for name in task.depends_on
            if any("the list says" in one.reason for one in found.notes[task.id].inferred)
        }
        for task in found.document.tasks
    }
    assert {name: needs for name, needs in told.items() if needs} == wanted
