"""Runs statements over what is known: variables, the folder, the files that commands name."""

from __future__ import annotations

from fanout.shell.effects import CREATE, DELETE, MODIFY, MOVE, TRUNCATE
from fanout.shell.globs import UNKNOWN
from fanout.shell.limits import MAX_STEPS, Overrun
from fanout.shell.powershell import cmdlets
from fanout.shell.powershell.parameters import Given, bind
from fanout.shell.powershell.parser import Command, Unreadable, Word, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.shell import Shell

NOWHERE = ("$null", "nul", "/dev/null")
SHELLS = frozenset("powershell pwsh powershell.exe pwsh.exe".split())
NUMBER = frozenset("0123456789")


class Run:
    """One session: what its variables hold, where it is."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.depth = 0
        self.steps = 0
        self.variables = {"home": shell.world.home or UNKNOWN, "true": "True", "false": "False", "null": ""}
        self.folders: list[str] = []

    def text(self, text: str) -> None:
        try:
            statements = read(text)
        except Unreadable as why:
            self.unknown(f"could not be parsed: {why}")
            return
        self.statements(statements)

    def unknown(self, why: str) -> None:
        self.shell.effects.unknowable(why)

    def statements(self, statements: list[list[Command]]) -> None:
        for pipeline in statements:
            for command in pipeline:
                self.command(command)

    def command(self, command: Command) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Overrun("the line does more than is followed")
        for word in [*command.words, *(word for _, word in command.redirects)]:
            self.inside(word)
        for op, word in command.redirects:
            for path in self.values(word):
                if word.plain() or path.lower() not in ("", *NOWHERE):
                    self.write("add" if op == ">>" else "put", path)
        self.assign(command)
        if command.words:
            self.words(command)

    def inside(self, word: Word) -> None:
        """What stands in blocks and brackets may run any number of times: what it sets is not known afterwards."""
        for item in word.items:
            if item.inner:
                self.depth += 1
                for block in item.inner:
                    self.statements(block)
                self.depth -= 1

    def assign(self, command: Command) -> None:
        if not command.target:
            return
        name = command.target.rstrip("?")
        known = (
            not self.depth and command.target == name and len(command.words) == 1 and len(command.words[0].items) == 1
        )
        self.variables[name] = self.value(command.words[0]) if known else UNKNOWN
        if name.startswith("env:"):
            self.shell.env = {**self.shell.env, name[4:].upper(): self.variables[name]}
        if known and command.words[0].bare and command.words[0].plain():
            self.variables[name] = UNKNOWN  # a command's output, or a number

    # -- values ---------------------------------------------------------------------------------------------------

    def value(self, word: Word) -> str:
        """Its text, UNKNOWN where that is not known."""
        return "".join(part if isinstance(part, str) else self.variable(part[1]) for part in word.parts)

    def values(self, word: Word) -> list[str]:
        return [self.value(item) for item in word.items]

    def variable(self, name: str) -> str:
        if name.startswith("env:"):
            known = {key.lower(): value for key, value in self.shell.env.items()}
            return self.variables.get(name, known.get(name[4:], UNKNOWN))
        if name == "pwd":
            return self.shell.world.cwd
        return self.variables.get(name, UNKNOWN) or ("" if name == "null" else UNKNOWN)

    # -- commands -------------------------------------------------------------------------------------------------

    def words(self, command: Command) -> None:
        first = command.words[0]
        if not (first.bare or command.called) or (not command.called and self.is_expression(first)):
            self.expression(command)
            return
        if first.inner:
            return  # & { ... }: read already
        name = self.value(first)
        if UNKNOWN in name:
            self.unknown("the command's name is known only when it runs")
            return
        self.named(name, command.words[1:])

    def is_expression(self, word: Word) -> bool:
        text = word.plain()
        return (
            bool(word.inner)
            or isinstance(word.parts[0], tuple)
            or text[:1] in ("[", *NUMBER, "@", "-", "!")
            or text == "$"
        )

    def expression(self, command: Command) -> None:
        """An expression: its methods are known to compute, or to write files, or may do anything."""
        from fanout.shell.powershell.methods import judge

        judge(self, command)

    def named(self, name: str, words: list[Word]) -> None:
        low = name.lower()
        low = cmdlets.NAMES.get(low, low)
        if any(map(_is_splatted, words)):
            self.unknown(f"{name} is given parameters that are known only when it runs")
        elif low in cmdlets.RULES and not self.is_unix(low, words):
            self.rule(low, words)
        elif low in ("set-location", "push-location", "pop-location"):
            self.go(low, words)
        elif low == "invoke-expression" or low in SHELLS:
            self.nested(low, words)
        elif low not in cmdlets.READING and low not in cmdlets.KEYWORDS:
            self.program(name, words)

    def is_unix(self, low: str, words: list[Word]) -> bool:
        """`rm -rf x`, where the name is a program's: an option that no parameter begins with."""
        _, values, switches = cmdlets.RULES[low]
        options = [
            word.plain()[1:].lower().split(":")[0] for word in words if word.bare and word.plain().startswith("-")
        ]
        return any(not any(name.startswith(option) for name in (*values, *switches)) for option in options)

    def program(self, name: str, words: list[Word]) -> None:
        """A program: judged by the rules of a line of bash."""
        if "-" in name and name.partition("-")[0].isalpha() and name[:1].isupper() and "/" not in name:
            self.unknown(f"{name} may write: what it does is not known")
            return
        self.shell.invoke([name.replace("\\", "/"), *(self.value(word) for word in words)])
        self.folder_stays()

    def folder_stays(self) -> None:
        self.shell.places = (self.shell.world.cwd,)

    def nested(self, low: str, words: list[Word]) -> None:
        """Text that is run: iex 'x', pwsh -Command 'x'."""
        texts = [self.value(word) for word in words]
        at = next((n for n, text in enumerate(texts) if text.lower() in ("-c", "-command", "-com")), -1)
        if low != "invoke-expression" and at < 0:
            if any(not text.startswith("-") for text in texts):
                self.unknown(f"{low} runs a script, which may write anything")
            return
        text = " ".join(texts[at + 1 :])
        if any(word.inner for word in words) and low in SHELLS:
            return  # a block: read already
        if UNKNOWN in text or not text:
            self.unknown(f"{low} runs text that is known only when it runs")
            return
        self.depth += 1
        if self.depth > 20:
            raise Overrun("nested too deeply")
        self.text(text)
        self.depth -= 1

    def go(self, low: str, words: list[Word]) -> None:
        texts = [self.value(word) for word in words if not (word.bare and word.plain().startswith("-"))]
        if low == "pop-location":
            target = self.folders.pop() if self.folders else UNKNOWN
        else:
            self.folders.append(self.shell.world.cwd)
            target = slashes(texts[0]) if texts else self.shell.world.home or UNKNOWN
        if UNKNOWN in target or self.depth:
            self.unknown("the folder is known only when it runs")
            return
        self.shell.world.cwd = self.shell.world.absolute(target)
        self.folder_stays()

    # -- what is written ------------------------------------------------------------------------------------------

    def rule(self, low: str, words: list[Word]) -> None:
        how, names, switches = cmdlets.RULES[low]
        given = bind(self, words, names, switches)
        if given.is_on("whatif"):
            return
        if any(given.values.get(name) for name in ("filter", "include", "exclude")):
            given.widen(self)
        getattr(self, f"how_{how}")(given)

    def how_put(self, given: Given) -> None:
        """Into the one file of a command."""
        if given.values.get("variable") and not given.paths("filepath"):
            return
        names = [name for name in cmdlets.TAKES_FILE if name in given.names]
        if "outfile" in given.names and not given.values.get("outfile"):
            return
        paths = next((found for name in names if (found := given.paths(name))), [UNKNOWN])
        for path in paths:
            self.each("add" if given.is_on("append") or given.is_on("update") else "put", path)

    def how_add(self, given: Given) -> None:
        for path in given.subjects():
            self.each("add", path)

    def how_delete(self, given: Given) -> None:
        for path in given.subjects():
            self.each("delete", path)

    def how_new(self, given: Given) -> None:
        kind = "".join(given.values.get("itemtype", []) + given.values.get("type", [])).lower()
        how = "folder" if kind in ("directory", "container", "d") else "put" if given.is_on("force") else "new"
        if kind not in ("", "file", "directory", "container", "d", "f"):
            self.unknown(f"New-Item makes a {kind}")
        for path in given.named():
            self.write(how, path)

    def how_folder(self, given: Given) -> None:
        for path in given.named():
            self.write("folder", path)

    def how_tree(self, given: Given) -> None:
        for path in given.paths("destinationpath") or ["."]:
            self.write("tree", path)

    def how_rename(self, given: Given) -> None:
        for path in given.subjects():
            self.write("move", path)
            for name in given.values.get("newname", [UNKNOWN]):
                self.write("put", f"{path.rpartition('/')[0] or '.'}/{slashes(name)}")

    def how_move(self, given: Given) -> None:
        for path in given.subjects():
            for one in self.matching(path):
                self.write("move", one)
        self.how_copy(given)

    def how_copy(self, given: Given) -> None:
        for target in given.paths("destination") or ["."]:
            for path in given.subjects():
                for one in self.matching(path):
                    self.write("tree" if self.is_folder(one) else "put", self.landed(one, target))

    def landed(self, source: str, target: str) -> str:
        if UNKNOWN in target or not (target.endswith("/") or self.is_folder(target)):
            return target
        return f"{target.rstrip('/')}/{source.rstrip('/').rpartition('/')[2]}"

    def is_folder(self, path: str) -> bool:
        return UNKNOWN not in path and self.shell.world.is_folder(path)

    def each(self, how: str, path: str) -> None:
        for one in self.matching(path):
            self.write(how, one)

    def matching(self, path: str) -> list[str]:
        """What a path with wildcards stands for now; the path itself where it has none."""
        from fanout.shell.wildcards import matching

        return matching(self.shell.world, path)

    def write(self, how: str, path: str) -> None:
        path = slashes(path)
        kinds = {
            "put": TRUNCATE,
            "add": MODIFY,
            "new": CREATE,
            "folder": CREATE,
            "tree": CREATE,
            "delete": DELETE,
            "move": MOVE,
        }
        wide = how == "tree" or (how in ("delete", "move") and self.is_folder(path))
        if path.lower() not in NOWHERE:
            self.shell.write(path, kinds[how], wide, who="PowerShell", folder=how == "folder")


def _is_splatted(word: Word) -> bool:
    """`@parameters`: a variable that holds them."""
    first = word.parts[0] if word.parts and word.bare else ""
    return isinstance(first, str) and first.startswith("@")


def slashes(path: str) -> str:
    """A path as it is looked up: with /, without the name of its provider."""
    path = path.replace("\\", "/")
    for provider in ("Microsoft.PowerShell.Core/FileSystem::", "FileSystem::"):
        if path.startswith(provider):
            path = path[len(provider) :]
    return path
