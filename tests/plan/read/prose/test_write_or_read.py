"""Verbs that change no file, and words for looking that are part of a thing's name."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.read.prose.mentions import mentions
from fanout.plan.read.prose.write_or_read import only_looks
from fanout.plan.reading import Source


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("Review the login", True),
        ("Verify that it loads", True),
        ("Run quickstart.md validation", True),
        ("Run the whole test suite", True),
        ("Final code review of everything", True),
        ("审查代码", True),
        ("Run the migration", False),
        ("Write tests", False),
        ("Reviewer assignment page", False),
        ("Validator for forms", False),
    ],
)
def test_tasks_that_only_look(text: str, looks: bool) -> None:
    assert only_looks(text) is looks


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Token check in `api/token.py`", "write"),
        ("Audit log in `api/audit.py`", "write"),
        ("Review form in pages/review.tsx", "write"),
        ("Dry run in src/cli.py", "write"),
        ("Implement audit logging for attempts (signer identity) in src/verification.py", "write"),
        ("Unit test for network audit in tests/test_network.py", "write"),
        ("Add a reviews table with its review cards at src/page.tsx", "write"),
        ("receipts use the tax table (src/receipt.ts)", "write"),
        ("the parser uses the new lexer (src/lexer.py)", "read"),
        ("Parts that run low: `stock/low.py`", "write"),
        ("Pages that read well: `src/pages.py` with tests", "write"),
        ("The parts list with `load(path)`, test in `tests/test_parts.py`", "write"),
        ("A function `check(cart)` in `src/cart.py`", "write"),
        ("See where parts are: `stock/where.py`", "write"),
        ('Parse amounts like "12,50 EUR" into cents: `src/money.js`', "write"),
        ("Amounts like 12,50 are cents: `src/money.js`", "write"),
        ("Make it look like `src/money.js`", "read"),
        ("Budgets per category: `src/budget.js`", "write"),
        ("Fuzzy matching of names: `src/fuzzy.js`", "write"),
        ("Login via OAuth: `src/oauth.js`", "write"),
        ("Icons from the shared package: `src/types.ts`", "read"),
        ("One section per chapter: `docs/book.md`", "read"),
        ("trim and compare names without case, test/names.test.js", "write"),
        ("Run the tests without case, test/names.test.js", "read"),
        ("Compare both outputs with test/names.test.js", "read"),
        ("CLI: `add` uses the money parser, new command `settle` (`src/cli.js`), needs 1 and 3", "write"),
        ("CLI: `add` uses the parser (`src/money.js`), needs 1", "read"),
        ("Read a CSV: `stock/reader.py` with `read(path)`", "write"),
        ("Review the log: `api/log.py`", "read"),
        ("Read the notes on prices: `docs/prices.md`", "read"),
        ("Run: `scripts/build.sh`", "read"),
        ("Then review the module: `src/old.py`", "read"),
        ("Add the cart, and read the notes: `docs/cart.md`", "read"),
        ("`Review` src/a.py", "read"),
        ("Audit the log in api/audit.py", "read"),
        ("Security review in src/auth.py", "read"),
        ("Review code in src/x.py", "read"),
        ("Manual check in docs/a.md", "read"),
        ("Please review src/review.py", "read"),
        ("Run ruff check on `plugins/a/`", "read"),
        ("then check in src/a.py whether it works", "read"),
    ],
)
def test_a_word_for_looking_may_be_part_of_a_name(text: str, mode: str) -> None:
    assert [mention.mode for mention in mentions(text)] == [mode]


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Summary in `src/sum.js` that uses the budget from 2 (test: `test/sum.test.js`)", "write"),
        ("Add rates that use 2, tests: test/rates.test.js", "write"),
        ("Add rates with the cents from src/budget.js (tests in test/rates.test.js)", "write"),
        ("Follow the style of `src/a.js`, and a unit test in `test/a.test.js`", "write"),
        ("Move the table from `src/a.js` - the tests go into `test/b.test.js`", "write"),
        ("Review the parser from 2 (tests: `test/a.test.js`)", "read"),
        ("Read how the dates are taken from the test in `test/a.test.js`", "read"),
    ],
)
def test_where_a_tasks_test_is_said_to_be_it_is_written(text: str, mode: str) -> None:
    assert mentions(text)[-1].mode == mode


@pytest.mark.parametrize(
    "text",
    [
        "Rates: put a `src/a.js` there",
        "Put the module src/a.js beside it",
        "then place `src/a.js` there",
        "Numbers: new file src/a.js that makes numbers",
        "The parser as a new module `src/a.py`",
        "A src/a.js: text of a reminder",
        "A `src/a.js` with text of a reminder",
    ],
)
def test_what_is_to_be_put_somewhere_is_written_for_sure(text: str) -> None:
    [found] = mentions(text)
    assert (found.mode, found.confidence >= 0.75) == ("write", True)


def test_a_page_that_is_its_tasks_own_name_is_written_for_sure() -> None:
    pages = ["holidays", "expenses", "remote"]
    text = "# Handbook\n\n" + "".join(f"{n}. docs/{name}.md - what holds\n" for n, name in enumerate(pages, 1))
    found = registry.read(Source("-", "TODO.md", text, "/nowhere"))
    assert [task.writes for task in found.document.tasks] == [[f"docs/{name}.md"] for name in pages]
    assert {one.confidence for note in found.notes.values() for one in note.inferred if one.field == "writes"} == {0.8}
    cited = registry.read(Source("-", "TODO.md", "1. Add the rules (docs/rules.md)\n2. Add `src/a.go`\n", "/nowhere"))
    assert [one.confidence for one in cited.notes[cited.document.tasks[0].id].inferred if one.field == "writes"] != [
        0.8
    ]


@pytest.mark.parametrize(
    ("title", "mode"),
    [
        ("**CSV import** – `inv/csvio.py` and `tests/test_csvio.py`", "writes"),  # noqa: RUF001
        ("Excel import: `inv/excel.py`", "writes"),
        ("**Import** – `inv/types.py`", "reads"),  # noqa: RUF001
        ("Page, import: `inv/form.py`", "reads"),
        ("Read the hosts from `pinger.toml` (`inv/config.go`)", "writes"),
        ("Copy the texts from `page.md` (`data-model.md`)", "reads"),
    ],
)
def test_a_noun_is_no_verb_and_a_source_is_not_where_it_is_done(title: str, mode: str) -> None:
    task = registry.read(Source("-", "TODO.md", f"- [ ] {title}\n- [ ] Add `src/a.go`\n", "/nowhere")).document.tasks[0]
    last = title.rpartition("`")[0].rpartition("`")[2]
    assert last in getattr(task, mode)


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("The docs should describe --strict and ledger.toml.", ["read"]),
        ("docs/usage.md should explain `ledger.toml`", ["write", "read"]),
        ("Mention src/a.py in README.md", ["read", "write"]),
        ("The manual covers src/a.c and src/b.c", ["read", "read"]),
        ("Document ledger.toml in docs/usage.md", ["read", "write"]),
        ("README: how to install, how to run the tests (README.md)", ["write"]),
        ("**Usage**: how to check a file (docs/usage.md)", ["write"]),
        ("Stock: replace what src/old.pl does by lib/Stock.pm", ["read", "write"]),
        ("Replace src/old.pl by lib/Stock.pm (the new one only)", ["read", "write"]),
        ("Replace `src/old.pl` by `lib/Stock.pm`", ["write", "write"]),
        ("scripts/smoke.sh, which runs the cli on tests/data/sample.txt", ["write", "read"]),
        ("Show what src/a.py returns", ["read"]),
        # What is written where, and texts and code that are the work themselves.
        ("Describe the switch in docs/usage.md", ["write"]),
        ("Explain it and update src/help.py", ["write"]),
        ("Document `src/utils.ts`", ["write"]),
        ("Document .env.example", ["write"]),
        ("Fix what src/a.py does on empty input", ["write"]),
        ("Explain src/a.py in a comment", ["write"]),
        ("Present src/page.tsx as a dialog", ["write"]),
        ("Describe the format (docs/format.md)", ["write"]),
        ("Cover the parser in tests/test_parser.py", ["write"]),
        ("Notes: how to run the tests, see (README.md)", ["read"]),
        ("Run: how to install (README.md)", ["write"]),
    ],
)
def test_what_a_text_is_to_describe_is_not_written(text: str, modes: list[str]) -> None:
    assert [mention.mode for mention in mentions(text)] == modes
