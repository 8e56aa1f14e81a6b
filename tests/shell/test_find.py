"""find: the files that a line takes away, by what really goes in a scratch folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from fanout.shell import analyse

FILES = ["a.o", "b.txt", "empty.o", "new.o", "sub/a.o", "sub/B.O", "sub/deep/c.o", "keep/a.o", "keep/deep/d.o"]


def build(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    for name in FILES:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("" if name == "empty.o" else "x\n")
        at = time.time() - (0 if name == "new.o" else 1000)
        os.utime(place / name, (at, at))
    (place / "none").mkdir()
    (place / "link.o").symlink_to("a.o")
    (place / "into").symlink_to("sub")


def there(place: Path) -> set[str]:
    return {path.relative_to(place).as_posix() for path in place.rglob("*") if not path.is_dir() or path.is_symlink()}


# Where find's own tests alone decide, exactly what goes is named.
EXACT = """
find . -name '*.o' -delete
find sub keep -name '*.o' -delete
find . -iname '*.o' -delete
find . -path './sub/*' -delete
find . -wholename './sub/*' -type f -delete
find . -ipath './SUB/*.o' -delete
find . -name '*.o' ! -path './keep/*' -delete
find . -not -name '*.o' -type f -delete
find . ! ! -name '*.o' -delete
find . -type l -delete
find . -type f,l -name '*.o' -delete
find . -type f -empty -delete
find . -type d -empty -delete
find . -type f -newer a.o -delete
find . -type f ! -newer a.o -delete
find . -maxdepth 1 -type f -delete
find . -mindepth 2 -type f -delete
find . -mindepth 2 -maxdepth 2 -type f -delete
find . -false -delete
find . -true -name a.o -delete
find . ! -true -delete
find . -name a.o -o -name b.txt -delete
find . \\( -name a.o -o -name b.txt \\) -delete
find . \\( -name a.o -or -name b.txt \\) -a -path './sub*' -delete
find . -name a.o -false , -name b.txt -delete
find . -name b.txt , -name a.o -delete
find . -name a.o -print , -name '*.o' -delete
find . -name keep -prune -o -name '*.o' -exec rm {} +
find . -name keep -prune -o -name '*.o' -exec rm {} \\;
find . \\( -name keep -o -name deep \\) -prune -o -name '*.o' -exec rm {} +
find . -path ./sub -prune -o -type f -execdir rm {} \\;
find . -depth -name keep -prune -o -name '*.o' -exec rm {} +
find . -name none -o -name '*.o' -exec rm {} +
find a.o -delete
find sub/ -name '*.o' -delete
find -name 'a.o' -delete
find -H . -name 'a.o' -delete
find . -name a.o -quit -o -name '*.nothing' -delete
find nowhere -delete
find . -name '*.o' -print0
"""


# What these tests say is not known here: at least what goes is named.
AT_LEAST = """
find . -perm -u+r -name '*.o' -delete
find . -size -1000k -delete
find . -regex '.*o' -delete
find . -mtime -1 -type f -delete
find . ! -nouser -type f -delete
find . -not -nogroup -name '*.o' -delete
find . ! -executable -type f -delete
find . -readable -type f -delete
find . -writable -type f -delete
find . ! \\( -nouser -o -nogroup \\) -type f -delete
find . -nouser -prune -o -type f -exec rm {} +
find . -perm 7777 -prune -o -name '*.o' -exec rm {} +
find . -perm 7777 \\( -name keep -prune \\) -o -name '*.o' -exec rm {} +
find . ! -perm 7777 -o -prune -o -name x , -name '*.o' -exec rm {} +
find . \\( ! -perm 7777 -o -prune \\) , -name '*.o' -exec rm {} +
find . -type f -nouser -quit , -name '*.o' -exec rm {} +
find . -depth -path ./sub -prune -o -name '*.o' -delete
find . -name keep -prune -o -name '*.o' -delete
find "$PWD" -name '*.o' -delete
"""


def gone_and_said(line: str, place: Path) -> tuple[set[str], set[str]]:
    """What goes when the line runs in the scratch folder, and what it is said to take away."""
    build(place)
    before, said = there(place), set()
    for write in analyse(line, str(place)).writes:
        path, _, unknown = write.path.partition("\0")
        below = path.rstrip("/") + "/" if write.recursive else path if unknown else path + "\0"
        said |= {name for name in before if f"{place}/{name}" == path or f"{place}/{name}".startswith(below)}
    subprocess.run(["bash", "-c", line], cwd=place, stdin=subprocess.DEVNULL, capture_output=True)
    return before - there(place), said


def test_exactly_what_goes_is_named(tmp_path: Path) -> None:
    for line in EXACT.strip().splitlines():
        gone, said = gone_and_said(line, tmp_path / "scratch")
        assert said == gone, line


def test_nothing_goes_that_is_not_named(tmp_path: Path) -> None:
    for line in AT_LEAST.strip().splitlines():
        gone, said = gone_and_said(line, tmp_path / "scratch")
        assert said >= gone, line
