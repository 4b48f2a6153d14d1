"""Scenario files: listed, shown, checked, explained to an editor."""

from __future__ import annotations

import click

from sim.commands.options import city_option, load_spec, set_option, variant_option
from sim.commands.say import say


@click.command("list")
@click.argument("scenarios", nargs=-1)
def list_scenarios(scenarios: tuple[str, ...]) -> None:
    """List the scenarios that come with clustersim, or SCENARIOS (names or files), each with its variants.

    列出自带的情景（或所写的情景、文件）及其变体。
    """
    from sim.scenario.reading import load, shipped

    for name in scenarios or shipped():
        scenario = load(name)
        say(f"{name:20} {scenario.title.en} {scenario.title.zh}")
        for variant in scenario.variants:
            say(f"{'':20}   --variant {variant}")


@click.command()
@click.argument("scenario")
@variant_option
@set_option
@city_option
def show(scenario: str, variant: str | None, changes: tuple[str, ...], city: str | None) -> None:
    """Print SCENARIO (a shipped name or a file) with every value resolved.

    打印情景的全部取值（自带名称或文件）。
    """
    spec = load_spec(scenario, variant, changes, city)
    from sim.scenario.writing import as_file

    say(as_file(spec), nl=False)


@click.command()
@click.argument("files", nargs=-1, required=True)
@city_option
def check(files: tuple[str, ...], city: str | None) -> None:
    """Check scenario FILES and say what is wrong with each.

    检查情景文件，逐条指出错误。
    """
    from sim.scenario.files import ScenarioError
    from sim.scenario.notes import notes
    from sim.scenario.reading import load

    problems: list[str] = []
    for file in files:
        try:
            scenario = load(file, city)
            say(f"{file}: fine ({scenario.title.en} {scenario.title.zh})")
            for line in notes(scenario):
                say(f"{file}: note 提示: {line}")
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(*problems)


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in an editor.

    打印情景文件的 JSON Schema，供编辑器补全。
    """
    import json

    from sim.scenario.schema import scenario_schema

    say(json.dumps(scenario_schema(), indent=1, ensure_ascii=False))
