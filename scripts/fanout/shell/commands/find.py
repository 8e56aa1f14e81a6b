"""find: its expression evaluated on the folders as they are, so that its actions get the right files."""

from __future__ import annotations

import os

from fanout.shell import globs
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fanout.shell.call import Call

MAX_RUNS = 300
ACTIONS = frozenset("-print -print0 -printf -ls -delete -fprint -fprint0 -fprintf -fls -prune".split())
NO_VALUE = frozenset(
    """
    -depth -d -mount -xdev -daystart -follow -noleaf -empty -executable -readable -writable -nouser -nogroup
    -true -false -print -print0 -ls -prune -quit -delete -warn -nowarn -ignore_readdir_race
    """.split()
)
OF_THE_USER = frozenset("-executable -readable -writable -nouser -nogroup".split())  # what the system says of who asks
TWO_VALUES = frozenset(("-fprintf",))


class Find:
    """One find command. `chosen` collects, for each action, the paths it gets. `unsure`: a test before, of which it is not
    known whether it holds."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.tokens = call.args
        self.at = 0
        self.deepest = 1 << 30
        self.shallowest = 0
        self.chosen: dict[int, list[str]] = {}
        self.actions: dict[int, list[str]] = {}
        self.pruned = False
        self.prunes = not {"-delete", "-depth", "-d"} & set(call.args)  # folders come last then, and nothing is spared
        self.unsure = False
        self.overflow = False
        self.exact = True
        self.stopped = False

    def go(self) -> None:
        roots = self.roots()
        tests = self.expression()
        if not any(action[0] != "-prune" for action in self.actions.values()):
            tests = [("and", [tests, self.action(["-print"])])]
        for root in roots:
            if not self.stopped:
                self.walk(root, tests)
        self.act(roots)

    def roots(self) -> list[str]:
        found = []
        while self.at < len(self.tokens) and self.tokens[self.at] in ("-H", "-L", "-P", "-E", "-X", "-s"):
            self.at += 1
        while self.at < len(self.tokens) and not self.tokens[self.at].startswith(("-", "(", "!", ")")):
            found.append(self.tokens[self.at])
            self.at += 1
        return found or ["."]

    # -- the expression: nested lists of ("all"|"or"|"and"|"not"|test, arguments) --------------------------------------

    def expression(self) -> list[Any]:
        parts = [self.alternatives()]
        while self.peek() == ",":
            self.at += 1
            parts.append(self.alternatives())
        return parts[0] if len(parts) == 1 else [("all", parts)]

    def alternatives(self) -> list[Any]:
        options = [self.conjunction()]
        while self.peek() in ("-o", "-or"):
            self.at += 1
            options.append(self.conjunction())
        return options[0] if len(options) == 1 else [("or", options)]

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def conjunction(self) -> list[Any]:
        parts: list[Any] = []
        while self.at < len(self.tokens) and self.peek() not in ("-o", "-or", ",", ")"):
            token = self.tokens[self.at]
            self.at += 1
            if token in ("-a", "-and"):
                continue
            if token in ("!", "-not"):
                parts.append(("not", self.one()))
            else:
                self.at -= 1
                parts.extend(self.one())
        return parts

    def one(self) -> list[Any]:
        token = self.peek()
        self.at += 1
        if token == "(":
            inner = self.expression()
            self.at += 1
            return [("and", [inner])]
        if token in ("!", "-not"):
            return [("not", self.one())]
        if token in ("-exec", "-execdir", "-ok", "-okdir"):
            return self.action([token, *self.command()])
        count = 0 if token in NO_VALUE else 2 if token in TWO_VALUES else 1
        values = self.tokens[self.at : self.at + count]
        self.at += count
        if token in ACTIONS:
            return self.action([token, *values])
        if token in ("-maxdepth", "-mindepth") and values and values[0].isdigit():
            if token == "-maxdepth":
                self.deepest = int(values[0])
            else:
                self.shallowest = int(values[0])
            return []
        return [(token, values)]

    def command(self) -> list[str]:
        start = self.at
        while self.at < len(self.tokens) and self.tokens[self.at] != ";":
            if self.tokens[self.at] == "+" and self.at > start and self.tokens[self.at - 1] == "{}":
                break
            self.at += 1
        words = self.tokens[start : self.at]
        together = self.peek() == "+"
        self.at += 1
        return [*words, "+" if together else ";"]

    def action(self, words: list[str]) -> list[Any]:
        number = len(self.actions)
        self.actions[number] = words
        self.chosen[number] = []
        return [("action", number)]

    # -- walking -----------------------------------------------------------------------------------------------------

    def walk(self, root: str, tests: list[Any]) -> None:
        world = self.call.world
        if not world.known or UNKNOWN in root:
            for number in self.actions:
                self.chosen[number].append(root if UNKNOWN in root else root.rstrip("/") + "/" + UNKNOWN)
            return
        stack = [(root, 0)] if world.exists(root) else []
        while stack and not self.stopped:
            path, depth = stack.pop()
            world.budget -= 1
            if world.budget < 0:
                self.overflow = True
                return
            self.pruned = False
            if depth >= self.shallowest:
                self.every(tests, path)
            if not self.stopped and self.goes_into(path, depth):
                base = path if path.endswith("/") else path + "/"
                stack.extend((base + name, depth + 1) for name in sorted(world.names(path), reverse=True))

    def goes_into(self, path: str, depth: int) -> bool:
        if self.pruned or depth >= self.deepest or not self.call.world.is_folder(path):
            return False
        return not os.path.islink(self.call.world.absolute(path))

    def every(self, tests: list[Any], path: str) -> bool | None:
        verdict: bool | None = True
        was = self.unsure
        for test in tests:
            one = self.check(test, path)
            if one is False:
                verdict = False
                break
            if one is None:
                verdict = None
                self.exact, self.unsure = False, True
        self.unsure = was
        return verdict

    def any(self, options: list[Any], path: str) -> bool | None:
        verdict: bool | None = False
        was = self.unsure
        for option in options:
            one = self.every(option, path)
            if one:
                verdict = True
                break
            if one is None:
                verdict, self.unsure = None, True
        self.unsure = was
        return verdict

    def check(self, test: Any, path: str) -> bool | None:
        name, values = test
        if name == "all":
            return [self.every(part, path) for part in values][-1]
        if name == "or":
            return self.any(values, path)
        if name == "and":
            return self.every([part for group in values for part in group], path)
        if name == "not":
            one = self.every(values, path)
            return None if one is None else not one
        if name == "action":
            return self.choose(values, path)
        return self.plain(name, values[0] if values else "", path)

    def choose(self, number: int, path: str) -> bool | None:
        if self.actions[number][0] == "-prune":
            self.pruned = self.prunes and not self.unsure
        else:
            self.chosen[number].append(path)
        return True

    def plain(self, name: str, value: str, path: str) -> bool | None:
        world = self.call.world
        if name in ("-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename"):
            whole = name.endswith(("path", "wholename"))
            text = path if whole else path.rstrip("/").rpartition("/")[2] or path
            if name.startswith("-i"):
                text, value = text.lower(), value.lower()
            return globs.matches(text, globs.activate(value))
        if name == "-type":
            kinds = value.split(",")
            link = os.path.islink(world.disk(world.absolute(path)))
            kind = "l" if link else "d" if world.is_folder(path) else "f" if world.is_file(path) else "?"
            return None if kind == "?" else kind in kinds
        if name == "-empty":
            return self.empty(path)
        if name == "-newer":
            return self.newer(path, value)
        if name == "-quit":
            self.stopped = not self.unsure
            return True
        return None if name not in NO_VALUE or name in OF_THE_USER else name != "-false"

    def newer(self, path: str, other: str) -> bool | None:
        places = [self.call.world.absolute(path), self.call.world.absolute(other)]
        if any(place in self.call.world.made for place in places):
            return None
        try:
            return os.lstat(places[0]).st_mtime > os.stat(places[1]).st_mtime
        except (OSError, ValueError):
            return None

    def empty(self, path: str) -> bool | None:
        world = self.call.world
        if world.is_folder(path):
            return not world.names(path)
        place = world.disk(world.absolute(path))
        try:
            return os.path.getsize(place) == 0 if world.absolute(path) not in world.contents else None
        except OSError:
            return None

    # -- acting ------------------------------------------------------------------------------------------------------

    def act(self, roots: list[str]) -> None:
        for number, words in self.actions.items():
            paths = self.chosen[number]
            if self.overflow:
                self.call.unknown("walks more files than are followed")
                paths = [root.rstrip("/") + "/" + UNKNOWN for root in roots]
            name = words[0]
            if name in ("-print", "-print0"):
                self.call.emit("".join(path + "\n" for path in paths), self.exact and len(paths) < 2)
            elif name in ("-printf", "-ls"):
                self.call.emit(self.printed(words, paths), False)
            elif name == "-delete":
                for path in paths:
                    self.call.delete(path)
            elif name.startswith("-f"):
                self.call.shell.write(words[1], "truncate", False, self.call.name)
            elif name != "-prune":
                self.execute(words, paths)

    def printed(self, words: list[str], paths: list[str]) -> str | None:
        form = words[1] if len(words) > 1 else ""
        if form in ("%p\\n", "%p\\0"):
            return "".join(path + "\n" for path in paths)
        if form in ("%f\\n", "%f\\0"):
            return "".join(path.rpartition("/")[2] + "\n" for path in paths)
        return None

    def execute(self, words: list[str], paths: list[str]) -> None:
        command, together = words[1:-1], words[-1] == "+"
        if not command or not paths:
            return
        if words[0].endswith("dir"):
            self.in_folders(command, paths)
        elif together:
            self.call.run([piece for arg in command for piece in (paths if arg == "{}" else [arg])])
        else:
            for path in paths[:MAX_RUNS]:
                self.call.run([arg.replace("{}", path) for arg in command])
            if len(paths) > MAX_RUNS:
                self.call.unknown("runs a command more often than is followed")

    def in_folders(self, command: list[str], paths: list[str]) -> None:
        shell = self.call.shell
        places, cwd = shell.places, shell.world.cwd
        for path in paths[:MAX_RUNS]:
            folder, _, name = path.rpartition("/")
            there = shell.world.absolute(folder or ".")
            shell.places, shell.world.cwd = (there,), there
            self.call.run([arg.replace("{}", "./" + name) for arg in command])
            shell.places, shell.world.cwd = places, cwd
