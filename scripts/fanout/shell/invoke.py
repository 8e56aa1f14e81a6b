"""Finds what a command name means: function, builtin, a command with its own rules, a read-only one, or unknown."""

from __future__ import annotations

from fanout.shell.builtins import BUILTINS, colon
from fanout.shell.call import Call
from fanout.shell.commands import COMMANDS, READ_ONLY, load
from fanout.shell.globs import UNKNOWN
from fanout.shell.limits import MAX_NESTING, Overrun
from fanout.shell.output import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.shell import Shell
    from fanout.shell.tree import Simple

HELP = frozenset(("--version", "--help", "-V", "-version"))
SYSTEM = ("/bin/", "/usr/", "/sbin/", "/opt/", "/nix/", "/snap/")


def invoke(shell: Shell, arguments: list[str], node: Simple | None) -> None:
    """Runs one command with its expanded arguments. `node` is there for declarations only."""
    name = arguments[0]
    shell.status = None
    if UNKNOWN in name:
        shell.effects.unknowable("the command's name is known only when it runs")
        shell.emit(None)
        return
    shell.nesting += 1
    if shell.nesting > MAX_NESTING:
        raise Overrun("nested too deeply")
    try:
        _dispatch(shell, name, arguments, node)
    finally:
        shell.nesting -= 1


def _dispatch(shell: Shell, name: str, arguments: list[str], node: Simple | None) -> None:
    if name in shell.aliases and "expand_aliases" in shell.world.options:
        text = shell.aliases.pop(name)
        shell.run_text(" ".join([text, *(quoted(arg) for arg in arguments[1:])]), name)
        shell.aliases[name] = text
        return
    if name in shell.functions:
        shell.call_function(name, arguments[1:])
        return
    if name in ("command", "builtin"):
        command(Call(shell, name, arguments[1:]))
        return
    builtin = BUILTINS.get(name)
    if builtin is not None:
        builtin(Call(shell, name, arguments[1:]), node)
        return
    external(Call(shell, name, arguments[1:]))


TOOL_FOLDERS = ("vendor/bin", "node_modules/.bin", ".venv/bin", "venv/bin", "env/bin", ".tox/bin")
WRAPPERS = frozenset(("gradlew", "mvnw"))


def _is_tool(call: Call) -> bool:
    """Whether a path leads to an installed program: by its folder, or because it is not one of the project's files."""
    folder = call.path.rpartition("/")[0]
    known = call.name in COMMANDS or call.name in READ_ONLY
    installed = call.path.startswith(SYSTEM) or (known and folder.endswith(TOOL_FOLDERS)) or call.name in WRAPPERS
    return installed or (call.name in COMMANDS and not call.world.exists(call.path))


VERSIONED = frozenset("python pip clang gcc g++ clang++ ruby perl".split())  # also under a name with a number


def external(call: Call) -> None:
    """A command that is no function and no builtin."""
    name = call.path
    if "/" in name:
        if not _is_tool(call):
            load("scripts:script")(call)
            return
        name = call.name
    if name.startswith("git-") and "/git-core/" in call.path:
        name, call.args = "git", [name[4:], *call.args]
    if name.endswith(".exe"):
        name = call.name = name[:-4]
    target = COMMANDS.get(name)
    if target is None and name.rstrip("0123456789.") in VERSIONED:
        target = COMMANDS.get(name.rstrip("0123456789."))
    if len(call.args) == 1 and call.args[0] in HELP:
        call.emit(None)
    elif target is not None:
        load(target)(call)
    elif name in READ_ONLY:
        call.emit(None)
    else:
        call.unknown("may write: what it does is not known")
        call.emit(None)


def command(call: Call) -> None:
    """`command name`, `builtin name`: past functions, past aliases."""
    options = call.options(stop=True)
    rest = options.rest
    if options.has("v", "V") or not rest:
        call.emit(rest[0] + "\n" if rest and options.has("v") and rest[0] in COMMANDS else None)
        return
    inner = Call(call.shell, rest[0], rest[1:])
    if call.name == "builtin" or rest[0] in BUILTINS:
        BUILTINS.get(rest[0], colon)(inner, None)
    elif UNKNOWN in rest[0]:
        call.run(rest)
    else:
        external(inner)
