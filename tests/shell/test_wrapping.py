"""Commands that run another one: what they skip before it. Judged by what that one writes; none of them runs here."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanout.shell import analyse

WRITES = {
    "sudo rm a.txt": ["a.txt"],
    "sudo -u me -g us rm a.txt": ["a.txt"],
    "sudo --user me --chdir sub touch b.txt": ["sub/b.txt"],
    "sudo -D sub touch b.txt; rm a.txt": ["a.txt", "sub/b.txt"],
    "sudo -D sub -s 'echo x > b.txt'": ["sub/b.txt"],
    "sudo A=1 B=2 rm a.txt": ["a.txt"],
    "sudo -s rm a.txt": ["a.txt"],
    "sudo -i 'echo x > b.txt'": ["b.txt"],
    "sudo -s 'echo x > b.txt; rm a.txt'": ["a.txt", "b.txt"],
    "sudo -s": [],
    "sudo 'rm a.txt'": None,
    "sudo -n true": [],
    "doas rm a.txt": ["a.txt"],
    "doas -u me A=1 rm a.txt": ["a.txt"],
    "timeout 5 rm a.txt": ["a.txt"],
    "timeout -k 1 -s TERM 5 rm a.txt": ["a.txt"],
    "timeout --kill-after 1 --signal TERM 5 rm a.txt": ["a.txt"],
    "gtimeout -k 1 5 rm a.txt": ["a.txt"],
    "nohup touch b.txt": ["b.txt"],
    "nice -n 5 touch b.txt": ["b.txt"],
    "nice --adjustment 5 touch b.txt": ["b.txt"],
    "ionice -c 2 -n 7 touch b.txt": ["b.txt"],
    "ionice --class 2 --classdata 7 touch b.txt": ["b.txt"],
    "time touch b.txt": ["b.txt"],
    "command time -o log -f %e touch b.txt": ["b.txt", "log"],
    "stdbuf -o L -i 0 touch b.txt": ["b.txt"],
    "stdbuf --output L touch b.txt": ["b.txt"],
    "setsid touch b.txt": ["b.txt"],
    "chronic touch b.txt": ["b.txt"],
    "caffeinate -t 5 touch b.txt": ["b.txt"],
    "unbuffer touch b.txt": ["b.txt"],
    "chrt 5 touch b.txt": ["b.txt"],
    "taskset 0x1 touch b.txt": ["b.txt"],
    "numactl touch b.txt": ["b.txt"],
    "xvfb-run -n 5 -s x touch b.txt": ["b.txt"],
    "xvfb-run --server-num 5 touch b.txt": ["b.txt"],
    "busybox touch b.txt": ["b.txt"],
    "toybox touch b.txt": ["b.txt"],
    "strace -o log -e open touch b.txt": ["b.txt", "log"],
    "strace --output log touch b.txt": ["b.txt", "log"],
    "strace ls": [],
    "ltrace -o log ls": ["log"],
    "catchsegv touch b.txt": ["b.txt"],
    "faketime yesterday touch b.txt": ["b.txt"],
    "env A=1 touch b.txt": ["b.txt"],
    "env -u A -i touch b.txt": ["b.txt"],
    "env -S 'touch b.txt'": ["b.txt"],
    "env --split-string 'A=1 touch b.txt'": ["b.txt"],
    "env -C sub touch b.txt": ["sub/b.txt"],
    "env --chdir sub touch b.txt": ["sub/b.txt"],
    "env": [],
    "dotenv touch b.txt": ["b.txt"],
    "dotenv -e .env -- touch b.txt": ["b.txt"],
    "dotenv -e .env touch b.txt": ["b.txt"],
    "dotenvx run touch b.txt": ["b.txt"],
    "cross-env A=1 B=2 touch b.txt": ["b.txt"],
    "cross-env touch a=b": ["a=b"],
    "dotenvx set A 1": None,
    "doppler secrets": None,
    "dotenv": None,
    "concurrently 'touch b.txt' 'rm a.txt'": ["a.txt", "b.txt"],
    "concurrently -n one,two 'touch b.txt' true": ["b.txt"],
    "concurrently npm:none": None,
    "su -c 'touch b.txt'": ["b.txt"],
    "su me -c 'touch b.txt'": ["b.txt"],
    "runuser -u me touch b.txt": ["b.txt"],
    "runuser -u me -- touch b.txt": ["b.txt"],
    "watch -n 5 touch b.txt": ["b.txt"],
    "watch rm -f a.txt": ["a.txt"],
    "flock lock touch b.txt": ["b.txt", "lock"],
    "flock a.txt touch b.txt": ["b.txt"],
    "flock 9": [],
    "lockfile lock": ["lock"],
    "echo a.txt | entr touch b.txt": ["b.txt"],
    "echo a.txt | entr rm -f a.txt": ["a.txt"],
    "echo a.txt | xargs -i rm {}": ["a.txt"],
    "echo a.txt | xargs -I% rm %": ["a.txt"],
    "echo a.txt | xargs -I % mv % b.txt": ["a.txt", "b.txt"],
}


@pytest.mark.parametrize("line", WRITES)
def test_what_is_skipped_before_the_command_that_runs(line: str, tmp_path: Path) -> None:
    """None: what it runs is not known."""
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "sub").mkdir()
    effects = analyse(line, str(tmp_path))
    wanted = WRITES[line]
    assert effects.unknown is (wanted is None), effects.reasons
    assert wanted is None or sorted(effects.paths(str(tmp_path))) == wanted
