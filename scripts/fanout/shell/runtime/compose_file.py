"""The ports of the machine that a compose file gives to its services, as such files are usually written."""

from __future__ import annotations

from fanout.shell import lazy_re as re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULTED = r"\$\{(\w+)(?::?-([^}]*))?\}"
SHORT = r"^(?:[\d.]+:|\[[\da-f:]+\]:)?(\d+)(?:-(\d+))?:[\d-]+(?:/\w+)?$"
MOST_PORTS = 20


class Service:
    """`needs`: what starts with it. `is_optional`: only where its profile is asked for, or by its name."""

    __slots__ = ("is_optional", "needs", "ports")

    def __init__(self) -> None:
        self.ports: list[str] = []
        self.needs: list[str] = []
        self.is_optional = False


def ports(text: str, wanted: list[str], setting: Callable[[str], str]) -> list[str]:
    """The ports that `up` takes: of the services that it names and what these need, of all without a profile else.

    `setting` gives a variable of the line or of `.env`, "" for none.
    """
    services = _services(re.sub(DEFAULTED, lambda found: setting(found[1]) or found[2] or "", text))
    waiting = wanted or [name for name, service in services.items() if not service.is_optional]
    met: list[str] = []
    found: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name in met or name not in services:
            continue
        met.append(name)
        found += services[name].ports
        waiting += services[name].needs
    return list(dict.fromkeys(found))[:MOST_PORTS]


def _services(text: str) -> dict[str, Service]:
    services: dict[str, Service] = {}
    keys: list[tuple[int, str]] = []  # what a line stands under, with how far it is indented
    for line in text.splitlines():
        words = re.sub(r"(^|\s)#.*", "", line).rstrip()
        depth = len(words) - len(words.lstrip())
        item = words.lstrip()
        if not item:
            continue
        is_item = item.startswith("- ")
        while keys and (keys[-1][0] > depth or (keys[-1][0] == depth and not is_item)):
            keys.pop()
        named = re.search(r"^(?:-\s+)?['\"]?([\w.-]+)['\"]?:(?:\s+(.*))?$", item)
        path = [key for _, key in keys]
        if path[:1] == ["services"] and len(path) > 1:
            _line(services.setdefault(path[1], Service()), path[2:], item, named)
        if named and not is_item:
            keys.append((depth, named[1]))
            if path == ["services"]:
                services.setdefault(named[1], Service())
    return services


def _line(service: Service, path: list[str], item: str, named: re.Match[str] | None) -> None:
    key, value = (named[1], _bare(named[2] or "")) if named else ("", "")
    if path:
        _below(service, path, item, key, value)
    elif key == "ports":
        service.ports += [port for one in _listed(value) for port in _short(one)]
    elif key == "depends_on":
        service.needs += _listed(value)
    elif key == "profiles":
        service.is_optional = True


def _below(service: Service, path: list[str], item: str, key: str, value: str) -> None:
    """A line below a key of the service."""
    if path[0] == "ports" and key == "published":
        service.ports += _short(f"{value}:1")
    elif path[0] == "ports" and item.startswith("- ") and key not in ("target", "mode", "protocol"):
        service.ports += _short(_bare(item[2:]))
    elif path == ["depends_on"]:
        service.needs.append(_bare(item[2:]) if item.startswith("- ") else key)


def _listed(value: str) -> list[str]:
    return [_bare(one) for one in value.strip("[]").split(",") if one.strip()]


def _bare(text: str) -> str:
    return text.strip().strip("'\"")


def _short(text: str) -> list[str]:
    """`3000:3000`, `127.0.0.1:8080:80`, `3000-3005:3000-3005`; a port of the container alone is any free one."""
    found = re.search(SHORT, text)
    if not found:
        return []
    first, last = int(found[1]), int(found[2] or found[1])
    return [str(port) for port in range(first, min(last, first + MOST_PORTS) + 1)]
