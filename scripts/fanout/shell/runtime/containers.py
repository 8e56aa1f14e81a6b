"""docker and podman: containers and volumes by name, all of them, and what runs inside one."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.globs import UNKNOWN
from fanout.shell.runtime import compose
from fanout.shell.runtime.inside import inside
from fanout.shell.runtime.noting import ends, listings_in, lists, plain_words, starts, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

GLOBAL_VALUES = frozenset("-H --host -c --context --config -l --log-level --url --connection --root".split())
BY_NAME = "name the ones that you started: `docker run --name <own> ...`, later `docker stop <own>`"
OWN_VOLUME = "a volume of your own: `docker volume create <own>`, or `docker compose -p <own> ...`"
RUNNING_OUT = frozenset("stop kill restart pause rm".split())  # what these do to a running container ends its work
PRUNES = {
    "system": "remove every stopped container and every network and image that is unused now",
    "container": "remove every stopped container",
    "volume": "remove every volume that is unused now, with its data",
    "network": "remove every network that is unused now",
}
ENDING_VALUED = frozenset("-t --time -s --signal --timeout".split())


def docker(call: Call) -> None:
    args = after_options(call.args)
    if args[:1] == ["compose"]:
        compose.judged(call, args[1:])
        return
    group = args[0] if args else ""
    if group == "container" and args[1:2] != ["prune"]:
        args = args[1:]
    verb, rest = (args[0], args[1:]) if args else ("", [])
    if group in ("machine", "swarm", "pod") or args[:2] == ["system", "reset"]:
        _machine(call, args)
    elif rest[:1] == ["prune"]:
        _prune(call, verb, rest)
    elif verb in RUNNING_OUT:
        _ended(call, verb, rest)
    elif verb in ("rmi", "image", "volume"):
        _removed(call, verb, rest)
    elif verb in ("run", "create", "start"):
        _started(call, verb, rest)
    elif verb == "exec":
        inside(call, rest)
    elif verb in ("ps", "ls", "list"):
        lists(call, "containers", rest)


def after_options(args: list[str]) -> list[str]:
    """The arguments from the verb on."""
    at = 0
    while at < len(args) and args[at].startswith("-"):
        at += 2 if args[at] in GLOBAL_VALUES else 1
    return args[at:]


def _machine(call: Call, args: list[str]) -> None:
    if args[0] == "pod":
        if args[1:2] in (["rm"], ["stop"], ["kill"]) and any(
            arg == "--all" or arg in ("-a", "-af", "-fa") for arg in args
        ):
            ends(call, "end every pod and the containers in it", "all", (), BY_NAME)
    elif args[1:2] in (["stop"], ["rm"], ["reset"], ["leave"]):
        ends(call, "stop the machine that all containers run in, or remove it", "all", (), BY_NAME)


def _prune(call: Call, group: str, rest: list[str]) -> None:
    everything = "--all" in rest or any(re.fullmatch(r"-[af]*a[af]*", arg) for arg in rest)
    if group == "image" and everything:
        ends(call, "remove every image that no container uses now", "all", (), "`docker rmi <your image>`")
    elif group in PRUNES:
        ends(
            call,
            PRUNES[group],
            "all",
            (),
            f"remove by name what you made: `docker rm <own>`, `docker {group} rm <own>`",
        )


def _ended(call: Call, verb: str, rest: list[str]) -> None:
    if verb == "rm" and not any(arg in ("--force", "-f") or re.fullmatch(r"-\w*f\w*", arg) for arg in rest):
        return  # one that runs is refused
    does = {"rm": "remove", "kill": "kill", "restart": "restart", "pause": "pause"}.get(verb, "stop")
    listed = listings_in(call, rest)
    names = _filtered(listed[0].words) if listed else plain_words(rest, ENDING_VALUED)
    if any(arg == "--all" or re.fullmatch(r"-[afv]*a[afv]*", arg) for arg in rest):
        ends(call, f"{does} every container", "all", (), BY_NAME)
    elif listed:
        things = tuple(f"container:{name}" for name in names)
        what = f"every container that `{listed[0].shown}` lists" if listed[0].kind == "containers" else "what it lists"
        ends(call, f"{does} {what}, whoever started it", "named" if things else "all", things, BY_NAME)
    else:
        for name in names:
            if UNKNOWN not in name:
                ends(call, f"{does} container {name}", "one", (f"container:{name}",), BY_NAME)


def _filtered(words: list[str]) -> list[str]:
    """The names that `docker ps` was told to look for."""
    return [word.partition("name=")[2].strip("^/$") for word in words if "name=" in word]


def _removed(call: Call, verb: str, rest: list[str]) -> None:
    if verb == "volume":
        _volume(call, "".join(rest[:1]), rest[1:])
    elif listings_in(call, rest):
        ends(call, "remove every image that is listed", "all", (), "`docker rmi <your image>`")
    elif verb == "image" and rest[:1] in (["ls"], ["list"]):
        lists(call, "images", rest)


def _volume(call: Call, verb: str, rest: list[str]) -> None:
    names = [name for name in plain_words(rest, ENDING_VALUED) if UNKNOWN not in name]
    things = tuple(f"volume:{name}" for name in names)
    if verb == "create":
        starts(call, things, detached=True)
    elif verb in ("ls", "list"):
        lists(call, "volumes", rest)
    elif verb in ("rm", "remove") and (names or listings_in(call, rest)):
        what = "volume " + ", ".join(names)[:60] if names else "every volume that is listed"
        ends(call, f"remove {what}, with the data", "named" if names else "all", things, OWN_VOLUME)


def _started(call: Call, verb: str, rest: list[str]) -> None:
    if verb == "start":
        things = tuple(f"container:{name}" for name in plain_words(rest, ENDING_VALUED))
        starts(call, things, is_shared=True, detached=True)
        return
    detached = verb == "create" or any(arg in ("-d", "--detach") or re.fullmatch(r"-[it]*d[it]*", arg) for arg in rest)
    name = value_of(rest, "--name")
    starts(call, (f"container:{name}",) if name else (), detached=detached)
    starts(call, tuple(f"port:{port}" for port in published(rest)), is_sure=True, detached=detached)


def published(args: list[str]) -> list[str]:
    """The ports of this machine that `-p 5433:5432` and its like give to a container."""
    found = []
    for at, arg in enumerate(args):
        if arg in ("-p", "--publish"):
            given = "".join(args[at + 1 : at + 2])
        elif arg.startswith("--publish="):
            given = arg[10:]
        elif re.match(r"-p\d", arg):
            given = arg[2:]
        else:
            continue
        parts = given.partition("/")[0].rsplit(":", 2)
        if len(parts) > 1 and parts[-2].isdigit():
            found.append(parts[-2])
    return found
