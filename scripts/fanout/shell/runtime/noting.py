"""How a rule says what a command ends, and what it starts."""

from __future__ import annotations

from fanout.shell import lazy_re as re
from fanout.shell.effects import Listing, Runtime
from fanout.shell.globs import UNKNOWN, listed, listings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.call import Call

LONGEST_SHOWN = 60
MOST = 100  # effects of one line that are told apart
PORT = r"(?<![\w.])\d{4,5}(?![\w.])|(?<=:)\d{2,5}(?!\d)"  # rare: compiled when met
BY_NUMBER = (
    "end by number what you started yourself: start it with `COMMAND & echo $!`, later `kill <that number>`, or `kill %1` "
    "in the same line"
)
OWN_PORT = "use another port, and end by number what you started: `COMMAND & echo $!`, later `kill <that number>`"


def shown(call: Call, args: list[str] | None = None) -> str:
    """The command as it was typed, cut."""
    text = " ".join([call.name, *(call.args if args is None else args)])
    text = re.sub(r"(?:\x00(?:\x06\w+\x06)?)+", "...", text).replace("\n", " ").replace("`", "'")
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def ends(
    call: Call,
    does: str,
    reach: str,
    things: tuple[str, ...] = (),
    instead: str = "",
    within: tuple[str, ...] = (),
    folder: str = "",
) -> None:
    """It ends, removes or empties something: see Runtime."""
    effect = Runtime(shown(call), reach, things)
    effect.does, effect.instead, effect.within, effect.folder = does, instead, within, folder
    _note(call, effect)


def starts(
    call: Call, things: tuple[str, ...], is_sure: bool = False, is_shared: bool = False, detached: bool = False
) -> None:
    """It starts or makes something that is the caller's from then on; what the line took away before is made anew."""
    gone = {thing for one in call.shell.effects.runtime if one.reach in ("named", "all") for thing in one.things}
    things = tuple(thing for thing in things if thing not in gone and UNKNOWN not in thing)
    if not things:
        return
    effect = Runtime(shown(call), "starts", things)
    effect.is_sure, effect.is_shared, effect.detached = is_sure, is_shared, detached
    _note(call, effect)


def _note(call: Call, effect: Runtime) -> None:
    known = call.shell.effects.runtime
    if len(known) >= MOST:
        effect = Runtime(effect.command, "all")
        effect.does, effect.instead = "end or start more than is followed", "one line for each"
    facts = (effect.reach, effect.things, effect.does)
    if all((one.reach, one.things, one.does) != facts for one in known):
        known.append(effect)


def lists(call: Call, kind: str, words: list[str]) -> None:
    """It prints the numbers or ids of what is not all the caller's."""
    if call.wanted:
        call.shell.effects.listings.append(Listing(kind, shown(call), list(words)))
        call.emit(listed(len(call.shell.effects.listings) - 1))


def listings_in(call: Call, words: list[str]) -> list[Listing]:
    """The listings of the line that words come from."""
    found = {number for word in words for number in listings(word)}
    known = call.shell.effects.listings
    return [known[number] for number in sorted(found) if number < len(known)]


def ports_in(text: str) -> tuple[str, ...]:
    """The ports that a text names, as things."""
    return tuple(dict.fromkeys(f"port:{number.lstrip('0')}" for number in re.findall(PORT, text)))


def setting(call: Call, *names: str) -> str:
    """A variable of the line, as the command gets it; "" when the line does not set it."""
    for name in names:
        value = call.shell.env.get(name) or call.shell.variables.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def value_of(args: list[str], *names: str) -> str:
    """The last value of an option, as `--name value`, `--name=value` or, of one letter, `-nvalue`."""
    found = ""
    for at, arg in enumerate(args):
        name, equals, value = arg.partition("=")
        if arg in names:
            found = args[at + 1] if at + 1 < len(args) else found
        elif equals and name in names:
            found = value
        elif len(arg) > 2 and arg[:2] in names and arg[1] != "-":
            found = arg[2:]
    return found


def plain_words(args: list[str], valued: frozenset[str]) -> list[str]:
    """The words that are neither an option nor the value of one of `valued`."""
    found, at = [], 0
    while at < len(args):
        if args[at] in valued:
            at += 1
        elif not args[at].startswith("-"):
            found.append(args[at])
        at += 1
    return found
