"""Pairs of patterns with the witness they should have, records as they come in, and patterns made to hurt."""

from __future__ import annotations

import time
from typing import Any

import pytest

from fanout.plan.overlap import overlap, overlap_record, overlaps
from fanout.plan.pattern import parse

TOGETHER = [
    ("src/app.ts", "src/app.ts", "src/app.ts"),
    ("./src/app.ts", "src//app.ts", "src/app.ts"),
    ("src", "src/app.ts", "src/app.ts"),
    ("src/", "src/a/b.ts", "src/a/b.ts"),
    ("src", "src", "src"),
    ("src/**", "src/**", "src/x"),
    ("src", "src/**", "src/x"),
    ("src/*.ts", "src/app.ts", "src/app.ts"),
    ("src/*.ts", "src/a*", "src/a.ts"),
    ("src/*.ts", "**/*.ts", "src/x.ts"),
    ("*.ts", "**", "x.ts"),
    ("test_*.py", "**", "test_x.py"),
    ("**/x.ts", "src", "src/x.ts"),
    ("**/x.ts", "lib/**", "lib/x.ts"),
    ("a/**/z.ts", "a/b/**", "a/b/z.ts"),
    ("**/a/**", "**/b/**", "b/a/x"),
    (".", "a/b.ts", "a/b.ts"),
    ("**/.env", "apps/*/.env", "apps/x/.env"),
    ("{a,b}.ts", "{b,c}.ts", "b.ts"),
    ("src/{a,b.ts}", "src/a/deep.ts", "src/a/deep.ts"),
    ("a/{,b}/c.ts", "a/c.ts", "a/c.ts"),
    (r"app/\[id\]/page.tsx", "app/*/page.tsx", "app/[id]/page.tsx"),
    ("[a-m]x.ts", "[k-z]x.ts", "kx.ts"),
    ("[!a]*", "[!b]*", "x"),
    ("*a*b*", "*b*a*", "bab"),
    ("*x", "x*", "x"),
    ("[.]a", ".a", ".a"),
    ("e?", "e\u0301x", None),
    ("?\u0301", "[a-z]\u0301", "x\u0301"),
    ("*a*a*a*a", "a*a*a*a*", "aaaa"),
    ("v1.2/", "v1.2/x.md", "v1.2/x.md"),
    ("Makefile", "Makefile", "Makefile"),
]


@pytest.mark.parametrize(("a", "b", "witness"), TOGETHER)
def test_overlap_with_witness(a: str, b: str, witness: str | None) -> None:
    assert overlap(parse(a), parse(b)) == witness
    turned = overlap(parse(b), parse(a))
    assert (turned is None) is (witness is None)
    assert overlaps(parse(a), parse(b)) is (witness is not None)
    if turned is not None:
        assert parse(a).matches(turned) and parse(b).matches(turned)


APART = [
    ("src/app.ts", "src/app.tsx"),
    ("src/app.ts", "src/app.ts/x"),
    ("src", "srcs/app.ts"),
    ("src/**", "sr"),
    ("src/*", "src/a/b"),
    ("src/*.ts", "src/*.tsx"),
    ("*.ts", "src/*.ts"),
    ("v1.2", "v1.2/x"),
    ("src/App.ts", "src/app.ts"),
    ("[ab]", "[cd]"),
    ("?", "??"),
    ("a/[.]/b", "**"),
    ("[z-a]", "*"),
    ("**/a.ts", "**/b.ts"),
    ("a/**", "b/**"),
    ("a/**/c.ts", "a/**/d.ts"),
    ("{a,b}.ts", "{c,d}.ts"),
    (r"\*", "a"),
    (r"app/\[id\]/x.ts", "app/i/x.ts"),
    ("e?", "?\u0301"),
    ("a[!b]c", "abc"),
    ("[!.]*", ".env"),
    ("src/*/x.ts", "src/x.ts"),
]


@pytest.mark.parametrize(("a", "b"), APART)
def test_no_overlap(a: str, b: str) -> None:
    assert overlap(parse(a), parse(b)) is None
    assert overlap(parse(b), parse(a)) is None
    assert not overlaps(parse(a), parse(b))


FOLDED = [
    ("src/App.ts", "SRC/app.ts", "src/App.ts"),
    ("SRC/**", "src/app.ts", "SRC/app.ts"),
    ("*.TS", "a.ts", "a.ts"),
    ("[A-Z].ts", "[a-z].ts", "x.ts"),
    ("[!a]", "A", None),
    ("stra\u00dfe", "STRASSE", "stra\u00dfe"),
    ("?", "\u00df", "\u00df"),
    ("?", "ss", None),
    ("\u017f.ts", "S.ts", "\u017f.ts"),
    ("\u0130", "i", None),
]


@pytest.mark.parametrize(("a", "b", "witness"), FOLDED)
def test_where_case_is_ignored(a: str, b: str, witness: str | None) -> None:
    assert overlap(parse(a), parse(b), case_insensitive=True) == witness


@pytest.mark.parametrize("b", ["abababab", "{a,B}" * 8, "*", "aB*bA/x"])
def test_many_braces_where_case_is_ignored(b: str) -> None:
    a = parse("{A,B}" * 8)
    witness = overlap(a, parse(b), case_insensitive=True)
    assert witness is not None
    assert a.matches(witness, True) and parse(b).matches(witness, True)


RECORDS = [
    ({"a": "src/**", "b": "src/a.ts"}, {"overlap": True, "witness": "src/a.ts", "error": None}),
    ({"a": "src/A.ts", "b": "src/a.ts"}, {"overlap": False, "witness": None, "error": None}),
    (
        {"a": "src/A.ts", "b": "src/a.ts", "case_insensitive": True},
        {"overlap": True, "witness": "src/A.ts", "error": None},
    ),
    ({"a": "a", "b": "b", "case_insensitive": None}, {"overlap": False, "witness": None, "error": None}),
    ({"a": "a", "b": "b", "more": 1}, {"overlap": False, "witness": None, "error": None}),
]


@pytest.mark.parametrize(("record", "answer"), RECORDS)
def test_record(record: object, answer: dict[str, object]) -> None:
    assert overlap_record(record) == answer


def test_a_record_with_absolute_paths_where_the_root_is_known() -> None:
    assert overlap_record({"a": "/p/x.ts", "b": "x.ts"}, root="/p")["witness"] == "x.ts"
    assert "not inside the project (/p)" in str(overlap_record({"a": "/q/x.ts", "b": "x.ts"}, root="/p")["error"])


WRONG: list[tuple[Any, str]] = [
    (None, "not an object"),
    ([], "not an object"),
    ("a", "not an object"),
    ({}, "a is None, not a path pattern"),
    ({"a": "x"}, "b is None, not a path pattern"),
    ({"a": 1, "b": "x"}, "a is 1, not a path pattern"),
    ({"a": "x", "b": ["x"]}, "b is ['x'], not a path pattern"),
    ({"a": "!x", "b": "x"}, "a: the pattern '!x' can't be used: it starts with !"),
    ({"a": "x", "b": "../x"}, "b: the pattern '../x' can't be used: it leads out of the project"),
    ({"a": "x", "b": "/x"}, "b: the pattern '/x' can't be used: it is an absolute path"),
    ({"a": "x", "b": "x\\"}, "b: the pattern 'x\\\\' ends in a backslash"),
    ({"a": "x", "b": "x", "case_insensitive": "yes"}, "case_insensitive is 'yes'. Write true or false."),
    ({"a": "x", "b": "\ud800"}, "a character that no path has"),
    ({"a": "x" * 5000, "b": "x"}, "more than 4096 characters"),
]


@pytest.mark.parametrize(("record", "part"), WRONG)
def test_a_wrong_record_is_an_error_in_the_answer(record: object, part: str) -> None:
    answer = overlap_record(record)
    assert answer["overlap"] is None and answer["witness"] is None
    assert part in str(answer["error"])


NASTY = [
    ("{a,b}" * 20, "{b,a}" * 20),
    ("{a,b}" * 20, "{c,d}" * 20),
    ("{a/b,c}" * 20 + ".x", "{a/b,c}" * 20 + ".y"),
    ("{a/b,c}" * 20, "**"),
    ("{" * 20 + "a" + ",b}" * 20, "*"),
    ("{,a}" * 100, "{,b}" * 100),
    ("{a*,*b/**}" * 30, "{*a,b*/c}" * 30),
    ("*a" * 300 + "x", "*a" * 300 + "y"),
    ("*a" * 300, "a*" * 300),
    ("*a*b" * 200, "*b*a" * 200 + "c"),
    ("?*" * 300, "*?" * 300),
    ("**/a/" * 150 + "x.ts", "**/a/" * 150 + "y.ts"),
    ("**/a/" * 100 + "x.ts", "**/b/" * 100 + "x.ts"),
    ("**/*a*/" * 60 + "x.ts", "**/*b*/" * 60 + "x.ts"),
    ("*/" * 2000, "*/" * 2000),
    ("[a-z]" * 800, "[!a]" * 800),
    ("[" * 4000, "*"),
    ("{" * 4000, "*"),
    ("{a," * 50 + "}" * 50, "*"),
    ("a" * 4096, "*"),
    ("a/" * 2048, "**/a"),
]


@pytest.mark.parametrize(("a", "b"), NASTY)
def test_a_nasty_pair_is_decided_in_time(a: str, b: str) -> None:
    started = time.perf_counter()
    one, two = parse(a), parse(b)
    witness = overlap(one, two)
    if witness is not None:
        assert one.matches(witness) and two.matches(witness)
    assert time.perf_counter() - started < 20
