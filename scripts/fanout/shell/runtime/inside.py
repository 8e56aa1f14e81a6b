"""A command in a container that siblings use, too."""

from __future__ import annotations

from fanout.shell.commands.container_exec import command_of, effects_of
from fanout.shell.runtime import RUNTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

SHELLS = frozenset("sh bash ash dash zsh env timeout nohup sudo".split())


def inside(call: Call, args: list[str]) -> None:
    """`args` from the options of `exec` on. Its files are the container's; what it ends is everybody's."""
    words = command_of(args)
    name = words[0].rpartition("/")[2] if words else ""
    if name.rstrip("0123456789.") not in RUNTIME and name not in RUNTIME and name not in SHELLS:
        return
    effects = effects_of(call, words)
    call.shell.effects.runtime.extend(one for one in effects.runtime if one.reach not in ("starts", "pid"))
