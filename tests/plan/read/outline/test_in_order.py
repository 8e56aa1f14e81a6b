"""What a list says of the order of all: that each waits for the one before it, or that all wait for one."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source


def needs(text: str) -> list[list[str]]:
    reading = registry.read(Source("-", "", text, "/nowhere"))
    assert reading.warnings == []
    return [sorted(task.depends_on) for task in reading.document.tasks]


TASKS = "- [ ] Make `a.py`\n- [ ] Make `b.py`\n- [ ] Make `c.py`\n"


@pytest.mark.parametrize(
    "said",
    [
        "Every item lands green before the next starts.",
        "Every item lands green (types,\ntests) before the next one begins.",
        "Finish one task before moving on to the next.",
        "Don't start the next step until the tests pass.",
        "Work through these in order.",
        "Do the tasks strictly in this order.",
    ],
)
def test_each_waits_for_the_one_before_it(said: str) -> None:
    assert needs(f"# T\n\nA page for people. {said}\n\n{TASKS}") == [[], ["01"], ["02"]]


@pytest.mark.parametrize(
    "said",
    [
        "Commit each step before the next.",
        "Tasks on the same file run one after the other.",
        "Where one depends on another, finish it before the next.",
        "The order is by value.",
    ],
)
def test_other_words_say_no_order(said: str) -> None:
    assert needs(f"# T\n\n{said}\n\n{TASKS}") == [[], [], []]


@pytest.mark.parametrize(
    "said",
    [
        "Low risk, but everything depends on it.",
        "All other tasks depend on this.",
        "Do this first.",
        "This must be done first.",
        "It blocks everything else.",
        "(do this first)",
        "Alles andere hängt davon ab.",
    ],
)
def test_all_wait_for_the_one_that_says_so(said: str) -> None:
    text = f"# T\n\n- [ ] Make `a.py`\n- [ ] Make `b.py`. {said}\n- [ ] Make `c.py`\n- [ ] Make `d.py`\n"
    assert needs(text) == [[], [], ["02"], ["02"]]


@pytest.mark.parametrize("said", ["It reads everything first.", "Do first things first.", "It shows the rest of it."])
def test_nobody_waits_for_other_words(said: str) -> None:
    text = f"# T\n\n- [ ] Make `a.py`\n- [ ] Make `b.py`. {said}\n- [ ] Make `c.py`\n"
    assert needs(text) == [[], [], []]
