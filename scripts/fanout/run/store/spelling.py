"""How the folders spell a path: the names that they list, whatever spelling it was asked for in.

Where case or normalisation does not tell names apart, a file answers to several names, and git, journals and commits
know it by one: the one that its folder lists. A name that is not there is spelled as it was written.
"""

from __future__ import annotations

import os

from fanout.run.store import case_folding, state_dir


class Spelling:
    """Looks names up in listings, each read once: make a new one when files may have come or gone. state_dir.RULED are spelled
    so whatever a folder lists.

    `by_key`: a listed name of the same key stands for one that is not there, as the plan's NFC does for a folder in NFD.
    """

    __slots__ = ("_folds", "_keys", "_listed", "_must_be_found", "_places")

    def __init__(self, folds: bool, by_key: bool = False) -> None:
        self._folds = folds
        self._must_be_found = not (by_key or case_folding.is_forced())
        self._places: dict[str, tuple[str, bool]] = {}
        self._listed: dict[str, frozenset[str]] = {}
        self._keys: dict[str, dict[str, str]] = {}

    def of(self, full: str, known: str = "") -> str:
        """An absolute path as it is listed; `known`, a folder that is spelled so already, is not looked up again."""
        folder, last = os.path.split(full)
        if not last or full == known:
            return full
        return self._within(*self._place(folder, known), last)[0]

    def _place(self, folder: str, known: str) -> tuple[str, bool]:
        """A folder as it is listed, and whether it is there."""
        if folder not in self._places:
            above, last = os.path.split(folder)
            if not last or folder == known:
                self._places[folder] = (folder, True)
            else:
                self._places[folder] = self._within(*self._place(above, known), last)
        return self._places[folder]

    def _within(self, folder: str, is_there: bool, part: str) -> tuple[str, bool]:
        if self._is_own(part):
            return os.path.join(folder, part.casefold()), is_there
        name = self._name(folder, part) if is_there else None
        return os.path.join(folder, name or part), name is not None

    def _is_own(self, part: str) -> bool:
        return self._folds and part.casefold() in state_dir.RULED

    def _name(self, folder: str, part: str) -> str | None:
        """The part as the folder lists it; None when it is not there."""
        if not self._folds and part.isascii():
            return part
        if self._must_be_found and not os.path.lexists(os.path.join(folder, part)):
            return None
        listed = self._names(folder)
        if part in listed or not listed:
            return part
        if folder not in self._keys:
            self._keys[folder] = {key(name, self._folds): name for name in listed}
        return self._keys[folder].get(key(part, self._folds))

    def _names(self, folder: str) -> frozenset[str]:
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._listed[folder] = frozenset()
        return self._listed[folder]


def key(name: str, folds: bool) -> str:
    """The form in which names are compared: NFC, and folded where the file system does not tell case apart."""
    if name.isascii():
        return case_folding.as_key(name.lower()) if folds else name
    import unicodedata

    name = unicodedata.normalize("NFC", name)
    return case_folding.as_key(unicodedata.normalize("NFC", name.casefold())) if folds else name
