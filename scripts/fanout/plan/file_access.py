"""What a reader may ask of the files beside its source. It is handed in: the planner itself opens nothing."""

from __future__ import annotations

import re
from typing import Protocol

from fanout.errors import FanoutError


class Files(Protocol):
    """Read-only access by absolute path. What can't be read is not there, but for `text` and `data`, which raise."""

    def text(self, path: str) -> str:
        """The decoded content. Raises FanoutError when it can't be read or is no text."""

    def data(self, path: str) -> bytes:
        """The bytes. Raises FanoutError when they can't be read."""

    def peek(self, path: str, characters: int = -1) -> str:
        """The beginning, or all, as text, whatever it holds; "" when it can't be read."""

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none when it can't be read."""

    def exists(self, path: str) -> bool: ...

    def is_file(self, path: str) -> bool: ...

    def is_folder(self, path: str) -> bool: ...


class NoFiles:
    """Nothing stands beside the source: it came from standard input, or from a test."""

    def text(self, path: str) -> str:
        raise FanoutError(f"{path} can't be read: no file is in reach.", "Name the file itself.")

    def data(self, path: str) -> bytes:
        raise FanoutError(f"{path} can't be read: no file is in reach.", "Name the file itself.")

    def peek(self, path: str, characters: int = -1) -> str:
        return ""

    def names(self, folder: str) -> list[str]:
        return []

    def exists(self, path: str) -> bool:
        return False

    is_file = is_folder = exists


NO_FILES: Files = NoFiles()


_UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
# Text of one byte a character inside UTF-16: no letters of any script hold two blanks so near each other.
_BYTES = re.compile(rb"[\t\n\r -~]{8,}")
_BLANK = re.compile(rb"[\n ]")
_LOOKED_AT = 2000  # bytes


def decode(data: bytes, place: str) -> str:
    """UTF-8 (or UTF-16 with its mark) as text, line ends as they are. Raises FanoutError naming line and column."""
    if data.startswith(_UTF32):
        raise FanoutError(f"{place}: it is UTF-32 text.", "Save the file as UTF-8.")
    codec = next((name for mark, name in _UTF16 if data.startswith(mark)), "")
    if codec:
        return _utf16(data[2:], codec, place)
    if len(data) > 7 and data[:_LOOKED_AT].count(0) * 4 > len(data[:_LOOKED_AT]):
        message = f"{place}: no text, or UTF-16 without its mark: many bytes are 0."
        raise FanoutError(message, "Save the file as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise FanoutError(f"{place}:{line}:{column}: not UTF-8 text.", "Save the file as UTF-8.") from None


def _utf16(data: bytes, codec: str, place: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise _damaged(data[: error.start], codec, place) from None
    mixed = next((run.start() for run in _BYTES.finditer(data) if len(_BLANK.findall(run[0])) > 1), None)
    if mixed is not None:
        raise _damaged(data[: mixed + mixed % 2], codec, place)
    return text


def _damaged(before: bytes, codec: str, place: str) -> FanoutError:
    """The text behind `before` is not what its beginning says."""
    text = before.decode(codec, "replace")
    where = f"{place}:{text.count(chr(10)) + 1}:{len(text) - text.rfind(chr(10))}"
    fix = "Save the whole file as UTF-8. PowerShell's Add-Content appends other text to what > has written."
    return FanoutError(f"{where}: damaged UTF-16 text.", fix)
