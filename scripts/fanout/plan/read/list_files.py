"""Where tools keep their lists: the file of a folder, or the one below the folder that a tool uses."""

from __future__ import annotations

import os

from fanout.errors import FanoutError
from fanout.plan.file_access import Files
from fanout.plan.reading import Source

_OVER = ("archive", "archived", "_archive", "completed", "_completed", ".template", "templates")


def below(files: Files, folder: str, place: str, name: str) -> list[str]:
    """The files `name` in the folders of `place`, whatever part of that path `folder` is: the project, .kiro, .kiro/specs."""
    parts = place.split("/")
    for cut in range(len(parts), -1, -1):
        if cut and folder.replace(os.sep, "/").split("/")[-cut:] != parts[:cut]:
            continue
        base = os.path.join(folder, *parts[cut:])
        paths = [os.path.join(base, one, name) for one in files.names(base) if one not in _OVER]
        kept = [path for path in paths if files.is_file(path)]
        if kept:
            return kept
    return []


def within(path: str, place: str) -> bool:
    """Whether the file or folder lies in the tool's own folder."""
    return f"/{place}/" in f"{path.replace(os.sep, '/')}/"


def file_of(source: Source, place: str, name: str) -> str:
    """The list that the source is, or the only one in it. Raises FanoutError when there are several."""
    if not source.is_folder:
        return source.path
    direct = os.path.join(source.path, name)
    if source.files.is_file(direct):
        return direct
    paths = below(source.files, source.path, place, name)
    if not paths:
        raise FanoutError(f"{source.path} has no {place}/<name>/{name}.", "Name the list itself.")
    if len(paths) > 1:
        names = ", ".join(os.path.relpath(os.path.dirname(path), source.path) for path in paths[:8])
        more = f", and {len(paths) - 8} more" if len(paths) > 8 else ""
        raise FanoutError(f"{source.path} holds {len(paths)} lists in {place}.", f"Name one: {names}{more}.")
    return paths[0]


def text_of(files: Files, path: str) -> str:
    """The content of a file, "" when it can't be read: for detection."""
    try:
        return files.text(path)
    except FanoutError:
        return ""


def content_of(source: Source, place: str, name: str) -> tuple[str, bool]:
    """The text to detect a format by, and whether the tool's own folder holds it."""
    if not source.is_folder:
        return source.text, within(source.path, place)
    direct = os.path.join(source.path, name)
    if source.files.is_file(direct):
        return text_of(source.files, direct), within(source.path, place)
    paths = below(source.files, source.path, place, name)
    return (text_of(source.files, paths[0]), True) if paths else ("", False)
