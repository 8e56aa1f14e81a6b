"""What a superpowers task is expected to pass is what judges it."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source

HEAD = "# A Implementation Plan\n\n### Task 1: Cart\n\n**Files:**\n- Create: `src/cart.py`\n- Test: `tests/test_cart.py`\n\n"


def commands(steps: str) -> list[str]:
    reading = registry.read(Source("-", "", HEAD + steps, "/nowhere"), "superpowers")
    return [str(one.command) for one in reading.document.tasks[0].accept]


TEST = "pytest tests/test_cart.py -v"
FENCED = f"Run:\n\n```bash\n# from the root\n{TEST}\n```\n\nExpected: PASS (3 tests)\n"
JUDGE = {
    "fails first, passes then": (f"Run: `{TEST}`\nExpected: FAIL\n\n- [ ] **Step 2**\n\nRun: `{TEST}`\nExpected: PASS\n", [TEST]),
    "in a block": (FENCED, [TEST]),
    "in bold": (f"**Run:** `{TEST}`\n**Expected:** All 3 tests pass\n", [TEST]),
    "with a blank line": (f"Run: `{TEST}`\n\nExpected: PASS\n", [TEST]),
    "each of several": ("Run: `npm test -- cart`\nExpected: PASS\n\nRun: `npm run lint`\nExpected: passes\n\n"
                    "Run: `make all`\nExpected: all tests pass\n", ["npm test -- cart", "npm run lint", "make all"]),
    "all in a step's line": (f"- [ ] **Step 2: Run it** `{TEST}` Expected: PASS\n", [TEST]),
    "in a step's line, below it what is expected": (f"- [ ] **Step 2: Run the tests** `{TEST}`\n\nExpected: PASS\n", [TEST]),
    "its own test fails, and it goes on to implement": (
        f"- [ ] **Step 2: Run it** `{TEST}` Expected: FAIL\n- [ ] **Step 3: Implement** `a.py`\n", [TEST]),
}  # fmt: skip
NOT = {
    "fails": f"Run: `{TEST}`\nExpected: FAIL with ImportError\n",
    "passes and fails": f"Run: `{TEST}`\nExpected: PASS for one, 2 failures\n",
    "nothing is said of it": f"Run: `{TEST}`\n",
    "the expectation is another command's": f"Run: `{TEST}`\nRun: `make x`\nExpected: 1 file\n",
    "what is to be seen": "Run: `npm start`\nExpected: Server listens on 3000\n",
    "to be filled in": "Run: `pytest <your test>`\nExpected: PASS\n",
    "a path": "Run: `tests/test_cart.py`\nExpected: PASS\n",
    "several lines": "Run:\n```bash\ncd src\npytest\n```\nExpected: PASS\n",
    "in code": f"```markdown\nRun: `{TEST}`\nExpected: PASS\n```\n",
    "of another step": f"Run: `{TEST}`\n\n- [ ] **Step 2: Expect it**\n\nExpected: PASS\n",
    "another's test fails first": "- [ ] **Step 2: Run it** `pytest test_x.py` Expected: FAIL\n- [ ] **Step 3: Implement**\n",
    "its own test fails, and it ends so": f"- [ ] **Step 2: Run it** `{TEST}` Expected: FAIL\n- [ ] **Step 3: Commit**\n",
    "failed at last": f"Run: `{TEST}`\nExpected: PASS\n\nRun: `{TEST}`\nExpected: FAIL\n",
}


@pytest.mark.parametrize("case", JUDGE)
def test_it_judges_the_task(case: str) -> None:
    steps, wanted = JUDGE[case]
    assert commands(steps) == wanted


@pytest.mark.parametrize("case", NOT)
def test_anything_else_does_not(case: str) -> None:
    assert commands(NOT[case]) == []


@pytest.mark.parametrize(
    ("section", "wanted"),
    [
        ("## Global Constraints\n- No dependencies.\n- `node --test tests/` must pass.\n", ["node --test tests/"]),
        (
            "## Quality gates\n\nEvery task must pass `npm run lint`. Check with `npm test`.\n",
            ["npm run lint", "npm test"],
        ),
        ("## Global Constraints\n- No dependencies. `config.json` must stay.\n", []),
        ("## Background\n- `node --test tests/` must pass.\n", []),
    ],
)
def test_what_the_constraints_ask_for_judges_each_task(section: str, wanted: list[str]) -> None:
    text = f"# A Plan\n\n{section}\n### Task 1: A\n\n**Files:**\n- Create: `a.js`\n"
    text += "\n### Task 2: B\n\n**Files:**\n- Create: `b.js`\n"
    reading = registry.read(Source("-", "", text, "/nowhere"), "superpowers")
    assert [[one.command for one in task.accept] for task in reading.document.tasks] == [wanted, wanted]
