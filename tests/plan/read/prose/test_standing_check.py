"""Sentences that name a check and speak of no task in particular."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.read.prose.standing_check import find
from fanout.plan.reading import Reading, Source

ITEMS = "1. stock: server/stock.js\n2. voucher: server/voucher.js\n3. the rules in docs/rules.md\n"
SAID = [
    "Check with `npm test`.",
    "Please check everything with `npm test`",
    "Test with `npm test`.",
    "Test it all using `npm test`.",
    "Verify by running `npm test`.",
    "Check every page with `npm test`.",
    "Test each new module with `npm test`",
    "Check: `npm test`",
    "**Check:** `npm test`",
    "Tests: `npm test`.",
    "Everything is checked with `npm test`.",
    "All checked by `npm test`",
    "Every step is checked with: npm test",
    "All of it has to be tested with `npm test`.",
    "> Checked with `npm test`.",
    "Run `npm test` before each commit.",
    "Run `npm test` before you commit.",
    "Always run `npm test` after each change.",
    "Before each commit, run `npm test`.",
    "`npm test` has to stay green.",
    "`npm test` must pass.",
    "Keep `npm test` green.",
    "Tests are run with `npm test`.",
    "Everything must pass `npm test`.",
    "All tests must pass: `npm test`",
    "Each commit must pass `npm test`.",
    "How to check: `npm test`",
    "To check: `npm test`",
    "Testing: `npm test`",
    "Test command: `npm test`",
    "Use `npm test` to test.",
    "`npm test` checks it all.",
    "Make sure `npm test` passes.",
    "Don't commit unless `npm test` is green.",
    "Geprüft wird mit `npm test`.",
    "用 `npm test` 检查",
]


def read(text: str) -> Reading:
    return registry.read(Source("-", "", text, "/nowhere"))


def checks(reading: Reading) -> list[list[str | None]]:
    return [[one.command for one in task.accept] for task in reading.document.tasks]


@pytest.mark.parametrize("said", SAID)
def test_it_is_the_check_of_each_task(said: str) -> None:
    for text in (f"# Shop\n\n{ITEMS}\n{said}\n", f"# Shop\n\n{said}\n\n{ITEMS}"):
        reading = read(text)
        assert checks(reading) == [["npm test"]] * 3 and not [
            one for one in reading.warnings if one.code == "in-no-brief"
        ]


def test_several_commands_are_each_a_check() -> None:
    assert find("Check with `pytest -q` and `ruff check .`.") == ["pytest -q", "ruff check ."]
    assert find("Each task has to pass `npm test` and `npm run lint`.") == ["npm test", "npm run lint"]
    assert find("Check with `go test ./... -count 1`.") == ["go test ./... -count 1"]


SERVER = "# Shop\n\n## Server\n\n- [ ] stock in server/stock.js\n\n{}\n\n"
WEB = "## Web\n\n- [ ] card in web/card.js\n\n{}\n"


def test_among_sections_it_is_of_its_own() -> None:
    one = SERVER.format("Check with `npm test`.") + WEB.format("")
    assert checks(read(one)) == [["npm test"], []]
    both = SERVER.format("Check with `npm test`.") + WEB.format("Check with `npm run e2e-test`.")
    assert checks(read(both)) == [["npm test"], ["npm run e2e-test"]]
    last = SERVER.format("") + WEB.format("Check with `npm test`.")
    assert checks(read(last)) == [["npm test"], ["npm test"]]


def test_between_the_items_it_is_of_the_one_above() -> None:
    text = "# Shop\n\n1. stock in server/stock.js\n\nCheck: `npm test`\n\n2. card in web/card.js\n\nCheck: `npm run e2e-test`\n"
    assert checks(read(text)) == [[], []]


@pytest.mark.parametrize(
    "said",
    [
        "Finally check with `npm test`.",
        "Check with `npm test` at the end.",
        "When all is done, check with `npm test`.",
        "Check the second with `npm test`.",
        "Check task 2 with `npm test`.",
        "Check with Ann.",
        "Check with `ann@shop.example`.",
        "Check the voucher by hand.",
        "Don't check with `npm test`.",
        "Check with `npm test` if you are unsure.",
        "Run `npm run fmt` before each commit.",
        "Run `npm start` and look at it.",
        "We have `npm test`.",
        "Test: test/reminder.test.js",
        "Tests are run with the usual command.",
        "The voucher must pass `npm test`.",
        "The second needs `npm test` to pass.",
        "Use `npm test` as an example.",
        "Ann says that `npm test` passes.",
        "`npm test` passes today.",
        "Don't commit `npm test` output.",
        "Tests pass `user id` on.",
    ],
)
def test_no_other_sentence_is_one(said: str) -> None:
    assert find(said) == []
