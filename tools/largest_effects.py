"""The largest single effects on GDP: in the same worlds, each mechanism is switched off and GDP is compared.

`python -m tools.largest_effects` runs the worlds and writes the table into docs/model.md between two comments;
`--check` runs nothing and says whether the page's table has today's mechanisms and format.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from sim import policies as registry
from sim.experiments.engine import cores, execute
from sim.experiments.jobs import SUCCEEDED
from sim.experiments.replicate import forget_mesa_models
from sim.inference.means import mean_interval
from sim.luck import keys
from sim.model import ClusterModel, build_start
from sim.scenario.drawn import world_numbers
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.tables.city_tables import read_city
from sim.tables.units import MILLION_PER_YI
from tools.effects_check import faults_of_table
from tools.mechanisms import BASE, PACKAGE, Mechanism, mechanisms
from tools.progress import counter

PAGE = Path(__file__).parent.parent / "docs" / "model.md"
BEGIN, END = "<!-- largest effects: begin -->", "<!-- largest effects: end -->"
OUTCOME, SHOWN = "gdp", 10
COLUMNS = (
    "rank",
    "mechanism",
    "机制",
    "added to GDP, 亿元",
    "95 % interval",
    "% of GDP",
    "switched off by",
    "grade",
    "source",
)


def effects(
    worlds: int,
    year: int,
    *,
    seed: int = 1,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return GDP of the base in `year` and what each mechanism adds to it, million yuan, one value per world.

    A mechanism is off from 2022 on: all arms of a world share the starting firms, the drawn numbers and the luck.
    """
    base = load(BASE).with_changes({"horizon.until": f"{year}Q4"})
    arms = {mechanism.name: base.with_changes(mechanism.off) for mechanism in mechanisms()}
    found: dict[int, dict[str, float]] = {}
    for done in execute(partial(_one_world, base, arms, seed), [(i, i) for i in range(worlds)], workers=jobs):
        if done.status != SUCCEEDED:
            raise RuntimeError(done.error)
        found[done.number] = done.value
        if progress is not None:
            progress(len(found), worlds)
    outcome = {name: np.array([found[i][name] for i in range(worlds)]) for name in ("", *arms)}
    return outcome[""], {name: outcome[""] - outcome[name] for name in arms}


def _one_world(base: Scenario, arms: Mapping[str, Scenario], seed: int, world: int) -> dict[str, float]:
    own_seed = keys.replication_seed(seed, world)
    start = build_start(base, world_numbers(base, own_seed, fixed=False), own_seed)
    found = {}
    for name, arm in {"": base, **arms}.items():
        found[name] = float(ClusterModel(arm, own_seed, start=start).run().years[OUTCOME][-1])
    forget_mesa_models()
    return found


# ---- the page
# ------------------------------------------------------------------------------------------------------------


def section(base: np.ndarray, added: Mapping[str, np.ndarray], year: int, seed: int) -> str:
    """Return the text between the two comments: the ten largest effects, and the package when it is not among them."""
    known = {mechanism.name: mechanism for mechanism in mechanisms()}
    order = sorted(added, key=lambda name: -abs(float(added[name].mean())))
    shown = [name for name in order if order.index(name) < SHOWN or name == PACKAGE]
    lines = [
        _stamp(),
        f"What each mechanism adds to GDP of {year} (`{BASE}` less the same worlds with the mechanism off from "
        f"2022): the {SHOWN} largest of "
        f"{len(order)}, and the policy package. Paired means of {base.size} worlds, numbers drawn, seed {seed}; GDP is "
        f"{base.mean() / MILLION_PER_YI:,.0f} 亿元 on average. Written by `make effects`.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
    ]
    lines += [
        _row(order.index(name) + 1, known[name], added[name] / MILLION_PER_YI, float(base.mean()) / MILLION_PER_YI)
        for name in shown
    ]
    return "\n".join(lines)


def _row(rank: int, mechanism: Mechanism, added: np.ndarray, gdp: float) -> str:
    mean, low, high = mean_interval(added)
    grade, source = pedigree(mechanism)
    cells = (
        str(rank),
        mechanism.name,
        mechanism.name_zh,
        f"{mean:+,.1f}",
        f"{low:+,.1f} to {high:+,.1f}",
        f"{100.0 * mean / gdp:+.2f}",
        how(mechanism),
        grade,
        source,
    )
    return "| " + " | ".join(cells) + " |"


def how(mechanism: Mechanism) -> str:
    """Return the changes that switch a mechanism off, those of all clusters as one."""
    parts: dict[str, str] = {}
    for path, value in mechanism.off.items():
        name = path.removeprefix("parameters.").removeprefix("policies.")
        name = name.split(".", 1)[1] if name.split(".")[0] in read_city().identifiers else name
        parts[name] = f"`{name}` off" if value is None or value is False else f"`{name}` = {value:g}"
    return ", ".join(parts.values())


def pedigree(mechanism: Mechanism) -> tuple[str, str]:
    """Return grades and sources of what a mechanism changes: numbers and projects from their tables, instruments from
    what they say of themselves.
    """
    grades: dict[str, None] = {}
    sources: dict[str, None] = {}
    for path in mechanism.off:
        part, _, name = path.partition(".")
        if part == "parameters":
            grades[read_city().numbers[name].grade] = None
            sources |= dict.fromkeys(read_city().numbers[name].source.split("; "))
        elif part == "policies":
            text = _words(name)
            grades |= dict.fromkeys(word for word in ("announced", "assumed") if word == "announced" or word in text)
            sources |= dict.fromkeys(re.findall(r"article p\d+", text))
        else:  # a field of the outlook that reads a table of the same name
            for row in getattr(read_city(), name):
                grades[row["grade"]] = None
                sources |= dict.fromkeys(row["source"].split("; "))
    return ", ".join(grades), "; ".join(sorted(sources))


def _words(instrument: str) -> str:
    kind = registry.get(instrument)
    fields = " ".join(str(field.description) for field in kind.model_fields.values())
    return f"{inspect.getmodule(kind).__doc__} {fields}"


def _stamp() -> str:
    """Return a comment that changes with the list of mechanisms and with the format of the table."""
    declared = [(m.name, m.name_zh, sorted((path, str(value)) for path, value in m.off.items())) for m in mechanisms()]
    digest = hashlib.sha256(repr((declared, COLUMNS, SHOWN, BASE, OUTCOME)).encode()).hexdigest()[:12]
    return f"<!-- {len(declared)} mechanisms, format {digest} -->"


def between(page: str) -> str:
    """Return the text between the two comments.

    Raises:
        ValueError: if the page lacks them.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise ValueError(f"the page must hold '{BEGIN}' and '{END}' once, in this order")
    return page[page.index(BEGIN) + len(BEGIN) : page.index(END)].strip("\n")


def with_section(page: str, text: str) -> str:
    """Return the page with new text between the two comments."""
    between(page)  # complains of a page without the comments
    return f"{page[: page.index(BEGIN)]}{BEGIN}\n{text}\n{page[page.index(END) :]}"


def problems(page: str) -> list[str]:
    """Return what is out of date or incomplete between the comments of a page; empty when nothing is."""
    try:
        text = between(page)
    except ValueError as error:
        return [str(error)]
    found = [] if _stamp() in text else ["the list of mechanisms or the format has changed"]
    return found + faults_of_table(text, COLUMNS, SHOWN, PACKAGE, {mechanism.name for mechanism in mechanisms()})


def main() -> int:
    """Write or check the table of the largest effects."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=min(cores(), 2))
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--check", action="store_true", help="run nothing; say whether the page is current")
    options = parser.parse_args()
    page = options.page.read_text(encoding="utf-8")
    if options.check:
        found = problems(page)
        print("\n".join(found) or "the table is current in mechanisms and format")
        return 1 if found else 0
    between(page)  # complain before the runs
    base, added = effects(
        options.worlds, options.year, seed=options.seed, jobs=options.jobs, progress=counter("effects")
    )
    text = section(base, added, options.year, options.seed)
    options.page.write_text(with_section(page, text), encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
