"""bin/fanout makes the planner's environment by itself, once, whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from project import CHECKOUT, FANOUT

from fanout.client import installed

TOOLS = ("sh", "cksum", "mkdir", "rm", "mv", "sleep", "tail", "cut", "grep", "cat", "readlink", "dirname")


def start(cache: Path, command: Path = FANOUT, /, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(command), "--version"],
        env={**os.environ, "FANOUT_CACHE_DIR": str(cache), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with the shell's tools and no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_copy(tmp_path)


def small_copy(folder: Path) -> Path:
    """bin/fanout of a copy whose lock has what `fanout --version` needs, and no more: an environment in a few seconds."""
    copy = folder / "copy"
    (copy / "requirements").mkdir(parents=True)
    (copy / "bin").mkdir()
    shutil.copy(FANOUT, copy / "bin" / "fanout")
    shutil.copytree(CHECKOUT / "scripts", copy / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CHECKOUT / ".claude-plugin", copy / ".claude-plugin")
    whole = (CHECKOUT / "requirements" / "planner.txt").read_text()
    click = re.search(r"^click==.*\n(?:    --hash=.*\n)+", whole, re.MULTILINE)
    assert click
    (copy / "requirements" / "planner.txt").write_text(click[0])
    return copy / "bin" / "fanout"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with one environment, of `small`'s lock, made once; to be copied."""
    folder = tmp_path_factory.mktemp("built")
    code, _, err = finish(start(folder / "cache", small_copy(folder)))
    assert code == 0, err
    return folder / "cache"


def offer(tools: Path, name: str, answer: str) -> None:
    """A python of another version, as far as asking for its version goes."""
    (tools / name).write_text(f"#!/bin/sh\necho {answer}\n")
    (tools / name).chmod(0o755)


@pytest.mark.slow
def test_first_uses_at_the_same_time_make_one_environment(tmp_path: Path, small: Path) -> None:
    ran = [finish(process) for process in [start(tmp_path / "cache", small) for _ in range(3)]]
    assert [code for code, _, _ in ran] == [0, 0, 0], ran
    assert {out for _, out, _ in ran} == {ran[0][1]} and ran[0][1].startswith("fanout ")
    told = "".join(err for _, _, err in ran)
    assert told.count("preparing its Python environment") == 1
    made = list((tmp_path / "cache").iterdir())
    assert len(made) == 1 and (made[0] / "ready").exists()
    assert finish(start(tmp_path / "cache", small)) == (0, ran[0][1], "")


@pytest.mark.slow
def test_a_killed_builder_leaves_nothing_that_is_used(tmp_path: Path, small: Path) -> None:
    cache = tmp_path / "cache"
    process = start(cache, small)
    deadline = time.monotonic() + 60
    while not list(cache.glob("planner-*.lock/pid")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not list(cache.glob("planner-*/ready"))
    code, out, err = finish(start(cache, small))
    assert code == 0 and out.startswith("fanout "), err
    assert [path.name for path in cache.iterdir() if path.name.endswith(".lock")] == []


def test_without_python_311_one_line_says_so(tmp_path: Path, tools: Path) -> None:
    offer(tools, "python3", "3.9")
    code, _, err = finish(start(tmp_path / "cache", PATH=str(tools)))
    assert code == 3
    assert err.splitlines()[-1] == (
        "fanout: its environment can't be made: it needs Python 3.11 or newer, and finds 3.9: install it, or uv"
    )
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.slow
def test_an_environment_whose_python_is_gone_is_made_again(tmp_path: Path, small: Path, built: Path) -> None:
    cache = shutil.copytree(built, tmp_path / "cache", symlinks=True)
    code, out, _ = finish(start(cache, small))
    (made,) = (path for path in cache.iterdir() if (path / "ready").exists())
    (made / "bin" / "python").unlink()
    (made / "bin" / "python").symlink_to("/no/such/python")
    assert finish(start(cache, small))[:2] == (code, out) == (0, out)


def test_without_any_python_a_run_can_still_be_cancelled(tmp_path: Path, tools: Path) -> None:
    live = tmp_path / "project" / ".fanout" / "live"
    live.parent.mkdir(parents=True)
    live.write_text("/no/such/python\n")
    (live.parent.parent / "src").mkdir()
    ran = subprocess.run(
        [str(FANOUT), "cancel"],
        cwd=live.parent.parent / "src",
        env={"PATH": str(tools), "FANOUT_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0 and "switched off and nothing is guarded" in ran.stdout
    assert not live.exists()


@pytest.mark.slow
def test_without_a_network_one_line_says_so(tmp_path: Path) -> None:
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_NO_INDEX": "",
        "PIP_FIND_LINKS": "",
    }
    path = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not (Path(folder) / "uv").exists()
    )
    code, _, err = finish(start(tmp_path / "cache", **nowhere, PIP_CONFIG_FILE=os.devnull, PATH=path))
    assert code == 3 and "its packages can't be fetched (no network?)" in err.splitlines()[-1]
    assert not list((tmp_path / "cache").iterdir())


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = finish(start(tmp_path / "file" / "cache"))
    assert code == 3 and "set FANOUT_CACHE_DIR" in err


@pytest.mark.slow
def test_another_lock_is_another_environment(tmp_path: Path, small: Path, built: Path) -> None:
    lock = small.parents[1] / "requirements" / "planner.txt"
    cache = shutil.copytree(built, tmp_path / "cache", symlinks=True)
    for wanted in (1, 2):
        code, _, err = finish(start(cache, small))
        assert code == 0, err
        assert len(list(cache.glob("planner-*/ready"))) == wanted
        lock.write_text(lock.read_text() + "# and another\n")


def test_installed_by_the_client_its_data_folder_holds_the_environment(tmp_path: Path) -> None:
    """As a session's hooks do, whose CLAUDE_PLUGIN_DATA this is; before the first session nothing says so."""
    version = tmp_path / "plugins" / "cache" / "fanout" / "spec" / "0.1.0"
    for part in ("bin", "scripts", "requirements", ".claude-plugin"):
        shutil.copytree(CHECKOUT / part, version / part)
    data = tmp_path / "plugins" / "data" / "spec-fanout"
    data.mkdir(parents=True)
    for made in installed.default_cache().glob("planner-*"):
        (data / made.name).symlink_to(made)
    (data / "options.json").write_text('{"max_parallel": "3"}')
    env = {name: value for name, value in os.environ.items() if name not in ("FANOUT_CACHE_DIR", "CLAUDE_PLUGIN_DATA")}
    ran = subprocess.run(
        [str(version / "bin" / "fanout"), "config"], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stderr == "" and "max_parallel = 3  (plugin option" in ran.stdout
    assert not (version / ".cache").exists()
