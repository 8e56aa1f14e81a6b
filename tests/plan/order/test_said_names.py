"""A later task that names the file which an earlier one creates needs it; a check at the end is one, however its words are."""

from __future__ import annotations

import pytest
from project import Project

from fanout.plan.order import relax
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

PHASE = (
    "# Tasks: T\n\n## Phase 3: Close\n- [ ] T005 [US1] Implement closing in {}\n- [ ] T006 [US1] {} in ledger/cli.py\n"
)


def settled(text: str) -> Reading:
    return relax.settle(registry.read(Source("-", "", text, "/nowhere")), "normal")


def waits(made: str, words: str) -> bool:
    edge = settled(PHASE.format(made, words)).notes["T006"].order.get("T005")
    return edge is not None and edge.source == "produced and used"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("ledger/close.py", "Command `close`"),
        ("ledger/close.py", "Command `close()`"),
        ("ledger/close_month.py", "Command `close-month`"),
        ("ledger/closeMonth.ts", "Command `close_month`"),
        ("ledger/close.py", "`close MONTH` command"),
        ("ledger/close.py", "`ledger close MONTH --force` command"),
        ("ledger/close.py", "Command `close <month> [file]`"),
        ("ledger/close_month.py", "Command `close-month --dry-run`"),
        ("ledger/statement.py", "The command statement"),
        ("ledger/statement.py", "Print what is left, uses `statement`"),
    ],
)
def test_who_names_an_earlier_file_needs_it(made: str, words: str) -> None:
    assert waits(made, words)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("ledger/close.py", "Command `closing`"),
        ("ledger/close.py", "Print `please close the month`"),
        ("ledger/node.py", "Check it with `node --test`"),
        ("ledger/commit.py", "Print what `git commit --amend` says"),
        ("ledger/close.py", "Command close"),  # without backticks a word of many uses
        ("ledger/close.py", "Add a way to close a month"),
        ("ledger/statement.py", "Print what is left, using statement types"),
        ("ledger/add.py", "Command `add`"),  # too short to be told from other words
        ("ledger/index.ts", "Command `index`"),
        ("ledger/utils.py", "Command `utils`"),
        ("ledger/config.py", "Command `config`"),
        ("tests/test_close.py", "Command `test_close`"),
        ("docs/close.md", "Command `close`"),
        ("ledger/close.py and web/close.ts", "Command `close`"),  # which?
    ],
)
def test_no_other_word_is_a_need(made: str, words: str) -> None:
    assert not waits(made, words)


LAST = [
    "Run the quickstart and the whole test suite",
    "Run the full test suite",
    "Run all tests",
    "Run the tests and the linter",
    "Make sure all tests pass",
]


@pytest.mark.parametrize("title", LAST)
@pytest.mark.parametrize("form", ["- [ ] {}", "{}."], ids=["boxes", "numbers"])
def test_who_checks_everything_at_the_end_is_not_offered_to_go_first(project: Project, form: str, title: str) -> None:
    items = ["Close the month", "Print the statement", title]
    lines = (form.format(number if "." in form else item) for number, item in enumerate(items, 1))
    text = "\n".join(line if "[" in line else f"{line} {item}" for line, item in zip(lines, items, strict=True))
    project.write({"todo.md": f"# T\n\n{text}\n"})
    said = project.fanout("start", "todo.md").out
    offered = next((line for line in said.splitlines() if "only because the list has" in line), "")
    assert "03" not in offered.partition("behind others")[0]


def test_who_checks_waits_as_a_check_and_not_as_a_step() -> None:
    text = "# Tasks: T\n\n## Phase 5: Polish\n- [ ] T010 [P] Document it in README.md\n- [ ] T011 Run the quickstart\n"
    edges = settled(text).notes["T011"].order
    assert {name: edge.source for name, edge in edges.items()} == {"T010": "verification"}


def test_tests_that_run_between_others_check_not_all() -> None:
    reading = settled("# T\n\n- [ ] Add `a.py`\n- [ ] Add `b.py`\n- [ ] Run the tests of `a.py`\n- [ ] Add `c.py`\n")
    assert "verification" not in [edge.source for edge in reading.notes["03"].order.values()]


@pytest.mark.parametrize(
    ("last", "waits_for_all"),
    [
        ("Mention the new functions in README.md", True),
        ("Document all new commands in docs/use.md", True),
        ("Export the new helpers in src/index.js", True),
        ("Mention the new logo in README.md", False),
        ("Mention the functions in README.md", False),
    ],
)
def test_who_tells_of_the_new_ones_waits_for_all_that_make_some(last: str, waits_for_all: bool) -> None:
    reading = settled(f"# T\n\n- [ ] Tax in src/tax.js\n- [ ] Shipping in src/shipping.js\n- [ ] {last}\n")
    assert ({"01", "02"} <= reading.notes["03"].order.keys()) == waits_for_all
