"""Read-only commands whose output later commands may act on: it is computed where that is cheap and certain."""

from __future__ import annotations

import os

from fanout.shell import globs
from fanout.shell import lazy_re as re
from fanout.shell.commands import COMMANDS
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call, Options
    from fanout.shell.virtual_filesystem import VirtualFilesystem

MAX_SEARCHED = 4_000_000
MAX_LINE = 1000


def basename(call: Call) -> None:
    options = call.options("s", "suffix")
    suffix = options.get("s", "suffix")
    rest = options.rest
    if suffix is None and not options.has("a", "multiple") and len(rest) == 2:
        suffix, rest = rest[1], rest[:1]
    out = []
    for path in rest:
        name = path.rstrip("/").rpartition("/")[2]
        out.append(name[: -len(suffix)] if suffix and name.endswith(suffix) and name != suffix else name)
    call.emit("".join(name + "\n" for name in out))


def which(call: Call) -> None:
    """The place of a known program is known by its name alone."""
    name = call.args[0] if len(call.args) == 1 else ""
    call.emit(name + "\n" if name in COMMANDS else None)


def dirname(call: Call) -> None:
    out = []
    for path in call.options().rest:
        head = path.rstrip("/").rpartition("/")[0]
        out.append(head or ("/" if path.startswith("/") else "."))
    call.emit("".join(name + "\n" for name in out))


def realpath(call: Call) -> None:
    options = call.options("", "relative-to relative-base")
    if not call.wanted:
        return
    if options.has("relative-to", "relative-base") or (call.name == "readlink" and not options.has("f", "e", "m")):
        call.emit(None)
        return
    out = []
    for path in options.rest:
        place = call.world.absolute(path)
        out.append(place if UNKNOWN in place or place in call.world.made else os.path.realpath(place))
    call.emit("".join(place + "\n" for place in out))


def seq(call: Call) -> None:
    options = call.options("sf", "separator format", stop=True)
    numbers = options.rest
    if options.has("f", "format") or not all(re.fullmatch(r"-?\d{1,9}", number) for number in numbers) or not numbers:
        call.emit(None)
        return
    values = [int(number) for number in numbers]
    first, step, end = (
        (1, 1, values[0]) if len(values) == 1 else (values[0], 1, values[1]) if len(values) == 2 else values
    )
    if step == 0 or abs(end - first) // abs(step) > 5000:
        call.emit(None)
        return
    counted = range(first, end + 1, step) if step > 0 else range(first, end - 1, step)
    width = max(len(str(number)) for number in (first, end)) if options.has("w", "equal-width") else 0
    call.emit((options.get("s", "separator") or "\n").join(str(number).zfill(width) for number in counted) + "\n")


def ls(call: Call) -> None:
    if not call.wanted:
        return
    options = call.options("IwT", "ignore width color format sort time")
    if options.has("l", "s", "i", "n", "g", "o", "R", "recursive", "F", "p", "m", "x", "Q"):
        call.emit(None)
        return
    lines: list[str] = []
    folders: list[str] = []
    for path in options.rest or ["."]:
        if call.world.is_folder(path) and not options.has("d", "directory"):
            folders.append(path)
        elif call.world.exists(path):
            lines.append(path)
        elif UNKNOWN in path or not call.world.known:
            lines.append(UNKNOWN)
    for folder in folders:
        if len(options.rest) > 1:
            lines.append(folder + ":")
        lines += _ls_names(call, folder, options.has("a", "A", "all", "almost-all"))
    call.emit("".join(line + "\n" for line in lines), len(lines) < 2)


def _ls_names(call: Call, folder: str, hidden: bool) -> list[str]:
    return [name for name in sorted(call.world.names(folder)) if hidden or not name.startswith(".")]


GREP_LONG = (
    "regexp file max-count after-context before-context context include exclude exclude-dir color "
    "binary-files label directories devices"
)


def grep(call: Call) -> None:
    """The names of matching files (`-l`), or the matching lines of what comes in."""
    if not call.wanted:
        return
    options = call.options("efmABCdD", GREP_LONG)
    rest = list(options.rest)
    patterns = options.all("e", "regexp")
    if not patterns and not options.has("f", "file"):
        patterns, rest = rest[:1], rest[1:]
    if options.has("q", "quiet", "c", "count", "o", "only-matching", "n", "line-number", "H"):
        call.emit(None)
    elif options.has("l", "files-with-matches", "L", "files-without-match"):
        without = options.has("L", "files-without-match", "v", "invert-match")
        compiled = None if without else _pattern(call, options, patterns)
        recursive = options.has("r", "R", "recursive")
        call.emit(_matching_files(call, rest, recursive, compiled, options.all("include")), False)
    elif options.has("r", "R", "recursive") or len(rest) > 1:
        call.emit(None)
    else:
        _grep_lines(call, options, rest, patterns)


def _grep_lines(call: Call, options: Options, files: list[str], patterns: list[str]) -> None:
    text = call.world.read(files[0]) if files else call.input()
    if text is None:
        call.emit(None, False)
        return
    compiled = _pattern(call, options, patterns)
    exact = compiled is not None and (bool(files) or call.exact)
    inverted = options.has("v", "invert-match")
    call.emit(text if compiled is None else _matching_lines(text, compiled, inverted), exact)


def _pattern(call: Call, options: Options, patterns: list[str]) -> re.Pattern[str] | None:
    expression = _expression(call, options.has("F", "fixed-strings"), options.has("E", "P"), patterns)
    flags = re.I if options.has("i", "ignore-case") else 0
    return _compiled(expression, flags, options.has("w", "word-regexp"), options.has("x", "line-regexp"))


def _expression(call: Call, fixed: bool, extended: bool, patterns: list[str]) -> str | None:
    """A regular expression in our spelling, or None when ours and theirs may differ."""
    if not patterns or any(UNKNOWN in text for text in patterns):
        return None
    extended = extended or call.name == "egrep"
    out = []
    for text in patterns:
        for line in text.split("\n"):
            if fixed or call.name == "fgrep":
                out.append(re.escape(line))
            elif extended:
                if re.search(r"\\[^.\w/$*+?()|\[\]{}^-]|\[:|\\[<>]", line):
                    return None
                out.append(line)
            else:
                if re.search(r"\\[^./$*|()\[\]\"'\\wsbdWSB-]|\[:|\[\.", line):
                    return None
                if re.search(r"\\[|()]", line):
                    return None
                out.append(re.sub(r"(?<!\\)([+?(){}|])", r"\\\1", line))
    return "|".join(f"(?:{line})" for line in out)


def _compiled(expression: str | None, flags: int, word: bool, whole: bool) -> re.Pattern[str] | None:
    if expression is None or len(expression) > 500 or not quick(expression):
        return None
    if word:
        expression = rf"(?<!\w)(?:{expression})(?!\w)"
    if whole:
        expression = rf"^(?:{expression})$"
    try:
        return re.compile(expression, flags)
    except re.error:
        return None


def quick(expression: str) -> bool:
    """Whether matching can't take long: no repeated groups, few repetitions."""
    return re.search(r"\)[+*?{]", expression) is None and len(re.findall(r"(?<!\\)[*+{]", expression)) <= 3


def _matching_lines(text: str, compiled: re.Pattern[str], inverted: bool) -> str:
    kept = []
    for line in text.split("\n"):
        if line == "":
            continue
        if UNKNOWN in line or len(line) > MAX_LINE or (compiled.search(line) is not None) != inverted:
            kept.append(line)
    return "".join(line + "\n" for line in kept)


def _matching_files(
    call: Call, roots: list[str], recursive: bool, compiled: re.Pattern[str] | None, includes: list[str]
) -> str | None:
    """Files that match; where that can't be decided, every file that might."""
    world = call.world
    files = _searched_files(world, roots, recursive) if world.known else None
    if files is None:
        return None
    out, spent = [], 0
    for path in files:
        name = path.rpartition("/")[2]
        if includes and not any(globs.matches(name, globs.activate(mark)) for mark in includes):
            continue
        text = world.read(path) if compiled is not None and spent < MAX_SEARCHED else None
        if compiled is not None and text is not None:
            spent += len(text)
            if not any(len(line) > MAX_LINE or compiled.search(line) for line in text.split("\n")):
                continue
        out.append(path)
    return "".join(path + "\n" for path in out)


def _searched_files(world: VirtualFilesystem, roots: list[str], recursive: bool) -> list[str] | None:
    files: list[str] = []
    for root in roots or ([""] if recursive else []):
        if not world.is_folder(root or "."):
            files.append(root)
            continue
        below = world.files_below(root) if recursive else []
        if below is None:
            return None
        files.extend(below)
    return files


def tr(call: Call) -> None:
    """Only the commonest: one character for another, or lower and upper case."""
    text = call.input()
    if text is None or UNKNOWN in text or not call.wanted:
        call.emit(None)
        return
    args = [arg.replace("\\n", "\n").replace("\\0", "\n") for arg in call.args]
    if len(args) == 2 and all(len(arg) == 1 for arg in args):
        call.emit(text.replace(args[0], args[1]), call.exact)
    elif len(args) == 2 and args[0] == "-d" and len(args[1]) == 1 and args[1] != "\n":
        call.emit(text.replace(args[1], ""), call.exact)
    elif args in (["A-Z", "a-z"], ["[:upper:]", "[:lower:]"]):
        call.emit(text.lower(), call.exact)
    elif args in (["a-z", "A-Z"], ["[:lower:]", "[:upper:]"]):
        call.emit(text.upper(), call.exact)
    else:
        call.emit(None)


def cut(call: Call) -> None:
    options = call.options("dfcb", "delimiter fields characters bytes output-delimiter")
    text = call.input() if not options.rest else call.world.read(options.rest[0]) if call.wanted else None
    fields, places = options.get("f", "fields"), options.get("c", "b", "characters", "bytes")
    ranges = _ranges(fields or places or "")
    if text is None or UNKNOWN in text or not ranges or not call.wanted:
        call.emit(None)
        return
    separator = "" if fields is None else options.get("d", "delimiter") or "\t"
    call.emit("".join(_cut(line, ranges, separator) + "\n" for line in text.splitlines()), call.exact)


def _ranges(text: str) -> list[tuple[int, int]]:
    """`1,3-5,7-`, from zero, the end left out; none when it can't be read."""
    ranges = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d*)(-?)(\d*)", part)
        if match is None or not part.strip("-"):
            return []
        first = int(match.group(1) or 1) - 1
        ranges.append((first, int(match.group(3) or 1_000_000) if match.group(2) else first + 1))
    return ranges


def _cut(line: str, ranges: list[tuple[int, int]], separator: str) -> str:
    pieces = line.split(separator) if separator else list(line)
    if separator and len(pieces) == 1:
        return line
    chosen = [number for number in range(len(pieces)) if any(first <= number < end for first, end in ranges)]
    return separator.join(pieces[number] for number in chosen)


def date(call: Call) -> None:
    """The day does not change while a line runs; the time does."""
    import time

    form = next((arg[1:] for arg in call.args if arg.startswith("+")), None)
    if form and call.wanted and set(re.findall(r"%-?(.)", form)) <= set("YmdFyjBbAaue") and len(call.args) == 1:
        call.emit(time.strftime(form) + "\n")
    else:
        call.emit(None)


def sort(call: Call) -> None:
    options = call.options("okTtS", "output key temporary-directory field-separator buffer-size files0-from parallel")
    target = options.get("o", "output")
    if target:
        call.write(target)
    call.emit(_lines(call, options.rest), False)


def _lines(call: Call, paths: list[str]) -> str | None:
    """The text of the files, or of standard input: what a filter of lines prints at most."""
    if not call.wanted:
        return None
    if not paths or paths == ["-"]:
        return call.input()
    texts = [call.world.read(path) for path in paths]
    return None if None in texts else "".join(text for text in texts if text is not None)


def uniq(call: Call) -> None:
    options = call.options("fsw", "skip-fields skip-chars check-chars")
    for path in options.rest[1:2]:
        call.write(path)
    call.emit(None if options.has("c", "count") else _lines(call, options.rest[:1]), False)


def head(call: Call) -> None:
    """The first or last lines, when the input is exactly known; else all that it could print."""
    options = call.options("ncqs", "lines bytes")
    paths = [path for path in options.rest if path != "-"]
    count = options.get("n", "lines") or next((arg[1:] for arg in call.args if re.fullmatch(r"-\d+", arg)), "10")
    text = _lines(call, [path for path in paths if not re.fullmatch(r"-\d+", path)])
    exact = call.exact and len(paths) < 2 and not options.has("c", "bytes", "q")
    if text is None or UNKNOWN in text or not exact or not re.fullmatch(r"\+?\d+", count):
        call.emit(text, False)
        return
    lines = text.splitlines(True)
    call.emit("".join(lines[: int(count)] if call.name == "head" else _tail(lines, count)))


def _tail(lines: list[str], count: str) -> list[str]:
    """The last lines, or with `+` those from that line on."""
    number = int(count)
    if count.startswith("+"):
        return lines[max(number - 1, 0) :]
    return lines[-number:] if number else []


def cat(call: Call) -> None:
    if call.wanted:
        paths = call.options().rest
        texts = [call.input() if path == "-" else call.world.read(path) for path in paths or ["-"]]
        exact = call.name == "cat" and (bool(paths) or call.exact)
        call.emit(None if None in texts else "".join(text for text in texts if text is not None), exact)
