"""Two words with a stroke between them are a path only where the project or the list has the folder."""

from __future__ import annotations

import pytest

from fanout.plan.order import word_pairs
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

THERE = frozenset({"src/app.js", "cli/main.go", "apps/web/store/cart/index.ts", "README.md"})


def read(*lines: str, tracked: frozenset[str] = THERE) -> Reading:
    text = "# T\n" + "".join(f"- [ ] {number}. {line}\n" for number, line in enumerate(lines, 1))
    whole = registry.read(Source("-", "", text, "/nowhere"))
    return word_pairs.resolve(whole, tracked, lambda path: False)


def writes(reading: Reading) -> list[list[str]]:
    return [task.writes for task in reading.document.tasks]


@pytest.mark.parametrize(
    "words", ["try/finally", "type/task", "bg-primary/10", "include-all/exclude", "agent/ready/now"]
)
def test_words_alone_are_no_path(words: str) -> None:
    assert writes(read(f"Add `{words}` around it in `src/app.js`")) == [["src/app.js"]]
    assert writes(read(f"Add a `{words}` label")) == [[]]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("Add `cli/store`",), [["cli/store"]]),
        (("Add `store/cart`",), [["store/cart"]]),
        (("Add `src/store`",), [["src/store"]]),
        (("Add the folder `deployments/base`",), [["deployments/base"]]),
        (("Add `shop/cart`", "Write `shop/list.py`"), [["shop/cart"], ["shop/list.py"]]),
        (("Add `shop/cart.py`",), [["shop/cart.py"]]),
        (("Add `shop/cart/`",), [["shop/cart/"]]),
    ],
)
def test_folders_stay(lines: tuple[str, ...], found: list[list[str]]) -> None:
    assert writes(read(*lines)) == found


def test_nothing_is_known_without_the_project() -> None:
    assert writes(read("Add `try/finally`", tracked=frozenset())) == [["try/finally"]]


def test_a_task_that_loses_its_only_path_names_none() -> None:
    reading = read("Add a `type/task` label")
    assert "writes" not in {one.field for one in reading.notes["1"].inferred}
