"""A command that runs in a container by `docker exec` and its kin: its files are the container's."""

from __future__ import annotations

from fanout.shell.effects import Effects, is_read_only
from fanout.shell.output import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

VALUED = frozenset(
    "-e --env -u --user -w --workdir --env-file --index --entrypoint --name -v --volume -n --namespace -c --container "
    "--detach-keys".split()
)
DETACHED = frozenset(("-d", "--detach"))


def only_reads(call: Call) -> bool:
    """Whether it is an `exec` of a command that reads: in the container, whose files may be the project's."""
    verbs = [arg for arg in call.args if arg in ("exec", "compose")]
    if verbs[-1:] != ["exec"]:
        return False
    args = call.args[call.args.index("exec") + 1 :]
    words = command_of(args)
    if not words or DETACHED & set(args[: -len(words)]):
        return False
    effects = effects_of(call, words)
    return is_read_only(effects) and not effects.runtime


def command_of(args: list[str]) -> list[str]:
    """What runs in the container: behind its name, or behind `--`."""
    if "--" in args:
        return args[args.index("--") + 1 :]
    at = 0
    while at < len(args) and args[at].startswith("-"):
        at += 2 if args[at] in VALUED else 1
    return args[at + 1 :]


def effects_of(call: Call, words: list[str]) -> Effects:
    """Of the command, in a folder that is none of ours."""
    outer = call.shell
    effects = Effects()
    shell = type(outer)(type(outer.world)("/", ""), effects, {})
    shell.nesting = outer.nesting + 1
    shell.stdin = outer.stdin
    shell.run_text(" ".join(quoted(word) for word in words), call.name)
    return effects
