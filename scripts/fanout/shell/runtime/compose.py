"""docker compose: one project of containers for everybody who works in the same folder."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.globs import UNKNOWN
from fanout.shell.runtime.inside import inside
from fanout.shell.runtime.noting import ends, lists, plain_words, setting, starts, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

VALUED = frozenset(
    "-f --file -p --project-name --project-directory --profile --env-file --parallel --progress --ansi -H --host".split()
)
VERB_VALUED = frozenset(
    "-t --timeout -s --signal --scale --rmi --wait-timeout --pull --exit-code-from --attach".split()
)
FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
NAMED = r"(?m)^name:\s*['\"]?([\w.-]+)"
OWN = "a project of your own: `docker compose -p <own> ...`; or only a service that you started: `docker compose stop SERVICE`"
ENDING = {
    "stop": "stop",
    "kill": "kill",
    "restart": "restart",
    "pause": "pause",
    "rm": "stop and remove",
    "down": "stop and remove",
}


class Project:
    """`name` of the project; `is_own`: one that the line names, another than the folder's; `folder`: see Runtime. `at` and
    `file`: where its file is."""

    __slots__ = ("at", "file", "folder", "is_own", "name")

    def __init__(self, call: Call, options: list[str]) -> None:
        world = call.world
        place = value_of(options, "--project-directory") or value_of(options, "-f", "--file").rpartition("/")[0]
        folder = world.absolute(place) if place else world.cwd
        self.at, self.file = folder, value_of(options, "-f", "--file")
        fixed = _fixed(call, folder, self.file)
        usual = fixed or re.sub(r"[^a-z0-9_-]", "", folder.rpartition("/")[2].lower())
        given = value_of(options, "-p", "--project-name") or setting(call, "COMPOSE_PROJECT_NAME")
        self.name = given or usual
        self.is_own = bool(given) and given != usual
        self.folder = "" if given or fixed else folder


def _fixed(call: Call, folder: str, file: str) -> str:
    """The name that the project's own files give it, whatever its folder is called."""
    settings = call.world.read(f"{folder}/.env") or ""
    found = re.search(r"(?m)^COMPOSE_PROJECT_NAME=['\"]?([\w.-]+)", settings)
    if found:
        return found[1]
    for name in [file] if file else [f"{folder}/{name}" for name in FILES]:
        found = re.search(NAMED, call.world.read(name) or "")
        if found:
            return found[1]
    return ""


def program(call: Call) -> None:
    """docker-compose, podman-compose."""
    judged(call, call.args)


def judged(call: Call, args: list[str]) -> None:
    at = 0
    while at < len(args) and args[at].startswith("-"):
        at += 2 if args[at] in VALUED else 1
    verb, rest = "".join(args[at : at + 1]), args[at + 1 :]
    project = Project(call, args[:at])
    if verb in ("exec", "run"):
        inside(call, rest)
    elif verb == "ps":
        lists(call, "containers", [f"name={project.name}"] if project.is_own else rest)
    elif UNKNOWN in project.name or {"--dry-run", "--help"} & set(args):
        return
    elif verb in ENDING:
        _ended(call, project, verb, rest)
    elif verb in ("up", "start", "create"):
        _started(call, project, verb, rest)


def _ended(call: Call, project: Project, verb: str, rest: list[str]) -> None:
    services = plain_words(rest, VERB_VALUED)
    flags = {letter for arg in rest if re.fullmatch(r"-\w+", arg) for letter in arg[1:]}
    if verb == "rm" and not ("s" in flags or "--stop" in rest):
        return  # what runs is left alone
    for service in services:
        things = (f"service:{project.name}/{service}",)
        ends(call, f"{ENDING[verb]} the service {service}", "one", things, OWN, (), project.folder)
    if not services:
        data = (
            ", and remove its volumes with their data"
            if verb == "down" and ("v" in flags or "--volumes" in rest)
            else ""
        )
        does = f"{ENDING[verb]} every container of the project {project.name}{data}"
        ends(call, does, "one" if project.is_own else "all", (f"project:{project.name}",), OWN, (), project.folder)


def _started(call: Call, project: Project, verb: str, rest: list[str]) -> None:
    services = plain_words(rest, VERB_VALUED)
    if {"--force-recreate", "-V", "--renew-anon-volumes"} & set(rest):
        _ended(call, project, "restart", services)
    things = tuple(f"service:{project.name}/{service}" for service in services) or (f"project:{project.name}",)
    detached = verb != "up" or any(arg in ("-d", "--detach", "--wait") for arg in rest)
    starts(call, (*things, *_ports(call, project, services)), is_shared=True, detached=detached)


def _ports(call: Call, project: Project, services: list[str]) -> list[str]:
    """The ports that the services take, by the project's file."""
    from fanout.shell.runtime import compose_file

    settings = call.world.read(f"{project.at}/.env") or ""

    def value(name: str) -> str:
        found = re.search(rf"(?m)^{name}=['\"]?([^\s'\"]*)", settings)
        return setting(call, name) or (found[1] if found else "")

    for name in [project.file] if project.file else [f"{project.at}/{name}" for name in FILES]:
        text = call.world.read(name) if call.world.is_file(name) else ""
        if text:
            return [f"port:{port}" for port in compose_file.ports(text, services, value)]
    return []
