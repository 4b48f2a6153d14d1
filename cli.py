"""The command line of clustersim. Heavy imports wait until a command needs them, and an input error comes before them."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

INTERNAL, BAD_INPUT, IN_USE, RUNS_FAILED, CANNOT_WRITE, INTERRUPTED, TERMINATED = 1, 2, 3, 4, 5, 130, 143
_FEW_RUNS = 1_000
_CODES = {"CannotWrite": CANNOT_WRITE, "FolderInUse": IN_USE}


class _Terminated(BaseException):
    """The process was asked to end."""


def _terminate(*_: Any) -> None:
    raise _Terminated


def _one_line_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn expected failures into one line each and the right exit code."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        from sim.scenario_file import ScenarioError

        try:
            return command(*args, **kwargs)
        except ScenarioError as error:
            _fail(error.problems, BAD_INPUT)
        except (KeyboardInterrupt, _Terminated) as stop:
            saved = getattr(stop, "saved", "nothing was written")
            _fail([f"stopped; {saved}"], INTERRUPTED if isinstance(stop, KeyboardInterrupt) else TERMINATED)
        except Exception as error:
            code = _CODES.get(type(error).__name__)
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


@main.command()
@click.argument("words", nargs=-1)
@click.option("--for", "use", type=click.Choice(["objective", "target", "cost"]), help="Only what may be asked for as this.")
@_one_line_errors
def outcomes(words: tuple[str, ...], use: str | None) -> None:
    """List what is measured: unit, kind, period, meaning, what it may be asked for; of WORDS those whose names hold one."""
    from sim.report.outcome_list import describe_outcomes

    click.echo("\n".join(describe_outcomes(words, use)))


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
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Seed of the starting firms and of the worlds.")
@click.option("--worlds", default=20, show_default=True, type=click.IntRange(0, 10_000), help="Worlds of the flow part; 0 leaves it out, else 2 or more.")
@click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
@_one_line_errors
def facts(seed: int, worlds: int, quiet: bool) -> None:
    """Print the starting state, and the first year without policy, against the published facts of 2021 and before.

    The exit code says whether the starting state fails a fact.
    """
    from sim.scenario_file import ScenarioError

    if worlds == 1:
        raise ScenarioError("--worlds 1: an interval needs two worlds; write 2 or more, or 0 to leave the flow part out")
    from sim.report.facts import check_facts, describe_facts

    rows = check_facts(seed)
    for line in describe_facts(rows):
        click.echo(line)
    if worlds:
        from sim.report.flows import check_flows, describe_flows

        with _progress(quiet, "flows") as progress:
            flows = check_flows(worlds, seed, progress)
        for line in describe_flows(flows, worlds):
            click.echo(line)
    if any(row.status == "FAIL" for row in rows):
        sys.exit(INTERNAL)


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that every experiment has: its luck, and where its runs happen and are kept."""
    options = (
        click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**63 - 1), help="Fixes all luck."),
        click.option("--fixed", is_flag=True, help="Hold assumed numbers instead of drawing them."),
        click.option("--until", help="Last quarter, at most 2030Q4."),
        _set,
        click.option("--jobs", "-j", type=click.IntRange(1, 256), help="Worker processes; changes no result. Default: all cores."),
        click.option("--scheduler", metavar="tcp://HOST:PORT", help="A Dask scheduler, or slurm:queue=short,cores=4,memory=8GB,jobs=10."),
        click.option("--shard", metavar="I/N", help="Make every N-th run only, for a job array; then 'clustersim merge'."),
        click.option("--out", type=click.Path(path_type=Path), help="Folder of the experiment; a stopped one goes on. Default: outputs/NAME."),
        click.option("--fresh", is_flag=True, help="Delete what the folder holds and begin again."),
        click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _shard(text: str | None) -> tuple[int, int] | None:
    from sim.scenario_file import ScenarioError

    if text is None:
        return None
    part, slash, number = text.partition("/")
    if not (slash and part.isdigit() and number.isdigit() and 1 <= int(part) <= int(number)):
        raise ScenarioError(f"--shard {text}: write I/N with I from 1 to N, like 2/4")
    return int(part), int(number)


def _conduct(experiment: Any, where: dict[str, Any], describe: Callable[[Any], list[str]]) -> None:
    """Make an experiment's runs, say what came out, and end with code 4 when some failed."""
    from sim.experiments.engine import cores
    from sim.experiments.experiment import conduct

    folder = where["out"] or Path("outputs") / experiment.name
    count = [0, 0]
    with _progress(where["quiet"], experiment.name) as show:

        def progress(done: int, total: int) -> None:
            count[:] = done, total
            if show is not None:
                show(done, total)

        try:
            findings = conduct(
                experiment, folder, workers=where["jobs"] or cores(), scheduler=where["scheduler"], shard=_shard(where["shard"]),
                fresh=where["fresh"], progress=progress, draw=_draw,
            )
        except (KeyboardInterrupt, _Terminated) as stop:
            stop.saved = f"{count[0]} of {count[1]} runs are saved in {folder}; the same command goes on"  # type: ignore[union-attr]
            raise
    if not where["quiet"]:
        click.echo("\n".join(describe(findings) if findings.tables else [f"{len(findings.values)} runs are in {findings.folder}"]))
    if findings.failed:
        number, error = next(iter(findings.failed.items()))
        _fail([f"{len(findings.failed)} runs failed, the first: run {number}: {error}; see failed.csv, or: clustersim redo {folder} {number}"], RUNS_FAILED)


def _draw(experiment: Any, tables: Any) -> dict[str, bytes]:
    """Draw, after many runs in a process of its own: matplotlib would double the memory of this one. Few fill none, and a process costs a second."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from sim.report.experiment_figures import draw

    summaries = {name: table for name, table in tables.items() if name not in experiment.also_parquet + experiment.only_parquet}
    if experiment.wanted({}) <= _FEW_RUNS:
        return draw(experiment, summaries)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(draw, experiment, summaries).result()


@main.command()
@click.argument("scenario")
@click.option("--replications", "-n", default=100, show_default=True, type=click.IntRange(1, 1_000_000), help="Worlds to run.")
@click.option("--from", "start", help="First quarter (2022Q1).")
@_variant
@_where
@_one_line_errors
def run(scenario: str, replications: int, start: str | None, variant: str | None, **where: Any) -> None:
    """Run SCENARIO and write tables and pictures."""
    spec = _load(scenario, variant, where["changes"], **{"horizon.from": start, "horizon.until": where["until"]})
    from sim.experiments.run import plan

    experiment = plan(spec, replications, seed=where["seed"], fixed=where["fixed"])
    from sim.report.console import describe

    _conduct(experiment, where, describe)


@main.command()
@click.argument("base")
@click.argument("variants", nargs=-1, required=True)
@click.option("--pairs", "-n", default=200, show_default=True, type=click.IntRange(2, 1_000_000), help="Worlds in which all arms run.")
@click.option("--precision", type=click.FloatRange(0, 1, min_open=True), help="Instead: as many as bring the objective's interval to this share of the base.")
@click.option("--objective", help="Outcome that ranks the arms. Default: metric of the first target.")
@click.option("--by", default=0, type=int, help="Year of the objective. Default: the last.")
@_where
@_one_line_errors
def compare(base: str, variants: tuple[str, ...], pairs: int, precision: float | None, objective: str | None, by: int, **where: Any) -> None:
    """Compare VARIANTS with BASE in the same worlds.

    A variant is a named variant of BASE, a scenario (shipped or a file), or several joined by +.
    """
    from sim.experiments.compare import plan, variant_of

    spec = _load(base, None, where["changes"], **{"horizon.until": where["until"]})
    arms = dict(variant_of(spec, text, _where_changes(where)) for text in variants)
    experiment = plan(spec, arms, pairs=pairs, precision=precision or 0.0, seed=where["seed"], fixed=where["fixed"], objective=objective, by=by)
    from sim.report.experiment_console import describe_comparison

    _conduct(experiment, where, describe_comparison)


@main.command()
@click.argument("scenario")
@click.option("--worlds", "-n", default=30, show_default=True, type=click.IntRange(2, 100_000), help="Worlds.")
@click.option("--shapley", metavar="exact|sampled|none", help="Share the package's effect over all coalitions of instruments, over drawn orders of "
              "joining, or not. Default: exact up to six instruments, sampled beyond.")
@click.option("--orders", default=2, show_default=True, type=click.IntRange(1, 10_000), help="Orders drawn in each world when sampled, each also in reverse.")
@_variant
@_where
@_one_line_errors
def attribute(scenario: str, worlds: int, shapley: str | None, orders: int, variant: str | None, **where: Any) -> None:
    """Split every award yuan of SCENARIO into deadweight, timing, relabelled, displaced, additional and unconditional."""
    from sim.experiments.attribute import plan

    spec = _load(scenario, variant, where["changes"], **{"horizon.until": where["until"]})
    experiment = plan(spec, worlds=worlds, shapley=shapley, orders=orders, seed=where["seed"], fixed=where["fixed"])
    from sim.report.experiment_console import describe_attribution

    _conduct(experiment, where, describe_attribution)


@main.command()
@click.argument("scenario")
@click.option("--vary", multiple=True, metavar="PATH=VALUES", help="PATH=LOW:HIGH:STEPS, PATH=A,B,C, or PATH=LOW:HIGH for lhs and sobol; may be given again.")
@click.option("--design", default="grid", show_default=True, help="grid, zip, lhs, sobol, or a CSV file with a column per path.")
@click.option("--points", default=64, show_default=True, type=click.IntRange(1, 1_000_000), help="Points of lhs and sobol.")
@click.option("--replications", "-n", default=30, show_default=True, type=click.IntRange(1, 1_000_000), help="Worlds per point.")
@click.option("--objective", help="Outcome that the heat map shows. Default: gdp_real.")
@click.option("--dry-run", is_flag=True, help="Only say how many runs, how long and how much disk.")
@_variant
@_where
@_one_line_errors
def sweep(scenario: str, vary: tuple[str, ...], design: str, points: int, replications: int, objective: str | None, dry_run: bool,
          variant: str | None, **where: Any) -> None:
    """Run SCENARIO over many values of levers and uncertainties."""
    from sim.experiments.sweep import estimate, plan
    from sim.scenario_file import ScenarioError

    if design not in ("grid", "zip", "lhs", "sobol") and not design.endswith(".csv"):
        raise ScenarioError(f"--design {design}: write grid, zip, lhs, sobol or a file ending in .csv")
    spec = _load(scenario, variant, where["changes"], **{"horizon.until": where["until"]})
    experiment = plan(spec, vary, design=design, points=points, replications=replications, objective=objective, seed=where["seed"],
                      fixed=where["fixed"])
    from sim.experiments.engine import cores

    if dry_run:
        click.echo(estimate(experiment, where["jobs"] or cores()))
        return
    from sim.report.experiment_console import describe_sweep

    _conduct(experiment, where, describe_sweep)


@main.command()
@click.argument("scenario")
@click.option("--target", required=True, help="'world_500_firms>=1 by 2025' or 'gdp>=1 trillion yuan by 2024'.")
@click.option("--probability", default=0.5, show_default=True, type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Asked for.")
@click.option("--lever", "levers", multiple=True, metavar="PATH=LOW:HIGH", help="What may change; may be given again.")
@click.option("--points", default=32, show_default=True, type=click.IntRange(2, 10_000), help="Packages of the first round.")
@click.option("--worlds", default=40, show_default=True, type=click.IntRange(2, 10_000), help="Worlds per package.")
@click.option("--rounds", default=4, show_default=True, type=click.IntRange(0, 50), help="Rounds of refinement.")
@click.option("--checks", default=400, show_default=True, type=click.IntRange(10, 100_000), help="Fresh worlds per candidate.")
@_variant
@_where
@_one_line_errors
def search(scenario: str, target: str, probability: float, levers: tuple[str, ...], points: int, worlds: int, rounds: int, checks: int,
           variant: str | None, **where: Any) -> None:
    """Find the cheapest package of SCENARIO that reaches a target with a probability, checked in fresh worlds."""
    from sim.experiments.search import plan

    spec = _load(scenario, variant, where["changes"], **{"horizon.until": where["until"]})
    _refuse_shards(where, "search")
    experiment = plan(spec, target, list(levers), probability=probability, points=points, worlds=worlds, rounds=rounds, checks=checks,
                      seed=where["seed"], fixed=where["fixed"])
    from sim.report.experiment_console import describe_search

    _conduct(experiment, where, describe_search)


@main.command()
@click.argument("scenario")
@click.argument("variants", nargs=-1)
@click.option("--objective", help="Outcome looked at. Default: gdp_real.")
@click.option("--trajectories", default=10, show_default=True, type=click.IntRange(2, 1000), help="Of the Morris screening.")
@click.option("--strongest", default=8, show_default=True, type=click.IntRange(1, 50), help="Numbers taken on to Sobol indices.")
@click.option("--base-points", default=64, show_default=True, type=click.IntRange(4, 65536), help="Of the Sobol indices.")
@_where
@_one_line_errors
def sensitivity(scenario: str, variants: tuple[str, ...], objective: str | None, trajectories: int, strongest: int, base_points: int, **where: Any) -> None:
    """Say which assumed numbers decide SCENARIO's outcome and its difference from VARIANTS (without any: from no policy)."""
    from sim.experiments.compare import variant_of
    from sim.experiments.sensitivity import plan

    spec = _load(scenario, None, where["changes"], **{"horizon.until": where["until"]})
    _refuse_shards(where, "sensitivity")
    arms = dict(variant_of(spec, text, _where_changes(where)) for text in variants)
    experiment = plan(spec, arms, objective=objective, trajectories=trajectories, strongest=strongest, base_points=base_points, seed=where["seed"])
    from sim.report.experiment_console import describe_sensitivity

    _conduct(experiment, where, describe_sensitivity)


def _where_changes(where: dict[str, Any]) -> dict[str, Any]:
    return _changes(where["changes"]) | ({"horizon.until": where["until"]} if where["until"] else {})


def _refuse_shards(where: dict[str, Any], command: str) -> None:
    """Experiments whose later runs depend on earlier ones cannot be cut into shards."""
    from sim.scenario_file import ScenarioError

    if where["shard"]:
        raise ScenarioError(f"--shard: a {command} decides its next runs from its last ones; use --jobs or --scheduler")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_one_line_errors
def status(folder: Path) -> None:
    """Say how far the experiment in FOLDER is."""
    from sim.experiments.status import describe_status

    click.echo("\n".join(describe_status(folder)))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_one_line_errors
def verify(folder: Path) -> None:
    """Check every file of a finished experiment against its hash."""
    from sim.experiments.status import verify as check_hashes

    problems = check_hashes(folder)
    if problems:
        _fail([f"{folder}: {problem}" for problem in problems], INTERNAL)
    click.echo(f"{folder}: every file is as it was written")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_one_line_errors
def merge(folder: Path) -> None:
    """Join the shards below FOLDER and write the final tables."""
    from sim.experiments.experiment import merge as join
    from sim.experiments.kinds import rebuild

    number = join(folder)
    click.echo(f"{number} runs joined in {folder}")
    experiment = rebuild(folder)
    where = {"out": folder, "quiet": True, "jobs": None, "scheduler": None, "shard": None, "fresh": False}
    _conduct(experiment, where, lambda findings: [])


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("number", type=click.IntRange(0))
@_one_line_errors
def redo(folder: Path, number: int) -> None:
    """Make one run of the experiment in FOLDER again, here, with its full error if it fails; nothing is written."""
    import json

    from sim.experiments.journal import JOURNAL, read_journal
    from sim.experiments.kinds import rebuild

    experiment = rebuild(folder)
    values = read_journal(folder / JOURNAL)[0]
    if number >= experiment.wanted(values):
        _fail([f"{folder}: has no run {number}; its runs are 0 to {experiment.wanted(values) - 1}"], BAD_INPUT)
    value = experiment.task()(experiment.payloads([number], values)[0])
    click.echo(json.dumps(experiment.readable(value)))


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
        last = begun = time.monotonic()
        at_first: int | None = None

        def line(done: int, total: int) -> None:
            nonlocal last, at_first
            at_first = done - 1 if at_first is None else at_first  # a resumed experiment begins with some
            now = time.monotonic()
            if now - last >= 60:
                last = now
                left = (total - done) * (now - begun) / max(done - at_first, 1) / 60.0
                click.echo(f"{name}: {done} of {total}, about {left:.0f} min left", err=True)

        yield line


def entry() -> None:
    """Start the command line: a termination is told like an interrupt, a closed pipe ends quietly."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        main()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    entry()
