"""Pictures of experiments: differences with intervals, the split of the money, response curves, heat maps, fronts."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.experiment import Experiment, Tables
from sim.experiments.payment_classes import PaymentClass
from sim.experiments.screening_table import told_of
from sim.report.figures import BLUE, RED, both, close, frame, has_chinese_font, readable, run_figures, style
from sim.report.quoted import effect_unit
from sim.tables.catalogue import CURVES, DIFFERENCES, names, outcomes
from sim.tables.units import PER_CENT, YI_PER_MILLION

DOTS = 120  # an inch
_COLOURS = ("#b5482a", "#d9a441", "#8a6d1d", "#7a7a7a", "#2f7d4f", "#7a5ea8")


def draw(experiment: Experiment, tables: Tables) -> dict[str, bytes]:
    """Return the pictures of an experiment as PNG bytes by file name."""
    import matplotlib as mpl

    figures = {}
    with mpl.rc_context(style()):
        for name, figure in _FIGURES.get(experiment.kind, lambda e, t: {})(experiment, tables).items():
            buffer = io.BytesIO()
            figure.savefig(buffer, dpi=DOTS, metadata={"Software": None}, bbox_inches="tight", format="png")
            close(figure)
            figures[name] = buffer.getvalue()
    return figures


def drawn(experiment: Experiment, tables: Tables) -> tuple[dict[str, bytes], bool]:
    """Return the pictures, and whether they are labelled in Chinese too."""
    return draw(experiment, tables), has_chinese_font()


def _comparison(experiment: Experiment, tables: Tables) -> dict[str, Any]:
    table = tables["comparison"]
    rows = table[
        (table["year"] == table["year"].max()) & table["outcome"].isin(names(DIFFERENCES)) & table["relative"].notna()
    ]
    figure, axis = frame(both("Difference from the base, % (paired 95 % interval)", "与基准之差，%（配对95%区间）"), "")
    shown = [name for name in names(DIFFERENCES) if name in set(rows["outcome"])]
    variants = list(dict.fromkeys(rows["variant"]))
    for place, variant in enumerate(variants):
        found = rows[rows["variant"] == variant].set_index("outcome").reindex(shown)
        scale = PER_CENT / found["base"].abs()
        y = np.arange(len(shown)) + (place - (len(variants) - 1) / 2.0) * 0.8 / len(variants)
        axis.errorbar(
            found["difference"] * scale,
            y,
            xerr=[(found["difference"] - found["low"]) * scale, (found["high"] - found["difference"]) * scale],
            fmt="o",
            markersize=4,
            capsize=2,
            label=readable(variant, f"arm {place + 1}"),
        )
    axis.axvline(0.0, color="black", linewidth=0.6)
    axis.set_yticks(
        range(len(shown)), [both(outcomes()[n].english, outcomes()[n].chinese).replace("\n", " ") for n in shown]
    )
    axis.invert_yaxis()
    axis.legend(frameon=False, fontsize=8)
    return {"comparison.png": figure}


def _attribution(experiment: Experiment, tables: Tables) -> dict[str, Any]:
    table = tables["attribution"]
    table = table[table["share"].notna()]
    instruments = list(dict.fromkeys(table["instrument"]))
    figure, axis = frame(both("What each yuan bought, share of the money", "每一元换来了什么（占资金比重）"), "")
    left = np.zeros(len(instruments))
    for name, colour in zip(PaymentClass, _COLOURS, strict=True):
        share = table[table["class"] == name].set_index("instrument")["share"].reindex(instruments).to_numpy()
        axis.barh(instruments, share, left=left, color=colour, label=both(name, name.chinese).replace("\n", " "))
        left += share
    axis.invert_yaxis()
    axis.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.08), ncol=3)
    return {"attribution.png": figure}


def _sweep(experiment: Any, tables: Tables) -> dict[str, Any]:
    points = tables["points"]
    levers = [
        path
        for path in experiment.points[0]
        if pd.api.types.is_numeric_dtype(points[path]) and points[path].nunique() > 1
    ]
    figures = {}
    if levers:
        figures["response.png"] = _curves(points, levers[:6])
    if len(levers) >= 2:
        figures["heat_map.png"] = _heat(points, experiment.objective, levers[0], levers[1])
    return figures


def _curves(points: pd.DataFrame, levers: list[str]) -> Any:
    from matplotlib import pyplot as plt

    shown = [o for o in names(CURVES) if o in set(points["outcome"])]
    figure, axes = plt.subplots(
        len(shown), len(levers), figsize=(3.2 * len(levers), 2.4 * len(shown)), squeeze=False, sharey="row"
    )
    for r, outcome in enumerate(shown):
        known = outcomes()[outcome]
        rows = points[points["outcome"] == outcome]
        for c, lever in enumerate(levers):
            axis = axes[r][c]
            axis.plot(rows[lever], rows["mean"] * known.read_factor, ".", color=BLUE, alpha=0.4, markersize=4)
            bins = rows.groupby(pd.cut(rows[lever], 8), observed=True)
            axis.plot(bins[lever].mean(), bins["mean"].mean() * known.read_factor, color=RED, linewidth=1.5)
            if r == len(shown) - 1:
                axis.set_xlabel(lever.split(".")[-1], fontsize=8)
            if c == 0:
                axis.set_ylabel(f"{known.chinese if has_chinese_font() else known.english}", fontsize=8)
    return figure


def _heat(points: pd.DataFrame, outcome: str, first: str, second: str) -> Any:
    known = outcomes()[outcome]
    rows = points[points["outcome"] == outcome]
    figure, axis = frame(both(f"{known.english}, mean", f"{known.chinese}（均值）"), second.split(".")[-1])
    shade = (
        axis.tricontourf(rows[first], rows[second], rows["mean"] * known.read_factor, 12)
        if len(rows) > 3 and _spread_out(rows, first, second)
        else (axis.scatter(rows[first], rows[second], c=rows["mean"] * known.read_factor))
    )
    figure.colorbar(shade)
    axis.set_xlabel(first.split(".")[-1])
    return figure


def _spread_out(rows: pd.DataFrame, first: str, second: str) -> bool:
    """Triangles need points that do not lie on a line."""
    both_levers = rows[[first, second]].drop_duplicates().to_numpy(dtype=float)
    return len(both_levers) > 3 and np.linalg.matrix_rank(both_levers - both_levers[0]) == 2


def _search(experiment: Any, tables: Tables) -> dict[str, Any]:
    figure, axis = frame(both("Cost against probability", "成本与实现概率"), both("probability", "实现概率"))
    points, front = tables["search_points"], tables.get("front", tables["search_points"][:0])
    axis.plot(
        points["cost"] * YI_PER_MILLION,
        points["probability"],
        ".",
        color="#9a9a9a",
        label=both("packages tried", "试过的方案"),
    )
    axis.step(
        front["cost"] * YI_PER_MILLION,
        front["probability"],
        where="post",
        color=BLUE,
        label=both("front", "前沿"),
    )
    axis.axhline(experiment.probability, color=RED, linestyle="--", linewidth=1)
    axis.set_xlabel("亿元" if has_chinese_font() else "100 million yuan")
    axis.legend(frameon=False, fontsize=8)
    return {"front.png": figure}


def _sensitivity(experiment: Any, tables: Tables) -> dict[str, Any]:
    table = tables["screening"]
    of = list(dict.fromkeys(table["of"]))[-1]
    rows = told_of(table[table["of"] == of]).head(15).iloc[::-1]
    known = outcomes()[experiment.objective]
    factor, unit = (known.read_factor, effect_unit(known)) if has_chinese_font() else (1.0, known.unit)
    figure, axis = frame(both(f"What moves {readable(of, experiment.objective)}", "影响最大的假定参数"), "")
    axis.barh(rows["number"], rows["effect"] * factor, color=BLUE)
    axis.set_xlabel(f"{experiment.objective}, {unit}")
    return {"screening.png": figure}


_FIGURES: dict[str, Callable[[Any, Tables], dict[str, Any]]] = {
    "run": run_figures,
    "compare": _comparison,
    "attribute": _attribution,
    "sweep": _sweep,
    "search": _search,
    "sensitivity": _sensitivity,
}
