"""The cheapest package that reaches a target."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.conduct import conduct_and_tell, refuse_shards
from sim.commands.options import experiment_options, load_spec, variant_option
from sim.commands.say import say


@click.command()
@click.argument("scenario")
@click.option("--target", required=True, help="'world_500_firms>=1 by 2025' or 'gdp>=1 trillion yuan in 2024'.")
@click.option(
    "--probability",
    default=0.5,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Asked for.",
)
@click.option(
    "--lever",
    "levers",
    multiple=True,
    metavar="PATH=LOW:HIGH",
    help="What may change, or PATH=VALUE,VALUE; may be given again. The first end or value does least.",
)
@click.option(
    "--cost",
    default="net-of-output",
    show_default=True,
    metavar="WAY",
    help="What counts: net-of-output (public money less output gained, output lost added), "
    "net-budget (less tax gained, tax lost added), public-cash.",
)
@click.option(
    "--points",
    default=128,
    show_default=True,
    type=click.IntRange(2, 10_000),
    help="Packages of the first round, beside those with all levers at the same share of their ranges.",
)
@click.option(
    "--worlds",
    default=4,
    show_default=True,
    type=click.IntRange(2, 10_000),
    help="Worlds for each of them; the most promising are tried again in more.",
)
@click.option("--rounds", default=12, show_default=True, type=click.IntRange(0, 50), help="Rounds of refinement.")
@click.option(
    "--checks", default=600, show_default=True, type=click.IntRange(10, 100_000), help="Fresh worlds per candidate."
)
@variant_option
@experiment_options
def search(
    scenario: str,
    target: str,
    *,
    probability: float,
    levers: tuple[str, ...],
    cost: str,
    points: int,
    worlds: int,
    rounds: int,
    checks: int,
    variant: str | None,
    **where: Any,
) -> None:
    """Find the cheapest package of SCENARIO that reaches a target with a probability, checked in fresh worlds.

    寻找以给定概率达到目标的最省政策组合，并在新的世界中检验。
    """
    from sim.experiments.search import plan

    spec = load_spec(scenario, variant, where["changes"], where["city"], **{"horizon.until": where["until"]})
    refuse_shards(where, "search")
    experiment = plan(
        spec,
        target,
        list(levers),
        probability=probability,
        cost=cost,
        points=points,
        worlds=worlds,
        rounds=rounds,
        checks=checks,
        seed=where["seed"],
        fixed=where["fixed"],
    )
    from sim.report.search_console import describe_search
    from sim.scenario.notes import notes_of_levers

    for line in notes_of_levers(spec, experiment.levers):
        say(f"note 提示: {line}", err=True)

    conduct_and_tell(experiment, where, describe_search)
