"""Variants against a base in the same worlds."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.conduct import conduct_and_tell
from sim.commands.options import changes_of, experiment_options, load_base


@click.command()
@click.argument("base")
@click.argument("variants", nargs=-1, required=True)
@click.option(
    "--pairs",
    "-n",
    type=click.IntRange(2, 1_000_000),
    help="Worlds in which all arms run; with --precision the most.  [default: 200; with --precision 2000]",
)
@click.option(
    "--precision",
    type=click.FloatRange(0, 1, min_open=True),
    help="As many worlds as a verdict takes; within this share of the base arms are equal.",
)
@click.option("--objective", help="Outcome that ranks the arms. Default: metric of the first target.")
@click.option("--by", default=0, type=int, help="Year of the objective. Default: the last.")
@experiment_options
def compare(
    base: str,
    variants: tuple[str, ...],
    pairs: int | None,
    precision: float | None,
    objective: str | None,
    by: int,
    **where: Any,
) -> None:
    """Compare VARIANTS with BASE in the same worlds.

    A variant is a named variant of BASE, a scenario (shipped or a file), or several joined by +.

    在相同的世界中比较各变体与基准；变体可以是基准的变体、另一情景，或用 + 相连的几个。
    """
    from sim.experiments.compare import arms_of, plan

    spec = load_base(base, variants, where)
    arms = arms_of(spec, variants, changes_of(where))
    experiment = plan(
        spec,
        arms,
        pairs=pairs,
        precision=precision or 0.0,
        seed=where["seed"],
        fixed=where["fixed"],
        objective=objective,
        by=by,
    )
    from sim.report.comparison_console import describe_comparison

    conduct_and_tell(experiment, where, describe_comparison)
