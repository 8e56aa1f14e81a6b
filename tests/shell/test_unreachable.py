"""Commands that delete for good what no branch holds: which of them leave what is young."""

from __future__ import annotations

from fanout.shell import analyse
from fanout.shell.git import unreachable

LOST = """
git gc                                              |
git gc --auto                                       |
git gc --prune                                      |
git gc --prune=now                                  | objects
git gc --prune=all                                  | objects
git gc --aggressive --prune=2.weeks.ago             |
git gc --prune=13.days.ago                          | objects
git gc --prune='14 days ago'                        |
git gc --prune=20.days                              |
git gc --prune=99.days                              |
git gc --prune=100.days                             |
git gc --prune=1.week.ago                           | objects
git gc --prune=1.weeks.ago                          | objects
git gc --prune=10.weeks.ago                         |
git gc --prune=1.month.ago                          |
git gc --prune='3 Years Ago'                        |
git gc --prune=never                                |
git gc --prune=false                                |
git gc --prune=2.hours.ago                          | objects
git -c gc.pruneExpire=now gc                        | objects
git -c gc.reflogExpire=now gc                       | objects
git -c GC.REFLOGEXPIREUNREACHABLE=now gc            | objects
git -c gc.pruneExpire=never gc                      |
git -c user.name=now gc                             |
git -c gc.pruneExpire=never gc --prune=now          | objects
git gc -h                                           |
git prune                                           | objects
git prune -n                                        |
git prune --dry-run                                 |
git prune --expire=now                              | objects
git prune --expire 3.weeks.ago                      |
git repack                                          |
git repack -a                                       |
git repack -d                                       |
git repack -a -d                                    | objects
git repack -ad                                      | objects
git repack -A -d                                    |
git repack -a -d -k                                 |
git repack -a -d --keep-unreachable                 |
git repack -d --cruft                               |
git repack -a -d --cruft                            |
git repack -d --cruft --cruft-expiration=now        | objects
git repack -d --cruft --cruft-expiration=1.year     |
git reflog                                          |
git reflog show main                                |
git reflog exists refs/heads/main                   |
git reflog expire --all                             |
git reflog expire --expire now --all                | logs
git reflog expire --expire 1.year --all             |
git repack -a -d --window 20                        | objects
git reflog expire --expire=now --all                | logs
git reflog expire --expire-unreachable=now --all    | logs
git reflog expire --expire=never --expire-unreachable=now --all | logs
git reflog expire --expire=90.days --all            |
git reflog expire --expire=now --all -n             |
git reflog expire --expire=now --all --dry-run      |
git -c gc.reflogExpire=now reflog expire --all      | logs
git -c gc.reflogExpireUnreachable=0 reflog expire --all | logs
git -c gc.reflogExpire=1.year reflog expire --all   |
git reflog delete main@{0}                          | logs
git reflog drop main                                | logs
git reflog delete -n main@{0}                       |
git status                                          |
"""
WORDS = {unreachable.OBJECTS: "objects", unreachable.LOGS: "logs", "": ""}


def test_what_is_lost_for_good() -> None:
    told = [tuple(map(str.strip, line.split("|"))) for line in LOST.strip().splitlines()]
    found = [(line, WORDS[unreachable.lost_by(analyse(line, "/r").git[0])]) for line, _ in told]
    assert found == told
