"""Options that several commands share, without what those commands import."""

from __future__ import annotations

import click

LEARNED = click.option(
    "--learned/--stated", default=None, help="Correct the estimates by what past runs of this project took, or don't."
)
