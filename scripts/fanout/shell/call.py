"""One command as it is called: its name, its arguments, and the ways to say what it does."""

from __future__ import annotations

from fanout.shell.effects import CREATE, DELETE, MODIFY, MOVE, TRUNCATE
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.shell import Shell
    from fanout.shell.virtual_filesystem import VirtualFilesystem


# Long options that are no abbreviation of a longer one.
WHOLE = frozenset(
    """
    all allow append backup cached check color copy create delete depth diff dir directory dry exclude exec ext file
    fix follow force format group ignore include interactive json keep level lines link list log max merge min mode name
    names no null only output owner parents patch prefix print quiet recursive regex reset size skip sort source staged
    stat stdin stdout strip suffix summary test text time type update url user verbose version wait watch with word
    """.split()
)


def stands_for(given: str, name: str) -> bool:
    """Whether a long option, perhaps abbreviated as getopt allows, means `name`."""
    return given == name or (len(given) > 1 and name.startswith(given) and given not in WHOLE)


class Options:
    """Arguments parted into options and the rest, as getopt does it.

    `values` are the short options that take a value, `long_values` the long ones; `optional` are short ones whose value
    must be attached. With `stop`, the first operand ends the options (wrappers).
    """

    __slots__ = ("found", "rest")

    def __init__(
        self, args: list[str], values: str = "", long_values: str = "", optional: str = "", stop: bool = False
    ) -> None:
        self.found: list[tuple[str, str]] = []
        self.rest: list[str] = []
        takes = long_values.split()
        at = 0
        while at < len(args):
            arg = args[at]
            at += 1
            if arg == "--":
                self.rest.extend(args[at:])
                return
            if arg.startswith("--"):
                at = self._long(arg[2:], args, at, takes)
            elif len(arg) > 1 and arg[0] == "-" and arg[1] != UNKNOWN:
                at = self._cluster(arg[1:], args, at, values, optional)
            elif stop:
                self.rest.extend(args[at - 1 :])
                return
            else:
                self.rest.append(arg)

    def _long(self, word: str, args: list[str], at: int, takes: list[str]) -> int:
        name, equals, value = word.partition("=")
        if not equals and at < len(args) and any(stands_for(name, one) for one in takes):
            value = args[at]
            at += 1
        self.found.append((name, value))
        return at

    def _cluster(self, letters: str, args: list[str], at: int, values: str, optional: str) -> int:
        for place, letter in enumerate(letters):
            if letter in optional:
                self.found.append((letter, letters[place + 1 :]))
                return at
            if letter in values:
                value = letters[place + 1 :]
                if not value and at < len(args):
                    value = args[at]
                    at += 1
                self.found.append((letter, value))
                return at
            self.found.append((letter, ""))
        return at

    def has(self, *names: str) -> bool:
        return any(stands_for(given, name) for given, _ in self.found for name in names)

    def get(self, *names: str) -> str | None:
        """The last value given, or None."""
        values = self.all(*names)
        return values[-1] if values else None

    def all(self, *names: str) -> list[str]:
        return [value for given, value in self.found if any(stands_for(given, name) for name in names)]


class Call:
    """What a command's function gets. `args` come without the name; `path` is the name as typed."""

    __slots__ = ("args", "name", "path", "program", "shell")

    def __init__(self, shell: Shell, path: str, args: list[str]) -> None:
        self.shell = shell
        self.path = path
        self.name = path.rpartition("/")[2]
        self.args = args
        self.program = ""

    @property
    def world(self) -> VirtualFilesystem:
        return self.shell.world

    @property
    def wanted(self) -> bool:
        """Whether somebody listens to the output."""
        return self.shell.sink is not None

    def options(self, values: str = "", long_values: str = "", optional: str = "", stop: bool = False) -> Options:
        return Options(self.args, values, long_values, optional, stop)

    def write(self, path: str, recursive: bool = False) -> None:
        """Writes a file: made when missing, else changed."""
        kind = MODIFY if self.world.exists(path) else CREATE
        self.shell.write(path, kind, recursive, self.name)

    def unpack(self, path: str) -> None:
        """Puts a whole file there: made when missing, else nothing is left of what it held."""
        kind = TRUNCATE if self.world.exists(path) else CREATE
        self.shell.write(path, kind, False, self.name)

    def keep_up(self, path: str, folder: bool = False) -> None:
        """Brings a tool's own file or folder up to date."""
        kind = MODIFY if self.world.exists(path) and not folder else CREATE
        self.shell.write(path, kind, folder, self.name, upkeep=True)

    def create(self, path: str, recursive: bool = False, folder: bool = False) -> None:
        """Makes something new at `path`."""
        place = self.world.absolute(path)
        self.shell.write(path, CREATE, recursive, self.name, folder=folder and not recursive)
        if folder and UNKNOWN not in place:
            self.world.made[place] = "d"

    def delete(self, path: str, recursive: bool = False) -> None:
        self.shell.write(path, DELETE, recursive, self.name)

    def move(self, path: str, recursive: bool = False) -> None:
        self.shell.write(path, MOVE, recursive, self.name)

    def folders(self, path: str) -> None:
        """`mkdir -p`: each missing folder on the way."""
        if not path:
            return
        place = self.world.absolute(path)
        if UNKNOWN in place:
            self.shell.write_unknown(place, CREATE, self.name)
            return
        missing = []
        while place and place != "/" and not self.world.exists(place):
            missing.append(place)
            place = place.rpartition("/")[0]
        for folder in reversed(missing):
            self.create(folder, folder=True)

    def unknown(self, reason: str) -> None:
        self.shell.effects.unknowable(f"{self.name} {reason}")

    def checks(self, reason: str) -> None:
        """It runs the project's code to find something out: unknown, and known to be no more than a check."""
        self.shell.effects.checking(f"{self.name} {reason}")

    def projects_own(self, reason: str, *names: str) -> None:
        """It runs a program of the project: to find something out, unless one of the names says that it changes something."""
        from fanout.shell.commands.checkers import says_change, tries_only

        (self.unknown if any(map(says_change, names)) and not tries_only(names) else self.checks)(reason)

    def replace(self, path: str) -> None:
        """Puts a new file in the place of an old one: links are not followed."""
        self.shell.write(path, MODIFY, False, self.name, replaces=True)

    def emit(self, text: str | None, exact: bool = True) -> None:
        self.shell.emit(text, exact)

    @property
    def exact(self) -> bool:
        """Whether standard input is just what will come."""
        return self.shell.stdin is None or self.shell.stdin.exact

    def input(self) -> str | None:
        """Standard input, when its text is known."""
        return self.shell.stdin.read(self.world) if self.shell.stdin is not None else None

    def run(self, args: list[str]) -> None:
        """Runs another command, as wrappers do."""
        if args:
            self.shell.invoke(args)
