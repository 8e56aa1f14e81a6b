"""From words to fields: braces, tilde, parameters, substitutions, splitting, wildcards; over values as far as known."""

from __future__ import annotations

from fanout.shell import globs, scan
from fanout.shell import lazy_re as re
from fanout.shell.globs import UNKNOWN
from fanout.shell.tree import Arithmetic, Choice, Param, Process, Substitution, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.tree import Part, Word
    from fanout.shell.variables import Variables

TOUCHY = frozenset("{~*?[")
RANGE = r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?|([A-Za-z])\.\.([A-Za-z])"  # rare: compiled when met
MAX_BRACES = 4000


def fields(shell: Variables, word: Word) -> list[str]:
    """All fields of a word, wildcards expanded."""
    first = word[0]
    if len(word) == 1 and isinstance(first, Text) and (first.quoted or not scan.has_any(first.text, TOUCHY)):
        return [first.text]
    parts: list[str] = []
    for variant in braces(word):
        for field in split_fields(shell, variant):
            if globs.has_wildcard(field):
                parts.extend(globs.expand(field, shell.world))
            else:
                parts.append(field)
    return parts


def single(shell: Variables, word: Word) -> str:
    """The word as one string: no splitting, no wildcards, as in an assignment."""
    return "".join(_flat(shell, part) for part in tilde(shell, word, True))


def text(shell: Variables, raw: str) -> str:
    """Raw text, as in an array's index, expanded."""
    if "$" not in raw and "`" not in raw:
        return raw.strip("'\"")
    from fanout.shell.parse import Parser
    from fanout.shell.words import Unparsable

    try:
        reader, parts = Parser(raw), []  # type: tuple[Parser, Word]
        reader.double(parts, "")
        return single(shell, parts).strip("'\"")
    except Unparsable:
        return UNKNOWN


def pattern(shell: Variables, word: Word) -> str:
    """The word as a pattern: wildcards of its unquoted text are marks."""
    out: list[str] = []
    for part in tilde(shell, word, False):
        if isinstance(part, Choice):
            out.append(_choice(part))
            continue
        text = _flat(shell, part)
        quoted = getattr(part, "quoted", True)
        out.append(text if quoted else globs.activate(text))
    return "".join(out)


def _choice(part: Choice) -> str:
    return f"{globs.CHOICE}{part.op}{part.text}{globs.CLOSE}"


def _flat(shell: Variables, part: Part) -> str:
    if isinstance(part, Text):
        return part.text
    if isinstance(part, Choice):
        return f"{part.op}({part.text})"
    return _glue(shell, part).join(values(shell, part))


def _glue(shell: Variables, part: Part) -> str:
    """What stands between the members of `$*` and `${a[*]}`: the first of the separators."""
    is_joined = isinstance(part, Param) and "*" in (part.name, part.index)
    separators = shell.separators() if is_joined else None
    return " " if separators is None else separators[:1]


# -- splitting ---------------------------------------------------------------------------------------------------------


def split_fields(shell: Variables, word: Word) -> list[str]:
    """The fields of one brace-free word, active wildcards marked."""
    parts: list[str] = []
    current: str | None = None
    for part in tilde(shell, word, False):
        if isinstance(part, Text):
            current = (current or "") + (part.text if part.quoted else globs.activate(part.text))
        elif isinstance(part, Choice):
            current = (current or "") + _choice(part)
        elif isinstance(part, Process):
            current = (current or "") + shell.process(part)
        elif part.quoted:
            texts, listed = values(shell, part), _is_list(part)
            current = _join_quoted(texts if listed else [_glue(shell, part).join(texts)], listed, current, parts)
        else:
            texts = values(shell, part, True)
            for number, text in enumerate([" ".join(texts)] if shell.separators() is None else texts):
                if number and current is not None:
                    parts.append(current)
                current = _split(text, None if number else current, parts, shell)
    if current is not None:
        parts.append(current)
    return parts


def _is_list(part: Part) -> bool:
    return isinstance(part, Param) and (part.name == "@" or part.index == "@") and part.op != "#"


def _join_quoted(texts: list[str], listed: bool, current: str | None, found: list[str]) -> str | None:
    if not listed:
        return (current or "") + " ".join(texts)
    if not texts:
        return current
    texts = [(current or "") + texts[0], *texts[1:]]
    found.extend(texts[:-1])
    return texts[-1]


def _split(text: str, current: str | None, parts: list[str], shell: Variables) -> str | None:
    """Adds the blank-separated pieces of an unquoted expansion; returns the field still open."""
    if not text:
        return current
    separators = shell.separators()
    pieces = (
        _at_blanks(text) if separators is None else re.split(f"[{re.escape(separators)}]" if separators else "$^", text)
    )
    for number, piece in enumerate(pieces):
        if number and current is not None:
            parts.append(current)
            current = None
        if piece:
            current = (current or "") + globs.activate(piece)
    return current


def _at_blanks(text: str) -> list[str]:
    """The pieces between blanks, an empty one where the text begins or ends with some."""
    pieces = text.replace("\t", " ").replace("\n", " ").split(" ")
    last = len(pieces) - 1
    return [piece for number, piece in enumerate(pieces) if piece or number in (0, last)]


def tilde(shell: Variables, word: Word, assigned: bool) -> Word:
    first = word[0] if word else None
    if not (isinstance(first, Text) and not first.quoted and first.text.startswith("~")):
        return word
    name, slash, rest = first.text[1:].partition("/")
    if not slash and len(word) > 1:
        return word
    if name == "":
        home = shell.home()
    elif name == "+":
        home = shell.world.cwd
    elif name == "-":
        home = "".join(shell.lookup("OLDPWD", "") or [UNKNOWN])
    else:
        home = UNKNOWN
    return [Text(home, True), Text(slash + rest, False), *word[1:]]


# -- braces ------------------------------------------------------------------------------------------------------------


def braces(word: Word) -> list[Word]:
    """The words that brace expansion makes of one."""
    if not any(isinstance(part, Text) and not part.quoted and "{" in part.text for part in word):
        return [word]
    items: list[str | Part] = []
    for part in word:
        if isinstance(part, Text) and not part.quoted:
            items.extend(part.text)
        else:
            items.append(part)
    expanded = _brace(items, [MAX_BRACES])
    return [_word(variant) for variant in expanded]


def _word(items: list[str | Part]) -> Word:
    found: Word = []
    run: list[str] = []
    for item in items:
        if isinstance(item, str):
            run.append(item)
            continue
        if run:
            found.append(Text("".join(run), False))
            run = []
        found.append(item)
    if run:
        found.append(Text("".join(run), False))
    return found


def _brace(items: list[str | Part], budget: list[int]) -> list[list[str | Part]]:
    for start, item in enumerate(items):
        if item != "{":
            continue
        close, commas = _closing(items, start)
        if close < 0:
            continue
        inner = items[start + 1 : close]
        choices = _choices(inner, start, commas, budget)
        if choices is None:
            continue
        tails = _brace(items[close + 1 :], budget)
        budget[0] -= len(choices) * len(tails)
        if budget[0] < 0:
            return [[Text(UNKNOWN, True)]]
        return [items[:start] + choice + tail for choice in choices for tail in tails]
    return [items]


def _closing(items: list[str | Part], start: int) -> tuple[int, list[int]]:
    depth = 0
    commas: list[int] = []
    for at in range(start, len(items)):
        item = items[at]
        if item == "{":
            depth += 1
        elif item == "}":
            depth -= 1
            if depth == 0:
                return at, commas
        elif item == "," and depth == 1:
            commas.append(at)
    return -1, []


def _choices(
    inner: list[str | Part], start: int, commas: list[int], budget: list[int]
) -> list[list[str | Part]] | None:
    if commas:
        pieces, before = [], 0
        for comma in commas:
            pieces.append(inner[before : comma - start - 1])
            before = comma - start
        pieces.append(inner[before:])
        return [variant for piece in pieces for variant in _brace(piece, budget)]
    text = "".join(item if isinstance(item, str) else "\0" for item in inner)
    match = re.fullmatch(RANGE, text) if ".." in text else None
    if match is None:
        return None
    return [list(value) for value in _range(match)]


def _range(match: re.Match[str]) -> list[str]:
    if match.group(4):
        first, last = ord(match.group(4)), ord(match.group(5))
        step = 1 if last >= first else -1
        return [chr(code) for code in range(first, last + step, step)]
    first, last = int(match.group(1)), int(match.group(2))
    step = abs(int(match.group(3) or 1)) or 1
    if abs(last - first) // step > MAX_BRACES:
        return [UNKNOWN]
    padded = any(re.match(r"-?0\d", text) for text in match.group(1, 2))
    width = max(len(match.group(1)), len(match.group(2))) if padded else 0
    numbers = range(first, last + 1, step) if last >= first else range(first, last - 1, -step)
    return [str(number).zfill(width) for number in numbers]


# -- parameters --------------------------------------------------------------------------------------------------------


def values(shell: Variables, part: Part, split: bool = False) -> list[str]:
    """What a parameter, a substitution or arithmetic expands to: one text, or a list's members."""
    if isinstance(part, Param):
        return parameter(shell, part)
    if isinstance(part, Substitution):
        return [shell.capture(part.node, split)]
    if isinstance(part, Arithmetic):
        value = shell.arithmetic(part.text)
        return [UNKNOWN if value is None else str(value)]
    if isinstance(part, Process):
        return [shell.process(part)]
    return [part.text]


def parameter(shell: Variables, part: Param) -> list[str]:
    held = shell.lookup(part.name, part.index)
    op = part.op
    if op == "#" and not part.argument:
        return [_length(held, part)]
    if op == "!":
        return _indirect(shell, held, part)
    if not op:
        return [UNKNOWN] if held is None else held
    if op.strip(":") in ("-", "=", "+", "?") and op != ":":
        return _default(shell, part, held, op)
    if held is None:
        return [UNKNOWN]
    if op == ":" and (part.name in "@*" or part.index in ("@", "*")):
        return _slice_list(shell, part, held)
    return [_edited(shell, part, op, text) for text in held]


def _length(found: list[str] | None, part: Param) -> str:
    if found is None or any(UNKNOWN in text for text in found):
        return UNKNOWN
    return str(len(found) if part.index in ("@", "*") or part.name in "@*" else len("".join(found)))


def _indirect(shell: Variables, found: list[str] | None, part: Param) -> list[str]:
    if part.index in ("@", "*"):
        return shell.keys(part.name)
    if found is None or len(found) != 1 or UNKNOWN in found[0] or part.index:
        return [UNKNOWN]
    return shell.lookup(found[0], "") or [UNKNOWN]


def _default(shell: Variables, part: Param, held: list[str] | None, op: str) -> list[str]:
    empty = held is None or (op.startswith(":") and "".join(held) == "")
    if op.endswith("+"):
        return [] if empty else [single(shell, part.argument)]
    if op.endswith("?"):
        return [UNKNOWN] if held is None else held
    if not empty:
        return held or []
    value = single(shell, part.argument)
    if op.endswith("="):
        shell.assign(part.name, value)
    return [value]


def _slice_list(shell: Variables, part: Param, found: list[str]) -> list[str]:
    start, length = _bounds(shell, part)
    if start is None:
        return [UNKNOWN]
    if part.name in "@*":
        start = max(start - 1, 0) if start > 0 else start
    tail = found[start:]
    return tail if length is None else tail[:length]


def _bounds(shell: Variables, part: Param) -> tuple[int | None, int | None]:
    first, colon, second = single(shell, part.argument).partition(":")
    start = shell.arithmetic(first)
    return start, (shell.arithmetic(second) if colon else None)


def _edited(shell: Variables, part: Param, op: str, text: str) -> str:
    if op == ":":
        start, length = _bounds(shell, part)
        if UNKNOWN in text or start is None:
            return UNKNOWN
        tail = text[start:]
        return tail if length is None else tail[:length]
    if op[0] in "^,":
        change = str.upper if op[0] == "^" else str.lower
        return change(text) if len(op) == 2 else change(text[:1]) + text[1:]
    if op == "@":
        return text
    mark = pattern(shell, part.argument)
    if op[0] == "/":
        return _replaced(text, mark, single(shell, part.replacement), op == "//")
    return _trimmed(text, mark, op)


def _trimmed(text: str, mark: str, op: str) -> str:
    """`#`, `##`, `%`, `%%`."""
    if UNKNOWN in mark or (UNKNOWN in text and (op[0] == "#" or "/" in mark)):
        return UNKNOWN
    if UNKNOWN in text:
        return text[: text.index(UNKNOWN)] + UNKNOWN
    ends = range(len(text) + 1)
    if op in ("##", "%"):
        ends = range(len(text), -1, -1)
    if len(text) > 2000:
        return UNKNOWN
    match = globs.Matcher(mark).whole
    for end in ends:
        if op[0] == "#" and match(text[:end]):
            return text[end:]
        if op[0] == "%" and match(text[end:]):
            return text[:end]
    return text


def _replaced(text: str, mark: str, replacement: str, every: bool) -> str:
    if UNKNOWN in text or UNKNOWN in mark or len(text) > 20_000 or mark.count(globs.STAR) > 2 or globs.CHOICE in mark:
        return UNKNOWN
    anchor = mark[:1]
    expression = globs.regex(mark)
    if anchor == "#":
        expression = "^" + globs.regex(mark[1:])
    elif anchor == "%":
        expression = globs.regex(mark[1:]) + "$"
    try:
        return re.sub(expression, lambda _: replacement, text, count=0 if every else 1, flags=re.S)
    except re.error:
        return UNKNOWN
