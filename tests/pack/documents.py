"""The Markdown that Claude and the user read, and what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from project import CHECKOUT

SKILLS = sorted((CHECKOUT / "skills").glob("*/SKILL.md"))
REFERENCES = sorted((CHECKOUT / "skills").glob("*/references/*.md"))
COMMANDS = sorted([*(CHECKOUT / "commands").glob("*.md"), *(CHECKOUT / "plugins/debug/commands").glob("*.md")])
AGENTS = sorted([*(CHECKOUT / "agents").glob("*.md"), *(CHECKOUT / "plugins/debug/agents").glob("*.md")])
TAUGHT = [*SKILLS, *REFERENCES, *COMMANDS, *AGENTS]
DOCS = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / "plugins").glob("*/*.md")])
EVERYTHING = [
    *TAUGHT,
    *DOCS,
    *sorted((CHECKOUT / "workflows").glob("*.md")),
    *sorted((CHECKOUT / "evals").rglob("*.md")),
]

_SPAN = re.compile(r"``(.+?)``|`([^`\n]+)`", re.DOTALL)
_FENCE = re.compile(r"^[ >]*```[^\n]*\n(.*?)^[ >]*```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^    (.+)$", re.MULTILINE)
_FANOUT = re.compile(r"(?:^|[\s\"'(!|&]|\$ |\}/|\./)(?:bin/)?fanout\"?((?: +[^\s|;&`]+)+)")


def name(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def code(text: str) -> Iterator[str]:
    """Every piece of code in a Markdown text: spans, and the lines of fenced and indented blocks."""
    for block in _FENCE.findall(text):
        yield from block.splitlines()
    rest = _FENCE.sub("", text)
    yield from _INDENTED.findall(rest)
    for double, single in _SPAN.findall(rest):
        yield (double or single).strip()


def fanout_calls(text: str) -> Iterator[list[str]]:
    """The words behind `fanout` (and `typed`, which runs what follows) of every call of it in a text's code."""
    for piece in code(text):
        for words in _FANOUT.findall(piece):
            yield words.removeprefix(" typed").split()
