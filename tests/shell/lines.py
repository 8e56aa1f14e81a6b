"""The tables of command lines: one command a line; a here-document, a continued line or an open quote belongs to it."""

from __future__ import annotations

import re
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


def table(name: str) -> list[str]:
    return commands((TABLES / f"{name}.txt").read_text())


def commands(text: str) -> list[str]:
    found: list[str] = []
    waiting: list[tuple[str, bool]] = []
    current: list[str] = []
    for line in text.strip("\n").split("\n"):
        current.append(line)
        if waiting:
            word, tabs = waiting[0]
            if (line.lstrip("\t") if tabs else line) == word:
                waiting.pop(0)
            if waiting:
                continue
        else:
            openings = re.findall(r"(?<!<)<<(-?)(?!<)\s*['\"]?([A-Z]+)['\"]?", line)
            waiting = [(word, bool(tabs)) for tabs, word in openings]
        whole = "\n".join(current)
        if waiting or line.endswith("\\") or line == "shopt -s extglob" or is_open(whole):
            continue
        found.append(whole)
        current = []
    return found


def is_open(text: str) -> bool:
    """Whether a double quote is still open, here-documents and single quotes left out."""
    text = re.sub(r"<<-?\s*(['\"]?)([A-Z]+)\1.*", "", text, flags=re.S)
    text = re.sub(r"'[^']*'", "", text)
    return text.replace('\\"', "").count('"') % 2 == 1
