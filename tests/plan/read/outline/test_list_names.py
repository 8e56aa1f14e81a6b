"""A page that calls itself a to-do list or a roadmap, its sections of what is planned and done, boxes without a bullet."""

from __future__ import annotations

import pytest

from fanout.errors import FanoutError
from fanout.plan.read import registry
from fanout.plan.reading import Reading, Source

WISHES = "* wifi on the second floor\n* a page for errors\n  * short words\n* aliases\n"


def read(text: str, name: str = "notes.md") -> Reading:
    return registry.read(Source(name, f"/shop/{name}", text, "/shop"))


def told(text: str, name: str = "notes.md") -> list[tuple[str, str]]:
    reading = read(text, name)
    return [(task.title, reading.notes[task.id].status) for task in reading.document.tasks]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("TODO.md", "Wishes"),
        ("todo-list.md", "Wishes"),
        ("shop_todos.md", "Wishes"),
        ("notes.md", "To-dos"),
        ("notes.md", "My TODO list:"),
    ],
)
def test_every_bullet_of_a_to_do_list_is_to_be_done(name: str, title: str) -> None:
    wanted = ["wifi on the second floor", "a page for errors", "aliases"]
    assert told(f"# {title}\n\n{WISHES}", name) == [(words, "pending") for words in wanted]


def test_one_bullet_is_a_to_do_list() -> None:
    assert told("# TODO\n\n- the notes of Apple\n", "TODO.md") == [("the notes of Apple", "pending")]


@pytest.mark.parametrize("name", ["notes.md", "todolist-app.md", "ROADMAP.md"])
def test_bullets_of_a_page_of_another_name_are_none(name: str) -> None:
    with pytest.raises(FanoutError, match="is in no format known here"):
        told(f"# Wishes\n\n{WISHES}", name)


def test_a_to_do_list_that_is_mostly_prose_is_none() -> None:
    with pytest.raises(FanoutError, match="is in no format known here"):
        told("# TODO\n\nThe words.\n\nMore words.\n\nYet more.\n\n- wifi\n", "TODO.md")


ROADMAP = """# Roadmap

What comes next, by labels:

- speed
- looks
- safety

## Recently shipped

- Small pages (`ui`)
- A cache that
  lasts

## Near-term

- **Safer keys**: warn of empty ones
- Orders by mail

## Later

- Plugins
"""


def test_a_roadmap_keeps_its_tasks_below_what_is_planned_and_done() -> None:
    assert told(ROADMAP, "ROADMAP.md") == [
        ("Small pages (ui)", "completed"),
        ("A cache that", "completed"),
        ("Safer keys: warn of empty ones", "pending"),
        ("Orders by mail", "pending"),
        ("Plugins", "pending"),
    ]


@pytest.mark.parametrize("mark", ["-", "1."])
@pytest.mark.parametrize("heading", ["Done", "Completed milestones", "✅ Recently shipped", "Finished (May)"])
def test_what_stands_below_a_heading_of_the_done_is_done(heading: str, mark: str) -> None:
    text = f"# TODO\n\n## Next\n\n{mark} Add mail\n\n## {heading}\n\n{mark} Add the store\n{mark} Add the cart\n"
    assert told(text) == [("Add mail", "pending"), ("Add the store", "completed"), ("Add the cart", "completed")]


@pytest.mark.parametrize("heading", ["Definition of done", "Done when", "Complete the store", "Not done"])
def test_other_headings_with_the_word_say_nothing(heading: str) -> None:
    text = f"# TODO\n\n## Next\n\n- Add mail\n- Add pages\n\n## {heading}\n\n- Add the store\n"
    assert ("Add the store", "completed") not in told(text)


def test_an_open_box_below_such_a_heading_is_open() -> None:
    assert told("# TODO\n\n## Done\n\n- [ ] Add the store\n- [x] Add the cart\n") == [
        ("Add the store", "pending"),
        ("Add the cart", "completed"),
    ]


def test_a_box_needs_no_bullet() -> None:
    text = "# Shop\n\n[x] Add the store\n\n[ ] Add the cart in src/cart.py\nwith its tests\n\n[1] a note\n[x]: https://x.org\n"
    assert told(text) == [("Add the store", "completed"), ("Add the cart in src/cart.py", "pending")]
    assert read(text).unread == []


def test_headings_that_are_only_names_of_things_are_groups_of_boxes() -> None:
    groups = {"Memory": 4, "FP32": 2, "FP16": 2, "Misc": 3}
    text = "# TODO\n" + "".join(
        f"\n## {name}\n\n" + "".join(f"- [ ] Describe {name} {one}\n" for one in range(boxes))
        for name, boxes in groups.items()
    )
    assert [title for title, _ in told(text)] == [
        f"Describe {name} {one}" for name, boxes in groups.items() for one in range(boxes)
    ]


def test_headings_of_tasks_without_words_keep_their_steps() -> None:
    text = "# Plan\n" + "".join(f"\n## T-{one}\n\n- [ ] Write it\n- [ ] Test it\n" for one in range(1, 4))
    assert len(told(text)) == 3


def test_rows_with_a_status_beside_boxes_are_named() -> None:
    rows = "| Feature | Status |\n|---|---|\n| The blob store | 🔲 Planned |\n| Keys | ✅ Done |\n| Add mail | 🔲 Planned |\n"
    reading = read(f"# Roadmap\n\n## Week 1\n\n- [ ] Add mail\n- [ ] Add pages\n\n## Features\n\n{rows}")
    assert [task.title for task in reading.document.tasks] == ["Add mail", "Add pages"]
    assert [(one.text, one.told) for one in reading.unread] == [
        ("| The blob store | 🔲 Planned |", False),
        ("| Keys | ✅ Done |", True),
        ("| Add mail | 🔲 Planned |", True),
    ]
    assert {one.why for one in reading.unread} == {"a row of a table beside the list's boxes"}
