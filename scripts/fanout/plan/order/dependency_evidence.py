"""Evidence that one task needs what an earlier one makes: pairs of indexes, each with the edge that it gives."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from fanout.plan.order import architecture, documented, identifiers, layers, modules
from fanout.plan.order.common_names import COMMON
from fanout.plan.order.signs import HUBS, Signs, is_test, key, plain
from fanout.plan.reading import Edge

Found = dict[tuple[int, int], Edge]
IMPORT, SYMBOL, PATH, TESTS, SAID, WORDS = 0.95, 0.85, 0.8, 0.8, 0.7, 0.55
CLOSING = Edge("it checks or closes what stands before it", "verification", 0.8)
OF_ALL = Edge("it speaks of all that stands before it", "produced and used", 0.8)
MOST_USERS = 400
SHORTEST = 4  # letters of a file's name that is told from other words
_ANYBODYS = re.compile(
    r"configs?|configuration|settings|constants?|errors?|exceptions|common|shared|logg(?:ing|er)|server|client|default|version|build|"
    r"setup|__init__|conftest|package|globals?|styles|theme|env|state"
)


def find(signs: Sequence[Signs]) -> Found:
    """(earlier, later) in the list's order, and why; the strongest reason of a pair."""
    found: Found = {}
    for before, behind, edge in [
        *_imports(signs),
        *_symbols(signs),
        *_paths(signs),
        *_tests(signs),
        *_consumed(signs),
        *_said(signs),
        *_documented(signs),
        *_names(signs),
        *_closed(signs),
    ]:
        have = found.get((before, behind))
        if have is None or edge.strength > have.strength:
            found[before, behind] = edge
    return found


def _imports(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """A later task imports a file that an earlier one creates."""
    makers: dict[str, tuple[int, str]] = {}
    for index, one in enumerate(signs):
        for name in one.imports:
            maker = makers.get(name)
            if maker is not None and maker[0] != index and maker[1] not in one.made:
                yield maker[0], index, Edge(f"it imports {maker[1]}, which comes first", "created path", IMPORT)
        for path in sorted(one.made):
            if not is_test(path) or "conftest" in path:
                for name in modules.names(path):
                    makers.setdefault(name, (index, path))


def _symbols(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """A later task uses a name that an earlier one is the first to define, and nobody before it knew."""
    owner: dict[str, int] = {}
    seen: set[str] = set()
    for index, one in enumerate(signs):
        makes = one.words.defines | _called(one)
        for name in sorted(one.words.uses & owner.keys() - makes):
            yield owner[name], index, Edge(f"it uses {name}", "produced and used", SYMBOL)
        for name in makes - seen:
            owner.setdefault(name, index)
        seen |= one.words.uses | makes


def _called(one: Signs) -> set[str]:
    """What the code files that a task makes are called, where one is called as what it holds: `RoleSwitcher.tsx`."""
    code = (path for path in one.made if modules.is_code(path) and not is_test(path))
    stems = {posixpath.splitext(posixpath.basename(path))[0] for path in code}
    return {stem for stem in stems if "_" not in stem and identifiers.telling(stem)}


def _paths(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """A later task reads a file that an earlier one writes, or writes it too."""
    writer: dict[str, int] = {}
    for index, one in enumerate(signs):
        for path in one.reads:
            if path in writer and path not in one.writes:
                yield writer[path], index, Edge(f"it reads {path}", "created path", PATH)
        for path in one.writes:
            if path in writer and not HUBS.search(path):
                yield writer[path], index, Edge(f"both write {path}", "shared file", PATH)
            writer[path] = index


def _tests(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """A later task writes the tests of a file that an earlier one makes: test_store.py of store.py."""
    makers: dict[str, tuple[int, str]] = {}
    for index, one in enumerate(signs):
        for path in filter(is_test, one.writes):
            maker, tested = makers.get(architecture.subject(path), (index, ""))
            if maker != index and architecture.is_test_of(path, tested):
                yield maker, index, Edge(f"it tests {tested}, which comes first", "created path", TESTS)
        makers |= {architecture.subject(path): (index, path) for path in sorted(one.made) if not is_test(path)}


def _consumed(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """A later task says in plain words that it builds on what an earlier one's file is called: "Consumes: job store"."""
    makers: list[tuple[str, int, str]] = []
    for index, one in enumerate(signs):
        for line in one.consumes:
            for called, maker, path in makers[-MOST_USERS:]:
                if called in line:
                    yield maker, index, Edge(f"it consumes what {path} is called", "produced and used", PATH)
        for path in sorted(one.made):
            called = plain(posixpath.splitext(posixpath.basename(path))[0])
            if not is_test(path) and set(called.split()) - layers.EMPTY:
                makers.append((called, index, path))


def _said(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """A later task names the one file that an earlier one creates by its stem: "Command `close` in cli.py" needs close.py."""
    makers: dict[str, list[tuple[int, str]]] = {}
    for index, one in enumerate(signs):
        own = {key(_stem(path)) for path in one.writes}
        for name in sorted(one.says.keys() & makers.keys() - own):
            maker, path = makers[name][0]
            if len(makers[name]) == 1 and (one.says[name] or _stem(path) not in COMMON):
                yield (
                    maker,
                    index,
                    Edge(f"it names {_stem(path)}, and {path} comes first", "produced and used", SAID),
                )
        for path in sorted(one.made):
            if modules.is_code(path) and not is_test(path) and _is_own_name(_stem(path)):
                makers.setdefault(key(_stem(path)), []).append((index, path))


def _documented(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """A later task that writes texts documents what earlier ones make: "Document `limit` and both stores"."""
    told = [one.told for one in signs]
    for index, one in enumerate(told):
        for part in one.tells:
            for maker in documented.makers(part, told[:index]):
                yield maker, index, Edge(f"it documents {part.replace('`', '')}", "produced and used", SAID)


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _is_own_name(stem: str) -> bool:
    """Whether files of many projects are not called so: index, main, utils, config."""
    low = stem.lower()
    return len(key(stem)) >= SHORTEST and not (low in layers.EMPTY or low in layers.LAYER or _ANYBODYS.fullmatch(low))


def _names(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """Without code: a file about the same thing, in a layer above one that an earlier task creates."""
    makers: dict[str, list[tuple[int, str, layers.Name]]] = {}
    for index, one in enumerate(signs):
        if one.words.code:
            continue
        own = [(path, layers.of(path)) for path in one.writes if not is_test(path)]
        for path, name in own:
            for word in name.about:
                for maker, other, made in makers.get(word, ())[-MOST_USERS:]:
                    if made.about <= name.about and 0 <= made.layer < name.layer and maker != index:
                        why = f"{path} is about {word} as {other} is, which lies below it"
                        yield maker, index, Edge(why, "created path", WORDS)
        for path, name in own:
            if path in one.made and name.layer >= 0:
                for word in name.about:
                    makers.setdefault(word, []).append((index, path, name))


def _closed(signs: Sequence[Signs]) -> Iterator[tuple[int, int, Edge]]:
    """A later task checks, documents, closes or joins all that stands before it."""
    last = max((index for index, one in enumerate(signs) if one.named), default=-1)
    for index, one in enumerate(signs):
        closes = one.closes or (one.runs and index > last)
        if closes or one.of_all:
            for before in range(max(0, index - MOST_USERS), index):
                yield before, index, CLOSING if closes else OF_ALL
