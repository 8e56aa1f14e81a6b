"""Options that several commands share, without what those commands import."""

from __future__ import annotations

import click

RISKS = ("low", "normal", "high")
LEARNED = click.option(
    "--learned/--stated", default=None, help="Correct the estimates by what past runs of this project took, or don't."
)
RISK = click.option(
    "--risk",
    type=click.Choice(RISKS),
    help="How much of the inferred order holds: low all of it, normal what there is evidence for, high the strong evidence.",
)
