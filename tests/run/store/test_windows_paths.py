"""Names on Windows, by its own path functions (ntpath): every spelling of a file is one name."""

from __future__ import annotations

import ntpath
import os
from types import SimpleNamespace

import pytest

from fanout.run.store import paths, spelling, windows_paths

PLAIN = {
    "C:\\Proj\\src\\App.ts": "C:/Proj/src/App.ts",
    "c:/Proj/src": "C:/Proj/src",
    "/c/Proj/src": "C:/Proj/src",
    "/c": "C:/",
    "/cygdrive/c/x": "/cygdrive/c/x",
    "/tmp/x": "/tmp/x",
    "\\\\?\\C:\\Proj\\a": "C:/Proj/a",
    "\\\\?\\UNC\\server\\share\\a": "//server/share/a",
    "\\\\server\\share\\a": "//server/share/a",
    "//?/C:/Proj/a": "C:/Proj/a",
    "//?/unc/server/share/a": "//server/share/a",
    "\\\\.\\C:\\Proj\\a": "C:/Proj/a",
    "//./c:/Proj/a": "C:/Proj/a",
    "src/App.ts.": "src/App.ts",
    "src./App.ts .. ": "src/App.ts",
    "src/App.ts:stream": "src/App.ts",
    "src/App.ts::$DATA": "src/App.ts",
    "C:src/a": "C:src/a",
    "../a.ts": "../a.ts",
    "./.env": "./.env",
    "src/...": "src/",
    "é:\\x": "é/x",
}
LISTED = {"C:\\": ["Proj"], "C:\\Proj": ["src", ".fanout"], "C:\\Proj\\src": ["App.ts", "Straße.ts"]}
ONE_FILE = [
    "C:\\Proj\\src\\App.ts", "c:/Proj/src/App.ts", "/c/proj/SRC/app.ts", "src\\App.ts", "src/app.ts.", "SRC/App.ts ",
    "src/App.ts::$DATA", "src/App.ts:x", "\\\\?\\C:\\Proj\\src\\App.ts", "..\\Proj\\.\\src\\x\\..\\App.ts",
]  # fmt: skip
OUTSIDE = ["D:\\Proj\\src\\App.ts", "..\\Other\\a.ts", "C:\\Project\\a.ts", "\\\\server\\share\\a.ts", "/tmp/a"]


@pytest.mark.parametrize(("path", "plain"), PLAIN.items())
def test_a_path_is_what_windows_takes_it_for(path: str, plain: str) -> None:
    assert windows_paths.plain(path) == plain
    assert windows_paths.plain(plain) == plain


@pytest.fixture
def naming(monkeypatch: pytest.MonkeyPatch) -> paths.Naming:
    """Of the project C:\\Proj, on a disk that holds LISTED."""
    there = {path.casefold(): names for path, names in LISTED.items()}

    def listdir(folder: str) -> list[str]:
        if folder.casefold() not in there:
            raise FileNotFoundError(folder)
        return there[folder.casefold()]

    def lexists(path: str) -> bool:
        above, last = ntpath.split(path)
        return not last or last.casefold() in map(str.casefold, there.get(above.casefold(), []))

    functions = {name: getattr(ntpath, name) for name in dir(ntpath) if not name.startswith("_")}
    windows = SimpleNamespace(
        path=SimpleNamespace(**{**functions, "lexists": lexists}), sep="\\", listdir=listdir, environ=os.environ
    )
    monkeypatch.setattr(paths, "os", windows)
    monkeypatch.setattr(spelling, "os", windows)
    return paths.Naming("C:\\Proj", True)


@pytest.mark.parametrize("path", ONE_FILE)
def test_every_spelling_is_the_one_name(naming: paths.Naming, path: str) -> None:
    assert naming.name(path, "C:\\Proj") == naming.given(path, "C:\\Proj") == "src/App.ts"


@pytest.mark.parametrize("path", OUTSIDE)
def test_what_lies_elsewhere_is_outside(naming: paths.Naming, path: str) -> None:
    assert paths.is_outside(naming.name(path, "C:\\Proj")), naming.name(path, "C:\\Proj")


def test_the_state_is_the_state_in_every_spelling(naming: paths.Naming) -> None:
    for path in (".FANOUT\\state.db", ".fanout.\\state.db", ".fanout::$INDEX_ALLOCATION/state.db"):
        assert naming.name(path, "C:\\Proj") == ".fanout/state.db"
    assert naming.name("C:\\Proj", "C:\\") == "."
