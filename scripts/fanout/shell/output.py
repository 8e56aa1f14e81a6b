"""echo and printf: the text that they print, as far as known."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.tree import Simple


def echo(call: Call, _: Simple | None) -> None:
    call.shell.status = 0
    if not call.wanted:
        return
    args = list(call.args)
    newline, escapes = True, False
    while args and args[0][:1] == "-" and args[0][1:] and not args[0][1:].strip("neE"):
        flags = args.pop(0)
        newline, escapes = newline and "n" not in flags, escapes or "e" in flags
    text = " ".join(args)
    call.emit((unescape(text, "0") if escapes else text) + ("\n" if newline else ""))


def unescape(text: str, before: str = "") -> str:
    """Escapes as `$'...'` has them; `before`: what stands before an octal number, for echo and %b."""
    if "\\" not in text:
        return text
    return _ansi_reader(text, before)


def _ansi_reader(text: str, before: str) -> str:
    from fanout.shell.words import Unparsable, WordReader

    try:
        text = re.sub(r"\\0(?![0-7])|\\x00|\\000", r"\n", text)
        text = re.sub(rf"\\{before}([0-7]{{1,3}})", r"\\\1", text) if before else text
        return WordReader("'" + text.replace("'", "\\'") + "'").ansi()
    except Unparsable:
        return UNKNOWN


def printf(call: Call, _: Simple | None) -> None:
    shell, args = call.shell, list(call.args)
    shell.status = 0
    name = ""
    if args[:1] == ["-v"] and len(args) > 1:
        name, args = args[1], args[2:]
    if args[:1] == ["--"]:
        args = args[1:]
    if not (args and (name or call.wanted)):
        return
    text = formatted(args[0], args[1:])
    if name:
        if "[" in name:
            shell.run_text(f': "{name}"', "printf")
        shell.assign(name.partition("[")[0], text)
    else:
        call.emit(text)


def formatted(template: str, args: list[str]) -> str:
    """printf's output, for the conversions that name files; others are UNKNOWN."""
    if UNKNOWN in template:
        return UNKNOWN
    template = unescape(template)
    if "%" not in template:
        return template
    pieces = re.split(r"%(%|-?0?\d*(?:\.\d+)?[a-zA-Z])", template)
    out: list[str] = []
    queue = list(args)
    while True:
        for number, piece in enumerate(pieces):
            if number % 2 == 0:
                out.append(piece)
            elif piece == "%":
                out.append("%")
            else:
                out.append(converted(piece, queue.pop(0) if queue else ""))
        if not queue or not any(piece != "%" for piece in pieces[1::2]):
            return "".join(out)


def converted(conversion: str, arg: str) -> str:
    if conversion == "b":
        return unescape(arg, "0")
    if conversion == "s":
        return arg
    if conversion == "q":
        return escaped(arg)
    if conversion[-1] in "di" and arg.strip().lstrip("-").isdigit():
        return ("%" + conversion[:-1] + "d") % int(arg)
    return UNKNOWN


def escaped(text: str) -> str:
    """As `%q` and `${x@Q}` print it: the shell reads it as one word again."""
    if UNKNOWN in text or not text.isprintable():
        return text if UNKNOWN in text else quoted(text)
    return re.sub(r"[^\w@%+=:,./-]", lambda found: "\\" + found[0], text) or "''"


def quoted(text: str) -> str:
    return text if UNKNOWN in text else "'" + text.replace("'", "'\\''") + "'"
