"""The start, and the first year without policy, against published facts."""

from __future__ import annotations

import sys

import click

from sim.commands.errors import INTERNAL
from sim.commands.progress import progress_of


@click.command()
@click.argument("scenario", required=False)
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of the starting firms and of the worlds."
)
@click.option(
    "--worlds",
    default=20,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="Worlds of the flow part; 0 leaves it out, else 2 or more.",
)
@click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
def facts(scenario: str | None, seed: int, worlds: int, quiet: bool) -> None:
    """Print the starting state, and the first year without policy, against the published facts of 2021 and before.

    With SCENARIO the starting state is the scenario's, and what came from its register of firms is said.

    The exit code says whether the starting state fails a fact.

    对照2021年及以前公布的事实，打印初始状态和无政策的第一年；初始状态与事实不符时退出码为1。写情景名则用该情景的
    初始状态，并说明哪些来自企业名录。
    """
    from sim.scenario.files import ScenarioError
    from sim.scenario.reading import load

    if worlds == 1:
        raise ScenarioError(
            "--worlds 1: an interval needs two worlds; write 2 or more, or 0 to leave the flow part out"
        )
    from sim.report.facts import check_facts, check_start, describe_facts
    from sim.report.registered import describe_shares

    shares: list[str] = []
    if scenario is None:
        rows = check_facts(seed)
    else:
        start, rows = check_start(load(scenario), seed)
        shares = describe_shares(start)
    for line in (*describe_facts(rows), *shares):
        click.echo(line)
    if worlds:
        from sim.report.flows import check_flows, describe_flows

        with progress_of(quiet, "flows") as progress:
            flows = check_flows(worlds, seed, progress)
        for line in describe_flows(flows, worlds):
            click.echo(line)
    if any(row.status == "FAIL" for row in rows):
        sys.exit(INTERNAL)
