"""The command line of clustersim. Heavy imports wait until a command needs them, and an input error comes before them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

BAD_INPUT, CANNOT_WRITE, INTERRUPTED, INTERNAL = 2, 5, 130, 1


def _one_line_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn expected failures into one line each and the right exit code."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        from sim.scenario_file import ScenarioError

        try:
            return command(*args, **kwargs)
        except ScenarioError as error:
            _fail(error.problems, BAD_INPUT)
        except KeyboardInterrupt:
            _fail(["interrupted; nothing was written"], INTERRUPTED)
        except Exception as error:
            code = {"CannotWrite": CANNOT_WRITE, "WorkerDied": INTERNAL}.get(type(error).__name__)
            if code is None:
                raise
            _fail([str(error)], code)

    return guarded


def _fail(problems: Any, code: int) -> None:
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "CLUSTERSIM"})
@click.version_option(package_name="clustersim")
def main() -> None:
    """Simulate a city's industrial clusters under subsidy policies and energy caps."""


@main.command("list")
@_one_line_errors
def list_scenarios() -> None:
    """List the scenarios that come with clustersim."""
    from sim.scenario import load, shipped

    for name in shipped():
        scenario = load(name)
        click.echo(f"{name:20} {scenario.title.en} {scenario.title.zh}")
        for variant in scenario.variants:
            click.echo(f"{'':20}   --variant {variant}")


def _changes(pairs: tuple[str, ...]) -> dict[str, Any]:
    """Read PATH=VALUE options; values are read as YAML would read them."""
    from sim.scenario_file import ScenarioError, read_value

    changes = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path:
            raise ScenarioError(f"--set {pair}: write PATH=VALUE, like policies.energy_budget.extra_tightening=0.05")
        changes[path.strip()] = read_value(value, f"--set {path}")
    return changes


def _load(scenario: str, variant: str | None, pairs: tuple[str, ...], **changes: Any) -> Any:
    from sim.scenario import load

    spec = load(scenario)
    spec = spec.variant(variant) if variant else spec
    changes = {path: value for path, value in changes.items() if value is not None} | _changes(pairs)
    return spec.with_changes(changes) if changes else spec


_variant = click.option("--variant", help="A named variant of the scenario.")
_set = click.option("--set", "changes", multiple=True, metavar="PATH=VALUE", help="Change one value; may be given again.")


@main.command()
@click.argument("scenario")
@_variant
@_set
@_one_line_errors
def show(scenario: str, variant: str | None, changes: tuple[str, ...]) -> None:
    """Print SCENARIO (a shipped name or a file) with every value resolved."""
    spec = _load(scenario, variant, changes)
    from sim.scenario_file import to_yaml

    click.echo(to_yaml(spec.resolved()), nl=False)


@main.command()
@click.argument("files", nargs=-1, required=True)
@_one_line_errors
def check(files: tuple[str, ...]) -> None:
    """Check scenario FILES and say what is wrong with each."""
    from sim.scenario import load
    from sim.scenario_file import ScenarioError

    problems: list[str] = []
    for file in files:
        try:
            scenario = load(file)
            click.echo(f"{file}: fine ({scenario.title.en} {scenario.title.zh})")
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(*problems)


@main.command()
@_one_line_errors
def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in an editor."""
    import json

    from sim.schema import scenario_schema

    click.echo(json.dumps(scenario_schema(), indent=1, ensure_ascii=False))


@main.command()
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of the starting firms.")
@_one_line_errors
def facts(seed: int) -> None:
    """Print the starting state against the published facts of 2021."""
    from sim.report.facts import check_facts, describe_facts

    rows = check_facts(seed)
    for line in describe_facts(rows):
        click.echo(line)
    if any(row.status == "FAIL" for row in rows):
        sys.exit(INTERNAL)


@main.command()
@click.argument("scenario")
@click.option("--replications", "-n", default=100, show_default=True, type=click.IntRange(1, 1_000_000), help="Worlds to run.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**63 - 1), help="Fixes all luck.")
@click.option("--from", "start", help="First quarter (2022Q1).")
@click.option("--until", help="Last quarter, at most 2030Q4.")
@_set
@_variant
@click.option("--fixed", is_flag=True, help="Hold assumed numbers instead of drawing them.")
@click.option("--jobs", "-j", type=click.IntRange(1, 256), help="Worker processes; changes no result. Default: all cores.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run. Default: outputs/SCENARIO-seedN.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@_one_line_errors
def run(
    scenario: str, replications: int, seed: int, start: str | None, until: str | None, changes: tuple[str, ...],
    variant: str | None, fixed: bool, jobs: int | None, out: Path | None, quiet: bool,
) -> None:
    """Run SCENARIO and write tables and pictures."""
    spec = _load(scenario, variant, changes, **{"horizon.from": start, "horizon.until": until})
    folder = out or Path("outputs") / f"{spec.name}-seed{seed}"
    _refuse_taken(folder)
    from sim.experiments.engine import cores
    from sim.experiments.run import run as run_scenario

    with _progress(quiet, spec.name) as progress:
        result = run_scenario(spec, replications, seed, fixed=fixed, jobs=jobs or cores(), progress=progress)
    from sim.report.console import describe
    from sim.report.folder import write

    figures = write(result, folder)
    if not quiet:
        click.echo("\n".join(describe(result, folder, figures)))


def _refuse_taken(folder: Path) -> None:
    """Refuse a folder before any work is done; the writer checks again."""
    from sim.run_folder import check_free

    check_free(folder)


@contextmanager
def _progress(quiet: bool, name: str) -> Any:
    """Yield a progress callback: a bar on a terminal, a line a minute elsewhere, nothing when quiet."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(name)
            yield lambda done, total: bar.update(task, completed=done, total=total)
    else:
        last = time.monotonic()

        def line(done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last >= 60:
                last = time.monotonic()
                click.echo(f"{name}: {done} of {total}", err=True)

        yield line


def _main() -> None:
    try:
        main()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    _main()
