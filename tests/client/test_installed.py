from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fanout.client import installed

SCRIPTS = Path(installed.__file__).parents[2]

# A program in npm's place: it counts its runs, takes a moment and makes a client that knows its version.
NPM = """#!/bin/sh
echo run >> "$FANOUT_TEST_LOG"
sleep 0.3
mkdir -p node_modules/.bin
printf '#!/bin/sh\\necho "9.9.9 (Claude Code)"\\n' > node_modules/.bin/claude
chmod +x node_modules/.bin/claude
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH: it has what the scripts here use, no npm and no claude."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "sleep", "mkdir", "chmod"):
        (folder / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("FANOUT_TEST_LOG", str(tmp_path / "log"))
    return folder


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


def test_takes_it_from_the_cache(tmp_path: Path, path: Path) -> None:
    made = tmp_path / "client-9.9.9" / "node_modules" / ".bin" / "claude"
    made.parent.mkdir(parents=True)
    made.touch()
    assert installed.locate("9.9.9", cache=tmp_path) == made


def test_fetches_once_and_says_so(tmp_path: Path, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program(path, "npm", NPM)
    cache = tmp_path / "cache"
    first, second = (installed.locate("9.9.9", cache=cache) for _ in range(2))
    assert first == second == cache / "client-9.9.9" / "node_modules" / ".bin" / "claude"
    assert capfd.readouterr().err == f"fanout: fetching Claude Code 9.9.9 with npm into {cache} (once)\n"
    assert installed.version_of(first) == "9.9.9"
    assert sorted(os.listdir(cache)) == ["client-9.9.9", "client-9.9.9.lock"]
    assert stat.S_IMODE((cache / "client-9.9.9").stat().st_mode) == 0o755


def test_first_uses_at_the_same_time_fetch_once(tmp_path: Path, path: Path) -> None:
    program(path, "npm", NPM)
    code = (
        "import sys; from pathlib import Path; from fanout.client import installed;"
        "print(installed.locate('9.9.9', cache=Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "cache")]
    env = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    started = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = {process.communicate(timeout=60)[0].strip() for process in started}
    assert said == {str(tmp_path / "cache/client-9.9.9/node_modules/.bin/claude")}
    assert (tmp_path / "log").read_text() == "run\n"


FAILING = [
    (None, "Claude Code 9.9.9 has to be fetched and npm is missing. Install Node.js with npm."),
    (
        "#!/bin/sh\necho 'npm error code ETARGET' >&2\necho 'npm error notarget No matching version.' >&2\nexit 1\n",
        "npm could not fetch Claude Code 9.9.9: notarget No matching version. Is there a network?",
    ),
    ("#!/bin/sh\nexit 7\n", "npm could not fetch Claude Code 9.9.9: npm ended with exit code 7. Is there a network?"),
    (
        NPM.replace('echo "9.9.9 (Claude Code)"', "echo broken >&2; exit 1"),
        "npm fetched Claude Code 9.9.9, but it does not run: broken. Remove it from npm's cache and try again.",
    ),
]


@pytest.mark.parametrize(("npm", "reason"), FAILING, ids=["no npm", "no version", "no word", "no client"])
def test_a_failed_fetch_is_one_line_and_leaves_nothing(
    tmp_path: Path, path: Path, npm: str | None, reason: str
) -> None:
    if npm:
        program(path, "npm", npm)
    cache = tmp_path / "cache"
    with pytest.raises(installed.NoClient) as failed:
        installed.locate("9.9.9", cache=cache)
    assert str(failed.value).endswith(reason)
    assert "\n" not in str(failed.value)
    assert os.listdir(cache) == ["client-9.9.9.lock"]


def test_a_half_made_copy_is_made_again(tmp_path: Path, path: Path) -> None:
    program(path, "npm", NPM)
    (tmp_path / "client-9.9.9" / "node_modules").mkdir(parents=True)
    assert installed.version_of(installed.locate("9.9.9", cache=tmp_path)) == "9.9.9"


def test_does_not_fetch_when_it_may_not(tmp_path: Path) -> None:
    with pytest.raises(installed.NoClient, match="is not in"):
        installed.locate("9.9.9", cache=tmp_path, fetch=False)
    assert os.listdir(tmp_path) == []


def test_a_cache_that_can_not_be_written_is_named(tmp_path: Path, path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(installed.NoClient, match=r"could not be put into .*file/cache: Not a directory\."):
        installed.locate("9.9.9", cache=tmp_path / "file" / "cache")


CACHES = [
    ({"FANOUT_CACHE_DIR": "/a", "CLAUDE_PLUGIN_DATA": "/b"}, "/a"),
    ({"CLAUDE_PLUGIN_DATA": "/b"}, "/b"),
    ({"FANOUT_CACHE_DIR": "", "CLAUDE_PLUGIN_DATA": ""}, str(SCRIPTS.parent / ".cache")),
    ({}, str(SCRIPTS.parent / ".cache")),
]


@pytest.mark.parametrize(("env", "folder"), CACHES)
def test_knows_the_cache(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], folder: str) -> None:
    for name in ("FANOUT_CACHE_DIR", "CLAUDE_PLUGIN_DATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert str(installed.default_cache()) == folder


def test_finds_the_users_own(path: Path) -> None:
    assert installed.from_path() is None
    program(path, "claude", "#!/bin/sh\n")
    assert installed.from_path() == path / "claude"
