"""Wildcards of shells that leave them to the command: PowerShell and cmd."""

from __future__ import annotations

from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.virtual_filesystem import VirtualFilesystem

MAX_MATCHES = 400


def matching(world: VirtualFilesystem, path: str) -> list[str]:
    """What a path with wildcards stands for now; the path itself where it has none, UNKNOWN behind where too many."""
    if UNKNOWN in path or not any(char in path for char in "*?["):
        return [path]
    from fnmatch import fnmatch

    heads = [""]
    pieces = path.split("/")
    for number, piece in enumerate(pieces):
        end = "" if number == len(pieces) - 1 else "/"
        if any(char in piece for char in "*?["):
            heads = [
                head + name + end for head in heads for name in sorted(world.names(head or ".")) if fnmatch(name, piece)
            ]
        else:
            heads = [head + piece + end for head in heads]
        if len(heads) > MAX_MATCHES:
            return [path.partition("*")[0] + UNKNOWN]
    return [head for head in heads if world.exists(head.rstrip("/") or "/")]
