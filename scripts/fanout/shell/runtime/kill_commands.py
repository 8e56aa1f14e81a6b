"""Ending processes: by name, by pattern, by port, by number; what others of the same name run ends with them."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.globs import STARTER, UNKNOWN
from fanout.shell.runtime.noting import BY_NUMBER, OWN_PORT, ends, listings_in, ports_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call
    from fanout.shell.effects import Listing

SIGNAL = r"-(?:\d{1,2}|SIG[A-Z0-9+-]+|[A-Z][A-Z0-9]{2,}(?:[+-]\d+)?)"  # rare: compiled when met
ASKS = frozenset(("-0", "-l", "-L", "--list", "--table", "-V", "--version", "-h", "--help"))
OWN_FAMILY = ("P", "parent", "F", "pidfile", "g", "pgroup", "s", "session", "ns")


def _aims(call: Call) -> list[str] | None:
    """The arguments without the signal; None when nothing is ended: the signal 0, or a question."""
    args = call.args
    if ASKS & set(args[:1]) or (args[:1] in (["-s"], ["-n"], ["--signal"]) and args[1:2] == ["0"]):
        return None
    return args[1:] if args and re.fullmatch(SIGNAL, args[0]) else args


def _by_pattern(call: Call, pattern: str, how: str) -> None:
    named = pattern.replace(UNKNOWN, "...")[:40]
    does = f"end every process {how} {named!r}, whoever started it" if named else "end every process that it finds"
    things = ports_in(pattern)
    ends(call, does, "named" if things else "all", things, BY_NUMBER)


def pkill(call: Call) -> None:
    args = _aims(call)
    if args is None:
        return
    options = type(call)(call.shell, call.path, args).options("gGPstuUFrO", "signal parent pidfile pgroup session")
    if options.get("signal") == "0":
        return
    if options.get("P", "parent") == "1":
        ends(call, "end every process whose starter has ended, whoever's it was", "all", (), BY_NUMBER)
        return
    if options.has(*OWN_FAMILY):
        return
    _by_pattern(call, " ".join(options.rest), "that matches")


def killall(call: Call) -> None:
    args = _aims(call)
    if args is None:
        return
    options = type(call)(call.shell, call.path, args).options("suoyZ", "signal user older-than younger-than")
    if options.get("s", "signal") != "0":
        _by_pattern(call, " ".join(options.rest), "that is called")


def kill(call: Call) -> None:
    """By number it is the caller's business, unless the number is everybody's or came from a listing."""
    args = _aims(call)
    if args is None:
        return
    if args[:1] in (["-s"], ["-n"], ["--signal"]):
        args = args[2:]
    for listing in listings_in(call, args):
        end_listed(call, listing)
    for word in [word for word in args if word != "--"]:
        if STARTER in word:
            ends(call, "end the client", "pid", ("pid:client",), BY_NUMBER)
        elif word == "-1" and (len(args) < len(call.args) or len(args) > 1):
            ends(call, "end every process of this user, the client and all agents with it", "all", (), BY_NUMBER)
        elif re.fullmatch(r"-?\d+", word) and abs(int(word)) > 1:
            ends(call, f"end process {word.lstrip('-')}", "pid", (f"pid:{word}",), BY_NUMBER)


def end_listed(call: Call, listing: Listing) -> None:
    """The processes that another command of the line listed."""
    things = tuple(dict.fromkeys(port for word in listing.words for port in ports_in(word)))
    where = f"whatever uses port {things[0][5:]}" if len(things) == 1 else f"every process that `{listing.shown}` lists"
    instead = OWN_PORT if things else BY_NUMBER
    ends(call, f"end {where}, whoever started it", "named" if things else "all", things, instead)


def fuser(call: Call) -> None:
    """`fuser -k` ends what uses a port or a file; without it the numbers are printed."""
    options = call.options("nNsM", "namespace signal")
    words = [*options.rest, *(f":{word}" for word in options.rest if word.isdigit())]
    if not options.has("k", "kill"):
        from fanout.shell.runtime.noting import lists

        lists(call, "processes", words)
        return
    things = tuple(port for word in options.rest for port in _socket(word, options.get("n", "namespace")))
    where = f"port {things[0][5:]}" if things else " ".join(options.rest)[:40] or "it"
    ends(call, f"end whatever uses {where}, whoever started it", "named" if things else "all", things, OWN_PORT)


def _socket(word: str, space: str | None) -> tuple[str, ...]:
    number, slash, _ = word.partition("/")
    return (f"port:{number}",) if number.isdigit() and (slash or space in ("tcp", "udp")) else ()


def kill_port(call: Call) -> None:
    """npx kill-port 3000 and its like; fkill takes names, too."""
    words = [word for arg in call.args for word in re.split(r"[,=\s]", arg) if not word.startswith("-")]
    if call.name.startswith("fkill"):
        ports = [word[1:] for word in words if word[:1] == ":"]
        if not ports and words and not all(word.isdigit() for word in words):
            _by_pattern(call, " ".join(words), "that is called")
    else:
        ports = [word for word in words if word.isdigit()]
    if ports:
        things = tuple(f"port:{port}" for port in dict.fromkeys(ports))
        ends(call, f"end whatever uses port {ports[0]}, whoever started it", "named", things, OWN_PORT)


def taskkill(call: Call) -> None:
    args = [arg.lstrip("/-").lower() for arg in call.args]
    for word in ("im", "fi"):
        if word in args[:-1]:
            _by_pattern(call, call.args[args.index(word) + 1], "that is called")
            return
    if call.name == "tskill" and call.args and not call.args[0].isdigit():
        _by_pattern(call, call.args[0], "that is called")


def wmic(call: Call) -> None:
    text = " ".join(call.args)
    if re.search(r"\bprocess\b.*\b(delete|terminate)\b", text, re.I) and not re.search(r"processid\s*=", text, re.I):
        _by_pattern(call, text, "that is found by")


def shell(call: Call) -> None:
    """A listing that a filter makes into `kill` lines, and a shell that runs them."""
    text = call.shell.stdin.text if call.shell.stdin is not None else None
    for listing in listings_in(call, [text]) if text and not call.args else []:
        if any("kill" in word for word in listing.words):
            end_listed(call, listing)


STOPS = r"\b(?:Stop-Process|spps|kill)\b"
BY_NAME = r"(?:-(?:Name|ProcessName)\s+|Get-Process\s+(?:-Name\s+)?)['\"]?([\w.*-]+)"


def powershell(call: Call) -> None:
    text = " ".join(call.args)
    if not re.search(STOPS, text, re.I):
        return
    name, port = re.search(BY_NAME, text, re.I), re.search(r"-LocalPort\s+(\d+)", text, re.I)
    if port:
        ends(call, f"end whatever uses port {port[1]}, whoever started it", "named", (f"port:{port[1]}",), OWN_PORT)
    elif name and not name[1].startswith("-"):
        _by_pattern(call, name[1], "that is called")
