"""What an edit of the client makes of a file, as it was seen in the real client (tests/client/test_facts.py)."""

from __future__ import annotations

import pytest

from fanout.run.changes import texts

READ = [
    (b"", "", texts.NO_LINES),
    (b"one", "one", texts.NO_LINES),
    (b"one\ntwo\n", "one\ntwo\n", texts.LF),
    (b"one\r\ntwo\r\n", "one\ntwo\n", texts.CRLF),
    (b"one\r\ntwo\n", "one\ntwo\n", texts.MIXED),
    (b"one\rtwo\n", "one\rtwo\n", texts.LF),
    (b"\xef\xbb\xbfone\n", "\ufeffone\n", texts.LF),
    ("one\nzwei é\n".encode("utf-16"), "\ufeffone\nzwei é\n", texts.LF),
    (b"one \xff\n", "one \ufffd\n", texts.LF),
]


@pytest.mark.parametrize(("data", "text", "ends"), READ)
def test_a_file_is_read_as_the_client_reads_it(data: bytes, text: str, ends: str) -> None:
    assert texts.read(data) == (text, ends)


def test_half_of_a_pair_is_written_as_the_client_writes_it() -> None:
    assert texts.encoded("a\ud83db é") == "a\ufffdb é".encode()
    assert texts.encoded("\ud7ff\ud800\udfff\ue000") == "\ud7ff\ufffd\ufffd\ue000".encode()


EDITED = [
    ("a\nb\n", "b", "B", False, ["a\nB\n"]),
    ("b b b", "b", "c", False, ["c b b"]),
    ("b b b", "b", "c", True, ["c c c"]),
    ("a\nb\nc\n", "b", "", False, ["a\n\nc\n", "a\nc\n"]),
    ("x b\nb\nc b\n", "b", "", True, ["x \n\nc \n", "x c "]),
    ("a\nb\n", "b\n", "", False, ["a\n"]),
    ("", "", "new\n", False, ["new\n"]),
    ("there\n", "", "new\n", False, []),
    ("a\n", "b", "c", False, []),
    ("a b\n", "a", "", False, [" b\n"]),
]


@pytest.mark.parametrize(("text", "old", "new", "everywhere", "results"), EDITED)
def test_an_edit(text: str, old: str, new: str, everywhere: bool, results: list[str]) -> None:
    assert texts.edited(text, old, new, everywhere) == results


def hunk(start: int, *lines: str) -> dict[str, object]:
    return {"oldStart": start, "lines": list(lines)}


PATCHED = [
    ("one\ntwo\nthree\n", [hunk(1, " one", "-two", "+TWO", "+more", " three")], "one\nTWO\nmore\nthree\n"),
    ("b  \nb\n", [hunk(1, " b  ", "-b")], "b  \n"),
    ("", [hunk(1, "+made")], "made\n"),
    ("", [hunk(1, "+x", "\\ No newline at end of file")], "x"),
    ("a b", [hunk(1, "-a b", "\\ No newline at end of file", "+A b", "\\ No newline at end of file")], "A b"),
    ("x b\nb\n", [hunk(1, "-x b", "-b", "+x c ", "\\ No newline at end of file")], "x c "),
    ("".join(f"{n}\n" for n in range(9)), [hunk(2, "-1", "+I"), hunk(8, "-7")], "0\nI\n2\n3\n4\n5\n6\n8\n"),
    ("one\rtwo\n", [hunk(1, "-one\rtwo", "+one\r2")], "one\r2\n"),
    ("\tone\n", [hunk(1, "-  one", "+  two")], None),
    ("one\n", [hunk(3, "-one")], None),
    ("one\n", [], None),
    ("one\n", [hunk(3, "+two")], None),
    ("one\n", [hunk(1, "-one", "-two")], None),
    ("one\n", None, None),
    ("one\n", 7, None),
    ("one\n", [{"oldStart": "1", "lines": []}], None),
    ("one\n", [hunk(1, "?one")], None),
]


@pytest.mark.parametrize(("text", "hunks", "result"), PATCHED)
def test_a_patch(text: str, hunks: object, result: str | None) -> None:
    assert texts.patched(text, hunks) == result
