"""The readers' way to files: what can't be read is not there, and only `text` and `data` say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.errors import FanoutError
from fanout.plan.file_access import NO_FILES, Files
from fanout.plan.reading import Source
from fanout.source import disk
from fanout.source.disk import DISK


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.md").write_bytes(b"\xef\xbb\xbfline one\nline two")
    (tmp_path / "a.bin").write_bytes(b"ok\nbad \xff byte")
    return tmp_path


def test_names_are_sorted_and_a_missing_folder_has_none(folder):
    assert DISK.names(str(folder)) == ["a.bin", "b.md"]
    assert DISK.names(str(folder / "none")) == DISK.names(str(folder / "b.md")) == []


@pytest.mark.parametrize(
    ("name", "characters", "text"),
    [
        ("b.md", -1, "line one\nline two"),
        ("b.md", 4, "line"),
        ("a.bin", 7, "ok\nbad "),
        ("none", -1, ""),
        (".", -1, ""),
    ],
)
def test_peek_never_raises(folder, name, characters, text):
    assert DISK.peek(str(folder / name), characters) == text


@pytest.mark.parametrize(
    ("read", "name", "said"),
    [
        (DISK.text, "a.bin", "{folder}/a.bin:2:5: not UTF-8 text. Save the file as UTF-8."),
        (DISK.text, "none", "{folder}/none can't be read: No such file or directory. Check its permissions."),
        (DISK.data, "none", "{folder}/none can't be read: No such file or directory. Has it been moved?"),
        (NO_FILES.text, "b.md", "{folder}/b.md can't be read: no file is in reach. Name the file itself."),
        (NO_FILES.data, "b.md", "{folder}/b.md can't be read: no file is in reach. Name the file itself."),
    ],
)
def test_text_and_data_say_what_is_wrong(folder, read, name, said):
    with pytest.raises(FanoutError) as error:
        read(str(folder / name))
    assert str(error.value) == said.format(folder=folder)


def test_a_file_that_no_list_would_fill_is_refused(folder, monkeypatch):
    monkeypatch.setattr(disk, "LARGEST_BYTES", 1 << 20)
    (folder / "big").write_bytes(b"a" * ((1 << 20) + 1))
    with pytest.raises(FanoutError, match=r"big is larger than 1 MB\. Name the task list itself\."):
        DISK.text(str(folder / "big"))


@pytest.mark.parametrize(
    ("files", "found"), [(DISK, (True, True, False, True)), (NO_FILES, (False, False, False, False))]
)
def test_what_is_where(folder, files: Files, found):
    path = str(folder / "b.md")
    assert (files.exists(path), files.is_file(path), files.is_folder(path), files.is_folder(str(folder))) == found


def test_a_source_is_a_folder_only_where_files_are_in_reach(folder):
    assert Source("x", str(folder), "", "/", files=DISK).is_folder
    assert not Source("x", str(folder), "", "/").is_folder
    assert Source("x", "a", "t", "/", files=DISK) == Source("x", "a", "t", "/")
