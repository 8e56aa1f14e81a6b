"""What `analyse` promises apart from the tables: any input, bounded time, cheap import, clear reasons."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import SCALE
from shell import lines

from fanout.shell import Effects, analyse, is_read_only, virtual_filesystem
from fanout.shell.parse import parse

SCRIPTS = Path(__file__).parents[2] / "scripts"
ALL = [*lines.table("reading"), *lines.table("writing"), *lines.table("git")]


def named(line: str, cwd: Path) -> list[str]:
    return analyse(line, str(cwd), home=str(cwd / "home")).paths(str(cwd))


@pytest.mark.parametrize("line", ALL)
def test_every_line_of_the_tables_is_read_to_its_end(line: str) -> None:
    assert parse(line)[1] == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("echo 'open", "could not be parsed: unterminated single quote at character 5"),
        ('echo "open', "could not be parsed: unterminated double quote at character 10"),
        ("rm a.txt; if true", "could not be parsed: missing then at character 17"),
        ("echo $(ls", "could not be parsed: missing ) at character 9"),
        ("(ls", "could not be parsed: missing ) at character 3"),
        ("ls ;; rm", "could not be parsed: unexpected ';' at character 3"),
        ("a=(x; rm a.txt", "could not be parsed: bad array at character 4"),
        ("a=(x y", "could not be parsed: bad array at character 6"),
        ("echo x >", "could not be parsed: no target after > at character 8"),
        ("a\0b", "could not be parsed: it holds control characters"),
    ],
)
def test_what_cant_be_parsed_is_unknown_and_says_why(line: str, reason: str, tmp_path: Path) -> None:
    effects = analyse(line, str(tmp_path))
    assert effects.unknown
    assert reason in effects.reasons


def test_writes_before_a_parse_error_are_named(tmp_path: Path) -> None:
    assert named("touch one.txt\nrm two.txt; for x in", tmp_path) == ["one.txt", "two.txt"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('echo x > "$UNSET/file"', "a redirection writes to a path that is known only when it runs"),
        ("rm $UNSET", "rm writes to a path that is known only when it runs"),
        ("python3 tool.py", "python3 runs tool.py, which may write anything"),
        ("make", "make runs the project's own code or build, which may write anything"),
        ("frobnicate x", "frobnicate may write: what it does is not known"),
        ('eval "$UNSET"', "eval runs text that is known only when it runs"),
    ],
)
def test_unknown_says_what_and_why(line: str, reason: str, tmp_path: Path) -> None:
    effects = analyse(line, str(tmp_path))
    assert effects.unknown and effects.reasons == [reason]


def test_an_unknown_name_in_a_known_folder_names_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    effects = analyse('echo x > "out/$(uuidgen).txt"', str(tmp_path))
    assert effects.unknown
    assert [(write.path, write.recursive) for write in effects.writes] == [(f"{tmp_path}/out", True)]


def test_known_environment_and_home_make_paths(tmp_path: Path) -> None:
    effects = analyse("touch $OUT/x ~/y $HOME/z", str(tmp_path), home="/home/u", env={"OUT": "/srv/out"})
    assert effects.paths(str(tmp_path)) == ["/home/u/y", "/home/u/z", "/srv/out/x"]


def test_paths_are_relative_below_the_folder_and_absolute_elsewhere(tmp_path: Path) -> None:
    assert named("touch a b/../c ./d//e ../f /g/h", tmp_path) == sorted(
        [f"{tmp_path.parent}/f", "/g/h", "a", "c", "d/e"]
    )


def test_a_folder_that_does_not_exist_is_judged_by_the_words_alone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    effects = analyse("cp a b dest; rm *.txt; mkdir x", str(gone))
    assert {"dest/a", "dest/b", "x"} <= set(effects.paths(str(gone)))
    assert effects.unknown


@pytest.mark.parametrize("device", ["null", "stdout", "stderr", "tty", "fd/2", "zero"])
def test_devices_are_not_written(device: str, tmp_path: Path) -> None:
    assert is_read_only(analyse(f"ls > /dev/{device} 2>> /dev/{device}; ls | tee /dev/{device}", str(tmp_path)))


def test_our_own_command_line_writes_nothing(tmp_path: Path) -> None:
    assert is_read_only(analyse("fanout ask RUN/T1 src/a.ts 'why' && fanout next", str(tmp_path)))


def test_index_and_refs_are_not_read_only_for_git(tmp_path: Path) -> None:
    for line in ("git add x", "git commit -m x", "git tag v1", "git branch b", "git fetch"):
        effects = analyse(line, str(tmp_path))
        assert effects.writes == [] and not is_read_only(effects), line


@pytest.mark.parametrize(
    "line",
    [
        "(" * 5000,
        "$(" * 3000,
        "echo " + "x " * 200_000,
        '"' + "a" * 2_000_000,
        "`" * 3001,
        "echo " + "{a,b}" * 30,
        "touch {1..99999999}",
        "cat <<A\n" * 3000,
        "for i in " + "a " * 300 + "; do for j in {1..999}; do echo $i > $j; done; done",
        "while true; do echo x > f$((i++)); done",
        "f() { f; f; }; f",
        ":(){ :|:& };:",
        "x=ab;" + "x=$x$x;" * 60 + "echo > $x",
        "a=(1 2);" + 'a=("${a[@]}" "${a[@]}");' * 40 + "touch ${a[@]}",
        "eval " * 500 + "ls",
        "!(" * 500,
        "x=" + "a" * 40 + "; case $x in *a*a*a*a*a*a*a*a*a*a*b) rm x;; esac",
        "echo " + "a" * 40 + " | grep -E '(a|aa)+b' | xargs rm",
        'python3 -c "' + "x='ab'\n" + "x=x+x\n" * 60 + '"',
        "python3 -c '" + "(" * 3000 + "'",
        "find / -name x -delete",
        "grep -rl foo / | xargs rm",
        "cat > big.sh <<'EOF'\n" + "echo x\n" * 200_000 + "EOF\nbash big.sh",
    ],
)
def test_nothing_takes_long(line: str, tmp_path: Path) -> None:
    start = time.perf_counter()
    analyse(line, str(tmp_path))
    assert time.perf_counter() - start < 5


PIECES = [
    *(
        "$(",
        ")",
        "{",
        "}",
        "`",
        "'",
        '"',
        "<<EOF\n",
        "EOF\n",
        ">",
        ">>",
        "|",
        "&&",
        "||",
        ";",
        "\n",
        "[[",
        "]]",
        "((",
        "))",
    ),
    *(
        "if ",
        "then ",
        "fi",
        "for x in ",
        "do ",
        "done",
        "case ",
        "esac",
        "$x",
        "${x",
        "*",
        "rm ",
        "git ",
        "-f ",
        "\\",
        "$'",
    ),
    *("<(", "sed -i ", "python3 -c ", "awk ", "find . ", "xargs ", "eval ", "bash -c "),
]


@settings(max_examples=150 * SCALE, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_any_text_gets_an_answer(text: str) -> None:
    effects = analyse(text, "/nonexistent/fanout")
    assert isinstance(effects, Effects)
    assert not any("could not be analysed" in reason for reason in effects.reasons)


@settings(max_examples=300 * SCALE, deadline=None)
@given(st.sampled_from(ALL), st.sampled_from(ALL), st.data())
def test_mutated_lines_get_an_answer(line: str, other: str, data: st.DataObject) -> None:
    cut, end = (data.draw(st.integers(0, len(line))) for _ in range(2))
    splice = data.draw(st.integers(0, len(other)))
    text = (
        line[:cut]
        + data.draw(st.sampled_from(["", *PIECES]))
        + data.draw(st.sampled_from([line[end:], other[splice:]]))
    )
    effects = analyse(text, "/nonexistent/fanout")
    assert not any("could not be analysed" in reason for reason in effects.reasons)


HEAVY = {"typing", "dataclasses", "shlex", "pathlib", "subprocess", "logging", "enum_heavy", "ast", "glob", "fnmatch",
         "tarfile", "zipfile", "inspect", "json.tool", "tempfile", "shutil", "argparse"}  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "ls -la",
        "echo x > a.txt && sed -i s/a/b/ b.txt",
        "git add a.txt && git commit -m x",
        "cp a b; for f in *; do rm $f; done",
    ],
)
def test_a_usual_line_loads_nothing_slow(line: str) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); before = set(sys.modules)\n"
        f"from fanout.shell import analyse; analyse({line!r}, '/tmp')\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "fanout.shell.shell" in loaded
    assert not loaded & HEAVY
    assert not any(name.startswith("fanout.shell.inline") for name in loaded)


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("rmdir a/b/c", ["a/b/c"]),
        ("rmdir -p a/b/c", ["a", "a/b", "a/b/c"]),
        ("rmdir --parents a/b/", ["a", "a/b"]),
        ("rmdir -p a x/y", ["a", "x", "x/y"]),
    ],
)
def test_rmdir_takes_the_folders_above_away_where_it_is_asked_to(line: str, gone: list[str], tmp_path: Path) -> None:
    assert sorted(named(line, tmp_path)) == gone


INHERITED = {
    "PATH": "/bin:/usr/bin:/sbin:ROOT/tools",
    "LESSOPEN": "| /usr/bin/lesspipe %s",
    "NODE_OPTIONS": "--require x.js",
}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("wc a.txt", ""),
        ("rm a.txt", ""),
        ("PATH=/usr/bin:. wc a.txt", ""),
        ("PATH=$PATH:$PWD wc a.txt", ""),
        ("PATH=$PWD:$PATH wc a.txt", "wc is wc in ROOT, which may write anything"),
        ("export PATH=.:$PATH; wc a.txt", "wc is wc in ., which may write anything"),
        ("env PATH=$PWD:/bin wc a.txt", "wc is wc in ROOT, which may write anything"),
        ("LESSOPEN='|touch b' wc a.txt", "wc is started with LESSOPEN, which may run anything"),
    ],
)
def test_what_every_line_inherits_is_the_users_and_makes_none_unknown(line: str, reason: str, tmp_path: Path) -> None:
    for name in ("wc", "tools/wc", "a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    inherited = {name: value.replace("ROOT", str(tmp_path)) for name, value in INHERITED.items()}
    effects = analyse(line, str(tmp_path), home=str(tmp_path / "home"), env=inherited)
    assert effects.reasons == ([reason.replace("ROOT", str(tmp_path))] if reason else [])
    assert effects.unknown is bool(reason)


@pytest.mark.parametrize(("most", "named"), [(4, ["src/a.py", "src/b.py"]), (3, ["src"])])
def test_a_walk_is_followed_as_far_as_its_last_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, named: list[str]
) -> None:
    """A folder and three files: one more than may be looked at, and all below it may be written."""
    (tmp_path / "src").mkdir()
    for name in ("a.py", "b.py", "c.txt"):
        (tmp_path / "src" / name).write_text("")
    monkeypatch.setattr(virtual_filesystem, "MAX_FILES", most)
    effects = analyse("find src -name '*.py' -exec sed -i s/a/b/ {} +", str(tmp_path))
    assert (effects.paths(str(tmp_path)), effects.unknown) == (named, most == 3)


BRANCHES = [
    ("[[ a < b ]] && touch yes || touch no", ["no", "yes"]),
    ("[[ a < b && -z x ]] && touch yes || touch no", ["no"]),
    ("if __name__ == '__main__':\n    open('yes', 'w')\nelse:\n    open('no', 'w')", ["yes"]),
    ("import sys\np = 'one'\nif sys.stdin.read():\n    q = 'two'\nopen(p, 'w')\nopen(q, 'w')", ["one", "two"]),
    ("import sys\nif sys.stdin.read():\n    open('two', 'w')\nelse:\n    open('one', 'w')", ["one", "two"]),
]


@pytest.mark.parametrize(("text", "written"), BRANCHES)
def test_of_a_condition_that_is_known_one_branch_is_followed_else_both(
    text: str, written: list[str], tmp_path: Path
) -> None:
    line = text if text.startswith("[[") else f"python3 - <<'EOF'\n{text}\nEOF"
    assert named(line, tmp_path) == written


def test_a_command_that_python_makes_up_is_unknown(tmp_path: Path) -> None:
    made_up = "python3 -c 'import os, sys; os.system(sys.stdin.read())'"
    assert analyse(made_up, str(tmp_path)).unknown
    known = analyse("python3 -c 'import os; os.system(\"touch a\")'", str(tmp_path))
    assert (known.paths(str(tmp_path)), known.unknown) == (["a"], False)


@pytest.mark.parametrize(("turns", "is_followed"), [(300, True), (301, False)])
@pytest.mark.parametrize("line", ["for i in {{1..{0}}}; do :; done", "for ((i = 0; i < {0}; i++)); do :; done"])
def test_a_loop_is_followed_for_so_many_turns(line: str, turns: int, is_followed: bool, tmp_path: Path) -> None:
    effects = analyse(line.format(turns) + '; [ "$i" ] && echo x > $i.txt', str(tmp_path))
    assert (not effects.unknown) is is_followed
