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
        (["--cluster", "tcp://127.0.0.1:1", "--slots", "0"], 2, "--slots 0 is for a scheduler alone: add --schedule"),
    ],
)
def test_a_worker_that_could_do_nothing_is_refused(project: Project, words: list[str], code: int, said: str) -> None:
    ran = project.fanout("worker", *words, env={"FANOUT_CLUSTER": ""})
    assert ran.code == code and said in ran.err


def test_a_client_that_is_not_there_is_said_before_anything_is_begun_or_kept(project: Project) -> None:
    project.write({"plan.json": json.dumps({"id": "r", "tasks": [{"id": "a", "writes": ["a.txt"]}]})})
    project.commit_all()
    assert project.fanout("start", "plan.json", "--engine", "local").code == 0
    ran = project.fanout("drive", "--permission-mode", "acceptEdits", "--client", "/nope")
    assert ran.code == 1 and NO_CLIENT in ran.err
    assert "0 attempts" in project.fanout("status").out
    assert "it is not said what the headless clients" in project.fanout("drive", "--client", sys.executable).err


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
