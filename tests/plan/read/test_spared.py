"""What a list's rule says to leave alone: inferred it is no write, stated it is named."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source

RULES = (
    "# Shop\n\nGround rules:\n- Don't touch src/legacy/\n- nobody edits CHANGELOG.md, I do that at the end\n\nTasks:\n"
)


def read(*items):
    return registry.read(
        Source("-", "todo.md", RULES + "".join(f"{n}. {item}\n" for n, item in enumerate(items, 1)), "/x")
    )


@pytest.mark.parametrize(
    ("item", "writes", "is_unsure"),
    [
        ("Stock: replace what src/legacy/old.pl does by lib/Stock.pm", ["lib/Stock.pm"], False),
        ("Stock: port src/legacy/old.pl to lib/Stock.pm", ["lib/Stock.pm"], False),
        ("Fix lib/Stock.pm; add a line to CHANGELOG.md", ["lib/Stock.pm"], False),
        ("Rewrite src/legacy/old.pl", [], True),
        ("Rewrite src/legacy2/old.pl", ["src/legacy2/old.pl"], False),
    ],
)
def test_an_inferred_write_of_it_is_none(item: str, writes: list[str], is_unsure: bool) -> None:
    found = read(item, "Cart in lib/Cart.pm")
    task = found.document.tasks[0]
    assert (task.writes, found.notes[task.id].unsure) == (writes, is_unsure)
    assert [remark for remark in found.warnings if remark.code == "left-alone"] == []


@pytest.mark.parametrize(
    "tasks",
    [
        "### Task 1: Stock\n\n- Files: src/legacy/old.pl, lib/Stock.pm\n\n### Task 2: Cart\n\n- Files: lib/Cart.pm\n",
        "- [ ] 1. Stock\n  Files: src/legacy/old.pl, lib/Stock.pm\n- [ ] 2. Cart\n  Files: lib/Cart.pm\n",
        "| # | Task | Files |\n|--|--|--|\n| 1 | Stock | src/legacy/old.pl, lib/Stock.pm |\n| 2 | Cart | lib/Cart.pm |\n",
    ],
)
def test_a_stated_write_of_it_is_kept_and_named(tasks: str) -> None:
    found = registry.read(
        Source("-", "todo.md", f"# Shop\n\nGround rules:\n- Don't touch src/legacy/\n\n{tasks}", "/x")
    )
    assert found.document.tasks[0].writes == ["src/legacy/old.pl", "lib/Stock.pm"]
    [remark] = [remark for remark in found.warnings if remark.code == "left-alone"]
    assert "declares src/legacy/old.pl, which the list says to leave alone (src/legacy/)" in remark.message
    assert remark.task == found.document.tasks[0].id
