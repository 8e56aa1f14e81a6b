"""What `fanout worker` and `fanout drive` refuse at once, and what they say to do; and that nobody reads along elsewhere."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from project import CHECKOUT, Project

from fanout.engines import terms
from fanout.run.store.db import connect
from fanout.run.tasks import runs

NO_CLIENT = "there is no client /nope to start. --client PATH names it"
TLS = ("--tls-ca", "one.pem", "--tls-cert", "one.pem", "--tls-key", "one.key")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--local", "--schedule"], 2, "--local makes a scheduler for this machine, at --port"),
        (["--local", "--cluster", "tcp://127.0.0.1:8786"], 2, "leave --cluster and --schedule out"),
        (["--local", "--client", "/nope"], 1, NO_CLIENT),
        (["--cluster", "tcp://127.0.0.1:1", "--client", "/nope"], 1, NO_CLIENT),
        (
            ["--schedule", "--cluster", "127.0.0.1"],
            1,
            "127.0.0.1 is no address of a scheduler. tcp://127.0.0.1:8786 or tls://HOST:8786",
        ),
        (
            ["--cluster", "tls://127.0.0.1:1", "--client", "sh", *TLS],
            1,
            "--tls-ca one.pem: No such file or directory. TLS is three files: --tls-ca, --tls-cert and --tls-key",
        ),
        (
            ["--cluster", "tcp://127.0.0.1:1", "--client", "sh", "--folder", "plan.json/x"],
            1,
            "plan.json/x can't hold a worker's clones: Not a directory. --folder DIR: one that it can write.",
        ),
        (["--cluster", "tcp://127.0.0.1:1", "--slots", "0"], 2, "--slots 0 is for a scheduler alone: add --schedule"),
    ],
)
def test_a_worker_that_could_do_nothing_is_refused(project: Project, words: list[str], code: int, said: str) -> None:
    project.write({"plan.json": "{}"})
    ran = project.fanout("worker", *words, env={"FANOUT_CLUSTER": ""})
    assert ran.code == code and said in ran.err


def test_a_client_that_is_not_there_is_said_before_anything_is_begun_or_kept(project: Project) -> None:
    project.write({"plan.json": json.dumps({"id": "r", "tasks": [{"id": "a", "writes": ["a.txt"]}]})})
    project.commit_all()
    assert project.fanout("start", "plan.json", "--engine", "local").code == 0
    ran = project.fanout("drive", "--permission-mode", "acceptEdits", "--client", "/nope")
    assert ran.code == 1 and NO_CLIENT in ran.err
    assert "0 attempts" in project.fanout("status").out
    assert "it is not said what the headless clients" in project.fanout("drive", "--client", "/nope").err


def test_files_are_kept_as_they_are_found_from_everywhere(project: Project) -> None:
    """What is kept is used from other folders: by --detach, by a client's start in its work tree, by a later `fanout cancel`."""
    project.write({"plan.json": json.dumps({"id": "r", "tasks": [{"id": "a", "writes": ["a.txt"]}]}), "sub/x": ""})
    project.commit_all()
    assert project.fanout("start", "plan.json", "--engine", "dask").code == 0
    words = [
        "--permission-mode",
        "acceptEdits",
        "--cluster",
        "tls://127.0.0.1:1",
        "--tls-ca",
        "one.pem",
        "--tls-cert",
        "one.pem",
    ]
    more = ["--tls-key", "keys/one.key", "--client", "./bin/claude", "--hub", "../hub.git"]
    project.fanout("drive", "r-1", *words, *more)
    db = connect(str(project.path))
    kept = terms.of_run(runs.get(db, "r-1"))
    db.close()
    root = project.path
    assert (kept.tls_ca, kept.tls_key) == (str(root / "one.pem"), str(root / "keys" / "one.key"))
    assert (kept.client, kept.hub) == (str(root / "bin" / "claude"), str(root.parent / "hub.git"))
    project.fanout("drive", "r-1", "--client", "claude", "--hub", "git@example.org:a/b")
    db = connect(str(project.path))
    kept = terms.of_run(runs.get(db, "r-1"))
    db.close()
    assert (kept.client, kept.hub, kept.tls_ca) == ("claude", "git@example.org:a/b", str(root / "one.pem"))
    project.git("remote", "add", "ours", "ssh://git@example.org/a")
    project.fanout("drive", "r-1", "--hub", "ours")
    db = connect(str(project.path))
    assert terms.of_run(runs.get(db, "r-1")).hub == "ssh://git@example.org/a"
    db.close()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks /proc who listens where")
def test_what_a_machine_of_a_cluster_opens_to_others_is_encrypted(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the optional packages of the engine dask are not installed")
    line = "openssl req -x509 -newkey rsa:2048 -nodes -keyout one.key -out one.pem -days 2 -subj /CN=one"
    subprocess.run(line.split(), cwd=tmp_path, check=True, capture_output=True)
    words = ["worker", "--schedule", "--cluster", "tls://127.0.0.2:0", "--slots", "1", "--client", sys.executable, *TLS]
    env = {**os.environ, "HOME": str(tmp_path)}
    command = [sys.executable, str(CHECKOUT / "scripts"), *words, "--folder", "folder"]
    with (tmp_path / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=said, stderr=said)
    try:
        while b"slots at" not in (tmp_path / "said.txt").read_bytes():
            assert process.poll() is None, (tmp_path / "said.txt").read_text()
            time.sleep(0.1)
        open_to_others = [place for place in listening(process.pid) if place[0] != "127.0.0.1"]
        assert open_to_others and [place for place in open_to_others if answers_plainly(place)] == []
        assert not any(answers_plainly(place) == "page" for place in listening(process.pid))
    finally:
        process.terminate()
        process.wait()


def listening(pid: int) -> list[tuple[str, int]]:
    """Where a process listens, of IPv4."""
    own = {os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    found = [row[1].split(":") for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own]
    return [(socket.inet_ntoa(bytes.fromhex(host)[::-1]), int(port, 16)) for host, port in found]


def answers_plainly(place: tuple[str, int]) -> str:
    """What it has to say to one who speaks HTTP: "page", "none" for that there is none, "" for nothing."""
    host = "127.0.0.2" if place[0] == "0.0.0.0" else place[0]
    with socket.create_connection((host, place[1]), timeout=20) as link:
        try:
            link.sendall(b"GET /info/main/workers.html HTTP/1.0\r\n\r\n")
            answer = link.recv(4096)
        except OSError:
            return ""
    return "" if not answer.startswith(b"HTTP/") else "none" if b" 404 " in answer[:20] else "page"
