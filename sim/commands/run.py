"""One scenario in many worlds."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.options import load_spec, set_option, variant_option
from sim.commands.progress import progress_of


@click.command()
@click.argument("scenario")
@click.option("--replications", "-n", default=100, show_default=True, type=click.IntRange(1, 1_000_000), help="Worlds to run.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**63 - 1), help="Fixes all luck.")
@click.option("--from", "start", help="First quarter (2022Q1).")
@click.option("--until", help="Last quarter, at most 2030Q4.")
@set_option
@variant_option
@click.option("--fixed", is_flag=True, help="Hold assumed numbers instead of drawing them.")
@click.option("--jobs", "-j", type=click.IntRange(1, 256), help="Worker processes; changes no result. Default: all cores.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run. Default: outputs/SCENARIO-seedN.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def run(
    scenario: str, replications: int, seed: int, start: str | None, until: str | None, changes: tuple[str, ...],
    variant: str | None, fixed: bool, jobs: int | None, out: Path | None, quiet: bool,
) -> None:
    """Run SCENARIO and write tables and pictures.

    运行情景，写出表格和图。
    """
    spec = load_spec(scenario, variant, changes, **{"horizon.from": start, "horizon.until": until})
    folder = out or Path("outputs") / f"{spec.name}-seed{seed}"
    from sim.run_folder import check_free

    check_free(folder)  # before any work is done; the writer checks again
    from sim.experiments.engine import cores
    from sim.experiments.run import run as run_scenario

    with progress_of(quiet, spec.name) as progress:
        result = run_scenario(spec, replications, seed, fixed=fixed, jobs=jobs or cores(), progress=progress)
    from sim.report.console import describe
    from sim.report.folder import write

    figures = write(result, folder)
    if not quiet:
        click.echo("\n".join(describe(result, folder, figures)))
