"""Commands of package managers in a text, and the manifests and lock files that they write."""

from __future__ import annotations

import posixpath

from fanout.plan.read.prose import vocabulary as words


def installs(text: str) -> list[tuple[str, list[str]]]:
    """Each package manager command in `text`, with the manifest and lock file that it writes."""
    commands: list[tuple[str, list[str]]] = []
    covered: set[int] = set()
    if not any([name in text for name in words.MANAGERS]):  # noqa: C419 - the loop is faster
        return commands
    for pattern, files in words.INSTALLS:
        for match in pattern.finditer(text):
            if match.start() not in covered:
                covered.add(match.start())
                folder = _cd_before(text, match.start())
                command = " ".join(match[0].split()[:2])
                commands.append((command, [posixpath.join(folder, file) if folder else file for file in files]))
    return commands


def _cd_before(text: str, at: int) -> str:
    found = [match[1] for match in words.CD.finditer(text, max(0, at - 80), at)]
    folder = posixpath.normpath(found[-1]) if found else ""
    return "" if folder.startswith((".", "/")) else folder
