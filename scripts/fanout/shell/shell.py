"""Runs a syntax tree over what is known: folders, values, texts; collects the writes instead of making them.

    analyse -> Shell.run(tree) -> one method for each kind of node
                               -> simple -> expand words -> redirections -> builtins, commands, functions
                               -> write  -> Effects

Where the outcome of a command decides what runs next and is not known, every branch runs ("maybe"), and variables that
differ afterwards are an `Either`. A value that is not known is the text UNKNOWN; written to, it makes the line unknown.
"""

from __future__ import annotations

import re
import sys
import time

from fanout.shell import expand, globs
from fanout.shell.effects import CREATE, MODIFY, TRUNCATE, Effects, Write
from fanout.shell.globs import PRIVATE, UNKNOWN
from fanout.shell.tree import (
    AndOr,
    ArithmeticCommand,
    Case,
    Condition,
    CountingFor,
    For,
    Function,
    Group,
    If,
    Loop,
    Param,
    Pipeline,
    Process,
    Redirect,
    Redirected,
    Sequence,
    Simple,
    Subshell,
    Text,
)
from fanout.shell.virtual_filesystem import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fanout.shell.tree import Assignment, Node, Word

MAX_STEPS = 6000
MAX_TURNS = 300
MAX_WRITES = 3000
MAX_NESTING = 40
MAX_VALUE = 200_000
SECONDS = 0.8
ENTRY = re.compile(r"[\[\3]([^\]]+)\]=(.*)", re.S)


class Overrun(Exception):
    """The line does more than we are willing to follow."""


class Either:
    """A variable that has one of several values, depending on what ran."""

    __slots__ = ("options",)

    def __init__(self, options: list[Any]) -> None:
        self.options = options


class Sink:
    """Where standard output goes while somebody wants to know it. Not `exact`: more lines than will come."""

    __slots__ = ("exact", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.exact = True

    def text(self) -> str:
        return "".join(self.parts)


class Source:
    """A standard input: known text, or a file to read when asked, or neither."""

    __slots__ = ("at", "exact", "path", "text")

    def __init__(self, text: str | None = None, path: str = "", exact: bool = True) -> None:
        self.text = text
        self.path = path
        self.exact = exact
        self.at = 0

    def read(self, world: World) -> str | None:
        """All of it, or None when not known."""
        if self.text is None and self.path:
            self.text = world.read(self.path)
            self.path = ""
        return self.text


class Shell:
    """One shell process, with copies of its variables for subshells."""

    def __init__(self, world: World, effects: Effects, env: dict[str, str]) -> None:
        self.world = world
        self.effects = effects
        self.env = env
        self.variables: dict[str, Any] = {}
        self.functions: dict[str, Node] = {}
        self.positional: list[str] = []
        self.places: tuple[str, ...] = (world.cwd,)
        self.stack: list[str] = []
        self.status: int | None = 0
        self.sink: Sink | None = None
        self.stdin: Source | None = None
        self.jump = ""
        self.maybe = 0
        self.floors = {"break": -1, "return": -1, "exit": 0}
        self.frames: list[dict[str, Any]] = []
        self.picks: dict[str, int] = {}
        self.met: dict[str, int] = {}
        self.steps = 0
        self.nesting = 0
        self.in_git = False
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
    ) -> None:
        """`text` is a path as the command got it; it may be unknown in part.

        `same`: the content stays. `replaces`: a new file takes the name, so links are not followed. `kinds` and
        `upkeep`: see Write.
        """
        if not text:
            return
        path = self.world.absolute(text)
        if UNKNOWN in path:
            self.write_unknown(path, kind, who)
            return
        if path.startswith("/dev/") and not path.startswith("/dev/shm/"):
            return
        if path.startswith("/proc/self/"):
            return
        path = self.world.landing(path)
        through = kind in (MODIFY, TRUNCATE, CREATE)
        for place in self.world.sharing(path) if through and not replaces else [path]:
            self.add(Write(place, kind, recursive, kinds=kinds, upkeep=upkeep))
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
            self.sink.parts.append(UNKNOWN if text is None else text)
            self.sink.exact = self.sink.exact and exact

    # -- variables -------------------------------------------------------------------------------------------------

    def home(self) -> str:
        found = self.lookup("HOME", "")
        return found[0] if found else UNKNOWN

    def separators(self) -> str | None:
        """IFS, or None for its usual value."""
        found = self.variables.get("IFS")
        return found if isinstance(found, str) and found not in (" \t\n", UNKNOWN) else None

    def lookup(self, name: str, index: str) -> list[str] | None:
        """The value as a list of members; None when it is not known to be set."""
        if not (name[0].isalpha() or name[0] == "_"):
            return self.special(name)
        value = self.variables.get(name)
        if isinstance(value, Either):
            self.met[name] = len(value.options)
            value = value.options[min(self.picks.get(name, 0), len(value.options) - 1)]
        if value is None:
            return self.inherited(name)
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict):
            found = value.get(expand.text(self, index), UNKNOWN)
            return list(value.values()) if index in ("@", "*") else [found]
        if index in ("@", "*"):
            return list(value)
        number = self.arithmetic(index) if index else 0
        if number is None or not -len(value) <= number < len(value):
            return [UNKNOWN] if number is None else []
        return [value[number]]

    def keys(self, name: str) -> list[str]:
        """`${!name[@]}`."""
        value = self.variables.get(name)
        if isinstance(value, dict):
            return list(value)
        return [str(number) for number in range(len(value))] if isinstance(value, list) else [UNKNOWN]

    def inherited(self, name: str) -> list[str] | None:
        if name == "PWD":
            return [self.world.cwd]
        if name == "HOME" and self.world.home:
            return [self.world.home]
        if name == "OSTYPE":
            return ["darwin" if sys.platform == "darwin" else "linux-gnu"]
        if name in self.env:
            return [self.env[name]]
        return None

    def special(self, name: str) -> list[str] | None:
        if name in "@*":
            return list(self.positional)
        if name == "#":
            return [str(len(self.positional))]
        if name == "?":
            return None if self.status is None else [str(self.status)]
        if name.isdigit() and name != "0":
            number = int(name)
            return [self.positional[number - 1]] if number <= len(self.positional) else None
        return None

    def assign(self, name: str, value: Any) -> None:
        if isinstance(value, str) and len(value) > MAX_VALUE:
            value = UNKNOWN
        elif isinstance(value, list) and len(value) > MAX_TURNS * 20:
            value = [UNKNOWN]
        self.variables[name] = value

    def arithmetic(self, text: str) -> int | None:
        from fanout.shell.arithmetic import evaluate
        from fanout.shell.words import Unparsable

        if "$" in text or "`" in text:
            from fanout.shell.parse import Parser

            try:
                reader, parts = Parser(text), []  # type: tuple[Parser, Word]
                reader.double(parts, "")
                text = expand.single(self, parts)
            except Unparsable:
                return None
        if UNKNOWN in text:
            return None
        return evaluate(text.replace('"', ""), self._number, self._set_number)

    def _number(self, name: str) -> str | None:
        found = self.lookup(name, "")
        return None if found is None or UNKNOWN in "".join(found) else " ".join(found)

    def _set_number(self, name: str, value: str | None) -> None:
        self.assign(name, UNKNOWN if value is None else value)

    def set_variables(self, assignments: list[Assignment]) -> None:
        for item in assignments:
            value: Any
            if item.items is not None:
                value = [field for word in item.items for field in self.item(word)]
                pairs = [ENTRY.fullmatch(field) for field in value]
                if value and all(pairs):
                    value = {pair.group(1): pair.group(2) for pair in pairs if pair}
                elif item.append:
                    before = self.lookup(item.name, "@") or []
                    value = before + value
            else:
                value = expand.single(self, item.value)
                if item.index:
                    value = self.with_index(item, value)
                elif item.append:
                    before = self.lookup(item.name, "") or [""]
                    value = before[0] + value
            self.assign(item.name, value)

    def item(self, word: Word) -> list[str]:
        return expand.fields(self, word) if word else [""]

    def with_index(self, item: Assignment, value: str) -> Any:
        before = self.variables.get(item.name)
        if isinstance(before, dict):
            return {**before, expand.text(self, item.index): value}
        members = self.lookup(item.name, "@") or []
        number = self.arithmetic(item.index)
        if number is None or not 0 <= number <= len(members):
            return [*members, value]
        members[number : number + 1] = [value]
        return members

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
        for number, item in enumerate(node.items):
            if number in node.background:
                self.isolated(item)
                self.status = 0
            else:
                self.run(item)
            if self.jump:
                return

    def and_or(self, node: AndOr) -> None:
        self.run(node.first)
        for op, part in node.rest:
            if self.jump:
                return
            wanted = 0 if op == "&&" else 1
            if self.status is None:
                self.uncertain(op, part)
            elif bool(self.status) == bool(wanted):
                self.run(part)

    def uncertain(self, op: str, part: Node) -> None:
        before, places = dict(self.variables), self.places
        self.maybe += 1
        self.run(part)
        self.maybe -= 1
        self.join([before, self.variables])
        if op == "||":
            self.places = tuple(dict.fromkeys(places + self.places))
        self.status = None

    def join(self, states: list[dict[str, Any]]) -> None:
        """The variables after branches of which one has run."""
        first, merged = states[0], {}
        if all(state == first for state in states):
            self.variables = first
            return
        for name in dict.fromkeys(name for state in states for name in state):
            options: list[Any] = []
            for state in states:
                value = state.get(name)
                for option in value.options if isinstance(value, Either) else [value]:
                    if option is not None and option not in options:
                        options.append(option)
            merged[name] = options[0] if len(options) == 1 else Either(options[:8]) if options else ""
        self.variables = merged

    def pipeline(self, node: Pipeline) -> None:
        outer_in, outer_sink = self.stdin, self.sink
        for number, part in enumerate(node.parts):
            last = number == len(node.parts) - 1
            self.sink = outer_sink if last else Sink()
            if len(node.parts) == 1:
                self.run(part)
            else:
                self.isolated(part)
            if not last and self.sink is not None:
                self.stdin = Source(self.sink.text(), exact=self.sink.exact)
        self.stdin, self.sink = outer_in, outer_sink
        if node.negated and self.status is not None:
            self.status = int(not self.status)

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

    def subshell(self, node: Subshell) -> None:
        self.isolated(node.body)

    def group(self, node: Group) -> None:
        self.sequence(node.body)

    def capture(self, node: Sequence, split: bool = False) -> str:
        """What a command substitution puts in place: its output as far as known. `split`: each line is a word."""
        outer = self.sink
        self.sink = Sink()
        if len(node.items) == 1 and isinstance(node.items[0], Simple) and not node.items[0].words:
            text = self.file_substitution(node.items[0])
        else:
            self.isolated(node)
            text = self.sink.text().rstrip("\n")
            if not (split or self.sink.exact) and "\n" in text:
                text = UNKNOWN
        self.sink = outer
        return text.rstrip("\n")

    def file_substitution(self, node: Simple) -> str:
        """`$(< file)`."""
        if len(node.redirects) == 1 and node.redirects[0].op == "<":
            text = self.world.read(expand.single(self, node.redirects[0].word))
            return UNKNOWN if text is None else text
        self.simple(node)
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

    # -- compound commands -----------------------------------------------------------------------------------------

    def if_(self, node: If) -> None:
        states: list[dict[str, Any]] = []
        places: list[str] = []
        entered = self.maybe
        for condition, body in node.branches:
            self.sequence(condition)
            if self.jump or self.status == 0:
                if not self.jump:
                    self.sequence(body)
                self.maybe = entered
                self._merge(states, places)
                return
            if self.status is None:
                self.maybe += 1
                before, here = dict(self.variables), self.places
                self.sequence(body)
                states.append(self.variables)
                places.extend(self.places)
                self.variables, self.places, self.jump = before, here, ""
        self.status = 0
        if node.otherwise is not None:
            self.sequence(node.otherwise)
        self.maybe = entered
        self._merge(states, places)

    def _merge(self, states: list[dict[str, Any]], places: list[str]) -> None:
        if states:
            self.join([*states, self.variables])
            self.places = tuple(dict.fromkeys([*self.places, *places]))[:4]
            self.status = None

    def for_(self, node: For) -> None:
        if node.words is None:
            found = list(self.positional)
        else:
            found = [field for word in node.words for field in expand.fields(self, word)]
        turns = [(node.name, value) for value in found]
        self.turns(turns, node.body)

    def turns(self, values: list[tuple[str, str]], body: Sequence) -> None:
        if len(values) > MAX_TURNS:
            self.effects.unknowable("a loop has more turns than are followed")
            values = values[:MAX_TURNS]
        floor, self.floors["break"] = self.floors["break"], self.maybe
        for name, value in values:
            self.assign(name, value)
            self.sequence(body)
            if self.leave_loop():
                break
        self.floors["break"] = floor

    def leave_loop(self) -> bool:
        """Whether a jump ends the loop; a `break` or `continue` of this loop is over then."""
        jump = self.jump
        if jump in ("break", "continue"):
            self.jump = ""
        return jump not in ("", "continue")

    def counting_for(self, node: CountingFor) -> None:
        self.arithmetic(node.start)
        floor, self.floors["break"] = self.floors["break"], self.maybe
        turns = 0
        while True:
            value = self.arithmetic(node.test) if node.test.strip() else 1
            if value == 0:
                break
            turns += 1
            if value is None or turns > MAX_TURNS:
                self.once(node.body, node)
                break
            self.sequence(node.body)
            if self.leave_loop():
                break
            self.arithmetic(node.step)
        self.floors["break"] = floor

    def loop(self, node: Loop) -> None:
        floor, self.floors["break"] = self.floors["break"], self.maybe
        turns = 0
        while True:
            self.sequence(node.condition)
            if self.leave_loop():
                break
            if self.status is not None and bool(self.status) != node.until:
                self.status = 0
                break
            turns += 1
            if self.status is None or turns > MAX_TURNS:
                self.once(node.body, node)
                break
            self.sequence(node.body)
            if self.leave_loop():
                break
        self.floors["break"] = floor

    def once(self, body: Sequence, whole: Node) -> None:
        """A loop whose turns are not known: its body once, with all that it sets unknown."""
        before = dict(self.variables)
        for name in assigned(whole):
            self.variables[name] = UNKNOWN
        self.maybe += 1
        self.sequence(body)
        self.maybe -= 1
        self.leave_loop()
        for name in assigned(whole):
            self.variables[name] = UNKNOWN if name in before else self.variables.get(name, UNKNOWN)
        self.status = None

    def case(self, node: Case) -> None:
        subject = expand.single(self, node.word)
        states: list[dict[str, Any]] = []
        places: list[str] = []
        entered, falling = self.maybe, False
        for patterns, body, terminator in node.arms:
            verdicts = [globs.matches(subject, expand.pattern(self, word)) for word in patterns]
            if falling or any(verdicts):
                self.sequence(body)
                falling = terminator == ";&"
                if self.jump or (terminator == ";;"):
                    break
            elif None in verdicts:
                self.maybe += 1
                before, here = dict(self.variables), self.places
                self.sequence(body)
                states.append(self.variables)
                places.extend(self.places)
                self.variables, self.places, self.jump = before, here, ""
        self.maybe = entered
        self._merge(states, places)

    def function(self, node: Function) -> None:
        self.functions[node.name] = node.body
        self.status = 0

    def condition(self, node: Condition) -> None:
        from fanout.shell.builtins import condition

        condition(self, node)

    def arithmetic_command(self, node: ArithmeticCommand) -> None:
        value = self.arithmetic(node.text)
        self.status = None if value is None else int(value == 0)

    def redirected(self, node: Redirected) -> None:
        outer_in, outer_sink = self.stdin, self.sink
        self.redirect(node.redirects)
        captured = self.sink
        self.run(node.body)
        self.keep_content(node.redirects, captured, outer_sink)
        self.stdin, self.sink = outer_in, outer_sink

    # -- redirections ----------------------------------------------------------------------------------------------

    def redirect(self, redirects: list[Redirect]) -> None:
        """Applies redirections: writes, standard input, and who listens to standard output."""
        for item in redirects:
            if item.op in ("<<", "<<-"):
                self.stdin = Source(expand.single(self, item.body))
            elif item.op == "<<<":
                self.stdin = Source(expand.single(self, item.word) + "\n")
            else:
                self.redirect_file(item)

    def redirect_file(self, item: Redirect) -> None:
        found = expand.fields(self, item.word)
        target = found[0] if len(found) == 1 else expand.single(self, item.word)
        if item.op in ("<&", ">&") and (target.rstrip("-").isdigit() or target == "-"):
            if item.op == ">&" and item.fd in ("", "1") and target != "1":
                self.sink = None
            return
        if item.op in ("<", "<&"):
            if item.fd in ("", "0"):
                self.stdin = Source(None, target)
            return
        if item.op == "<>":
            self.write(target, MODIFY if self.world.exists(target) else CREATE)
            return
        if item.fd.startswith("{"):
            self.assign(item.fd[1:-1], "10")
        self.write(target, MODIFY if item.op in (">>", "&>>") else TRUNCATE)
        if item.fd in ("", "1"):
            self.sink = Sink()

    def keep_content(self, redirects: list[Redirect], sink: Sink | None, outer: Sink | None) -> None:
        """Remembers what a file holds now, so that `bash file` or `xargs < file` later in the line can be followed."""
        if sink is None or sink is outer:
            return
        for item in redirects:
            if item.op in (">", ">|", ">>", "&>") and item.fd in ("", "1"):
                target = expand.single(self, item.word)
                if UNKNOWN in target:
                    continue
                path = self.world.landing(self.world.absolute(target))
                before = (
                    ""
                    if item.op != ">>"
                    else self.world.contents.get(path)
                    or ("" if path in self.world.contents else self.world.read(target) or "")
                )
                text = before + sink.text()
                self.world.contents[path] = text if len(text) <= MAX_VALUE * 2 else None

    # -- simple commands -------------------------------------------------------------------------------------------

    def simple(self, node: Simple) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS or (self.steps % 64 == 0 and time.monotonic() > self.deadline):
            raise Overrun("the line does more than is followed")
        if len(self.places) > 1 and node.words:
            self.in_each_place(node)
            return
        self.picks, self.met = {}, {}
        self.attempt(node)
        if self.met and len(self.met) <= 4:
            self.other_choices(node, self.met)

    def in_each_place(self, node: Simple) -> None:
        places, ended = self.places, []  # type: tuple[tuple[str, ...], list[str]]
        for place in places:
            self.places = (place,)
            self.world.cwd = place
            self.simple(node)
            ended.extend(self.places)
        self.places = tuple(dict.fromkeys(ended))[:4]
        self.world.cwd = self.places[0]

    def other_choices(self, node: Simple, met: dict[str, int]) -> None:
        """The command again for each other combination of values that its variables may have."""
        combinations: list[dict[str, int]] = [{}]
        for name, count in met.items():
            combinations = [{**pick, name: number} for pick in combinations for number in range(count)][:16]
        kept = dict(self.variables)
        for picks in combinations[1:]:
            self.picks = picks
            self.attempt(node)
            self.join([kept, self.variables])
            kept = dict(self.variables)
        self.picks = {}

    def attempt(self, node: Simple) -> None:
        outer_in, outer_sink = self.stdin, self.sink
        arguments = [field for word in node.words for field in expand.fields(self, word)]
        if not arguments:
            self.status = 0
            self.set_variables(node.assignments)
            self.redirect(node.redirects)
            self.keep_content(node.redirects, self.sink, outer_sink)
            self.stdin, self.sink = outer_in, outer_sink
            return
        if node.redirects:
            self.redirect(node.redirects)
        from fanout.shell.invoke import invoke

        captured = self.sink
        if node.assignments:
            self.with_assignments(node, arguments)
        else:
            invoke(self, arguments, node)
        if node.redirects:
            self.keep_content(node.redirects, captured, outer_sink)
            self.stdin, self.sink = outer_in, outer_sink

    def with_assignments(self, node: Simple, arguments: list[str]) -> None:
        from fanout.shell.invoke import invoke

        before, outer = dict(self.variables), self.env
        self.set_variables(node.assignments)
        self.env = dict(outer)
        for item in node.assignments:
            value = self.variables.get(item.name)
            self.env[item.name] = value if isinstance(value, str) else UNKNOWN
        invoke(self, arguments, node)
        self.env = outer
        for item in node.assignments:
            if item.name in before:
                self.variables[item.name] = before[item.name]
            else:
                self.variables.pop(item.name, None)

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
        tree, problem = parse(text)
        self.sequence(tree)
        if problem:
            self.effects.unknowable(f"{who}: could not be parsed: {problem}")


def assigned(node: object) -> set[str]:
    """The variables that a tree may set, by its shape."""
    found: set[str] = set()
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, (list, tuple)):
            stack.extend(item)
            continue
        if isinstance(item, Simple):
            found.update(part.name for part in [*item.assignments, *item.declared])
            found.update(_read_names(item))
        elif isinstance(item, For):
            found.add(item.name)
        elif isinstance(item, (ArithmeticCommand, CountingFor)):
            text = item.text if isinstance(item, ArithmeticCommand) else f"{item.start} {item.step}"
            found.update(_names(text))
        for slot in getattr(item, "__slots__", ()):
            value = getattr(item, slot)
            if not isinstance(value, (str, int, bool, Param)):
                stack.append(value)
    return found


def _names(text: str) -> set[str]:
    from fanout.shell.words import NAME

    return set(NAME.findall(text))


def _read_names(item: Simple) -> list[str]:
    texts = [word[0].text for word in item.words if len(word) == 1 and isinstance(word[0], Text)]
    return texts[1:] if texts[:1] and texts[0] in ("read", "mapfile", "readarray", "let") else []


RUN: dict[type, Any] = {
    Simple: Shell.simple,
    Pipeline: Shell.pipeline,
    AndOr: Shell.and_or,
    Sequence: Shell.sequence,
    Subshell: Shell.subshell,
    Group: Shell.group,
    If: Shell.if_,
    For: Shell.for_,
    CountingFor: Shell.counting_for,
    Loop: Shell.loop,
    Case: Shell.case,
    Function: Shell.function,
    Condition: Shell.condition,
    ArithmeticCommand: Shell.arithmetic_command,
    Redirected: Shell.redirected,
}
