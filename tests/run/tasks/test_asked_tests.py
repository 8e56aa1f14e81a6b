"""Which tasks own new files of tests that they do not name."""

from __future__ import annotations

from typing import Any

import pytest

from fanout.run.tasks import asked_tests

UNNAMED: dict[str, tuple[dict[str, Any], bool]] = {
    "its title asks for them": ({"title": "Scale, with tests", "writes": ["a.py"]}, True),
    "its description does": ({"title": "Scale", "description": "Do it.\nAdd a few tests.", "writes": ["a.py"]}, True),
    "its check runs one": ({"title": "Scale", "accept": [{"command": "pytest test_a.py"}], "writes": ["a.py"]}, True),
    "its second check does": ({"accept": [{"kind": "file"}, {"command": "jest a.spec.ts"}], "writes": ["a.ts"]}, True),
    "the list asks each for one": (
        {"accept": [{"text": "with a test of its own: Each with one"}], "writes": ["a.py"]},
        True,
    ),
    "nothing asks": (
        {"title": "Scale", "description": "x", "accept": [{"command": "make"}], "writes": ["a.py"]},
        False,
    ),
    "they are named": ({"title": "Scale, with tests", "writes": ["a.py", "test_a.py"]}, False),
    "it names no file at all": ({"title": "Scale, with tests"}, False),
    "it only reads": ({"title": "Read, with tests", "writes": ["a.py"], "read_only": True}, False),
    "the words are far apart": ({"title": "Go on with it. Later there may be tests", "writes": ["a.py"]}, False),
}


ASKS = [
    "Add lib/x.sh with tests",
    "Scale, with a test in t/",
    "Scale and a test for it",
    "Scale, plus two unit tests",
    "Scale; add a few small tests",
    "Write tests for the scale",
    "Scale, including an end-to-end test",
    "Scale with its own tests",
]
SPEAKS = [
    "Export that names the FAQ and the two tests",
    "Say how long it took and run the tests",
    "Scale, with test data in data/",
    "Scale and keep the tests green",
    "Add a page that shows the tests",
    "Run it on push, with the tests",
    "Add it to the test runner",
    "A rule, and how to run tests",
]


@pytest.mark.parametrize("title", ASKS)
def test_words_that_ask_for_tests(title: str) -> None:
    assert asked_tests.are_asked_for({"title": title, "writes": ["lib/x.sh"]})


@pytest.mark.parametrize("title", SPEAKS)
def test_words_that_only_speak_of_tests(title: str) -> None:
    assert not asked_tests.are_asked_for({"title": title, "writes": ["lib/x.sh"]})


@pytest.mark.parametrize("path", ["NEWS", "docs/use.md", "man/tool.1", "README"])
def test_of_a_text_nobody_wants_tests(path: str) -> None:
    record = {"title": "What is new, with tests and examples", "writes": [path]}
    assert not asked_tests.are_asked_for(record) and not asked_tests.are_unnamed(record)
    assert asked_tests.are_asked_for({**record, "writes": [path, "lib/x.sh"]})


@pytest.mark.parametrize("case", UNNAMED)
def test_a_task_owns_new_tests_that_it_asks_for_and_does_not_name(case: str) -> None:
    record, are_its_own = UNNAMED[case]
    assert asked_tests.are_unnamed(record) is are_its_own


@pytest.mark.parametrize(("path", "is_test"), [("tests/a.py", True), ("a.Spec.ts", True), ("src/a.py", False)])
def test_what_is_a_test_is_told_by_its_name(path: str, is_test: bool) -> None:
    assert asked_tests.is_test(path) is is_test
