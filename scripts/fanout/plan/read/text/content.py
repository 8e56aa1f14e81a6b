"""A text file as bytes and as text at once, so that an edit found in the text lands on the right bytes."""

from __future__ import annotations

import json
import re

from fanout.plan.file_access import Files, decode
from fanout.plan.read.text import jsonc
from fanout.plan.read.text.markdown import status_of
from fanout.plan.reading import Edit, Status

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Content:
    """What a file holds now. `text` is what `Files.text` gives: no byte order mark, line ends as they are."""

    def __init__(self, files: Files, path: str) -> None:
        self.path = path
        self.data = files.data(path)
        self.text = decode(self.data, path)
        found = next((mark for mark in _MARKS if self.data.startswith(mark[0])), (b"", "utf-8"))
        self._mark, self._encoding = len(found[0]), found[1]

    def edit(self, start: int, end: int, after: str, derived: bool = False) -> Edit:
        """Replace the characters [start, end) by `after`."""
        first = self._mark + len(self.text[:start].encode(self._encoding))
        before = self.text[start:end].encode(self._encoding)
        return Edit(self.path, first, first + len(before), before, after.encode(self._encoding), derived)


def flip(content: Content, at: int, token: str, status: Status) -> list[Edit]:
    """Set the check box whose character lies at `at`: it knows done and not done, and stays for everything else."""
    after = {"completed": "x", "pending": " "}.get(status)
    if after is None or status_of(token) == status:
        return []
    return [content.edit(at, at + len(token), after)]


def json_edits(
    content: Content, start: int, values: dict[str, object], anchor: str, derived: bool = False
) -> list[Edit]:
    """Edits that give the object at `start` these values: in place, or new members behind the member `anchor`."""
    plain = jsonc.plain(content.text)
    spots = jsonc.members(plain, start)
    edits: list[Edit] = []
    missing: dict[str, object] = {}
    for key, value in values.items():
        if key not in spots:
            missing[key] = value
        elif json.loads(plain[slice(*spots[key])]) != value:
            edits.append(content.edit(*spots[key], json.dumps(value, ensure_ascii=False), derived))
    if missing:
        edits.append(_insertion(content, plain, start, spots, missing, anchor, derived))
    return edits


def _insertion(
    content: Content,
    plain: str,
    start: int,
    spots: dict[str, jsonc.Span],
    missing: dict[str, object],
    anchor: str,
    derived: bool,
) -> Edit:
    members = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in missing.items()]
    brace = plain.index("{", start)
    if not spots:
        return content.edit(brace + 1, brace + 1, ", ".join(members), derived)
    gap = re.compile(r"\s*").match(plain, brace + 1)
    space = gap[0] if gap else ""
    if anchor in spots:
        end = spots[anchor][1]
        return content.edit(end, end, "".join(f",{space or ' '}{member}" for member in members), derived)
    return content.edit(brace + 1, brace + 1, "".join(f"{space}{member}," for member in members), derived)
