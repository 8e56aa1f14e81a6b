"""Files and folders copied and moved on paper: what is written, and what the rest of the line finds there."""

from __future__ import annotations

from fanout.shell.effects import CREATE
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

MERGE_LIMIT = 400


def last(path: str) -> str:
    """The last segment, as basename gives it."""
    return path.rstrip("/").rpartition("/")[2] or "/"


def below(folder: str, name: str) -> str:
    return folder.rstrip("/") + "/" + name if folder else name


def copy_file(call: Call, source: str, target: str, replace: bool = False) -> None:
    text = call.world.read(source) if call.world.absolute(source) in call.world.contents else None
    if replace:
        call.replace(target)
    else:
        call.write(target)
    if UNKNOWN not in source + target and text is not None:
        call.world.contents[call.world.absolute(target)] = text
    elif UNKNOWN not in source + target and call.world.is_file(source):
        call.world.transfer(call.world.absolute(source), call.world.absolute(target))
        call.world.contents.pop(call.world.absolute(target), None)


def copy_tree(call: Call, source: str, target: str) -> None:
    """A folder's copy. Into a folder that exists, only what the source holds is written."""
    world = call.world
    if last(source) in (".", ".."):
        target = target.rpartition("/")[0] if last(target) in (".", "..") else target
    existing = world.is_folder(target)
    files = world.files_below(source) if existing else None
    if files is None or len(files) > MERGE_LIMIT or not world.is_folder(source):
        call.create(target, recursive=True, folder=True)
        if world.is_folder(source) and not existing:
            world.transfer(world.absolute(source), world.absolute(target))
        return
    for path in files:
        place = below(target, path[len(source.rstrip("/")) :].lstrip("/"))
        call.folders(place.rpartition("/")[0])
        copy_file(call, path, place)


def move(call: Call, source: str, target: str) -> None:
    world = call.world
    known = UNKNOWN not in world.absolute(source) + world.absolute(target)
    folder = world.is_folder(source) or (not world.known and "." not in last(source))
    call.shell.write(target, CREATE, folder, call.name)
    if known:
        place = world.absolute(target)
        world.contents.pop(place, None)
        world.transfer(world.absolute(source), place)
    call.move(source, folder)
