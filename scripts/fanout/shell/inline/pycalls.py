"""What Python's own functions and methods do to files: a table of names, each with a few lines."""

from __future__ import annotations

import os

from fanout.shell.globs import UNKNOWN
from fanout.shell.inline.pyactions import (
    archive,
    attribute,
    changed,
    chdir,
    connect,
    copied,
    copied_tree,
    each_folder,
    edited,
    handler_made,
    ignore,
    imported,
    linked,
    listed,
    loaded,
    low_level,
    made,
    make_archive,
    makedirs,
    moved,
    one,
    removed,
    run,
    started,
    system,
    temporary,
    tree,
    two,
)
from fanout.shell.inline.pymethods import SAVING, WRITING_METHODS, method, method_named, saved
from fanout.shell.inline.pypaths import joined, matching, mode_of, opened, renamed
from fanout.shell.inline.pyproven import is_proven
from fanout.shell.inline.pyvalues import Args, Func, Handle, Missing, Module, PathText, Value, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

RUNNING = frozenset(["exec", "eval", "globals", "vars", "breakpoint"])


def mapped(call: Call, args: Args) -> Value:
    """`map(function, values)`: the function of a module is called with each value that is known."""
    target, values = args.get(0), args.get(1)
    if not isinstance(target, Module):
        return Missing
    if isinstance(values, list) and len(args.words) == 2 and len(values) <= 300:
        return [function(call, target.name, Args([value], {})) for value in values]
    return function(call, target.name, Args([Missing] * (len(args.words) - 1), {}))


def thread(call: Call, args: Args) -> Value:
    """`Thread(target=f, args=(...))`: a function of a module is called; the program's own was followed already."""
    target, given = args.get(1, "target"), args.get(3, "args")
    if isinstance(target, Module):
        function(call, target.name, Args(given if isinstance(given, list) else [Missing, Missing], {}))
    elif not isinstance(target, Func):
        call.unknown("starts a thread whose function is not known")
    return Missing


FUNCTIONS: dict[str, Callable[[Call, Args], Value]] = {
    "builtins.open": lambda call, args: opened(call, args.text(0, "file"), mode_of(args, 1)),
    "io.open": lambda call, args: opened(call, args.text(0, "file"), mode_of(args, 1)),
    "codecs.open": lambda call, args: opened(call, args.text(0), mode_of(args, 1)),
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
    "os.kill": lambda call, args: call.run(["kill", "--", str(args.get(0))]) if args.get(0) == -1 else None,
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
    "pickle.loads": loaded,
    "yaml.load": loaded,
    "operator.methodcaller": method_named,
    "operator.attrgetter": method_named,
    "threading.Thread": thread,
    "builtins.__import__": imported,
    "importlib.import_module": imported,
    "pty.spawn": started,
    "asyncio.create_subprocess_exec": started,
    "asyncio.create_subprocess_shell": system,
    "logging.handlers.RotatingFileHandler": handler_made,
    "logging.handlers.TimedRotatingFileHandler": handler_made,
    "logging.handlers.WatchedFileHandler": handler_made,
    "io.FileIO": lambda call, args: opened(call, args.text(0, "file"), mode_of(args, 1)),
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
    "tempfile.mkstemp": lambda call, args: [Missing, temporary(call, args)],
    "tempfile.NamedTemporaryFile": lambda call, args: Handle(text_of(temporary(call, args))),
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


# Modules that others hold under their names: `random._os`, `pathlib.os`, `json.codecs`.
HELD = frozenset("os subprocess shutil builtins pathlib posix tempfile codecs io sys runpy pty importlib".split())


def plain(name: str) -> str:
    """The name without the modules through which the last one is reached."""
    parts = name.split(".")
    for at in range(len(parts) - 1, 0, -1):
        part = parts[at].lstrip("_")
        if part in HELD and ".".join(parts[: at + 1]) != "concurrent.futures":
            return ".".join([part, *parts[at + 1 :]])
    return name


def given_more(call: Call, name: str) -> None:
    """`f(**options)`: what opens, writes or starts something may be told so there."""
    if plain(name) in WRITING or not is_proven(name):
        call.unknown(f"calls {name.replace('builtins.', '')} with options that are known only when it runs")


def function(call: Call, name: str, args: Args) -> Value:
    """A call of something that a module holds."""
    name = plain(name)
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


# What is given a module to look at it.
LOOKING = frozenset(
    """
    builtins.print builtins.dir builtins.type builtins.repr builtins.str builtins.id builtins.isinstance builtins.hasattr
    builtins.getattr builtins.help builtins.len builtins.sorted builtins.list builtins.callable inspect.getfile
    inspect.getsource inspect.getdoc inspect.getsourcefile inspect.signature inspect.ismodule
    """.split()
)
RISKY_MODULES = frozenset("os shutil subprocess pathlib posix builtins sys.modules io runpy pty".split())


def passed_on(call: Call, value: Value, target: Value) -> None:
    """A function of a module, or a module, that is given to somebody else, who may call it with anything."""
    if not isinstance(value, Module):
        return
    last = value.name.rpartition(".")[2]
    if plain(value.name) in RISKY_MODULES and not (isinstance(target, Module) and target.name in LOOKING):
        call.unknown(f"passes {value.name} on, of which anything may be called")
        return
    if (
        plain(value.name) in WRITING
        or last in RUNNING
        or (value.name.startswith("pathlib.") and last in WRITING_METHODS)
    ):
        call.unknown(f"passes {value.name.replace('builtins.', '')} on, which may write")


# What is known not to write by itself, among the functions above.
PURE = frozenset(
    """
    os.listdir os.walk os.getcwd os.path.join os.path.basename os.path.dirname os.path.abspath os.path.realpath
    os.path.normpath os.path.splitext os.path.expanduser os.environ.get pathlib.Path pathlib.PurePath pathlib.Path.cwd
    pathlib.Path.home builtins.str builtins.list builtins.sorted builtins.tuple builtins.set builtins.reversed
    builtins.iter builtins.range builtins.enumerate builtins.zip builtins.map builtins.filter glob.glob glob.iglob
    os.fdopen os.utime tempfile.mkdtemp tempfile.mktemp tempfile.mkstemp tempfile.NamedTemporaryFile
    tempfile.TemporaryDirectory pickle.loads yaml.load operator.methodcaller operator.attrgetter
    """.split()
)
CALLING = ("builtins.map", "threading.Thread")
WRITING = FUNCTIONS.keys() - PURE
