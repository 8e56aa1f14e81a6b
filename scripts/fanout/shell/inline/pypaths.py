"""Paths of a followed Python program: parts, joins, files opened, renamed, found by a pattern."""

from __future__ import annotations

import re

from fanout.shell import globs
from fanout.shell.effects import MODIFY, TRUNCATE
from fanout.shell.globs import UNKNOWN
from fanout.shell.inline.pyvalues import Args, Handle, Missing, PathText, Value, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


def joined(parts: list[str]) -> str:
    out = ""
    for part in parts:
        if not part and out:
            continue  # for a path of pathlib; `os.path.join` adds a slash, which names the same
        out = part if part.startswith("/") or not out else out.rstrip("/") + "/" + part
    return out


def percent(template: str, values: Value) -> str:
    queue = list(values) if isinstance(values, (list, tuple)) else [values]
    return re.sub(r"%[sdr]", lambda _: text_of(queue.pop(0)) if queue else UNKNOWN, template)


def path_attribute(path: PathText, name: str) -> Value:
    head, _, last = path.rpartition("/")
    stem, dot, suffix = last.rpartition(".")
    attributes = {
        "name": last,
        "stem": stem if dot and stem else last,
        "suffix": dot + suffix if dot and stem else "",
    }.get(name)
    if name == "parent":
        return PathText(head or ("/" if path.startswith("/") else "."))
    return Missing if attributes is None else attributes


def mode_of(args: Args, number: int) -> str:
    """How a file is opened, UNKNOWN where only the running program says."""
    mode = args.get(number, "mode") if args.has(number, "mode") else "r"
    return mode if isinstance(mode, str) else UNKNOWN


def opened(call: Call, path: str, mode: str) -> Handle:
    if UNKNOWN in mode:
        call.shell.write(UNKNOWN, MODIFY, False, call.name)
    elif "w" in mode:
        call.shell.write(path, TRUNCATE, False, call.name)
    elif "x" in mode:
        call.create(path)
    elif "a" in mode or "+" in mode:
        call.write(path)
    return Handle(path)


def renamed(call: Call, source: str, target: str) -> None:
    from fanout.shell.copies import move

    move(call, source, target)


def matching(call: Call, pattern: str, top: str, deep: bool) -> Value:
    """glob: found on the disk; `**` goes down."""
    if UNKNOWN in pattern + top or not call.world.known:
        return Missing
    whole = joined([top, pattern]) if top not in ("", ".") else pattern
    if deep or "**" in pattern:
        return _deep(call, whole, pattern if deep else "")
    marked = globs.activate(whole)
    if not globs.has_wildcard(marked):
        return [whole] if call.world.exists(whole) else []
    names = globs.expand(marked, call.world)
    return [] if names == [globs.literal(marked)] and not call.world.exists(names[0]) else names


def _deep(call: Call, whole: str, below: str) -> Value:
    head = whole.partition("**")[0].rstrip("/") if not below else whole[: -len(below)].rstrip("/")
    tail = below or whole.partition("**")[2].lstrip("/")
    files = call.world.files_below(head)
    if files is None or "**" in tail:
        return Missing
    marked = globs.activate(tail)
    expression = re.compile("(?:.*/)?" + globs.regex(marked, False), re.S)
    return [path for path in files if expression.fullmatch(path[len(head) :].lstrip("/"))]
