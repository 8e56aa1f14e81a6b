"""Interpreters and scripts. What the line itself spells out is followed; a script from the disk may do anything."""

from __future__ import annotations

from fanout.shell.call import Options
from fanout.shell.commands import COMMANDS
from fanout.shell.commands.checkers import reported
from fanout.shell.commands.edit import edited_in_place
from fanout.shell.globs import UNKNOWN
from fanout.shell.output import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

OURS = frozenset(("fanout",))
MAX_SCRIPT = 60_000


def own(call: Call) -> None:
    """Our own command line: it asks the guard itself before it changes anything."""
    call.emit(None)


def shell(call: Call) -> None:
    """`bash -c text`, `bash file`, text piped into bash."""
    if {"--version", "--help"} & set(call.args[:1]):
        return
    flags, text, rest = _shell_options(call)
    for name, path in zip(call.args, call.args[1:]):
        if name in ("--rcfile", "--init-file") and "i" in flags:
            call.shell.run_text(f"( source {quoted(path)} )", call.name)
    if "n" in flags and call.name != "fish":
        return
    if text is not None:
        outer, call.shell.zeroth = call.shell.zeroth, "".join(rest[:1])
        inner(call, text, rest[1:])
        call.shell.zeroth = outer
    elif rest and "s" not in flags:
        run_file(call, rest[0], rest[1:], "shell")
    else:
        from_input(call, "shell", rest)


def _shell_options(call: Call) -> tuple[str, str | None, list[str]]:
    """The letters given, the text of `-c`, and the operands."""
    values = "cOo" if call.name != "fish" else "cCdDfo"
    args, at, flags = call.args, 0, ""
    while at < len(args) and args[at][:1] in ("-", "+") and args[at] not in ("-", "--"):
        letters = args[at][1:]
        at += 1
        if args[at - 1] in ("--init-file", "--rcfile"):
            at += 1
        elif not letters.startswith("-"):
            flags += letters
            if "c" in letters and at < len(args):
                at, text = _after_c(args, at)
                return flags, text, args[at:]
            at += 1 if letters[-1:] and letters[-1] in values else 0
    return flags, None, args[at + 1 :] if args[at : at + 1] in (["-"], ["--"]) else args[at:]


def _after_c(args: list[str], at: int) -> tuple[int, str]:
    while at < len(args) - 1 and args[at][:1] == "-" and args[at] != "-":
        at += 1
    return at + 1, args[at]


def inner(call: Call, text: str, arguments: list[str]) -> None:
    """Shell text in its own process, with its own parameters."""
    outer = call.shell
    kept = (outer.variables, outer.functions, outer.positional, outer.places, outer.floors, outer.stack)
    outer.variables, outer.functions, outer.positional = {**outer.variables, "PPID": UNKNOWN}, {}, arguments
    outer.floors = {"break": -1, "return": -1, "exit": outer.maybe}
    outer.stack = []
    always = {"expand_aliases"} if call.name in ("sh", "dash", "zsh", "ksh", "ash", "mksh") else set()
    options, outer.world.options = outer.world.options, always
    first = outer.lookup("ENV" if always else "BASH_ENV", "")
    if first and first[0]:
        outer.run_text(f"source {first[0]}", call.name)
    outer.run_text(text, call.name)
    outer.variables, outer.functions, outer.positional, outer.places, outer.floors, outer.stack = kept
    outer.world.options = options
    outer.world.cwd = outer.places[0]
    if outer.jump in ("exit", "return"):
        outer.jump = ""


def from_input(call: Call, language: str, arguments: list[str] | None = None) -> None:
    """A program from standard input: followed when its text is known."""
    text = call.input()
    if text is None:
        if call.shell.stdin is not None or call.args:
            call.unknown("runs a program from standard input that is known only when it runs")
        return
    stdin, call.shell.stdin = call.shell.stdin, None
    run_program(call, text, arguments or [], language)
    call.shell.stdin = stdin


def run_file(call: Call, path: str, arguments: list[str], language: str) -> None:
    """A script file. Followed when the line has written it or feeds it; else unknown."""
    place = call.world.absolute(path)
    text = call.world.contents.get(place)
    if path == "/dev/stdin":
        text = call.input()
    if text is None or len(text) > MAX_SCRIPT:
        said = () if _django_looks(path, arguments) else (path, *arguments)
        call.projects_own(f"runs {_short(path)}, which may write anything", *said)
        call.emit(None)
        return
    run_program(call, text, arguments, language)


def run_program(call: Call, text: str, arguments: list[str], language: str) -> None:
    if language == "shell":
        inner(call, text, arguments)
        return
    from fanout.shell.inline import program

    program(call, text, arguments, language)


def script(call: Call) -> None:
    """`./tool`: followed when the line has written it, by its first line; else unknown."""
    place = call.world.absolute(call.path)
    text = call.world.contents.get(place)
    if text is None or len(text) > MAX_SCRIPT:
        if len(call.args) != 1 or call.args[0] not in ("--help", "--version"):
            said = () if _django_looks(call.path, call.args) else (call.path, *call.args)
            call.projects_own("may write: it is a program of this project or unknown here", *said)
        call.emit(None)
        return
    first = text.partition("\n")[0]
    language = "shell"
    for name in ("python", "node", "perl", "ruby"):
        if name in first and first.startswith("#!"):
            language = name
    run_program(call, text, call.args, language)


def _django_looks(path: str, args: list[str]) -> bool:
    """`manage.py check --deploy`, `manage.py migrate --plan`: named for a change that they only look at."""
    if path.rpartition("/")[2] != "manage.py":
        return False
    return args[:1] == ["check"] or (args[:1] == ["migrate"] and not {"--plan", "--check"}.isdisjoint(args))


def source(call: Call) -> None:
    if not call.args:
        return
    path = call.args[0]
    text = call.world.contents.get(call.world.absolute(path)) if UNKNOWN not in path else None
    text = call.input() if path == "/dev/stdin" else text
    if text is None and path.startswith("/dev/fd/"):
        call.unknown("sources output that is known only when it runs")
    elif text is not None:
        call.shell.run_text(text, "source")
    elif not harmless(path):
        call.unknown(f"sources {_short(path)}, which may write anything")


def harmless(path: str) -> bool:
    """Files that are sourced for their variables."""
    name = path.rpartition("/")[2]
    return name in ("activate", "nvm.sh", ".bashrc", ".profile", ".bash_profile", ".zshrc", ".env", "env") or (
        name.startswith(".env")
    )


# -- other languages ---------------------------------------------------------------------------------------------------


def python(call: Call) -> None:
    args, at = call.args, 0
    while at < len(args) and args[at].startswith("-") and args[at] != "-":
        arg = args[at]
        at += 1
        if arg in ("--version", "--help", "-V", "-VV", "-h"):
            return
        place = next((place for place, letter in enumerate(arg) if letter in "cmWX"), 0)
        if arg.startswith("--") or not place:
            continue
        value, at = (arg[place + 1 :], at) if arg[place + 1 :] else ("".join(args[at : at + 1]), at + 1)
        if arg[place] == "m":
            module(call, value, args[at:])
            return
        if arg[place] == "c":
            run_program(call, value, args[at:], "python")
            return
    if at < len(args) and args[at] != "-":
        run_file(call, args[at], args[at + 1 :], "python")
    else:
        from_input(call, "python", args[at + 1 :])


TOOL_MODULES = frozenset("pip black isort ruff autopep8 yapf mypy flake8 pylint pyflakes pyright".split())


CHECKING_MODULES = frozenset("unittest doctest coverage tox nox trace compileall py_compile bench pyperf".split())


def module(call: Call, name: str, args: list[str]) -> None:
    """`python -m name`."""
    plain = [arg for arg in args if not arg.startswith("-")]
    if name == "json.tool":
        for path in plain[1:2]:
            call.write(path)
        call.emit(None)
    elif name in ("venv", "virtualenv"):
        for path in plain:
            call.create(path, recursive=True, folder=True)
    elif name in ("zipfile", "tarfile"):
        _archived(call, args)
    elif name in READING_MODULES and not {"-w", "--generate-posix-vars"} & set(args):
        call.emit(None)
    elif name == "timeit":
        for text in plain:
            run_program(call, text, [], "python")
    elif name in COMMANDS or name in TOOL_MODULES:
        call.run([name, *args])
    else:
        reason = f"runs the module {name}, which may write anything"
        call.checks(reason) if name in CHECKING_MODULES else call.projects_own(reason, name, *args)
        call.emit(None)


def _archived(call: Call, args: list[str]) -> None:
    """`python -m zipfile`, `python -m tarfile`."""
    if args[:1] in (["-c"], ["--create"]):
        for path in args[1:2]:
            call.write(path)
    elif args[:1] in (["-e"], ["--extract"]):
        call.create(args[2] if len(args) > 2 else ".", recursive=True)
    call.emit(None)


READING_MODULES = frozenset(
    """
    http.server zipfile tarfile tokenize ast dis site sysconfig platform calendar this inspect pydoc
    base64 json.tool mimetypes ensurepip.version tabnanny pyclbr uuid
    """.split()
)


NODE_REPORTS = (
    "cpu-prof",
    "heap-prof",
    "prof",
    "redirect-warnings",
    "trace-event",
    "heapsnapshot",
    "report-",
    "tls-keylog",
)


def node(call: Call) -> None:
    options = Options(call.args, "eprC", "eval print require import loader", stop=True)
    if options.has("v", "version", "h", "help", "c", "check"):
        return
    if any(name.startswith(NODE_REPORTS) for name, _ in options.found):
        call.unknown("writes what it measures into files that it names itself")
    text = options.get("e", "eval", "p", "print", "pe")
    language = "node"
    if text is not None:
        loads = [f"import('{name}')" for name in options.all("r", "require", "import", "loader")]
        run_program(call, "\n".join([*loads, text]), options.rest, language)
    elif options.has("test") and not options.has("test-update-snapshots", "watch"):
        reported(call)
        call.checks("runs the project's own code")
        call.emit(None)
    elif options.has("test", "run"):
        call.projects_own(
            "runs the project's own code", "update" if options.has("test") else options.get("run") or "", *options.rest
        )
    elif options.rest and options.rest[0] not in ("-",):
        run_file(call, options.rest[0], options.rest[1:], language)
    else:
        from_input(call, language)


def ruby(call: Call) -> None:
    options = Options(call.args, "eIrCFE", optional="i", stop=True)
    if options.has("v", "version", "c"):
        return
    texts = options.all("e")
    if texts:
        if options.has("i"):
            edited_in_place(call, options.rest, options.get("i") or "")
        loads = [f"require '{name}'" for name in options.all("r")]
        run_program(call, "\n".join([*loads, *texts]), options.rest, "ruby")
    elif options.rest:
        run_file(call, options.rest[0], options.rest[1:], "ruby")
    else:
        from_input(call, "ruby")


def perl(call: Call) -> None:
    options = Options(call.args, "eEI", optional="iMmFxCD", stop=False)
    if options.has("v", "c", "version"):
        return
    texts = options.all("e", "E")
    if texts:
        if options.has("i"):
            edited_in_place(call, options.rest, options.get("i") or "")
        loads = [f"use {name.lstrip('-').replace('=', ' ')};" for name in options.all("M", "m")]
        run_program(call, "\n".join([*loads, *texts]), options.rest, "perl")
    elif options.rest:
        run_file(call, options.rest[0], options.rest[1:], "perl")
    else:
        from_input(call, "perl")


def php(call: Call) -> None:
    options = Options(call.args, "rdcf", stop=True)
    text = options.get("r")
    if options.has("l", "v", "i", "m"):
        return
    if text is not None:
        run_program(call, text, options.rest, "php")
    else:
        _php_file(call, options.rest)
    call.emit(None)


# What of `php artisan` (Laravel) and `php bin/console` (Symfony) only shows.
PHP_SHOWS = frozenset(
    """
    about list help env inspire route:list event:list schedule:list migrate:status db:show db:table model:show config:show
    channel:list queue:failed debug:router debug:container debug:config debug:autowiring debug:event-dispatcher debug:translation
    lint:yaml lint:twig lint:container router:match doctrine:schema:validate doctrine:migrations:status
    doctrine:migrations:list
    """.split()
)


def _php_file(call: Call, words: list[str]) -> None:
    from fanout.shell.commands.checkers import KNOWS, NAMES, is_changing

    name = words[0].rpartition("/")[2] if words else ""
    verb = next((word for word in words[1:] if not word.startswith("-")), "")
    checks = name in NAMES or (name == "artisan" and verb == "test")
    if (checks or (name in ("artisan", "console") and verb in PHP_SHOWS)) and not any(map(is_changing, words[1:])):
        call.checks(KNOWS)
    else:
        call.unknown("runs a program, which may write anything")


def _short(path: str) -> str:
    path = path.replace(UNKNOWN, "?")
    return path if len(path) <= 60 else path[:57] + "..."
