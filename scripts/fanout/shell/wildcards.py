"""Wildcards of shells that leave them to the command: PowerShell and cmd."""

from __future__ import annotations

from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.virtual_filesystem import VirtualFilesystem

MAX_MATCHES = 400


def matching(world: VirtualFilesystem, path: str) -> list[str]:
    """What a path with wildcards stands for now; the path itself where it has none, UNKNOWN behind where too many."""
    if UNKNOWN in path or not has_wildcard(path):
        return [path]
    first, *others = path.split("/")
    heads = _below(world, "", first)
    for piece in others:
        heads = [longer for head in heads for longer in _below(world, head + "/", piece)]
        if len(heads) > MAX_MATCHES:
            return [path.partition("*")[0] + UNKNOWN]
    return [head for head in heads if world.exists(head.rstrip("/") or "/")]


def _below(world: VirtualFilesystem, folder: str, piece: str) -> list[str]:
    """The paths in a folder that one piece of a path stands for; the folder is "" or ends with a slash."""
    if not has_wildcard(piece):
        return [folder + piece]
    from fnmatch import fnmatch

    return [folder + name for name in sorted(world.names(folder or ".")) if fnmatch(name, piece)]


def has_wildcard(text: str) -> bool:
    return any(char in text for char in "*?[")
