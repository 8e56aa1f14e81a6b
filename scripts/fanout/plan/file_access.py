"""What a reader may ask of the files beside its source. It is handed in: the planner itself opens nothing."""

from __future__ import annotations

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


def decode(data: bytes, place: str) -> str:
    """UTF-8 (or UTF-16 with its mark) as text, line ends as they are. Raises FanoutError naming line and column."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise FanoutError(f"{place}:{line}:{column}: not UTF-8 text.", "Save the file as UTF-8.") from None
