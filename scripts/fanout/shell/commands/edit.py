"""Commands that edit texts: sed, awk, sort, patch, editors. Their own languages are read as far as they write."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell import scan
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call, Options


# -- sed ---------------------------------------------------------------------------------------------------------------


def programs(call: Call, options: Options, names: tuple[str, ...], what: str) -> list[str]:
    """The texts that options name as a program or as a program's file; else the first operand, which is taken off."""
    texts = options.all(*names)
    for path in options.all("f", "file"):
        text = call.world.read(path)
        if text is None:
            call.unknown(f"runs the {what} {path}, which is not known")
        else:
            texts.append(text)
    if not texts and not options.has("f", "file"):
        texts = options.rest[:1]
        del options.rest[:1]
    return texts


def sed(call: Call) -> None:
    options = call.options("efl", "expression file line-length", optional="i")
    in_place = options.has("i", "in-place", "I")
    if in_place and options.rest[:1] == [""]:
        del options.rest[:1]
    scripts = programs(call, options, ("e", "expression"), "script")
    for script in scripts:
        sed_script(call, script)
    if in_place:
        edited_in_place(call, options.rest, options.get("i") or options.get("in-place") or "")
    elif call.wanted:
        simple = all(script[:1] == "s" for script in scripts)
        call.emit(_sed_output(call, scripts, options), simple and call.exact)


def edited_in_place(call: Call, paths: list[str], suffix: str) -> None:
    for path in paths:
        if call.world.is_folder(path):
            continue
        if suffix:
            call.write(backup_name(path, suffix))
        call.replace(path)


def _sed_output(call: Call, scripts: list[str], options: Options) -> str | None:
    """The output for the simplest scripts: lines chosen (all of them, to be safe), or plain texts replaced."""
    paths = options.rest
    quiet, extended = options.has("n", "quiet", "silent"), options.has("E", "r", "regexp-extended")
    text = call.input() if not paths else call.world.read(paths[0]) if len(paths) == 1 else None
    if text is None or UNKNOWN in text:
        return None
    for script in scripts:
        for piece in script.split(";"):
            text = _sed_piece(piece.strip(), text, quiet, extended)
            if text is None:
                return None
    return text


def _sed_piece(piece: str, text: str, quiet: bool, extended: bool) -> str | None:
    if _only_chooses(piece):
        return text
    match = re.fullmatch(r"s([/|#,@:])((?:(?!\1).)*)\1((?:(?!\1).)*)\1(g?)(p?)", piece)
    if match is None or bool(match.group(5)) != quiet:
        return None
    old, new = match.group(2), match.group(3)
    if not extended:
        old = re.sub(r"(?<!\\)([+?(){}|])", r"\\\1", old)
    if re.search(r"[\[\]&]|(?<!\\)[(){}+?|]|\\[^./$*+?(){}|]", old) or re.search(r"[\\&]", new):
        return None
    if old.count("*") > 2 or max(map(len, text.splitlines()), default=0) > 1000:
        return None
    count = 0 if match.group(4) else 1
    lines = [(line, re.sub(old, lambda _: new, line, count=count)) for line in text.splitlines(True)]
    return "".join(after for before, after in lines if not quiet or after != before)


def _only_chooses(piece: str) -> bool:
    """Whether a piece of a script only prints, leaves out or ends at the lines that it names."""
    at = _address(piece, 0)
    if piece.startswith(",", at):
        second = _address(piece, at + 1)
        if second == at + 1:
            return False
        at = second
    at += piece.startswith("!", at)
    return at == len(piece) - 1 and piece[at] in "pdq"


def _address(piece: str, at: int) -> int:
    """The end of a line's number, `$` or `/pattern/`; `at` when there is none."""
    if piece.startswith("$", at):
        return at + 1
    if piece.startswith("/", at):
        return piece.find("/", at + 1) + 1 or at
    return scan.digits(piece, at)


def sed_script(call: Call, script: str) -> None:
    """Follows `w file` and `s///w file`, and runs what `e` runs."""
    if UNKNOWN in script and re.search(r"(^|[;\n}\d$/])\s*[wWe]\s*\0|/[gpI\d]*[we]\s*\0", script):
        call.unknown("runs a script that is known only when it runs")
    if "w" not in script and "e" not in script and "W" not in script:
        return
    at, end = 0, len(script)
    while at < end:
        at = _sed_command(call, script, at, end)


def _sed_command(call: Call, script: str, at: int, end: int) -> int:
    at = _sed_address(script, at, end)
    if at >= end:
        return end
    char = script[at]
    at += 1
    if char in "sy":
        return _sed_substitute(call, script, at, end, char)
    if char in "wWrRe":
        stop = script.find("\n", at)
        stop = end if stop < 0 else stop
        _sed_file(call, char, script[at:stop].strip())
        return stop + 1
    if char in "aic":
        stop = at
        while stop < end and script[stop] != "\n":
            stop += 2 if script[stop] == "\\" else 1
        return stop + 1
    if char in ":btT#":
        match = re.compile(r"[^\n]*" if char == "#" else r"[^;\n}]*").match(script, at)
        return match.end() if match else end
    return at


def _sed_file(call: Call, char: str, name: str) -> None:
    if char in "wW":
        call.shell.write(name, "truncate", False, "sed")
    elif char == "e" and name:
        call.shell.run_text(name, "sed")
    elif char == "e":
        call.unknown("runs its input as commands")


def _sed_address(script: str, at: int, end: int) -> int:
    while at < end:
        char = script[at]
        if char in " \t\n;{}!,~+$0123456789":
            at += 1
        elif char == "/" or (char == "\\" and at + 1 < end):
            delimiter = "/" if char == "/" else script[at + 1]
            at = _sed_past(script, at + (1 if char == "/" else 2), end, delimiter)
            while at < end and script[at] in "IM":
                at += 1
        else:
            break
    return at


def _sed_past(script: str, at: int, end: int, delimiter: str) -> int:
    bracket = False
    while at < end:
        char = script[at]
        if char == "\\":
            at += 1
        elif char == "[" and not bracket:
            bracket = True
            if script[at + 1 : at + 2] in ("]", "^"):
                at += 1 if script[at + 1 : at + 3] != "^]" else 2
        elif char == "]":
            bracket = False
        elif char == delimiter and not bracket:
            return at + 1
        at += 1
    return end


def _sed_substitute(call: Call, script: str, at: int, end: int, kind: str) -> int:
    if at >= end:
        return end
    delimiter = script[at]
    at = _sed_past(script, at + 1, end, delimiter)
    while at < end and script[at] != delimiter:
        at += 2 if script[at] == "\\" else 1
    at += 1
    while kind == "s" and at < end:
        char = script[at]
        if char == "w":
            stop = script.find("\n", at)
            stop = end if stop < 0 else stop
            call.shell.write(script[at + 1 : stop].strip(), "truncate", False, "sed")
            return stop + 1
        if char == "e":
            call.unknown("runs what it has replaced as commands")
        if char not in "gpIiMme0123456789":
            break
        at += 1
    return at


# -- awk ---------------------------------------------------------------------------------------------------------------


def awk(call: Call) -> None:
    from fanout.shell.commands.awk import Program

    options = call.options("Ffvmi", "field-separator file assign include source", stop=True)
    texts = programs(call, options, ("source",), "program")
    variables = dict(pair.split("=", 1) for pair in options.all("v", "assign") if "=" in pair)
    files = []
    for arg in options.rest:
        name, equals, value = arg.partition("=")
        if equals and name.isidentifier():
            variables[name] = value
        else:
            files.append(arg)
    for path in files if "inplace" in options.all("i", "include") else []:
        call.replace(path)
    for text in texts:
        Program(call, text, variables, files).scan()
    if call.wanted:
        exact = (bool(files) or call.exact) and len(texts) == 1 and _awk_chooses_exactly(texts[0])
        call.emit(_awk_output(call, texts, files, options.get("F", "field-separator")), exact)


AWK_PRINT = r"\s*(?:/((?:[^/\\]|\\.)*)/|([^{}'\"]*(?:\"[^\"]*\")?[^{}]*))\s*\{\s*print\s*(?:\$(\d+|NF))?\s*;?\s*\}\s*"
PLAIN_PATTERN = r"(?:[\w .^$-]|\\[?.*+/])*"


def _awk_output(call: Call, programs: list[str], files: list[str], separator: str | None) -> str | None:
    """`/pattern/ {print $n}` over known text; another condition lets every line through."""
    match = re.fullmatch(AWK_PRINT, programs[0]) if len(programs) == 1 else None
    text = call.input() if not files else call.world.read(files[0]) if len(files) == 1 else None
    if match is None or text is None or UNKNOWN in text or (separator is not None and len(separator) > 1):
        return None
    pattern = match.group(1) or ""
    chosen = re.compile(pattern if re.fullmatch(PLAIN_PATTERN, pattern) else "")
    out = [_awk_column(line, match.group(3) or "0", separator) for line in text.splitlines() if chosen.search(line)]
    return "\n".join(out) + "\n" if out else ""


def _awk_chooses_exactly(program: str) -> bool:
    """Whether `_awk_output` lets just those lines through that awk does."""
    match = re.fullmatch(AWK_PRINT, program)
    if match is None or (match.group(2) or "").strip():
        return False
    return re.fullmatch(PLAIN_PATTERN, match.group(1) or "") is not None


def _awk_column(line: str, column: str, separator: str | None) -> str:
    """`$0` is the line, `$NF` its last field."""
    fields = line.split(separator)
    number = len(fields) if column == "NF" else int(column)
    return line if number == 0 else fields[number - 1] if number <= len(fields) else ""


# -- the rest ----------------------------------------------------------------------------------------------------------


PATCH_LONG = "strip input output directory prefix fuzz reject-file suffix version-control"


def patch(call: Call) -> None:
    options = call.options("piodBDFrYzV", PATCH_LONG)
    if options.has("dry-run", "C", "check"):
        return
    output = options.get("o", "output")
    if output:
        call.write(output)
        return
    source = options.get("i", "input") or (options.rest[1] if len(options.rest) > 1 else None)
    text = call.world.read(source) if source and source != "-" else call.input()
    folder = options.get("d", "directory") or ""
    prefix = folder.rstrip("/") + "/" if folder else ""
    if options.rest:
        _patched(call, prefix + options.rest[0], options.has("b", "backup"), False)
    elif text is None or UNKNOWN in text:
        call.unknown("changes the files of a patch that is known only when it runs")
    else:
        _patched_files(call, options, text, prefix)


def _patched_files(call: Call, options: Options, text: str, prefix: str) -> None:
    from fanout.shell.commands.diffs import applies, targets

    strip = options.get("p", "strip")
    level = int(strip) if strip and strip.isdigit() else None
    paths = targets(text, level, call.world, prefix)
    fits = applies(text, level or 0, call.world, prefix, options.has("R", "reverse"))
    for path, gone in paths:
        _patched(call, path, options.has("b", "backup") or not fits, gone)
        if not fits:
            call.write(path + ".rej")


def _patched(call: Call, path: str, backup: bool, gone: bool) -> None:
    if backup:
        call.write(path + ".orig")
    if gone:
        call.delete(path)
        return
    call.folders(path.rpartition("/")[0])
    call.write(path)


def ed(call: Call) -> None:
    options = call.options("p", "prompt")
    script(call, options.rest[:1], call.input())


def vim(call: Call) -> None:
    """vim, ex and their kin: they write what `:w` is told to, and nothing when only looking."""
    args, commands, files = list(call.args), [], []
    while args:
        arg = args.pop(0)
        if (arg in ("--cmd", "-S") or re.fullmatch(r"-[esEnNZmMbRvy]*c", arg)) and args:
            commands.append(args.pop(0))
        elif arg.startswith("+"):
            commands.append(arg[1:])
        elif arg in ("-R", "-M"):
            return
        elif arg in ("-u", "-U", "-i", "-T", "-s", "-w", "-W") and args and arg != "-s":
            args.pop(0)
        elif not arg.startswith("-"):
            files.append(arg)
    text = call.input()
    if text is not None:
        commands.append(text)
    if commands:
        script(call, files, "\n".join(commands).replace("|", "\n"))
    elif files:
        call.unknown("edits by hand")


def script(call: Call, files: list[str], text: str | None) -> None:
    """An ed or ex script: which files its write commands name."""
    if text is None or UNKNOWN in text:
        for path in files:
            call.write(path)
        call.unknown("runs editor commands that are known only when it runs")
        return
    for line in text.splitlines():
        line = line.strip().lstrip(":")
        if line.startswith("!") or re.match(r"[%\d,.$]*!", line):
            call.shell.run_text(line.partition("!")[2], call.name)
        match = re.match(
            r"(?:[%\d,.$']*)(?:w|wq|x|wa|wqa|xa|sav|saveas|update|up|W|argdo.*update|bufdo.*w)!?(?:\s+(.*))?$", line
        )
        if match is None:
            continue
        target = (match.group(1) or "").strip()
        if target.startswith("!"):
            call.shell.run_text(target[1:], call.name)
        elif target:
            call.write(target.replace(">>", "").strip())
        else:
            for path in files:
                call.write(path)


def nano(call: Call) -> None:
    call.unknown("edits by hand")


def backup_name(path: str, suffix: str) -> str:
    folder, slash, name = path.rpartition("/")
    if "*" in suffix:
        made = suffix.replace("*", name)
        return made if "/" in made else folder + slash + made
    return path + suffix
