"""Which functions of Python's library are proven to write no file: a closed list; what is not on it may write."""

from __future__ import annotations

# What may be imported without doing anything.
STANDARD = frozenset(
    """
    __future__ abc argparse tracemalloc array ast asyncio base64 bisect builtins bz2 calendar cmath codecs
    collections concurrent configparser contextlib copy csv ctypes dataclasses datetime decimal difflib dis
    email enum errno fileinput fnmatch fractions functools gc getpass glob gzip hashlib heapq hmac html http
    importlib.metadata inspect io itertools json keyword linecache locale logging lzma math mimetypes
    multiprocessing numbers operator os pathlib pickle pkgutil platform plistlib pprint queue random re resource
    secrets select selectors shlex shutil signal site socket sqlite3 ssl stat statistics string struct
    subprocess sys sysconfig tarfile tempfile textwrap threading time timeit token tokenize tomllib traceback
    types typing unicodedata urllib uuid warnings weakref xml zipfile zlib zoneinfo pty shelve dbm colorsys
    binascii graphlib ipaddress importlib yaml toml tomli requests numpy pandas bs4 lxml dateutil httpx rich
    attr attrs pydantic jsonschema
    """.split()
)

# Every function of these is harmless, or harmless without an open file that was counted when it was opened.
MODULES = frozenset(
    """
    __future__ abc argparse tracemalloc array ast base64 binascii bisect calendar cmath collections colorsys
    configparser contextlib copy csv datetime decimal difflib email enum errno fnmatch fractions functools gc
    getpass graphlib hashlib heapq hmac html http inspect ipaddress itertools json keyword linecache locale math
    mimetypes numbers operator pickle pkgutil platform plistlib pprint queue random re resource secrets select
    selectors shlex signal site socket ssl stat statistics string struct sys sysconfig textwrap time token
    tokenize tomllib toml tomli traceback types typing unicodedata uuid warnings weakref xml yaml zlib zoneinfo
    dataclasses codecs io dateutil attr attrs pydantic jsonschema bs4 lxml rich
    """.split()
)
FUNCTIONS = frozenset(
    """
    os.getcwd os.getenv os.getpid os.getppid os.listdir os.scandir os.walk os.stat os.lstat os.fstat os.access
    os.environ os.cpu_count os.uname os.fspath os.getuid os.geteuid os.getgid os.getlogin os.get_terminal_size
    os.readlink os.fsencode os.fsdecode os.kill os.times os.isatty os.close os.read os.write os.dup os.dup2
    os.fsync os.pipe os.sep os.linesep os.pathsep os.name os.getloadavg os.umask os.urandom os.strerror
    os.getpgid os.sysconf os._exit os.abort os.path os.utime os.PathLike os.devnull os.curdir os.pardir
    os.stat_result os.DirEntry os.wait os.waitpid os.statvfs os.get_exec_path os.supports_follow_symlinks
    os.O_RDONLY shutil.which shutil.disk_usage shutil.get_terminal_size shutil.ignore_patterns
    shutil.copyfileobj shutil.get_archive_formats shutil.Error logging.getLogger logging.info logging.debug
    logging.warning logging.error logging.critical logging.exception logging.log logging.StreamHandler
    logging.Formatter logging.NullHandler logging.disable logging.Filter logging.getLevelName
    logging.addLevelName logging.INFO logging.DEBUG logging.WARNING logging.ERROR subprocess.PIPE
    subprocess.DEVNULL subprocess.STDOUT subprocess.CalledProcessError subprocess.TimeoutExpired
    subprocess.CompletedProcess subprocess.list2cmdline sqlite3.Row sqlite3.Error sqlite3.sqlite_version
    sqlite3.version tarfile.is_tarfile zipfile.is_zipfile zipfile.BadZipFile gzip.compress gzip.decompress
    bz2.compress bz2.decompress lzma.compress lzma.decompress tempfile.gettempdir glob.escape glob.has_magic
    urllib.parse urllib.request.urlopen urllib.request.Request urllib.error importlib.metadata
    importlib.resources importlib.util.find_spec threading.Lock threading.current_thread threading.Event
    threading.RLock threading.active_count multiprocessing.cpu_count concurrent.futures.ThreadPoolExecutor
    concurrent.futures.ProcessPoolExecutor concurrent.futures.as_completed concurrent.futures.wait asyncio.run
    asyncio.sleep asyncio.gather asyncio.Lock asyncio.Semaphore asyncio.wait_for asyncio.get_event_loop
    asyncio.Queue dis.dis pathlib.PurePosixPath pathlib.PosixPath requests.get requests.head requests.Session
    requests.exceptions httpx.get httpx.head httpx.Client inspect.getsource timeit.default_timer io.StringIO
    io.BytesIO io.TextIOWrapper
    """.split()
)
RISKY = frozenset(
    (
        "types.FunctionType",
        "types.LambdaType",
        "io.FileIO",
        "io.open_code",
        "sys.settrace",
        "configparser.RawConfigParser().write",
        "yaml.unsafe_load",
        "yaml.unsafe_load_all",
    )
)
NUMERIC = frozenset("numpy pandas PIL matplotlib".split())  # large, and they write under telling names
TELLING = ("write", "save", "dump", "to_", "export", "remove", "delete", "unlink", "rename", "move", "mkdir", "extract")
BUILTINS = frozenset(
    """
    abs aiter all anext any ascii bin bool bytearray bytes callable chr classmethod compile complex dict dir divmod
    enumerate filter float format frozenset hasattr hash help hex id int isinstance issubclass iter len list map
    max memoryview min next object oct ord pow print property range repr reversed round set setattr slice sorted
    staticmethod str sum super tuple type zip input delattr exit quit locals copyright credits license Exception
    ValueError KeyError TypeError OSError IOError RuntimeError StopIteration FileNotFoundError AttributeError
    IndexError SystemExit AssertionError NotImplementedError PermissionError UnicodeDecodeError
    KeyboardInterrupt BaseException ZeroDivisionError ImportError ModuleNotFoundError NameError LookupError
    ArithmeticError EOFError TimeoutError UnicodeError SyntaxError Warning True False None Ellipsis __name__
    __file__ __doc__ __debug__ NotImplemented
    """.split()
)


def is_proven(name: str) -> bool:
    """Whether a call of the dotted name writes nothing by itself."""
    root = name.partition(".")[0]
    if root == "builtins":
        return name.split(".")[1].rstrip("()") in BUILTINS
    if name in RISKY or name.startswith(("sys.modules.", "inspect.getmodule()", "inspect.currentframe()")):
        return False
    if root in NUMERIC:
        return not any(mark in name.rpartition(".")[2].lower() for mark in TELLING)
    if root in MODULES:
        return True
    parts = name.replace("()", "").split(".")
    return any(".".join(parts[:size]) in FUNCTIONS for size in range(2, len(parts) + 1))
