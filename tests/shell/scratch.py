"""A folder in which command lines are really run, and what they changed there."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

FILES = {
    "README.md": "# Readme\n\nTODO one\n",
    "a.txt": "alpha\nbeta\ngamma\n",
    "b.txt": "beta\ndelta\nalpha\n",
    "numbers.txt": "1 10\n2 20\n3 30\n",
    "data.csv": "name,age\nann,3\nbob,5\n",
    "notes.md": "old notes\n",
    "config.json": '{"name": "demo", "version": 1}\n',
    "package.json": '{"name": "demo", "scripts": {"hi": "echo hi > hi.txt"}}\n',
    "list.txt": "a.txt\nb.txt\n",
    "app.log": "INFO start\nERROR x\nINFO end\n",
    "with space.txt": "spaced\n",
    ".env": "KEY=value\n",
    ".hidden": "h\n",
    "src/main.py": "import util\n\nprint('foo', util.x)\n",
    "src/util.py": "x = 1  # foo\n",
    "src/index.ts": "export const foo = 1;\n",
    "src/lib/core.ts": "export const bar = foo + 2;\n",
    "src/lib/old.bak": "backup\n",
    "tests/test_main.py": "def test_x():\n    assert True\n",
    "docs/guide.md": "guide foo\n",
    "docs/img/pic.svg": "<svg/>\n",
    "build/out.o": "obj\n",
    "build/tmp/x.tmp": "tmp\n",
    "build/tmp/y.tmp": "tmp\n",
    "crlf.txt": "one\r\ntwo\r\n",
    "main.c": "int main(void){return 0;}\n",
    "Makefile": "all:\n\techo made > made.txt\nclean:\n\trm -f made.txt\n",
    "gen.sh": "#!/bin/bash\necho generated > gen.out\n",
    "show.sh": "#!/bin/bash\ncat a.txt\n",
    "script.py": "open('from_script.txt', 'w').write('x')\n",
    "prog.awk": '{ print $1 > "awk.out" }\n',
    "edit.sed": "s/alpha/omega/w sed.out\n",
    "fix.patch": "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n-alpha\n+ALPHA\n beta\n gamma\n",
    "new.patch": "diff --git a/fresh.txt b/fresh.txt\nnew file mode 100644\n"
    "--- /dev/null\n+++ b/fresh.txt\n@@ -0,0 +1 @@\n+hi\n",
}  # fmt: skip


def build(root: Path) -> None:
    """The standard tree, committed in git."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (root / "gen.sh").chmod(0o755)
    (root / "show.sh").chmod(0o755)
    (root / "empty").mkdir()
    (root / "link.txt").symlink_to("a.txt")
    (root / "linkdir").symlink_to("docs")
    _archives(root)
    subprocess.run(["sqlite3", "data.db", "create table t(x); insert into t values(1);"], cwd=root, check=True)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "start")
    pack(root)


def pack(root: Path) -> None:
    """Leaves few files in `.git`: the tree is copied for each line."""
    git(root, "repack", "-adq")
    for sample in (root / ".git" / "hooks").glob("*.sample"):
        sample.unlink()
    for folder in (root / ".git" / "objects").iterdir():
        if not any(folder.iterdir()):
            folder.rmdir()


def _archives(root: Path) -> None:
    members = {"pk/one.txt": b"1\n", "pk/sub/two.txt": b"2\n"}
    with tarfile.open(root / "pack.tar.gz", "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    with zipfile.ZipFile(root / "pack.zip", "w") as zipped:
        for name, data in members.items():
            zipped.writestr(zipfile.ZipInfo(name), data)
    subprocess.run(["gzip", "-nk", "app.log"], cwd=root, check=True)


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": f"{os.environ['PATH']}:{os.path.dirname(sys.executable)}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "GIT_AUTHOR_NAME": "t",
        "GIT_AUTHOR_EMAIL": "t@example.invalid",
        "GIT_COMMITTER_NAME": "t",
        "GIT_COMMITTER_EMAIL": "t@example.invalid",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "NPM_CONFIG_FETCH_RETRIES": "0",
        "FILTER_BRANCH_SQUELCH_WARNING": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **({"PYENV_VERSION": os.environ["PYENV_VERSION"]} if "PYENV_VERSION" in os.environ else {}),
    }


def git(root: Path, *args: str, check: bool = True) -> str:
    done = subprocess.run(
        ["git", *args], cwd=root, env=environment(root.parent), capture_output=True, text=True, check=check
    )
    return done.stdout


def run(line: str, root: Path) -> subprocess.CompletedProcess[bytes]:
    """Runs a line as the Bash tool does: one bash, no terminal."""
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        ["bash", "-c", line], cwd=root, env=environment(home), stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )  # fmt: skip


def snapshot(root: Path) -> dict[str, str]:
    """Each path below `root` (git's own folder left out) with what it holds."""
    found: dict[str, str] = {}
    for folder, folders, files in os.walk(root):
        if ".git" in folders and folder == str(root):
            folders.remove(".git")
        for name in [*folders, *files]:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, root)] = _content(path)
    return found


def _content(path: str) -> str:
    if os.path.islink(path):
        return "link " + os.readlink(path)
    if os.path.isdir(path):
        return "folder"
    if not os.path.isfile(path):
        return "special"
    mode = os.stat(path).st_mode & 0o777
    with open(path, "rb") as source:
        return f"{mode:o} {hashlib.sha256(source.read()).hexdigest()}"


def changes(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
