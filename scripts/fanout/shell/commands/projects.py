"""The folder of the project that a package tool works on: an option names it, or the nearest manifest above does."""

from __future__ import annotations

from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from fanout.shell.call import Call


def elsewhere(call: Call, names: tuple[str, ...], rule: Callable[[Call], None]) -> bool:
    """Where one of the options `names` is given: the rule without it, as if called in that folder; whether it was."""
    args = list(call.args)
    for at, arg in enumerate(args):
        name, equals, value = arg.partition("=")
        if name not in names or (not equals and at + 1 >= len(args)) or "--" in args[:at]:
            continue
        folder = value if equals else args[at + 1]
        del args[at : at + (1 if equals else 2)]
        _in_folder(call, folder, lambda: rule(type(call)(call.shell, call.path, args)))
        return True
    return False


def _in_folder(call: Call, folder: str, act: Callable[[], None]) -> None:
    shell, world = call.shell, call.world
    places, cwd = shell.places, world.cwd
    there = UNKNOWN if UNKNOWN in folder else world.absolute(folder)
    shell.places, world.cwd = (there,), there
    act()
    shell.places, world.cwd = places, cwd


def nearest(call: Call, name: str, folder: str = ".") -> str:
    """The file of that name in the folder or the nearest one above that has it; where none has, the one in the folder."""
    start = call.world.absolute(folder)
    place = start
    while place and UNKNOWN not in place:
        if call.world.is_file(f"{place}/{name}"):
            return f"{place}/{name}"
        place = place.rpartition("/")[0]
    return f"{start}/{name}"
