"""What Python's own functions and methods do to files: a table of names, each with a few lines."""

from __future__ import annotations

import os
import re

from fanout.shell.globs import PRIVATE, UNKNOWN
from fanout.shell.inline.pymethods import SAVING, WRITING_METHODS, method, saved
from fanout.shell.inline.pypaths import joined, matching, opened, renamed
from fanout.shell.inline.pyproven import STANDARD, is_proven
from fanout.shell.inline.pyvalues import Args, Func, Handle, Missing, Module, PathText, Value, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

CHANGING_SQL = re.compile(
    r"\b(?:insert|update|delete|create|drop|alter|replace|vacuum|reindex|pragma|attach|executescript|backup|to_sql)\b",
    re.I,
)
RUNNING = frozenset(["exec", "eval", "globals", "vars", "breakpoint"])


def tree(call: Call, path: str) -> None:
    call.delete(path, recursive=True)


def copied(call: Call, source: str, target: str) -> str:
    into = call.world.is_folder(target)
    place = joined([target, source.rstrip("/").rpartition("/")[2]]) if into else target
    call.write(place)
    return place


def moved(call: Call, source: str, target: str) -> None:
    from fanout.shell.commands.files import move

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
    if isinstance(command, list):
        call.run([text_of(word) for word in command])
    elif isinstance(command, str) and (args.get(99, "shell") is True or " " not in command):
        call.shell.run_text(command, call.name)
    else:
        call.unknown("starts a command that is known only when it runs")
    call.shell.places, call.world.cwd = places, cwd
    return Missing


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


def mapped(call: Call, args: Args) -> Value:
    """`map(function, values)`: the function of a module is called with each value that is known."""
    target, values = args.get(0), args.get(1)
    if not isinstance(target, Module):
        return Missing
    if isinstance(values, list) and len(args.words) == 2 and len(values) <= 300:
        return [function(call, target.name, Args([value], {})) for value in values]
    return function(call, target.name, Args([Missing] * (len(args.words) - 1), {}))


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


def thread(call: Call, args: Args) -> Value:
    """`Thread(target=f, args=(...))`: a function of a module is called; the program's own was followed already."""
    target, given = args.get(1, "target"), args.get(3, "args")
    if isinstance(target, Module):
        function(call, target.name, Args(given if isinstance(given, list) else [Missing, Missing], {}))
    elif not isinstance(target, Func):
        call.unknown("starts a thread whose function is not known")
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
    from fanout.shell.commands.files import copy_tree

    copy_tree(call, source, target)


FUNCTIONS: dict[str, Callable[[Call, Args], Value]] = {
    "builtins.open": lambda call, args: opened(call, args.text(0, "file"), args.get(1, "mode")),
    "io.open": lambda call, args: opened(call, args.text(0, "file"), args.get(1, "mode")),
    "codecs.open": lambda call, args: opened(call, args.text(0), args.get(1, "mode")),
    "os.fdopen": ignore,
    "gzip.open": archive,
    "bz2.open": archive,
    "lzma.open": archive,
    "tarfile.open": archive,
    "zipfile.ZipFile": archive,
    "gzip.GzipFile": archive,
    "tarfile.TarFile": archive,
    "os.remove": one(removed),
    "os.unlink": one(removed),
    "os.rmdir": one(removed),
    "os.removedirs": one(removed),
    "shutil.rmtree": one(tree),
    "os.rename": two(renamed),
    "os.replace": two(renamed),
    "os.renames": two(renamed),
    "shutil.move": two(moved),
    "shutil.copy": two(copied),
    "shutil.copy2": two(copied),
    "shutil.copyfile": two(copied),
    "shutil.copytree": two(copied_tree),
    "shutil.make_archive": make_archive,
    "shutil.unpack_archive": lambda call, args: call.create(args.text(1) if args.has(1) else ".", recursive=True),
    "os.mkdir": one(made),
    "os.makedirs": makedirs,
    "os.symlink": two(linked),
    "os.link": two(linked),
    "os.truncate": one(changed),
    "os.chmod": one(changed),
    "os.mknod": one(changed),
    "os.mkfifo": one(changed),
    "os.utime": ignore,
    "os.open": low_level,
    "os.chdir": chdir,
    "contextlib.chdir": chdir,
    "os.system": system,
    "os.popen": system,
    "subprocess.getoutput": system,
    "subprocess.getstatusoutput": system,
    "subprocess.run": run,
    "subprocess.call": run,
    "subprocess.check_call": run,
    "subprocess.check_output": run,
    "subprocess.Popen": run,
    "sqlite3.connect": connect,
    "fileinput.input": edited,
    "fileinput.FileInput": edited,
    "urllib.request.urlretrieve": lambda call, args: call.write(args.text(1)) if args.has(1) else None,
    "glob.glob": lambda call, args: matching(call, args.text(0), "", False),
    "glob.iglob": lambda call, args: matching(call, args.text(0), "", False),
    "os.listdir": listed,
    "os.walk": each_folder,
    "os.getcwd": lambda call, args: call.world.cwd,
    "os.path.join": lambda call, args: joined([text_of(word) for word in args.words]),
    "os.path.basename": lambda call, args: args.text(0).rpartition("/")[2],
    "os.path.dirname": lambda call, args: args.text(0).rpartition("/")[0],
    "os.path.abspath": lambda call, args: call.world.absolute(args.text(0)),
    "os.path.realpath": lambda call, args: call.world.absolute(args.text(0)),
    "os.path.normpath": lambda call, args: os.path.normpath(args.text(0)) if UNKNOWN not in args.text(0) else Missing,
    "os.path.splitext": lambda call, args: list(os.path.splitext(args.text(0))),
    "os.path.expanduser": lambda call, args: (
        args.text(0).replace("~", call.world.home, 1) if call.world.home else args.text(0)
    ),
    "os.environ.get": lambda call, args: Missing,
    "pathlib.Path": lambda call, args: PathText(joined([text_of(word) for word in args.words]) or "."),
    "pathlib.PurePath": lambda call, args: PathText(joined([text_of(word) for word in args.words]) or "."),
    "pathlib.Path.cwd": lambda call, args: PathText(call.world.cwd),
    "pathlib.Path.home": lambda call, args: PathText(call.world.home or UNKNOWN),
    "builtins.map": mapped,
    "builtins.getattr": attribute,
    "threading.Thread": thread,
    "builtins.__import__": imported,
    "importlib.import_module": imported,
    "pty.spawn": started,
    "asyncio.create_subprocess_exec": started,
    "asyncio.create_subprocess_shell": system,
    "logging.handlers.RotatingFileHandler": handler_made,
    "logging.handlers.TimedRotatingFileHandler": handler_made,
    "logging.handlers.WatchedFileHandler": handler_made,
    "io.FileIO": lambda call, args: opened(call, args.text(0, "file"), args.get(1, "mode")),
    "builtins.str": lambda call, args: args.text(0) if args.words else "",
    "builtins.list": lambda call, args: args.get(0),
    "builtins.sorted": lambda call, args: args.get(0),
    "builtins.tuple": lambda call, args: args.get(0),
    "builtins.set": lambda call, args: args.get(0),
    "builtins.reversed": lambda call, args: args.get(0),
    "builtins.iter": lambda call, args: args.get(0),
    "builtins.range": lambda call, args: numbers(args),
    "builtins.enumerate": lambda call, args: enumerated(args),
    "builtins.zip": lambda call, args: zipped(args),
    "logging.FileHandler": one(changed),
    "logging.basicConfig": lambda call, args: (
        call.write(args.text(99, "filename")) if "filename" in args.named else None
    ),
    "runpy.run_path": system,
    "tempfile.mkdtemp": temporary,
    "tempfile.mktemp": temporary,
    "tempfile.mkstemp": lambda call, args: [Missing, PRIVATE],
    "tempfile.NamedTemporaryFile": lambda call, args: Handle(PRIVATE),
    "tempfile.TemporaryDirectory": temporary,
}


def numbers(args: Args) -> Value:
    known = all(isinstance(word, int) for word in args.words) and args.words
    found = range(*args.words) if known and len(args.words) <= 3 else None
    return list(found) if found is not None and len(found) <= 1000 else Missing


def enumerated(args: Args) -> Value:
    values = args.get(0)
    start = args.get(1, "start")
    first = start if isinstance(start, int) else 0
    return [[first + number, value] for number, value in enumerate(values)] if isinstance(values, list) else Missing


def zipped(args: Args) -> Value:
    if args.words and all(isinstance(word, list) for word in args.words):
        return [list(group) for group in zip(*args.words)]
    return Missing


def function(call: Call, name: str, args: Args) -> Value:
    """A call of something that a module holds."""
    handler = FUNCTIONS.get(name)
    if handler is not None:
        return handler(call, args)
    last = name.rpartition(".")[2]
    if name.startswith("builtins.") and last in RUNNING:
        call.unknown("runs text as a program")
    elif last in SAVING:
        return method(call, Missing, last, args)
    elif last == "write" and name.startswith("xml.") and args.words:
        saved(call, last, args)
    elif not is_proven(name):
        call.unknown(f"calls {name.replace('builtins.', '').replace('()', '')}, which may write")
    return Module(name + "()") if not name.startswith("builtins.") else Missing


def passed_on(call: Call, value: Value) -> None:
    """A function of a module that is given to somebody else, who may call it with anything."""
    if not isinstance(value, Module):
        return
    last = value.name.rpartition(".")[2]
    if value.name in WRITING or last in RUNNING or (value.name.startswith("pathlib.") and last in WRITING_METHODS):
        call.unknown(f"passes {value.name.replace('builtins.', '')} on, which may write")


# What is known not to write by itself, among the functions above.
PURE = frozenset(
    """
    os.listdir os.walk os.getcwd os.path.join os.path.basename os.path.dirname os.path.abspath os.path.realpath
    os.path.normpath os.path.splitext os.path.expanduser os.environ.get pathlib.Path pathlib.PurePath pathlib.Path.cwd
    pathlib.Path.home builtins.str builtins.list builtins.sorted builtins.tuple builtins.set builtins.reversed
    builtins.iter builtins.range builtins.enumerate builtins.zip builtins.map builtins.filter glob.glob glob.iglob
    os.fdopen os.utime tempfile.mkdtemp tempfile.mktemp tempfile.mkstemp tempfile.NamedTemporaryFile
    tempfile.TemporaryDirectory
    """.split()
)
CALLING = ("builtins.map", "threading.Thread")
WRITING = FUNCTIONS.keys() - PURE
