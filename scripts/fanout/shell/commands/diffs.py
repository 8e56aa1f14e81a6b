"""Patches: which files a diff changes, by its headers."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.virtual_filesystem import VirtualFilesystem


def targets(text: str, strip: int | None, world: VirtualFilesystem, prefix: str) -> list[tuple[str, bool]]:
    """Pairs of path and whether the patch removes it. `strip` as in `patch -p`."""
    paths: list[tuple[str, bool]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if (line.startswith("--- ") and number + 1 < len(lines) and lines[number + 1].startswith("+++ ")) or (
            line.startswith("*** ") and number + 1 < len(lines) and lines[number + 1].startswith("--- ")
        ):
            _pair(paths, _name(line), _name(lines[number + 1]), strip, world, prefix)
        elif line.startswith("rename from "):
            paths.append((prefix + line[12:], True))
        elif line.startswith(("rename to ", "copy to ")):
            paths.append((prefix + line.split(" ", 2)[2], False))
        elif line.startswith("diff --git "):
            _git_header(paths, line, lines[number + 1 : number + 6], prefix)
    return list(dict.fromkeys(paths))


def _git_header(found: list[tuple[str, bool]], line: str, following: list[str], prefix: str) -> None:
    """Empty files, binary files and mode changes have no `---` line."""
    match = re.match(r'diff --git "?a/(.*?)"? "?b/(.*?)"?$', line)
    if match is None or any(other.startswith(("--- ", "rename ", "copy ")) for other in following):
        return
    found.append((prefix + match.group(2), any(other.startswith("deleted file") for other in following)))


def _name(line: str) -> str:
    name = line[4:].split("\t")[0].strip()
    return name[1:-1] if name.startswith('"') else name


def _pair(
    paths: list[tuple[str, bool]], old: str, new: str, strip: int | None, world: VirtualFilesystem, prefix: str
) -> None:
    gone = new == "/dev/null"
    options = [name for name in (old, new) if name != "/dev/null"]
    cut = [stripped(name, strip) for name in (options[::-1] if options else [])]
    existing = [name for name in cut if world.exists(prefix + name)]
    for name in (existing or cut)[:1]:
        paths.append((prefix + name, gone))


def stripped(name: str, strip: int | None) -> str:
    if strip is None:
        return name.rpartition("/")[2]
    pieces = name.split("/")
    return "/".join(pieces[strip:]) if strip < len(pieces) else pieces[-1]


def applies(text: str, strip: int, world: VirtualFilesystem, prefix: str, reverse: bool) -> bool:
    """Whether every hunk fits its file just where it says; else `patch` may leave rejects and originals."""
    for block in re.split(r"(?m)^(?=--- )", text):
        head = re.match(r"--- (\S+).*\n\+\+\+ (\S+).*\n", block)
        if head is None:
            continue
        old, new = head.groups()
        name = new if reverse or old == "/dev/null" else old
        if name == "/dev/null" or (old == "/dev/null" and not reverse):
            continue
        content = world.read(prefix + stripped(name, strip))
        if content is None:
            return False
        lines = content.splitlines()
        if not all(_fits(lines, hunk, reverse) for hunk in re.split(r"(?m)^(?=@@ )", block)[1:]):
            return False
    return True


def _fits(lines: list[str], hunk: str, reverse: bool) -> bool:
    match = re.match(r"@@ -(\d+)(?:,\d+)? \+(\d+)", hunk)
    if match is None:
        return False
    start = max(int(match.group(2 if reverse else 1)) - 1, 0)
    kept = " +" if reverse else " -"
    wanted = [line[1:] for line in hunk.splitlines()[1:] if line and line[0] in kept]
    return lines[start : start + len(wanted)] == wanted
