"""A command in a container that siblings use, too."""

from __future__ import annotations

from fanout.shell.effects import Effects
from fanout.shell.output import quoted
from fanout.shell.runtime import RUNTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

SHELLS = frozenset("sh bash ash dash zsh env timeout nohup sudo".split())
VALUED = frozenset(
    "-e --env -u --user -w --workdir --env-file --index --entrypoint --name -v --volume -n --namespace -c".split()
)


def inside(call: Call, args: list[str]) -> None:
    """`args` from the options of `exec` on. Its files are the container's; what it ends is everybody's."""
    at = 0
    while at < len(args) and args[at].startswith("-"):
        at += 2 if args[at] in VALUED else 1
    words = args[at + 1 :]
    words = words[1:] if words[:1] == ["--"] else words
    name = words[0].rpartition("/")[2] if words else ""
    if name.rstrip("0123456789.") not in RUNTIME and name not in RUNTIME and name not in SHELLS:
        return
    outer = call.shell
    effects = Effects()
    shell = type(outer)(type(outer.world)("/", ""), effects, {})
    shell.nesting = outer.nesting + 1
    shell.run_text(" ".join(quoted(word) for word in words), call.name)
    outer.effects.runtime.extend(one for one in effects.runtime if one.reach not in ("starts", "pid"))
