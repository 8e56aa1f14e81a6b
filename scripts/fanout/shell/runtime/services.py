"""Services of the machine, process managers, and terminals that run for everybody."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.runtime.noting import ends, starts, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

OWN = "a server of your own on another port, ended by number: `COMMAND & echo $!`, later `kill <that number>`"
STOPS = frozenset(
    "stop restart kill disable mask isolate try-restart poweroff reboot halt shutdown remove unload bootout".split()
)
STARTS = frozenset(("start", "enable", "run", "load", "bootstrap"))


def systemctl(call: Call) -> None:
    plain = [arg for arg in call.args if not arg.startswith("-")]
    _verb(call, "".join(plain[:1]), plain[1:])


def _verb(call: Call, verb: str, names: list[str]) -> None:
    things = tuple(f"service:{name[:-8] if name.endswith('.service') else name}" for name in names)
    if verb in STARTS:
        starts(call, things, is_shared=True, detached=True)
    elif verb in STOPS:
        what = ", ".join(names)[:60] or "all services"
        ends(call, f"{verb} {what} for everybody", "named" if things else "all", things, OWN)


def service(call: Call) -> None:
    """`service NAME stop`, `brew services stop NAME`, `supervisorctl stop NAME`, `launchctl stop NAME`."""
    plain = [arg for arg in call.args if not arg.startswith("-") or arg == "--all"]
    if call.name == "service" and len(plain) > 1:
        _verb(call, plain[1], plain[:1])
    elif call.name == "brew":
        if plain[:1] == ["services"]:
            _verb(call, "".join(plain[1:2]), [name for name in plain[2:] if name != "--all"])
    elif call.name == "launchctl" and plain[:1] == ["kickstart"] and "-k" in call.args:
        _verb(call, "restart", plain[1:])
    else:
        names = [name for name in plain[1:] if name not in ("all", "--all")]
        _verb(call, "".join(plain[:1]), names)


PM2_ENDS = frozenset("stop delete del restart reload kill stopall quit".split())


def pm2(call: Call) -> None:
    """pm2, forever, overmind: one manager a user, or one a folder, with what everybody started by it."""
    plain = [arg for arg in call.args if not arg.startswith("-")]
    verb, names = "".join(plain[:1]), [name for name in plain[1:] if name != "all"]
    if verb == "start":
        name = value_of(call.args, "--name", "-n") or (plain[1:2] or [""])[0].rpartition("/")[2].partition(".")[0]
        starts(call, (f"service:{call.name}/{name}",) if name else (), detached=True)
    elif verb in PM2_ENDS:
        things = tuple(f"service:{call.name}/{name}" for name in names)
        what = ", ".join(names)[:60] or f"everything that {call.name} runs"
        instead = "name what you started: `pm2 start X --name <own>`, later `pm2 delete <own>`"
        ends(call, f"{verb} {what}", "named" if things else "all", things, instead)


def tmux(call: Call) -> None:
    args = call.args
    socket = value_of(args[:2], "-L", "-S")
    text = " ".join(args)
    target = value_of(args, "-t").partition(":")[0].lstrip("=")
    if re.search(r"\bnew(?:-session)?\b", text):
        name = value_of(args, "-s")
        starts(call, (f"session:{socket}/{name}",) if name else (), detached=True)
        if socket:
            starts(call, (f"session:{socket}/",), is_shared=True, detached=True)
    elif "kill-server" in args:
        instead = "end your own: `tmux new -d -s <own> ...`, later `tmux kill-session -t <own>`"
        ends(call, "end every tmux session, whoever works in it", "named" if socket else "all",
             (f"session:{socket}/",) if socket else (), instead)  # fmt: skip
    elif "kill-session" in args:
        others = "-a" in args
        things = (f"session:{socket}/{target}",) if target and not others else ()
        does = f"end the tmux session {target}" if things else "end tmux sessions that others may work in"
        ends(call, does, "one" if things else "all", things, "`tmux kill-session -t <own>`")


def screen(call: Call) -> None:
    name = value_of(call.args, "-S")
    if "-dmS" in call.args or "-dm" in call.args:
        own = name or value_of(call.args, "-dmS")
        starts(call, (f"session:screen/{own}",) if own else (), detached=True)
    elif "quit" in call.args and "-X" in call.args:
        things = (f"session:screen/{name}",) if name else ()
        does = f"end the screen session {name}" if name else "end the screen session, whoever works in it"
        ends(call, does, "one" if name else "all", things, "name your own: `screen -S <own> -X quit`")
