"""Whose change it is: what the owner's calls explain, what one other's command leaves, and what nobody can tell."""

from __future__ import annotations

import pytest

from fanout.run.changes.attribution import (
    AS_BEFORE,
    COMMAND,
    OUTSIDE,
    OWN,
    SAME,
    TOOL,
    UNCLEAR,
    UNKNOWN,
    Change,
    Command,
    Step,
    Version,
    judge,
)

OWNER, SIBLING, THIRD = 1, 2, 3
LOOK = 10  # the tick of the first look


def edit(text: str, step: Step) -> tuple[str, ...]:
    """Texts name themselves here: an edit of "a" to "b" makes "a.b" of "a"; nothing where `old` is not."""
    result = text
    for old, new, _ in step.edits:
        if old not in result:
            return ()
        result = result.replace(old, new, 1)
    return (result,) if step.edits else ()


def wrote(before: str, after: str, opened: int = LOOK, agent: int = OWNER) -> Step:
    """A call whose end the client has told."""
    return Step(agent, opened, agent == OWNER, True, (before,), (after,))


def writes(after: str, opened: int = LOOK, agent: int = OWNER) -> Step:
    """A Write that has not ended."""
    return Step(agent, opened, agent == OWNER, False, (), (after,))


def edits(old: str, new: str, opened: int = LOOK) -> Step:
    """An Edit that has not ended."""
    return Step(OWNER, opened, True, False, edits=((old, new, False),))


unknowable = Step(OWNER, LOOK, True, False)
told_nothing = Step(OWNER, LOOK, True, True)
theirs_told_nothing = Step(THIRD, LOOK, False, True)
told_edit = Step(OWNER, LOOK, True, True, ("a x",), edits=(("x", "y", False),))
theirs = Command(SIBLING, False, False)
third = Command(THIRD, False, False)
mine = Command(OWNER, True, False)
mine_named = Command(OWNER, True, True)

TABLE = {
    # what the owner announced
    "written and told": ("a", "b", [wrote("a", "b")], [theirs], OWN, ()),
    "written, not yet told": ("a", "b", [writes("b")], [theirs], OWN, ()),
    "edited, not yet told": ("a x", "a y", [edits("x", "y")], [theirs], OWN, ()),
    "a second write": ("a", "c", [wrote("a", "b"), wrote("b", "c", 12)], [theirs], OWN, ()),
    "an edit on an edit that is not yet told": ("a", "c", [wrote("a", "b"), edits("b", "c", 12)], [theirs], OWN, ()),
    "there and back": ("a", "a", [wrote("a", "b"), wrote("b", "a", 12)], [theirs], OWN, ()),
    "begun before the look, written after it": ("a", "b", [wrote("a", "b", 3)], [theirs], OWN, ()),
    "written before the look, told after it": ("b", "c", [wrote("a", "b", 3), wrote("b", "c")], [theirs], OWN, ()),
    "two before the look": ("c", "d", [wrote("a", "b", 3), wrote("b", "c", 4), wrote("c", "d")], [theirs], OWN, ()),
    "waits for permission, nothing written": ("a", "b", [edits("x", "y", 3), wrote("a", "b", 12)], [theirs], OWN, ()),
    "made new": ("", "a", [wrote("", "a")], [theirs], OWN, ()),
    # what somebody else did
    "a command alone": ("a", "z", [], [theirs], COMMAND, (SIBLING,)),
    "before the owner's write": ("a", "b", [wrote("z", "b")], [theirs], COMMAND, (SIBLING,)),
    "after the owner's write": ("a", "z", [wrote("a", "b")], [theirs], COMMAND, (SIBLING,)),
    "put back what the owner changed": ("a", "a", [wrote("a", "b")], [theirs], COMMAND, (SIBLING,)),
    "between two writes": ("a", "c", [wrote("a", "b"), wrote("z", "c", 12)], [theirs], COMMAND, (SIBLING,)),
    "a write before the look excuses nothing": ("b", "z", [wrote("a", "b", 3)], [theirs], COMMAND, (SIBLING,)),
    "the announced text was there before": ("b", "a", [wrote("a", "b", 3)], [theirs], COMMAND, (SIBLING,)),
    "two commands of one agent": ("a", "z", [], [theirs, theirs], COMMAND, (SIBLING,)),
    "another's tool, as announced": ("a", "b", [wrote("a", "b", agent=THIRD)], [theirs], TOOL, (THIRD,)),
    "the owner's write on another's": ("a", "c", [wrote("a", "b", agent=THIRD), wrote("b", "c")], [], TOOL, (THIRD,)),
    "after an edit that was told by its words alone": ("a x", "z", [told_edit], [theirs], COMMAND, (SIBLING,)),
    "another's tool left what it found": (
        "a",
        "c",
        [wrote("a", "b"), wrote("b", "c", 12), wrote("b", "b", 11, THIRD)],
        [theirs],
        TOOL,
        (THIRD,),
    ),
    "an edit that was told by its words alone": ("a x", "a y", [told_edit], [theirs], OWN, ()),
    "onto what was too large to keep": (UNKNOWN, "b", [wrote("a", "b")], [theirs], OWN, ()),
    # what can't be told
    "two agents' commands": ("a", "z", [], [theirs, third], UNCLEAR, (SIBLING, THIRD)),
    "the owner's command too": ("a", "z", [], [theirs, mine], UNCLEAR, (SIBLING,)),
    "a waiting edit that would make something else": ("a x", "z", [edits("x", "y")], [theirs], UNCLEAR, (SIBLING,)),
    "an edit whose result nobody knows": ("a", "z", [unknowable], [theirs], UNCLEAR, (SIBLING,)),
    "a write of which nothing is told": ("a", "z", [told_nothing], [theirs], UNCLEAR, (SIBLING,)),
    "the same, and it is as it was": ("a", "a", [told_nothing], [theirs], UNCLEAR, (SIBLING,)),
    "a sibling's write of which nothing is told": (
        "a",
        "z",
        [theirs_told_nothing],
        [theirs],
        UNCLEAR,
        (SIBLING, THIRD),
    ),
    "a sibling's tool that has not ended": ("a", "z", [writes("q", agent=THIRD)], [theirs], UNCLEAR, (SIBLING, THIRD)),
    "both ran, and it is as it was": ("a", "a", [], [theirs, mine_named], AS_BEFORE, (SIBLING,)),
    "a tool that told what it left has nothing to do with it": (
        "a",
        "z",
        [wrote("q", "r", agent=THIRD)],
        [theirs, mine],
        UNCLEAR,
        (SIBLING,),
    ),
    "a file too large to keep": (UNKNOWN, UNKNOWN, [], [theirs], UNCLEAR, (SIBLING,)),
    # nobody else
    "the owner's command alone": ("a", "z", [], [mine_named], OWN, ()),
    "the owner's broad command alone": ("a", "z", [wrote("a", "b")], [mine], OWN, ()),
    "a write alone of which nothing is told": ("a", "z", [told_nothing], [], OWN, ()),
    "a sibling's alone of which nothing is told": ("a", "z", [theirs_told_nothing], [], COMMAND, (THIRD,)),
    "no call at all": ("a", "z", [], [], OUTSIDE, ()),
    "after the owner's write, no call": ("a", "z", [wrote("a", "b")], [], OUTSIDE, ()),
    "touched by a command, bytes the same": ("a", "a", [], [theirs], OWN, ()),
}


@pytest.mark.parametrize("case", TABLE)
def test_verdict(case: str) -> None:
    first, last, steps, commands, kind, others = TABLE[case]
    verdict = judge(Change(Version(first, "lf"), Version(last, "lf"), LOOK, steps, commands), edit)
    assert (verdict.kind, verdict.others) == (kind, others)
    assert verdict.is_silent is (kind in (SAME, OWN))


def test_many_writes_that_wait_are_judged_in_a_moment() -> None:
    """Which of them came, and in which order, has more ways than can be walked one by one."""
    waiting = [writes(text, agent=agent) for text in "pq" for agent in (OWNER, SIBLING, THIRD) for _ in range(3)]
    verdict = judge(Change(Version("a", "lf"), Version("z", "lf"), LOOK, waiting, [theirs]), edit)
    assert (verdict.kind, verdict.others) == (UNCLEAR, (SIBLING, THIRD))


def test_what_was_not_written_is_nobodys() -> None:
    same = Change(Version("a", "lf"), Version("a", "lf"), LOOK, [], [theirs, mine], is_touched=False)
    assert judge(same, edit).kind == SAME


def test_the_unclear_says_what_of_the_owner_may_have() -> None:
    named = judge(Change(Version("a", "lf"), Version("z", "lf"), LOOK, [], [theirs, mine_named]), edit)
    assert (named.is_own_possible, named.is_own_named) == (True, True)
    others = Command(SIBLING, False, True)
    broad = judge(Change(Version("a", "lf"), Version("z", "lf"), LOOK, [], [others, mine]), edit)
    assert (broad.is_own_possible, broad.is_own_named) == (True, False)
    none = judge(Change(Version("a", "lf"), Version("z", "lf"), LOOK, [], [theirs, third]), edit)
    assert (none.is_own_possible, none.is_own_named) == (False, False)


def test_a_write_that_was_spoken_of_is_not_asked_for_again() -> None:
    """The owner's "b" was overwritten with "z" before the look, which said so; it is told of its end after it."""
    late = [wrote("a", "b", 3)]
    change = Change(Version("z", "lf"), Version("z", "lf"), LOOK, late, [theirs], was_disputed=True)
    assert judge(change, edit).kind == OWN
    change = Change(Version("z", "lf"), Version("z", "lf"), LOOK, late, [theirs])
    assert judge(change, edit).kind == COMMAND


# A write begun before the look, told after it. The look had said that "z" was there in place of another text.
FOUND_WHAT_CAME = {
    "it found what came then": ("z", "b", "z", True, COMMAND),
    "and its text is there": ("z", "b", "b", True, OWN),
    "it found another text: it was before the look": ("a", "b", "z", True, OWN),
    "it was said that the file holds what it held": ("z", "b", "z", False, OWN),
    "no file was there": ("", "b", "", True, OWN),
}


@pytest.mark.parametrize("case", FOUND_WHAT_CAME)
def test_a_write_that_found_what_a_look_spoke_of_came_after_it(case: str) -> None:
    before, after, last, was_new, kind = FOUND_WHAT_CAME[case]
    first = before if case == "no file was there" else "z"
    change = Change(Version(first, "lf"), Version(last, "lf"), LOOK, [wrote(before, after, 3)], [theirs])
    change.was_disputed, change.was_new = True, was_new
    assert judge(change, edit).kind == kind


@pytest.mark.parametrize(("opened", "kind"), [(3, OWN), (5, COMMAND), (7, COMMAND)])
def test_a_write_begun_since_the_file_was_first_seen_so_came_after(opened: int, kind: str) -> None:
    """The look at tick 5 said that "z" was there; it was at the first look, too."""
    change = Change(Version("z", "lf"), Version("z", "lf"), LOOK, [wrote("z", "b", opened)], [theirs])
    change.was_disputed, change.known_since = True, 5
    assert judge(change, edit).kind == kind


ENDS = [
    ("lf", None, "lf", OWN),
    ("crlf", None, "crlf", OWN),
    ("lf", None, "crlf", COMMAND),
    ("crlf", None, "lf", COMMAND),
    ("mixed", None, "lf", OWN),
    ("mixed", None, "crlf", OWN),
    ("crlf", "lf", "lf", OWN),
    ("crlf", "lf", "crlf", COMMAND),
    ("", None, "lf", OWN),
]


@pytest.mark.parametrize(("first", "announced", "last", "kind"), ENDS)
def test_line_ends_are_part_of_a_version(first: str, announced: str | None, last: str, kind: str) -> None:
    step = Step(OWNER, LOOK, True, True, ("a",), ("b",), ends=announced)
    assert judge(Change(Version("a", first), Version("b", last), LOOK, [step], [theirs]), edit).kind == kind


def test_more_writes_than_can_be_followed_are_nobodys_fault() -> None:
    many = [wrote(str(n), str(n + 1), LOOK + n) for n in range(400)]
    assert judge(Change(Version("0", "lf"), Version("400", "lf"), LOOK, many, []), edit).kind == OWN
    assert judge(Change(Version("0", "lf"), Version("z", "lf"), LOOK, many, [theirs]), edit).kind == UNCLEAR
    some = many[:200]
    assert judge(Change(Version("0", "lf"), Version("200", "lf"), LOOK, some, [theirs]), edit).kind == OWN
