"""What is said when somebody's file changed by another's doing: as much as is known, and what to do now."""

from __future__ import annotations

import os

from fanout.run.agents import agents
from fanout.run.changes import attribution, objects
from fanout.run.store import base, journal, notice, run_files, state_dir

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.store.records import Agent


class Finding:
    """A file that changed, its owner, who did it as far as is known, and both versions.

    `lost` is what the owner had written last, where that is not what was there before.
    """

    __slots__ = ("after", "before", "lost", "owner", "path", "verdict")

    def __init__(
        self, path: str, owner: Agent, verdict: attribution.Verdict, before: str, after: str, lost: bytes | None
    ) -> None:
        self.path = path
        self.owner = owner
        self.verdict = verdict
        self.before = before
        self.after = after
        self.lost = lost


def folder(root: str) -> str:
    """Where versions that were replaced are kept."""
    return os.path.join(state_dir.folder_of(root), "conflicts")


def tell(db: sqlite3.Connection, root: str, findings: list[Finding]) -> None:
    """Journals each, keeps the version before, and tells the owner and those whose commands ran. Inside a transaction."""
    told: dict[tuple[int, str, bool, int], list[tuple[Finding, str]]] = {}
    for finding in findings:
        others = [agents.get(db, number) for number in finding.verdict.others]
        _journal(db, finding, others)
        kept = _keep_version(root, base.folder(db, root, finding.owner.run), finding)
        if finding.owner.is_live:
            notice.leave(db, finding.owner.id, _to_owner(db, root, finding, others, kept))
        if finding.verdict.kind in (attribution.TOOL, attribution.AS_BEFORE) or finding.verdict.is_own_named:
            continue  # they know what they wrote; what the owner's own command names is most likely the owner's
        for other in others:
            if not other.is_live:
                continue
            key = (other.id, finding.verdict.kind, finding.owner.is_live, finding.owner.id)
            told.setdefault(key, []).append((finding, kept))
    for (number, kind, is_live, _), some in told.items():
        notice.leave(db, number, _to_other(db, root, agents.get(db, number), kind, is_live, some))


def _to_owner(db: sqlite3.Connection, root: str, finding: Finding, others: list[Agent], kept: str) -> str:
    said = base.shown(root, base.name(db, finding.owner.run), finding.path)
    names = _and([agents.name_of(other, finding.owner.run) for other in others])
    verdict = finding.verdict
    if verdict.kind == attribution.AS_BEFORE and finding.after == objects.ABSENT:
        return (
            f"{said} is not there, as before, though calls of yours and of {names} ran meanwhile: what yours made of it, if "
            "it did, is gone. Make it again if you need it."
        )
    if verdict.kind == attribution.AS_BEFORE:
        return (
            f"{said} was written while calls of yours and of {names} ran, and holds what it held before: what you changed "
            "in it meanwhile, if you did, is gone. Read it again before you write it."
        )
    how = {
        attribution.TOOL: f"was changed by a call of {names}",
        attribution.COMMAND: f"changed while a command of {names} ran, by no call of yours"
        + (": that command did it, or the user" if finding.owner.kind == "main" else ""),
        attribution.OUTSIDE: "changed, though no call under way names it (an editor, or a process that was left running?)",
        attribution.UNCLEAR: f"changed while commands of {names} ran: which of them did it can't be told",
    }[verdict.kind]
    if verdict.is_own_possible:
        how = f"changed while calls of yours and of {names} ran: which of them did it can't be told"
    version = f" The version before is kept in {kept}." if kept else ""
    return f"{said} belongs to you and {how}. Read it again before you write it.{version}"


def _to_other(
    db: sqlite3.Connection, root: str, reader: Agent, kind: str, is_owner_live: bool, some: list[tuple[Finding, str]]
) -> str:
    home = base.name(db, reader.run)
    files = _few([base.shown(root, home, found.path) for found, _ in some])
    owner = agents.name_of(some[0][0].owner, reader.run)
    if kind == attribution.COMMAND and some[0][0].owner.kind == "main" and is_owner_live:
        return (
            f"While your command ran, {files} of {owner} changed, by no call of {owner}: your command did it, or the user. "
            f"{_kept_for(owner, some)}: leave it, and don't run the command again meanwhile unless you know that it does "
            f"not write there."
        )
    if kind == attribution.COMMAND and is_owner_live:
        return (
            f"While your command ran, {files} of {owner} changed, by no call of {owner}. {_kept_for(owner, some)}: leave "
            f"it to {owner}, and don't run the command again meanwhile unless you know that it does not write there."
        )
    kept = _kept_in(base.folder(db, root, reader.run), root, [where for _, where in some])
    if kind == attribution.COMMAND:
        return (
            f"While your command ran, {files} of {owner} changed, which had finished with it: its work is in no commit "
            f"yet.{kept} If your command did it, put it back unless your task is to change it."
        )
    left = f"{_kept_for(owner, some)}: leave it to {owner}, and go on." if is_owner_live else f"Go on.{kept}"
    return f"While your command and others' ran, {files} of {owner} changed: which of them did it can't be told. {left}"


def _kept_for(owner: str, some: list[tuple[Finding, str]]) -> str:
    """What is said to another than the owner, who is told where the version before is."""
    is_whole = all(objects.NOT_KEPT not in (found.before, found.after) for found, _ in some)
    return f"Both versions are kept and {owner} is told" if is_whole else f"{owner[:1].upper()}{owner[1:]} is told"


def _kept_in(home: str, root: str, kept: list[str]) -> str:
    """Where the versions before are, "" when there is none."""
    there = [where for where in kept if where]
    if len(kept) == 1 and there:
        return f" The version before is kept in {there[0]}."
    return f" The versions before are kept in {run_files.shown(home, folder(root))}." if there else ""


def _journal(db: sqlite3.Connection, finding: Finding, others: list[Agent]) -> None:
    is_known = finding.verdict.kind in (attribution.COMMAND, attribution.TOOL)
    about = others[0] if is_known else finding.owner
    journal.note(
        db,
        "conflict",
        about.run,
        about.task,
        about.id,
        path=finding.path,
        before=finding.before,
        after=finding.after,
        of=agents.name_of(finding.owner),
        how=finding.verdict.kind,
        own="named" if finding.verdict.is_own_named else "possible" if finding.verdict.is_own_possible else "",
        meanwhile=[agents.name_of(other) for other in others],
    )


def _keep_version(root: str, home: str, finding: Finding) -> str:
    """Puts the owner's version where it can be read; "" when there is none."""
    data, name = finding.lost, finding.before
    if data is None and finding.before in (objects.ABSENT, objects.NOT_KEPT):
        return ""
    if data is None:
        data = objects.load(root, finding.before)
    else:
        name = objects.digest(data)
    path = os.path.join(folder(root), name[:8], run_files.copy(finding.path))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return run_files.shown(home, path)


def _and(names: list[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else "".join(names)


def _few(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
