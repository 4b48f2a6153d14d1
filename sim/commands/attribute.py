"""What each award yuan bought."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.conduct import conduct_and_tell
from sim.commands.options import experiment_options, load_spec, variant_option


@click.command()
@click.argument("scenario")
@click.option("--worlds", "-n", default=30, show_default=True, type=click.IntRange(2, 100_000), help="Worlds.")
@click.option(
    "--shapley",
    metavar="exact|sampled|none",
    help="Share the package's effect over all coalitions of instruments, over drawn orders of "
    "joining, or not. Default: exact up to six instruments, sampled beyond.",
)
@click.option(
    "--orders",
    default=2,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Orders drawn in each world when sampled, each also in reverse.",
)
@variant_option
@experiment_options
def attribute(scenario: str, worlds: int, shapley: str | None, orders: int, variant: str | None, **where: Any) -> None:
    """Split every award yuan of SCENARIO into deadweight, timing, relabelled, displaced, additional and unconditional.

    把每一元奖励分为无谓支出、提前实现、走账冲线、挤出他企、真正新增和无条件发放。
    """
    from sim.experiments.attribute import plan

    spec = load_spec(scenario, variant, where["changes"], where["city"], **{"horizon.until": where["until"]})
    experiment = plan(spec, worlds=worlds, shapley=shapley, orders=orders, seed=where["seed"], fixed=where["fixed"])
    from sim.report.attribution_console import describe_attribution

    conduct_and_tell(experiment, where, describe_attribution)
