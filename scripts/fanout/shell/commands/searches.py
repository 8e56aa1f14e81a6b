"""fd and rg: which files they find, and what they are told to run on each."""

from __future__ import annotations

import re

from fanout.shell import globs
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call, Options

MAX_RUNS = 300
FD_LONG = (
    "extension exclude type max-depth min-depth exact-depth size changed-within changed-before owner color threads "
    "base-directory path-separator search-path max-results format batch-size ignore-file"
)
RG_LONG = (
    "regexp file glob iglob type type-not max-count max-depth max-filesize max-columns after-context before-context "
    "context threads color colors encoding engine sort sortr replace ignore-file pre pre-glob type-add type-clear "
    "path-separator hostname-bin field-match-separator field-context-separator context-separator dfa-size-limit "
    "regex-size-limit hyperlink-format generate"
)


def fd(call: Call) -> None:
    args, command, batch = _command(call.args)
    options = type(call)(call.shell, call.path, args).options("eEtdjSoc", FD_LONG)
    if not command and not call.wanted:
        return
    paths = _fd_found(call, options)
    if not command:
        call.emit(None if paths is None else "".join(path + "\n" for path in paths), False)
    elif paths is None or len(paths) > MAX_RUNS:
        call.run(_filled(command, UNKNOWN))
    elif batch and paths:
        call.run(_batched(command, paths))
    else:
        for path in paths:
            call.run(_filled(command, path))


def _command(args: list[str]) -> tuple[list[str], list[str], bool]:
    """The own arguments, the command of `-x` or `-X`, and whether it gets all files at once."""
    for at, arg in enumerate(args):
        if arg in ("-x", "--exec", "-X", "--exec-batch"):
            rest = args[at + 1 :]
            end = rest.index(";") if ";" in rest else len(rest)
            return args[:at] + rest[end + 1 :], rest[:end], arg in ("-X", "--exec-batch")
    return args, [], False


def _filled(command: list[str], path: str) -> list[str]:
    head, _, name = path.rpartition("/")
    stem = path.rpartition(".")[0] if "." in name[1:] else path
    marks = (("{}", path), ("{/}", name), ("{//}", head or "."), ("{.}", stem), ("{/.}", stem.rpartition("/")[2]))
    words = []
    for word in command:
        for mark, value in marks:
            word = word.replace(mark, value)
        words.append(word)
    return words if words != command else [*words, path]


def _batched(command: list[str], found: list[str]) -> list[str]:
    return [path for word in command for path in (found if word == "{}" else [word])] + (
        [] if "{}" in command else found
    )


def _fd_found(call: Call, options: Options) -> list[str] | None:
    """What it finds; files that git ignores count, too."""
    pattern, roots = (options.rest[0], options.rest[1:]) if options.rest else ("", [])
    base = options.get("base-directory")
    roots = [*roots, *options.all("search-path")] or [base or "."]
    files = _below(call, roots, options.has("H", "hidden", "u", "unrestricted"))
    test = _name_test(pattern, options)
    if files is None or test is None or base or {"d", "directory"} & set(options.all("t", "type")):
        return None
    endings = tuple("." + one.lstrip(".") for one in options.all("e", "extension"))
    return [path for path in files if test(path) and (not endings or path.endswith(endings))]


def _name_test(pattern: str, options: Options) -> Callable[[str], object] | None:
    whole = options.has("p", "full-path")
    ignore = re.I if options.has("i", "ignore-case") or not re.search("[A-Z]", pattern) else 0
    if options.has("F", "fixed-strings"):
        pattern = re.escape(pattern)
    if options.has("g", "glob"):
        pattern = "^(?:" + globs.regex(globs.activate(pattern), False) + ")$"
    try:
        compiled = re.compile(pattern, ignore)
    except (re.error, RecursionError):
        return None
    return lambda path: compiled.search(path if whole else path.rpartition("/")[2])


def _below(call: Call, roots: list[str], hidden: bool) -> list[str] | None:
    world = call.world
    paths: list[str] = []
    for root in roots:
        if UNKNOWN in root or not world.known:
            return None
        if not world.is_folder(root):
            paths.append(root)
            continue
        below = world.files_below("" if root in (".", "./") else root.rstrip("/"), hidden)
        if below is None:
            return None
        paths.extend(below)
    return paths


def rg(call: Call) -> None:
    """Its output is known for `-l` and `--files`; `--pre` starts a program."""
    options = call.options("efgtTmdMABCjErL", RG_LONG)
    for program in [*options.all("pre"), *options.all("hostname-bin")]:
        call.shell.run_text(program, call.name)
    listing = options.has("l", "files-with-matches", "files")
    if not call.wanted or not listing:
        call.emit(None)
        return
    paths = _rg_found(call, options)
    call.emit(None if paths is None else "".join(path + "\n" for path in paths), False)


def _rg_found(call: Call, options: Options) -> list[str] | None:
    """The files that match, and those that git ignores."""
    rest, patterns = list(options.rest), options.all("e", "regexp")
    if not patterns and not options.has("files", "f", "file"):
        patterns, rest = rest[:1], rest[1:]
    files = _below(call, rest or ["."], options.has("hidden", "u", "uu", "uuu", "unrestricted", "."))
    if files is None or options.has("0", "null"):
        return None
    marks = [globs.activate(mark) for mark in options.all("g", "glob") if not mark.startswith("!")]
    files = [path for path in files if not marks or any(_fits(path, mark) for mark in marks)]
    compiled = _rg_compiled(patterns, options)
    return [path for path in files if compiled is None or _matches(call, path, compiled)]


def _rg_compiled(patterns: list[str], options: Options) -> re.Pattern[str] | None:
    """One pattern of all, None when there is none or Python does not know its syntax."""
    flags = re.I if options.has("i", "ignore-case", "S", "smart-case") else 0
    texts = [re.escape(one) if options.has("F", "fixed-strings") else one for one in patterns]
    try:
        return re.compile("|".join(texts), flags | re.M) if texts else None
    except (re.error, RecursionError):
        return None


def _fits(path: str, mark: str) -> bool:
    return globs.Matcher(mark, False).whole(path if "/" in mark else path.rpartition("/")[2])


def _matches(call: Call, path: str, compiled: re.Pattern[str]) -> bool:
    text = call.world.read(path)
    return text is None or len(text) > 200_000 or compiled.search(text) is not None
