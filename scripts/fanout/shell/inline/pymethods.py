"""What methods of Python values do to files: of paths, texts, open files, and of what is not known."""

from __future__ import annotations

import re

from fanout.shell.effects import DELETE, MODIFY, TRUNCATE
from fanout.shell.globs import UNKNOWN
from fanout.shell.inline.pypaths import joined, matching, mode_of, opened, path_attribute, renamed
from fanout.shell.inline.pyvalues import Args, Handle, Missing, PathText, Value, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call

    PathMethod = Callable[[Call, PathText, Args], Value]

SAVING = frozenset(
    """
    to_csv to_json to_excel to_parquet to_pickle to_html to_markdown savefig save savetxt savez extractall
    extract write_image write_html write_parquet write_csv imwrite imsave tofile
    """.split()
)


def method(call: Call, owner: Value, name: str, args: Args) -> Value:
    """A method of a value: of a path, a text, an open file, or something not known."""
    if isinstance(owner, str) and not isinstance(owner, PathText):
        return text_method(owner, name, args)
    if isinstance(owner, Handle):
        return handle_method(call, name, args)
    handler = PATH_METHODS.get(name)
    if handler is not None and not isinstance(owner, (list, dict, int)):
        return path_method(call, owner, name, args, handler)
    if name in SAVING and (args.words or args.named):
        saved(call, name, args)
    return dict_method(owner, name, args) if isinstance(owner, dict) else Missing


def handle_method(call: Call, name: str, args: Args) -> Value:
    if name in ("extractall", "extract"):
        folder = args.get(0 if name == "extractall" else 1, "path")
        call.create(text_of(folder) if folder is not Missing else UNKNOWN, recursive=True)
    return Missing


UNTYPED = frozenset("glob rglob iterdir joinpath with_suffix with_name resolve open".split())


def path_method(call: Call, owner: Value, name: str, args: Args, handler: PathMethod) -> Value:
    """A method that paths have; of what is not known only those count that nothing else has."""
    if name in ("replace", "rename") and not (len(args.words) == 1 and not args.named):
        return Missing
    if owner is Missing and name in UNTYPED:
        if name == "open" and "w" in args.text(0, "mode"):
            call.shell.write(UNKNOWN, MODIFY, False, call.name)
        return Missing
    return handler(call, owner if isinstance(owner, PathText) else PathText(UNKNOWN), args)


def saved(call: Call, name: str, args: Args) -> None:
    target = args.get(0)
    if isinstance(target, str):
        call.write(target)
    elif not isinstance(target, Handle) and name != "save":
        call.unknown("saves to a path that is known only when it runs")


def dict_method(owner: dict[Value, Value], name: str, args: Args) -> Value:
    if name == "items":
        return [[key, value] for key, value in owner.items()]
    if name == "keys":
        return list(owner)
    if name == "values":
        return list(owner.values())
    if name == "get" and args.words:
        return owner.get(args.words[0], Missing)
    return Missing


TEXT_METHODS = frozenset(
    """
    replace strip lstrip rstrip lower upper title capitalize removeprefix removesuffix zfill
    """.split()
)


SPLITTING_METHODS = ("split", "splitlines", "rsplit")


def text_method(owner: str, name: str, args: Args) -> Value:
    if name == "join" and args.words and isinstance(args.words[0], list):
        return owner.join(text_of(word) for word in args.words[0])
    if name == "format":
        return filled(owner, args)
    if not all(map(_is_plain, args.words)):
        return Missing
    if name in TEXT_METHODS:
        return owner if UNKNOWN in owner and name != "replace" else called(owner, name, args)
    if name in SPLITTING_METHODS:
        return Missing if UNKNOWN in owner else called(owner, name, args)
    if name in ("startswith", "endswith") and args.words:
        return None if UNKNOWN in owner else called(owner, name, args)
    return Missing


def _is_plain(word: Value) -> bool:
    return isinstance(word, (str, int)) and UNKNOWN not in str(word)


def called(owner: str, name: str, args: Args) -> Value:
    try:
        found: Value = getattr(owner, name)(*args.words)
    except (TypeError, AttributeError, ValueError):
        return Missing
    return found


def filled(owner: str, args: Args) -> str:
    """`"{}".format(...)`."""
    queue = [text_of(word) for word in args.words]
    named = {key: text_of(value) for key, value in args.named.items()}

    def fill(found: re.Match[str]) -> str:
        key = found.group(1)
        return named.get(key, UNKNOWN) if key and not key.isdigit() else (queue.pop(0) if queue else UNKNOWN)

    return re.sub(r"\{(\w*)[^{}]*\}", fill, owner)


def path_removed(call: Call, path: PathText, args: Args) -> Value:
    call.shell.write(path, DELETE, False, call.name)
    return Missing


def path_renamed(call: Call, path: PathText, args: Args) -> Value:
    renamed(call, path, args.text(0, "target"))
    return PathText(args.text(0, "target"))


def path_folder(call: Call, path: PathText, args: Args) -> Value:
    call.folders(path) if UNKNOWN not in path else call.create(path)
    return Missing


def path_written(call: Call, path: PathText, args: Args) -> Value:
    call.shell.write(path, TRUNCATE, False, call.name)
    return Missing


def paths_of(values: Value) -> Value:
    return [PathText(value) for value in values] if isinstance(values, list) else Missing


def with_name(path: PathText, name: str) -> PathText:
    head, slash, _ = path.rpartition("/")
    return PathText(head + slash + name)


def with_suffix(path: PathText, suffix: str) -> PathText:
    attribute = path_attribute(path, "stem")
    return with_name(path, text_of(attribute) + suffix)


PATH_METHODS: dict[str, PathMethod] = {
    "write_text": path_written,
    "write_bytes": path_written,
    "touch": path_written,
    "unlink": path_removed,
    "rmdir": path_removed,
    "rename": path_renamed,
    "replace": path_renamed,
    "mkdir": path_folder,
    "symlink_to": lambda call, path, args: call.create(path),
    "hardlink_to": lambda call, path, args: call.create(path),
    "chmod": lambda call, path, args: call.write(path),
    "open": lambda call, path, args: opened(call, path, mode_of(args, 0)),
    "glob": lambda call, path, args: paths_of(matching(call, args.text(0), path, False)),
    "rglob": lambda call, path, args: paths_of(matching(call, args.text(0), path, True)),
    "iterdir": lambda call, path, args: paths_of(matching(call, "*", path, False)),
    "joinpath": lambda call, path, args: PathText(joined([path, *(text_of(word) for word in args.words)])),
    "with_suffix": lambda call, path, args: with_suffix(path, args.text(0)),
    "with_name": lambda call, path, args: with_name(path, args.text(0)),
    "with_stem": lambda call, path, args: with_name(path, args.text(0) + text_of(path_attribute(path, "suffix"))),
    "resolve": lambda call, path, args: PathText(call.world.absolute(path)),
    "absolute": lambda call, path, args: PathText(call.world.absolute(path)),
    "expanduser": lambda call, path, args: path,
    "as_posix": lambda call, path, args: str(path),
    "relative_to": lambda call, path, args: Missing,
}
WRITING_METHODS = frozenset(
    "write_text write_bytes touch unlink rmdir rename replace mkdir symlink_to hardlink_to chmod open".split()
)


def method_named(call: Call, args: Args) -> Value:
    """`operator.methodcaller`, `operator.attrgetter`: of what is not known yet."""
    for word in args.words[:1]:
        if not isinstance(word, str) or UNKNOWN in word or word.rpartition(".")[2] in WRITING_METHODS | SAVING:
            call.unknown("calls a method that may write")
    return Missing
