"""Programs from npm whose business is files: rimraf, shx and their like. They expand patterns themselves."""

from __future__ import annotations

from fanout.shell import globs
from fanout.shell.copies import below, copy_file, copy_tree, last

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

VALUES = "impl backup max-retries retry-delay tmp max-depth exclude u up e"


def _expanded(call: Call, pattern: str) -> list[str]:
    """The paths that a pattern means; the text itself where that is a path."""
    if call.world.exists(pattern) or not any(char in pattern for char in "*?[{"):
        return [pattern]
    deep = "globstar" in call.world.options
    call.world.options.add("globstar")
    found = globs.expand(globs.activate(pattern), call.world)
    if not deep:
        call.world.options.discard("globstar")
    return [path for path in found if path != pattern]


def rimraf(call: Call) -> None:
    """Removes what is named, with all below it; no word of it asks first."""
    options = call.options("", VALUES)
    if options.has("help", "version", "dry-run", "n"):
        call.emit(None)
        return
    for pattern in options.rest:
        if pattern.startswith("!"):
            continue
        if any(char in pattern for char in "*?[{"):
            call.unknown("removes what matches a pattern that it expands itself")
        for path in _expanded(call, pattern):
            if call.world.exists(path) or globs.UNKNOWN in path or not call.world.known:
                call.delete(path, recursive=True)
    call.emit(None)


def shx(call: Call) -> None:
    """`shx rm -rf dist`: a command of the shell, without one."""
    call.run([word for pattern in call.args for word in (_expanded(call, pattern) or [pattern])])


def mkdirp(call: Call) -> None:
    for path in call.options("m", "mode").rest:
        call.folders(path)


def copied(call: Call) -> None:
    """All but the last are copied into the last, whole folders too."""
    *sources, target = call.options("ue", VALUES).rest or [""]
    for pattern in sources:
        for source in _expanded(call, pattern):
            if call.world.is_folder(source):
                copy_tree(call, source, target)
            else:
                copy_file(call, source, below(target, last(source)) if call.world.is_folder(target) else target, False)
    call.unknown("puts what it copies where its options say")
    call.emit(None)
