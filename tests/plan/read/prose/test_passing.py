# ruff: noqa: RUF001 - full-width punctuation, as lists are written with it
"""What a task has to pass, in the words of a sentence, and what only speaks of passing."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.read.prose import passing
from fanout.plan.reading import Source

ASKED = [
    "Dry run, must pass `npm test`",
    "Dry run, has to pass `npm test`.",
    "Dry run; it should pass `npm test` before it is ticked",
    "Dry run (needs to pass `npm test`)",
    "Dry run: `npm test` must pass",
    "Dry run: `npm test` must be green.",
    "Dry run: `npm test` has to succeed, then commit",
    "Dry run: `npm test` must exit with 0",
    "Dry run, passes `npm test`",
    "Dry run. `npm test` stays green",
    "Dry run; run `npm test` before ticking",
    "Dry run. Run `npm test` before you tick it.",
    "Dry run. Before ticking it, run `npm test`.",
    "Dry run (verified by `npm test`)",
    "Dry run; check with `npm test`",
    "Dry run, muss `npm test` bestehen",
    "Dry run, `npm test` muss grün sein",
    "Dry run, doit passer `npm test`",
    "Dry run: `npm test` debe pasar",
    "Dry run，必须通过 `npm test`。",
    "Dry run，`npm test` 必须通过",
    "Dry run: parcels. `npm test` must pass (new file `test/dry.js`)",
    "Dry run. `npm test` has to succeed (write it first).",
    "Dry run; `npm test` passes (new file `test/dry.js`)",
    "Dry run. **`npm test` must pass** in test/",
    "Dry run. **Must pass:** `npm test`",
    "Dry run, `npm test` must not fail",
    "Dry run; make `npm test` pass",
    "Dry run, needs `npm test` to pass",
    "Dry run; keep `npm test` green",
    "Dry run: tests green with `npm test`",
    "Dry run. `npm test` must work again",
    "Dry run. `npm test` muss durchlaufen (neue Datei `test/dry.js`)",
    "Dry run. Add cases to test/dry.js and run `npm test`",
    "Dry run, then run `npm test`.",
    "Dry run. Tests in test/dry.js (`npm test`)",
    "Dry run; the tests go into test/dry.js (run `npm test`)",
]


@pytest.mark.parametrize("text", ASKED)
def test_a_command_that_has_to_pass(text: str) -> None:
    assert [one.command for one in passing.find(text)] == ["npm test"]


@pytest.mark.parametrize(
    "text",
    [
        "`x` must pass the token",
        "`token` must pass the filter (new file `filter.js`)",
        "`npm test` must pass (user id) on",
        "`npm run dev` must work",
        "`make install` must run through",
        "Make `src/token.js` pass the form",
        "Keep `green` green",
        "The gateway must pass `user id` on",
        "It must pass `src/token.js` to the form",
        "`npm test` must pass the token",
        "Must pass `npm test` to the runner",
        "Must pass `--dry-run`",
        "`test data` must pass",
        "Move it when `npm test` passes",
        "Find out why `npm test` must pass twice",
        "It need not pass: `npm test` must not pass",
        "Do not wait: it need not pass `npm test`",
        "Run `npm run fmt` before committing",
        "Run `npm test` in the container",
        "It passes `npm test` every second time",
        "Must pass `pytest tests/<name>.py`",
        "Must pass `pytest ...`",
        "Must pass `grep`",
    ],
)
def test_no_other_sentence_asks_for_one(text: str) -> None:
    assert passing.find(text) == []


def test_two_commands_are_both_asked_for() -> None:
    assert [one.command for one in passing.find("must pass `npm test` and `npm run lint`")] == [
        "npm test",
        "npm run lint",
    ]


LISTS = {
    "box": "# T\n- [ ] Add `a.py`, must pass `make a | grep -q ok`\n",
    "number": "# T\n1. Add `a.py`, must pass `make a | grep -q ok`\n",
    "below a box": "# T\n- [ ] Add `a.py`\n  - `make a | grep -q ok` must pass\n",
    "heading": "# T\n## Task 1: Add a.py\n\nWrite `a.py`. It must pass `make a | grep -q ok`.\n",
    "spec-kit": "# Tasks: T\n\n## Phase 1: A\n- [ ] T001 Add a.py, must pass `make a | grep -q ok`\n",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS.keys())
def test_in_each_kind_of_list(text: str) -> None:
    [task] = registry.read(Source("-", "", text, "/nowhere")).document.tasks
    assert [one.command for one in task.accept] == ["make a | grep -q ok"]
    assert task.title.startswith("Add a.py") and "must pass" not in task.title and task.writes == ["a.py"]


def test_openspec() -> None:
    text = "## 1. A\n- [ ] 1.1 Add `a.py`, `make a` must pass\n- [ ] 1.2 Add `b.py`\n"
    [one, two] = registry.read(Source("-", "", text, "/nowhere"), "openspec").document.tasks
    assert [one.command for one in one.accept] == ["make a"] and not two.accept
