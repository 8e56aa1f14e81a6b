"""Kiro and cc-sdd: .kiro/specs/<name>/tasks.md with numbered boxes, two deep; `[-]` is in progress, `[ ]*` optional."""

from __future__ import annotations

import re

from fanout.plan.read.outlined import Grammar
from fanout.plan.read.tool_list import ToolList
from fanout.plan.reading import Format, Source

NAME = "kiro"
GRAMMAR = Grammar(begun="-")
BOX = re.compile(
    r"^[ \t]*[-*+][ \t]+\[.?\]\*?[ \t]+(?:\*\*)?\d+(?:\.\d+)*(?:[.)]|(?<=\.\d)|(?<=\.\d\d))[ \t]", re.MULTILINE
)
_OWN = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?_Requirements?:|^[ \t]*[-*+] \[.?\]\*[ \t]", re.MULTILINE | re.IGNORECASE)
_OTHERS = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?_(?:Leverage|Prompt):", re.MULTILINE | re.IGNORECASE)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\*?\s+\d")


def detect(source: Source) -> float:
    """Numbered boxes with `_Requirements:` below them or an asterisk behind the box, or any boxes in Kiro's folder."""
    text, own = LIST.content(source)
    if not BOX.search(text) or _OTHERS.search(text):
        return 0.5 if own and re.search(r"^[ \t]*[-*+][ \t]+\[.?\]", text, re.MULTILINE) else 0.0
    return 0.94 if own else 0.86 if _OWN.search(text) else 0.0


LIST = ToolList(
    name=NAME,
    place=".kiro/specs",
    file="tasks.md",
    beside=("requirements.md", "bugfix.md", "design.md"),
    grammar=GRAMMAR,
    looks=_LOOKS,
)
FORMAT = Format(NAME, detect, LIST.read, LIST.mark)
