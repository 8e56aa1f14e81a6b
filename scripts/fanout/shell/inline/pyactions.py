"""What single functions of Python's library do to files."""

from __future__ import annotations

import re

from fanout.shell.effects import MODIFY
from fanout.shell.globs import PRIVATE, UNKNOWN
from fanout.shell.inline.pypaths import joined
from fanout.shell.inline.pyproven import STANDARD
from fanout.shell.inline.pyvalues import Args, Handle, Missing, Module, Value, text_of
from fanout.shell.streams import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

CHANGING_SQL = re.compile(
    r"\b(?:insert|update|delete|create|drop|alter|replace|vacuum|reindex|pragma|attach|executescript|backup|to_sql)\b",
    re.I,
)


def tree(call: Call, path: str) -> None:
    call.delete(path, recursive=True)


def copied(call: Call, source: str, target: str) -> str:
    into = call.world.is_folder(target)
    place = joined([target, source.rstrip("/").rpartition("/")[2]]) if into else target
    call.write(place)
    return place


def moved(call: Call, source: str, target: str) -> None:
    from fanout.shell.copies import move

    into = call.world.is_folder(target)
    move(call, source, joined([target, source.rstrip("/").rpartition("/")[2]]) if into else target)


def run(call: Call, args: Args) -> Value:
    """subprocess: a list of words, or text for the shell."""
    command = args.get(0, "args")
    folder = args.get(99, "cwd")
    places, cwd = call.shell.places, call.world.cwd
    if isinstance(folder, str) or (folder is not Missing and folder is not None):
        there = call.world.absolute(text_of(folder))
        call.shell.places, call.world.cwd = (there,), there
    stdin, call.shell.stdin = call.shell.stdin, fed(call, args)
    _start(call, args, command)
    call.shell.stdin = stdin
    call.shell.places, call.world.cwd = places, cwd
    return Missing


def fed(call: Call, args: Args) -> Source | None:
    """The program's standard input: what `input` says, a file, a pipe of which nothing is known, or the caller's."""
    given = args.named.get("input")
    if isinstance(given, (str, bytes)):
        return Source(text_of(given))
    stdin = args.named.get("stdin")
    if isinstance(stdin, Handle):
        return Source(None, stdin.path)
    if isinstance(stdin, Module) and stdin.name == "subprocess.DEVNULL":
        return Source("")
    return call.shell.stdin if given is None and stdin is None else Source()


def _start(call: Call, args: Args, command: Value) -> None:
    if isinstance(command, list):
        call.run([text_of(word) for word in command])
    elif isinstance(command, str) and (args.get(99, "shell") is True or " " not in command):
        call.shell.run_text(command, call.name)
    else:
        call.unknown("starts a command that is known only when it runs")


def system(call: Call, args: Args) -> Value:
    command = args.get(0)
    if isinstance(command, str):
        call.shell.run_text(command, call.name)
    else:
        call.unknown("starts a command that is known only when it runs")
    return Missing


def chdir(call: Call, args: Args) -> Value:
    there = call.world.absolute(args.text(0))
    call.world.cwd = there
    call.shell.places = (there,)
    return Missing


def makedirs(call: Call, args: Args) -> Value:
    call.folders(args.text(0))
    return Missing


def connect(call: Call, args: Args) -> Value:
    """sqlite3: a database is written when it is made, or when the program says so."""
    path = args.text(0, "database")
    if path.startswith("file:"):
        path, _, options = path[5:].partition("?")
        if "mode=ro" in options or "mode=memory" in options or "immutable=1" in options:
            return Missing
    if path not in (":memory:", "") and not (call.world.exists(path) and not CHANGING_SQL.search(call.program)):
        call.write(path)
    return Missing


def archive(call: Call, args: Args) -> Value:
    mode = args.get(1, "mode")
    path = args.text(0)
    if isinstance(mode, str) and mode[:1] in ("w", "a", "x"):
        call.write(path)
    return Handle(path)


def make_archive(call: Call, args: Args) -> Value:
    ending = {"zip": ".zip", "tar": ".tar", "gztar": ".tar.gz", "bztar": ".tar.bz2", "xztar": ".tar.xz"}
    call.write(args.text(0) + ending.get(args.text(1, "format"), UNKNOWN))
    return Missing


def edited(call: Call, args: Args) -> Value:
    """fileinput with `inplace`."""
    if args.get(1, "inplace") in (True, 1):
        files = args.get(0, "files")
        for path in files if isinstance(files, list) else [files]:
            call.write(text_of(path))
    return Missing


def low_level(call: Call, args: Args) -> Value:
    """os.open: the flags are names, so any call may write."""
    call.write(args.text(0))
    return Missing


def attribute(call: Call, args: Args) -> Value:
    """`getattr(module, name)`."""
    owner, name = args.get(0), args.get(1)
    if not isinstance(owner, Module):
        return Missing
    if isinstance(name, str) and UNKNOWN not in name:
        return Module(f"{owner.name}.{name}")
    call.unknown(f"calls a function of {owner.name} that is known only when it runs")
    return Missing


def imported(call: Call, args: Args) -> Value:
    name = args.get(0)
    if isinstance(name, str) and UNKNOWN not in name and name in STANDARD:
        return Module(name)
    call.unknown("imports a module that is known only when it runs")
    return Missing


def handler_made(call: Call, args: Args) -> Value:
    call.write(args.text(0, "filename"))
    return Missing


def started(call: Call, args: Args) -> Value:
    """A list of words, or several words, that are a command."""
    words = args.get(0)
    if isinstance(words, list):
        call.run([text_of(word) for word in words])
    else:
        call.run([text_of(word) for word in args.words])
    return Missing


def listed(call: Call, args: Args) -> Value:
    folder = args.text(0) if args.words else "."
    return Missing if UNKNOWN in folder or not call.world.known else sorted(call.world.names(folder))


def each_folder(call: Call, args: Args) -> Value:
    """os.walk, as a list of triples."""
    top = args.text(0)
    files = call.world.files_below(top) if UNKNOWN not in top and call.world.known else None
    if files is None:
        return Missing
    folders: dict[str, list[Value]] = {}
    for path in files:
        head, _, name = path.rpartition("/")
        folders.setdefault(head, []).append(name)
    return [[folder, Missing, names] for folder, names in folders.items()]


def ignore(call: Call, args: Args) -> Value:
    return Missing


def temporary(call: Call, args: Args) -> Value:
    """A file or folder whose name nobody knows, in the folder that `dir` names."""
    if "dir" in args.named and args.named["dir"] is not None:
        call.shell.write(f"{args.text(99, 'dir')}/{UNKNOWN}", MODIFY, False, call.name)
        return Missing
    return PRIVATE


def two(action: Callable[[Call, str, str], object]) -> Callable[[Call, Args], Value]:
    def apply(call: Call, args: Args) -> Value:
        action(call, args.text(0, "src"), args.text(1, "dst"))
        return Missing

    return apply


def one(action: Callable[[Call, str], object]) -> Callable[[Call, Args], Value]:
    def apply(call: Call, args: Args) -> Value:
        action(call, args.text(0, "path"))
        return Missing

    return apply


def changed(call: Call, path: str) -> None:
    call.write(path)


def removed(call: Call, path: str) -> None:
    call.delete(path)


def made(call: Call, path: str) -> None:
    call.create(path, folder=True)


def linked(call: Call, source: str, target: str) -> None:
    call.create(target)


def copied_tree(call: Call, source: str, target: str) -> None:
    from fanout.shell.copies import copy_tree

    call.folders(target.rstrip("/").rpartition("/")[0])
    copy_tree(call, source, target)


def loaded(call: Call, args: Args) -> Value:
    """`pickle.loads` of what the line spells itself, `yaml.load` with a loader that makes anything."""
    loader = args.get(1, "Loader")
    is_open = isinstance(loader, Module) and loader.name.rpartition(".")[2] in ("Loader", "UnsafeLoader", "CLoader")
    if is_open or isinstance(args.get(0), bytes):
        call.unknown("loads what may run anything")
    return Missing
