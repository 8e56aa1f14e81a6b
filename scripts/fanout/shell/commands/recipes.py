"""Targets of a makefile, a justfile or a Taskfile: of the lines that they run, what takes something away is read.

What a target writes stays unknown: its tool may run less, more, or a program that is not there yet. What its lines do to git
and beside the files, and what they delete, is told as if they had been typed.
"""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.effects import DELETE, MOVE, Effects
from fanout.shell.globs import UNKNOWN
from fanout.shell.limits import MAX_NESTING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

    Rules = dict[str, tuple[list[str], list[str]]]  # target -> what it needs first, its lines

MAX_LINES = 200
MAX_DEPTH = 6
FILES = {
    "make": ("GNUmakefile", "makefile", "Makefile"),
    "just": ("justfile", "Justfile", ".justfile"),
    "task": ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml"),
}
SAME = {"gmake": "make"}
VALUED = frozenset(
    "-f --file --makefile -C --directory -d --dir --justfile --working-directory -t --taskfile -j".split()
)
RULE = r"^([^\s#:=][^:=#]*?)\s*::?(?!=)\s*([^=;#]*?)\s*(?:;\s*(.*))?(?:\s#.*)?$"
SETTING = r"^(?:export\s+|override\s+)*([\w.-]+)\s*(?:\+|\?|:{1,3})?=\s*(.*)$"


def followed(call: Call, checks: bool) -> None:
    """What the targets of this call take away. `checks`: they are there to find something out, so that what they delete is
    their own output."""
    tool = SAME.get(call.name, call.name)
    shell = call.shell
    if tool not in FILES or shell.nesting > MAX_NESTING:
        return
    folder, file, words = _asked(call)
    is_given = file in ("-", "/dev/stdin")
    text = call.input() if is_given else _text(call, folder, [file] if file else FILES[tool])
    if not text:
        return
    given = dict(word.split("=", 1) for word in words if "=" in word)
    lines = _lines(*READERS[tool](text, given), [word for word in words if "=" not in word])
    if lines:
        _run(call, folder, " ; ".join(f"( {line}\n)" for line in lines), checks)


def _run(call: Call, folder: str, text: str, checks: bool) -> None:
    shell, world, outer = call.shell, call.world, call.shell.effects
    places, cwd, sink = shell.places, world.cwd, shell.sink
    there = world.absolute(folder or ".")
    inner = shell.effects = Effects()
    shell.places, world.cwd, shell.sink = (there,), there, None
    shell.nesting += 1
    shell.maybe += 1
    try:
        shell.run_text(text, call.name)
    finally:
        shell.nesting -= 1
        shell.maybe -= 1
        shell.effects, shell.places, world.cwd, shell.sink = outer, places, cwd, sink
    outer.git.extend(inner.git)
    outer.runtime.extend(inner.runtime)
    outer.listed = outer.listed or inner.listed
    if not checks:
        outer.writes.extend(write for write in inner.writes if write.kind in (DELETE, MOVE))


def _asked(call: Call) -> tuple[str, str, list[str]]:
    """The folder and the file that the options name, and the other words."""
    folder, file, words, at = "", "", [], 0
    args = call.args
    while at < len(args):
        name, equals, value = args[at].partition("=")
        if args[at][:2] in ("-C", "-f") and len(args[at]) > 2:
            name, equals, value = args[at][:2], "=", args[at][2:]
        if name in VALUED and name != "-j":
            if not equals:
                at += 1
                value = "".join(args[at : at + 1])
            if name in ("-C", "--directory", "-d", "--dir", "--working-directory"):
                folder = value
            else:
                file = value
        elif not args[at].startswith("-"):
            words.append(args[at])
        at += 1
    return folder, file, words


def _text(call: Call, folder: str, names: tuple[str, ...] | list[str]) -> str:
    for name in names:
        place = name if not folder or name.startswith("/") else f"{folder.rstrip('/')}/{name}"
        if call.world.is_file(place):
            return call.world.read(place) or ""
    return ""


def _lines(rules: Rules, first: str, wanted: list[str]) -> list[str]:
    """The lines of the targets, those of what they need first."""
    found: list[str] = []
    met: set[str] = set()

    def visit(name: str, depth: int) -> None:
        if name in met or name not in rules or depth > MAX_DEPTH or len(found) > MAX_LINES:
            return
        met.add(name)
        needs, lines = rules[name]
        for need in needs:
            visit(need, depth + 1)
        found.extend(lines)

    for name in wanted or [first]:
        visit(name, 0)
    return [line for line in found if line.strip()][:MAX_LINES]


NO_RULE = (" ", "#", "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif")


def _make(text: str, given: dict[str, str]) -> tuple[Rules, str]:
    settings: dict[str, str] = {"MAKE": "make", "SHELL": "/bin/sh", "RM": "rm -f"}
    rules: Rules = {}
    first = ""
    current: list[str] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("\t"):
            _recipe_line(line, rules, current, {**settings, **given})
        elif set_here := re.search(SETTING, line):
            if "?=" not in line or set_here[1] not in settings:
                settings[set_here[1]] = set_here[2]
        elif rule := re.search(RULE, line):
            current = _rule(rule, rules, {**settings, **given})
            first = first or next((name for name in current if not name.startswith(".") and "%" not in name), "")
        elif line.strip() and not line.startswith(NO_RULE):
            current = []
    return rules, first


def _recipe_line(line: str, rules: Rules, targets: list[str], settings: dict[str, str]) -> None:
    for name in targets:
        needs, lines = rules[name]
        facts = {**settings, "@": name, "<": "".join(needs[:1]), "^": " ".join(needs)}
        lines.append(_expanded(line.strip().lstrip("@-+ "), facts))


def _rule(rule: re.Match[str], rules: Rules, settings: dict[str, str]) -> list[str]:
    """Takes in a line `targets: needs ; command`; returns the targets."""
    targets = _expanded(rule[1], settings).split()
    needs = [word for word in _expanded(rule[2], settings).split() if word != "|"]
    for name in targets:
        known = rules.setdefault(name, ([], []))
        known[0].extend(needs)
        known[1].extend([_expanded(rule[3], settings)] if rule[3] else [])
    return targets


def _expanded(text: str, settings: dict[str, str], depth: int = 0) -> str:
    """`$(NAME)`, `${NAME}`, `$@` by their values; what a function of make gives is not known."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2] or found[3]
        if name == "$":
            return "$"
        if name in settings:
            return _expanded(settings[name], settings, depth + 1) if depth < MAX_DEPTH else UNKNOWN
        return "" if re.fullmatch(r"\w+", name) else UNKNOWN

    return re.sub(r"\$(?:\(([^()]*)\)|\{([^{}]*)\}|(.))", value, text)


def _just(text: str, given: dict[str, str]) -> tuple[Rules, str]:
    settings: dict[str, str] = dict(given)
    rules: Rules = {}
    first = current = ""
    for line in text.splitlines():
        if line[:1] in (" ", "\t"):
            if current:
                rules[current][1].append(_braced(line.strip().lstrip("@-"), settings))
            continue
        set_here = re.search(r"^(?:export\s+)?(\w[\w-]*)\s*:=\s*(.*)$", line)
        rule = None if set_here else re.search(r"^@?([A-Za-z_][\w-]*)((?:\s+[^:]*)?):(?!=)\s*(.*)$", line)
        if set_here:
            settings.setdefault(set_here[1], set_here[2].strip().strip("'\""))
        elif rule:
            current = rule[1]
            needs = re.sub(r"#.*|&&", "", rule[3])
            rules[current] = ([word.strip("()") for word in needs.split()], [])
            first = first or current
        elif not line.startswith(("#", "[")):
            current = ""
    return {name: (needs, _script(lines)) for name, (needs, lines) in rules.items()}, first


def _braced(text: str, settings: dict[str, str]) -> str:
    return re.sub(r"\{\{\s*\.?([^}]*?)\s*\}\}", lambda found: settings.get(found[1], UNKNOWN), text)


def _script(lines: list[str]) -> list[str]:
    """A recipe that begins with an interpreter is one program, of which only a shell's is read."""
    if not lines or not lines[0].startswith("#!"):
        return lines
    return ["\n".join(lines[1:])] if re.search(r"\b(?:ba|da|z|k)?sh\b", lines[0]) else []


def _task(text: str, given: dict[str, str]) -> tuple[Rules, str]:
    """The tasks of a Taskfile, as they are usually written: `cmds` and `deps` as lists, one command a line."""
    rules: Rules = {}
    current = key = ""
    is_inside = False
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        depth = len(line) - len(line.lstrip())
        if depth == 0:
            is_inside = line.startswith("tasks:")
        elif is_inside and depth == 2 and (named := re.search(r"^  ['\"]?([\w:.-]+?)['\"]?:\s*(.*)$", line)):
            current, key = named[1], ""
            rules[current] = ([], [_unquoted(named[2])] if named[2] else [])
        elif is_inside and current:
            key = _task_line(rules[current], line.strip(), key, given)
    return rules, "default"


def _task_line(rule: tuple[list[str], list[str]], line: str, key: str, given: dict[str, str]) -> str:
    """Takes a line of one task in; returns which list the next belongs to."""
    named = re.search(r"^(cmds|deps|cmd)\s*:\s*(.*)$", line)
    item = re.search(r"^-\s+(?:(cmd|task|defer)\s*:\s*)?(.*)$", line)
    if named:
        key, value = named[1], named[2]
        if key == "deps" and value:
            rule[0].extend(word.strip(" '\"") for word in value.strip("[]").split(","))
        elif key == "cmd" and value:
            rule[1].append(_braced(_unquoted(value), given))
    elif item and key == "deps":
        rule[0].append(_unquoted(item[2]))
    elif item and key == "cmds":
        rule[1].append(f"task {_unquoted(item[2])}" if item[1] == "task" else _braced(_unquoted(item[2]), given))
    elif not item and re.search(r"^\w+\s*:", line):
        key = ""
    return key


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


READERS: dict[str, Callable[[str, dict[str, str]], tuple[Rules, str]]] = {"make": _make, "just": _just, "task": _task}
