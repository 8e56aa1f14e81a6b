"""What to type instead of a git command that would take .fanout, too."""

from __future__ import annotations

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from fanout import shell


def refusal(effect: shell.GitEffect) -> str:
    """Why a command that would take .fanout, too, may not run, with the form that leaves it out."""
    import shlex

    words = " ".join(map(shlex.quote, effect.args))
    if effect.verb == "stash":
        form = "`git stash push -u -- <your files>` (it leaves ignored files alone)"
    elif any(word[:1] == "-" and word[:2] != "--" and "X" in word for word in effect.args):
        form = f"`git clean {words}{'' if '--' in effect.args else ' --'} ':(top,exclude).fanout'`"
    else:
        form = f"`git clean {words.replace(' -- ', ' -e .fanout -- ') if ' -- ' in words else words + ' -e .fanout'}`"
    return f"git {effect.verb} would take away .fanout, fanout's own state; leave it out: {form}"
