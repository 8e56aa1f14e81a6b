"""One shell process: its state, the commands that change it, and what it reports.

    analyse -> Shell.run(tree) -> flow, simple: one function for each kind of node
                               -> simple -> expand words -> redirections -> invoke: functions, builtins, commands
                               -> write  -> Effects

A value that is not known is the text UNKNOWN; written to, it makes the line unknown.
"""

from __future__ import annotations

import time

from fanout.shell import conditions, expand, flow, simple, tree
from fanout.shell.effects import CREATE, MODIFY, TRUNCATE, Effects, Write
from fanout.shell.globs import PRIVATE, UNKNOWN, passed_on
from fanout.shell.invoke import invoke
from fanout.shell.limits import MAX_NESTING, MAX_VALUE, MAX_WRITES, SECONDS, Overrun
from fanout.shell.streams import Sink, Source
from fanout.shell.variables import Variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fanout.shell.git.gitrepo import GitRepo
    from fanout.shell.tree import Node, Process, Sequence
    from fanout.shell.virtual_filesystem import VirtualFilesystem


def is_device(path: str) -> bool:
    return path.startswith(("/dev/", "/proc/self/")) and not path.startswith("/dev/shm/")


class Shell(Variables):
    """One shell process, with copies of its variables for subshells.

    `places` are the folders that it may be in; `maybe` counts the branches around that may not run; `jump` is the
    `break`, `return` or `exit` under way, and `floors` say above which `maybe` each of them is certain.
    """

    def __init__(self, world: VirtualFilesystem, effects: Effects, env: dict[str, str]) -> None:
        super().__init__(world, env)
        self.effects = effects
        self.functions: dict[str, Node] = {}
        self.aliases: dict[str, str] = {}
        self.places: tuple[str, ...] = (world.cwd,)
        self.stack: list[str] = []
        self.sink: Sink | None = None
        self.appended_to: dict[str, str | None] = {}  # what files held to which output is being appended
        self.stdin: Source | None = None
        self.jump = ""
        self.maybe = 0
        self.floors = {"break": -1, "return": -1, "exit": 0}
        self.frames: list[dict[str, Any]] = []
        self.steps = 0
        self.nesting = 0
        self.in_git = False
        self.repo: GitRepo | None = None
        self.asked = 0
        self.perhaps: set[str] = set()  # what came of commands that may print less
        self.archived: list[str] | None = None
        self.deadline = time.monotonic() + SECONDS

    # -- what commands report --------------------------------------------------------------------------------------

    def write(
        self,
        text: str,
        kind: str,
        recursive: bool = False,
        who: str = "",
        same: bool = False,
        replaces: bool = False,
        kinds: tuple[str, ...] = (),
        upkeep: bool = False,
        folder: bool = False,
    ) -> None:
        """`text` is a path as the command got it; it may be unknown in part.

        `same`: the content stays. `replaces`: a new file takes the name, so links are not followed. `kinds`,
        `upkeep` and `folder`: see Write.
        """
        path = self.world.absolute(text) if text else "/dev/null"
        if UNKNOWN in path:
            self.write_unknown(path, kind, who)
        elif not is_device(path):
            path = self.world.landing(path)
            through = kind in (MODIFY, TRUNCATE, CREATE)
            for place in self.world.sharing(path) if through and not replaces else [path]:
                self.add(Write(place, kind, recursive, kinds=kinds, upkeep=upkeep, folder=folder))
            self.laid_over(path, through, recursive, same)

    def laid_over(self, path: str, through: bool, recursive: bool, same: bool) -> None:
        """What the rest of the line finds at `path`."""
        if through:
            self.world.made.setdefault(path, "d" if recursive else "f")
            if not same:
                self.world.contents[path] = None
        elif not self.maybe:
            self.world.remove(path)

    def write_unknown(self, path: str, kind: str, who: str) -> None:
        if path.startswith(PRIVATE):
            return
        self.effects.unknowable(f"{who or 'a redirection'} writes to a path that is known only when it runs")
        folder = path[: path.index(UNKNOWN)].rpartition("/")[0]
        if folder.startswith(self.world.start.rstrip("/") + "/"):
            self.add(Write(self.world.landing(folder), kind, True))

    def add(self, write: Write) -> None:
        writes = self.effects.writes
        write.git = self.in_git
        if len(writes) >= MAX_WRITES:
            raise Overrun("too many writes")
        for other in writes[-8:]:
            if (other.path, other.recursive, other.kind, other.kinds) == (
                write.path,
                write.recursive,
                write.kind,
                write.kinds,
            ):
                return
        writes.append(write)

    def emit(self, text: str | None, exact: bool = True) -> None:
        """Known or (None) unknown standard output."""
        if self.sink is not None:
            if text is not None and len(text) > MAX_VALUE * 2:
                text = None
            if text is None:
                text = UNKNOWN if self.stdin is None else passed_on(self.stdin.text)
            self.sink.parts.append(text)
            self.sink.exact = self.sink.exact and exact

    # -- running ---------------------------------------------------------------------------------------------------

    def run(self, node: Node) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING * 4:
            raise Overrun("nested too deeply")
        try:
            RUN[type(node)](self, node)
        finally:
            self.nesting -= 1

    def sequence(self, node: Sequence) -> None:
        flow.sequence(self, node)

    def invoke(self, arguments: list[str], node: tree.Simple | None = None) -> None:
        """Runs one command with its arguments. `node` is there for declarations only."""
        invoke(self, arguments, node)

    def isolated(self, node: Node) -> None:
        """Runs a node as a subshell does: nothing it sets stays."""
        kept = (self.variables, self.functions, self.positional, self.places, self.stack, self.floors)
        options = self.world.options
        self.variables, self.functions = dict(self.variables), dict(self.functions)
        self.stack, self.world.options = list(self.stack), set(options)
        self.floors = {"break": -1, "return": -1, "exit": self.maybe}
        self.run(node)
        self.variables, self.functions, self.positional, self.places, self.stack, self.floors = kept
        self.world.options = options
        self.world.cwd = self.places[0]
        self.jump = ""

    def capture(self, node: Sequence, split: bool = False) -> str:
        """What a command substitution puts in place: its output as far as known. `split`: each line is a word."""
        outer = self.sink
        self.sink = Sink()
        if len(node.items) == 1 and isinstance(node.items[0], tree.Simple) and not node.items[0].words:
            text = self.file_substitution(node.items[0])
        else:
            self.isolated(node)
            text = self.sink.text().rstrip("\n")
            if not (split or self.sink.exact) and "\n" in text:
                text = UNKNOWN
            elif not self.sink.exact and "\n" not in text:
                self.perhaps.add(text)
        self.sink = outer
        return text.rstrip("\n")

    def is_perhaps(self, words: list[str]) -> bool:
        """Whether one of the words holds what a command may have printed, or nothing in its place."""
        return any(text and text in word for text in self.perhaps for word in words)

    def file_substitution(self, node: tree.Simple) -> str:
        """`$(< file)`."""
        if len(node.redirects) == 1 and node.redirects[0].op == "<":
            text = self.world.read(expand.single(self, node.redirects[0].word))
            return UNKNOWN if text is None else text
        simple.simple(self, node)
        return ""

    def process(self, part: Process) -> str:
        """Runs a process substitution; its name is a device as far as writes go."""
        outer_in, outer_sink = self.stdin, self.sink
        self.stdin = Source() if part.direction == ">" else outer_in
        self.sink = Sink()
        self.isolated(part.node)
        name = f"/dev/fd/{63 + len(self.world.contents)}"
        self.world.contents[name] = self.sink.text() if part.direction == "<" else None
        self.stdin, self.sink = outer_in, outer_sink
        return name

    def call_function(self, name: str, arguments: list[str]) -> None:
        if len(self.frames) > MAX_NESTING // 2:
            self.effects.unknowable(f"{name}: calls itself too often to follow")
            return
        positional, floor = self.positional, self.floors["return"]
        self.positional, self.floors["return"] = arguments, self.maybe
        self.frames.append({})
        self.run(self.functions[name])
        for local, value in self.frames.pop().items():
            if value is None:
                self.variables.pop(local, None)
            else:
                self.variables[local] = value
        self.positional, self.floors["return"] = positional, floor
        if self.jump == "return":
            self.jump = ""

    def run_text(self, text: str, who: str) -> None:
        """Runs shell text known only now: `eval`, `bash -c`, a script."""
        from fanout.shell.parse import parse

        if UNKNOWN in text:
            self.effects.unknowable(f"{who} runs text that is known only when it runs")
            if text.strip().startswith(UNKNOWN):
                return
        if self.nesting > MAX_NESTING:
            raise Overrun("nested too deeply")
        program, problem = parse(text)
        self.sequence(program)
        if problem:
            self.effects.unknowable(f"{who}: could not be parsed: {problem}")


RUN: dict[type, Any] = {
    tree.Simple: simple.simple,
    tree.Redirected: simple.redirected,
    tree.Pipeline: flow.pipeline,
    tree.AndOr: flow.and_or,
    tree.Sequence: flow.sequence,
    tree.Subshell: flow.subshell,
    tree.Group: flow.group,
    tree.If: flow.if_,
    tree.For: flow.for_,
    tree.CountingFor: flow.counting_for,
    tree.Loop: flow.loop,
    tree.Case: flow.case,
    tree.Function: flow.function,
    tree.Condition: conditions.condition,
    tree.ArithmeticCommand: flow.arithmetic_command,
}
