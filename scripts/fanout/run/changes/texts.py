"""A file's text as the client's file tools see it, and what an edit makes of it.

The client reads UTF-8 (UTF-16 behind its mark), takes CRLF for LF, edits, and writes the file back in its own line
ends; so versions are compared as texts, with their line ends beside them. Held by tests/client/test_facts.py.
"""

from __future__ import annotations

DIGITS = 40  # of the name of a file's bytes or text: see fanout.run.changes.objects
LF, CRLF, MIXED, NO_LINES = "lf", "crlf", "mixed", ""
NO_NEWLINE = "\\"  # begins the line of a hunk that says so of the line above


def read(data: bytes) -> tuple[str, str]:
    """The text that a file's bytes hold, and its line ends."""
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8", "replace")
    if data[:2] == b"\xff\xfe":
        text = "\ufeff" + text  # the client keeps the mark as a character
    return text.replace("\r\n", "\n"), ends_of(text)


def ends_of(text: str) -> str:
    """Which line ends a text has."""
    lines, crlf = text.count("\n"), text.count("\r\n")
    return NO_LINES if not lines else LF if not crlf else CRLF if crlf == lines else MIXED


def encoded(text: str) -> bytes:
    """As the client writes it: half of a surrogate pair becomes the replacement character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text).encode()


def edited(text: str, old: str, new: str, everywhere: bool) -> list[str]:
    """What replacing `old` may make of the text; nothing when it is not there.

    Two answers where an edit deletes: the client takes the rest of the line's end with it.
    """
    if not old:
        return [new] if not text else []
    count = -1 if everywhere else 1
    results = [text.replace(old, new, count)] if old in text else []
    if not new and not old.endswith("\n") and f"{old}\n" in text:
        results.append(text.replace(f"{old}\n", new, count))
    return results


def patched(text: str, hunks: object) -> str | None:
    """The text after the hunks of the client's `structuredPatch`; None when there are none or they don't fit it."""
    if not isinstance(hunks, list) or not hunks:
        return None
    old = _lines(text)
    out: list[str] = []
    at = 0
    for hunk in hunks:
        start, body = _hunk(hunk)
        if start < at or start > len(old):
            return None
        out += old[at:start]
        at = start
        for mark, line in body:
            if mark in " -":
                if at >= len(old) or old[at] != line:
                    return None
                at += 1
            if mark in " +":
                out.append(line)
    return "".join(out + old[at:])


def _lines(text: str) -> list[str]:
    """With their ends."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _hunk(hunk: object) -> tuple[int, list[tuple[str, str]]]:
    """Where a hunk begins, from 0, and its lines with their marks; -1 for what is no hunk."""
    start = hunk.get("oldStart") if isinstance(hunk, dict) else None
    lines = hunk.get("lines") if isinstance(hunk, dict) else None
    if not isinstance(start, int) or not isinstance(lines, list):
        return -1, []
    body: list[tuple[str, str]] = []
    for line in lines:
        if not isinstance(line, str) or line[:1] not in (" ", "-", "+", NO_NEWLINE):
            return -1, []
        if line[0] != NO_NEWLINE:
            body.append((line[0], f"{line[1:]}\n"))
        elif body:
            body[-1] = (body[-1][0], body[-1][1][:-1])
    return max(0, start - 1), body


def name_of(text: str) -> str:
    """The name of the text, as of an object with these bytes."""
    return digest(encoded(text))


def digest(data: bytes) -> str:
    try:
        from _blake2 import blake2b  # hashlib loads OpenSSL with it
    except ImportError:
        from hashlib import blake2b

    return str(blake2b(data, digest_size=DIGITS // 2).hexdigest())
