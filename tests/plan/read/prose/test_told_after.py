"""A task waits for earlier ones that its title names by what they are about, and for nothing that only sounds so."""

from __future__ import annotations

import pytest

from fanout.plan.read import registry
from fanout.plan.reading import Source

BEFORE = [
    "config file: read hosts (`src/config.go`)",
    "parallel pings with a worker pool - `src/pool.go`",
    "**Low stock** – `src/low.go`",  # noqa: RUF001
    "metrics of the pool, `src/metrics.go`",
    "metrics of the hosts, `src/hosts.go`",
    "metrics of the disks, `src/disks.go`",
]


def needs(title):
    text = "# Shop\n\n" + "".join(f"- {line}\n" for line in [*BEFORE, title])
    found = registry.read(Source("-", "TODO.md", text, "/nowhere"))
    last = found.document.tasks[-1]
    assert last.id == "07"
    return last.depends_on, [one.reason for one in found.notes[last.id].inferred if one.field == "depends_on"]


@pytest.mark.parametrize(
    ("title", "ids", "quote"),
    [
        (
            "flags in `src/main.go`, after the config file and the worker pool are there",
            ["01", "02"],
            "after the config file",
        ),
        ("flags in `src/main.go` (once the config file exists)", ["01"], "once the config file exists"),
        ("`src/main.go`: flags, when the worker pool has landed", ["02"], "when the worker pool has landed"),
        ("flags (only after low stock), `src/main.go`", ["03"], "only after low stock"),
        ("`README.md` only after the config file works", ["01"], "only after the config file works"),
        ("`src/page.go`: a page; needs the output of low stock", ["03"], "needs the output of low stock"),
        ("**API** – `src/api.go` returns items (needs Low stock)", ["03"], "needs Low stock"),  # noqa: RUF001
        ("**API** – `src/api.go` returns items, uses the config file", ["01"], "uses the config file"),  # noqa: RUF001
        (
            "show the pool in `src/page.go`, as soon as the config file is in place",
            ["01"],
            "as soon as the config file is in place",
        ),
        (
            "Write `docs/use.md`: explain the config file, low stock and the pings",
            ["01", "03", "02"],
            "explain the config",
        ),
        ("Document config file and low stock in `README.md`", ["01", "03"], "Document config file and low stock"),
        ("Beschreibe config und pings in `docs/use.md`", ["01", "02"], "Beschreibe config und pings"),
    ],
)
def test_it_waits_for_what_it_names(title, ids, quote):
    found, why = needs(title)
    assert found == ids
    assert f'its text says "{quote}' in why[0]


@pytest.mark.parametrize(
    "title",
    [
        "hide the box in `src/box.go`, once the user has typed",
        "`src/box.go`: show a spinner, when the page is ready",
        "reload after the config file changed in `src/box.go`",  # what the program does
        "`src/box.go` draws them, after the metrics",  # three tasks: which?
        "`src/box.go` draws a page (needs review)",
        "`src/box.go` draws a page (needs the output of the moon)",
        "Explain config file and low stock in `src/help.go`",  # a program explains them
        "Explain the config file in `docs/use.md`",  # one thing is soon said of something that is there
        "Explain config file, low stock and the moon in `docs/use.md`",
        "`src/box.go` draws a page (needs stock)",  # no task is called so
        "`src/box.go` draws a page, after the config file and the moon are there",
    ],
)
def test_it_waits_for_nothing_that_no_task_is(title):
    assert not [one for one in needs(title)[1] if "its text says" in one]


@pytest.mark.parametrize(
    "title",
    [
        "`README.md` - link all the pages, at the very end",
        "`CHANGES.md` (last)",
        "bump the version in `CHANGES.md` - last!",
        "`CHANGES.md`: what is new, last of all",
        "`src/ship.go`: deploy it, as the last step",
        "README: one section per script, at the very end. Don't touch the licence.",
        "README: one section per script (last of all). Leave the licence.",
        "README: one section per script. At the very end.",
        "README: one section per script. Do this last.",
        "README: one section per script, as the final step",
        "README, after the rest",
        "README: one section, after the other six",
        "README, wait for the others",
        "Finally: README",
        "README, ganz am Ende",
        "README, wenn der Rest fertig ist",
        "`src/ship.go`: deploy it, once everything else is done",
        "`src/ship.go`: deploy it when all of them are merged",
        "`src/ship.go`: deploy it after every other task is done",
        "When all that is in: `CHANGES.md` says what is new",
        "When all of this is in, `CHANGES.md` says what is new",
        "When everything's merged: `src/ship.go` deploys it",
        "`src/ship.go` deploys it, after all of these",
        "`src/ship.go`: deploy it (after all the others)",
        "Once they are all done: `src/ship.go`",
        "As soon as the rest is in - `src/ship.go` deploys it",
        "After everything else: `src/ship.go`",
        "When the other tasks are finished, write `CHANGES.md`",
        "When done with all of it: `CHANGES.md`",
        "At the very end: `CHANGES.md` says what is new",
        "Last: `CHANGES.md`",
        "Wenn das alles drin ist: `CHANGES.md` sagt, was neu ist",
        "Sobald alle Aufgaben erledigt sind: `CHANGES.md`",
        "Ganz am Ende: `CHANGES.md`",
        "Quand tout est fini : `CHANGES.md`",
        "Une fois que toutes les tâches sont terminées, `CHANGES.md`",
        "Cuando todo esté listo: `CHANGES.md`",
        "Quando tudo estiver pronto: `CHANGES.md`",
        "全部完成后更新 `CHANGES.md`",
    ],
)
def test_what_comes_last_waits_for_all(title):
    assert needs(title)[0] == ["01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize(
    "title",
    [
        "`src/log.go`: append the line at the end of the file",
        "`src/log.go`: a line with the total, at the end. Then a blank",
        "`src/log.go`: two lines. The newest comes last.",
        "`src/log.go`: the final step of the pool",
        "`src/pool.go`: one worker after another waits",
        "`src/log.go`: show the last, then the first",
        "`src/log.go`: close it once all lines are read",
        "`src/log.go`: keep the last line",
        "`src/list.go`: add find-last",
        "`src/pool.go`: close the pool when all workers are done",
        "`src/pool.go`: after all, no pool",
        "When all else fails, `src/pool.go` gives up",
        "When they are done, `src/pool.go` closes",
        "Wenn alle Zeilen gelesen sind, schließt `src/pool.go`",
        "`src/sum.go`: at the end: a total",
        "`src/page.css`: no line below li:last",
    ],
)
def test_ends_of_other_things_are_none(title):
    assert not [one for one in needs(title)[1] if "its text says" in one]


PAGES = """# Site

## Pages

* [ ] opening hours (`pages/hours.html`), with tests
* [ ] bread list: `pages/breads.html`
* [ ] how to order a cake - `pages/orders.html`
* [ ] jobs

## Style

* [ ] print style sheet `css/print.css`

## At the end

* [ ] put all pages in the navigation `parts/nav.html` (after the pages exist)
* [ ] {}
"""


def late(last: str) -> list[list[str]]:
    """What the last two tasks wait for by their words."""
    notes = registry.read(Source("-", "TODO.md", PAGES.format(last), "/nowhere")).notes
    return [
        sorted(name for name, edge in notes[one].order.items() if edge.why.startswith("its text says"))
        for one in ("06", "07")
    ]


@pytest.mark.parametrize(
    "last",
    [
        "`sitemap.xml` with every page (after the pages exist)",
        "`sitemap.xml` with each page, once the pages are there",
        "`sitemap.xml`, when all the pages are done",
        "`sitemap.xml`, after all the pages",
        "`sitemap.xml`, once the four pages are there",
    ],
)
def test_of_many_that_are_there_it_waits_for_each_and_not_for_what_waits_for_them_too(last):
    assert late(last) == [["01", "02", "03", "04"]] * 2


@pytest.mark.parametrize(
    "last",
    [
        "`js/form.js`: hide it once the user has typed",
        "`js/list.js` sorts, after the tests pass",
        "`js/list.js` sorts, when the words are there",
    ],
)
def test_many_of_another_thing_hold_nobody(last):
    assert late(last) == [["01", "02", "03", "04"], []]


def test_of_many_without_a_heading_it_is_each_that_is_called_so():
    text = "- [ ] user module `a.py`\n- [ ] shop module `b.py`\n- [ ] cart module `c.py`\n- [ ] icons `d.svg`\n"
    text += "- [ ] list them in `m.py`, once the modules exist\n- [ ] test the list, once the modules exist (`t.py`)\n"
    found = registry.read(Source("-", "", text, "/nowhere"))
    assert [one.depends_on for one in found.document.tasks[4:]] == [["01", "02", "03"]] * 2


KIT = "- [ ] ring buffer in `src/ring.c`\n- [ ] string builder in `src/sb.c`\n- [ ] hash in `src/hash.c`\n- [ ] {}\n"


def kit(words: str) -> list[str]:
    found = registry.read(Source("-", "", KIT.format(words), "/nowhere")).notes["04"].order
    return sorted(name for name, edge in found.items() if edge.why.startswith("its text says"))


@pytest.mark.parametrize(
    "words",
    [
        "write `docs/api.md` for the ring buffer and the string builder",
        "docs/api.md for ring buffer and string builder",
        "documentation of the ring buffer and the string builder in docs/api.md",
        "update docs/api.md (manual for the ring buffer and the string builder)",
    ],
)
def test_a_text_for_several_things_waits_for_what_makes_them(words: str) -> None:
    assert kit(words) == ["01", "02"]


@pytest.mark.parametrize(
    "words",
    [
        "write `docs/api.md` for users and packagers",
        "write `docs/api.md` for the ring buffer and the tree",
        "glue in `src/main.c`, see docs for the ring buffer and the string builder",
    ],
)
def test_a_text_for_something_else_waits_for_none(words: str) -> None:
    assert kit(words) == []


PARTS = [
    "buf: grow by doubling (src/buf.c)",
    "str: add str_trim and str_split (src/str.c)",
    "arg: long options (src/arg.c)",
    "log: a ring of lines (src/log.c)",
]


@pytest.mark.parametrize(
    ("title", "ids"),
    [
        ("wire str_trim and the long options into src/main.c", ["02", "03"]),
        ("Wire up the long options in src/main.c", ["03"]),
        ("plug the ring of lines into src/main.c", ["04"]),
        ("src/main.c: hook str_split, the ring and the long options together", ["02", "04", "03"]),
        ("Integrate `str_trim` with src/main.c", ["02"]),
        # Not known here, or no work of others.
        ("wire the mouse and the long options into src/main.c", []),
        ("Hook for `npm run lint` in src/main.c", []),
        ("src/main.c: connect to the server", []),
    ],
)
def test_what_is_wired_into_another_file_is_made_first(title: str, ids: list[str]) -> None:
    text = "# Kit\n\n" + "".join(f"- [ ] {line}\n" for line in [*PARTS, title])
    last = registry.read(Source("-", "TODO.md", text, "/nowhere")).document.tasks[-1]
    assert last.depends_on == ids
