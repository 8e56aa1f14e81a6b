"""What each spelling of a path pattern becomes, and what is refused or remarked on."""

from __future__ import annotations

import unicodedata

import pytest

from fanout.plan.pattern import LONGEST, Pattern, PatternError, parse, unescaped_folders

NORMAL = [
    # one spelling for one meaning
    ("src/app.ts", "src/app.ts"),
    ("./src/app.ts", "src/app.ts"),
    ("src//app.ts", "src/app.ts"),
    ("src/./app.ts", "src/app.ts"),
    ("././/src/.//./app.ts", "src/app.ts"),
    ("src/lib/../app.ts", "src/app.ts"),
    ("a/b/../../c/d.ts", "c/d.ts"),
    ("a/b/../../c/*.ts", "c/*.ts"),
    ("a/../*.ts", "*.ts"),
    ("src/", "src"),
    ("src//", "src"),
    ("src/.", "src"),
    ("src", "src"),
    (".github", ".github"),
    (".env/", ".env"),
    ("name./", "name."),
    # a folder whose name has an extension keeps its slash
    ("v1.2/", "v1.2/"),
    ("src/app.ts/", "src/app.ts/"),
    ("src/*.d/", "src/*.d/"),
    ("a.b/.", "a.b"),
    ("a.b/c/..", "a.b"),
    # the whole project
    (".", "**"),
    ("./", "**"),
    (".//.", "**"),
    ("a/..", "**"),
    ("**", "**"),
    ("**/", "**"),
    ("**/**", "**"),
    ("**/*", "**"),
    # strictly below
    ("src/**", "src/**"),
    ("src/**/", "src/**"),
    ("src/**/**", "src/**"),
    ("src/**/*", "src/**"),
    ("src/*/", "src/**"),
    ("src/*/**", "src/*/**"),
    ("src/**/*/**", "src/*/**"),
    ("**/*/*", "*/**"),
    # stars
    ("a/**/**/b", "a/**/b"),
    ("a/***/b", "a/*/b"),
    ("a**b", "a*b"),
    ("**.ts", "*.ts"),
    ("a/**b/c", "a/*b/c"),
    # escapes
    (r"app/\[id\]/page.tsx", r"app/\[id\]/page.tsx"),
    (r"\a\b", "ab"),
    (r"a\*", r"a\*"),
    (r"a\\b", r"a\\b"),
    (r"a\/b.ts", "a/b.ts"),
    (r"\!x", r"\!x"),
    ("./!x", r"\!x"),
    ("./C:/x.ts", r"C\:/x.ts"),
    (r"C\:/x.ts", r"C\:/x.ts"),
    # classes
    ("[ab].ts", "[a-b].ts"),
    ("[ba].ts", "[a-b].ts"),
    ("[^a]x", "[!a]x"),
    ("[]a]", r"[\]a]"),
    ("[!]a]", r"[!\]a]"),
    ("[a-]", r"[\-a]"),
    (r"[\d]", "[d]"),
    ("[a", r"\[a"),
    ("[]", r"\[\]"),
    ("[!]", r"\[!\]"),
    ("[a/b]", r"\[a/b\]"),
    # braces
    ("{a}", r"\{a\}"),
    ("{}", r"\{\}"),
    ("{1..3}", r"\{1..3\}"),
    ("{a,b", r"\{a,b"),
    ("a,b}", r"a,b\}"),
    ("{a,b}.ts", "{a.ts,b.ts}"),
    ("{b,a}.ts", "{a.ts,b.ts}"),
    ("x{a,{b,c}}y", "{xay,xby,xcy}"),
    ("{a,{b}}", r"{\{b\},a}"),
    ("{a,{b}", r"\{a,\{b\}"),
    ("{{a,b}}", r"{\{a\},\{b\}}"),
    ("{{a,b}", r"{\{a,\{b}"),
    ("{a,a}", "a"),
    ("a/{,b}/c.ts", "{a/b/c.ts,a/c.ts}"),
    ("{,a/}b.ts", "{a/b.ts,b.ts}"),
    ("a/{.,b}/c.ts", "{a/b/c.ts,a/c.ts}"),
    ("a/{..,b}/c.ts", "{a/b/c.ts,c.ts}"),
    (r"{a\,b,c}", r"{a\,b,c}"),
    ("{a,}", "a"),
    # case, spaces and other scripts stay
    ("Src/App.ts", "Src/App.ts"),
    ("my file.ts", "my file.ts"),
    (" a.ts ", " a.ts "),
    ("docs/\u65e5\u672c\u8a9e.md", "docs/\u65e5\u672c\u8a9e.md"),
    ("cafe\u0301.md", "caf\u00e9.md"),
    ("[e\u0301].md", "[\u00e9].md"),
]


@pytest.mark.parametrize(("text", "normal"), NORMAL)
def test_normal(text: str, normal: str) -> None:
    assert parse(text).normal == normal
    assert parse(normal).normal == normal
    assert parse(text).text == text


REFUSED = [
    ("", "empty", "the pattern is empty. Write a path, or . for the whole project."),
    ("  ", "empty", "the pattern is empty."),
    ("!src/**", "negated", "a claim can't leave something out"),
    ("{!a,b}", "negated", "in front of a path in braces"),
    ("C:\\src\\x.ts", "drive", "a drive letter"),
    ("c:/src/x.ts", "drive", "Write it relative to the project's root, with /."),
    ("C:", "drive", "a drive letter"),
    ("/etc/passwd", "absolute", "it is an absolute path"),
    ("//src", "absolute", "it is an absolute path"),
    ("/*.ts", "absolute", "it is an absolute path"),
    ("{/a,b}", "absolute", "in braces"),
    ("..", "outside", "it leads out of the project"),
    ("../x", "outside", "'../x' can't be used: it leads out of the project"),
    ("a/../../b", "outside", "relative to the root"),
    ("../*.ts", "outside", "it leads out"),
    ("{a,..}/../x", "outside", "it leads out"),
    ("./{..,b}", "outside", "it leads out"),
    ("*/..", "parent-after-wildcard", "Write the folder that is meant."),
    ("**/../x", "parent-after-wildcard", "`..` after a wildcard"),
    ("src/*/../x.ts", "parent-after-wildcard", "`..` after a wildcard"),
    ("a/[bc]/..", "parent-after-wildcard", "`..` after a wildcard"),
    ("*/a/../b", "parent-after-wildcard", "`..` after a wildcard"),
    ("{a,*}/../b", "parent-after-wildcard", "`..` after a wildcard"),
    ("src\\", "backslash-at-end", "ends in a backslash that escapes nothing"),
    ("a\0b", "not-text", "a character that no path has"),
    ("\ud800", "not-text", "a character that no path has"),
    ("a\nb", "line-break", "Write one pattern for each path."),
    ("a\r", "line-break", "a line break"),
    ("a" * (LONGEST + 1), "too-long", f"more than {LONGEST} characters"),
    ("{a," * 101 + "b" + "}" * 101, "too-deep", "nests braces deeper"),
    ("{a/b,c}" * 150, "too-many", "more than 64 alternatives in more than 1000 characters"),
    ("{a/b,c}" * 10 + "/../x", "too-many", "`..` among more alternatives"),
]


@pytest.mark.parametrize(("text", "code", "part"), REFUSED)
def test_refused(text: str, code: str, part: str) -> None:
    with pytest.raises(PatternError) as caught:
        parse(text)
    assert caught.value.code == code
    assert part in str(caught.value)
    assert caught.value.fix


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("/p/x/src/a.ts", "src/a.ts"),
        ("/p/x", "**"),
        ("/p/x/", "**"),
        ("/p/x/**", "**"),
        ("/p/x/*.ts", "*.ts"),
        ("/p//x/./src/../lib/*.ts", "lib/*.ts"),
        ("/p/y/../x/src", "src"),
        ("//p/x/src/", "src"),
        ("/p/x/v1.2/", "v1.2/"),
        ("/p/x/{a,b}.ts", "{a.ts,b.ts}"),
        ("src/a.ts", "src/a.ts"),
    ],
)
def test_an_absolute_path_inside_the_root_is_made_relative(text: str, normal: str) -> None:
    assert parse(text, root="/p/x").normal == normal
    assert parse(text, root="/p/x/").normal == normal


@pytest.mark.parametrize("text", ["/p", "/", "/p/xy/a.ts", "/p/x/../y", "/*/x/a.ts", "/p/*", "/{p,q}/x", "/p/x{,/src}"])
def test_an_absolute_path_outside_the_root_is_refused(text: str) -> None:
    with pytest.raises(PatternError, match=r"not inside the project \(/p/x\)") as caught:
        parse(text, root="/p/x")
    assert caught.value.code == "outside"


def test_the_root_is_compared_in_nfc() -> None:
    assert parse("/caf\u00e9/a.ts", root=unicodedata.normalize("NFD", "/caf\u00e9")).normal == "a.ts"


SHAPES = [
    # text, is_literal, below, anchor
    ("src/app.ts", True, False, "src/app.ts"),
    ("src/app", True, True, "src/app"),
    ("src/app.ts/", True, True, "src/app.ts"),
    ("src/**", False, True, "src"),
    ("src/**/x.ts", False, False, "src"),
    ("*.md", False, False, ""),
    ("src/a*/b.ts", False, False, "src"),
    (r"app/\[id\]/page.tsx", True, False, "app/[id]/page.tsx"),
    ("src/{a,b}.ts", False, False, "src"),
    ("src/{a/x,a/y}", False, True, "src/a"),
    ("{a,b}", False, True, ""),
    (".", False, True, ""),
    ("a/{b,c/d}" + "{e,f/g}" * 6 + "/x.ts", False, False, "a"),
]


@pytest.mark.parametrize(("text", "is_literal", "below", "anchor"), SHAPES)
def test_shape(text: str, is_literal: bool, below: bool, anchor: str) -> None:
    pattern = parse(text)
    assert (pattern.is_literal, pattern.below, pattern.anchor) == (is_literal, below, anchor)


@pytest.mark.parametrize("text", ["[.]", "[z-a]", "{,}", "a/[.]/b", "[.][.]", "x[z-a]"])
def test_a_pattern_that_no_path_can_match_says_so(text: str) -> None:
    assert parse(text).matches_nothing
    assert "matches-nothing" in [remark.code for remark in parse(text).warnings]
    assert not any(parse(text).matches(path) for path in ("a", "a/b", ".", "x"))


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("src\\app\\x.ts", "backslash", "also on Windows"),
        (" a.ts", "space", "Leave it out"),
        ("a[b.ts", "open-bracket", "taken as it is"),
        ("[[:alpha:]]x", "posix-class", "[a-z]"),
    ],
)
def test_warnings(text: str, code: str, part: str) -> None:
    found = {remark.code: remark for remark in parse(text).warnings}
    assert part in found[code].message + found[code].fix


@pytest.mark.parametrize("text", ["src/app.ts", r"app/\[id\]/x.ts", "[a-z]*/**", "{a,b}", "**"])
def test_usual_patterns_have_no_warning(text: str) -> None:
    assert parse(text).warnings == []


BRACKETS = [
    ("app/[id]/page.tsx", {"app/[id]"}, ["app/[id]"]),
    ("app/[id]/page.tsx", set(), []),
    (r"app/\[id\]/page.tsx", {"app/[id]"}, []),
    ("app/[a]/[b]/x.ts", {"app/[a]", "app/[a]/[b]"}, ["app/[a]", "app/[a]/[b]"]),
    ("app/[...all]/**", {"app/[...all]"}, ["app/[...all]"]),
    ("*/[id]/x.ts", {"app/[id]"}, []),
    ("./app//[id]", {"app/[id]"}, ["app/[id]"]),
    ("src/lib/../app/[id]", {"src/app/[id]"}, ["src/app/[id]"]),
]


@pytest.mark.parametrize(("text", "there", "named"), BRACKETS)
def test_brackets_that_are_a_folder(text: str, there: set[str], named: list[str]) -> None:
    remarks = unescaped_folders(text, there.__contains__)
    assert [remark.code for remark in remarks] == ["unescaped-brackets"] * len(named)
    for remark, path in zip(remarks, named, strict=True):
        assert repr(path) in remark.message
        assert "\\[" in remark.fix


def test_the_same_text_is_parsed_once() -> None:
    first = parse("src/one/two.ts")
    assert isinstance(first, Pattern)
    assert parse("src/one/two.ts") is first
