"""What may be set and asked, as lists."""

from __future__ import annotations

import click


@click.command()
@click.argument("words", nargs=-1)
@click.option("--for", "use", type=click.Choice(["objective", "target", "cost"]), help="Only what may be asked for as this.")
def outcomes(words: tuple[str, ...], use: str | None) -> None:
    """List what is measured: unit, kind, period, meaning, what it may be asked for; of WORDS those whose names hold one."""
    from sim.report.outcome_list import describe_outcomes

    click.echo("\n".join(describe_outcomes(words, use)))
