"""The shell's own commands: those that change its state, and those whose status can be known."""

from __future__ import annotations

from fanout.shell.commands import load
from fanout.shell.conditions import test
from fanout.shell.effects import CREATE, MODIFY
from fanout.shell.expand import single
from fanout.shell.globs import UNKNOWN, passed_on
from fanout.shell.output import echo, printf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call
    from fanout.shell.shell import Shell
    from fanout.shell.tree import Simple


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
        there = shell.world.absolute(_searched(shell, target))
    shell.status = 0 if UNKNOWN not in there and shell.world.is_folder(there) else None
    shell.places = (there,)
    shell.world.cwd = there
    shell.assign("OLDPWD", before)


def _searched(shell: Shell, target: str) -> str:
    """Where `CDPATH` finds a relative name."""
    path = shell.lookup("CDPATH", "")
    if not path or target.startswith(("/", "./", "../")) or target in (".", ".."):
        return target
    places = (f"{entry.rstrip('/')}/{target}" if entry else target for entry in path[0].split(":"))
    return next((place for place in places if UNKNOWN not in place and shell.world.is_folder(place)), target)


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
        _declare_names(call, node)
        if any(arg[:1] == "-" and "n" in arg for arg in call.args):
            for item in node.declared:
                shell.refer(item.name, single(shell, item.value))
        else:
            shell.set_variables(node.declared)
    for arg in call.args:
        subscript(shell, arg.partition("=")[0])
        name, equals, value = arg.partition("=")
        if equals and name.isidentifier():
            shell.assign(name, value)
    shell.status = 0


def _declare_names(call: Call, node: Simple) -> None:
    """`local` keeps what the name held outside; `-A` makes it a dictionary."""
    shell, plain = call.shell, [arg for arg in call.args if arg.isidentifier()]
    if call.name == "local" and shell.frames:
        for name in [*(item.name for item in node.declared), *plain]:
            shell.frames[-1].setdefault(name, shell.variables.get(name))
    if any(arg.startswith("-") and "A" in arg for arg in call.args):
        for name in plain:
            shell.assign(name, {})


def unset(call: Call, _: Simple | None) -> None:
    for name in call.args:
        subscript(call.shell, name)
        call.shell.variables.pop(name, None)
        call.shell.functions.pop(name, None)


def let(call: Call, _: Simple | None) -> None:
    value = None
    for arg in call.args:
        value = call.shell.arithmetic(arg)
    call.shell.status = None if value is None else int(value == 0)


def read(call: Call, _: Simple | None) -> None:
    shell = call.shell
    options = call.options("adinNptu")
    names = options.all("a") or options.rest or ["REPLY"]
    for name in names:
        subscript(shell, name)
    text = shell.stdin.read(call.world) if shell.stdin is not None and not options.has("u") else None
    if text is None or shell.stdin is None or text.rstrip("\n") in (UNKNOWN, passed_on(text)):
        for name in names:
            shell.assign(name, passed_on(text))
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
    for callback in options.all("C"):
        call.shell.run_text(callback, "mapfile")
    text = call.input()
    lines = [UNKNOWN] if text is None else text.split("\n")
    call.shell.assign(options.rest[0] if options.rest else "MAPFILE", lines[:-1] if lines[-1:] == [""] else lines)


def set_(call: Call, _: Simple | None) -> None:
    args = call.args
    if any(arg[:1] == "-" and arg[1:2] != "-" and "x" in arg for arg in args) or "xtrace" in args:
        for text in call.shell.lookup("PS4", "") or []:
            subscript(call.shell, text)
    if "--" in args:
        call.shell.positional = args[args.index("--") + 1 :]
    elif args and args[0][0:1] not in ("-", "+"):
        call.shell.positional = args
    call.shell.status = 0


def alias(call: Call, _: Simple | None) -> None:
    for arg in call.args:
        name, equals, value = arg.partition("=")
        if equals:
            call.shell.aliases[name] = value
    call.emit(None)


def compgen(call: Call, _: Simple | None) -> None:
    """`-C command` runs it, `-F name` calls a function, `-W words` expands."""
    options = call.options("oAGWFCXPSV")
    for text in [*options.all("C"), *options.all("F")]:
        call.shell.run_text(text, "compgen")
    for text in options.all("W"):
        subscript(call.shell, text)
    call.emit(None)


def subscript(shell: Shell, text: str) -> None:
    """Text that the shell expands when it is used: the index of a name given as a word, `PS4`."""
    if "$(" in text or "`" in text or "<(" in text:
        shell.run_text(': "' + text.replace('"', "") + '"', "an expansion")


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


def colon(call: Call, _: Simple | None) -> None:
    call.shell.status = 0


def false(call: Call, _: Simple | None) -> None:
    call.shell.status = 1


def nothing(call: Call, _: Simple | None) -> None:
    """Builtins that read or set what no file and no path depends on."""
    call.emit(None)


def kill(call: Call, _: Simple | None) -> None:
    load("runtime.kill_commands:kill")(call)
    call.emit(None)


def history(call: Call, _: Simple | None) -> None:
    options = call.options("d")
    for path in options.rest if options.has("w", "a") else []:
        call.shell.write(path, MODIFY if call.world.exists(path) else CREATE, False, call.name)


NAMES: dict[Callable[[Call, Simple | None], None], str] = {
    cd: "cd",
    pushd: "pushd",
    popd: "popd",
    pwd: "pwd",
    declare: "export declare typeset local readonly",
    unset: "unset",
    let: "let",
    read: "read",
    mapfile: "mapfile readarray",
    set_: "set",
    shift: "shift",
    shopt: "shopt",
    jump: "break continue return exit",
    eval_: "eval",
    source: "source .",
    trap: "trap",
    exec_: "exec",
    echo: "echo",
    printf: "printf",
    test: "test [",
    alias: "alias",
    compgen: "compgen",
    colon: "true :",
    false: "false",
    nothing: (
        "unalias bg bind caller complete dirs disown enable fc fg getopts hash help jobs logout "
        "times type ulimit umask wait suspend"
    ),
    kill: "kill",
    history: "history",
}
BUILTINS = {name: function for function, names in NAMES.items() for name in names.split()}
