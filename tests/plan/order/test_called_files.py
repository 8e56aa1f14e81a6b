"""Files that tasks call by what is in them."""

from __future__ import annotations

import pytest
from plan.made import reading as native

from fanout.plan import planner
from fanout.plan.order import called_files, relax
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

MADE = (
    "- [ ] T001 Create StockStore in lib/data/stock_store.dart\n"
    "- [ ] T002 Create StockPage in lib/pages/stock_page.dart\n"
    "- [ ] T003 Configure AppRouter with redirects in lib/core/router.dart\n"
)


def read(text: str) -> Reading:
    return registry.read(Source("-", "", text, "/nowhere"))


def last(words: str, tracked: frozenset[str] = frozenset()) -> tuple[list[str], bool]:
    found = called_files.resolve(read(f"{MADE}- [ ] T004 {words}\n"), tracked)
    return found.document.tasks[-1].writes, found.notes["T004"].unsure


STORE, PAGE, ROUTER = "lib/data/stock_store.dart", "lib/pages/stock_page.dart", "lib/core/router.dart"


@pytest.mark.parametrize(
    ("words", "writes"),
    [
        ("Add a count method to StockStore", [STORE]),
        ("Add a count method to `StockStore`", [STORE]),
        ("Implement StockStore.count() for an empty stock", [STORE]),
        ("Handle an empty answer in StockPage", [PAGE]),
        ("Add a spinner to StockPage and StockStore", [PAGE, STORE]),
        ("Register the stock route in AppRouter", [ROUTER]),  # its task says which file that is
        ("Wire StockStore into StockPage", [PAGE]),
        ("Integrate the StockStore into StockPage", [PAGE]),
    ],
)
def test_what_a_task_changes(words: str, writes: list[str]) -> None:
    assert last(words) == (writes, False)


@pytest.mark.parametrize(
    "words",
    [
        "Apply StockStore to the menu",  # it only uses it
        "Add a spinner to StockPage and CartPage",  # one of the two is not known
        "Add a spinner to CartPage",
        "Write tests for StockStore",
        "Document StockStore",
        "Add a spinner to the stock page",  # said in words
        "Configure TypeScript",
        "Confirm that StockPage keeps its colours",
    ],
)
def test_what_is_left(words: str) -> None:
    assert last(words)[0] == []


def test_a_file_of_the_project_and_one_that_two_files_may_be() -> None:
    tree = frozenset({"web/CartPage.tsx", "web/MenuPage.tsx", "old/MenuPage.tsx", "web/CartPage.test.tsx"})
    assert last("Add a spinner to CartPage", tree) == (["web/CartPage.tsx"], False)
    assert last("Add a spinner to MenuPage", tree) == ([], True)


def test_a_file_that_the_task_states_is_kept() -> None:
    assert last("Add a count to StockStore in lib/other.dart")[0] == ["lib/other.dart"]


def test_what_it_rests_on_is_told_and_it_waits_for_the_file() -> None:
    found = called_files.resolve(read(f"{MADE}- [ ] T004 Add a count method to StockStore\n"), frozenset())
    told = [(one.reason, one.confidence) for one in found.notes["T004"].inferred if one.field == "writes"]
    assert told == [(f"StockStore is {STORE}, and it changes that", called_files.SURE)]
    settled = relax.settle(found, "normal")
    assert settled.document.tasks[-1].depends_on == ["T001"]
    assert settled.as_read is not None
    assert settled.as_read.tasks[-1].writes == []


def test_a_list_whose_paths_are_exact_is_left() -> None:
    found = native(
        {"id": "a", "title": "Create StockStore", "writes": ["stock_store.py"]}, {"id": "b", "title": "Fix StockStore"}
    )
    assert called_files.resolve(found, frozenset()) is found


def headed(heading: str, words: str) -> list[str]:
    found = read(f"# Stock\n\n### {heading}\n\n- [ ] {words}\n- [ ] Add `src/other.ts`\n")
    return called_files.resolve(found, frozenset()).document.tasks[0].writes


@pytest.mark.parametrize(
    ("heading", "words", "writes"),
    [
        ("Store (`src/stock/store.ts`)", "Keep the counts", ["src/stock/store.ts"]),
        ("Store (src/stock/store.ts:5-40)", "Keep the counts", ["src/stock/store.ts"]),
        ("Store [src/stock/]", "Keep the counts", ["src/stock/"]),
        ("Store (`src/stock/store.ts`)", "Keep the counts in `src/stock/count.ts`", ["src/stock/count.ts"]),
        ("Store (`src/stock/store.ts`)", "Write tests for the counts", []),
        ("Store (`src/stock/store.ts`)", "Verify the counts", []),
        ("Store (`src/stock/store.ts`) and page", "Keep the counts", []),
        ("Store (Java/Kotlin)", "Keep the counts", []),
        ("Store (P1)", "Keep the counts", []),
    ],
)
def test_a_heading_that_says_where(heading: str, words: str, writes: list[str]) -> None:
    assert headed(heading, words) == writes


def test_groups_that_say_where_run_side_by_side() -> None:
    groups = "".join(f"### G{one} (`src/{one}.ts`)\n\n- [ ] Keep the counts\n- [ ] Show them\n\n" for one in "abc")
    settled = relax.settle(called_files.resolve(read(f"# T\n\n{groups}"), frozenset()), "normal")
    assert planner.make(settled, "quick").speedup() == 3
