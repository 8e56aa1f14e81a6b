"""docs/formats.md and docs/hooks.md say what the code knows."""

from __future__ import annotations

import json
import re

from project import CHECKOUT

from fanout.hooks import door
from fanout.plan.model import Policy
from fanout.plan.read import registry
from fanout.source import write_back


def rows(page: str) -> list[list[str]]:
    text = (CHECKOUT / "docs" / page).read_text()
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]


def test_every_format_stands_there_with_what_becomes_of_its_status() -> None:
    found = {
        row[0].strip("`"): row[2] for row in rows("formats.md") if row[0].startswith("`") and row[0] != "`--format`"
    }
    assert found == {name: "yes" if write_back.keeps_status(name) else "no" for name in registry.FORMATS}


def test_every_format_says_what_is_stated_inferred_and_written_back() -> None:
    told = [row for row in rows("formats.md") if len(row) == 4 and row[0] != "format" and "---" not in row[0]]
    named = [name for row in told for name in row[0].split(", ")]
    assert sorted(named) == sorted(registry.FORMATS)
    kept = {name: row[3].startswith("nothing") for row in told for name in row[0].split(", ")}
    assert kept == {name: not write_back.keeps_status(name) for name in registry.FORMATS}


def test_every_hook_stands_there_with_its_events_and_its_failure() -> None:
    config = json.loads((CHECKOUT / "hooks" / "hooks.json").read_text())["hooks"]
    wired: dict[str, set[str]] = {}
    for event, entries in config.items():
        for entry in entries:
            wired.setdefault(entry["hooks"][0]["command"].split()[-1], set()).add(event)
    told = {
        row[1].strip("`"): (set(re.findall(r"[A-Z][A-Za-z]+[a-z][A-Z]\w+|Stop\b", row[0])), row[3])
        for row in rows("hooks.md")
        if len(row) == 4 and row[1].startswith("`")
    }
    assert {name: events for name, (events, _) in told.items()} == wired
    words = {"deny": "denies", "say": "says so"}
    assert {name: failure for name, (_, failure) in told.items()} == {
        **{name: words.get(door.FAILURE.get(name, ""), "silent") for name in door.EVENTS},
        "wrote": "says so",  # no Python: what sh says of a file that it can't write
    }


def test_a_hook_that_may_prepare_python_says_so_while_it_works() -> None:
    """test_facts::test_while_a_hook_works_the_screen_shows_what_it_says_of_itself"""
    config = json.loads((CHECKOUT / "hooks" / "hooks.json").read_text())["hooks"]
    every = [hook for entry in config["PreToolUse"] for hook in entry["hooks"] if hook["command"].endswith(" own")]
    assert len(every) == 2 and all("prepares Python" in hook["statusMessage"] for hook in every)


def test_every_policy_stands_there() -> None:
    cells = {row[0].strip("`") for row in rows("hooks.md") if len(row) == 2}
    known = Policy.model_json_schema()["properties"]["on_failure"]["enum"]
    assert set(known) <= cells and {"all", "any"} <= cells
