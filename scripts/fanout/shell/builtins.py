"""The shell's own commands: those that change its state, and those whose output or status can be known."""

from __future__ import annotations

import re

from fanout.shell import expand, globs
from fanout.shell.call import Options
from fanout.shell.effects import CREATE, MODIFY
from fanout.shell.globs import UNKNOWN
from fanout.shell.tree import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call
    from fanout.shell.shell import Shell
    from fanout.shell.tree import Condition, Simple

__all__ = ["BUILTINS", "condition"]
UNFOLLOWED = frozenset(
    [
        "-e",
        "-f",
        "-d",
        "-r",
        "-w",
        "-x",
        "-s",
        "-L",
        "-h",
        "-b",
        "-c",
        "-p",
        "-S",
        "-u",
        "-g",
        "-k",
        "-N",
        "-O",
        "-G",
        "-t",
        "-o",
        "-v",
        "-R",
        "-a",
    ]
)
NUMERIC = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}


# -- where we are ------------------------------------------------------------------------------------------------------


def cd(call: Call, _: Simple | None) -> None:
    shell = call.shell
    rest = [arg for arg in call.args if arg not in ("-P", "-L", "-e", "--")]
    target = rest[0] if rest else shell.home()
    if target == "-":
        found = shell.lookup("OLDPWD", "")
        target = found[0] if found else UNKNOWN
    go(shell, target)


def go(shell: Shell, target: str) -> None:
    """Changes the folder; where the target may be missing, the old one stays possible."""
    before = shell.world.cwd
    if UNKNOWN in target:
        there = UNKNOWN
    elif target == "":
        there = before
    else:
        there = shell.world.absolute(target)
    shell.status = 0 if UNKNOWN not in there and shell.world.is_folder(there) else None
    shell.places = (there,)
    shell.world.cwd = there
    shell.assign("OLDPWD", before)


def pushd(call: Call, _: Simple | None) -> None:
    rest = [arg for arg in call.args if not arg.startswith("-")]
    before = call.world.cwd
    if rest and not rest[0].startswith("+"):
        call.shell.stack.append(before)
        go(call.shell, rest[0])
    elif call.shell.stack:
        go(call.shell, call.shell.stack.pop())
        call.shell.stack.append(before)


def popd(call: Call, _: Simple | None) -> None:
    go(call.shell, call.shell.stack.pop() if call.shell.stack else UNKNOWN)


def pwd(call: Call, _: Simple | None) -> None:
    call.emit(call.world.cwd + "\n")
    call.shell.status = 0


# -- variables ---------------------------------------------------------------------------------------------------------


def declare(call: Call, node: Simple | None) -> None:
    shell = call.shell
    if node is not None:
        if call.name == "local" and shell.frames:
            names = [item.name for item in node.declared] + [arg for arg in call.args if arg.isidentifier()]
            for name in names:
                shell.frames[-1].setdefault(name, shell.variables.get(name))
        if any(arg.startswith("-") and "A" in arg for arg in call.args):
            for arg in call.args:
                if arg.isidentifier():
                    shell.assign(arg, {})
        shell.set_variables(node.declared)
    for arg in call.args:
        name, equals, value = arg.partition("=")
        if equals and name.isidentifier():
            shell.assign(name, value)
    shell.status = 0


def unset(call: Call, _: Simple | None) -> None:
    for name in call.args:
        call.shell.variables.pop(name, None)
        call.shell.functions.pop(name, None)


def let(call: Call, _: Simple | None) -> None:
    value = None
    for arg in call.args:
        value = call.shell.arithmetic(arg)
    call.shell.status = None if value is None else int(value == 0)


def read(call: Call, _: Simple | None) -> None:
    shell = call.shell
    options = call.options("dinNptu")
    names = (options.all("a") and options.rest[:1]) or options.rest or ["REPLY"]
    text = shell.stdin.read(call.world) if shell.stdin is not None and not options.has("u") else None
    if text is None or shell.stdin is None or text.rstrip("\n") == UNKNOWN:
        for name in names:
            shell.assign(name, UNKNOWN)
        return
    start = shell.stdin.at
    if start >= len(text):
        for name in names:
            shell.assign(name, "")
        shell.status = 1
        return
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    shell.stdin.at = end + 1
    fill(shell, names, text[start:end], options.has("a"))
    shell.status = 0


def fill(shell: Shell, names: list[str], line: str, array: bool) -> None:
    """Parts a line among variables as `read` does."""
    ifs = shell.variables.get("IFS")
    if ifs == "" and not array:
        pieces = [line]
    elif isinstance(ifs, str) and ifs.strip():
        pieces = line.split(ifs[0], -1 if array else len(names) - 1)
    else:
        pieces = line.split(None, -1 if array else len(names) - 1)
        pieces = [piece.strip() for piece in pieces]
    if array:
        shell.assign(names[0], pieces)
        return
    for number, name in enumerate(names):
        shell.assign(name, pieces[number] if number < len(pieces) else UNKNOWN if UNKNOWN in line else "")


def mapfile(call: Call, _: Simple | None) -> None:
    options = call.options("dnOsuCc")
    text = call.input()
    lines = [UNKNOWN] if text is None else text.split("\n")
    call.shell.assign(options.rest[0] if options.rest else "MAPFILE", lines[:-1] if lines[-1:] == [""] else lines)


def set_(call: Call, _: Simple | None) -> None:
    args = call.args
    if "--" in args:
        call.shell.positional = args[args.index("--") + 1 :]
    elif args and args[0][0:1] not in ("-", "+"):
        call.shell.positional = args
    call.shell.status = 0


def shift(call: Call, _: Simple | None) -> None:
    count = int(call.args[0]) if call.args and call.args[0].isdigit() else 1
    call.shell.positional = call.shell.positional[count:]


def shopt(call: Call, _: Simple | None) -> None:
    names = {arg for arg in call.args if not arg.startswith("-")}
    if "-s" in call.args:
        call.world.options |= names
    elif "-u" in call.args:
        call.world.options -= names
    call.shell.status = 0


# -- flow --------------------------------------------------------------------------------------------------------------


def jump(call: Call, _: Simple | None) -> None:
    """`break`, `continue`, `return`, `exit`: followed where it certainly happens."""
    shell = call.shell
    loop = call.name in ("break", "continue")
    floor = shell.floors["break" if loop else call.name]
    if shell.maybe <= floor and not (loop and call.args):
        shell.jump = call.name
    shell.status = int(call.args[0]) if call.args and call.args[0].isdigit() else shell.status


def eval_(call: Call, _: Simple | None) -> None:
    call.shell.run_text(" ".join(call.args), "eval")


def source(call: Call, _: Simple | None) -> None:
    """`. file`: followed when the line itself wrote the file; scripts from the disk may do anything."""
    from fanout.shell.invoke import load

    load("scripts:source")(call)


def trap(call: Call, _: Simple | None) -> None:
    rest = [arg for arg in call.args if arg not in ("-l", "-p", "--")]
    if len(rest) >= 2 and rest[0] not in ("-", "") and not rest[0].isdigit():
        places, cwd = call.shell.places, call.world.cwd
        call.shell.run_text(rest[0], "trap")
        call.shell.places, call.world.cwd = places, cwd
    call.shell.status = 0


def exec_(call: Call, _: Simple | None) -> None:
    options = call.options("a", stop=True)
    call.run(options.rest)
    if options.rest and call.shell.maybe <= call.shell.floors["exit"]:
        call.shell.jump = "exit"


def command(call: Call, _: Simple | None) -> None:
    from fanout.shell.invoke import external

    options = call.options(stop=True)
    rest = options.rest
    if options.has("v", "V") or not rest:
        call.emit(None)
    elif call.name == "builtin" or rest[0] in BUILTINS:
        BUILTINS.get(rest[0], colon)(type(call)(call.shell, rest[0], rest[1:]), None)
    elif UNKNOWN in rest[0]:
        call.run(rest)
    else:
        external(type(call)(call.shell, rest[0], rest[1:]))


# -- output ------------------------------------------------------------------------------------------------------------


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
    call.emit((unescape(text) if escapes else text) + ("\n" if newline else ""))


def unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ansi_reader(text)


def _ansi_reader(text: str) -> str:
    from fanout.shell.words import Unparsable, WordReader

    try:
        return WordReader("'" + re.sub(r"\\0(?![0-7])|\\x00|\\000", r"\n", text).replace("'", "\\'") + "'").ansi()
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
        shell.assign(name.partition("[")[0], text)
    else:
        call.emit(text)


def formatted(template: str, args: list[str]) -> str:
    """printf's output, for the conversions that name files; others are UNKNOWN."""
    if UNKNOWN in template:
        return UNKNOWN
    template = unescape(template)
    pieces = re.split(r"%(%|-?0?\d*(?:\.\d+)?[a-zA-Z])", template)
    if len(pieces) == 1:
        return template
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
    if conversion in ("s", "b", "q"):
        return arg
    if conversion[-1] in "di" and arg.strip().lstrip("-").isdigit():
        return ("%" + conversion[:-1] + "d") % int(arg)
    return UNKNOWN


# -- conditions --------------------------------------------------------------------------------------------------------


def test(call: Call, _: Simple | None) -> None:
    args = call.args[:-1] if call.name == "[" and call.args[-1:] == ["]"] else call.args
    verdict = Test(args).whole()
    call.shell.status = None if verdict is None else int(not verdict)


def condition(shell: Shell, node: Condition) -> None:
    """`[[ ]]`: texts compared, patterns matched, files not asked."""
    tokens: list[str] = []
    for word in node.words:
        part = word[0]
        bare = len(word) == 1 and isinstance(part, Text) and not part.quoted
        if tokens and tokens[-1] in ("=", "==", "!="):
            tokens.append(expand.pattern(shell, word))
        elif bare and isinstance(part, Text) and part.text in ("&&", "||", "(", ")", "!", "<", ">"):
            tokens.append(part.text)
        else:
            tokens.append(expand.single(shell, word))
    verdict = Test(tokens, True).whole()
    shell.status = None if verdict is None else int(not verdict)


class Test:
    """A condition as three values: True, False, or None where only the running shell can tell."""

    def __init__(self, tokens: list[str], patterns: bool = False) -> None:
        self.tokens = tokens
        self.patterns = patterns
        self.at = 0

    def whole(self) -> bool | None:
        if not self.tokens:
            return False
        verdict = self.either()
        return verdict if self.at >= len(self.tokens) else None

    def either(self) -> bool | None:
        verdict = self.both()
        while self.peek() in ("||", "-o"):
            self.at += 1
            other = self.both()
            verdict = True if verdict or other else None if verdict is None or other is None else False
        return verdict

    def both(self) -> bool | None:
        verdict = self.negation()
        while self.peek() in ("&&", "-a"):
            self.at += 1
            other = self.negation()
            verdict = False if verdict is False or other is False else None if None in (verdict, other) else True
        return verdict

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else ""

    def negation(self) -> bool | None:
        if self.peek() == "!" and self.at + 1 < len(self.tokens):
            self.at += 1
            verdict = self.negation()
            return None if verdict is None else not verdict
        if self.peek() == "(":
            self.at += 1
            verdict = self.either()
            self.at += 1
            return verdict
        return self.primary()

    def primary(self) -> bool | None:
        left, op = self.peek(), self.peek(1)
        if op in ("=", "==", "!=", "=~", "<", ">", "-nt", "-ot", "-ef") or op in NUMERIC:
            right = self.peek(2)
            self.at += 3
            return self.compared(left, op, right)
        if left in ("-z", "-n") and self.at + 1 < len(self.tokens):
            self.at += 2
            if op == UNKNOWN or not op.strip(UNKNOWN):
                return None if op else left == "-z"
            return (left == "-z") == (op == "")
        if left in UNFOLLOWED and self.at + 1 < len(self.tokens):
            self.at += 2
            return None
        self.at += 1
        return None if UNKNOWN in left else left != ""

    def compared(self, left: str, op: str, right: str) -> bool | None:
        if op in ("=", "==", "!="):
            same = globs.matches(left, right) if self.patterns else None if UNKNOWN in left + right else left == right
            return None if same is None else same == (op != "!=")
        if op in NUMERIC:
            try:
                return bool(NUMERIC[op](int(left), int(right)))
            except ValueError:
                return None
        return None


def colon(call: Call, _: Simple | None) -> None:
    call.shell.status = 0


def false(call: Call, _: Simple | None) -> None:
    call.shell.status = 1


def nothing(call: Call, _: Simple | None) -> None:
    """Builtins that read or set what no file and no path depends on."""
    call.emit(None)


def history(call: Call, _: Simple | None) -> None:
    options = Options(call.args, "d")
    for path in options.rest if options.has("w", "a") else []:
        call.shell.write(path, MODIFY if call.world.exists(path) else CREATE, False, call.name)


BUILTINS: dict[str, Callable[[Call, Simple | None], None]] = {
    "cd": cd,
    "pushd": pushd,
    "popd": popd,
    "pwd": pwd,
    "export": declare,
    "declare": declare,
    "typeset": declare,
    "local": declare,
    "readonly": declare,
    "unset": unset,
    "let": let,
    "read": read,
    "mapfile": mapfile,
    "readarray": mapfile,
    "set": set_,
    "shift": shift,
    "shopt": shopt,
    "break": jump,
    "continue": jump,
    "return": jump,
    "exit": jump,
    "eval": eval_,
    "source": source,
    ".": source,
    "trap": trap,
    "exec": exec_,
    "command": command,
    "builtin": command,
    "echo": echo,
    "printf": printf,
    "test": test,
    "[": test,
    "true": colon,
    ":": colon,
    "false": false,
    "alias": nothing,
    "unalias": nothing,
    "bg": nothing,
    "bind": nothing,
    "caller": nothing,
    "complete": nothing,
    "compgen": nothing,
    "dirs": nothing,
    "disown": nothing,
    "enable": nothing,
    "fc": nothing,
    "fg": nothing,
    "getopts": nothing,
    "hash": nothing,
    "help": nothing,
    "jobs": nothing,
    "kill": nothing,
    "logout": nothing,
    "times": nothing,
    "type": nothing,
    "ulimit": nothing,
    "umask": nothing,
    "wait": nothing,
    "history": history,
    "suspend": nothing,
}
