"""Archives and compressors. Members are listed from the archive where that is cheap; else their folder stands."""

from __future__ import annotations

import os

from fanout.shell.call import Options
from fanout.shell.copies import below
from fanout.shell.effects import CREATE
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

MAX_ARCHIVE = 20_000_000
MAX_MEMBERS = 600
PIPED = f"{UNKNOWN}members:\n"  # no text of a program's holds it


TAR_LONG = (
    "file directory exclude files-from exclude-from strip-components transform to-command use-compress-program "
    "one-top-level checkpoint-action info-script new-volume-script rsh-command rmt-command owner group mode mtime format suffix"
)


def tar(call: Call) -> None:
    args = list(call.args)
    if args and not args[0].startswith("-"):
        args[0] = "-" + args[0]
        args = _old_style(args)
    options = Options(args, "fCTXbHIKLNVgF", TAR_LONG)
    for line in options.all("I", "use-compress-program", "F", "info-script", "new-volume-script", "rsh-command"):
        call.shell.run_text(line, "tar")
    for action in options.all("checkpoint-action"):
        if action.startswith("exec="):
            call.shell.run_text(action[5:], "tar")
    if options.has("x", "extract", "get"):
        _tar_extract(call, options)
    elif options.has("c", "create", "r", "append", "u", "update", "A", "delete"):
        _tar_create(call, options)
    else:
        call.emit(None)


def _tar_extract(call: Call, options: Options) -> None:
    if options.has("O", "to-stdout"):
        call.emit(None)
    elif options.has("to-command"):
        call.shell.run_text(options.get("to-command") or "", "tar")
    else:
        top = options.get("C", "directory") or ""
        inside = options.get("one-top-level")
        top = below(top, inside) if top and inside else inside or top
        if options.has("transform", "xform", "absolute-names", "P"):
            call.unknown("unpacks under names that are not known")
        wanted = options.rest if not options.has("T", "files-from", "transform", "wildcards") else []
        archive = options.get("f", "file")
        members = tar_members(call, archive) if archive not in (None, "-") else _piped(call)
        strip = options.get("strip-components")
        extracted(call, top, members, wanted, int(strip) if strip and strip.isdigit() else 0)


def _tar_create(call: Call, options: Options) -> None:
    archive = options.get("f", "file")
    folder = options.get("C", "directory") or ""
    if archive and archive != "-":
        call.write(archive)
    else:
        call.emit(_packed(call, options, folder))
    for path in options.rest if options.has("remove-files") else []:
        call.delete((folder + "/" if folder else "") + path, recursive=True)


def _packed(call: Call, options: Options, folder: str) -> str | None:
    """What stands for an archive in a pipe: the names of its members, where the line says them."""
    if options.has("T", "files-from", "transform", "xform", "P", "absolute-names", "h", "dereference", "A", "delete"):
        return None
    if len(options.all("C", "directory")) > 1 or any(UNKNOWN in path for path in [folder, *options.rest]):
        return None
    prefix = folder.rstrip("/") + "/" if folder else ""
    names: list[str] = []
    for path in options.rest:
        below = call.world.files_below(prefix + path) if call.world.is_folder(prefix + path) else [prefix + path]
        if below is None or path.startswith("/") or ".." in path.split("/"):
            return None
        names += [name[len(prefix) :] for name in below]
    return PIPED + "\n".join(names) if 0 < len(names) <= MAX_MEMBERS and "\n" not in "".join(names) else None


def _piped(call: Call) -> list[str] | None:
    """The members of the archive that comes in."""
    text = call.input() or ""
    return text[len(PIPED) :].split("\n") if text.startswith(PIPED) else call.shell.archived


def _old_style(args: list[str]) -> list[str]:
    """`tar xzfC a.tgz out`: the letters' values follow in order."""
    letters, rest = args[0][1:], args[1:]
    flags = "".join(letter for letter in letters if letter not in "fCTXbHgF")
    out = ["-" + flags] if flags else []
    for letter in letters:
        if letter in "fCTXbHgF" and rest:
            out += ["-" + letter, rest.pop(0)]
    return out + rest


def tar_members(call: Call, archive: str | None) -> list[str] | None:
    place = _readable(call, archive)
    if place is None:
        return call.shell.archived  # made by the line itself, as far as it is known
    import tarfile

    try:
        with tarfile.open(place) as source:
            names = [member.name + ("/" if member.isdir() else "") for member in source.getmembers()[: MAX_MEMBERS + 1]]
    except (tarfile.TarError, OSError, EOFError, ValueError):
        return None
    return names if len(names) <= MAX_MEMBERS else None


def _readable(call: Call, archive: str | None) -> str | None:
    """Where the archive's bytes are now; None when the line itself makes it or it is too big."""
    if not archive or archive == "-" or UNKNOWN in archive:
        return None
    path = call.world.absolute(archive)
    place = call.world.disk(path)
    try:
        big = os.path.getsize(place) > MAX_ARCHIVE
    except (OSError, ValueError):
        return None
    return None if big or path in call.world.contents else place


def extracted(call: Call, folder: str, members: list[str] | None, wanted: list[str], strip: int) -> None:
    prefix = folder.rstrip("/") + "/" if folder else ""
    if members is None:
        _unlisted(call, folder, prefix, wanted)
        return
    patterned = has_pattern(wanted)
    for name in members:
        pieces = [piece for piece in name.split("/") if piece not in ("", ".")][strip:]
        if pieces and (not wanted or patterned or _is_wanted(name, wanted)):
            path = prefix + "/".join(pieces)
            call.folders(path if name.endswith("/") else path.rpartition("/")[0])
            if not name.endswith("/"):
                call.unpack(path)


def has_pattern(names: list[str]) -> bool:
    return any(char in name for name in names for char in "*?[")


def _is_wanted(name: str, wanted: list[str]) -> bool:
    return any(f"{name.rstrip('/')}/".startswith(one.rstrip("/") + "/") for one in wanted)


def _unlisted(call: Call, folder: str, prefix: str, wanted: list[str]) -> None:
    """An archive whose members are not known: what is asked for by name, else the folder."""
    if wanted and not has_pattern(wanted):
        for name in wanted:
            call.create(prefix + name, recursive=True)
    elif folder.rstrip("./"):
        call.create(folder, recursive=True, folder=True)
    else:
        call.unknown("unpacks an archive whose members are not known")


def unzip(call: Call) -> None:
    options = call.options("dxPO", "")
    if options.has("l", "t", "p", "v", "Z", "z", "c"):
        call.emit(None)
        return
    archive = options.rest[0] if options.rest else None
    place = _readable(call, archive) or _readable(call, f"{archive}.zip")
    names = call.shell.archived
    if place is not None:
        import zipfile

        try:
            with zipfile.ZipFile(place) as source:
                names = source.namelist()
        except (zipfile.BadZipFile, OSError, ValueError):
            names = None
    folder = options.get("d") or ""
    if names is not None and options.has("j"):
        names = [name.rpartition("/")[2] for name in names if not name.endswith("/")]
    extracted(call, folder, names if names is None or len(names) <= MAX_MEMBERS else None, options.rest[1:], 0)


def zip_(call: Call) -> None:
    options = call.options("xitnbP", "exclude include out password temp-path", stop=False)
    if options.has("T", "sf", "h", "L") and not options.has("r"):
        return
    if not options.rest:
        return
    archive = options.get("O", "out") or options.rest[0]
    if archive == "-":
        call.emit(None)
        return
    call.write(archive if "." in archive.rpartition("/")[2] else archive + ".zip")
    if options.has("m", "move"):
        for path in options.rest[1:]:
            call.delete(path, recursive=True)


SUFFIXES = {
    "gzip": ".gz",
    "gunzip": ".gz",
    "pigz": ".gz",
    "unpigz": ".gz",
    "bzip2": ".bz2",
    "bunzip2": ".bz2",
    "pbzip2": ".bz2",
    "xz": ".xz",
    "unxz": ".xz",
    "lzma": ".lzma",
    "unlzma": ".lzma",
    "zstd": ".zst",
    "unzstd": ".zst",
    "lz4": ".lz4",
    "brotli": ".br",
    "compress": ".Z",
    "uncompress": ".Z",
    "lzip": ".lz",
    "lzop": ".lzo",
}
KEEPERS = ("zstd", "unzstd", "lz4", "brotli", "lzop")


def compress(call: Call) -> None:
    options = call.options("SoTb", "suffix output threads", optional="")
    suffix = options.get("S", "suffix") or SUFFIXES[call.name]
    unpack = call.name.startswith(("un", "gun", "bun")) or options.has("d", "decompress", "uncompress")
    if options.has("c", "stdout", "to-stdout", "t", "test", "l", "list") or not options.rest:
        call.emit(None)
        output = options.get("o", "output")
        if output:
            call.write(output)
        return
    keep = options.has("k", "keep") or (call.name in KEEPERS and not options.has("rm", "j"))
    output = options.get("o", "output") if call.name in KEEPERS else None
    for path in _files(call, options.rest, options.has("r", "recursive")):
        call.write(output or _other_name(path, suffix, unpack, call))
        if not keep:
            call.delete(path)


def _files(call: Call, paths: list[str], recursive: bool) -> list[str]:
    found: list[str] = []
    for path in paths:
        if call.world.is_folder(path):
            found.extend((call.world.files_below(path) or [path + "/" + UNKNOWN]) if recursive else [])
        else:
            found.append(path)
    return found


def _other_name(path: str, suffix: str, unpack: bool, call: Call) -> str:
    if not unpack:
        return path + suffix
    if path.endswith(".tgz"):
        return path[:-4] + ".tar"
    for ending in (suffix, ".gz", ".bz2", ".xz", ".zst", ".lz4", ".br", ".Z", ".lzma"):
        if path.endswith(ending):
            return path[: -len(ending)]
    return path + ".out" if "bz" in call.name else path


def seven(call: Call) -> None:
    command, rest = (call.args[0], call.args[1:]) if call.args else ("", [])
    plain = [arg for arg in rest if not arg.startswith("-")]
    folder = next((arg[2:] for arg in rest if arg.startswith("-o")), "")
    if command in ("a", "u", "d", "rn") and plain:
        call.write(plain[0] if "." in plain[0] else plain[0] + ".7z")
    elif command in ("x", "e"):
        extracted(call, folder, None, [], 0)
    else:
        call.emit(None)


def ar(call: Call) -> None:
    letters = call.args[0].lstrip("-") if call.args else ""
    if letters[:1] in ("r", "q", "d", "m", "s") and len(call.args) > 1:
        call.write(next((arg for arg in call.args[1:] if arg.endswith((".a", ".lib"))), call.args[1]))
    elif letters[:1] == "x":
        call.unknown("unpacks an archive whose members are not known")


def cpio(call: Call) -> None:
    options = call.options("OFIDHCER", "file directory")
    if options.has("o", "create"):
        target = options.get("O", "F", "file")
        if target:
            call.write(target)
    elif options.has("p", "pass-through") and options.rest:
        call.create(options.rest[-1], recursive=True)
    elif options.has("i", "extract") and not options.has("t", "list"):
        extracted(call, options.get("D", "directory") or "", None, options.rest, 0)
    call.emit(None)


def jar(call: Call) -> None:
    letters = call.args[0].lstrip("-") if call.args else ""
    if letters.startswith(("c", "u")) and len(call.args) > 1:
        call.shell.write(call.args[1], CREATE, False, call.name)
    elif letters.startswith("x"):
        call.unknown("unpacks an archive whose members are not known")
