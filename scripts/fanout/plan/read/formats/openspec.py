"""OpenSpec: openspec/changes/<name>/tasks.md, with boxes 1.1, 1.2 below the heading `## 1. ...`."""

from __future__ import annotations

import re

from fanout.plan.read.outlined import Grammar
from fanout.plan.read.tool_list import ToolList
from fanout.plan.reading import Format, Source

NAME = "openspec"
GRAMMAR = Grammar(by_heading=True, numbered=True)
# A heading with a number, and a box right below it whose number begins with that one.
_PAIR = re.compile(
    r"^#{2,4}[ \t]+(?P<n>\d{1,3})[.):]?[ \t][^\n]*\n(?:[^#\n-][^\n]*\n|\s*\n)*[-*+][ \t]+\[.?\][ \t]+(?:\*\*)?(?P=n)\.\d",
    re.MULTILINE,
)
_BOX = re.compile(r"^[ \t]*[-*+][ \t]+\[.?\][ \t]", re.MULTILINE)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s")


def detect(source: Source) -> float:
    """Boxes that continue the number of the heading above them, or any boxes in OpenSpec's folder."""
    text, own = LIST.content(source)
    if own and _BOX.search(text):
        return 0.94
    return 0.84 if _PAIR.search(text.replace("\r\n", "\n")) else 0.0


LIST = ToolList(
    name=NAME,
    place="openspec/changes",
    file="tasks.md",
    beside=("proposal.md", "design.md", "specs"),
    grammar=GRAMMAR,
    looks=_LOOKS,
)
FORMAT = Format(NAME, detect, LIST.read, LIST.mark)
