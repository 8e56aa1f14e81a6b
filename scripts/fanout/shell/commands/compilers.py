"""Compilers: what they name is written; what the project decides is unknown."""

from __future__ import annotations

from fanout.shell.commands.checkers import reported
from fanout.shell.commands.formatters import KINDS, formatted_operands
from fanout.shell.copies import last

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


CC_VALUES = frozenset("-I -L -D -U -include -isystem -x -MT -MQ -Xlinker -framework".split())


def cc(call: Call) -> None:
    args = call.args
    output, sources = _cc_operands(call)
    if output:
        call.write(output)
    looks = {"-fsyntax-only", "-E"} & set(args) or any(arg.startswith("-print") for arg in args)
    if looks or not sources:
        call.emit(None)
        return
    stems = [last(source).rpartition(".")[0] or last(source) for source in sources]
    for name in [] if output else _cc_outputs(args, stems):
        call.write(name)
    if {"-MD", "-MMD"} & set(args) and "-MF" not in args:
        for stem in [output.rpartition(".")[0] or output] if output else stems:
            call.write(stem + ".d")
    if any(arg.startswith(("-save-temps", "--coverage", "-fprofile")) for arg in args):
        call.unknown("keeps files it names itself")


def _cc_outputs(args: list[str], stems: list[str]) -> list[str]:
    """What is made where no `-o` names it."""
    if "-c" in args or "-S" in args:
        return [stem + (".o" if "-c" in args else ".s") for stem in stems]
    return [] if "-M" in args or "-MM" in args else ["a.out"]


def _cc_operands(call: Call) -> tuple[str, list[str]]:
    """The output and the sources; the file of `-MF` is written."""
    output, sources, rest = "", [], list(call.args)
    while rest:
        arg = rest.pop(0)
        if arg == "-o" and rest:
            output = rest.pop(0)
        elif arg.startswith("-o") and len(arg) > 2 and not arg.startswith("-object"):
            output = arg[2:]
        elif arg in CC_VALUES and rest:
            rest.pop(0)
        elif arg == "-MF" and rest:
            call.write(rest.pop(0))
        elif not arg.startswith("-"):
            sources.append(arg)
    return output, sources


def rustc(call: Call) -> None:
    options = call.options("oLlCAWDF", "out-dir crate-name crate-type edition emit target cfg explain print")
    if options.has("explain", "print", "V", "version"):
        return
    output, folder = options.get("o"), options.get("out-dir")
    if output:
        call.write(output)
    elif folder:
        call.create(folder, recursive=True)
    else:
        for source in options.rest[:1]:
            call.write(options.get("crate-name") or last(source).rpartition(".")[0])
            call.unknown("names its output by the crate's type")


def javac(call: Call) -> None:
    folder = None
    args = call.args
    for at, arg in enumerate(args):
        if arg == "-d" and at + 1 < len(args):
            folder = args[at + 1]
    if folder:
        call.create(folder, recursive=True)
    else:
        call.unknown("makes a class file for each class")


GO_READS = ("version", "env", "list", "doc", "vet", "help", "bug", "tool")
CARGO_CHECKS = frozenset(
    """
    build b check c test t bench clippy doc nextest tarpaulin llvm-cov audit deny machete udeps outdated miri
    semver-checks
    """.split()
)
CARGO_READS = ("tree", "metadata", "search", "info", "locate-project", "pkgid", "version", "help")


def go(call: Call) -> None:
    verb, rest = (call.args[0], call.args[1:]) if call.args else ("", [])
    plain = [arg for arg in rest if not arg.startswith("-")]
    shown = {"-diff", "-json", "-print"} if plain[:1] in (["edit"], ["tidy"]) else set()
    if (verb in GO_READS and "-w" not in rest) or (verb in ("mod", "work") and shown & set(rest)):
        call.emit(None)
    elif verb in ("build", "install") and "-o" in rest[:-1]:
        call.write(rest[rest.index("-o") + 1])
    elif verb in ("get", "mod", "work", "clean"):
        _go_modules(call, verb, plain)
    elif verb == "fmt":
        _go_fmt(call, rest, plain or ["."])
    elif verb in ("test", "build", "vet") and not any(arg.startswith("-update") for arg in rest):
        reported(call)
        call.checks("runs or builds the project's own code")
        call.emit(None)
    else:
        call.unknown("runs or builds the project's own code")
        call.emit(None)


def _go_modules(call: Call, verb: str, plain: list[str]) -> None:
    if verb == "get" or (verb == "mod" and plain[:1] in (["tidy"], ["edit"], ["init"])):
        call.write("go.mod")
        if plain[:1] not in (["init"], ["edit"]):
            call.write("go.sum")
    elif verb == "mod" and plain[:1] == ["vendor"]:
        call.create("vendor", recursive=True)
    elif verb == "work":
        call.write("go.work")
    else:
        call.emit(None)


def _go_fmt(call: Call, options: list[str], packages: list[str]) -> None:
    """A package is the files directly in a folder; `...` stands for all folders below."""
    if "-n" in options:
        call.emit(None)
        return
    for package in packages:
        folder, dots, _ = package.partition("...")
        if call.world.exists(folder or "."):
            formatted_operands(call, [folder.rstrip("/") or "."], KINDS["gofmt"], bool(dots))
        else:
            call.unknown("rewrites packages that are known by their names only")


def cargo(call: Call) -> None:
    args = [arg for arg in call.args if not arg.startswith("+")]
    verb, rest = (args[0], args[1:]) if args else ("", [])
    tries = verb in ("add", "remove", "rm", "update") and {"--dry-run", "-n"} & set(rest)
    if verb in CARGO_READS or verb in ("--version", "-V", "--list") or tries:
        call.emit(None)
    elif verb in ("add", "remove", "rm"):
        call.write("Cargo.toml")
        call.write("Cargo.lock")
    elif verb in ("update", "generate-lockfile"):
        if not {"--locked", "--frozen"} & set(rest):
            call.write("Cargo.lock")
    elif verb in ("new", "init"):
        _cargo_project(call, verb, [arg for arg in rest if not arg.startswith("-")])
    elif verb == "clean":
        call.delete("target", recursive=True)
    elif verb == "fmt" and "--check" in rest:
        call.emit(None)
    elif verb in CARGO_CHECKS:
        call.checks("runs or builds the project's own code")
        call.emit(None)
    else:
        call.unknown("runs or builds the project's own code")
        call.emit(None)


def _cargo_project(call: Call, verb: str, plain: list[str]) -> None:
    for path in plain[-1:] if verb == "new" else []:
        call.create(path, recursive=True)
    for path in ("Cargo.toml", "src/main.rs", "src/lib.rs", ".gitignore") if verb == "init" else ():
        call.write(path)
