"""A new scenario file to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.options import AS_ANNOUNCED, city_option
from sim.commands.say import say


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "scenario",
    default=AS_ANNOUNCED,
    show_default=True,
    help="Scenario (a shipped name or a file) that it means at first.",
)
@city_option
def new(name: str, scenario: str, city: str | None) -> None:
    """Write NAME.yaml here: an annotated scenario with every section and lever; it refuses to overwrite.

    在当前文件夹写出带注释的情景文件 NAME.yaml，含全部部分和参数；不覆盖已有文件。
    """
    from sim.report.annotated import annotated
    from sim.scenario.reading import load

    path = Path(f"{checked(name)}.yaml")
    text = annotated(load(scenario, city), name)
    write_new(path, text)
    say(f"{path}: written; clustersim check {path} 已写出")


def checked(name: str) -> str:
    """Return a name that a new scenario file may have.

    Raises:
        ScenarioError: if it could not name a file and a folder, or would be taken for a shipped scenario.
    """
    from sim.scenario.files import SUFFIXES, ScenarioError
    from sim.scenario.naming import unfit
    from sim.scenario.reading import shipped

    if said := unfit(name) or (f"leave the ending {name[name.rindex('.') :]} out" if name.endswith(SUFFIXES) else ""):
        raise ScenarioError(f"'{name[:70]}' cannot name a scenario; {said}")
    if name in shipped():
        raise ScenarioError(f"'{name}' is a scenario that comes with clustersim; choose another name")
    return name


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet.

    Raises:
        ScenarioError: if it is, or cannot be written.
    """
    from sim.scenario.files import ScenarioError

    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise ScenarioError(f"{path}: is there already; choose another name, or move it away") from None
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be written ({error.strerror})") from None
