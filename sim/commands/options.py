"""Options that commands share, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click

SEED = click.IntRange(0, 2**63 - 1)  # `sim.luck.seed`, which the help need not wait for
AS_ANNOUNCED = "baseline-2022"  # the shipped scenario that a command takes where none is named
scenario_option = click.option(
    "--scenario", default=AS_ANNOUNCED, show_default=True, help="Scenario, shipped or a file."
)
variant_option = click.option("--variant", help="A named variant of the scenario.")
set_option = click.option(
    "--set", "changes", multiple=True, metavar="PATH=VALUE", help="Change one value; may be given again."
)
city_option = click.option(
    "--city", metavar="NAME|DIR", help="City whose tables are used: one that comes along, or a folder of tables."
)


def experiment_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that every experiment has: its luck, and where its runs happen and are kept."""
    options = (
        click.option("--seed", default=1, show_default=True, type=SEED, help="Fixes all luck."),
        click.option("--fixed", is_flag=True, help="Hold assumed numbers instead of drawing them."),
        click.option("--until", help="Last quarter, at most 2030Q4."),
        set_option,
        city_option,
        click.option(
            "--jobs", "-j", type=click.IntRange(1, 256), help="Worker processes; changes no result. Default: all cores."
        ),
        click.option(
            "--scheduler",
            metavar="tcp://HOST:PORT",
            help="A Dask scheduler, or slurm:queue=short,cores=4,memory=8GB,jobs=10.",
        ),
        click.option(
            "--shard", metavar="I/N", help="Make every N-th run only, for a job array; then 'clustersim merge'."
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            help="Folder of the experiment; a stopped one goes on. Default: outputs/NAME.",
        ),
        click.option(
            "--dry-run", is_flag=True, help="Only say how many runs, how long and how much disk; writes nothing."
        ),
        click.option("--excel", is_flag=True, help="Write a workbook of all tables too, tables.xlsx."),
        click.option("--fresh", is_flag=True, help="Delete what the folder holds and begin again."),
        click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def load_spec(
    scenario: str, variant: str | None, pairs: tuple[str, ...], city: str | None = None, **changes: Any
) -> Any:
    """Return a scenario, or its variant, with the values that options change; a path without value changes nothing.

    A register is held against the city once all is said, for what an option says may make room for it.
    """
    from sim.scenario.reading import load

    changes = {path: value for path, value in changes.items() if value is not None}
    last = not (changes or pairs)
    base = load(scenario, city, settled=last and not variant)
    spec = base.variant(variant, settled=last) if variant else base
    written = [f"--{path.rpartition('.')[2]}" for path in changes] + ["--set"] * bool(pairs)
    own = read_changes(pairs)
    refuse_said_twice(changes, own)
    if variant:
        from sim.scenario.joining import refuse_disputed
        from sim.scenario.merging import nested

        for path, value in own.items():
            refuse_disputed(base, f"--set {path}", nested(path, value), variant, base.variants[variant])
    changes |= own
    return spec.with_changes(changes, ", ".join(written)) if changes else spec


def refuse_said_twice(changes: Collection[str], own: Collection[str]) -> None:
    """Refuse `--set` of what an option of its own says: one of the two would be dropped unseen."""
    from sim.scenario.files import ScenarioError

    for path in changes:
        if path in own:
            raise ScenarioError(f"--set {path}: is said by --{path.rpartition('.')[2]} too; write one of them")


def read_changes(pairs: tuple[str, ...]) -> dict[str, Any]:
    """Read PATH=VALUE options; values are read as YAML would read them."""
    from sim.scenario.files import ScenarioError, read_value
    from sim.scenario.merging import nested
    from sim.scenario.quantities import bare

    changes: dict[str, Any] = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if path.strip() in changes:
            raise ScenarioError(f"--set {path.strip()}: stands twice; write it once")
        if not equals or not path:
            raise ScenarioError(f"--set {pair}: write PATH=VALUE, like policies.energy_budget.extra_tightening=0.05")
        changes[path.strip()] = read_value(value, f"--set {path}")
        for _, problem in bare(nested(path.strip(), changes[path.strip()])):
            raise ScenarioError(f"--set {pair}: {problem}")
    return changes


def changes_of(where: dict[str, Any]) -> dict[str, Any]:
    """Return what an experiment's options change in its base."""
    return read_changes(where["changes"]) | ({"horizon.until": where["until"]} if where["until"] else {})


def load_base(scenario: str, variants: tuple[str, ...], where: dict[str, Any]) -> Any:
    """Return the base of variants, with the values that an experiment's options change; they bring no instrument in."""
    from sim.scenario.joining import parts_of, refuse_lost, refuse_unreached
    from sim.scenario.reading import load

    spec = load_spec(scenario, None, where["changes"], where["city"], **{"horizon.until": where["until"]})
    if variants and where["changes"]:
        bare, changes = load(scenario, where["city"], settled=False), changes_of(where)
        refuse_unreached(scenario, bare, changes)
        lost = bare.variants.keys() - spec.variants.keys()
        for part in (part for text in variants for part in parts_of(text) if part in lost):
            refuse_lost(bare, part, changes)
    return spec
