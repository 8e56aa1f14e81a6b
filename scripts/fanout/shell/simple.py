"""Simple commands: words expanded, redirections applied, the command called; again for each way it may be."""

from __future__ import annotations

import time

from fanout.shell import expand
from fanout.shell.effects import CREATE, MODIFY, TRUNCATE
from fanout.shell.globs import UNKNOWN
from fanout.shell.invoke import is_own
from fanout.shell.limits import MAX_STEPS, MAX_VALUE, Overrun
from fanout.shell.streams import Sink, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.shell import Shell
    from fanout.shell.tree import Redirect, Redirected, Simple


def redirected(shell: Shell, node: Redirected) -> None:
    outer_in, outer_sink = shell.stdin, shell.sink
    targets = redirect(shell, node.redirects)
    captured = shell.sink
    shell.run(node.body)
    keep_content(shell, node.redirects, targets, captured, outer_sink)
    shell.stdin, shell.sink = outer_in, outer_sink


def redirect(shell: Shell, redirects: list[Redirect]) -> list[str]:
    """Applies redirections: writes, standard input, and who listens to standard output. What each of them names: expanded
    once, as that may change variables (`> part$((n++))`)."""
    targets: list[str] = []
    for item in redirects:
        target = ""
        if item.op in ("<<", "<<-"):
            shell.stdin = Source(expand.single(shell, item.body))
        elif item.op == "<<<":
            shell.stdin = Source(expand.single(shell, item.word) + "\n")
        else:
            target = redirect_file(shell, item)
        targets.append(target)
    return targets


def redirect_file(shell: Shell, item: Redirect) -> str:
    fields = expand.fields(shell, item.word)
    target = fields[0] if len(fields) == 1 else expand.single(shell, item.word)
    if item.op in ("<&", ">&") and (target.rstrip("-").isdigit() or target == "-"):
        if item.op == ">&" and item.fd in ("", "1") and target != "1":
            shell.sink = None
    elif item.op in ("<", "<&"):
        if item.fd in ("", "0"):
            shell.stdin = Source(None, target)
    elif item.op == "<>":
        shell.write(target, MODIFY if shell.world.exists(target) else CREATE)
    else:
        _redirect_output(shell, item, target)
    return target


def _redirect_output(shell: Shell, item: Redirect, target: str) -> None:
    if item.fd.startswith("{"):
        shell.assign(item.fd[1:-1], "10")
    if item.op == ">>" and UNKNOWN not in target:
        held = shell.world.read(target) if shell.world.exists(target) else ""
        shell.appended_to[shell.world.landing(shell.world.absolute(target))] = held
    shell.write(target, MODIFY if item.op in (">>", "&>>") else TRUNCATE)
    if item.fd in ("", "1"):
        shell.sink = Sink()


def keep_content(
    shell: Shell, redirects: list[Redirect], targets: list[str], sink: Sink | None, outer: Sink | None
) -> None:
    """Remembers what a file holds now, so that `bash file` or `xargs < file` later in the line can be followed."""
    if sink is None or sink is outer:
        return
    for item, target in zip(redirects, targets):
        if item.op in (">", ">|", ">>", "&>") and item.fd in ("", "1"):
            if UNKNOWN in target:
                continue
            path = shell.world.landing(shell.world.absolute(target))
            before = shell.appended_to.pop(path, None) if item.op == ">>" else ""
            text = None if before is None else before + sink.text()
            shell.world.contents[path] = text if text is not None and len(text) <= MAX_VALUE * 2 else None


def simple(shell: Shell, node: Simple) -> None:
    shell.steps += 1
    if shell.steps > MAX_STEPS or (shell.steps % 64 == 0 and time.monotonic() > shell.deadline):
        raise Overrun("the line does more than is followed")
    if len(shell.places) > 1 and node.words:
        in_each_place(shell, node)
        return
    shell.picks, shell.met = {}, {}
    attempt(shell, node)
    if shell.met and len(shell.met) <= 4:
        other_choices(shell, node, shell.met)


def in_each_place(shell: Shell, node: Simple) -> None:
    places, ended = shell.places, []  # type: tuple[tuple[str, ...], list[str]]
    for place in places:
        shell.places = (place,)
        shell.world.cwd = place
        simple(shell, node)
        ended.extend(shell.places)
    shell.places = tuple(dict.fromkeys(ended))[:4]
    shell.world.cwd = shell.places[0]


def other_choices(shell: Shell, node: Simple, met: dict[str, int]) -> None:
    """The command again for each other combination of values that its variables may have."""
    combinations: list[dict[str, int]] = [{}]
    for name, count in met.items():
        combinations = [{**pick, name: number} for pick in combinations for number in range(count)][:16]
    kept = dict(shell.variables)
    for picks in combinations[1:]:
        shell.picks = picks
        attempt(shell, node)
        shell.join([kept, shell.variables])
        kept = dict(shell.variables)
    shell.picks = {}


def attempt(shell: Shell, node: Simple) -> None:
    outer_in, outer_sink = shell.stdin, shell.sink
    arguments = [field for word in node.words for field in expand.fields(shell, word)]
    if not arguments:
        shell.status = 0
        shell.set_variables(node.assignments)
        targets = redirect(shell, node.redirects)
        keep_content(shell, node.redirects, targets, shell.sink, outer_sink)
        shell.stdin, shell.sink = outer_in, outer_sink
        return
    kept = dict(shell.variables)
    targets = redirect(shell, node.redirects) if node.redirects else []
    if shell.variables != kept and not is_own(shell, arguments[0]):
        shell.variables = kept  # redirections of a program are expanded in the program's process
    captured = shell.sink
    if node.assignments:
        with_assignments(shell, node, arguments)
    else:
        shell.invoke(arguments, node)
    if node.redirects:
        keep_content(shell, node.redirects, targets, captured, outer_sink)
        shell.stdin, shell.sink = outer_in, outer_sink
    shell.last_word = arguments[-1]


def with_assignments(shell: Shell, node: Simple, arguments: list[str]) -> None:
    before, outer = dict(shell.variables), shell.env
    shell.set_variables(node.assignments)
    shell.env = dict(outer)
    for item in node.assignments:
        value = shell.variables.get(item.name)
        shell.env[item.name] = value if isinstance(value, str) else UNKNOWN
    shell.invoke(arguments, node)
    shell.env = outer
    for item in node.assignments:
        if item.name in before:
            shell.variables[item.name] = before[item.name]
        else:
            shell.variables.pop(item.name, None)
