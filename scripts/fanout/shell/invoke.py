"""Finds what a command name means: function, builtin, a command with its own rules, a read-only one, or unknown."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.builtins import BUILTINS, colon
from fanout.shell.call import Call
from fanout.shell.commands import COMMANDS, GNU, READ_ONLY, load
from fanout.shell.globs import UNKNOWN
from fanout.shell.limits import MAX_NESTING, Overrun
from fanout.shell.output import quoted
from fanout.shell.runtime import RUNTIME, applies

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


def is_own(shell: Shell, name: str) -> bool:
    """Whether the shell itself does it, in its own process."""
    return name in BUILTINS or name in shell.functions or name in ("command", "builtin") or name in shell.aliases


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


# Variables by which a program starts another, loads more, or writes what it was not told to.
TELLING = frozenset(
    """
    LD_PRELOAD DYLD_INSERT_LIBRARIES LD_AUDIT NODE_OPTIONS NODE_V8_COVERAGE NODE_REPL_EXTERNAL_MODULE PERL5OPT PERL5DB
    RUBYOPT LESSOPEN LESSCLOSE TAR_OPTIONS RSYNC_RSH MANPAGER JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS
    GCC_EXEC_PREFIX PYTHONPROFILEIMPORTTIME PYTHONBREAKPOINT GCONV_PATH ZDOTDIR MAKEFLAGS GREP_OPTIONS
    """.split()
)
HARMLESS = (  # rare: compiled when met
    r"(?:\s*(?:--max[-_]old[-_]space[-_]size=\d+|--no-\S+|--experimental-\S+|--trace-\S+|--enable-source-maps"
    r"|--openssl-legacy-provider|--stack-size=\d+|--color\S*|-X\S+|-j\s*\d*|-s|-k|--preserve-symlinks|--unhandled-rejections=\S+"
    r"|-Dfile.encoding=\S+|-w)\s*)*"
)


def told(shell: Shell) -> str:
    """Why a variable of the line makes any program more than what it is."""
    for name in TELLING & shell.variables.keys():  # what is inherited holds for every line: it is the user's
        value = shell.variables[name]
        if not isinstance(value, str) or re.fullmatch(HARMLESS, value, re.I) is None:
            return f"is started with {name}, which may run anything"
    return ""


def shadowed(call: Call, name: str) -> str:
    """Whether the line's own PATH leads to a file of the project before the program of this name."""
    path = call.shell.variables.get("PATH")
    if not isinstance(path, str) or "/" in call.path:
        return ""
    inherited = call.shell.started_with.get("PATH", "").split(":")
    for folder in path.split(":"):
        if UNKNOWN not in folder and call.world.exists(f"{folder or '.'}/{name}"):
            known = f"{folder}/".startswith(SYSTEM) or (folder[:1] == "/" and folder in inherited)
            return "" if known else f"is {name} in {folder}, which may write anything"
    return ""


VERSIONED = frozenset("python pip clang gcc g++ clang++ ruby perl".split())  # also under a name with a number


def external(call: Call) -> None:
    """A command that is no function and no builtin."""
    if "/" in call.path and not _is_tool(call):
        on_runtime(call, call.name)
        load("scripts:script")(call)
        return
    name = call.name
    if name.startswith("git-") and "/git-core/" in call.path:
        name, call.args = "git", [name[4:], *call.args]
    started = told(call.shell) or shadowed(call, name)
    if started:
        call.unknown(started)
    if name[:1] == "g" and name[1:] in GNU:
        name = call.name = name[1:]
    if name.endswith(".exe"):
        name = call.name = name[:-4]
    _by_table(call, name)


def on_runtime(call: Call, name: str) -> None:
    """What the command does beside the files: `runtime` has rules of its own, whatever it writes."""
    for target in RUNTIME.get(name, ()):
        if applies(target, call):
            load(target)(call)


def _by_table(call: Call, name: str) -> None:
    target = COMMANDS.get(name)
    if target is None and name.rstrip("0123456789.") in VERSIONED:
        name = name.rstrip("0123456789.")
        target = COMMANDS.get(name)
    on_runtime(call, name)
    if len(call.args) == 1 and call.args[0] in HELP:
        call.emit(None)
    elif target is not None:
        load(target)(call)
    elif name in READ_ONLY:
        call.emit(None)
    else:
        _unknown(call)


def _unknown(call: Call) -> None:
    """A program without rules here. `X test`, `X lint` looks for something, whatever X is."""
    from fanout.shell.commands.checkers import asks_to_check

    say = call.checks if asks_to_check(call.args) else call.unknown
    say("may write: what it does is not known")
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
