"""A task waits for an earlier one that it speaks of by number, as it works on what that makes; any other number is none."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import STATED, Source

LIST = [
    "The parser copes with empty lines.",
    "src/config.py reads a file.",
    "A --strict switch (src/cli.py).",
    "Round in src/money.py.",
]


def read(*items):
    text = "# Ledger\n\n" + "".join(f"{number}. {item}\n\n" for number, item in enumerate(items, 1))
    return registry.read(Source("-", "TODO.md", text, "/nowhere"))


def needs(*items):
    return [task.depends_on for task in read(*items).document.tasks]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("Tests for the config thing from number 2.", ["02"]),
        ("Tests for number 2 (tests/test_a.py)", ["02"]),
        ("Test of item 2", ["02"]),
        ("tests/test_a.py: the switch of point 3", ["03"]),
        ("tests/test_a.py for no. 3 and of task 4", ["03", "04"]),
        ("Use the rounding from 4, in src/x.py", ["04"]),
        ("src/x.py: show the amounts with the rounding from #4.", ["04"]),
        ("Tests für Punkt 2", ["02"]),
        ("Les tests du point 2", ["02"]),
        ("Pruebas para el punto 2", ["02"]),
        # Numbers that count, other lists, and words that say the contrary.
        ("src/x.py: the numbers from 2 to 4", []),
        ("src/x.py: raise the limit from 2.", []),
        ("src/x.py: a list of 3 items", []),
        ("src/x.py: for version 2", []),
        ("src/x.py: the pages from 3.5", []),
        ("src/x.py: the value of item 2 in the menu", []),
        ("Tests of item 2 in tests/test_a.py", ["02"]),
        ("src/x.py, independent of number 2", []),
        ("src/x.py, instead of item 2", []),
        ("src/x.py: nothing of item 9", []),
        ("src/x.py: groundwork for number 6", []),
    ],
)
def test_it_waits_for_the_number_that_it_speaks_of(words: str, ids: list[str]) -> None:
    found = read(*LIST, words, "src/z.py: more")
    last = found.document.tasks[4]
    said = [name for name in last.depends_on if "says" in found.notes[last.id].order.get(name, STATED).why]
    assert said == ids


def test_the_one_that_is_spoken_of_never_waits_for_it() -> None:
    assert needs(*LIST, "Tests for the config thing from number 2.")[1] == ["01"]
    assert needs("Tests for number 2 (tests/test_a.py)", "src/a.py: a reader") == [["02"], []]
    assert needs("src/b.py: room for number 2", "src/a.py: a reader") == [[], ["01"]]


@pytest.mark.parametrize(
    ("words", "behind"),
    [
        ("src/c.py reads a file. Nothing to do with the rest really.", []),
        ("src/c.py reads a file (nothing to do with the others)", []),
        ("src/c.py reads a file. Can be written any time, we know what it will look like.", []),
        ("src/c.py reads a file; can be done at any time", []),
        ("src/c.py reads a file. This can start any time.", []),
        ("src/c.py reads a file, independent of everything else", []),
        ("src/c.py liest eine Datei. Hat nichts mit dem Rest zu tun.", []),
        # Of the work, or under a condition.
        ("src/c.py reads a file that can change at any time", ["03"]),
        ("src/c.py stops the timer at any time", ["03"]),
        ("src/c.py has nothing to do with the rest of the file's lines", ["03"]),
        ("src/c.py reads a file. Can be written any time after the switch", ["03"]),
    ],
)
def test_what_may_be_done_at_any_time_is_ordered_by_nothing_inferred(words: str, behind: list[str]) -> None:
    from fanout.plan.order import relax

    settled = relax.settle(read("The parser.", "Its lines.", "A switch.", words, "A smoke test.", "More."), "low")
    needs = [task.depends_on for task in settled.document.tasks]
    assert needs[3] == behind
    assert ("04" in needs[4]) == bool(behind)
    assert needs[2] == ["02"]  # the others keep their order


def test_it_runs_beside_what_names_no_file() -> None:
    from fanout.plan import planner
    from fanout.plan.order import relax

    def beside(words: str) -> bool:
        found = relax.settle(read("The parser.", f"src/c.py reads a file. {words}"), "low")
        return not found.document.tasks[1].depends_on and not planner.make(found).hazards

    assert beside("Can be written any time.")
    assert not beside("The file is optional.")


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("After all of that except the docs: a smoke test", ["01", "02", "03"]),
        ("After all of the above but 2: a smoke test", ["01", "03", "04"]),
        ("A smoke test, once everything else is done except the docs and the switch", ["01", "02"]),
        ("When all is done apart from number 2 and 3: a smoke test", ["01", "04"]),
        ("When everything but the docs is in, a smoke test", ["01", "02", "03"]),
        ("Document all of the above except number 2 in README.md", ["01", "03", "04"]),
        ("After all of that except the gardens: a smoke test", ["01", "02", "03", "04"]),
        ("After all of that: a smoke test", ["01", "02", "03", "04"]),
    ],
)
def test_all_but_what_is_left_out(words: str, ids: list[str]) -> None:
    found = read("The parser.", "src/config.py", "A switch.", "The docs: a page.", words, "Another docs page.")
    last = found.document.tasks[4]
    assert sorted(last.depends_on) == ids
    assert {edge.source for edge in found.notes[last.id].order.values()} == {"stated"}


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("A third exporter. It looks like the two exporters, so do it when those are fixed.", ["01"]),
        ("A third exporter, once those are fixed", ["01"]),
        ("Something else; do it once that is done", ["03"]),
        ("src/x.py: close the pool when those are done", []),
        ("src/x.py: print the name once it is in", []),
    ],
)
def test_those_are_what_the_nearest_earlier_task_is_about(words: str, ids: list[str]) -> None:
    found = read("Both exporters lose the cents.", "src/a.py: a switch", "src/b.py: a reader", words)
    last = found.document.tasks[-1]
    said = [name for name, edge in found.notes[last.id].order.items() if "says" in edge.why]
    assert said == ids
