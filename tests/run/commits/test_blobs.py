"""What git has for a path, and what it has with a task's step laid onto it."""

from __future__ import annotations

from pathlib import Path

import pytest
from project import Project

from fanout.run.changes import git, objects
from fanout.run.commits import blobs
from fanout.run.commits.blobs import NOTHING, Clash, Entry

PLAIN, RUNS, LINK = "100644", "100755", "120000"
NINE = "".join(f"{number}\n" for number in range(1, 10))


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("blobs"))
    project.write(
        {"a.txt": NINE, "run.sh": "x\n", "in/b.txt": "b\n", "[x]": "x\n", ".gitattributes": "*.crlf text eol=crlf\n"}
    )
    (project.path / "run.sh").chmod(0o755)
    (project.path / "to").symlink_to("a.txt")
    project.commit_all()
    return project


def blob(repo: Project, text: str, mode: str = PLAIN) -> Entry:
    return mode, git.run(str(repo.path), "hash-object", "-w", "--stdin", data=text.encode())


def test_the_entry_of_a_kept_object(repo: Project) -> None:
    root = str(repo.path)

    def entry(path: str, data: bytes, kind: str = "") -> Entry:
        return blobs.of(root, root, path, objects.keep_bytes(root, data, kind))

    assert blobs.of(root, root, "a.txt", objects.ABSENT) == NOTHING
    assert entry("n.txt", b"new\n") == blob(repo, "new\n")
    assert entry("n.sh", b"new\n", objects.EXECUTABLE) == blob(repo, "new\n", RUNS)
    assert entry("n.crlf", b"new\r\n") == blob(repo, "new\n"), "as git would have it"
    assert entry("n.crlf", b"a\r\n", objects.LINK) == blob(repo, "a\r\n", LINK), "a link's target is as it is"
    assert blobs.of(root, root, "run.sh", objects.NOT_KEPT) == blob(repo, "x\n", RUNS)
    assert blobs.of(root, root, "a.txt", objects.NOT_KEPT) == blob(repo, NINE)


def test_where_git_goes_by_no_modes_the_mode_is_the_one_that_it_has(
    repo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(repo.path)
    monkeypatch.setattr(git, "reads_modes", lambda tree: False)
    kept = objects.keep_bytes(root, b"y\n", objects.EXECUTABLE)
    assert [blobs.of(root, root, path, kept)[0] for path in ("run.sh", "a.txt", "new", "to")] == [
        RUNS,
        PLAIN,
        PLAIN,
        PLAIN,
    ]
    assert blobs.of(root, root, "run.sh", objects.keep_bytes(root, b"y\n", ""))[0] == RUNS
    assert blobs.of(root, root, "a.txt", objects.keep_bytes(root, b"y", objects.LINK))[0] == LINK


def test_what_a_commit_and_the_index_have(repo: Project) -> None:
    root = str(repo.path)
    for ask in (lambda path: blobs.in_tree(root, "HEAD", path), lambda path: blobs.staged(root, path)):
        assert ask("a.txt") == blob(repo, NINE) and ask("run.sh") == blob(repo, "x\n", RUNS)
        assert ask("to") == blob(repo, "a.txt", LINK) and ask("[x]") == blob(repo, "x\n")
        assert ask("in/b.txt") == blob(repo, "b\n") and ask("none") == NOTHING == ask("in")
    assert blobs.in_tree(root, "", "a.txt") == NOTHING


def test_whether_a_commit_ever_had_it(repo: Project) -> None:
    root = str(repo.path)
    assert blobs.was_ever_in(root, "HEAD", "a.txt") and blobs.was_ever_in(root, "HEAD", "[x]")
    assert not blobs.was_ever_in(root, "HEAD", "x") and not blobs.was_ever_in(root, "", "a.txt")


TWO, EIGHT = NINE.replace("2\n", "two\n"), NINE.replace("8\n", "eight\n")
BOTH = TWO.replace("8\n", "eight\n")
LAID: dict[str, tuple[str | None, str | None, str | None, str | None]] = {
    # before the step, after it, what git has, and what comes of it; None for nothing
    "as before": (NINE, TWO, NINE, TWO),
    "as after": (NINE, TWO, TWO, TWO),
    "changed elsewhere": (NINE, TWO, EIGHT, BOTH),
    "made": (None, NINE, None, NINE),
    "made so already": (None, NINE, NINE, NINE),
    "taken away": (NINE, None, NINE, None),
    "gone already": (NINE, None, None, None),
}
CLASHES = {
    "made otherwise": (None, NINE, TWO),
    "gone meanwhile": (NINE, TWO, None),
    "changed and to go": (NINE, None, TWO),
    "the same lines": (NINE, TWO, NINE.replace("2\n", "zwei\n")),
}


@pytest.mark.parametrize("case", LAID)
def test_a_step_is_laid_onto_what_is_there(repo: Project, case: str) -> None:
    before, after, there, expected = (NOTHING if text is None else blob(repo, text) for text in LAID[case])
    assert blobs.laid(str(repo.path), "a.txt", (before, after), there) == expected


@pytest.mark.parametrize("case", CLASHES)
def test_or_it_clashes(repo: Project, case: str) -> None:
    before, after, there = (NOTHING if text is None else blob(repo, text) for text in CLASHES[case])
    with pytest.raises(Clash, match=r"a\.txt"):
        blobs.laid(str(repo.path), "a.txt", (before, after), there)


@pytest.mark.parametrize("place", range(3))
def test_links_are_not_merged(repo: Project, place: int) -> None:
    entries = [blob(repo, text, LINK if at == place else PLAIN) for at, text in enumerate((NINE, TWO, EIGHT))]
    with pytest.raises(Clash):
        blobs.laid(str(repo.path), "a.txt", (entries[0], entries[1]), entries[2])


@pytest.mark.parametrize(
    ("before", "after", "there", "mode"),
    [(PLAIN, RUNS, PLAIN, RUNS), (PLAIN, PLAIN, RUNS, RUNS), (RUNS, PLAIN, RUNS, PLAIN), (PLAIN, PLAIN, PLAIN, PLAIN)],
)
def test_the_mode_is_the_steps_where_it_changed_that(
    repo: Project, before: str, after: str, there: str, mode: str
) -> None:
    step = blob(repo, NINE, before), blob(repo, TWO, after)
    assert blobs.laid(str(repo.path), "a.txt", step, blob(repo, EIGHT, there)) == blob(repo, BOTH, mode)


def test_entries_are_put_into_an_index_what_goes_first(repo: Project, tmp_path: Path) -> None:
    root, index = str(repo.path), str(tmp_path / "index")
    git.run(root, "read-tree", "HEAD", index=index)
    entries = {"a.txt": NOTHING, "a.txt/below": blob(repo, "new\n"), "in/b.txt": blob(repo, "changed\n", RUNS)}
    blobs.put(root, entries, index)
    listed = git.run(root, "ls-files", "-s", index=index).splitlines()
    found = {line.split("\t")[1]: tuple(line.split()[:2]) for line in listed}
    assert found["a.txt/below"] == entries["a.txt/below"] and found["in/b.txt"] == entries["in/b.txt"]
    assert "a.txt" not in found and blobs.staged(root, "a.txt") == blob(repo, NINE), "the user's own is as it was"
    inner = str(repo.path / "in")
    blobs.put(inner, {"c.txt": blob(repo, "c\n")}, index)
    assert "in/c.txt" in git.run(root, "ls-files", index=index).split()


def test_where_names_fold_a_file_keeps_the_spelling_that_git_has(repo: Project) -> None:
    root, names = str(repo.path), ["A.TXT", "a.txt", "new", "IN/b.txt"]
    assert blobs.spelled(root, names, False) == {name: name for name in names}
    assert blobs.spelled(root, names, True) == {
        "A.TXT": "A.TXT",
        "a.txt": "a.txt",
        "new": "new",
        "IN/b.txt": "in/b.txt",
    }
    assert blobs.spelled(root, ["A.TXT"], True) == {"A.TXT": "a.txt"} and blobs.spelled(root, [], True) == {}


def test_a_spelling_that_only_the_last_commit_has_counts_too(repo: Project) -> None:
    """Taken out of the index, or not yet in a commit: git knows it either way."""
    root = str(repo.path)
    repo.git("rm", "-q", "--cached", "in/b.txt")
    repo.write({"Staged": "x\n"})
    repo.git("add", "Staged")
    try:
        found = blobs.spelled(root, ["IN/b.txt", "staged"], True)
    finally:
        repo.git("reset", "-q")
        (repo.path / "Staged").unlink()
    assert found == {"IN/b.txt": "in/b.txt", "staged": "Staged"}


def test_before_the_first_commit_the_index_alone_has_spellings(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"A.txt": "x\n"})
    project.git("init", "-q")
    project.git("add", ".")
    assert blobs.spelled(str(tmp_path), ["a.txt", "new"], True) == {"a.txt": "A.txt", "new": "new"}


def test_which_repository_inside_a_path_is_in(tmp_path: Path) -> None:
    Project(tmp_path).write({"sub/.git": "gitdir: x\n", "sub/deep/a": "", "clone/.git/HEAD": "", "plain/a": ""})
    (tmp_path / ".git").mkdir()
    names = ("sub/deep/a", "sub/a", "clone/x/y", "plain/a", "a")
    assert [blobs.other_repository(str(tmp_path), name) for name in names] == ["sub", "sub", "clone", "", ""]


def test_own_lines_beside_the_users_go_alone(repo: Project) -> None:
    """The user's own, in no commit, are left out; what stands in the midst of them is refused."""
    root, users = str(repo.path), f"{NINE}mine\nunfinished\n"
    before, after = blob(repo, users), blob(repo, f"{users}task\n")
    assert blobs.fitted(root, "a.txt", (before, after), blob(repo, NINE)) == blob(repo, f"{NINE}task\n")
    inside = blob(repo, users.replace("mine\n", "mine\ntask\n"))
    with pytest.raises(Clash, match=r"a\.txt"):
        blobs.fitted(root, "a.txt", (before, inside), blob(repo, NINE))
