"""One firm's life: what it did, what it was paid and why, and what it did not get."""

from __future__ import annotations

from typing import Any

import click

from sim.commands.options import SEED, changes_of, city_option, load_spec, scenario_option, set_option, variant_option
from sim.commands.plain_data import json_options, refuse_existing, tell
from sim.commands.progress import progress_of


@click.command()
@click.argument("firm")
@scenario_option
@variant_option
@click.option("--seed", default=1, show_default=True, type=SEED, help="Fixes all luck: which world it is.")
@click.option("--fixed", is_flag=True, help="Hold assumed numbers instead of drawing them.")
@click.option("--until", help="Last quarter, at most 2030Q4.")
@click.option(
    "--against", metavar="VARIANT", help="What is told beside it: a variant, or a scenario. Default: no policy."
)
@set_option
@city_option
@json_options
def explain(
    firm: str,
    scenario: str,
    variant: str | None,
    against: str | None,
    **where: Any,
) -> None:
    """Explain FIRM in one world: its years, each payment with what earned it and what it bought, what rationed it, and
    why it did not get a title, a place on a list or co-investment.

    FIRM is a name or part of one, a label of firms.csv, or 'largest CLUSTER'.

    解释一家企业：逐年经营，每笔财政资金因何发放、换来了什么，何时受何限制，为何未获得称号、榜单或出资。
    FIRM 为企业名称（或其中一段）、firms.csv 中的编号，或“largest 集群”。
    """
    refuse_existing(where["out"])
    changes = {"horizon.until": where["until"]}
    spec = load_spec(scenario, variant, where["changes"], where["city"], **changes)
    from sim.experiments.named_firm import wanted_firm

    wanted = wanted_firm(firm, spec)
    other = _other(spec, against, changes_of(where)) if against else None
    from sim.experiments.explain import explain as explained
    from sim.report.explained import as_data, describe_explained

    silent = where["quiet"] or where["as_json"]
    with progress_of(silent, "explain", 1, 2 + len(spec.policies)) as progress:
        luck = {"seed": where["seed"], "fixed": where["fixed"]}
        found = explained(spec, wanted, **luck, against=other, progress=progress)
    how = {name: where[name] for name in ("as_json", "out", "quiet")}
    tell(as_data(found), lambda: describe_explained(found), **how)


def _other(spec: Any, text: str, changes: dict[str, Any]) -> Any:
    """Return the policies that are told beside the scenario's: of the same firms, city and horizon."""
    from sim.experiments.compare import plan, variant_of

    name, other = variant_of(spec, text, changes)
    plan(spec, {name: other}, pairs=2)  # refuses what cannot be compared
    return other
