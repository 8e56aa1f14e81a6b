"""The parameters of one command: by name, by a beginning of it, by place; and what its paths stand for."""

from __future__ import annotations

from fanout.shell.globs import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.powershell.parser import Word
    from fanout.shell.powershell.running import Run


class Given:
    """`values` by the parameters' names; `names`: all that take a value."""

    __slots__ = ("names", "switches", "values")

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.values: dict[str, list[str]] = {}
        self.switches: set[str] = set()

    def is_on(self, name: str) -> bool:
        return name in self.switches

    def paths(self, name: str) -> list[str]:
        return [value.replace("\\", "/") for value in self.values.get(name, [])]

    def subjects(self) -> list[str]:
        """The files that it is about: named, else whatever the pipeline brings."""
        return self.paths("literalpath") or self.paths("path") or [UNKNOWN]

    def named(self) -> list[str]:
        """The paths of what is made: with -Name below them."""
        names = self.values.get("name", [])
        return (
            [f"{path}/{name}" for path in self.paths("path") or ["."] for name in names] if names else self.subjects()
        )

    def widen(self, run: Run) -> None:
        """Only some of the files below are meant: any may be."""
        run.unknown("a filter says which files are written")


def bind(run: Run, words: list[Word], names: list[str], switches: list[str]) -> Given:
    """Which word is the value of which parameter."""
    given = Given(names)
    places: list[list[str]] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        text = word.plain()
        if not _is_option(word, text):
            places.append(run.values(word))
            continue
        option, colon, attached = text[1:].partition(":")
        name = _meant(option.lower(), names, switches)
        if name in switches:
            given.switches.add(name)
        elif colon and attached:
            given.values[name] = [attached]
        elif at < len(words):
            given.values[name] = run.values(words[at])
            at += 1
    given.values.update(zip(_free(names, given), places))
    return given


def _is_option(word: Word, text: str) -> bool:
    return word.bare and text.startswith("-") and len(text) > 1 and not text[1].isdigit()


def _free(names: list[str], given: Given) -> list[str]:
    """The parameters that the words without a name fill, in their order."""
    literal = "literalpath" in given.values
    return [name for name in names if name not in given.values and not (literal and name in ("path", "filepath"))]


def _meant(option: str, names: list[str], switches: list[str]) -> str:
    every = [*names, *switches]
    if option in every:
        return option
    aliases = {"pspath": "literalpath", "lp": "literalpath", "itemtype": "itemtype", "wi": "whatif"}
    return aliases.get(option) or next((name for name in every if name.startswith(option)), option)
