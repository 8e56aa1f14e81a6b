"""A commit runs hooks. One that stashes takes what siblings have not committed away while it runs: denied, with a way."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import repos
from shell.scratch import environment, git

from fanout.shell import analyse, endangers
from fanout.shell.git.gitrepo import GitRepo

COMMIT = "git commit -q -m x -- own/mine.ts"
UNVERIFIED = "git commit -q --no-verify -m x -- own/mine.ts"
SEEN = "cat src/sib.ts > ../seen 2>/dev/null; ls src > ../listed\n"
STASH = f"git stash push -q --keep-index -u\n{SEEN}git checkout -q -- . ; git stash pop -q\n"

# Hooks that really run: a script, and whether it takes the sibling's work away for a time.
REAL = {
    "stash": (STASH, True),
    "checkout": (f"cp -r src ../kept; git checkout -q -- .\n{SEEN}cp -r ../kept/. src\n", True),
    "another language": (
        "python3 - <<'EOF'\nimport subprocess\nsubprocess.run(['git', 'stash', '-q', '-u', '-k'])\nEOF\n"
        f"{SEEN}git stash pop -q\n",
        True,
    ),
    "reset": (f"cp -r src ../kept; git -c core.pager=cat reset -q --hard\n{SEEN}cp -r ../kept/. src\n", True),
    "look": (f"{SEEN}", False),
    "copy of the index": (f"git checkout-index --prefix=../copied/ -a\n{SEEN}", False),
    "grep": (f"git diff --cached --name-only | grep -q secret && exit 1\n{SEEN}", False),
    "comment": (f"# never git stash here\n{SEEN}", False),
}


def hook(root: Path, text: str, name: str = "pre-commit", folder: str = ".git/hooks", mode: int = 0o755) -> None:
    path = root / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(mode)


def judged(line: str, root: Path) -> list[str]:
    probe = GitRepo(environment(root.parent / "home"))
    return endangers(analyse(line, str(root)), "me", repos.OWNERS, str(root), str(root), probe)


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    repos.prepare(repository, tmp_path / "run", "modified")
    return tmp_path / "run"


@pytest.mark.parametrize("name", REAL)
def test_judged_as_the_hook_turns_out(name: str, root: Path) -> None:
    text, takes = REAL[name]
    hook(root, text)
    before = (root / "src/sib.ts").read_text()
    reasons = judged(COMMIT, root)
    repos.run(COMMIT, root)
    assert ((root.parent / "seen").read_text() != before) == takes
    assert bool(reasons) == takes
    if takes:
        assert reasons == [
            "git commit runs a hook that stashes, which would take away for a time src/sib.ts of sibling; "
            "instead: fanout commit, which the main conversation runs once you have ended"
        ]


@pytest.mark.parametrize(
    "text",
    [
        "exec pre-commit hook-impl --config=.pre-commit-config.yaml --hook-type=pre-commit --\n",
        'INSTALL_PYTHON=/usr/bin/python3\nARGS=(hook-impl --hook-type=pre-commit)\nexec "$INSTALL_PYTHON" -mpre_commit\n',
        "npx lint-staged\n",
        "pnpm exec lint-staged --quiet\n",
        "lefthook run pre-commit\n",
        "npm run precommit\n",
        "overcommit --run\n",
    ],
)
def test_runners_that_stash_by_themselves_are_known(text: str, root: Path) -> None:
    (root / "package.json").write_text('{"scripts": {"precommit": "lint-staged && tsc"}}')
    hook(root, text)
    assert "fanout commit" in judged(COMMIT, root)[0]
    assert judged(UNVERIFIED, root) == []


@pytest.mark.parametrize("text", ["npm test\n", "npx tsc --noEmit\n", "exit 0\n", "npx commitlint --edit $1\n"])
def test_hooks_that_only_look_are_no_reason(text: str, root: Path) -> None:
    hook(root, text)
    assert judged(COMMIT, root) == []


def test_the_hooks_of_another_folder_count_where_git_is_told_to_take_them(root: Path) -> None:
    hook(root, STASH, folder="tools/hooks")
    assert judged(COMMIT, root) == []
    git(root, "config", "core.hooksPath", "tools/hooks")
    assert judged(COMMIT, root)
    git(root, "config", "core.hooksPath", ".husky/_")
    hook(root, "npx lint-staged\n", folder=".husky", mode=0o644)
    assert judged(COMMIT, root)


def test_what_git_does_not_run_is_no_reason(root: Path) -> None:
    hook(root, STASH, mode=0o644)
    hook(root, STASH, name="pre-commit.sample")
    hook(root, STASH, name="pre-push")
    assert judged(COMMIT, root) == []
    hook(root, STASH, name="post-commit")
    assert judged(COMMIT, root) and judged(UNVERIFIED, root)


def test_the_projects_script_that_a_hook_runs_is_read(root: Path) -> None:
    (root / "tools").mkdir()
    (root / "tools" / "check.sh").write_text("npm test\n")
    hook(root, 'exec sh "tools/check.sh" "$@"\n')
    assert judged(COMMIT, root) == []
    (root / "tools" / "check.sh").write_text("git stash -k -u\nnpm test\ngit stash pop\n")
    assert judged(COMMIT, root)


def test_hooks_that_the_line_turns_off_are_no_reason(root: Path) -> None:
    hook(root, STASH)
    assert judged("git -c core.hooksPath=/dev/null commit -q -m x -- own/mine.ts", root) == []
    hook(root, STASH, folder="tools/hooks")
    hook(root, "true\n")
    assert judged(COMMIT, root) == []
    assert judged("git -c core.hooksPath=tools/hooks commit -q -m x -- own/mine.ts", root)


@pytest.mark.parametrize(
    "add",
    [
        "git add -A",
        "git add .",
        "git add -u",
        "git add --all :/",
        "git add -A .",
        "git add own",
        "git add -u own",
        'git add "$f"',
    ],
)
def test_a_hook_that_adds_everything_commits_what_siblings_have(add: str, root: Path) -> None:
    hook(root, f"f=own\n{add}\n")
    reasons = judged(COMMIT, root)
    repos.run(COMMIT, root)
    taken = "src/sib.ts" in git(root, "show", "--name-only", "--format=", "HEAD")
    assert bool(reasons) == taken
    assert not taken or reasons[0].startswith(
        "git commit runs a hook that adds all that is changed, which would commit src/sib.ts"
    )


def test_the_hook_of_a_push_counts_for_a_push(root: Path) -> None:
    hook(root, STASH, name="pre-push")
    assert "git push runs a hook that stashes" in judged("git push origin HEAD", root)[0]
    assert judged("git push --no-verify origin HEAD", root) == []
    hook(root, "npm test\n", name="pre-push")
    assert judged("git push origin HEAD", root) == []


def test_nobody_is_hurt_when_siblings_have_nothing_uncommitted(repository: Path, tmp_path: Path) -> None:
    repos.prepare(repository, tmp_path / "run", "nothing")
    hook(tmp_path / "run", STASH)
    assert judged(COMMIT, tmp_path / "run") == []
