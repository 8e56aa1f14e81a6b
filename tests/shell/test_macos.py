"""Commands of macOS, by a table: what each writes. None of them runs here."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.shell import analyse

WRITES = {
    "ditto src out": ["out"],
    "ditto -c -k src a.zip": ["a.zip"],
    "ditto -x -k a.zip out": ["out"],
    "ditto a.txt b.txt": ["b.txt"],
    "plutil -lint a.plist": [],
    "plutil -p a.plist": [],
    "plutil -help": [],
    "plutil -type a a.plist": [],
    "plutil": [],
    "plutil -convert xml1 a.plist": ["a.plist"],
    "plutil -convert json -o b.json a.plist": ["b.json"],
    "plutil -convert json -o - a.plist": [],
    "plutil -replace CFBundleVersion -string 2 a.plist": ["a.plist"],
    "textutil -info a.txt": [],
    "textutil -convert html a.txt": ["a.html"],
    "textutil -convert html -output b.html a.txt": ["b.html"],
    **{
        f"textutil -convert {kind} a.txt": [f"a.{kind}"]
        for kind in ("rtf", "rtfd", "doc", "docx", "wordml", "odt", "webarchive", "txt")
    },
    "textutil -cat rtf a.txt b.txt": ["out.rtf"],
    "textutil -cat rtf -output b.rtf a.txt": ["b.rtf"],
    "textutil -stdout -convert txt a.html": [],
    "sips -g pixelWidth a.png": [],
    **{f"sips {looks} a.png": [] for looks in ("-1", "--oneLine", "--verify", "--allxml", "-h", "--help")},
    "sips --getProperty all a.png": [],
    "sips -1 -Z 100 a.png": ["a.png"],
    "sips -Z 100 a.png": ["a.png"],
    "sips -Z 100 a.png --out b.png": ["b.png"],
    "pbcopy < a.txt": [],
    "pbpaste > a.txt": ["a.txt"],
    "arch -arm64 touch a.txt": ["a.txt"],
    "xcrun --sdk macosx touch a.txt": ["a.txt"],
    "xcrun --find clang": [],
    **{f"xcrun {asks}": [] for asks in ("-f touch", "-find touch", "--show-sdk-path", "--version")},
    "xcrun -sdk macosx touch a.txt": ["a.txt"],
    "xcrun -toolchain x touch a.txt": ["a.txt"],
    "xcrun --toolchain x touch a.txt": ["a.txt"],
    "arch -e A=1 touch a.txt": ["a.txt"],
    "arch -d A touch a.txt": ["a.txt"],
    "grm a.txt": ["a.txt"],
    "gmv a.txt b.txt": ["a.txt", "b.txt"],
    "gtouch b.txt": ["b.txt"],
    "ghead -1 a.txt | gtee b.txt": ["b.txt"],
    "gls": [],
}


@pytest.mark.parametrize("line", WRITES)
def test_what_it_writes(line: str, tmp_path: Path) -> None:
    for name in ("a.txt", "a.png", "a.plist", "src/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    effects = analyse(line, str(tmp_path))
    assert (effects.paths(str(tmp_path)), effects.unknown) == (WRITES[line], False), effects.reasons


@pytest.mark.parametrize("line", ["plutil -p a.plist", "textutil -info a.txt", "plutil -convert json -o - a.plist"])
def test_what_it_prints_is_not_known(line: str, tmp_path: Path) -> None:
    for name in ("a.txt", "a.plist"):
        (tmp_path / name).write_text("x")
    assert analyse(f"{line} | xargs rm -f", str(tmp_path)).unknown
