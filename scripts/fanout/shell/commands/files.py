"""Commands whose business is files: copy, move, link, remove, make, cut, change modes."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.copies import below, copy_file, copy_tree, last, move
from fanout.shell.effects import CREATE, MODIFY, TRUNCATE
from fanout.shell.globs import PRIVATE, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call, Options

TARGET = "target-directory suffix"
MOST_BACKUPS = 1000


def targets(call: Call, options: Options) -> list[tuple[str, str]]:
    """Pairs of source and target, as cp, mv, ln and install understand their operands."""
    rest = options.rest
    folder = options.get("t", "target-directory")
    if folder is not None:
        return [(source, below(folder, last(source))) for source in rest]
    if len(rest) < 2:
        return []
    *sources, target = rest
    into = len(sources) > 1 or target.endswith("/") or (call.world.is_folder(target) and UNKNOWN not in target)
    if into and not options.has("T", "no-target-directory"):
        return [(source, below(target, last(source))) for source in sources]
    return [(source, target) for source in sources]


def backup(call: Call, options: Options, target: str) -> None:
    """What `-b` and `--backup=HOW` keep of a target that is there."""
    if not options.has("b", "backup") or not call.world.exists(target):
        return
    how = options.get("backup") or (call.shell.lookup("VERSION_CONTROL", "") or [""])[0] or "existing"
    if how in ("none", "off"):
        return
    number = 1
    while number < MOST_BACKUPS and call.world.exists(f"{target}.~{number}~"):
        number += 1
    if how in ("numbered", "t") or (how not in ("simple", "never") and number > 1):
        call.write(f"{target}.~{number}~")
    else:
        suffix = options.get("S", "suffix") or (call.shell.lookup("SIMPLE_BACKUP_SUFFIX", "") or ["~"])[0]
        call.write(target + suffix)


def cp(call: Call) -> None:
    options = call.options("tS", TARGET)
    recursive = options.has("r", "R", "a", "recursive", "archive")
    for source, target in targets(call, options):
        if options.has("parents"):
            target = below(target[: -len(last(source))].rstrip("/") or ".", source)
            call.folders(target.rpartition("/")[0])
        backup(call, options, target)
        if options.has("n", "no-clobber") and call.world.is_file(target):
            continue
        if recursive and UNKNOWN not in source + target and not call.world.is_file(source):
            copy_tree(call, source, target)
        elif options.has("l", "link", "s", "symbolic-link"):
            call.create(target)
        elif not call.world.known or not call.world.is_only_folder(source):
            copy_file(call, source, target, options.has("remove-destination"))
    call.emit(None)


def mv(call: Call) -> None:
    options = call.options("tS", TARGET)
    for source, target in targets(call, options):
        backup(call, options, target)
        if options.has("n", "no-clobber") and call.world.is_file(target):
            continue
        move(call, source, target)
    call.emit(None)


def ln(call: Call) -> None:
    options = call.options("tS", TARGET)
    if len(options.rest) == 1 and not options.has("t", "target-directory"):
        options.rest.append(".")
    if options.has("n", "T", "no-dereference"):
        options.found.append(("T", ""))
    for source, target in targets(call, options):
        backup(call, options, target)
        call.shell.write(target, "delete" if call.world.exists(target) else CREATE, False, call.name)
        link_made(call, source, target, not options.has("s", "symbolic"))


def link_made(call: Call, source: str, target: str, hard: bool) -> None:
    if UNKNOWN in source + target:
        return
    world = call.world
    place = world.absolute(target)
    origin = (
        world.absolute(source)
        if hard or source.startswith("/")
        else world.absolute(below(target.rpartition("/")[0] or ".", source))
    )
    world.links.append((place, origin, hard))
    world.made[place] = "d" if world.is_folder(origin) else "f"
    world.contents.pop(place, None)


def link(call: Call) -> None:
    for path in call.args[1:2]:
        call.create(path)
        link_made(call, call.args[0], path, True)


def install(call: Call) -> None:
    options = call.options("tSmgo", TARGET + " mode owner group")
    if options.has("d", "directory"):
        for path in options.rest:
            call.folders(path)
        return
    for _, target in targets(call, options):
        if options.has("D"):
            call.folders(target.rpartition("/")[0])
        backup(call, options, target)
        call.write(target)


def rm(call: Call) -> None:
    options = call.options()
    if options.has("help", "version"):
        return
    recursive = options.has("r", "R", "recursive") or call.name.startswith("trash")
    for path in options.rest:
        if _matches_nothing(call, path):
            continue
        folder = call.world.is_folder(path)
        if folder and not recursive and not options.has("d", "dir"):
            continue
        if path.endswith("/") and call.world.is_link(path):
            for name in call.world.names(path):
                call.delete(below(path, name), recursive)
            continue
        call.delete(path, recursive and (folder or not call.world.known or not call.world.is_file(path)))


def _matches_nothing(call: Call, path: str) -> bool:
    """Whether it is a pattern as the shell leaves it where no file fits."""
    return any(char in path for char in "*?[") and call.world.known and not call.world.exists(path)


def rmdir(call: Call) -> None:
    options = call.options()
    for path in options.rest:
        call.delete(path)
        if options.has("p", "parents"):
            parent = path.rstrip("/").rpartition("/")[0]
            while parent:
                call.delete(parent)
                parent = parent.rpartition("/")[0]


def mkdir(call: Call) -> None:
    options = call.options("mZ", "mode context")
    for path in options.rest:
        if options.has("p", "parents"):
            call.folders(path)
        elif not call.world.exists(path):
            call.create(path.rstrip("/") or "/", folder=True)


def touch(call: Call) -> None:
    options = call.options("drt", "date reference time")
    for path in options.rest:
        if options.has("c", "no-create") and not call.world.exists(path):
            continue
        call.write(path)


def truncate(call: Call) -> None:
    options = call.options("sr", "size reference")
    for path in options.rest:
        if not (options.has("c", "no-create") and not call.world.exists(path)):
            call.shell.write(path, TRUNCATE, False, call.name)
            if options.get("s", "size") == "0":
                call.world.contents[call.world.absolute(path)] = ""


def dd(call: Call) -> None:
    for arg in call.args:
        if arg.startswith("of="):
            call.write(arg[3:])
    if not any(arg.startswith("of=") for arg in call.args):
        call.emit(None)


def tee(call: Call) -> None:
    options = call.options(long_values="output-error")
    text = call.input()
    append = options.has("a", "append")
    for path in options.rest:
        if path == "-":
            continue
        before = (call.world.read(path) or "") if append else ""
        call.shell.write(path, MODIFY if append else TRUNCATE, False, call.name)
        if text is not None and UNKNOWN not in path:
            call.world.contents[call.world.absolute(path)] = before + text
    call.emit(text)


def shred(call: Call) -> None:
    options = call.options("ns", "iterations size random-source", optional="u")
    for path in options.rest:
        if options.has("u", "remove"):
            call.delete(path)
        else:
            call.write(path)


def split(call: Call) -> None:
    """split makes `PREFIXaa`, `PREFIXab`, ...: counted when the input is known, else the folder and unknown."""
    options = call.options("abClnt", "suffix-length bytes lines number line-bytes additional-suffix separator filter")
    prefix = options.rest[1] if len(options.rest) > 1 else "x"
    source = options.rest[0] if options.rest else "-"
    text = call.input() if source == "-" else call.world.read(source)
    count = _split_count(options, text)
    suffix = options.get("additional-suffix") or ""
    if count is None or count > 200 or UNKNOWN in prefix + suffix:
        call.shell.write(prefix + UNKNOWN, CREATE, False, call.name)
        return
    spell = _speller(options)
    for number in range(count):
        call.create(prefix + spell(number) + suffix)


def _speller(options: Options) -> Callable[[int], str]:
    """How a file's number is written: letters, digits or hexadecimal ones, from the given one on."""
    width = int(options.get("a", "suffix-length") or 2)
    if not options.has("d", "x", "numeric-suffixes", "hex-suffixes"):
        return lambda number: letters(number, width)
    base, form = (16, "x") if options.has("x", "hex-suffixes") else (10, "d")
    given = options.get("numeric-suffixes", "hex-suffixes") or "0"
    start = int(given, base) if given.isalnum() else 0
    return lambda number: format(start + number, form).zfill(width)


def _split_count(options: Options, text: str | None) -> int | None:
    number = options.get("n", "number")
    if number is not None:
        return int(number.rpartition("/")[2]) if number.rpartition("/")[2].isdigit() else None
    if text is None or UNKNOWN in text or options.has("filter", "C", "line-bytes"):
        return None
    size = options.get("b", "bytes")
    if size is not None:
        return -(-len(text.encode("utf-8", "surrogateescape")) // int(size)) if size.isdigit() and int(size) else None
    lines = options.get("l", "lines") or "1000"
    return -(-len(text.splitlines()) // int(lines)) if lines.isdigit() and int(lines) else None


def letters(number: int, width: int) -> str:
    out = ""
    for _ in range(width):
        out = chr(97 + number % 26) + out
        number //= 26
    return out


def csplit(call: Call) -> None:
    options = call.options("fbn", "prefix suffix-format digits")
    prefix = options.get("f", "prefix") or "xx"
    width = int(options.get("n", "digits") or 2)
    pieces = options.rest[1:]
    if options.has("b", "suffix-format") or any("{" in piece for piece in pieces) or UNKNOWN in prefix:
        call.shell.write(prefix + UNKNOWN, CREATE, False, call.name)
        call.unknown("makes as many files as the text has pieces")
        return
    for number in range(len(pieces) + 1):
        call.create(prefix + str(number).zfill(width))


def chmod(call: Call) -> None:
    options = call.options(long_values="from")
    recursive = options.has("R", "recursive")
    given = options.get("reference") is not None
    rest = list(options.rest)
    if not given and not any(name in "rwxXst" and len(name) == 1 for name, _ in options.found if call.name == "chmod"):
        rest = rest[1:]
    for path in rest:
        if UNKNOWN in path or call.world.exists(path) or not call.world.known:
            call.shell.write(path, MODIFY, recursive, call.name, same=True)


def chattr(call: Call) -> None:
    """`chattr +i FILES`: what makes a file unchangeable changes it for everybody. The change is an operand of its own."""
    rest = [arg for arg in call.args if arg[:1] not in ("+", "=") and not re.fullmatch(r"-\w+", arg)]
    for path in rest:
        call.shell.write(path, MODIFY, any(re.fullmatch(r"-\w*R\w*", arg) for arg in call.args), call.name, same=True)
    call.emit(None)


def mktemp(call: Call) -> None:
    options = call.options("p", "suffix", optional="")
    folder = options.get("p", "tmpdir")
    template = options.rest[0] if options.rest else ""
    if options.has("u", "dry-run"):
        call.emit(None)
        return
    if template and not (options.has("t", "tmpdir", "p")):
        call.shell.write(template.rstrip("X") + UNKNOWN, CREATE, False, call.name)
        call.emit(template.rstrip("X") + UNKNOWN + "\n")
        return
    place = below(folder, (template.rstrip("X") if template else "tmp.") + UNKNOWN) if folder else PRIVATE
    if folder:
        call.shell.write(place, CREATE, False, call.name)
    call.emit(place + "\n")


def operands(call: Call) -> None:
    """Each operand is a file that is made."""
    for path in call.options("m", "mode").rest:
        call.write(path)


def mknod(call: Call) -> None:
    for path in call.options("m", "mode").rest[:1]:
        call.create(path)


def fallocate(call: Call) -> None:
    for path in call.options("lo", "length offset").rest[:1]:
        call.write(path)


def rename(call: Call) -> None:
    """Two programs have this name; both change the named files' names by a rule."""
    options = call.options("e", "expr")
    if options.has("n", "nono", "no-act"):
        return
    paths = options.rest[1:] if options.has("e") is False else options.rest
    for path in paths:
        if call.world.exists(path):
            call.move(path)
    call.unknown("makes new names by a rule")


def script(call: Call) -> None:
    options = call.options("ceEIOoTBmt", "command log-in log-out log-io log-timing")
    call.write(options.rest[0] if options.rest else options.get("O", "log-out") or "typescript")
    text = options.get("c", "command")
    if text:
        call.shell.run_text(text, "script")


def nothing(call: Call) -> None:
    """Changes no file's bytes."""
