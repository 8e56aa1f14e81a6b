# ruff: noqa: RUF001 - full-width punctuation is what Chinese task lists are written with
"""The fields that task lists write below a task: `_Requirements: 1.2_`, `File: src/a.py`, `_Leverage: src/b.py_`."""

from __future__ import annotations

import re

from fanout.plan.read.prose.path_words import as_path
from fanout.plan.read.reading_builder import Entry
from fanout.plan.read.text.outline import Item

# A field is told from prose by its closed list of names; the emphasis around it comes in four forms.
_FIELD = re.compile(
    r"\s*(?:[-*+]\s+)?[_*]{0,3}(?P<name>"
    r"requirements?|reqs?|需求|要件|leverage|reuse|prompt|boundary|purpose|files?(?:\(s\))?|文件|ファイル|depends(?:\s+on)?|"
    r"dependenc(?:y|ies)|blocked\s+by|依赖|"
    r"depende de|dependencias?|dependências?|abhängig(?:keit(?:en)?|\s+von)|"
    r"dépend(?:ances?|\s+de)|依存(?:関係)?|зависимости|зависит\s+от|acceptance(?:\s+criteria)?|verif(?:y|ication)|validates?|success|restrictions?|"
    r"references?|role|instructions?|sources?|source|estimate|effort|validates: requirements?"
    r")[_*]{0,3}\s*[:：]\s*[_*]{0,2}(?P<value>.*?)[_*\s]*\Z",
    re.IGNORECASE,
)
# Cheap, before the search for paths: a line without any of these names none.
_MAY = re.compile(
    r"[/\\`]|\w\.[A-Za-z]|\b\w+file\b|\b(?:npm|pnpm|yarn|bun|pip3?|uv|poetry|cargo|go|gem|bundle|composer|dotnet|mix|"
    r"flutter|dart|pod|apt|brew|conda)\b"
)
_NAMES = (
    *(
        "file",
        "npm",
        "yarn",
        "bun",
        "pip",
        "uv",
        "poetry",
        "cargo",
        "go",
        "gem",
        "composer",
        "dotnet",
        "mix",
        "flutter",
    ),
    *("dart", "pod", "apt", "brew", "conda"),
)
_EMPHASIS = re.compile(r"\A(\*{1,2}|_(?!_))(.+)\1\Z")  # `__init__.py` has its own
_CITED = re.compile(r"\[(?:source:\s*)?([\w@./-]+\.\w{1,12})(?::\d[\d,-]*|#[^\]\n]*)?\](?!\()", re.IGNORECASE)


def field_of(text: str) -> tuple[str, str] | None:
    """Name in lower case and value of a line that is such a field, or None."""
    match = _FIELD.match(text) if ":" in text or "：" in text else None
    return (re.sub(r"\s+", " ", match["name"].lower()), match["value"].strip()) if match else None


def take(entry: Entry, item: Item) -> list[str]:
    """Files, reads and criteria of the fields below an item; what it waits for is returned, as written."""
    waits: list[str] = []
    for line in item.lines:
        field = field_of(line.text) if line.plain else None
        if field is None:
            continue
        name, value = field
        if name.startswith(("depend", "blocked", "依赖", "abhängig", "dépend", "依存", "зависи")):
            waits.append(value)
        elif name.startswith(("file", "文件", "ファイル")):
            entry.add("writes", paths(value))
        elif name.startswith(("leverage", "reuse", "reference", "source")):
            entry.add("reads", [path for path in paths(value) if path not in entry.get("writes")])
        elif name.startswith(("acceptance", "verif", "success")) and value:
            entry.accept(value)
    return waits


def paths(value: str) -> list[str]:
    """The paths in a field's value: a list with commas, in backticks or not, notes in brackets left out."""
    value = re.sub(r"\s\([^()]*\)", " ", value)
    found = [
        as_path(_EMPHASIS.sub(r"\2", part.strip(" `[]")).strip("`").removesuffix("/_"))
        for part in re.split(r"[,，、;；]|\s+(?:and|和|&|\+)\s+|`\s+`|\s+", value)
    ]
    return [path for path in dict.fromkeys(found) if path]


def prose(lines: list[str]) -> str:
    """The lines that may name a path that the task touches; places cited in brackets are only read."""
    kept: list[str] = []
    whole = "\n".join(lines)
    named = any([word in whole for word in _NAMES])  # noqa: C419 - the loop is faster
    for text in lines:
        sure = "/" in text or "`" in text or "\\" in text
        if (sure or ((named or "." in text) and _MAY.search(text))) and field_of(text) is None:
            kept.append(_CITED.sub(r"(see `\1`)", text) if "[" in text else text)
    return "\n".join(kept)
