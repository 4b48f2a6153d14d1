"""Many values of levers and uncertainties."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.conduct import conduct_and_tell
from sim.commands.options import experiment_options, load_spec, variant_option
from sim.commands.say import say


@click.command()
@click.argument("scenario")
@click.option(
    "--vary",
    multiple=True,
    metavar="PATH=VALUES",
    help="PATH=LOW:HIGH:STEPS, PATH=A,B,C, or PATH=LOW:HIGH for lhs and sobol; may be given again.",
)
@click.option(
    "--design", default="grid", show_default=True, help="grid, zip, lhs, sobol, or a CSV file with a column per path."
)
@click.option(
    "--points", default=64, show_default=True, type=click.IntRange(1, 1_000_000), help="Points of lhs and sobol."
)
@click.option(
    "--replications", "-n", default=30, show_default=True, type=click.IntRange(1, 1_000_000), help="Worlds per point."
)
@click.option("--objective", help="Outcome that the heat map shows. Default: gdp_real.")
@click.option("--dry-run", is_flag=True, help="Only say how many runs, how long and how much disk.")
@variant_option
@experiment_options
def sweep(
    scenario: str,
    vary: tuple[str, ...],
    design: str,
    points: int,
    replications: int,
    objective: str | None,
    dry_run: bool,
    variant: str | None,
    **where: Any,
) -> None:
    """Run SCENARIO over many values of levers and uncertainties.

    在政策参数和不确定数的多个取值上运行情景。
    """
    from sim.experiments.sweep import estimate, plan

    spec = load_spec(scenario, variant, where["changes"], where["city"], **{"horizon.until": where["until"]})
    experiment = plan(
        spec,
        vary,
        design=design,
        points=points,
        replications=replications,
        objective=objective,
        seed=where["seed"],
        fixed=where["fixed"],
    )
    from sim.experiments.engine import cores

    if dry_run:
        say(estimate(experiment, where["jobs"] or cores()))
        return
    from sim.report.experiment_console import describe_sweep

    conduct_and_tell(experiment, where, describe_sweep)
