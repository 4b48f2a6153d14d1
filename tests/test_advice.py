"""What a screen advises works: a command on it is one that finds this very scenario, or none is advised."""

import re
import shlex

import pytest
from click.testing import CliRunner

import cli
from sim.commands import compare as compare_command
from sim.experiments import attribute as attribution
from sim.report.attribution_console import describe_attribution, judged
from sim.scenario.reading import load
from tests.conftest import small

ADVISED = re.compile("clustersim ((?:[a-z0-9./+-]+ ?)+)")
BEFORE = "before: rules-of-2021"
COPY = """extends: {extends}
name: {name}
title: {{en: A, zh: 一}}
question: {{en: B, zh: 二}}
sources: [C]
{said}
"""


def written(folder, name, extends, said):
    """Return a scenario file."""
    path = folder / "t1.yaml"
    path.write_text(COPY.format(extends=extends, name=name, said=said), encoding="utf-8")
    return path


@pytest.fixture
def scenarios(tmp_path):
    """A shipped scenario with rules before it, a file, one that bears a shipped name, a variant, and a changed one."""
    shipped = load("baseline-2022")
    assert shipped.before
    changed = "policies: {scale_up: {rate: 10 %}}"
    return {
        "shipped": shipped,
        "file": load(written(tmp_path, "t1", "baseline-2022", "before: rules-of-2021")),
        "namesake": load(written(tmp_path, "baseline-2022", "baseline-2022", f"{BEFORE}\n{changed}")),
        "variant": shipped.variant(next(iter(shipped.variants))),
        "set": shipped.with_changes({"policies.scale_up.rate": 0.1}),
    }


@pytest.mark.parametrize("name", ["shipped", "file", "namesake", "variant", "set"])
def test_a_command_that_the_screen_advises_compares_this_very_scenario(name, scenarios, monkeypatch):
    spec, met = scenarios[name], []
    said = "\n".join(judged(spec))
    monkeypatch.setattr(compare_command, "conduct_and_tell", lambda experiment, *_: met.append(experiment))
    advised = [command.strip(" .'") for command in ADVISED.findall(said)]
    assert bool(advised) == (name == "shipped") and "rules-of-2021" in said
    for command in advised:
        found = CliRunner().invoke(cli.main, shlex.split(command))
        assert found.exit_code == 0, found.output
        arms = list(met.pop().arms.values())
        assert arms[0].resolved() == load("rules-of-2021").resolved() and arms[1].resolved() == spec.resolved()


@pytest.mark.parametrize("shapley", ["none", "sampled"])
def test_the_screen_sends_to_nothing_that_was_not_made(shapley):
    """Talent is unconditional: what the screen names for its effect stands on it."""
    spec = small("no-policy", horizon__until="2022Q4", population__above_scale=100, population__below_scale=40)
    found = attribution.attribute(spec.with_changes({"policies.talent": {}}), worlds=2, shapley=shapley, orders=1)
    said = "\n".join(describe_attribution(found))
    assert "no event earns this money" in said and "Public money per extra outcome" in said
    for words in ("Shapley", "夏普利"):
        assert (words in said) == (shapley != "none") == ("shapley" in found.tables), words
