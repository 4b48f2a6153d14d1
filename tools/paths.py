"""Year-by-year paths of ten worlds without policy as one picture: thin lines are worlds, the thick one is their mean.

`python -m tools.paths docs/paths.png` draws what the shipped scenario without policy does, with the numbers drawn.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.calendar.quarter import BASE_YEAR
from sim.experiments.replicate import forget_mesa_models
from sim.firms.table import NO_TITLE
from sim.luck import keys
from sim.model import ClusterModel
from sim.report.figures import BLUE, RED, close, has_chinese_font, style
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.tables.city_tables import read_city
from tools.progress import counter
from tools.worlds import stacked

PICTURE = Path(__file__).parent.parent / "docs" / "paths.png"
ACROSS, DOWN = 4, 3
_PER_CENT = 100.0
_COLOURS = 256


@dataclass(frozen=True, slots=True)
class Panel:
    """One small picture: what `paths` calls it, its titles, and the factor from the measure to what is shown."""

    name: str
    title: str
    title_zh: str
    factor: float = 1.0


PANELS = (
    Panel("output_index", "Output, 2021 = 100", "产量指数", _PER_CENT),
    Panel("output_growth", "Growth of output, %", "产量增速", _PER_CENT),
    Panel("gdp_growth", "Growth of real GDP, %", "实际GDP增速", _PER_CENT),
    Panel("active_firms", "Firms", "企业数"),
    Panel("above_scale_firms", "Above-scale firms", "规上企业数"),
    Panel("promotions", "Promotions above scale", "小升规企业"),
    Panel("exits", "Exits", "退出企业"),
    Panel("loss_making_share", "Loss-making share, %", "亏损面", _PER_CENT),
    Panel("titles", "Specialised titles", "专精特新称号"),
    Panel("high_tech_firms", "High-tech firms", "高新技术企业"),
    Panel("energy_use", "Energy use, million tce", "用能量（百万吨）", 1e-6),
)
_TITLES = ("provincial_little_giants", "national_little_giants", "champions")


def paths(
    worlds: int, until: int, *, seed: int = 1, jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> dict[str, np.ndarray]:
    """Return every panel's measure, (worlds, years from 2021), nan where 2021 has no value; `cluster_growth` is
    (worlds, years, 10).
    """
    spec = load("no-policy").with_changes({"horizon.until": f"{until}Q4"})
    return stacked(partial(one_world, spec, seed), worlds, jobs, progress)


def one_world(spec: Scenario, seed: int, world: int) -> dict[str, np.ndarray]:
    """Return the measures of one world, 2021 first."""
    model = ClusterModel(spec, keys.replication_seed(seed, world))
    before, result = _start(model), model.run()
    forget_mesa_models()
    years = result.years | {"titles": np.sum([result.years[name] for name in _TITLES], axis=0)}
    output = np.vstack([before["output"], result.cluster_years["output"]])
    total = output.sum(axis=1)
    found = {"output_index": total / total[0], "output_growth": _growth(total), "cluster_growth": _growth(output)}
    found["gdp_growth"] = _growth(np.concatenate([[model.numbers.gdp_2021], years["gdp_real"]]))
    for panel in PANELS:
        if panel.name not in found:
            found[panel.name] = np.concatenate([[before.get(panel.name, np.nan)], years[panel.name]])
    return found


def _growth(levels: np.ndarray) -> np.ndarray:
    """Return growth since the year before; the first year has none."""
    return np.concatenate([np.full_like(levels[:1], np.nan), levels[1:] / levels[:-1] - 1.0])


def _start(model: ClusterModel) -> dict[str, Any]:
    firms = model.start.firms
    above = firms.active & firms.above_scale
    return {
        "output": firms.cluster_sum(firms.last_revenue),
        "active_firms": float(np.count_nonzero(firms.active)),
        "above_scale_firms": float(np.count_nonzero(above)),
        "loss_making_share": float((firms.last_profit[above] < 0.0).mean()),
        "titles": float(np.count_nonzero(firms.active & (firms.specialised_title > NO_TITLE))),
        "high_tech_firms": float(np.count_nonzero(firms.active & firms.high_tech_title)),
        "energy_use": float(model.start.energy_2021.sum()),
    }


def draw(found: dict[str, np.ndarray], file: Path) -> None:
    """Draw the small multiples into a PNG file."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    worlds, years = found["output_index"].shape
    labels = np.arange(BASE_YEAR, BASE_YEAR + years)
    with mpl.rc_context(style()):
        figure, axes = plt.subplots(DOWN, ACROSS, figsize=(13, 8.5), sharex=True, layout="constrained")
        for axis, panel in zip(axes.flat, PANELS, strict=False):
            values = found[panel.name] * panel.factor
            axis.plot(labels, values.T, color=BLUE, linewidth=0.7, alpha=0.6)
            axis.plot(labels, values.mean(axis=0), color=RED, linewidth=2.0)
            axis.set_title(_title(panel.title, panel.title_zh), fontsize=10)
        _clusters(axes.flat[len(PANELS)], labels, found["cluster_growth"].mean(axis=0))
        figure.suptitle(
            _title(f"{worlds} worlds without policy, numbers drawn; red: their mean", f"{worlds}个无政策世界")
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        _save(figure, file)
        close(figure)


def _save(figure: Any, file: Path) -> None:
    """Write few colours: a third of the size of a picture in full colour."""
    from io import BytesIO

    from PIL import Image

    full = BytesIO()
    figure.savefig(full, dpi=80, metadata={"Software": None})
    Image.open(full).convert("RGB").quantize(_COLOURS).save(file, optimize=True)


def _clusters(axis: Any, labels: np.ndarray, growth: np.ndarray) -> None:
    """Draw each cluster's mean growth, named at the side."""
    from matplotlib import pyplot as plt

    colours = plt.get_cmap("tab10").colors
    for i, cluster in enumerate(read_city().clusters):
        axis.plot(labels, growth[:, i] * _PER_CENT, linewidth=1.2, color=colours[i], label=cluster.code)
    axis.set_title(_title("Growth of output by cluster, mean, %", "集群产量增速"), fontsize=10)
    axis.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=1)


def _title(english: str, chinese: str) -> str:
    return f"{english} {chinese}" if has_chinese_font() else english


def main() -> None:
    """Draw the paths of some worlds without policy."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=PICTURE)
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--until", type=int, default=2030)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    found = paths(options.worlds, options.until, seed=options.seed, jobs=options.jobs, progress=counter("paths"))
    draw(found, options.file)
    print(f"{options.file}: {options.worlds} worlds to {options.until}, {options.file.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
