"""Lists that live in another program: what to call to fetch one, and to tell it what was done. Nothing is started here.

pull: `fetch` -> the saved file, which is planned as any other list; push: `changes` between that file and a fresh one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fanout.errors import FanoutError
from fanout.plan.read import outlined
from fanout.plan.read.formats.github import FIELDS, GRAMMAR
from fanout.plan.read.text import markdown, outline

_REPOSITORY = re.compile(r"https://([\w.-]+)/([\w.-]+/[\w.-]+)/issues/")
_MOST = "1000"
_FIELDS = (FIELDS, FIELDS.replace("stateReason,", ""))  # an older gh knows no reasons


@dataclass(frozen=True, slots=True)
class Change:
    """One call that tells the program what was done: its words, what it reads, and what that does in words."""

    words: tuple[str, ...]
    text: str
    does: str


@dataclass(frozen=True, slots=True)
class Tracker:
    """A program that keeps lists, and the file that one of its lists is saved in, below .fanout/lists."""

    name: str
    program: str
    file: str


TRACKERS = {
    "github": Tracker("github", "gh", "github.json"),
    "beads": Tracker("beads", "bd", "beads.jsonl"),
}


def fetch(tracker: Tracker, arguments: Sequence[str]) -> list[tuple[str, ...]]:
    """The calls that print the list; the second one is for when the first one is not known to the program."""
    if tracker.name == "beads":
        return [("bd", "export", *arguments), ("bd", "list", "--all", "--json", *arguments)]
    numbers = [word for word in arguments if re.fullmatch(r"#?\d{1,9}|https://\S+/issues/\d{1,9}", word)]
    if len(numbers) == 1:
        rest = [word for word in arguments if word not in numbers]
        return [("gh", "issue", "view", numbers[0].lstrip("#"), "--json", fields, *rest) for fields in _FIELDS]
    every = ("gh", "issue", "list", "--state", "all", "--limit", _MOST, "--json")
    return [(*every, fields, *arguments) for fields in _FIELDS]


def again(tracker: Tracker, saved: str) -> list[tuple[str, ...]]:
    """The calls that print the saved list as it is now."""
    if tracker.name == "beads":
        return fetch(tracker, ())
    data = json.loads(saved)
    arguments = list(_where(data))
    return fetch(tracker, [str(data["number"]), *arguments] if isinstance(data, dict) else arguments)


def _where(data: object) -> tuple[str, ...]:
    """The repository of saved issues, as an option of gh."""
    first = data[0] if isinstance(data, list) and data else data
    match = _REPOSITORY.match(str(first.get("url", ""))) if isinstance(first, dict) else None
    if match is None:
        return ()
    return ("-R", match[2] if match[1] == "github.com" else f"{match[1]}/{match[2]}")


def saved_text(tracker: Tracker, printed: str) -> str:
    """What is kept of a program's answer. Raises FanoutError when it is no list."""
    try:
        data = json.loads(printed) if tracker.name == "github" or printed.lstrip().startswith("[") else None
    except ValueError as error:
        raise FanoutError(
            f"{tracker.program} did not answer in JSON: {error}.", "Call it by hand to see why."
        ) from None
    if data is None:  # one issue a line already
        return printed
    if tracker.name == "beads":
        return "".join(json.dumps(issue, ensure_ascii=False) + "\n" for issue in data)
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def changes(tracker: Tracker, saved: str, fresh: str) -> list[Change]:
    """What was done in the saved list and is still open in the fresh one."""
    if tracker.name == "beads":
        return _beads(saved, fresh)
    before, now = json.loads(saved), json.loads(fresh)
    if isinstance(before, dict):
        return _boxes(before, now)
    states = {issue["number"]: str(issue.get("state", "")).upper() for issue in now}
    done = [
        issue
        for issue in before
        if str(issue.get("state", "")).upper() == "CLOSED" and states.get(issue["number"]) == "OPEN"
    ]
    where = _where(before)
    return [
        Change(("gh", "issue", "close", str(issue["number"]), *where), "", f"close #{issue['number']} {issue['title']}")
        for issue in done
    ]


def _boxes(before: dict[str, object], now: dict[str, object]) -> list[Change]:
    """The issue's text with the boxes ticked that were ticked in the saved one; the rest of it as it is now."""
    done = {work.item.words for work in _works(before) if work.item.box.status == "completed"}
    body = str(now.get("body", ""))
    open_ = [work.item for work in _works(now) if work.item.words in done and work.item.box.status != "completed"]
    for item in reversed(open_):
        body = body[: item.box.at] + "x" + body[item.box.at + len(item.box.token) :]
    if not open_:
        return []
    number = str(before["number"])
    words = ("gh", "issue", "edit", number, *_where(before), "--body-file", "-")
    return [Change(words, body, f"tick in #{number}: {'; '.join(item.words for item in open_)}")]


def _works(issue: dict[str, object]) -> list[outlined.Work]:
    return outlined.works(outline.groups(markdown.page(str(issue.get("body", "")), "")), GRAMMAR)


def _beads(saved: str, fresh: str) -> list[Change]:
    now = {issue.get("id"): issue.get("status") for issue in _issues(saved_text(TRACKERS["beads"], fresh))}
    edits: list[Change] = []
    for issue in _issues(saved):
        name, status, there = str(issue.get("id")), issue.get("status"), now.get(issue.get("id"))
        if status == "closed" and there not in (None, "closed"):
            edits.append(Change(("bd", "close", name), "", f"close {name} {issue.get('title', '')}"))
        elif status == "in_progress" and there == "open":
            edits.append(Change(("bd", "update", name, "--claim"), "", f"claim {name} {issue.get('title', '')}"))
    return edits


def _issues(text: str) -> list[dict[str, object]]:
    edits = []
    for line in text.splitlines():
        try:
            data = json.loads(line)
        except ValueError:
            continue
        if isinstance(data, dict):
            edits.append(data)
    return edits
