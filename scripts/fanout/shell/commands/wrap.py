"""Commands that run other commands: with limits, with another environment, for each file, for each line."""

from __future__ import annotations

from fanout.shell.effects import CREATE
from fanout.shell.globs import UNKNOWN
from fanout.shell.output import quoted
from fanout.shell.streams import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

MAX_RUNS = 300

# What to skip before the wrapped command: short options with values, long ones, and how many operands.
SHAPES: dict[str, tuple[str, str, int]] = {
    "timeout": ("ks", "kill-after signal", 1),
    "gtimeout": ("ks", "kill-after signal", 1),
    "nohup": ("", "", 0),
    "nice": ("n", "adjustment", 0),
    "ionice": ("cnptu", "class classdata", 0),
    "time": ("fo", "format output", 0),
    "stdbuf": ("ioe", "input output error", 0),
    "setsid": ("", "", 0),
    "sudo": ("ugpCDRThU", "user group prompt chdir close-from host", 0),
    "doas": ("uC", "", 0),
    "chronic": ("", "", 0),
    "caffeinate": ("tw", "", 0),
    "unbuffer": ("", "", 0),
    "chrt": ("", "", 1),
    "taskset": ("", "", 1),
    "numactl": ("", "", 0),
    "xvfb-run": ("nsefp", "server-num server-args", 0),
    "busybox": ("", "", 0),
    "toybox": ("", "", 0),
    "strace": ("oesPpEIuab", "output trace", 0),
    "ltrace": ("oespnAlu", "output", 0),
    "catchsegv": ("", "", 0),
    "faketime": ("f", "", 1),
    "rlwrap": ("", "", 0),
    "prlimit": ("p", "", 0),
    "dbus-run-session": ("", "", 0),
    "winpty": ("", "", 0),
    "arch": ("", "", 0),
    "nsenter": ("tSGrw", "target", 0),
    "unshare": ("", "", 0),
    "eatmydata": ("", "", 0),
    "valgrind": ("", "", 0),
    "nyc": ("rxntie", "reporter report-dir temp-dir exclude include extension cwd", 0),
    "c8": ("rxnoe", "reporter reports-dir temp-directory exclude include src", 0),
}


def wrapper(call: Call) -> None:
    """Skips the wrapper's own words and runs the rest."""
    values, long_values, operands = SHAPES[call.name]
    options = call.options(values, long_values, stop=True)
    if call.name in ("time", "strace", "ltrace"):
        log = options.get("o", "output")
        if log:
            call.write(log)
    rest = options.rest[operands:]
    while rest and call.name in ("sudo", "doas") and "=" in rest[0] and "/" not in rest[0].partition("=")[0]:
        rest = rest[1:]
    folder = options.get("D", "chdir") if call.name == "sudo" else None
    if call.name == "sudo" and options.has("s", "i") and rest:
        _run_in(call, folder, lambda: call.shell.run_text(" ".join(rest), call.name))
        return
    _run_in(call, folder, lambda: call.run(rest))


def _run_in(call: Call, folder: str | None, run: Callable[[], object]) -> None:
    """In the folder that an option names, None for where the line is."""
    shell = call.shell
    places, cwd = shell.places, shell.world.cwd
    if folder:
        there = shell.world.absolute(folder)
        shell.places, shell.world.cwd = (there,), there
    run()
    shell.places, shell.world.cwd = places, cwd


def env(call: Call) -> None:
    options = call.options("uCS", "unset chdir split-string", stop=True)
    shell, rest = call.shell, list(options.rest)
    split = options.get("S", "split-string")
    if split:
        rest = split.split() + rest
    outer, variables = shell.env, dict(shell.variables)
    shell.env = dict(outer)
    while rest and "=" in rest[0]:
        name, _, value = rest.pop(0).partition("=")
        shell.env[name] = value
        shell.variables[name] = value
    _run_in(call, options.get("C", "chdir"), lambda: call.run(rest) if rest else call.emit(None))
    shell.env, shell.variables = outer, variables


SETS = frozenset("set unset get list encrypt decrypt keypair ls allow deny login secrets item read".split())


def with_settings(call: Call) -> None:
    """dotenv, cross-env and their kin: a command with variables from files or from the line."""
    args = list(call.args)
    if "--" in args:
        args = args[args.index("--") + 1 :]
    else:
        args = call.options("efpovcC", "env-file file project config", stop=True).rest
        args = args[1:] if args[:1] == ["run"] else args
    while args and "=" in args[0] and args[0].partition("=")[0].isidentifier():
        args = args[1:]
    if not args or args[0] in SETS:
        call.unknown("may change its own settings")
        call.emit(None)
    else:
        call.run(args)


def concurrently(call: Call) -> None:
    """Each operand is a line of its own; `npm:NAME` is a script."""
    options = call.options("ncmplts", "names prefix-colors max-processes prefix prefix-length success restart-tries")
    for text in options.rest:
        call.shell.run_text(f"npm run {text[4:]}" if text.startswith("npm:") else text, call.name)


def watch(call: Call) -> None:
    options = call.options("nd", "interval", optional="d", stop=True)
    call.shell.run_text(" ".join(options.rest), "watch")


def flock(call: Call) -> None:
    """The lock file is made when missing."""
    options = call.options("wEc", "timeout wait conflict-exit-code command", stop=True)
    rest = options.rest
    if not rest:
        return
    if not rest[0].isdigit() and not call.world.exists(rest[0]):
        call.create(rest[0])
    if rest[1:2] in (["-c"], ["--command"]) and len(rest) > 2:
        call.shell.run_text(rest[2], "flock")
    else:
        call.run(rest[1:])


def su(call: Call) -> None:
    options = call.options("cugs", "command user group shell")
    text = options.get("c", "command")
    if text:
        call.shell.run_text(text, call.name)
    elif call.name == "runuser":
        call.run(options.rest)
    else:
        call.unknown("starts a shell")


def ssh(call: Call) -> None:
    call.unknown("runs on another machine, or forwards")
    call.emit(None)


# -- xargs and parallel ------------------------------------------------------------------------------------------------


XARGS_LONG = "replace max-args delimiter max-lines max-procs max-chars arg-file process-slot-var"


def xargs(call: Call) -> None:
    options = call.options("IndLPsEaJR", XARGS_LONG, "il", stop=True)
    source = options.get("a", "arg-file")
    text = call.world.read(source) if source else call.input()
    command = options.rest or ["echo"]
    mark = options.get("I", "replace", "J")
    mark = "{}" if mark is None and options.has("i") else mark
    by_line = mark is not None or options.has("d", "delimiter", "0", "null", "L", "max-lines")
    items = arguments(text, by_line, options.get("d", "delimiter"))
    if not items and options.has("r", "no-run-if-empty"):
        return
    outer = call.shell.stdin
    call.shell.stdin = Source("")
    each(call, _batches(command, items, mark, options.get("n", "max-args", "L", "max-lines")))
    call.shell.stdin = outer


def _batches(command: list[str], items: list[str], mark: str | None, count: str | None) -> list[list[str]]:
    size = int(count) if count and count.isdigit() and int(count) else len(items) or 1
    if mark is not None:
        return [[arg.replace(mark, item) for arg in command] for item in items]
    return [command + items[at : at + size] for at in range(0, len(items) or 1, size)]


def arguments(text: str | None, by_line: bool, delimiter: str | None) -> list[str]:
    if text is None:
        return [UNKNOWN]
    if by_line:
        separator = "\n" if delimiter in (None, "", "\\n", "\\0", "n") else delimiter
        return [piece.strip() for piece in text.split(separator) if piece.strip()]
    if "'" in text or '"' in text or "\\" in text:
        import re

        pieces = re.findall(r"""(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+""", text)
        return [re.sub(r"""\\(.)|["']""", r"\1", piece) for piece in pieces]
    return text.split()


def each(call: Call, runs: list[list[str]]) -> None:
    for run in runs[:MAX_RUNS]:
        call.run(run)
    if len(runs) > MAX_RUNS:
        call.unknown("runs more often than is followed")


def parallel(call: Call) -> None:
    """GNU parallel: `parallel cmd ::: a b`, or the arguments from standard input."""
    options = call.options("jNnaIS", "jobs max-args arg-file results joblog colsep", stop=True)
    for name in ("results", "joblog"):
        path = options.get(name)
        if path:
            call.write(path, recursive=name == "results")
    rest = options.rest
    if ":::" in rest:
        at = rest.index(":::")
        command, items = rest[:at], [arg for arg in rest[at + 1 :] if arg != ":::"]
    else:
        command, items = rest, arguments(call.input(), True, None)
    if not command:
        for item in items:
            call.shell.run_text(item, call.name)
        return
    text = " ".join(command)
    for item in items[:MAX_RUNS]:
        stem, base = item.rpartition(".")[0] or item, item.rpartition("/")[2]
        line = text.replace("{.}", stem).replace("{/}", base).replace("{/.}", base.rpartition(".")[0] or base)
        line = line.replace("{}", quoted(item)) if "{" in text else f"{line} {quoted(item)}"
        call.shell.run_text(line, call.name)


# -- find --------------------------------------------------------------------------------------------------------------


def find(call: Call) -> None:
    from fanout.shell.commands.find import Find

    Find(call).go()


def entr(call: Call) -> None:
    options = call.options(stop=True)
    call.run([arg.replace("/_", UNKNOWN) for arg in options.rest])


def make_lock(call: Call) -> None:
    for path in call.options("rl").rest:
        call.shell.write(path, CREATE, False, call.name)
