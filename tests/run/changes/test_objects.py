"""What is kept of a path: files and links, and nothing that can't be read to its end."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hooks.desk import Desk
from run.plans import plan

from fanout.run.changes import objects


@pytest.mark.parametrize("name", ["/dev/null", "pipe"])
def test_what_is_no_file_is_not_read(desk: Desk, name: str) -> None:
    """A named pipe has no end, nor has a device."""
    desk.start(plan({"01": {}}))
    os.mkfifo(desk.root / "pipe")
    assert objects.keep(str(desk.root), os.path.join(desk.root, name)) == objects.NOT_KEPT
    assert objects.name_of(os.path.join(desk.root, name)) == objects.NOT_KEPT


def test_a_pipe_as_target_holds_nobody_up(desk: Desk) -> None:
    desk.start(plan({"01": {}, "02": {}}))
    desk.launch("01")
    desk.launch("02")
    os.mkfifo(desk.root / "pipe")
    assert desk.write("agent-01", "pipe") == {} and desk.bash("agent-01", "echo x > pipe") == {}


@pytest.mark.parametrize("size", [-1, 0, 1])
def test_what_is_too_large_is_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    desk.start(plan({"01": {}}))
    monkeypatch.setattr(objects, "LARGEST", 100)
    (desk.root / "big").write_bytes(b"x" * (100 + size))
    assert (objects.keep(str(desk.root), str(desk.root / "big")) == objects.NOT_KEPT) == (size > 0)


def test_a_link_is_kept_as_a_link_and_a_mode_with_its_bytes(desk: Desk, tmp_path: Path) -> None:
    desk.start(plan({"01": {}}))
    root = str(desk.root)
    (desk.root / "plain").write_text("x\n")
    (desk.root / "runs").write_text("x\n")
    (desk.root / "runs").chmod(0o755)
    (desk.root / "link").symlink_to("plain")
    (desk.root / "broken").symlink_to("nowhere")
    names = {name: objects.keep(root, str(desk.root / name)) for name in ("plain", "runs", "link", "broken")}
    assert objects.is_same_data(names["plain"], names["runs"]) and names["plain"] != names["runs"]
    for name, kept in names.items():
        objects.put(str(tmp_path / name), objects.load(root, kept), objects.kind(kept))
    assert (tmp_path / "plain").read_text() == (tmp_path / "runs").read_text() == "x\n"
    assert not os.access(tmp_path / "plain", os.X_OK) and os.access(tmp_path / "runs", os.X_OK)
    assert os.readlink(tmp_path / "link") == "plain" and os.readlink(tmp_path / "broken") == "nowhere"
    assert objects.keep(root, str(desk.root / "none")) == objects.ABSENT
    assert objects.keep(root, str(desk.root / "plain" / "below")) == objects.ABSENT


def test_threads_of_one_process_keep_the_same_bytes_at_once(tmp_path: Path) -> None:
    for number in range(50):
        data = f"{number}\n".encode() * 1000
        with ThreadPoolExecutor(8) as pool:
            names = set(pool.map(lambda _, data=data: objects.keep_bytes(str(tmp_path), data, ""), range(8)))
        assert [objects.load(str(tmp_path), name) for name in names] == [data]
    assert not list(tmp_path.rglob("*.tmp"))
