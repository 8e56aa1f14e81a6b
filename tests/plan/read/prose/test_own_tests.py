"""A test that is named for a file which a task writes is written by that task, whatever stands between the two."""

from __future__ import annotations

import json

import pytest
from project import Project

LIST = "# Todo\n\n1. {}\n2. Export: `shop/export.py`\n3. Colours: `shop/colour.py`\n"
SAID = [
    "Prices: `shop/price.py` with a class and tests/test_price.py",
    "Discounts: `shop/price.py`, percent and fixed, and `tests/test_price.py`",
    "Prices: `src/price.ts` for every currency, then `src/price.spec.ts`",
    "Prices: `src/Price.java` for every currency, then `test/PriceTest.java`",
]


@pytest.mark.parametrize("said", SAID)
def test_words_between_a_file_and_its_test_make_no_list_serial(project: Project, said: str) -> None:
    project.write({"todo.md": LIST.format(said)})
    plan = project.fanout("plan", "todo.md").out
    assert "Batch 1: 3 agents" in plan and "wait" not in plan


@pytest.mark.parametrize(
    "said",
    ["Prices: `shop/price.py`, percent and fixed, and lib/money.py", "Prices in the shop, see tests/test_price.py"],
)
def test_another_ones_test_says_nothing_exact(project: Project, said: str) -> None:
    project.write({"todo.md": LIST.format(said)})
    assert "Batch 1: 1 agent" in project.fanout("plan", "todo.md").out


def test_a_wait_for_want_of_words_names_the_task_that_lacks_them(project: Project) -> None:
    project.write({"todo.md": LIST.format("Prices: `shop/price.py`, percent and fixed, and lib/money.py")})
    assert "01 names its files only in its text, so the list's order holds" in project.fanout("plan", "todo.md").out


PARCELS = """# Parcels

1. Surcharge: src/bulky.js, a function bulky(l, w, h). Test in test/bulky.test.js.
2. Insurance: src/insurance.js - 1% of the value. Test in test/insurance.test.js.
3. {}
4. Pickup dates: src/pickup.js gives the next day. test/pickup.test.js
"""


def test_numbers_order_nothing_among_those_that_each_name_their_files(project: Project) -> None:
    project.write({"todo.md": PARCELS.format("Customs form as text (src/customs.js, with a test)")})
    assert "Batch 1: 4 agents" in project.fanout("plan", "todo.md").out


def test_steps_that_stay_in_order_say_why_just_they_do(project: Project) -> None:
    project.write({"todo.md": PARCELS.format("Customs form as text src/customs.js and lib/money.js")})
    said = project.fanout("plan", "todo.md").out
    assert "04 waits for 03: inferred, the steps are in order, and 03 names its files only in its text" in said


PACKAGE = "# T\n\n## Phase 1: Setup\n\n- [ ] T001 Create package shop/loyalty/__init__.py\n\n## Phase 2: Story\n\n{}\n"
BOTH = "- [ ] T002 [P] Collect points in shop/loyalty/collect.py\n- [ ] T003 [P] Show them in shop/cli.py"


def test_what_lies_in_a_new_package_waits_for_the_package(project: Project) -> None:
    project.write({"specs/001-x/tasks.md": PACKAGE.format(BOTH), "shop/cli.py": "print()\n"})
    plan = project.fanout("plan", "specs/001-x").out
    assert "T002 waits for T001" in plan and "T003 waits for" not in plan


def test_a_package_that_is_there_is_waited_for_by_nobody(project: Project) -> None:
    project.write({"specs/001-x/tasks.md": PACKAGE.format(BOTH), "shop/loyalty/old.py": "x = 1\n", "shop/cli.py": ""})
    project.commit_all()
    assert "waits for" not in project.fanout("plan", "specs/001-x").out


STORIES = """# T

## Phase 1: User Story 1

- [ ] T001 [P] [US1] Collect points in shop/collect.py

## Phase 2: User Story 2

- [ ] T002 [P] [US2] Spend points in shop/spend.py

## Phase {}

- [ ] T003 [P] Show the points in shop/cli.py
- [ ] T004 [P] Explain the points in docs/points.md
"""


def batches(project: Project, last: str, *options: str) -> list[list[str]]:
    project.write({"specs/001-x/tasks.md": STORIES.format(last), "shop/cli.py": "print()\n"})
    found: list[list[str]] = json.loads(project.fanout("plan", "specs/001-x", "--json", *options).out)["data"][
        "batches"
    ]
    return [sorted(batch) for batch in found]


def test_what_polishes_comes_behind_the_stories(project: Project) -> None:
    last = "3: Polish & Cross-Cutting Concerns"
    assert batches(project, last) == [["T001", "T002"], ["T003", "T004"]]
    assert "T003" in batches(project, last, "--risk", "high")[0]


def test_another_storys_files_are_its_own(project: Project) -> None:
    assert "T003" in batches(project, "3: User Story 3")[0]
