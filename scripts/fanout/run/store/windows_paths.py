"""A path as Windows takes it: several spellings there open one file, and none of them is what its folder lists.

Pure, so that it is tested on every system. What only the file system knows (short names, another case) realpath tells.
"""

from __future__ import annotations

PREFIXES = ("//?/unc/", "//?/", "//./")  # as far as a program may ask for more than Windows allows by itself


def plain(path: str) -> str:
    """`/` between segments; the drive as `C:`, also of Git Bash's `/c/`; without what Windows leaves off: a prefix, dots and
    spaces at the end of a segment, the stream behind a colon."""
    path = path.replace("\\", "/")
    for prefix in PREFIXES:
        if path.lower().startswith(prefix):
            path = ("//" if "unc" in prefix else "") + path[len(prefix) :]
            break
    drive, rest = _drive(path)
    return drive + "/".join(_segment(part) for part in rest.split("/"))


def _drive(path: str) -> tuple[str, str]:
    """The drive in capitals, "" for none, and what follows it."""
    if path[1:2] == ":" and path[:1].isascii() and path[:1].isalpha():
        return f"{path[0].upper()}:", path[2:]
    if path[:1] == "/" and path[1:2].isascii() and path[1:2].isalpha() and path[2:3] in ("", "/"):
        return f"{path[1].upper()}:", path[2:] or "/"
    return "", path


def _segment(part: str) -> str:
    if part in (".", ".."):
        return part
    return part.partition(":")[0].rstrip(". ")
