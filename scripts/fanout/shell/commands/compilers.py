"""Compilers: what they name is written; what the project decides is unknown."""

from __future__ import annotations

from fanout.shell.call import Options
from fanout.shell.commands.checkers import reported
from fanout.shell.commands.formatters import KINDS, formatted_operands
from fanout.shell.commands.projects import elsewhere, nearest
from fanout.shell.copies import last

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call


CC_VALUES = frozenset("-I -L -D -U -include -isystem -x -MT -MQ -Xlinker -framework".split())


def cc(call: Call) -> None:
    args = call.args
    output, sources = _cc_operands(call)
    if output == "-" and {"-E", "-S", "-c", "-M", "-MM"} & set(args):
        call.emit(None)
        return
    if output:
        call.write(output)
    looks = {"-fsyntax-only", "-E"} & set(args) or any(arg.startswith("-print") for arg in args)
    if looks or not sources:
        call.emit(None)
        return
    stems = [_stem(last(source)) for source in sources]
    for name in [*_cc_outputs(args, output, stems), *_cc_dependencies(args, output, stems)]:
        call.write(name)
    if any(arg.startswith(("-save-temps", "--coverage", "-fprofile")) for arg in args):
        call.unknown("keeps files it names itself")


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _cc_dependencies(args: list[str], output: str, stems: list[str]) -> list[str]:
    """The lists for make, where no `-MF` names them."""
    if "-MF" in args or not {"-MD", "-MMD"} & set(args):
        return []
    return [stem + ".d" for stem in ([_stem(output)] if output else stems)]


def _cc_outputs(args: list[str], output: str, stems: list[str]) -> list[str]:
    """What is made where no `-o` names it."""
    if output:
        return []
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
    semver-checks criterion hack mutants geiger bloat expand asm careful
    """.split()
)


def go(call: Call) -> None:
    if elsewhere(call, ("-C",), go):
        return
    verb, rest = (call.args[0], call.args[1:]) if call.args else ("", [])
    plain = [arg for arg in rest if not arg.startswith("-")]
    if _go_reads(verb, rest, plain) or (verb in ("generate", "install") and _go_prints(rest)):
        call.emit(None)
    elif verb in ("build", "install") and "-o" in rest[:-1]:
        call.write(rest[rest.index("-o") + 1])
    elif verb in ("get", "mod", "work", "clean"):
        _go_modules(call, verb, plain)
    elif verb == "fmt":
        _go_fmt(call, rest, plain or ["."])
    else:
        checks = verb in ("test", "build", "vet") and not any(arg.startswith("-update") for arg in rest)
        if checks:
            reported(call)
        _own_code(call, checks, verb == "run")


def _go_reads(verb: str, rest: list[str], plain: list[str]) -> bool:
    if verb in ("mod", "work") and plain[:1] in (["edit"], ["tidy"]):
        return bool({"-diff", "-json", "-print"} & set(rest))
    return verb in GO_READS and "-w" not in rest


def _go_prints(rest: list[str]) -> bool:
    """`-n`: the commands are printed. Behind an option with a value it could be that value."""
    flags = next((at for at, arg in enumerate(rest) if arg not in ("-v", "-x")), len(rest))
    return rest[flags : flags + 1] == ["-n"]


def _go_modules(call: Call, verb: str, plain: list[str]) -> None:
    if verb == "get" or (verb == "mod" and plain[:1] in (["tidy"], ["edit"], ["init"])):
        module = "go.mod" if plain[:1] == ["init"] else nearest(call, "go.mod")
        call.write(module)
        if plain[:1] not in (["init"], ["edit"]):
            call.write(module[:-3] + "sum")
    elif verb == "mod" and plain[:1] == ["vendor"]:
        call.create(nearest(call, "go.mod")[:-6] + "vendor", recursive=True)
    elif verb == "work":
        call.write("go.work" if plain[:1] == ["init"] else nearest(call, "go.work"))
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


CARGO_READS = frozenset(
    """
    tree metadata search info locate-project pkgid version help --version -V --list
    """.split()
)
CARGO_MANIFEST = ("add", "remove", "rm")
DRY = {"--dry-run", "-n"}
TRIES = {"add": DRY, "remove": DRY, "rm": DRY, "update": DRY, "fmt": {"--check"}}  # verbs, and options that only look


def cargo(call: Call) -> None:
    args = [arg for arg in call.args if not arg.startswith("+")]
    verb, rest = (args[0], args[1:]) if args else ("", [])
    if verb in CARGO_READS or TRIES.get(verb, set()) & set(rest):
        call.emit(None)
    elif verb in CARGO_MANIFEST:
        manifest = _manifest(call, rest)
        call.write(manifest)
        _cargo_lock(call, manifest)
    elif verb in ("update", "generate-lockfile"):
        if not {"--locked", "--frozen"} & set(rest):
            _cargo_lock(call, _manifest(call, rest))
    elif verb in ("new", "init"):
        _cargo_project(call, verb, rest)
    elif verb == "clean":
        call.delete(_manifest(call, rest)[: -len("Cargo.toml")] + "target", recursive=True)
    else:
        _own_code(
            call, verb in CARGO_CHECKS or (verb == "publish" and bool({"--dry-run", "-n"} & set(rest))), verb == "run"
        )


def _manifest(call: Call, args: list[str]) -> str:
    """The `Cargo.toml` that `--manifest-path` names, or the nearest one."""
    given = Options(args, "", "manifest-path").get("manifest-path")
    return given or nearest(call, "Cargo.toml")


def _cargo_lock(call: Call, manifest: str) -> None:
    """Beside the manifest, or where a workspace above has it."""
    call.write(nearest(call, "Cargo.lock", manifest.rpartition("/")[0] or "."))


def _own_code(call: Call, checks: bool, runs: bool = False) -> None:
    reason = "runs or builds the project's own code"
    if runs:
        named = call.args[call.args.index("--") :] if "--" in call.args else call.args[1:] if call.name == "go" else ()
        call.projects_own(reason, *named)
    else:
        (call.checks if checks else call.unknown)(reason)
    call.emit(None)


def _cargo_project(call: Call, verb: str, args: list[str]) -> None:
    plain = Options(args, "Z", "vcs edition name registry color config lockfile-path").rest
    for path in plain[-1:] if verb == "new" else []:
        call.create(path, recursive=True)
    folder = plain[-1].rstrip("/") if plain else "."
    for path in ("Cargo.toml", "src/main.rs", "src/lib.rs", ".gitignore") if verb == "init" else ():
        call.write(path if folder == "." else f"{folder}/{path}")
