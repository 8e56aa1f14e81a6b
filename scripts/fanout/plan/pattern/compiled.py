"""Pattern: what a path pattern means, in the forms that its users need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from fanout.plan.pattern import braces, regex
from fanout.plan.pattern.chain import ANY, Chain, Row, chain
from fanout.plan.pattern.chars import Mode, key
from fanout.plan.pattern.lex import Node
from fanout.plan.pattern.remark import Remark, oddity
from fanout.plan.pattern.render import render
from fanout.plan.pattern.segment import Glob, meet


class Pattern:
    """A parsed path pattern, made by `parse`. Compare by `normal`. `rows`: as written, braces taken apart."""

    __slots__ = ("_automata", "_big", "_chains", "_normal", "_regexes", "is_ascii", "oddities", "rows", "text")

    def __init__(
        self,
        text: str,
        rows: Sequence[Row],
        big: tuple[tuple[Node, ...], tuple[str, ...], bool] | None = None,
        oddities: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.text = text
        self.oddities = oddities
        self.is_ascii = text.isascii()
        self.rows = tuple(rows)
        self._big = big
        self._normal: str | None = None
        self._chains: dict[Mode, tuple[Chain, ...]] = {}
        self._automata: dict[Mode, Glob] = {}
        self._regexes: dict[Mode, re.Pattern[str]] = {}

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"

    @property
    def normal(self) -> str:
        """Canonical text: means the same, and the same for every spelling without braces."""
        if self._normal is None:
            self._normal = self._render()
        return self._normal

    @property
    def is_literal(self) -> bool:
        """Whether it names one path (and perhaps all below it); the whole project, `.`, is none."""
        segments = self.rows[0].segments if len(self.rows) == 1 else ()
        return bool(segments) and all(isinstance(segment, str) for segment in segments)

    @property
    def below(self) -> bool:
        """Whether everything under a match matches too, whatever is chosen in braces."""
        return bool(self.rows) and all(one.below for one in self.chains(Mode.EXACT))

    @property
    def anchor(self) -> str:
        """The longest path without wildcards that every match starts with, in whole segments; may be empty."""
        if self._big:
            return "/".join(self._big[1])
        heads = [_head(one) for one in self.rows]
        shared: list[str] = []
        for names in zip(*heads, strict=False):
            if len(set(names)) > 1:
                break
            shared.append(names[0])
        return "/".join(shared)

    @property
    def matches_nothing(self) -> bool:
        """True if no path can match, as for `[.]`."""
        if self._big:
            automaton = self.automaton(Mode.EXACT)
            everything = braces.chain_automaton(Chain((ANY,), True), Mode.EXACT)
            return meet(automaton, everything) is None
        return not self.chains(Mode.EXACT)

    @property
    def warnings(self) -> list[Remark]:
        """What a reader should know about the spelling; see `unescaped_folders` for brackets."""
        remarks = [oddity(code, about, self.text) for code, about in self.oddities]
        if self.text != self.text.strip():
            remarks.append(
                Remark("space", f"{self.text!r} starts or ends with a space.", "Leave it out if it is not meant.")
            )
        if self.matches_nothing:
            remarks.append(Remark("matches-nothing", f"no path matches {self.text!r}.", "Write a path that can exist."))
        return list(dict.fromkeys(remarks))

    @property
    def is_big(self) -> bool:
        """Whether its braces are too many to take apart: then only `automaton` works, not `chains`."""
        return self._big is not None

    def chains(self, mode: Mode) -> tuple[Chain, ...]:
        """Its rows of segments that some path can match, names in the key form of the mode."""
        found = self._chains.get(mode)
        if found is None:
            every = dict.fromkeys(chain(one, mode) for one in self.rows)
            found = self._chains[mode] = tuple(one for one in every if not _is_void(one))
        return found

    def automaton(self, mode: Mode) -> Glob:
        """The paths of a big pattern."""
        if mode not in self._automata:
            assert self._big is not None
            self._automata[mode] = braces.automaton(*self._big, mode)
        return self._automata[mode]

    @property
    def regex(self) -> str:
        """For `re.fullmatch` on a normal path; compile it on its own, it has named groups."""
        return self._compiled(Mode.EXACT).pattern

    @property
    def folded_regex(self) -> str:
        """For `re.fullmatch` on `NFC(path.casefold())`, where the file system ignores case."""
        return self._compiled(Mode.FULL).pattern

    def matches(self, path: str, case_insensitive: bool = False) -> bool:
        """Whether a path relative to the root matches. It must be normal but for NFC."""
        path = unicodedata.normalize("NFC", path)
        if not case_insensitive:
            return self._matches(path, Mode.EXACT)
        return any(self._matches(key(path, mode), mode) for mode in modes(True, self.is_ascii and path.isascii()))

    def _matches(self, path: str, mode: Mode) -> bool:
        if self._big:
            return self.automaton(mode).matches(path)
        return self._compiled(mode).fullmatch(path) is not None

    def _compiled(self, mode: Mode) -> re.Pattern[str]:
        if mode not in self._regexes:
            source = regex.of_automaton(self.automaton(mode)) if self._big else regex.of_chains(self.chains(mode), mode)
            self._regexes[mode] = re.compile(source)
        return self._regexes[mode]

    def _render(self) -> str:
        if self._big:
            return unicodedata.normalize("NFC", self.text)
        return render(dict.fromkeys(chain(one, Mode.EXACT) for one in self.rows))


def modes(case_insensitive: bool, is_ascii: bool) -> tuple[Mode, ...]:
    """The ways to compare names: one, but for case with more than ASCII."""
    if not case_insensitive:
        return (Mode.EXACT,)
    return (Mode.FULL,) if is_ascii else (Mode.FULL, Mode.SIMPLE)


def _head(one: Row) -> list[str]:
    names = []
    for segment in one.segments:
        if not isinstance(segment, str):
            break
        names.append(segment)
    return names


def _is_void(one: Chain) -> bool:
    return any(isinstance(label, Glob) and label.matches_nothing for label in one.labels)
