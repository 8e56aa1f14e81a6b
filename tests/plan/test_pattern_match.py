"""Which paths a pattern matches: by its matcher, by its expression, and where case is ignored."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import unicodedata

import pytest

from fanout.plan.pattern import parse

MATCHES = [
    # text, matches, does not match
    ("src/app.ts", ["src/app.ts"], ["src/app.ts/x", "src", "src/app_ts", "Src/app.ts", "a/src/app.ts"]),
    ("src", ["src", "src/a", "src/a/b.ts"], ["srca", "a/src", "src2/a"]),
    ("src/", ["src", "src/a", "src/.a/b"], ["srca"]),
    ("src/**", ["src/a", "src/a/b.ts", "src/.git/x"], ["src", "src2/a"]),
    ("src/*", ["src/a", "src/.env"], ["src", "src/a/b"]),
    ("src/*/", ["src/a", "src/a/b/c"], ["src"]),
    (".", ["a", "a/b", ".env"], []),
    ("Makefile", ["Makefile", "Makefile/x"], ["makefile"]),
    (".github", [".github", ".github/workflows/ci.yml"], [".githubx"]),
    (".eslintrc.json", [".eslintrc.json"], [".eslintrc.json/x"]),
    ("v1.2", ["v1.2"], ["v1.2/x"]),
    ("v1.2/", ["v1.2", "v1.2/x"], ["v1x2"]),
    ("**/node_modules", ["node_modules", "a/node_modules/b", "a/b/node_modules"], ["a/node_modules2"]),
    ("**/x.ts", ["x.ts", "a/x.ts", "a/b/x.ts"], ["ax.ts", "x.ts/a"]),
    ("a/**/b.ts", ["a/b.ts", "a/x/b.ts", "a/x/y/b.ts"], ["ab.ts", "a", "a/xb.ts"]),
    ("a/**/b/**/c.ts", ["a/b/c.ts", "a/x/b/y/c.ts", "a/b/b/c.ts"], ["a/c.ts", "a/b/c.ts/x"]),
    ("**/a/**", ["a/x", "b/a/x", "a/a"], ["a", "b/a"]),
    ("a/**/*", ["a/b", "a/b/c"], ["a"]),
    ("a/**b", ["a/b", "a/xb"], ["a/x/b", "a/b/c"]),
    ("*.ts", [".ts", "a.ts", "a.b.ts"], ["a/b.ts", "a.tsx"]),
    ("*a*b*c", ["abc", "xaybzc", "aabbc", "abcbc"], ["acb", "abcx", "a/b/c"]),
    ("a?c", ["abc", "a.c", "a\u65e5c"], ["ac", "a/c", "abbc"]),
    ("[ab].ts", ["a.ts", "b.ts"], ["c.ts", "A.ts"]),
    ("[!a].ts", ["b.ts", "A.ts", "..ts"], ["a.ts", ".ts", "/.ts"]),
    ("[^a].ts", ["b.ts"], ["a.ts"]),
    ("a[!b]c", ["axc", "a.c"], ["abc", "a/c"]),
    ("[+-9]x", ["+x", "5x", ".x"], ["/x"]),
    ("a[]]", ["a]"], ["a[]]"]),
    ("a[-x]", ["a-", "ax"], ["ab"]),
    (r"a[\]x]", ["a]", "ax"], ["a\\"]),
    (r"app/\[id\]/x.ts", ["app/[id]/x.ts"], ["app/i/x.ts"]),
    ("app/[id]/x.ts", ["app/i/x.ts", "app/d/x.ts"], ["app/[id]/x.ts"]),
    ("[.]env", [".env"], ["env"]),
    ("x{a,b}.ts", ["xa.ts", "xb.ts"], ["x.ts", "x{a,b}.ts"]),
    ("{src,lib/core}/*.{ts,tsx}", ["src/a.ts", "lib/core/b.tsx"], ["lib/a.ts", "src/a.js"]),
    ("src/{a,b.ts}", ["src/a", "src/a/x", "src/b.ts"], ["src/b.ts/x", "src/b"]),
    ("a/{,b}/c.ts", ["a/c.ts", "a/b/c.ts"], ["a//c.ts", "a/b"]),
    ("x.ts{,/}", ["x.ts", "x.ts/y"], ["x.tsy"]),
    ("{a}", ["{a}", "{a}/b"], ["a"]),
    ("{**,a}/b.ts", ["b.ts", "x/y/b.ts"], ["b.tsx"]),
    ("{*,.}x", ["x", "ax", ".x"], ["a/x", "xa"]),
    ("a,b", ["a,b"], ["a", "b"]),
    ("my file.ts", ["my file.ts"], ["my%20file.ts"]),
    ("caf\u00e9.md", ["caf\u00e9.md", "cafe\u0301.md"], ["cafe.md"]),
    ("a$^.+()|x.ts", ["a$^.+()|x.ts"], ["ax.ts"]),
    ("{a,b/c}" * 8, ["a" * 8, "a" * 7 + "b/c", "b/c" * 8 + "/below"], ["a" * 7, "ab/c"]),
    ("{a,b}" * 30 + ".ts", ["ab" * 15 + ".ts"], ["ab" * 15, "ab" * 15 + ".ts/x", "a" * 29 + ".ts"]),
]


ROWS = [(text, path, path in yes) for text, yes, no in MATCHES for path in (*yes, *no)]


@pytest.mark.parametrize(("text", "path", "want"), ROWS)
def test_matches(text: str, path: str, want: bool) -> None:
    pattern = parse(text)
    assert pattern.matches(path) is want
    assert (re.fullmatch(pattern.regex, unicodedata.normalize("NFC", path)) is not None) is want


FOLDED = [
    ("SRC/App.ts", "src/app.TS", True),
    ("src/**", "SRC/x", True),
    ("*.TS", "a.ts", True),
    ("[A-Z]x", "qX", True),
    ("[a-z]x", "QX", True),
    ("[!a]x", "Ax", False),
    ("[!a]x", "Bx", True),
    ("[Z-a]x", "zx", True),
    ("[Z-a]x", "bx", False),
    ("stra\u00dfe", "STRASSE", True),
    ("STRASSE", "stra\u00dfe/a", True),
    ("stra?e", "stra\u00dfe", True),
    ("\u00df", "\u1e9e", True),
    ("\u017f", "S", True),
    ("\u0130", "i\u0307", True),
    ("\u0130", "i", False),
    ("\u03a3", "\u03c2", True),
    ("[\u0391-\u03a9]", "\u03c9", True),
    ("\u212a", "k", True),
    ("CAFE\u0301", "caf\u00e9", True),
    ("J\u030c", "\u01f0", True),
    ("{A,B}" * 8, "abABabAB", True),
    (r"\[ID\]", "[id]", True),
]


@pytest.mark.parametrize(("text", "path", "want"), FOLDED)
def test_matches_where_case_is_ignored(text: str, path: str, want: bool) -> None:
    assert parse(text).matches(path, case_insensitive=True) is want


def test_the_folded_expression_is_for_folded_paths() -> None:
    regex = re.compile(parse("SRC/{App,Lib}/[A-C]*.ts").folded_regex)
    assert regex.fullmatch("src/lib/bx.ts")
    assert not regex.fullmatch("src/lib/dx.ts")


ADVERSARIAL = [
    ("*a" * 60 + "b", "a" * 400),
    ("**/a/" * 40 + "b.ts", "a/" * 120 + "x"),
    ("**/*a*a*a*/" * 12 + "b.ts", "aaaa/" * 60 + "x"),
    ("?*" * 60 + "b", "a" * 400),
    ("*[ab]*" * 30 + "c", "ab" * 200),
    ("**/" + "*a" * 30 + "/**/" + "*b" * 30, "ab" * 60 + "/" + "ba" * 60),
]


@pytest.mark.parametrize(("text", "path"), ADVERSARIAL)
def test_the_expression_does_not_backtrack_without_end(text: str, path: str) -> None:
    """In a process that can be ended: `re` can't be interrupted."""
    code = "import re, sys; sys.exit(re.fullmatch(sys.argv[1], sys.argv[2]) is not None)"
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, parse(text).regex, path], timeout=20, check=False)
    assert done.returncode == 0
    assert time.perf_counter() - started < 10


def test_the_expressions_need_nothing_newer_than_python_3_9() -> None:
    """No possessive quantifier and no atomic group, which came with 3.11."""
    for text, _, _ in MATCHES:
        assert not re.search(r"(?<!\\)[*+?}]\+|\(\?>", re.sub(r"\[[^\]]*\]", "", parse(text).regex)), text
