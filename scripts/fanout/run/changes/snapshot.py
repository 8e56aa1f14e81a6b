"""What parsing can't see: owned files are looked at before and after a command, and each change is judged.

    before / after / ended -> _look -> latest.observe (was it written since the last look?)
                                   -> judging.judged -> attribution.judge (by whom, from the calls that were under way)
                                                     -> telling.tell      (both versions kept, those concerned told)

Only files that somebody counts on are looked at, so the cost follows them and not the repository.
"""

from __future__ import annotations

import os

from fanout.run.agents import agents, calls
from fanout.run.changes import heads, latest, owned, spool
from fanout.run.store import meta, paths, ticks

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    import sqlite3

    from fanout.run.agents.calls import Targets
    from fanout.run.changes.latest import Observed
    from fanout.run.store.paths import Naming
    from fanout.run.store.records import Agent, Call, Latest
    from fanout.run.store.ticks import Present


def before(
    db: sqlite3.Connection,
    root: str,
    agent: int,
    tree: str,
    tool_use: str,
    tool: str,
    is_wide: bool,
    targets: Targets,
    files: dict[str, Agent],
    rewritten: list[str],
) -> None:
    """A command is about to run: `files` as they are, and where HEAD of the agent's work tree stands. `rewritten`: see
    owned.Owned.

    See `calls.begin`. Inside a transaction.
    """
    now, known = latest.known(db)
    if files:
        _look(db, root, now, known, files)
    if rewritten:
        from fanout.run.changes import authored

        authored.before(db, root, agent, rewritten)
    calls.begin(db, tool_use, agent, tool, "command", is_wide, targets, now.next, heads.of(tree))


def after(
    db: sqlite3.Connection,
    naming: Naming,
    agent: Agent,
    tree: str,
    command: Call,
    process: str = "",
    has_failed: bool = False,
) -> list[str]:
    """A command ended, or goes on in the background as `process`: who is concerned by what changed meanwhile is told.

    `tree` is the agent's work tree. Returns what commits took in meanwhile of files that siblings are at work on, in
    words. Inside a transaction.
    """
    if not process and not has_failed:
        calls.succeed(db, command)
    now, known = latest.known(db)
    owners = owned.by_all(db, naming, agent)
    files = _look(db, naming.root, now, known, owners.files) if owners.is_shared else {}
    if owners.rewritten:
        from fanout.run.changes import authored

        authored.after(db, naming.root, agent.id, owners.rewritten, calls.targets_of(command))
    at_work = {name: owner for name, owner in files.items() if owner.state != "ended" and owner.id != agent.id}
    swept = heads.after(db, naming.root, agent, tree, command.head, at_work)
    _note_end(db, command, process, now.next)
    return swept


def _note_end(db: sqlite3.Connection, command: Call, process: str, tick: int) -> None:
    if process:
        calls.leave_running(db, command.tool_use, process)
    else:
        calls.close(db, command.tool_use, tick)
    calls.forget(db)


def ended(db: sqlite3.Connection, root: str, agent: int) -> None:
    """The agent ends: what commands changed while its files are still its own is judged. Inside a transaction."""
    if ticks.present(db).complete_since is not None:
        look_at_all(db, root, agent)


def look_at_all(db: sqlite3.Connection, root: str, agent: int) -> None:
    """All owned files are looked at, and what changed is judged. Inside a transaction."""
    owners = owned.by_all(db, paths.Naming(root, meta.folds_case(db)), agents.get(db, agent))
    _look(db, root, *latest.known(db), owners.files)


def before_ours(db: sqlite3.Connection, root: str) -> None:
    """fanout itself is about to write into the tree: what calls have done so far is judged. Inside a transaction."""
    live = agents.live(db, agents.EVERY_KIND)
    if live:
        ended(db, root, live[0].id)


def put_by_us(db: sqlite3.Connection, root: str, files: list[str], owner: int = 0) -> None:
    """fanout itself has just written these files, in the transaction that looked at all of them first: nobody is asked
    about it. `owner` is the agent whose files those are that nobody counted on, 0 for none."""
    now = ticks.present(db)
    if now.complete_since is None:
        return
    known = {name: latest.get(db, name) for name in files}
    rows = [
        latest.observe(root, name, owner if row is None else row.owner, now.look)
        for name, row in known.items()
        if owner or row is not None
    ]
    for row in rows:
        row.is_disputed = latest.SAID  # what calls under way wrote before is not there any more
    latest.put(db, rows)


def _look(
    db: sqlite3.Connection, root: str, now: Present, known: dict[str, Latest], owners: dict[str, Agent]
) -> dict[str, Agent]:
    """Looks at all owned files and judges what changed. Returns them with their owners. Inside a transaction."""
    spool.take_in(db, root, now)
    files = {**owners, **_gone(db, root, known, owners)}
    seen, changed, gone = _observed(root, now, files, known)
    if gone and calls.may_any_have_made(db, min(each.since for each in gone)):  # it may have been there meanwhile
        changed += gone
    if changed:
        from fanout.run.changes import judging

        seen += judging.judged(db, root, now, changed)
    latest.put(db, seen)
    latest.drop(db, [name for name in known if name not in files])
    calls.looked(db, now.next)
    return files


def _observed(
    root: str, now: Present, files: dict[str, Agent], known: dict[str, Latest]
) -> tuple[list[Latest], list[Observed], list[Observed]]:
    """New versions that are nobody's to answer for; files to be judged; files that are not there, as they were not before."""
    seen: list[Latest] = []
    changed: list[Observed] = []
    gone: list[Observed] = []
    for name, owner in files.items():
        old = known.get(name)
        new = latest.observe(root, name, owner.id, now.next, old)
        since = 0 if old is None else old.tick if old.is_held else max(old.tick, now.look)
        if old is None or now.complete_since is None or since < now.complete_since:
            seen += [new] if new is not old else []
        elif new is not old or old.is_held:
            changed.append(latest.Observed(name, owner, old, new, since))
        elif new.is_gone:
            gone.append(latest.Observed(name, owner, old, new, since))
    return seen, changed, gone


def _gone(db: sqlite3.Connection, root: str, known: dict[str, Latest], files: dict[str, Agent]) -> dict[str, Agent]:
    """The files that live agents had at the last look and that are not there any more."""
    gone = [r for n, r in known.items() if n not in files and not os.path.lexists(os.path.join(root, n))]
    live = {agent.id: agent for agent in agents.live(db, agents.EVERY_KIND)} if gone else {}
    return {row.path: live[row.owner] for row in gone if row.owner in live}
