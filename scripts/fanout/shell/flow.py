"""Compound commands: what follows what. Where an outcome is not known, every branch runs ("maybe")."""

from __future__ import annotations

from fanout.shell import expand, globs
from fanout.shell.globs import UNKNOWN
from fanout.shell.limits import MAX_TURNS
from fanout.shell.streams import Sink, Source
from fanout.shell.tree import ArithmeticCommand, CountingFor, For, Param, Simple, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fanout.shell.shell import Shell
    from fanout.shell.tree import AndOr, Case, Function, Group, If, Loop, Node, Pipeline, Sequence, Subshell


def sequence(shell: Shell, node: Sequence) -> None:
    for number, item in enumerate(node.items):
        if number in node.background:
            shell.isolated(item)
            shell.status = 0
        else:
            shell.run(item)
        if shell.jump:
            return


def and_or(shell: Shell, node: AndOr) -> None:
    shell.run(node.first)
    for op, part in node.rest:
        if shell.jump:
            return
        wanted = 0 if op == "&&" else 1
        if shell.status is None:
            uncertain(shell, op, part)
        elif bool(shell.status) == bool(wanted):
            shell.run(part)


def uncertain(shell: Shell, op: str, part: Node) -> None:
    before, places = dict(shell.variables), shell.places
    shell.maybe += 1
    shell.run(part)
    shell.maybe -= 1
    shell.join([before, shell.variables])
    if op == "||":
        shell.places = tuple(dict.fromkeys(places + shell.places))
    shell.status = None


def pipeline(shell: Shell, node: Pipeline) -> None:
    outer_in, outer_sink = shell.stdin, shell.sink
    for number, part in enumerate(node.parts):
        last = number == len(node.parts) - 1
        shell.sink = outer_sink if last else Sink()
        if len(node.parts) == 1:
            shell.run(part)
        else:
            shell.isolated(part)
        if not last and shell.sink is not None:
            shell.stdin = Source(shell.sink.text(), exact=shell.sink.exact)
    shell.stdin, shell.sink = outer_in, outer_sink
    if node.negated and shell.status is not None:
        shell.status = int(not shell.status)


def subshell(shell: Shell, node: Subshell) -> None:
    shell.isolated(node.body)


def group(shell: Shell, node: Group) -> None:
    sequence(shell, node.body)


def if_(shell: Shell, node: If) -> None:
    states: list[dict[str, Any]] = []
    places: list[str] = []
    entered = shell.maybe
    for condition, body in node.branches:
        sequence(shell, condition)
        if shell.jump or shell.status == 0:
            if not shell.jump:
                sequence(shell, body)
            shell.maybe = entered
            _merge(shell, states, places)
            return
        if shell.status is None:
            shell.maybe += 1
            before, here = dict(shell.variables), shell.places
            sequence(shell, body)
            states.append(shell.variables)
            places.extend(shell.places)
            shell.variables, shell.places, shell.jump = before, here, ""
    shell.status = 0
    if node.otherwise is not None:
        sequence(shell, node.otherwise)
    shell.maybe = entered
    _merge(shell, states, places)


def _merge(shell: Shell, states: list[dict[str, Any]], places: list[str]) -> None:
    if states:
        shell.join([*states, shell.variables])
        shell.places = tuple(dict.fromkeys([*shell.places, *places]))[:4]
        shell.status = None


def for_(shell: Shell, node: For) -> None:
    if node.words is None:
        found = list(shell.positional)
    else:
        found = [field for word in node.words for field in expand.fields(shell, word)]
    turns(shell, [(node.name, value) for value in found], node.body)


def turns(shell: Shell, values: list[tuple[str, str]], body: Sequence) -> None:
    if len(values) > MAX_TURNS:
        shell.effects.unknowable("a loop has more turns than are followed")
        values = values[:MAX_TURNS]
    floor, shell.floors["break"] = shell.floors["break"], shell.maybe
    for name, value in values:
        shell.assign(name, value)
        sequence(shell, body)
        if leave_loop(shell):
            break
    shell.floors["break"] = floor


def leave_loop(shell: Shell) -> bool:
    """Whether a jump ends the loop; a `break` or `continue` of this loop is over then."""
    jump = shell.jump
    if jump in ("break", "continue"):
        shell.jump = ""
    return jump not in ("", "continue")


def counting_for(shell: Shell, node: CountingFor) -> None:
    shell.arithmetic(node.start)
    floor, shell.floors["break"] = shell.floors["break"], shell.maybe
    turns = 0
    while True:
        value = shell.arithmetic(node.test) if node.test.strip() else 1
        if value == 0:
            break
        turns += 1
        if value is None or turns > MAX_TURNS:
            once(shell, node.body, node)
            break
        sequence(shell, node.body)
        if leave_loop(shell):
            break
        shell.arithmetic(node.step)
    shell.floors["break"] = floor


def loop(shell: Shell, node: Loop) -> None:
    floor, shell.floors["break"] = shell.floors["break"], shell.maybe
    turns = 0
    while True:
        sequence(shell, node.condition)
        if leave_loop(shell):
            break
        if shell.status is not None and bool(shell.status) != node.until:
            shell.status = 0
            break
        turns += 1
        if shell.status is None or turns > MAX_TURNS:
            once(shell, node.body, node)
            break
        sequence(shell, node.body)
        if leave_loop(shell):
            break
    shell.floors["break"] = floor


def once(shell: Shell, body: Sequence, whole: Node) -> None:
    """A loop whose turns are not known: its body once, with all that it sets unknown; again where it set more than its shape
    tells (`eval`, `printf -v`, a function)."""
    before = dict(shell.variables)
    names = assigned(whole)
    _turn(shell, body, names)
    more = {name for name in {*before, *shell.variables} if before.get(name) != shell.variables.get(name)} - names
    if more:
        _turn(shell, body, names | more)
    for name in names | more:
        shell.variables[name] = UNKNOWN if name in before else shell.variables.get(name, UNKNOWN)
    shell.status = None


def _turn(shell: Shell, body: Sequence, unknown: set[str]) -> None:
    for name in unknown:
        shell.variables[name] = UNKNOWN
    shell.maybe += 1
    sequence(shell, body)
    shell.maybe -= 1
    leave_loop(shell)


def case(shell: Shell, node: Case) -> None:
    subject = expand.single(shell, node.word)
    states: list[dict[str, Any]] = []
    places: list[str] = []
    entered, falling, is_perhaps = shell.maybe, False, shell.is_perhaps([subject])
    for patterns, body, terminator in node.arms:
        verdicts = [None if is_perhaps else globs.matches(subject, expand.pattern(shell, word)) for word in patterns]
        if falling or any(verdicts):
            sequence(shell, body)
            falling = terminator == ";&"
            if shell.jump or (terminator == ";;"):
                break
        elif None in verdicts:
            shell.maybe += 1
            before, here = dict(shell.variables), shell.places
            sequence(shell, body)
            states.append(shell.variables)
            places.extend(shell.places)
            shell.variables, shell.places, shell.jump = before, here, ""
    shell.maybe = entered
    _merge(shell, states, places)


def function(shell: Shell, node: Function) -> None:
    shell.functions[node.name] = node.body
    shell.status = 0


def arithmetic_command(shell: Shell, node: ArithmeticCommand) -> None:
    value = shell.arithmetic(node.text)
    shell.status = None if value is None else int(value == 0)


def assigned(node: object) -> set[str]:
    """The variables that a tree may set, by its shape."""
    names: set[str] = set()
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, (list, tuple)):
            stack.extend(item)
            continue
        if isinstance(item, Simple):
            names.update(part.name for part in [*item.assignments, *item.declared])
            names.update(_read_names(item))
        elif isinstance(item, For):
            names.add(item.name)
        elif isinstance(item, (ArithmeticCommand, CountingFor)):
            text = item.text if isinstance(item, ArithmeticCommand) else f"{item.start} {item.step}"
            names.update(_names(text))
        for slot in getattr(item, "__slots__", ()):
            value = getattr(item, slot)
            if not isinstance(value, (str, int, bool, Param)):
                stack.append(value)
    return names


def _names(text: str) -> set[str]:
    from fanout.shell import lazy_re as re

    return set(re.findall(r"[A-Za-z_]\w*", text))


def _read_names(item: Simple) -> set[str]:
    texts = [word[0].text for word in item.words if len(word) == 1 and isinstance(word[0], Text)]
    if texts[:1] == ["let"]:
        return _names(" ".join(texts[1:]))
    if texts[:1] == ["getopts"]:
        return set(texts[2:3])
    return set(texts[1:]) if texts[:1] and texts[0] in ("read", "mapfile", "readarray") else set()
