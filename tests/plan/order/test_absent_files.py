"""Nobody can read what is not there: the task that names it makes it."""

from __future__ import annotations

import pytest
from project import Project

from fanout.plan.order import absent_files
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

THERE = frozenset({"src/app.js", "README.md"})


def read(*lines: str, tracked: frozenset[str] = THERE, beside: frozenset[str] = frozenset()) -> Reading:
    text = "# T\n" + "".join(f"- [ ] {number}. {line}\n" for number, line in enumerate(lines, 1))
    whole = registry.read(Source("-", "", text, "/nowhere"))
    return absent_files.resolve(whole, tracked, beside.__contains__)


def writes(reading: Reading) -> list[list[str]]:
    return [task.writes for task in reading.document.tasks]


@pytest.mark.parametrize(
    "line",
    [
        "Load the page: `src/page.js`",
        "Read the settings in `src/page.js`",
        "Validate an address with `src/page.js`",
        "Compare both names: `src/page.js`",
    ],
)
def test_code_that_is_not_there_is_written(line: str) -> None:
    found = read(line, "Write `src/b.js`")
    assert writes(found) == [["src/page.js"], ["src/b.js"]]
    assert found.document.tasks[0].reads == [] and not found.notes["1"].unsure
    assert absent_files.WHY in {one.reason for one in found.notes["1"].inferred}


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("Load the page: `src/app.js`", {}),
        ("Load the page: `src/page.js`", {"tracked": frozenset()}),
        ("Load the page: `src/page.js`", {"beside": frozenset({"src/page.js"})}),
        ("Load the page: `docs/page.md`", {}),
        ("Review the page: `src/page.js`", {}),
        ("Compare names, see `src/page.js`", {}),
        ("Compare names with those from `src/page.js`", {}),
        ("Run the tests in `test/page.test.js`", {}),
        ("Load the pages: `src/*.js`", {}),
    ],
)
def test_what_is_there_or_is_only_looked_at_is_read(line: str, how: dict[str, frozenset[str]]) -> None:
    assert writes(read(line, "Write `src/b.js`", **how)) == [[], ["src/b.js"]]


def test_what_another_task_makes_is_read() -> None:
    assert writes(read("Write `src/page.js`", "Load the page: `src/page.js`")) == [["src/page.js"], []]


def test_of_two_that_name_it_the_first_makes_it() -> None:
    found = read("Load the page: `src/page.js`", "Check it: `src/page.js`")
    assert writes(found) == [["src/page.js"], []] and found.document.tasks[1].reads == ["src/page.js"]


def test_what_is_to_be_made_is_known_before_the_order_is_settled(project: Project) -> None:
    """Neither "it names no file" nor a wait for that: the header is made with its source, and the settings are code."""
    project.write(
        {
            "src/main.c": "int main(void) { return 0; }\n",
            "next.md": "# Next\n\n### 1. Pop\n`ring_pop` in src/pop.c with include/pop.h\n\n"
            "### 2. Settings\nRead ring.conf: src/settings.c, include/settings.h\n",
        }
    )
    project.git("init", "-q")
    project.git("add", "src")
    data = project.fanout("plan", "next.md", "--json").data
    assert data["batches"] == [["1", "2"]]
    project.fanout("start", "next.md")
    assert "Write only: `src/pop.c`, `include/pop.h`" in project.fanout("brief", "next-1/1").out
    assert "Write only: `src/settings.c`, `include/settings.h`" in project.fanout("brief", "next-1/2").out
