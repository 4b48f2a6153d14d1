"""Which assumed numbers decide."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.conduct import conduct_and_tell, refuse_shards
from sim.commands.options import changes_of, experiment_options, load_base


@click.command()
@click.argument("scenario")
@click.argument("variants", nargs=-1)
@click.option("--objective", help="Outcome looked at. Default: gdp_real.")
@click.option(
    "--screening-points",
    default=768,
    show_default=True,
    type=click.IntRange(20, 65536),
    help="Runs of the screening, in which all numbers vary at once.",
)
@click.option(
    "--strongest", default=8, show_default=True, type=click.IntRange(1, 50), help="Numbers taken on to Sobol indices."
)
@click.option(
    "--base-points", default=64, show_default=True, type=click.IntRange(8, 65536), help="Of the Sobol indices."
)
@experiment_options
def sensitivity(
    scenario: str,
    variants: tuple[str, ...],
    objective: str | None,
    screening_points: int,
    strongest: int,
    base_points: int,
    **where: Any,
) -> None:
    """Say which assumed numbers decide SCENARIO's outcome and its difference from VARIANTS (without any: from no
    policy).

    指出哪些假定的数决定结果及其与变体（缺省为无政策）的差别。
    """
    from sim.experiments.compare import arms_of
    from sim.experiments.sensitivity import plan

    spec = load_base(scenario, variants, where)
    refuse_shards(where, "sensitivity")
    arms = arms_of(spec, variants, changes_of(where))
    experiment = plan(
        spec,
        arms,
        objective=objective,
        screening_points=screening_points,
        strongest=strongest,
        base_points=base_points,
        seed=where["seed"],
    )
    from sim.report.sensitivity_console import describe_sensitivity

    conduct_and_tell(experiment, where, describe_sensitivity)
