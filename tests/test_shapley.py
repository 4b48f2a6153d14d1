"""Shapley values: exact against known games, drawn orders against exact ones, and intervals that cover."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiments import attribute as attribution
from sim.experiments.shapley import coalitions_of, drawn_orders, interactions, sampled_values, shapley_values
from sim.inference.means import mean_interval
from sim.scenario.files import ScenarioError
from tests.conftest import of_announced_amounts, small

NAMES = ("ash", "beech", "cedar", "dogwood", "elm")


def subsets(names):
    return [frozenset(members) for size in range(len(names) + 1) for members in itertools.combinations(names, size)]


def game(worth, names=NAMES):
    return {members: np.array([float(worth(members))]) for members in subsets(names)}


def weights_of(parts):
    """Return the worth of a game given what each group of members brings when it is complete."""
    return lambda members: sum(amount for group, amount in parts.items() if set(group) <= members)


# What three bring together is worth a third to each: 12, 6 + 1, 1 + 2, 2, and nothing.
TRIPLE = {("ash",): 12.0, ("beech",): 6.0, ("beech", "cedar"): 2.0, ("cedar", "dogwood", "ash"): 6.0, ("cedar",): -1.0}
TRUTH = {"ash": 14.0, "beech": 7.0, "cedar": 2.0, "dogwood": 2.0, "elm": 0.0}


def read(found):
    return {name: float(value[0]) for name, value in found.items()}


def test_exact_values_of_a_game_by_hand():
    assert read(shapley_values(game(weights_of(TRIPLE)), NAMES)) == pytest.approx(TRUTH)


def test_what_two_of_four_bring_only_together_is_their_interaction_and_no_other_pairs():
    names = ("a", "b", "c", "d")
    found = interactions(game(weights_of({("a", "b"): 1.0}), names), names)
    assert found.pop(("a", "b")) == pytest.approx(1.0)  # 2/6 alone, 2 x 1/6 beside one other, 2/6 beside both
    assert all(value == pytest.approx(0.0) for value in found.values())


def test_drawn_orders_come_near_the_exact_values_as_their_number_grows():
    errors = []
    for number in (1, 16, 256, 4096):
        found = read(sampled_values(game(weights_of(TRIPLE)), drawn_orders(NAMES, number, 7)))
        errors.append(max(abs(found[name] - TRUTH[name]) for name in NAMES))
    assert errors[-1] < 0.05
    assert errors[-1] < errors[0]


def test_drawn_orders_are_right_on_average_for_every_position():
    """Each member comes first in a fifth of the orders."""
    orders = drawn_orders(NAMES, 2000, 3)
    for place in (0, 2, 4):
        shares = [sum(order[place] == name for order in orders) / len(orders) for name in NAMES]
        assert shares == pytest.approx([0.2] * 5, abs=0.03)


worths = st.lists(st.integers(-1000, 1000), min_size=32, max_size=32)


@settings(deadline=None)
@given(worths, st.integers(0, 2**32), st.sampled_from([1, 2, 4, 8]))
def test_drawn_values_add_up_to_the_whole_exactly(values, seed, number):
    played = dict(zip(subsets(NAMES), (np.array([float(v)]) for v in values), strict=True))
    found = sampled_values(played, drawn_orders(NAMES, number, seed))
    assert sum(read(found).values()) == played[frozenset(NAMES)][0] - played[frozenset()][0]


@settings(deadline=None)
@given(worths, st.integers(0, 2**32), st.sampled_from(NAMES))
def test_a_member_that_changes_nothing_gets_exactly_nothing(values, seed, idle):
    drawn = dict(zip(subsets(NAMES), values, strict=True))
    played = game(lambda members: drawn[members - {idle}] / 7.0)
    assert read(sampled_values(played, drawn_orders(NAMES, 2, seed)))[idle] == 0.0
    assert read(shapley_values(played, NAMES))[idle] == 0.0
    assert [float(value[0]) for pair, value in interactions(played, NAMES).items() if idle in pair] == pytest.approx(
        [0.0] * 4, abs=1e-9
    )


@settings(deadline=None)
@given(st.lists(st.integers(-1000, 1000), min_size=6 * 2, max_size=6 * 2))
def test_members_that_may_change_places_get_the_same(values):
    """Worth depends on how many members there are and on whether ash is one of them."""
    found = read(shapley_values(game(lambda members: values[len(members) * 2 + ("ash" in members)]), NAMES))
    others = [found[name] for name in NAMES if name != "ash"]
    assert others == pytest.approx([others[0]] * 4, rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.integers(-100, 100), min_size=15, max_size=15), st.integers(0, 2**32))
def test_one_order_and_its_reverse_are_exact_when_members_interact_in_pairs(values, seed):
    groups = [*((name,) for name in NAMES), *itertools.combinations(NAMES, 2)]
    played = game(weights_of(dict(zip(groups, values, strict=True))))
    assert read(sampled_values(played, drawn_orders(NAMES, 1, seed))) == pytest.approx(
        read(shapley_values(played, NAMES)), abs=1e-9
    )


def test_the_interval_over_worlds_that_draw_their_own_orders_covers_in_at_least_93_of_100():
    rng, played, hits, trials = np.random.default_rng(4), game(weights_of(TRIPLE)), 0, 600
    for trial in range(trials):
        drawn = np.array(
            [read(sampled_values(played, drawn_orders(NAMES, 1, trial * 1000 + world)))["cedar"] for world in range(24)]
        )
        _, low, high = mean_interval(
            drawn * (1.0 + 0.2 * rng.normal(size=24))
        )  # what a world brings differs by a fifth
        hits += low <= TRUTH["cedar"] <= high
    assert hits / trials >= 0.93


def test_worlds_draw_different_orders_and_the_same_again():
    spec = small("baseline-2022")
    first, second = (attribution.orders_of(spec, 1, number, 2) for number in (0, 1))
    assert first != second
    assert first == attribution.orders_of(spec, 1, 0, 2)
    assert first[:2] == attribution.orders_of(spec, 1, 0, 1)  # more orders keep those that there were
    assert len(first) == 4 and first[1] == first[0][::-1] and first[3] == first[2][::-1]
    assert all(sorted(order) == sorted(spec.policies) for order in first)


def test_an_order_of_two_needs_three_coalitions_and_its_reverse_one_more():
    assert coalitions_of([("a", "b")]) == [frozenset(), frozenset("a"), frozenset("ab")]
    assert coalitions_of([("a", "b"), ("b", "a")]) == [frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")]


# in the experiment


TINY = {"population__above_scale": 200, "population__below_scale": 200, "horizon__until": "2022Q4"}


FEW = ("policy_fund", "specialised_enterprise", "scale_up", "peak_climbing")


@pytest.fixture(scope="module")
def tiny():
    announced = small(
        "baseline-2022",
        **TINY,
        policies__peak_climbing__max_award_100bn=0,
        policies__peak_climbing__max_award_50bn=0,
        policies__peak_climbing__max_award_10bn=0,
    )
    return of_announced_amounts(announced)


@pytest.fixture(scope="module")
def few(tiny):
    """Four of the instruments: all coalitions are sixteen."""
    return tiny.with_changes({f"policies.{name}": None for name in tiny.policies if name not in FEW})


@pytest.fixture(scope="module")
def sampled(few):
    return attribution.attribute(few, worlds=2, shapley="sampled", orders=1)


def test_sampled_shares_add_up_to_the_package_in_each_world(sampled, few):
    for number, run in sampled.values.items():
        worth = {frozenset(members): np.array(found) for members, found in run["coalitions"]}
        found = sampled_values(worth, attribution.orders_of(few, 1, number, 1))
        package = worth[frozenset(few.policies)] - worth[frozenset()]
        assert np.sum(list(found.values()), axis=0) == pytest.approx(package, rel=1e-12, abs=1e-6)
        twins = {frozenset(few.policies) - {name} for name in few.policies}
        assert set(worth) == twins | set(coalitions_of(attribution.orders_of(few, 1, number, 1)))


def test_an_instrument_that_does_nothing_gets_exactly_zero_from_drawn_orders(sampled):
    rows = sampled.shapley.query("instrument == 'peak_climbing'")
    assert (rows[["effect", "low", "high"]].to_numpy() == 0.0).all()
    assert not (sampled.shapley.query("instrument == 'policy_fund'")["effect"] == 0.0).all()


def test_sampled_and_exact_meet_the_same_worlds(sampled, few):
    exact = attribution.attribute(few, worlds=2)
    for table in ("attribution", "attribution_groups"):
        assert getattr(exact, table).equals(getattr(sampled, table))
    package = [found.shapley.query("instrument == 'package'")["effect"].to_list() for found in (exact, sampled)]
    assert package[0] == package[1]


def test_interactions_are_left_out_of_drawn_orders_and_the_screen_says_so(sampled):
    from sim.report.attribution_console import describe_attribution

    assert "interactions" not in sampled.tables
    text = "\n".join(describe_attribution(sampled))
    assert (
        "2 drawn orders of joining in each world" in text
        and "Interactions are not estimated" in text
        and "抽样时不估计政策之间的交互作用" in text
    )


def test_exact_up_to_six_sampled_beyond_and_as_asked(tiny):
    seven = tiny.model_copy(update={"policies": {**tiny.policies, "seventh": tiny.policies["scale_up"]}})
    assert attribution.plan(tiny).shapley == "exact"
    assert attribution.plan(seven).shapley == "sampled"
    assert attribution.plan(seven, shapley="exact").shapley == "exact"
    assert attribution.plan(tiny, shapley="sampled").shapley == "sampled"
    with pytest.raises(ScenarioError, match="shapley 'all' is unknown; write exact, sampled or none"):
        attribution.plan(tiny, shapley="all")
    with pytest.raises(ScenarioError, match="0 orders of joining; write at least 1"):
        attribution.plan(tiny, orders=0)
    assert attribution.plan(tiny, orders=5) == attribution.plan(
        tiny
    )  # all coalitions need no orders: the same experiment
    none = attribution.plan(tiny, shapley="none", worlds=2)
    assert set(none.tables({0: {"names": [], "money": []}, 1: {"names": [], "money": []}})) == {
        "attribution",
        "attribution_clauses",
        "attribution_groups",
        "attribution_costs",
    }


ADD, REST = ("policy_fund", "peak_climbing"), ("specialised_enterprise", "scale_up")
TITLES = {"add": {"en": "Add", "zh": "加法"}, "rest": {"en": "The rest", "zh": "其余"}}


def with_parts(spec, **parts):
    return spec.with_changes(
        {
            f"parts.{name}": {"title": TITLES.get(name, {"en": name, "zh": "组"}), "policies": list(own)}
            for name, own in parts.items()
        }
    )


def test_the_shares_of_parts_are_the_shapley_values_of_all_coalitions_run_one_by_one(few):
    from sim.experiments.replicate import replicate

    spec = with_parts(few, add=ADD)  # beside it two instruments stand alone: eight coalitions
    found = attribution.attribute(spec, worlds=2)
    players = {"add": ADD, **{name: (name,) for name in few.policies if name not in ADD}}
    runs = {
        members: [
            replicate(attribution.only(few, [i for m in members for i in players[m]]), 1, world) for world in (0, 1)
        ]
        for members in subsets(players)
    }
    worth = {members: np.array([run.years["gdp_real"][-1] for run in results]) for members, results in runs.items()}
    by_hand = shapley_values(worth, list(players))
    told = found.shapley.query("outcome == 'gdp_real'").set_index("instrument")["effect"]
    assert list(told.index) == [*players, "package"]
    for name, value in by_hand.items():
        assert told[name] == pytest.approx(value.mean(), abs=1e-6)
    pairs = interactions(worth, list(players))
    told = found.interactions.query("outcome == 'gdp_real'").set_index(["first", "second"])["interaction"]
    assert {pair: pytest.approx(value.mean(), abs=1e-6) for pair, value in pairs.items()} == dict(told)


def test_the_screen_calls_parts_by_their_titles_and_names_pairs_only_where_they_can_be_told(few):
    from sim.report.attribution_console import describe_attribution

    spec = with_parts(few, add=ADD, rest=REST)
    found = attribution.attribute(spec, worlds=2)
    text = "\n".join(describe_attribution(found))
    assert "Effect of the package and of each part" in text and "Add 加法" in text and "The rest 其余" in text
    assert "interactions.csv has them all" in text and "two bring together" in text
    assert set(found.attribution["instrument"]) == {"all", *few.policies}  # money is split by instrument all the same


def test_a_part_whose_instruments_are_taken_out_shares_nothing_and_a_twin_needs_no_part(few):
    spec = with_parts(few, add=ADD, rest=REST)
    without = spec.without("policy_fund").without("peak_climbing")
    assert attribution.sharing(spec) == {"add": ADD, "rest": REST}
    assert attribution.sharing(without) == {"rest": REST}
    assert (
        attribution.plan(
            with_parts(
                few.with_changes({"policies.talent": {}, "policies.first_loan": {}, "policies.energy_budget": {}}),
                add=ADD,
                rest=REST,
            )
        ).shapley
        == "exact"
    )


PART = "parts: {one: {title: {en: One, zh: 一}, policies: [%s]}%s}"
SECOND = ", two: {title: {en: Two, zh: 二}, policies: [%s]}"


@pytest.mark.parametrize(
    ("written", "place", "said"),
    [
        (
            PART % ("scale_up", ""),
            "parts.one.policies",
            "the scenario has no scale_up; take the name out, or write it under policies",
        ),
        (PART % ("talent, talent", ""), "parts.one.policies", "instrument 'talent' stands twice; keep one"),
        (PART % ("talant", ""), "parts.one.policies.0", "did you mean 'talent'"),
        (PART % ("", ""), "parts.one.policies", "is empty; write at least one, like policies: [merger_support]"),
        (PART % ("talent", SECOND % "talent"), "parts", "talent stands in one and in two; leave it in one of them"),
        (
            "parts: {talent: {title: {en: One, zh: 一}, policies: [talent]}}",
            "parts",
            "'talent' is the name of an instrument",
        ),
        ("parts: {one: {policies: [talent]}}", "parts.one.title", "is missing"),
        ("variants: {v: {parts: {}}}", "variants.v.parts", "is not for a variant to say"),
    ],
)
def test_a_part_that_cannot_be_shared_with_is_refused_in_one_line_with_its_place(tmp_path, written, place, said):
    from sim.scenario.reading import load

    path = tmp_path / "own.yaml"
    path.write_text(
        "name: own\nextends: no-policy\ntitle: {en: Own, zh: 自}\nquestion: {en: What?, zh: 何？}\n"
        f"sources: [article p62]\npolicies: {{talent: {{}}}}\n{written}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as refused:
        load(path)
    told = refused.value.problems
    assert len(told) == 1 and f"{place}: " in told[0] and said in told[0], told
    assert told[0].startswith(f"{path}:7:")
