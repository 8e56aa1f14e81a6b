# ruff: noqa: RUF001 - dashes and full-width punctuation as people type them
"""A plan that says at its top that it is done as a whole: "**Status**: Complete". Nobody ticked its tasks then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fanout.plan.read.reading_builder import Gather

FORMATS = ("markdown", "plan", "claudekit", "superpowers", "exec-plan")
_TOP = 30  # lines
_STATUS = re.compile(
    r"[\W_]*(?:(?:plan|overall)\s+)?(?:status|状态|estado|statut|stato|ステータス|상태)[\W_]*[:：](?P<said>.*)\Z",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"[\W_]*(?:fully\s+|100\s?%\s*)?(?:completed?|done|implemented|shipped|finished|merged|已完成|完了|완료|erledigt|abgeschlossen|"
    r"terminé|completad[oa]|concluíd[oa])[\W_]*(?P<rest>\Z|[(（,;.—–-].*)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:retro\w*|review|report|audit|analysis|research|spec|design)\b", re.IGNORECASE
)  # done as a text
_NOT_ALL = re.compile(
    r"\b(?:phases?\s+[\w-]+|partial\w*|partly|remain\w*|except|but|not|ready|pending|findings?|docs?|documented|analysis|audit|"
    r"plan(?:ned|ning)?|spec|design|side|still|open|next)\b",
    re.IGNORECASE,
)


def settle(gather: Gather) -> None:
    """Take the tasks as done where the page says so and no task says anything else."""
    if gather.format not in FORMATS or not gather.entries or gather.source.is_folder:
        return
    if any(entry.note.status != "pending" for entry in gather.entries):
        return
    said = _said(gather.source.text)
    if said:
        count = len(gather.entries)
        for entry in gather.entries:
            entry.note.status = "completed"
        message = (
            f"the list's status is {said!r}, so its {count} open task{'s are' if count > 1 else ' is'} taken as done"
        )
        gather.warn("list-over", message, "", "Set that status back if there is still something to be done.")


def _said(text: str) -> str:
    """The status that the page gives itself above its first section, "" when it is another one than done."""
    for line in text.split("\n", _TOP)[:_TOP]:
        if line.startswith("## ") or (line.startswith("# ") and _ABOUT.search(line)):
            break
        match = _STATUS.match(line.rstrip())
        if match:
            over = _OVER.match(match["said"])
            return match["said"].strip(" *_\t") if over and not _NOT_ALL.search(over["rest"]) else ""
    return ""
