"""Finished folders that tests of the page look at, made once in a process, when they are first asked for."""

from sim.experiments import attribute, compare, run, search, sensitivity, sweep
from sim.experiments.experiment import conduct
from sim.pages.rendered import rendered
from sim.tables.city_tables import read_city
from tests.conftest import small

TINY = {"population.above_scale": 200, "population.below_scale": 200, "horizon.until": "2022Q4"}
TIGHTENING = "policies.energy_budget.extra_tightening"


def tiny(name):
    return small(name).with_changes(TINY)


def few_numbers():
    """A scenario of which all assumed numbers but three are held."""
    kept = ("planned_gdp_growth", "deflator_growth", "hurdle_spread")
    held = {
        f"parameters.{row.name}": row.value
        for row in read_city().numbers.values()
        if row.uncertain and row.grade == "assumed" and row.name not in kept
    }
    return tiny("baseline-2022").with_changes(held)


PLANS = {
    "run": lambda: run.plan(small("trillion-gdp").with_changes({**TINY, "horizon.until": "2023Q4"}), 3),
    "compare": lambda: compare.plan(tiny("rules-of-2021"), {"baseline-2022": tiny("baseline-2022")}, pairs=3),
    "attribute": lambda: attribute.plan(tiny("rules-of-2021"), worlds=2, shapley="none"),
    "sweep": lambda: sweep.plan(tiny("baseline-2022"), [f"{TIGHTENING}=0,0.1"], replications=2),
    "search": lambda: search.plan(
        tiny("baseline-2022"),
        "gdp>=900 billion yuan in 2022",
        ["policies.policy_fund.amount_a_year=0:20 billion yuan"],
        points=2,
        worlds=2,
        rounds=0,
        checks=10,
    ),
    "sensitivity": lambda: sensitivity.plan(few_numbers(), {}, screening_points=20, strongest=2, base_points=8),
}
# One world, of a scenario whose answer holds another outlook against its own.
ONE_WORLD = "one world"
_TARGET = {"name": "losses", "title": {"en": "Few losses", "zh": "少亏损"}, "metric": "loss_making_share"}
_OF_ONE = {"answer.year": 2022, "targets": [_TARGET | {"at_most": 0.2, "when": "in", "by": 2022}]}
_OTHERS = {ONE_WORLD: lambda: run.plan(tiny("commodity-squeeze").with_changes(_OF_ONE), 1)}
_made = {}


def made(kind, factory):
    """Return what an experiment found, with its folder.

    Args:
        factory: pytest's `tmp_path_factory`.
    """
    if kind not in _made:
        plan = (PLANS | _OTHERS)[kind]()
        _made[kind] = conduct(plan, factory.mktemp(kind.replace(" ", "-")) / "x", tell=rendered)
    return _made[kind]
