"""Commands of macOS that write files."""

from __future__ import annotations

from fanout.shell.effects import CREATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

CONVERTED = {"txt", "html", "rtf", "rtfd", "doc", "docx", "wordml", "odt", "webarchive"}
LOOKS = ("-g", "--getProperty", "-1", "--oneLine", "--verify", "--allxml", "-h", "--help")
NOT_A_FILE = ("-lint", "-p", "-help", "-type")


def ditto(call: Call) -> None:
    """`ditto FROM... TO`: whole folders into TO; -c makes an archive, -x unpacks one."""
    options = call.options("V", "arch bom extattr zlibCompressionLevel")
    if len(options.rest) < 2:
        return
    *sources, target = options.rest
    deep = options.has("x") or any(call.world.is_folder(source) for source in sources)
    call.shell.write(target, CREATE, deep and not options.has("c"), "ditto")


def plutil(call: Call) -> None:
    """In place where no -o names another file."""
    if not call.args or call.args[0] in NOT_A_FILE:
        call.emit(None)
        return
    output = [call.args[at + 1] for at, arg in enumerate(call.args[:-1]) if arg == "-o"]
    for path in [path for path in output if path != "-"] if output else call.args[-1:]:
        call.write(path)
    call.emit(None)


def textutil(call: Call) -> None:
    """-convert writes beside each file, with another ending; -output says where else."""
    args = call.args
    output = [args[at + 1] for at, arg in enumerate(args[:-1]) if arg == "-output"]
    if "-stdout" in args or not {"-convert", "-cat"} & set(args):
        call.emit(None)
        return
    if output or "-cat" in args:
        call.write(output[-1] if output else "out." + args[args.index("-cat") + 1])
        return
    to = args[args.index("-convert") + 1 : args.index("-convert") + 2]
    if not to or to[0] not in CONVERTED or any(arg.startswith("-") for arg in args[2:]):
        call.unknown("may write: what it does is not known")
        return
    for path in args[2:]:
        call.write(f"{path.rpartition('.')[0] or path}.{to[0]}")


def sips(call: Call) -> None:
    """Pictures are changed in place where no --out names another file or folder."""
    args = call.args
    if not any(arg.startswith("-") and arg not in LOOKS for arg in args):
        call.emit(None)
        return
    output = [args[at + 1] for at, arg in enumerate(args[:-1]) if arg in ("-o", "--out")]
    if output:
        call.shell.write(output[-1], CREATE, call.world.is_folder(output[-1]), "sips")
        return
    for path in [arg for arg in args if call.world.is_file(arg)]:
        call.write(path)


def run(call: Call) -> None:
    """`arch -arm64 command`, `xcrun command`: options with a value are few."""
    args = list(call.args)
    while args and args[0].startswith("-"):
        option = args.pop(0)
        if option in ("-sdk", "--sdk", "-toolchain", "--toolchain", "-e", "-d") and args:
            args.pop(0)
        elif option in ("-f", "--find", "-find", "--show-sdk-path", "--version"):
            call.emit(None)
            return
    call.run(args)
