"""Plant small faults one at a time and see whether the tests notice:
`python -m tools.mutate --seed 1` (`make mutate SEED=1`).

Rules run uncompiled: a changed kernel would cost its compilation, ten times what its tests take. The package is copied
once and the copy changed. A first run notes which lines each test reaches; a mutant meets the tests of its module that
reach it, quick ones first, until one fails. What only raises where it was changed does not count, nor what
`equivalent.csv` names: another is drawn.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tools.mutant_tests import RAISED, SURVIVED, Reached, judge, reach
from tools.mutants import Mutant, mutants
from tools.planted import MODULES, ROOT, Module, libraries
from tools.progress import counter

EQUIVALENT = Path(__file__).parent / "equivalent.csv"
BAR, EQUIVALENT_AT_MOST = 0.95, 0.03
_IGNORED = shutil.ignore_patterns(".*", "outputs", "build", "*.egg-info", "__pycache__")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: killed by a test or by the clock, survived, or only raised."""

    mutant: Mutant
    module: Module
    how: str


def every_mutant(root: Path = ROOT) -> list[tuple[Mutant, Module]]:
    """Return all mutants of all modules with their module, those that are the same program left out."""
    same = equivalent()
    found = [
        (m, module)
        for module in MODULES
        for file in module.files(root)
        for m in mutants(file, (root / file).read_bytes())
    ]
    return [(m, module) for m, module in found if m.name not in same]


def order(seed: int, chosen: list[tuple[Mutant, Module]]) -> list[tuple[Mutant, Module]]:
    """Return mutants in the order in which a seed draws them."""
    return random.Random(seed).sample(chosen, len(chosen))


def equivalent() -> dict[tuple[str, str, str, str], str]:
    """Return the reasons why some mutants are the same program, by `Mutant.name`."""
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {
            (row["module"], row["within"], row["before"], row["after"]): row["reason"] for row in csv.DictReader(file)
        }


@contextmanager
def bench(chosen: list[tuple[Mutant, Module]]) -> Iterator[tuple[Path, list[Reached]]]:
    """Copy the package and note what the tests of some mutants reach."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(shutil.copytree(ROOT, Path(folder) / "copy", ignore=_IGNORED)).resolve()
        _prepare()
        wanted = {f"tests/test_{name}.py": None for _, module in chosen for name in module.tests}
        yield copy, reach(copy, list(wanted), sorted({m.file for m, _ in chosen}))


def trial(copy: Path, reached: list[Reached], drawn: list[tuple[Mutant, Module]], number: int) -> Iterator[Verdict]:
    """Try mutants in order until `number` of them count; yield what became of each."""
    show, counted = counter("mutants"), 0
    for mutant, module in drawn:
        verdict = Verdict(mutant, module, _try(copy, mutant, _of(module, reached)))
        counted += verdict.how != RAISED
        show(counted, number)
        yield verdict
        if counted == number:
            return


def _prepare() -> None:
    os.environ |= {"NUMBA_DISABLE_JIT": "1", "OPENBLAS_NUM_THREADS": "1"}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else tests take it back
    sys.dont_write_bytecode = True  # a changed file of the same size and second must not be taken for the old one
    for name in libraries():
        import_module(name)


def _of(module: Module, reached: list[Reached]) -> list[Reached]:
    files = {f"tests/test_{name}.py" for name in module.tests}
    return [test for test in reached if test.name.partition("::")[0] in files]


def _try(copy: Path, mutant: Mutant, tests: list[Reached]) -> str:
    path = copy / mutant.file
    source = path.read_bytes()
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()
    try:
        path.write_bytes(mutant.apply(source))
        return judge(copy, mutant, tests)
    finally:
        path.write_bytes(source)


def page(found: dict[int, list[Verdict]]) -> str:
    """Return the results by seed as a page: killed by module, and each survivor."""
    lines = [
        "# Mutants",
        "",
        f'`make mutate SEED="{" ".join(map(str, found))}"` wrote this page; docs/decisions.md says how.',
        "",
    ]
    lines += ["| module | " + " | ".join(f"seed {seed}" for seed in found) + " |", "|---|" + "---|" * len(found)]
    for module in [*MODULES, None]:
        lines.append(
            f"| {module.pattern if module else 'all'} | "
            + " | ".join(_killed(v, module) for v in found.values())
            + " |"
        )
    lines += ["", "| seed | file | line | fault | before | after |", "|---|---|---|---|---|---|"]
    for seed, verdicts in found.items():
        for m in (v.mutant for v in verdicts if v.how == SURVIVED):
            lines.append(f"| {seed} | {m.file} | {m.line} | {m.kind} | `{m.before}` | `{m.after}` |".replace("||", "|"))
    raised = sum(v.how == RAISED for verdicts in found.values() for v in verdicts)
    return "\n".join(
        [
            *lines,
            "",
            f"Drawn again because they only raised: {raised}. Left out as the same program: {len(equivalent())}.",
            "",
        ]
    )


def _share(verdicts: list[Verdict], module: Module | None) -> tuple[int, int]:
    own = [v.how != SURVIVED for v in verdicts if v.how != RAISED and module in (None, v.module)]
    return sum(own), len(own)


def _killed(verdicts: list[Verdict], module: Module | None) -> str:
    killed, tried = _share(verdicts, module)
    return f"{killed} of {tried}" + (f" ({100.0 * killed / tried:.1f} %)" if tried and module is None else "")


def enough(verdicts: list[Verdict]) -> bool:
    """Tell whether as many were killed as the bars ask, over all and in each module."""
    shares = [(_share(verdicts, None), BAR), *((_share(verdicts, module), module.bar) for module in MODULES)]
    return all(killed >= bar * tried for (killed, tried), bar in shares)


def _tell(verdict: Verdict) -> None:
    if verdict.how == SURVIVED:
        m = verdict.mutant
        print(f"survived: {m.file}:{m.line} {m.kind}\n  - {m.before}\n  + {m.after}", flush=True)


def main() -> int:
    """Plant faults and print the table; 1 when too many survive."""
    parser = argparse.ArgumentParser(prog="tools.mutate", description=main.__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument(
        "--number", type=int, default=100, help="mutants that count, for each seed; 0 for all there are"
    )
    parser.add_argument("--only", default="", help="files whose path contains this")
    parser.add_argument("--page", type=Path, help="write the table to this file too")
    options = parser.parse_args()
    if sys.version_info < (3, 12):
        parser.error("lines are noted by sys.monitoring: use Python 3.12 or later")
    chosen = [pair for pair in every_mutant() if options.only in pair[0].file]
    if not chosen:
        parser.error(
            f"--only {options.only}: no file with mutants has this in its path; write a part of one, like market.py"
        )
    found: dict[int, list[Verdict]] = {}
    with bench(chosen) as (copy, reached):
        for seed in options.seed:
            drawn = order(seed, chosen) if options.number else chosen
            found[seed] = []
            for verdict in trial(copy, reached, drawn, options.number or len(chosen)):
                found[seed].append(verdict)
                _tell(verdict)
    text = page(found)
    print(text)
    if options.page:
        options.page.write_text(text, encoding="utf-8")
    return 0 if all(enough(verdicts) for verdicts in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
