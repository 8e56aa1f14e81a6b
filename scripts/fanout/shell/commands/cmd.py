"""cmd /c "line": the commands of Windows' old shell that write files."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.effects import CREATE, DELETE, MODIFY, MOVE, TRUNCATE
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

READING = frozenset(
    """
    cd chdir cls date dir echo find findstr more path rem set sort time title tree type ver vol where exit
    """.split()
)
WORDS = r'"([^"]*)"|([^\s"]+)'
STEPS = r'((?:"[^"]*"|[^"&|])+)'


def cmd(call: Call) -> None:
    """What stands behind /c or /k."""
    at = next(
        (n for n, arg in enumerate(call.args) if arg.lower().lstrip("/") in ("c", "k") and arg.startswith("/")), -1
    )
    if at < 0:
        call.unknown("runs what its input says")
        return
    line = " ".join(call.args[at + 1 :])
    if UNKNOWN in line or "%" in line or "^" in line or "(" in line:
        call.unknown("runs text that is known only when it runs")
        call.shell.run_text(line, call.name)
        return
    for step in re.findall(STEPS, line):
        _step(call, step)


def _step(call: Call, step: str) -> None:
    for op, quoted, bare in re.findall(r'(>>?)\s*(?:"([^"]*)"|([^\s"&]+))', step):
        target = (quoted or bare).replace("\\", "/")
        if target.lower() != "nul":
            call.shell.write(target, MODIFY if op == ">>" else TRUNCATE)
    step = re.sub(r'\d?>>?\s*(?:&\d|"[^"]*"|[^\s"&]+)', " ", step)
    words = [(quoted or bare).replace("\\", "/") for quoted, bare in re.findall(WORDS, step)]
    if not words:
        return
    name, rest = words[0].lower(), [word for word in words[1:] if not (word.startswith("/") and len(word) <= 3)]
    rule = RULES.get(name)
    if rule is not None:
        rule(call, rest)
    elif name not in READING:
        call.shell.invoke(words)


def _each(call: Call, path: str) -> list[str]:
    from fanout.shell.wildcards import matching

    return matching(call.world, path)


def _deletes(call: Call, words: list[str]) -> None:
    for path in (one for word in words for one in _each(call, word)):
        call.shell.write(path, DELETE, call.world.is_folder(path))


def _copies(call: Call, words: list[str]) -> None:
    target = words[1] if len(words) > 1 else "."
    for source in _each(call, words[0]) if words else []:
        into = f"{target.rstrip('/')}/{source.rpartition('/')[2]}" if call.world.is_folder(target) else target
        call.shell.write(into, TRUNCATE, call.world.is_folder(source))


def _moves(call: Call, words: list[str]) -> None:
    for source in _each(call, words[0]) if words else []:
        call.shell.write(source, MOVE, call.world.is_folder(source))
    _copies(call, words)


def _renames(call: Call, words: list[str]) -> None:
    for source in _each(call, words[0]) if words else []:
        call.shell.write(source, MOVE, call.world.is_folder(source))
        call.shell.write(f"{source.rpartition('/')[0] or '.'}/{words[-1]}", TRUNCATE)


def _makes(call: Call, words: list[str]) -> None:
    for path in words:
        call.shell.write(path, CREATE, folder=True)


RULES: dict[str, Callable[[Call, list[str]], None]] = {
    "del": _deletes, "erase": _deletes, "rd": _deletes, "rmdir": _deletes, "copy": _copies, "xcopy": _copies,
    "move": _moves, "ren": _renames, "rename": _renames, "md": _makes, "mkdir": _makes,
}  # fmt: skip
