"""One scenario in many worlds."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.conduct import conduct_and_tell
from sim.commands.options import experiment_options, load_spec, variant_option


@click.command()
@click.argument("scenario")
@click.option(
    "--replications", "-n", default=100, show_default=True, type=click.IntRange(1, 1_000_000), help="Worlds to run."
)
@click.option("--from", "start", help="First quarter (2022Q1).")
@click.option(
    "--names", is_flag=True, help="Write names and codes of the register of firms into firms.csv and register.csv."
)
@variant_option
@experiment_options
def run(scenario: str, replications: int, start: str | None, names: bool, variant: str | None, **where: Any) -> None:
    """Run SCENARIO and write tables and pictures.

    运行情景，写出表格和图。
    """
    spec = load_spec(
        scenario, variant, where["changes"], where["city"], **{"horizon.from": start, "horizon.until": where["until"]}
    )
    from sim.experiments.run import plan

    experiment = plan(spec, replications, seed=where["seed"], fixed=where["fixed"], names=names)
    from sim.report.console import describe

    conduct_and_tell(experiment, where, describe)
