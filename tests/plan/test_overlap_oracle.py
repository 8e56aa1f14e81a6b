"""Overlap and matching against brute force over every path of a small universe.

The oracle shares nothing with the engine: it expands braces as text, matches names by recursion, and holds a pattern's
paths as boxes (for each length of path, the set of names at each place). Two patterns share a path of the universe if
two of their boxes do. A witness need not be in the universe: it is matched by the same oracle.

`python tests/plan/test_overlap_oracle.py 100000` runs that many random pairs and prints what it found; under pytest
FANOUT_TEST_SCALE multiplies the default of 4,000.
"""

from __future__ import annotations

import os
import random
import re
import sys
import time
from functools import cache
from itertools import combinations, pairwise, product

import pytest

if __name__ == "__main__":
    TESTS = os.path.join(os.path.dirname(__file__), "..")
    sys.path[:0] = [TESTS, os.path.join(TESTS, "..", "scripts")]

from scale import SCALE

from fanout.plan.overlap import overlap
from fanout.plan.pattern import Mode, PatternError, key, parse
from fanout.plan.pattern import braces as engine_braces

LETTERS = "abA."
DEPTH = 3
PAIRS = 4000 * SCALE


# The oracle, from the contract's words.


def split_class(text: str, at: int) -> int:
    """The end of the class that opens here, or 0."""
    start = at + 2 if text[at + 1 : at + 2] in ("!", "^") and text[at + 1 : at + 2] else at + 1
    here = start
    while here < len(text):
        if text[here] == "/" or text[here : here + 2] == "\\/":
            return 0
        if text[here] == "]" and here > start:
            return here
        here += 2 if text[here] == "\\" else 1
    return 0


def pieces(text: str) -> list[str]:
    """One character, one escape or one class each; an open bracket comes out escaped."""
    found = []
    at = 0
    while at < len(text):
        end = at + 1
        if text[at] == "\\":
            end = at + 2
        elif text[at] == "[":
            end = (split_class(text, at) or at) + 1
        found.append("\\[" if text[at:end] == "[" else text[at:end])
        at = end
    return found


def brace_expand(parts: list[str]) -> list[list[str]]:
    for at, part in enumerate(parts):
        if part != "{":
            continue
        depth, commas = 0, []
        for here in range(at, len(parts)):
            depth += {"{": 1, "}": -1}.get(parts[here], 0)
            if parts[here] == "," and depth == 1:
                commas.append(here)
            if depth == 0:
                break
        else:
            continue
        if not commas:
            continue
        cuts = [at, *commas, here]
        choices = [parts[low + 1 : high] for low, high in pairwise(cuts)]
        return [done for choice in choices for done in brace_expand(parts[:at] + choice + parts[here + 1 :])]
    return [["\\" + part if part in ("{", "}", ",") else part for part in parts]]


def rows(text: str) -> list[tuple[list[list[str]], bool]] | None:
    """The normalised segments of each alternative and whether it is a folder, or None for an error."""
    found = []
    for parts in brace_expand(pieces(text)):
        if not parts:
            continue
        segments: list[list[str]] = []
        wild = False
        for segment in split_at_slash(parts):
            name = spelled(segment)
            if name in ("", "."):
                continue
            if name == "..":
                if wild or not segments:
                    return None
                segments.pop()
                continue
            wild = wild or name is None
            segments.append(segment)
        last = spelled(segments[-1]) if segments else ""
        folder = parts[-1] in ("/", "\\/") or (last is not None and not extension(last))
        found.append((segments, folder))
    return found


def split_at_slash(parts: list[str]) -> list[list[str]]:
    segments: list[list[str]] = [[]]
    for part in parts:
        if part in ("/", "\\/"):
            segments.append([])
        else:
            segments[-1].append(part)
    return segments


def spelled(segment: list[str]) -> str | None:
    if any(part in ("*", "?") or (part[0] == "[" and len(part) > 1) for part in segment):
        return None
    return "".join(part[-1] for part in segment)


def extension(name: str) -> bool:
    return re.fullmatch(r"\.*[^.].*\.[^.]+", name) is not None


def name_matches(segment: tuple[str, ...], name: str, fold: bool) -> bool:
    if not segment:
        return not name
    part, rest = segment[0], segment[1:]
    if part == "*":
        return any(name_matches(rest, name[at:], fold) for at in range(len(name) + 1))
    return bool(name) and char_matches(part, name[0], fold) and name_matches(rest, name[1:], fold)


def char_matches(part: str, char: str, fold: bool) -> bool:
    if part == "?":
        return True
    if part[0] == "[" and len(part) > 1:
        return in_class(part[1:-1], char, fold)
    return same(part[-1], char, fold)


def same(one: str, two: str, fold: bool) -> bool:
    return one.casefold() == two.casefold() if fold else one == two


def in_class(body: str, char: str, fold: bool) -> bool:
    negated = body[0] in "!^"
    parts = re.findall(r"\\.|[^\\]", body[1:] if negated else body)
    hit = False
    while parts:
        low = parts.pop(0)[-1]
        high = low
        if len(parts) >= 2 and parts[0] == "-":
            parts.pop(0)
            high = parts.pop(0)[-1]
        hit = hit or any(same(chr(code), char, fold) for code in range(ord(low), ord(high) + 1))
    return hit != negated


def path_matches(text: str, path: str, fold: bool = False) -> bool:
    names = path.split("/")
    return any(row_matches(segments, folder, names, fold) for segments, folder in rows(text) or [])


def row_matches(segments: list[list[str]], folder: bool, names: list[str], fold: bool) -> bool:
    if not segments:
        return folder or not names
    if segments[0] == ["*", "*"]:
        if len(segments) == 1:
            return bool(names)
        return any(row_matches(segments[1:], folder, names[at:], fold) for at in range(len(names) + 1))
    if not names or not name_matches(tuple(segments[0]), names[0], fold):
        return False
    if len(segments) == 1:
        return len(names) == 1 or folder
    return row_matches(segments[1:], folder, names[1:], fold)


# The universe.


@cache
def universe() -> list[str]:
    short = ["".join(chars) for size in (1, 2) for chars in product(LETTERS, repeat=size)]
    return [name for name in short if name not in (".", "..")] + [f"{a}.{b}" for a in "ab" for b in "abA"] + ["abA"]


@cache
def names_of(segment: tuple[str, ...], fold: bool) -> int:
    return sum(1 << bit for bit, name in enumerate(universe()) if name_matches(segment, name, fold))


def boxes(text: str, fold: bool) -> set[tuple[int, ...]] | None:
    """The paths of the universe that match, as products of sets of names."""
    found: set[tuple[int, ...]] = set()
    every = (1 << len(universe())) - 1
    alternatives = rows(text)
    if alternatives is None:
        return None
    for segments, folder in alternatives:
        spread: list[tuple[int, ...]] = [()]
        for at, segment in enumerate(segments):
            last = at + 1 == len(segments)
            if segment == ["*", "*"]:
                least = 1 if last else 0
                spread = [(*box, *[every] * more) for box in spread for more in range(least, DEPTH + 1)]
            else:
                spread = [(*box, names_of(tuple(segment), fold)) for box in spread]
        if folder:
            spread = [(*box, *[every] * more) for box in spread for more in range(DEPTH + 1)]
        found |= {box for box in spread if 1 <= len(box) <= DEPTH and all(box)}
    return found


def shared(one: set[tuple[int, ...]], two: set[tuple[int, ...]]) -> str | None:
    for a in one:
        for b in two:
            if len(a) == len(b) and all(x & y for x, y in zip(a, b, strict=True)):
                return "/".join(universe()[(x & y & -(x & y)).bit_length() - 1] for x, y in zip(a, b, strict=True))
    return None


# Random patterns.

PIECES = ["a", "b", "A", ".", "*", "?", "[ab]", "[!a]", "[.a]", "[a-b]", "[!.]", "[.]", "[]a]", "\\a", "\\.", "*", "a"]
BRACED = ["{a,b}", "{a,}", "{,.b}", "{a,{b,*}}", "{a/b,*}", "{a/,b}", "{**,a}", "{a}", "{/,b}", "{.a,a.b}", "{a,b"]
WHOLE = ["**", "**", "*", ".", "..", "", "a", "b", "A", "a.b", ".a", "a.", "..a", "***", "[a]", "{.,a}", "{..,a}"]


def random_pattern(dice: random.Random) -> str:
    segments = []
    for _ in range(dice.choice((1, 1, 2, 2, 2, 3, 3, 4))):
        if dice.random() < 0.4:
            segments.append(dice.choice(WHOLE))
        else:
            size = dice.choice((1, 1, 2, 2, 3))
            segments.append("".join(dice.choice(BRACED if dice.random() < 0.2 else PIECES) for _ in range(size)))
    return "/".join(segments) + ("/" if dice.random() < 0.15 else "")


def soup(dice: random.Random) -> str:
    """Characters of the grammar in any order."""
    return "".join(dice.choice("aabA..**?[]{{}},,//\\!^-") for _ in range(dice.randint(1, 9)))


def refused(text: str) -> bool:
    """What the contract refuses, by the oracle's own reading."""
    if not text or text[0] in "/!" or text.startswith("\\/") or re.search(r"(?<!\\)(\\\\)*\\$", text):
        return True
    return not {"/", "!", "\\/"}.isdisjoint(brace_starts(pieces(text))) or rows(text) is None


def brace_starts(parts: list[str]) -> list[str]:
    """The first piece of each alternative, where braces come first."""
    if parts[:1] != ["{"]:
        return []
    depth, commas = 0, []
    for here, part in enumerate(parts):
        depth += {"{": 1, "}": -1}.get(part, 0)
        if part == "," and depth == 1:
            commas.append(here)
        if depth == 0:
            break
    if depth or not commas:
        return []
    cuts = [0, *commas, here]
    choices = [parts[low + 1 : high] for low, high in pairwise(cuts)]
    return [choice[0] for choice in choices if choice] + [start for choice in choices for start in brace_starts(choice)]


def random_pairs(count: int, seed: int):
    """Pairs out of a pool, so that the work for each pattern is done once."""
    dice = random.Random(seed)
    size = max(60, int(count**0.5) * 3)
    pool = [random_pattern(dice) if number % 3 else soup(dice) for number in range(size)]
    for _ in range(count):
        yield dice.choice(pool), dice.choice(pool)


_CACHE: dict[tuple[str, bool], set[tuple[int, ...]] | None] = {}


def boxes_once(text: str, fold: bool) -> set[tuple[int, ...]] | None:
    if (text, fold) not in _CACHE:
        _CACHE[text, fold] = boxes(text, fold)
    return _CACHE[text, fold]


def check_pair(a: str, b: str, fold: bool) -> str:
    """What came out, for the count; AssertionError names the pair."""
    if refused(a) or refused(b):
        for text in (a, b):
            if refused(text):
                with pytest.raises(PatternError):
                    parse(text)
        return "refused"
    witness = overlap(parse(a), parse(b), case_insensitive=fold)
    if witness is None:
        found = shared(boxes_once(a, fold) or set(), boxes_once(b, fold) or set())
        assert found is None, f"{a!r} and {b!r} share {found!r} (fold={fold}), and the engine says they don't"
        return "apart"
    assert path_matches(a, witness, fold), f"{witness!r} does not match {a!r} (against {b!r}, fold={fold})"
    assert path_matches(b, witness, fold), f"{witness!r} does not match {b!r} (against {a!r}, fold={fold})"
    assert not {"", ".", ".."} & set(witness.split("/")), f"{witness!r} is not a normal path"
    return "overlap"


def run_pairs(count: int, seed: int) -> dict[str, int]:
    counts = {"refused": 0, "apart": 0, "overlap": 0}
    for number, (a, b) in enumerate(random_pairs(count, seed)):
        counts[check_pair(a, b, fold=number % 3 == 0)] += 1
    return counts


# Tests.


@pytest.mark.parametrize("seed", range(4))
def test_no_false_negative_and_no_false_positive(seed: int) -> None:
    counts = run_pairs(PAIRS // 4, seed)
    assert counts["overlap"] > PAIRS // 40
    assert counts["apart"] > PAIRS // 40


def sample(seed: int, size: int) -> list[str]:
    dice = random.Random(seed)
    texts = (random_pattern(dice) for _ in iter(int, 1))
    found = []
    for text in texts:
        if not refused(text):
            found.append(text)
        if len(found) == size:
            return found
    raise AssertionError


def all_paths(names: list[str]) -> list[str]:
    return ["/".join(path) for size in (1, 2, 3) for path in product(names, repeat=size)]


@pytest.mark.parametrize("text", sample(11, 150))
@pytest.mark.parametrize("fold", [False, True])
def test_matches_and_regex_agree_with_the_oracle(text: str, fold: bool) -> None:
    pattern = parse(text)
    regex = re.compile(pattern.folded_regex if fold else pattern.regex)
    for path in all_paths(["a", "b", "A", ".a", "a.b", "ab"]):
        want = path_matches(text, path, fold)
        assert pattern.matches(path, fold) is want, path
        assert (regex.fullmatch(path.casefold() if fold else path) is not None) is want, path


@pytest.mark.parametrize("text", sample(12, 200))
def test_the_normal_text_means_the_same(text: str) -> None:
    again = parse(parse(text).normal)
    assert again.normal == parse(text).normal
    for path in all_paths(["a", "b", ".a", "a.b", "ab"]):
        assert again.matches(path) is path_matches(text, path), path


def test_braces_taken_apart_and_as_one_automaton_mean_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for text in sample(13, 500) if "{" in text and ".." not in text][:150]
    apart = {text: parse(text) for text in texts}
    monkeypatch.setattr(engine_braces, "MOST_ROWS", 1)
    paths = all_paths(["a", "b", ".a", "a.b", "ab"])
    big = 0
    for text in texts:
        whole = type(apart[text])  # parse without the cache of what was parsed before
        other = parse(text, root="/elsewhere")
        assert isinstance(other, whole)
        big += other.is_big
        regex = re.compile(other.regex)
        for path in paths:
            want = apart[text].matches(path)
            assert other.matches(path) is want, (text, path)
            assert (regex.fullmatch(path) is not None) is want, (text, path)
    assert big > 100
    monkeypatch.undo()
    for a, b in combinations(texts[:60], 2):
        one, two = parse(a, root="/elsewhere"), parse(b)
        for fold in (False, True):
            witness = overlap(one, two, case_insensitive=fold)
            assert (witness is None) is (overlap(apart[a], two, case_insensitive=fold) is None), (a, b, fold)
            if witness is not None:
                assert path_matches(a, witness, fold) and path_matches(b, witness, fold), (a, b, witness)


@pytest.mark.parametrize("fold", [False, True])
def test_overlap_is_symmetric_and_reflexive(fold: bool) -> None:
    texts = sample(14, 60)
    for a, b in combinations(texts, 2):
        one, two = parse(a), parse(b)
        assert (overlap(one, two, case_insensitive=fold) is None) is (overlap(two, one, case_insensitive=fold) is None)
    for text in texts:
        assert (overlap(parse(text), parse(text)) is None) is parse(text).matches_nothing


def test_a_shared_path_stays_shared_when_case_is_ignored() -> None:
    for a, b in combinations(sample(15, 80), 2):
        if overlap(parse(a), parse(b)) is not None and "!" not in a + b:
            assert overlap(parse(a), parse(b), case_insensitive=True) is not None, (a, b)


def test_keys_are_their_own_keys() -> None:
    for code in range(0x20000):
        if not 0xD800 <= code <= 0xDFFF:
            for mode in Mode:
                once = key(chr(code), mode)
                assert key(once, mode) == once, hex(code)


if __name__ == "__main__":
    started = time.perf_counter()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    total: dict[str, int] = {}
    for part in range(10):
        for what, number in run_pairs(wanted // 10, 1000 + part).items():
            total[what] = total.get(what, 0) + number
    print(f"{wanted} random pairs, {time.perf_counter() - started:.0f} s, no divergence: {total}")
