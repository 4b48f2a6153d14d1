"""What a typed-in firm would get today, and what it lacks for the rest."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.options import SEED, city_option, load_spec, scenario_option, set_option, variant_option
from sim.commands.plain_data import json_options, refuse_existing, tell
from sim.commands.progress import progress_of
from sim.commands.say import say


@click.command()
@click.argument("firm", nargs=-1, metavar="[FILE] FIELD=VALUE...")
@click.option("--fields", is_flag=True, help="List what may be typed in.")
@scenario_option
@variant_option
@click.option("--seed", default=1, show_default=True, type=SEED, help="Of the starting firms that it stands among.")
@set_option
@city_option
@json_options
def eligible(firm: tuple[str, ...], fields: bool, scenario: str, variant: str | None, **where: Any) -> None:
    """Tell which awards of a scenario a firm would get today, and what it lacks for the others.

    The firm is typed in: cluster=textiles revenue=82亿元 digital_level=1, or a FILE of such fields (.yaml, .toml,
    .json, or .csv of one row).

    填入一家企业，列出按情景今天可得的奖补，以及其余各项还缺什么。企业以“字段=值”填写，或写在文件中
    （.yaml、.toml、.json，或只有一行的 .csv）。
    """
    if fields:
        from sim.report.eligible_console import field_lines

        say("\n".join(field_lines()))
        return
    refuse_existing(where["out"])
    spec = load_spec(scenario, variant, where["changes"], where["city"])
    from sim.experiments.typed_firm import read_firm

    typed = read_firm(firm, spec.city_tables)
    from sim.experiments.eligible import eligible as asked
    from sim.report.eligible_console import describe_eligible, eligible_data

    with progress_of(where["quiet"] or where["as_json"], "eligible", 1) as progress:
        answers = asked(spec, typed, seed=where["seed"], progress=progress)
    how = {name: where[name] for name in ("as_json", "out", "quiet")}
    tell(eligible_data(spec, typed, answers), lambda: describe_eligible(spec, typed, answers), **how)
