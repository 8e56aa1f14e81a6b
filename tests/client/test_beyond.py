"""The recipes of docs/beyond.md, line for line, with the real client."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
from pathlib import Path

import pytest
from client import dask_cluster
from client.drive import PATIENCE, Driven, listed
from project import CHECKOUT
from scale import WHOLE

TASKS, OTHERS = (6, 3) if WHOLE else (3, 1)
PAGE = (CHECKOUT / "docs" / "beyond.md").read_text(encoding="utf-8")


def recipe(title: str) -> list[str]:
    """The commands of a section's first block."""
    return recipes(title)[0]


def recipes(title: str) -> list[list[str]]:
    """The commands of each block of a section."""
    section = PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return [found.splitlines() for found in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)]


def test_this_machine_overnight(start, tmp_path) -> None:
    driven = Driven(start, tmp_path / "project", {})
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "claude").symlink_to(driven.session.client)
    env = {**driven.env, "PATH": f"{tools}:{CHECKOUT / 'bin'}:{os.environ['PATH']}"}
    plan = listed({"id": "a", "writes": ["a.txt"]}, {"id": "b", "writes": ["b.txt"], "depends_on": ["a"]})
    driven.project.write({"plan.json": {"schema_version": 1, "id": "r", **plan}})
    driven.project.commit_all()
    said = []
    for line in recipe("This machine, overnight"):
        ran = subprocess.run(
            ["sh", "-c", line], cwd=driven.project.path, env=env, capture_output=True, text=True, timeout=PATIENCE
        )
        assert ran.returncode == 0, f"{line}\n{ran.stdout}{ran.stderr}"
        said.append(ran.stdout)
    assert "Launch nothing: r-1 runs on headless clients. `fanout drive r-1` starts them" in said[0]
    assert "Driven by process" in said[1]
    assert "2 of 2 done" in said[2]
    assert "2 tasks landed on main." in said[3]
    assert (driven.project.path / "b.txt").read_text() == "b.txt by b\n"


def certificates(folder: Path) -> dict[str, str]:
    """An authority and one certificate of it, made with openssl, as the variables name them."""
    folder.mkdir()
    made = (
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=farm",
        "openssl req -newkey rsa:2048 -nodes -keyout one.key -out one.csr -subj /CN=one",
        "openssl x509 -req -in one.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out one.pem -days 2",
    )
    for line in made:
        subprocess.run(line.split(), cwd=folder, check=True, capture_output=True)
    names = {"CA": "ca.pem", "CERT": "one.pem", "KEY": "one.key"}
    return {f"FANOUT_TLS_{name}": str(folder / file) for name, file in names.items()}


@pytest.mark.slow
def test_four_machines(start, tmp_path) -> None:
    """Workers behind real TLS, each with a folder of its own; the driver gets the optional packages by itself."""
    dask_cluster.needed()
    driven = Driven(start, tmp_path / "project", {"*": [{"declared": True}, {"done": "did it"}]})
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "claude").symlink_to(driven.session.client)
    hub = tmp_path / "hub.git"
    subprocess.run(["git", "init", "-q", "--bare", str(hub)], check=True)
    tls = certificates(tmp_path / "certificates")
    path = {"PATH": f"{tools}:{CHECKOUT / 'bin'}:{os.environ['PATH']}"}
    env = {**driven.env, **path, **tls}
    plan = listed(*({"id": f"t{n}", "writes": [f"t{n}.txt"]} for n in range(TASKS)), max_parallel=4)
    driven.project.write({"plan.json": {"schema_version": 1, "id": "r", **plan}})
    driven.project.commit_all()
    first, other, mine = recipes("Four machines")
    port = free_port()

    def words(line: str) -> str:
        return line.replace("HOST:8786", f"127.0.0.1:{port}").replace("HUB", f"file://{hub}")

    machines = []
    try:
        for number, (line,) in enumerate((first, *([other] * OTHERS))):
            own = {**env, "FANOUT_WORKER_FOLDER": str(tmp_path / f"machine{number}")}
            machines.append(
                dask_cluster.Process(["sh", "-c", f"exec {words(line)}"], own, "slots at", tmp_path / f"{number}.txt")
            )
        said = [
            subprocess.run(
                ["sh", "-c", words(line)], cwd=driven.project.path, env=without_key(env), capture_output=True, text=True
            )
            for line in mine
        ]
    finally:
        for one in reversed(machines):
            one.end()
    assert [ran.returncode for ran in said] == [0, 0, 0], "".join(ran.stdout + ran.stderr for ran in said)
    assert f"{TASKS} tasks landed on main." in said[2].stdout
    assert (driven.project.path / "t2.txt").read_text() == "t2.txt by t2\n"


def without_key(env: dict[str, str]) -> dict[str, str]:
    """Of the driver's machine: no key of the API."""
    return {name: value for name, value in env.items() if "ANTHROPIC" not in name}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


SBATCH = r"""#!/usr/bin/env python3
# Stands in for Slurm: runs each job of an array at once, in a folder and an environment of its own.
import os, re, subprocess, sys
script = open(sys.argv[1]).read()
first, last = map(int, re.search(r"^#SBATCH --array=(\d+)-(\d+)$", script, re.M).groups())
for number in range(first, last + 1):
    place = f"{os.environ['NODES']}/{number}"
    os.makedirs(place)
    env = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "TMPDIR": place, "SLURM_ARRAY_TASK_ID": str(number)}
    out = open(f"{place}/out", "w")
    job = subprocess.Popen(["sh", sys.argv[1]], env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
    open(f"{place}/pid", "w").write(str(job.pid))
print("Submitted batch job 1")
"""
SCANCEL = r"""#!/usr/bin/env python3
import glob, os, signal
for file in glob.glob(f"{os.environ['NODES']}/*/pid"):
    os.kill(int(open(file).read()), signal.SIGTERM)
"""


@pytest.mark.slow
def test_slurm(start, tmp_path) -> None:
    """The recipe with a stand-in for sbatch; scheduler, workers and TLS are real, the key is in the workers' file alone."""
    dask_cluster.needed()
    driven = Driven(start, tmp_path / "project", {"*": [{"declared": True}, {"done": "did it"}]})
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    (tools / "claude").symlink_to(driven.session.client)
    hub = tmp_path / "hub.git"
    subprocess.run(["git", "init", "-q", "--bare", str(hub)], check=True)
    tls = certificates(tmp_path / "certificates")
    env = {
        **driven.env,
        **tls,
        "PATH": f"{tools}:{CHECKOUT / 'bin'}:{os.environ['PATH']}",
        "NODES": str(tmp_path / "nodes"),
    }
    settings = driven.session.home / ".config" / "fanout"
    settings.mkdir(parents=True)
    lines = [
        f"export {name}={shlex.quote(value)}" for name, value in env.items() if name not in ("PATH", "HOME", "TMPDIR")
    ]
    (settings / "worker.env").write_text("\n".join(lines) + "\n")
    plan = listed(*({"id": f"t{n}", "writes": [f"t{n}.txt"]} for n in range(4)), max_parallel=4)
    driven.project.write({"plan.json": {"schema_version": 1, "id": "r", **plan}})
    driven.project.commit_all()
    port = free_port()
    login, nodes, mine = (
        "\n".join(block).replace("HOST:8786", f"127.0.0.1:{port}").replace("HUB", f"file://{hub}")
        for block in recipes("Slurm")
    )
    bare = without_key(env)
    scheduler = dask_cluster.Process(["sh", "-c", f"exec {login}"], bare, "The scheduler of", tmp_path / "login.txt")
    try:
        subprocess.run(["sh", "-ec", nodes], cwd=tmp_path, env=bare, check=True)
        driven.wait_for(
            lambda: all("slots at" in (tmp_path / "nodes" / f"{n}" / "out").read_text() for n in range(1, 5))
        )
        ran = subprocess.run(["sh", "-ec", mine], cwd=driven.project.path, env=bare, capture_output=True, text=True)
    finally:
        subprocess.run([str(tools / "scancel")], env=bare, check=False)
        scheduler.end()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 tasks landed on main." in ran.stdout
