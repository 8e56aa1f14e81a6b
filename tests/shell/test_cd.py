"""Where a line is after `cd`, by CDPATH too; and loops whose commands only their run tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.shell import analyse

# Where `echo x > f` writes then, below the folder that the line starts in.
WRITES = """
cd in && echo x > f                            | in/f
CDPATH=$PWD/other; cd in && echo x > f         | other/in/f
CDPATH=$PWD/other/; cd in && echo x > f        | other/in/f
CDPATH=$PWD/other; cd ./in && echo x > f       | in/f
CDPATH=$PWD/other; cd in/../in && echo x > f   | other/in/f
CDPATH=$PWD/other; cd $PWD/in && echo x > f    | in/f
CDPATH=$PWD/other; cd . && echo x > f          | f
CDPATH=$PWD/other; cd in && cd .. && echo x > f | other/f
CDPATH=$PWD/other; cd in && cd ../.. && echo x > f | f
CDPATH=$PWD/none:$PWD/other; cd in && echo x > f | other/in/f
CDPATH=:$PWD/other; cd in && echo x > f        | in/f
CDPATH=$PWD/other; cd only && echo x > f       | only/f
cd in && cd - && echo x > f                    | f
cd in; cd ../only; cd - && echo x > f          | in/f
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("in", "other/in", "only", f"other/{tmp_path.as_posix().lstrip('/')}/in"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def test_where_a_line_writes(tree: Path) -> None:
    told = [tuple(map(str.strip, line.split("|"))) for line in WRITES.strip().splitlines()]
    found = []
    for line, _ in told:
        (write,) = analyse(line, str(tree)).writes
        found.append((line, Path(write.path).relative_to(tree).as_posix()))
    assert found == told


@pytest.mark.parametrize(
    "line",
    [
        'for f in a b; do "$cmd" x; echo x > $f; done',
        "for f in a b; do $cmd; echo x > $f; done",
        'for f in a b; do $(true) x; "read" y < z; echo x > $f; done',
        "for f in a b; do read -r y < z; let n=1; echo x > $f; done",
    ],
)
def test_a_command_that_only_the_run_tells_hides_nothing_beside_it(tree: Path, line: str) -> None:
    assert {Path(write.path).name for write in analyse(line, str(tree)).writes} >= {"a", "b"}


# A loop that turns nobody knows how often: what a later turn would write is not known, or named.
TURNS = """
let f=f+1; echo x > out$f
let "f += 1" g=2; echo x > out$f
((f++)); echo x > out$f
echo x > $f; printf -v f b
echo x > $f; read -r f
echo x > $f; mapfile -t f
echo x > $f; export f=b
echo x > $f; declare f=b
echo x > $f; : $((f=2))
echo x > $f; set_f
echo x > $f; eval f=b
echo x > $f; "$cmd" z; f=b
"""


@pytest.mark.parametrize("head", ["while grep -q x y", "until grep -q x y"])
def test_what_a_later_turn_writes_is_not_left_out(tree: Path, head: str) -> None:
    for body in TURNS.strip().splitlines():
        effects = analyse(f"f=1; set_f() {{ f=b; }}; {head}; do {body}; done", str(tree))
        assert effects.unknown or any("\0" in write.path for write in effects.writes), body


def test_what_no_turn_changes_is_named_once(tree: Path) -> None:
    effects = analyse('f=a; while grep -q x y; do g=$f; echo x > $f; "$cmd" z < $g; done', str(tree))
    assert [Path(write.path).name for write in effects.writes] == ["a"]
    assert analyse("f=a; while getopts ab f; do echo x > $f; done", str(tree)).unknown
    effects = analyse("f=a; while grep -q x y; do echo x > $f; done", str(tree))
    assert [Path(write.path).name for write in effects.writes] == ["a"] and not effects.unknown
