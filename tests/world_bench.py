"""Bench of the world without policy: what its orders, output, firms and titles do year by year, against its own path.

`python -m tests.world_bench --worlds 40 --until 2030` prints the table. `measure` steps the model itself and reads
the firms' columns, so that it sees what no outcome keeps (orders). Nothing here knows a result.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from sim.calendar.quarter import BASE_YEAR, FIRST
from sim.experiments.replicate import forget_mesa_models
from sim.luck import keys
from sim.measure.outcomes import Recorder
from sim.model import ClusterModel, build_start
from sim.scenario.drawn import world_numbers
from sim.scenario.outlook import Outlook
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.start.state import Start
from sim.tables.milestones import ABOVE_SCALE_LINE
from tests.changzhou import IDENTIFIERS
from tools.worlds import stacked

_NO_LIMIT = 1e6  # output over wanted output at target utilisation that no firm reaches
COUNTS = (
    "loss_making_share",
    "above_scale_firms",
    "active_firms",
    "promotions",
    "demotions",
    "above_scale_exits",
    "exits",
    "entries",
    "high_tech_firms",
    "provincial_little_giants",
    "national_little_giants",
    "champions",
    "listed_firms",
    "digital_share",
    "investment",
    "research",
    "energy_use",
    "gdp",
    "gdp_real",
)


def plain_world(until: int, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Return the outlook alone to the end of `until`: no policy, no newcomers' plants, nothing announced."""
    quiet: dict[str, Any] = {"horizon.until": f"{until}Q4", "parameters.major_projects": 0}
    if "announced" in Outlook.model_fields:
        quiet["outlook.announced"] = False
    return load("no-policy").with_changes(quiet | dict(changes or {}))


def measure(
    worlds: int,
    until: int,
    changes: Mapping[str, Any] | None = None,
    unlimited: bool = False,
    *,
    seed: int = 1,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, np.ndarray]:
    """Run worlds without policy, numbers drawn, and return what they did; the first axis is worlds, the second years
    from 2022.

    Args:
        changes: paths of the scenario and their values, over those of `plain_world`.
        unlimited: no firm ever lacks capacity; the starting state is the limited world's.

    Returns:
        output, orders (million yuan at 2021 prices a year; of firms still there after the quarter, as the outcomes
        count them), path (demand path, 2021 = 1): (worlds, years, 10);
        output_2021, orders_2021: (worlds, 10); margin_spread (p90 - p10 of above-scale margins before the yearly
            noise, mean
        over clusters) and every outcome of COUNTS that is measured: (worlds, years). Values of 2021 where the start
        has them: above_scale_firms_2021 and others: (worlds,).
    """
    spec = plain_world(until, changes)
    return stacked(partial(_one_world, spec, seed, unlimited), worlds, jobs, progress)


def _one_world(spec: Scenario, seed: int, unlimited: bool, world: int) -> dict[str, np.ndarray]:
    own_seed = keys.replication_seed(seed, world)
    start = build_start(spec, world_numbers(spec, own_seed, fixed=False), own_seed)
    if unlimited:  # the start stays that of the limited world
        spec = spec.with_parameters({"utilisation_limit": _NO_LIMIT})
    model = ClusterModel(spec, own_seed, start=start)
    sums: dict[str, list[np.ndarray]] = {"output": [], "orders": [], "path": []}
    spreads: list[float] = []
    shocks = np.zeros(len(IDENTIFIERS))
    with _measured_before_leaving(sums):
        while model.quarter != spec.until:
            model.step()
            shocks = shocks + _follow(model, shocks, sums)
            if model.quarter.season == 4:
                spreads.append(margin_spread(model))
    found = {name: np.array(rows).reshape(-1, 4, len(IDENTIFIERS)).sum(axis=1) for name, rows in sums.items()}
    found["path"] /= 4.0
    found |= {"margin_spread": np.array(spreads)} | _base(start)
    years = model.result().years
    del model
    forget_mesa_models()
    # a model refers to itself and has outlived the young generations: a hundred worlds would fill the memory
    gc.collect()
    return found | {name: years[name] for name in COUNTS if name in years}


@contextmanager
def _measured_before_leaving(sums: dict[str, list[np.ndarray]]) -> Iterator[None]:
    """Note what firms sold and were asked for before those that close empty their rows, as the recorder does."""
    made = Recorder.made

    def watched(recorder: Recorder, firms: Any, *rest: Any) -> Any:
        for name in ("output", "orders"):
            sums[name].append(firms.cluster_sum(getattr(firms, name)))
        return made(recorder, firms, *rest)

    Recorder.made = watched  # type: ignore[method-assign]
    try:
        yield
    finally:
        Recorder.made = made  # type: ignore[method-assign]


def _follow(model: ClusterModel, shocks: np.ndarray, sums: dict[str, list[np.ndarray]]) -> np.ndarray:
    """Note the quarter's sums and return the quarter's shock to the path."""
    quarter = model.quarter
    assert quarter is not None
    now = model.world.at(quarter)
    shock = now.demand_growth - now.trend_growth
    sums["path"].append(model.world.real_trend(quarter) * np.exp(shocks + shock) * now.season)
    return shock


def _base(start: Start) -> dict[str, np.ndarray]:
    """Return the year 2021 of a start: orders are those it states, or four quarters of lasting demand."""
    firms = start.firms
    orders = getattr(start, "orders_2021", None)
    above = firms.active & firms.above_scale
    return {
        "output_2021": firms.cluster_sum(firms.last_revenue),
        "orders_2021": 4.0 * firms.cluster_sum(firms.demand) if orders is None else np.asarray(orders),
        "above_scale_firms_2021": np.array(float(np.count_nonzero(above))),
        "active_firms_2021": np.array(float(np.count_nonzero(firms.active))),
        "loss_making_share_2021": np.array(
            float((firms.last_profit[firms.last_revenue >= ABOVE_SCALE_LINE] < 0.0).mean())
        ),
        "high_tech_firms_2021": np.array(float(np.count_nonzero(firms.high_tech_title & firms.active))),
        "provincial_little_giants_2021": np.array(
            float(np.count_nonzero((firms.specialised_title == 1) & firms.active))
        ),
        "national_little_giants_2021": np.array(float(np.count_nonzero((firms.specialised_title == 2) & firms.active))),
        "champions_2021": np.array(float(np.count_nonzero((firms.specialised_title == 3) & firms.active))),
        "energy_use_2021": np.array(float(start.energy_2021.sum())),
    }


def margin_spread(model: ClusterModel) -> float:
    """Return p90 - p10 of the year's margin of above-scale firms within clusters, before the yearly noise;
    mean over clusters.
    """
    firms = model.firms
    rows = np.flatnonzero(firms.active & firms.above_scale & (firms.year_revenue > 0.0))
    kept = 1.0 - model.technology.tax_rate  # of a surprise in cost, tax takes its share
    margin = firms.year_profit[rows] / firms.year_revenue[rows] + kept * firms.margin_noise[rows]
    cluster = firms.cluster[rows]
    spreads = [
        np.diff(np.percentile(margin[cluster == c], [10, 90]))[0]
        for c in range(len(IDENTIFIERS))
        if np.any(cluster == c)
    ]
    return float(np.mean(spreads))


# ---- what the arrays say
# -------------------------------------------------------------------------------------------------


def expected_on_path(found: Mapping[str, np.ndarray], what: str) -> np.ndarray:
    """Return 2021's `what` (output or orders) moved along each world's own demand path, summed over worlds:
    (years, 10).
    """
    expected: np.ndarray = (found[f"{what}_2021"][:, None, :] * found["path"]).sum(axis=0)
    return expected


def gap_a_year(found: Mapping[str, np.ndarray], what: str, axis: int | None = None) -> np.ndarray:
    """Return points a year by which `what` (output or orders) grows more than the path, from 2021 to each year.

    Args:
        axis: None for the ten clusters together; 0 keeps the clusters: (years, 10).
    """
    got, expected = found[what].sum(axis=0), expected_on_path(found, what)
    if axis is None:
        got, expected = got.sum(axis=1), expected.sum(axis=1)
    base = found[f"{what}_2021"].sum(axis=0)
    base = base.sum() if axis is None else base
    passed = np.arange(1, len(got) + 1, dtype=float)
    passed = passed if axis is None else passed[:, None]
    gap: np.ndarray = 100.0 * ((got / base) ** (1.0 / passed) - (expected / base) ** (1.0 / passed))
    return gap


def growth(found: Mapping[str, np.ndarray], what: str) -> np.ndarray:
    """Return growth of the ten clusters together in each year, per cent: output, orders, or path (of output)."""
    level = expected_on_path(found, "output") if what == "path" else found[what].sum(axis=0)
    base = found["output_2021" if what == "path" else f"{what}_2021"].sum()
    levels = np.concatenate([[base], level.sum(axis=1)])
    return 100.0 * (levels[1:] / levels[:-1] - 1.0)


def fill(found: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return output over orders of the ten clusters, 2021 first, per cent."""
    output = np.concatenate([[found["output_2021"].sum()], found["output"].sum(axis=(0, 2))])
    orders = np.concatenate([[found["orders_2021"].sum()], found["orders"].sum(axis=(0, 2))])
    return 100.0 * output / orders


def table(found: Mapping[str, np.ndarray]) -> list[str]:
    """Return lines: one a measure, 2021 and then a year a column; means over worlds."""
    years = found["output"].shape[1]
    rows: list[tuple[str, float, np.ndarray, int]] = [
        ("demand path, growth %", np.nan, growth(found, "path"), 2),
        ("orders, growth %", np.nan, growth(found, "orders"), 2),
        ("output, growth %", np.nan, growth(found, "output"), 2),
        ("orders less path, points a year since 2021", np.nan, gap_a_year(found, "orders"), 2),
        ("output less path, points a year since 2021", np.nan, gap_a_year(found, "output"), 2),
        ("fill, output over orders %", fill(found)[0], fill(found)[1:], 2),
        ("margin spread p90-p10, points", np.nan, 100.0 * found["margin_spread"].mean(axis=0), 2),
    ]
    for name in COUNTS:
        if name in found:
            base = found.get(f"{name}_2021", np.array([np.nan])).mean()
            scale = 100.0 if name.endswith("share") else 1.0
            rows.append(
                (
                    name + (" %" if scale > 1.0 else ""),
                    scale * base,
                    scale * found[name].mean(axis=0),
                    2 if scale > 1.0 else 0,
                )
            )
    for name in ("above_scale_firms", "gdp_real"):
        if name in found:
            first = found.get(f"{name}_2021", np.full(len(found[name]), np.nan))
            levels = np.concatenate([[first.mean()], found[name].mean(axis=0)])
            rows.append((f"{name}, growth %", np.nan, 100.0 * (levels[1:] / levels[:-1] - 1.0), 2))
    lines = [f"{'':44}" + "".join(f"{year:>11}" for year in range(BASE_YEAR, BASE_YEAR + years + 1))]
    return lines + [
        f"{name:44}" + "".join(_cell(v, digits) for v in (base, *values)) for name, base, values, digits in rows
    ]


def cluster_table(found: Mapping[str, np.ndarray]) -> list[str]:
    """Return each cluster's output less path, orders less path (points a year since 2021) and fill, in each year."""
    lines = []
    fills = 100.0 * found["output"].sum(axis=0) / found["orders"].sum(axis=0)
    for name, values in (
        ("output less path", gap_a_year(found, "output", 0)),
        ("orders less path", gap_a_year(found, "orders", 0)),
        ("fill %", fills),
    ):
        lines += [f"{name}, by cluster"]
        lines += [
            f"  {c:42}" + _cell(np.nan, 2) + "".join(_cell(v, 2) for v in values[:, i])
            for i, c in enumerate(IDENTIFIERS)
        ]
    return lines


def _cell(value: float, digits: int) -> str:
    return f"{'':>11}" if np.isnan(value) else f"{value:>11,.{digits}f}"


def main() -> None:
    """Print the table of the world without policy."""
    from sim.scenario.files import read_value

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--worlds", type=int, default=40)
    parser.add_argument("--until", type=int, default=2030)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--unlimited", action="store_true", help="no firm lacks capacity")
    parser.add_argument(
        "--twin", action="store_true", help="the limited worlds, then the twins with unlimited capacity"
    )
    parser.add_argument("--clusters", action="store_true", help="gaps and fill of each cluster too")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="changes")
    options = parser.parse_args()
    changes = {path: read_value(value, path) for path, _, value in (pair.partition("=") for pair in options.changes)}
    for unlimited in (False, True) if options.twin else (options.unlimited,):
        found = measure(
            options.worlds, options.until, changes, unlimited, seed=options.seed, jobs=options.jobs, progress=_show
        )
        print(
            f"\n{options.worlds} worlds without policy from {FIRST}{', unlimited capacity' if unlimited else ''} "
            f"{changes or ''}"
        )
        print("\n".join(table(found) + (cluster_table(found) if options.clusters else [])), flush=True)


def _show(done: int, total: int) -> None:
    import sys

    sys.stderr.write(f"\r{done}/{total}" + ("\n" if done == total else ""))
    sys.stderr.flush()


if __name__ == "__main__":
    main()
