"""The file system, as the readers of the planner see it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from fanout.errors import FanoutError
from fanout.plan.file_access import decode

LARGEST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Disk:
    """`plan.files.Files` of what is there now. Two of them are the same."""

    def text(self, path: str) -> str:
        try:
            if os.path.getsize(path) > LARGEST_BYTES:
                raise FanoutError(f"{path} is larger than {LARGEST_BYTES >> 20} MB.", "Name the task list itself.")
            with open(path, "rb") as file:
                return decode(file.read(), path)
        except OSError as error:
            raise FanoutError(f"{path} can't be read: {error.strerror}.", "Check its permissions.") from None

    def data(self, path: str) -> bytes:
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError as error:
            raise FanoutError(f"{path} can't be read: {error.strerror}.", "Has it been moved?") from None

    def peek(self, path: str, characters: int = -1) -> str:
        try:
            with open(path, "rb") as file:
                marked = file.read(2) in (b"\xff\xfe", b"\xfe\xff")
            with open(path, encoding="utf-16" if marked else "utf-8-sig", errors="replace") as file:
                return file.read(characters)
        except OSError:
            return ""

    def names(self, folder: str) -> list[str]:
        try:
            return sorted(os.listdir(folder))
        except OSError:
            return []

    def exists(self, path: str) -> bool:
        return os.path.exists(path)

    def is_file(self, path: str) -> bool:
        return os.path.isfile(path)

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(path)


DISK = Disk()
