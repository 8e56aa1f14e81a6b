"""What a page says of all its tasks goes into each brief, and a command that each has to pass is its check."""

from __future__ import annotations

import pytest
from project import Project

from fanout.plan.read import registry
from fanout.plan.reading import Source

BOXES = "- [ ] Add `src/a.js`\n- [x] Add `src/b.js`\n- [ ] Add `src/c.js` (check: `node c.js`)\n"


def read(text):
    return registry.read(Source("-", "", text, "/nowhere")).document


def notes(head, tail="", tasks=BOXES):
    return read(f"{head}\n\n{tasks}{tail}").notes


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (
            "# Shop 2.1\n\nWe keep it dependency free. Ask Ada if in doubt.",
            "We keep it dependency free. Ask Ada if in doubt.",
        ),
        ("No new dependencies.", "No new dependencies."),
        ("Everybody: the tests stay green. No new packages.", "Everybody: the tests stay green. No new packages."),
        ("For everyone: tabs.", "For everyone: tabs."),
        ("Nobody: touch `vendor/`.", "Nobody: touch `vendor/`."),
        ("# Shop\n\n- no classes\n- tabs, not spaces", "- no classes\n- tabs, not spaces"),
        ("# Shop\n\n**Goal:** a shop\n**Status:** ready", "**Goal:** a shop"),
        ("# Shop\n\n## Rules\n\nNo float is money.\n\n## Tasks", "Rules:\nNo float is money."),
        ("# Shop\n\nShort.\n\n### Coding conventions\n* tabs\n\n## Tasks", "Short.\n\nCoding conventions:\n* tabs"),
    ],
)
def test_what_stands_before_the_tasks_or_below_rules(head, said):
    assert notes(head) == said


def test_rules_may_come_last():
    assert notes("# Shop", "\n## Notes\n\nAll texts in German.\n") == "Notes:\nAll texts in German."


@pytest.mark.parametrize(
    "head",
    [
        "# Shop",
        "# Shop\n\n**Status**: Ready\n**Created**: 2026-02-03\n**Reviewer**: Ann",
        "> Last updated: 2026-02-13",
        "# Shop\n\n![build](badge.svg) ok\n\n---",
        "# Shop\n\nLegend: [ ] open, [x] done",
        "# Shop\n\n- [Tasks](#tasks)\n- [Notes](#notes)\n\n## Tasks",
        "# Shop\n\n## Rules\n\n## Tasks",
        "# Shop\n\n```\nnpm test\n```",
        "---\nowner: ann\n---\n",
    ],
)
def test_nothing_that_says_nothing_of_the_work(head):
    assert notes(head) == ""


def test_tasks_below_a_heading_of_notes_are_tasks():
    assert notes("# Shop\n\n## Notes") == ""


def test_long_ones_are_cut_and_say_where_the_rest_is():
    said = notes("# Shop\n\n" + "All of it matters. " * 200)
    assert len(said) < 1300 and said.endswith("... (cut here; the rest stands in standard input)")


ASKED = [
    "Each task has to pass `npm test` before it counts.",
    "Every step must pass `npm test`.",
    "All tasks: `npm test` is green afterwards.",
    "`npm test` must succeed after each task",
    "Run `npm test` after every change.",
    "Jede Aufgabe muss `npm test` bestehen.",
    "A task is ticked only when `npm test` is green.",
    "Never tick a box before `npm test` passes.",
    "- each task must pass `npm test` before it is ticked",
    "Alle Aufgaben müssen `npm test` bestehen.",
    "Chaque tâche doit passer `npm test`.",
    "Cada tarea debe pasar `npm test`.",
    "每个任务必须通过 `npm test`",
    "Short.\nKeep every one of these steps small. Each of these tasks ends with `npm test` passing.",
]


@pytest.mark.parametrize("said", ASKED)
def test_a_command_that_each_has_to_pass_is_the_check_of_the_open_ones(said):
    tasks = read(f"# Shop\n\n{said}\n\n{BOXES}").tasks
    checks = [[one.command for one in task.accept] for task in tasks]
    assert checks == [["npm test"], [], ["node c.js", "npm test"]]


PROGRAMS = ["prove -Ilib t", "mix test", "./check.sh", "script/test --all", "CI=1 make check", "bin/lint"]


@pytest.mark.parametrize("command", PROGRAMS)
def test_programs_of_other_languages_and_scripts_are_commands(command):
    tasks = read(f"# Shop\n\nEach task must pass `{command}` before it is ticked.\n\n{BOXES}").tasks
    assert [one.command for one in tasks[0].accept] == [command]


@pytest.mark.parametrize(
    "said",
    [
        "The last task has to pass `npm test`.",
        "Not every task has to pass `npm test`.",
        "Each task may use `npm test`, don't wait for it to pass.",
        "Each task has to pass the tests.",
        "Run `npm run fmt` after each task.",
        "Each task passes `src/shop.js` on.",
        "Each task has to pass `npm test` and `the linter`.",
        "Tasks that are done pass `npm test`.",
        "Each task must pass `user id` on.",
        "Each task must pass `--strict`.",
        "Every step must pass `pytest tests/<name>.py`.",
        "Never tick a box that `npm test` is green for.",
    ],
)
def test_no_other_sentence_is_one(said):
    assert [
        task.accept for task in read(f"# Shop\n\n{said}\n\n- [ ] Add `src/a.js`\n- [ ] Add `src/b.js`\n").tasks
    ] == [[], []]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("# Shop 2.1", "Shop 2.1"),
        ("Shop 2.1\n========", "Shop 2.1"),
        ("## Shop, next steps", "Shop, next steps"),
        ("## Backend\n\n- [ ] Add `src/d.js`\n\n## Page", ""),
        ("a = b\n==\n", ""),
        ("", ""),
    ],
)
def test_what_a_page_is_called(head, title):
    assert read(f"{head}\n\n{BOXES}").title == title


INDEPENDENT = [
    ("Do these 3 at a time please, they have nothing to do with each other.", True),
    ("The tasks are independent of each other.", True),
    ("None of them depends on another.", True),
    ("Do them in no particular order.", True),
    ("Alle Aufgaben sind unabhängig voneinander.", True),
    ("The tasks are not independent.", False),
    ("Steps must not be done in any order.", False),
    ("Things for the 0.4 release, in no special order", True),
    ("The steps are in no fixed order.", True),
    ("All tasks but the last are independent.", False),
    ("Each module is independent of the database.", False),
    ("Each component is independent.", False),
    ("The backend has nothing to do with the frontend.", False),
]


@pytest.mark.parametrize(("head", "free"), INDEPENDENT)
def test_a_list_that_calls_its_tasks_independent_gets_no_order_that_it_does_not_state(
    project: Project, head: str, free: bool
) -> None:
    project.write(
        {
            "plan.md": f"# Shop\n\n{head}\n\n1. `server/routes/coupons.js`: check a code\n2. `web/pages/coupons.js`: form\n"
            "3. `web/pages/all.js`: after 2\n"
        }
    )
    said = project.fanout("plan", "plan.md").out
    assert ("02 waits for 01: inferred" in said) is not free
    assert "03 waits for 02" in said, "what the words of a task say stays"


def test_what_only_the_leader_can_follow_is_in_no_brief(project: Project) -> None:
    head = "Do these 3 at a time please, they have nothing to do with each other. Never touch the config."
    project.write({"plan.md": f"# Shop\n\n{head}\n\n1. `a.js`: one\n2. `b.js`: two\n"})
    project.fanout("start", "plan.md")
    brief = project.fanout("brief", "shop-1/01").out
    assert "Never touch the config." in brief and "at a time" not in brief and "each other" not in brief


def test_numbers_with_gaps_are_the_names_of_their_tasks(project: Project) -> None:
    project.write({"plan.md": "# T\n\n1. `a.js`: one\n2. `b.js`: two\n5. `c.js`: three\n7. `d.js`: four, after 5\n"})
    data = project.fanout("plan", "plan.md", "--json").data
    assert data["rolling_order"] == ["05", "01", "02", "07"]
    assert "07 waits for 05" in project.fanout("plan", "plan.md").out
