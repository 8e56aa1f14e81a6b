"""What stands behind a page's items, or between them: it holds for all, for its section, or is named."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source
from fanout.run.tasks import asked_tests

ITEMS = "1. stock: server/stock.js\n2. voucher: server/voucher.js\n3. the rules in docs/rules.md\n"
TABLE = "| # | what | where |\n|---|---|---|\n"
TABLE += "| A | stock | server/stock.js |\n| B | mail | server/mail.js |\n| C | card | web/card.js |\n"
BOXES = "- [ ] stock: server/stock.js\n- [x] voucher: server/voucher.js\n- [ ] mail: server/mail.js\n"


def read(text: str) -> Reading:
    return registry.read(Source("-", "", text, "/nowhere"))


def told(reading: Reading) -> list[str]:
    return [one.message for one in reading.warnings if one.code == "in-no-brief"]


@pytest.mark.parametrize("items", [ITEMS, BOXES, TABLE])
@pytest.mark.parametrize(
    "said",
    [
        "Each with a small test in test/.",
        "All of these without new dependencies.",
        "Every one of them stays under 100 lines.",
        "None of them may touch `server/db.js`.",
        "Jede in eigener Datei.",
        "Für alle gilt: zwei Leerzeichen.",
        "Chacune avec un test.",
        "Cada una con su prueba.",
        "每个任务都要有测试。",
    ],
)
def test_what_speaks_of_all_is_said_to_each(items: str, said: str) -> None:
    for text in (f"# Shop\n\n{items}\n{said}\n", f"# Shop\n\n## To do\n\n{items}{said}\n", f"{items}\n---\n{said}\n"):
        reading = read(text)
        assert said in reading.document.notes and not told(reading) and len(reading.document.tasks) == 3


def test_what_speaks_of_a_later_section_is_said_to_its_tasks() -> None:
    first = f"## Server\n\n{BOXES}\nAll of these with a test."
    text = f"# Shop\n\n{first}\n\n## Web\n\nEach of these in Danish.\n\n- [ ] card: web/card.js\n"
    reading = read(text)
    server, _, mail, web = reading.document.tasks
    assert "All of these with a test." in server.description and "All of these with a test." in mail.description
    assert "Danish" in web.description and "test" not in web.description and not reading.document.notes
    assert [bool(task.accept) for task in (server, mail, web)] == [True, True, False]


def test_behind_the_last_section_it_is_of_the_page() -> None:
    reading = read(f"# Shop\n\n## Server\n\n{BOXES}\n## Web\n\n- [ ] card: web/card.js\n\nEach with a test.\n")
    assert reading.document.notes == "Each with a test."


@pytest.mark.parametrize("said", ["Later: a mail for birthdays.", "The voucher is Ann's wish."])
def test_what_speaks_of_none_in_particular_is_named(said: str) -> None:
    reading = read(f"# Shop\n\n{ITEMS}\n{said}\n")
    assert told(reading) == [f"standard input:7 stands behind the items and is in no brief: {said!r}"]
    assert not reading.document.notes


@pytest.mark.parametrize(
    "said",
    [
        "---",
        "*Written by hand*",
        "Last updated: 2026-02-13",
        "[Back](#top)",
        "![x](y.svg)",
        "   indented, of the third",
        "## Next\n\nA mail for birthdays.",
        "```\nEach with a test\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
    ],
)
def test_nothing_is_said_of_what_is_no_paragraph_of_the_list(said: str) -> None:
    reading = read(f"# Shop\n\n{ITEMS}\n{said}\n")
    assert not told(reading) and not reading.document.notes


def test_that_they_are_independent_may_stand_behind_them() -> None:
    reading = read(f"# Shop\n\n{ITEMS}\nThese have nothing to do with each other. Do three at a time.\n")
    assert not told(reading) and not reading.document.notes
    assert reading.notes["01"].free_of == {"02", "03"}


ASKED = [
    "Each with a small test in test/.",
    "Every task gets a unit test in tests/.",
    "All of them need tests.",
    "Tests for each in test/.",
    "One test per task, please.",
    "Each is covered by a spec.",
    "Jede mit einem kleinen Test in test/.",
    "Chaque tâche avec un test.",
    "Cada tarea con una prueba en test/.",
    "Cada tarefa com um teste.",
    "每个任务都要写测试。",
]


@pytest.mark.parametrize("said", ASKED)
def test_each_may_write_its_own_test(said: str) -> None:
    for text in (f"# Shop\n\n{ITEMS}\n{said}\n", f"# Shop\n\n{said}\n\n{ITEMS}"):
        tasks = read(text).document.tasks
        assert [asked_tests.are_asked_for(task.model_dump()) for task in tasks] == [True, True, False]
        assert all(said in task.accept[0].text for task in tasks[:2])


@pytest.mark.parametrize(
    "said",
    [
        "Each must pass the tests in test/.",
        "All tests stay green.",
        "None of them needs a test.",
        "Each without a test.",
        "Run the tests after each of them.",
        "Every task is small, so that the tests stay fast.",
        "Keine der Aufgaben braucht einen Test.",
        "Write a test for the voucher.",
    ],
)
def test_words_of_tests_that_ask_each_for_none(said: str) -> None:
    tasks = read(f"# Shop\n\n{said}\n\n{ITEMS}").document.tasks
    assert not any(task.accept or asked_tests.are_asked_for(task.model_dump()) for task in tasks)


GROUPED = "# Kit\n\nEach is small.\n\nStrings\n\n1. lib/trim.sh: trim\n2. lib/pad.sh: pad\n\n"
GROUPED += "**Dates and times**\n\n3. lib/age.sh: days\n"


def test_a_word_above_items_is_said_to_these_and_not_to_all() -> None:
    for text in (GROUPED, GROUPED.replace("1.", "- [ ]").replace("2.", "- [ ]").replace("3.", "- [ ]")):
        reading = read(text)
        below = [task.description.partition("It stands below: ")[2] for task in reading.document.tasks]
        assert below == ["Strings", "Strings", "Dates and times"] and reading.document.notes == "Each is small."
        assert not told(reading)


def test_words_of_a_page_with_headings_are_no_groups() -> None:
    text = f"# Shop\n\n## Server\n\nDeliverables\n\n{ITEMS}\nDone when\n\n- it is there\n"
    assert "stands below" not in str(read(text).document.tasks)


def test_one_word_above_all_items_is_of_the_page() -> None:
    reading = read(
        "# Kit\n\nNo dependencies\n\n1. lib/trim.sh: trim\n2. lib/pad.sh: pad\nand more\n3. lib/age.sh: days\n"
    )
    assert reading.document.notes == "No dependencies" and "stands below" not in str(reading.document.tasks)


@pytest.mark.parametrize(
    "said",
    [
        "Don't touch config/, the shop's owner edits it by hand.",
        "Please do not rename files.",
        "Never write to `server/db.js`.",
        "Hands off config/!",
        "config/ stays as it is.",
        "The prices must not be changed.",
        "No new dependencies.",
        "Leave the old pages alone.",
        "The mail is Ann's. Don't touch her templates.",
        "不要修改 config/",
    ],
)
def test_what_is_forbidden_behind_the_items_is_said_to_each(said: str) -> None:
    reading = read(f"# Shop\n\n{ITEMS}\n{said}\n")
    assert reading.document.notes == said and not told(reading)


@pytest.mark.parametrize(
    "said",
    [
        "Don't forget Ann's birthday.",
        "Don't do the third this week.",
        "Don't touch step 3 yet.",
        "The new year begins soon.",
    ],
)
def test_what_is_said_of_one_or_of_no_work_is_not(said: str) -> None:
    reading = read(f"# Shop\n\n{ITEMS}\n{said}\n")
    assert not reading.document.notes and told(reading)
