"""`docker run` of a container that goes when it ends and can change nothing here: every mount of it is read-only.

A socket by which it could start others may be in none of them, and only options that are known to give it nothing more count.
"""

from __future__ import annotations

import os

from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

FLAGS = frozenset("--rm -i -t -it -ti --interactive --tty --init --read-only -q --quiet".split())
VALUED = frozenset(
    "-w --workdir -e --env --env-file -u --user --entrypoint --platform --pull -m --memory --cpus --name --hostname -h".split()
)
NETWORKING = ("--network", "--net")
MOUNTING = frozenset("-v --volume --mount".split())
MODES = frozenset("ro nocopy cached consistent delegated".split())
BINDING = frozenset("type source src target dst destination readonly ro consistency volume-nocopy".split())
SOCKETS = ("/run", "/var/run", "/private/var/run", "/proc", "/sys", "/dev")


def only_reads(call: Call) -> bool:
    """Of `docker run ...` and `podman run ...`."""
    args, at, flags = call.args, 1, set()
    while at < len(args) and args[at].startswith("-"):
        name, equals, value = args[at].partition("=")
        at += 1
        if not equals and name in FLAGS:
            flags.add(name)
            continue
        if not equals and name in VALUED | MOUNTING:
            value, at = "".join(args[at : at + 1]), at + 1
        if name in MOUNTING:
            if not (_is_mount_read_only if name == "--mount" else _is_volume_read_only)(call, value):
                return False
        elif name in NETWORKING:
            value, at = (value, at) if equals else ("".join(args[at : at + 1]), at + 1)
            if value not in ("none", "bridge"):
                return False
        elif name not in VALUED:
            return False
    return "--rm" in flags and at < len(args)


def _is_volume_read_only(call: Call, spec: str) -> bool:
    """`SOURCE:TARGET:ro`. One part alone is a volume that goes with the container."""
    parts = spec.split(":")
    if UNKNOWN in spec or len(parts) not in (1, 3):
        return False
    modes = set(parts[2].split(",")) if len(parts) == 3 else {"ro"}
    return "ro" in modes and MODES.issuperset(modes) and (len(parts) == 1 or _is_harmless(call, parts[0]))


def _is_mount_read_only(call: Call, spec: str) -> bool:
    """`type=bind,source=SOURCE,target=TARGET,readonly`."""
    pairs = [part.partition("=")[::2] for part in spec.split(",")]
    given = dict(pairs)
    if UNKNOWN in spec or len(given) != len(pairs) or not BINDING.issuperset(given):
        return False
    if given.get("type") == "tmpfs":
        return True
    is_read_only = any(given.get(name, "no") in ("", "true", "1") for name in ("readonly", "ro"))
    return is_read_only and _is_harmless(call, given.get("source") or given.get("src") or "")


def _is_harmless(call: Call, source: str) -> bool:
    """A volume by its name, or a folder in which the engine's socket is not, as its links lead."""
    if "/" not in source and source not in (".", "..", "~"):
        return True
    place = os.path.realpath(call.world.absolute(source)).rstrip("/")
    if ".sock" in place or "/.docker" in place or "/.colima" in place:
        return False
    if any((folder + "/").startswith(place + "/") for folder in (*SOCKETS, os.path.realpath(call.world.home))):
        return False
    return place.startswith("/dev/shm/") or not place.startswith(tuple(folder + "/" for folder in SOCKETS))
