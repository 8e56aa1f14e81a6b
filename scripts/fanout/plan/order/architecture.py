"""Lists that name files and hold no code: what the places of the files say of who builds on whom.

In one package a layer builds on those below it, everything on its types, errors and settings, an index on what stands
beside it, a test on all of it. Where that says nothing, two files are taken as free of each other.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Sequence

from fanout.plan.order import layers, modules
from fanout.plan.order.signs import Signs, is_test

TESTS = 99
_FOUNDATION = re.compile(r"\bfoundation|\bblock(?:s|ing)\b|\bprerequisites?\b|\bcore infrastructure\b", re.IGNORECASE)
_ROOT = re.compile(r"(?:\A|/)(?:src|source|tests?|__tests__|e2e)(?=/)")
_OTHER_ROOT = re.compile(r"(?:\A|/)(?:lib|app|internal|cmd|pkg)(?=/)")
_BASE = re.compile(
    r"(?:types?|interfaces?|errors?|exceptions?|configs?|settings|constants?|enums?|schemas?|models?|dtos?|entities|base|"
    r"protocols?|observability|logging|utils?|helpers?|client|database|db)\Z",
    re.IGNORECASE,
)
_GROUND = re.compile(
    r"(?:constants?|enums?)\Z", re.IGNORECASE
)  # what these build on too; `base` has it as (package, True)
_AROUND = re.compile(r"\Atest_|[._-](?:test|spec)\Z|_test\Z|Tests?\Z")
_OF_NOTHING = ("__init__", "conftest", "mod")
_OF_MANY = re.compile(r"(?:\A|[/._-])(?:e2e|integration|acceptance|system|smoke)(?=[/._-])", re.IGNORECASE)
_PAGE = re.compile(
    r"(?:\A|/)(?:routes|pages|app)/(?:.*/)?index\.(?:tsx|jsx|vue|svelte)\Z"
)  # not one of what stands beside it
_INDEX = re.compile(r"(?:index|__init__|mod|lib|main|app|server|definitions|registry|routes?)\Z", re.IGNORECASE)


def keeps(signs: Sequence[Signs]) -> list[int]:
    """For each place the mask of the places before it that its files seem to build on."""
    below: dict[tuple[str, int], int] = defaultdict(int)
    base: dict[tuple[str, bool], int] = defaultdict(int)
    inside: dict[str, int] = defaultdict(int)
    foundation = 0
    kept: list[int] = []
    for place, one in enumerate(signs):
        blocks = bool(_FOUNDATION.search(one.phase))
        kept.append((0 if blocks else foundation) | _needs(one, below, base, inside) if one.named else 0)
        foundation |= (one.named and blocks and not _is_only_tests(one)) << place
        for path in one.writes if one.named else ():
            if not is_test(path):
                _enter(path, 1 << place, below, base, inside)
    return kept


def _is_only_tests(one: Signs) -> bool:
    """Whether it makes nothing but tests: on those nobody builds."""
    return all(map(is_test, one.writes))


def _needs(
    one: Signs, below: dict[tuple[str, int], int], base: dict[tuple[str, bool], int], inside: dict[str, int]
) -> int:
    mask = 0
    of_own = _own_subjects(one)
    for path in one.writes:
        package, layer, stem = _place(path)
        if of_own and is_test(path) and not _OF_MANY.search(path):
            mask |= 0 if subject(path) in of_own else _tested(path, package, inside)
            continue  # it builds on what the files build on that it tests
        if not _GROUND.match(stem) or is_test(path):
            mask |= base[package, _BASE.match(stem) is not None and not is_test(path)]
        for number in range(min(layer, len(layers.NAMES))):
            mask |= below[package, number]
        if _INDEX.match(stem) and not _PAGE.search(path):
            mask |= inside[posixpath.dirname(path)]
        if is_test(path) and subject(path):
            mask |= inside[f"{package} {posixpath.basename(posixpath.dirname(path))}"]
            mask |= _tested(path, package, inside)
    return mask


def _tested(path: str, package: str, inside: dict[str, int]) -> int:
    """The places that make what a test is named for."""
    name = subject(path)
    return inside[f"{package} {name}"] | inside[f" {name}"] if name else 0


def _own_subjects(one: Signs) -> set[str]:
    """What the code that the task makes is called, as its tests would name it."""
    return {subject(path) for path in one.writes if modules.is_code(path) and not is_test(path)} - {""}


def _enter(
    path: str, bit: int, below: dict[tuple[str, int], int], base: dict[tuple[str, bool], int], inside: dict[str, int]
) -> None:
    package, layer, stem = _place(path)
    if layer >= 0:
        below[package, layer] |= bit
    if _BASE.match(stem):
        base[package, False] |= bit
    if _GROUND.match(stem):
        base[package, True] |= bit
    folder = posixpath.dirname(path)
    own = posixpath.splitext(posixpath.basename(path))[0]
    named = (f"{package} {posixpath.basename(folder)}", f"{package} {stem}", *([f" {own}"] if _is_telling(own) else []))
    for above in (folder, posixpath.dirname(folder), *named):
        inside[above] |= bit


def _is_telling(name: str) -> bool:
    """Whether a file is known by its name alone, in whatever package its test stands."""
    return "_" in name or "-" in name or not name.islower()


def subject(path: str) -> str:
    """What a test is of: `test_parser.py` and `parser.test.ts` are of parser. Nothing: a folder, what only makes a package."""
    name = posixpath.splitext(posixpath.basename(path))[0]
    return "" if name in _OF_NOTHING else _AROUND.sub("", name)


def is_test_of(test: str, path: str) -> bool:
    """Whether a test of that name is of this file: beside or below it, in the same package, or by a name that few have."""
    if not subject(test) or subject(test) != subject(path):
        return False
    is_near = (
        f"{posixpath.dirname(test)}/".startswith(f"{posixpath.dirname(path)}/") or _place(test)[0] == _place(path)[0]
    )
    return is_near or _is_telling(posixpath.splitext(posixpath.basename(path))[0])


def _place(path: str) -> tuple[str, int, str]:
    """The package, the layer (-1: not known), and the last word of a file's name without its ending: `cart.types`, types."""
    stem = posixpath.splitext(posixpath.basename(path))[0].rpartition(".")[2]
    root = _ROOT.search(path) or _OTHER_ROOT.search(path)
    package = path[: root.start()] if root else posixpath.dirname(path)
    while not root and posixpath.basename(package).lower() in layers.LAYER:
        package = posixpath.dirname(package)
    return package, TESTS if is_test(path) else layers.of(path).layer, stem
