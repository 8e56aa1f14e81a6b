"""Settings of a project: command line, then fanout.toml, then the plugin's options, then the default."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass

from fanout.errors import FanoutError

FILE = "fanout.toml"


@dataclass(frozen=True)
class Setting:
    """One setting: what it may be, and what it does."""

    default: object
    choices: tuple[object, ...]
    help: str

    def accepts(self, value: object) -> bool:
        if isinstance(self.default, int):
            return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 20
        return value in self.choices

    def wanted(self) -> str:
        return "a whole number from 1 to 20" if isinstance(self.default, int) else " or ".join(map(repr, self.choices))


SETTINGS = {
    "max_parallel": Setting(5, (), "agents at once, where the source does not say it"),
    "dispatch": Setting("rolling", ("rolling", "barrier"), "each task as soon as it can, or batch by batch"),
    "guard": Setting("deny", ("deny", "warn"), "what a write to a sibling's path gets: a denial or a warning"),
    "estimates": Setting("stated", ("stated", "learned"), "minutes as the list states them, or corrected by past runs"),
    "risk": Setting("normal", ("low", "normal", "high"), "how much of the order that a list only implies holds"),
    "commit": Setting("none", ("none", "task"), "one commit for each task as it is done, or none"),
}


@dataclass(frozen=True)
class Value:
    """A setting's value and where it comes from."""

    value: object
    origin: str


def load(root: str, given: dict[str, object] | None = None) -> dict[str, Value]:
    """Every setting. `given` is what the command line says (None: nothing). Raises FanoutError naming file and key."""
    from_file = _file(os.path.join(root, FILE))
    options = _options()
    values = {}
    for name, setting in SETTINGS.items():
        origins = (
            ("command line", (given or {}).get(name)),
            (FILE, from_file.get(name)),
            ("plugin option", options.get(name)),
        )
        value, origin = next(((v, o) for o, v in origins if v is not None), (setting.default, "default"))
        if not setting.accepts(value):
            raise FanoutError(f"{origin}: {name} is {value!r}.", f"It has to be {setting.wanted()}.")
        values[name] = Value(value, origin)
    return values


def _file(path: str) -> dict[str, object]:
    """The settings in a project's fanout.toml, {} when there is none."""
    try:
        with open(path, "rb") as file:
            table = tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FanoutError(f"{FILE} can't be read: {error}.", "Fix it or remove it.") from None
    unknown = sorted(set(table) - set(SETTINGS))
    if unknown:
        raise FanoutError(f"{FILE}: there is no setting {unknown[0]!r}.", f"Settings: {', '.join(SETTINGS)}.")
    return table


def _options() -> dict[str, object]:
    """What the user set for the plugin in the client; the hook at the start of a session wrote it down."""
    folder = os.environ.get("FANOUT_CACHE_DIR") or os.environ.get("CLAUDE_PLUGIN_DATA") or ""
    try:
        with open(os.path.join(folder, "options.json"), encoding="utf-8") as file:
            options = json.load(file)
    except (OSError, ValueError):
        return {}
    known = {name: value for name, value in options.items() if name in SETTINGS and value not in ("", None)}
    return {name: _typed(name, value) for name, value in known.items()}


def _typed(name: str, value: object) -> object:
    """Options arrive as text."""
    if isinstance(SETTINGS[name].default, int) and isinstance(value, str) and value.isdigit():
        return int(value)
    return value
