"""Where `git pull` would take its commit from. A repository on this disk is asked; the network never is."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fanout.shell.effects import GitEffect
    from fanout.shell.git.gitrepo import GitRepo


def upstream(repo: GitRepo, effect: GitEffect, words: list[str]) -> tuple[str, dict[str, str]] | None:
    """The commit and what git needs to see it; ("", {}) when the pull must fail; None when only the network knows."""
    branch = repo.branch(effect)
    remote = words[0] if words else repo.setting(effect, f"branch.{branch}.remote")
    name = words[1] if len(words) > 1 else repo.setting(effect, f"branch.{branch}.merge")
    url = repo.setting(effect, f"remote.{remote}.url") or remote if remote else ""
    if not name or not _is_place(url, remote):
        return "", {}
    place = url[7:] if url.startswith("file://") else url
    place = os.path.join(repo.top(effect) or effect.cwd, place)
    if not os.path.isdir(place):
        return ("", {}) if "/" in url and ":" not in url else None
    text = repo.ask(effect, ["ls-remote", place, name]) or ""
    return text.split("\t")[0].strip(), {"GIT_ALTERNATE_OBJECT_DIRECTORIES": _objects(place)}


def _is_place(url: str, remote: str) -> bool:
    """Whether it leads somewhere: not a remote's name that has no address."""
    return bool(url) and (url != remote or ":" in url or "/" in url or url == ".")


def _objects(place: str) -> str:
    return next((path for path in (place + "/objects", place + "/.git/objects") if os.path.isdir(path)), "")
