"""The start, and the first year without policy, against published facts."""

from __future__ import annotations

import sys

import click

from sim.commands.errors import INTERNAL
from sim.commands.options import SEED, city_option
from sim.commands.progress import progress_of
from sim.commands.say import say


@click.command()
@click.argument("scenario", required=False)
@click.option("--seed", default=1, show_default=True, type=SEED, help="Seed of the starting firms and of the worlds.")
@click.option(
    "--worlds",
    default=20,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="Worlds of the flow part; 0 leaves it out, else 2 or more.",
)
@city_option
@click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
def facts(scenario: str | None, seed: int, worlds: int, city: str | None, quiet: bool) -> None:
    """Print the starting state of a city, and the first year without policy, against facts of 2021 and before.

    With SCENARIO the starting state is the scenario's. What came from a register of firms is said.

    The exit code is 1 if the starting state fails a fact, else 0; the first year decides nothing.

    对照2021年及以前公布的事实，打印初始状态和无政策的第一年；初始状态与事实不符时退出码为1，否则为0，第一年不影响退出码。写情景名则用该情景的
    初始状态，并说明哪些来自企业名录。
    """
    from sim.scenario.files import ScenarioError

    if worlds == 1:
        raise ScenarioError(
            "--worlds 1: an interval needs two worlds; write 2 or more, or 0 to leave the flow part out"
        )
    from sim.report.facts import check_start, describe_facts
    from sim.report.registered import describe_shares
    from sim.scenario.reading import load
    from sim.tables.catalogue import NO_POLICY
    from sim.tables.city_tables import read_city

    bare = scenario is None and read_city(city or "").register is None  # the tables of the city alone
    spec = None if bare else load(scenario or NO_POLICY, city=city)
    city_tables = spec.city_tables if spec else read_city(city or "")
    start, rows = check_start(city_tables, seed, spec)
    for line in (*describe_facts(rows, city_tables), *describe_shares(start, city_tables)):
        say(line)
    if worlds:
        from sim.report.flows import check_flows, describe_flows

        with progress_of(quiet, "flows", 1) as progress:
            flows = check_flows(city_tables, worlds, seed, progress)
        for line in describe_flows(flows, worlds):
            say(line)
    if any(row.status == "FAIL" for row in rows):
        sys.exit(INTERNAL)
