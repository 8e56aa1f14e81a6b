"""spec-workflow-mcp: .spec-workflow/specs/<name>/tasks.md, Kiro's boxes with `File:`, `_Leverage:_` and `_Prompt:_`."""

from __future__ import annotations

import re

from fanout.plan.read.formats import kiro
from fanout.plan.read.tool_list import ToolList
from fanout.plan.reading import Format, Source

NAME = "spec-workflow"
_OWN = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?_(?:Leverage|Prompt):", re.MULTILINE | re.IGNORECASE)
_LOOKS = re.compile(r"\s*[-*+]\s+\[.?\]\s+\d")


def detect(source: Source) -> float:
    """Numbered boxes with `_Leverage:` or `_Prompt:` below them, or in the tool's folder."""
    text, own = LIST.content(source)
    if not kiro.BOX.search(text):
        return 0.0
    return 0.95 if own else 0.9 if _OWN.search(text) else 0.0


LIST = ToolList(
    name=NAME,
    place=".spec-workflow/specs",
    file="tasks.md",
    beside=("requirements.md", "design.md"),
    grammar=kiro.GRAMMAR,
    looks=_LOOKS,
)
FORMAT = Format(NAME, detect, LIST.read, LIST.mark)
