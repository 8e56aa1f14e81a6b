"""Settings that the environment gives to git: `GIT_CONFIG_COUNT` with its keys and values, `GIT_CONFIG_PARAMETERS`,
`--config-env`; and other files in place of the user's. They count as `-c` does."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import GitEffect

MOST = 50
# Where git looks for settings, as far as a line sets it anew.
PLACES = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "HOME", "XDG_CONFIG_HOME")
PARAMETER = r"'((?:[^']|'\\'')*)'(?:='((?:[^']|'\\'')*)')?"  # 'name=value' or 'name'='value', quoted for sh


def options(call: Call) -> list[str]:
    """`-c` for each setting of the environment."""
    return [word for pair in [*_numbered(call), *_listed(call)] for word in ("-c", pair)]


def named(call: Call, given: str) -> list[str]:
    """`--config-env=name=VARIABLE`."""
    name, _, variable = given.rpartition("=")
    return ["-c", f"{name}={_variable(call, variable) or ''}"]


def places(call: Call) -> dict[str, str]:
    """Where git looks for settings, as far as the line itself says so."""
    found = {name: _variable(call, name) for name in PLACES}
    started = call.shell.started_with
    return {name: value for name, value in found.items() if value is not None and value != started.get(name)}


def are_made(call: Call, effect: GitEffect) -> bool:
    """Whether the line itself makes a file that git reads its settings from: what an alias stands for can't be asked before."""
    home = effect.env.get("HOME") or call.world.home
    files = [effect.env.get("GIT_CONFIG_GLOBAL"), effect.env.get("GIT_CONFIG_SYSTEM"), f"{home}/.gitconfig"]
    files += [setting[13:] for setting in effect.options if setting.lower().startswith("include.path=")]
    made = call.world.made
    return any(file and UNKNOWN not in file and call.world.absolute(file) in made for file in files)


def _numbered(call: Call) -> list[str]:
    count = _variable(call, "GIT_CONFIG_COUNT") or ""
    found = []
    for number in range(min(int(count), MOST) if count.isdigit() else 0):
        name, given = (_variable(call, f"GIT_CONFIG_{word}_{number}") for word in ("KEY", "VALUE"))
        found.append(f"{UNKNOWN if name is None else name}={UNKNOWN if given is None else given}")
    return found


def _listed(call: Call) -> list[str]:
    text = _variable(call, "GIT_CONFIG_PARAMETERS")
    if not text:
        return []
    pairs = re.findall(PARAMETER, text)
    return ["=".join(part.replace("'\\''", "'") for part in pair if part) for pair in pairs]


def _variable(call: Call, name: str) -> str | None:
    found = call.shell.env.get(name)
    if found is None:
        found = call.shell.variables.get(name)
    return found if isinstance(found, str) else None
