"""The variables of one shell: what each holds as far as known, and how assignments and arithmetic change it."""

from __future__ import annotations

import sys

from fanout.shell import expand
from fanout.shell import lazy_re as re
from fanout.shell.globs import STARTER, UNKNOWN
from fanout.shell.limits import MAX_TURNS, MAX_VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fanout.shell.tree import Assignment, Process, Sequence, Word
    from fanout.shell.virtual_filesystem import VirtualFilesystem

ENTRY = r"(?s)[\[\3]([^\]]+)\]=(.*)"  # rare: compiled when met


class Either:
    """A variable that has one of several values, depending on what ran."""

    __slots__ = ("options",)

    def __init__(self, options: list[Any]) -> None:
        self.options = options


class Reference:
    """What `declare -n` makes: the variable stands for another."""

    __slots__ = ("target",)

    def __init__(self, target: str) -> None:
        self.target = target


class Variables:
    """`variables` hold a text, a list, a dict, or an `Either`; `positional` are `$1` and on; `env` is inherited, with what stands
    before the command at hand; `started_with` is what the line inherits.

    `picks` says which option of an `Either` counts in this turn; `met` which of them were read.
    """

    def __init__(self, world: VirtualFilesystem, env: dict[str, str]) -> None:
        self.world = world
        self.env = self.started_with = env
        self.variables: dict[str, Any] = {}
        self.positional: list[str] = []
        self.status: int | None = 0
        self.zeroth = ""  # `$0` of `bash -c`, "" where it is not known
        self.last_word = UNKNOWN  # `$_`
        self.picks: dict[str, int] = {}
        self.met: dict[str, int] = {}

    if TYPE_CHECKING:  # what a shell that runs commands adds

        def capture(self, node: Sequence, split: bool = False) -> str: ...
        def process(self, part: Process) -> str: ...

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
        if isinstance(value, Reference):
            return self.referred(value.target, name, index)
        if value is None:
            return [self.last_word] if name == "_" else self.inherited(name)
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

    def referred(self, target: str, name: str, index: str) -> list[str] | None:
        """The value of what a reference stands for."""
        target, bracket, inner = target.partition("[")
        if target == name or not target.isidentifier() or isinstance(self.variables.get(target), Reference):
            return [UNKNOWN]
        return self.lookup(target, inner.rstrip("]") if bracket else index)

    def keys(self, name: str) -> list[str]:
        """`${!name[@]}`."""
        value = self.variables.get(name)
        if isinstance(value, dict):
            return list(value)
        return [str(number) for number in range(len(value))] if isinstance(value, list) else [UNKNOWN]

    def inherited(self, name: str) -> list[str] | None:
        if name == "PWD":
            return [self.world.cwd]
        if name == "PPID":
            return [STARTER]
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
        if name == "0" and self.zeroth:
            return [self.zeroth]
        if name.isdigit() and name != "0":
            number = int(name)
            return [self.positional[number - 1]] if number <= len(self.positional) else None
        return None

    def assign(self, name: str, value: Any) -> None:
        if isinstance(value, str) and len(value) > MAX_VALUE:
            value = UNKNOWN
        elif isinstance(value, list) and len(value) > MAX_TURNS * 20:
            value = [UNKNOWN]
        known = self.variables.get(name)
        if isinstance(known, Reference) and known.target.isidentifier():
            name = known.target
        self.variables[name] = value

    def refer(self, name: str, target: str) -> None:
        self.variables[name] = Reference(target)

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
        text = " ".join(found or [])
        if "$(" in text or "`" in text:
            return None if self.arithmetic(text) is None else text
        return None if found is None or UNKNOWN in text else text

    def _set_number(self, name: str, value: str | None) -> None:
        self.assign(name, UNKNOWN if value is None else value)

    def set_variables(self, assignments: list[Assignment]) -> None:
        for item in assignments:
            value: Any
            if item.items is not None:
                value = [field for word in item.items for field in self.item(word)]
                pairs = [re.fullmatch(ENTRY, field) for field in value]
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
