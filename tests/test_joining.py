"""What is written is what runs: null takes out what is there, emptiness says nothing, parts join in any order, and arms
keep the names that tell them apart.
"""

import json
from itertools import combinations

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cli
from sim.calendar.quarter import FIRST
from sim.experiments import compare as comparing
from sim.scenario.files import ScenarioError
from sim.scenario.joining import combined
from sim.scenario.merging import differences, merge
from sim.scenario.reading import from_resolved, load, shipped
from sim.scenario.writing import as_file
from tests.conftest import drawn, loaded, shipped_and_variants

WORDS = "title: {en: T, zh: 题}\nquestion: {en: Q, zh: 问}\nsources: [own]\n"
BASE = load("baseline-2022")
TINY = {"population.above_scale": 200, "population.below_scale": 50, "horizon.until": "2022Q4"}
CAP = "policies.energy_budget.extra_tightening"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a scenario beside others, in the current folder."""
    monkeypatch.chdir(tmp_path)

    def written(name, text, extends="baseline-2022"):
        head = f"name: {name}\n{WORDS}" + (f"extends: {extends}\n" if extends else "")
        (tmp_path / f"{name}.yaml").write_text(head + text, encoding="utf-8")
        return f"{name}.yaml"

    return written


def refused(call):
    """Return the lines with which a call is refused, or nothing."""
    try:
        call()
    except ScenarioError as error:
        assert all("\n" not in problem for problem in error.problems)
        return error.problems
    return ()


def said(*words):
    """Return the one line with which a command ends, and that it was refused."""
    done = CliRunner().invoke(cli.main, list(words))
    assert done.exit_code == 2 and done.output.count("\n") == 1, done.output
    return done.output


def same(one, other):
    """Tell whether two scenarios are the same but for their names."""
    return {**one.resolved(), "name": ""} == {**other.resolved(), "name": ""}


# null


def test_null_in_a_variant_takes_out_however_many_files_stand_between(write):
    write("a", "variants: {bare: {policies: {policy_fund: null}}}\n")
    write("b", "variants: {bare: {policies: {scale_up: null}}, capless: {policies: {energy_budget: null}}}\n", "a.yaml")
    spec = load(write("c", "outlook: {demand_shift: 0.01}\n", "b.yaml"))
    assert set(BASE.policies) - set(load("a.yaml").variant("bare").policies) == {"policy_fund"}
    assert set(BASE.policies) - set(spec.variant("bare").policies) == {"policy_fund", "scale_up"}
    assert set(BASE.policies) - set(spec.variant("capless").policies) == {"energy_budget"}
    assert spec.variant("bare").resolved()["outlook"]["demand_shift"] == 0.01
    joined = combined(spec, ["bare", "capless"])
    assert set(BASE.policies) - set(joined.policies) == {"policy_fund", "scale_up", "energy_budget"}
    changed = spec.with_changes({"variants.capless.policies.scale_up": None}).variant("capless")
    assert set(BASE.policies) - set(changed.policies) == {"energy_budget", "scale_up"}


def test_a_variant_or_its_change_may_be_taken_back(write):
    write("a", "variants: {tight: {policies: {energy_budget: {extra_tightening: 0.2, coverage: 5000 tce}}}}\n")
    spec = load(
        write("b", "variants: {no-fund: null, tight: {policies: {energy_budget: {coverage: null}}}}\n", "a.yaml")
    )
    assert "no-fund" not in spec.variants and "no-cap" in spec.variants
    assert spec.variants["tight"] == {"policies": {"energy_budget": {"extra_tightening": 0.2}}}


def test_a_variant_does_not_bring_back_what_the_file_takes_out(write):
    spec = load(write("fundless", "policies: {policy_fund: null}\n"))
    assert set(spec.variants) == {"no-cap"}
    assert "policy_fund" not in spec.variant("no-cap").policies
    assert set(BASE.variant("no-fund").variants) == {"no-cap"}


@pytest.mark.parametrize(
    ("text", "place", "near"),
    [
        ("policies: {policy_fnd: null}\n", ":6:12: policies.policy_fnd: null takes", "did you mean 'policy_fund'?"),
        ("polices: null\n", ":6:1: polices: null takes nothing out", "did you mean 'policies'?"),
        ("outlook: null\n", ":6:1: outlook: null takes nothing out", "write one like"),
        ("policies: {policy_fund: {amont_a_year: null}}\n", "policies.policy_fund.amont_a_year", "'amount_a_year'?"),
        ("variants: {no-fnd: null}\n", ":6:12: variants.no-fnd: null takes nothing out", "did you mean 'no-fund'?"),
        ("variants: {x: {polices: null}}\n", ":6:16: variants.x.polices: null takes", "did you mean 'policies'?"),
        ("variants: {x: {policies: {scale_p: null}}}\n", ":6:27: variants.x.policies.scale_p", "'scale_up'?"),
        ("parameters: {hurdle_rate: null}\n", "parameters.hurdle_rate: null takes nothing out", "leave the line out"),
    ],
)
def test_null_on_what_is_not_there_is_refused_with_place_and_nearest_name(write, text, place, near):
    line = said("check", write("mine", text))
    assert f"mine.yaml{place}" in line or place in line
    assert near in line and line.startswith("error: mine.yaml:6:")


def test_null_is_refused_alike_in_a_file_that_extends_nothing_and_on_the_command_line(write):
    assert "policies.policy_fund: null takes nothing out" in said(
        "check", write("a", "policies: {policy_fund: null}", "")
    )
    assert "did you mean 'policy_fund'?" in said("show", "baseline-2022", "--set", "policies.policy_fnd=null")
    assert "null takes nothing out" in said("show", "no-policy", "--set", "policies.policy_fund=null")


def test_null_is_the_value_of_a_lever_that_has_it_by_default():
    assert same(BASE, BASE.with_changes({"policies.policy_fund.until": None}))
    begun = BASE.with_changes({"policies.policy_fund.from": "2023"})
    assert same(BASE, begun.with_changes({"policies.policy_fund.from": None}))
    assert "scale_up" in refused(lambda: load("no-policy").with_changes({"policies.scale_up.from": None}))[0]


# emptiness


def test_every_empty_key_is_told_with_its_place(write):
    text = (
        "policies:\n#  energy_budget: {extra_tightening: 0.05}\nhorizon:\nvariants: {x: {policies: {policy_fund: }}}\n"
    )
    problems = refused(lambda: load(write("emptied", text)))
    assert [problem.split(": is empty")[0] for problem in problems] == [
        "emptied.yaml:6:1: policies",
        "emptied.yaml:8:1: horizon",
        "emptied.yaml:9:27: variants.x.policies.policy_fund",
    ]
    assert all(problem.endswith("write its value, null to take it out, or leave the line out") for problem in problems)


@pytest.mark.parametrize("text", ["targets:\n  -\n", "targets: [{name: g, metric: }]\n", "sources2:\n", "extends:\n"])
def test_an_empty_item_is_told_too(write, text):
    assert "is empty" in "".join(refused(lambda: load(write("mine", text, ""))))


def test_an_empty_mapping_over_one_that_holds_something_is_refused(write, tmp_path):
    assert "policies: {} changes nothing; write null" in said("check", write("mine", "policies: {}\n"))
    assert "policies.policy_fund: {} changes nothing" in said(
        "show", "baseline-2022", "--set", "policies.policy_fund={}"
    )
    toml = 'name = "t"\nextends = "baseline-2022"\nsources = ["own"]\ntitle = {en = "T", zh = "题"}\n'
    (tmp_path / "t.toml").write_text(toml + 'question = {en = "Q", zh = "问"}\n[policies]\n', encoding="utf-8")
    assert "policies: {} changes nothing" in said("check", "t.toml")
    assert "scale_up" in load("no-policy").with_changes({"policies.scale_up": {}}).policies


@pytest.mark.parametrize(
    "words",
    [
        ("show", "baseline-2022", "--set", f"{CAP}="),
        ("show", "baseline-2022", "--set", f"{CAP}=   "),
        ("show", "baseline-2022", "--set", f"{CAP}=# 0.1"),
        ("show", "baseline-2022", f"--set={CAP}="),
        ("show", "baseline-2022", "--variant", ""),
        ("show", "baseline-2022", "--variant="),
        ("show", "baseline-2022", "--city", ""),
        ("run", "baseline-2022", "--until", ""),
        ("sweep", "baseline-2022", "--vary", f"{CAP}=0.05,,0.1"),
        ("sweep", "baseline-2022", "--vary", f"{CAP}=0.05,"),
    ],
)
def test_an_empty_word_is_no_default(words):
    assert "is empty; write a value" in said(*words)


# joining

CHANGES = {
    "policies.policy_fund": st.just(None),
    "policies.energy_budget": st.just(None),
    "policies.scale_up": st.just(None),
    "policies.policy_fund.rule": st.sampled_from(["leaders", "even"]),
    "policies.policy_fund.amount_a_year": st.sampled_from(["50 亿元", {"2022Q1": 5000, "2024Q1": 0}, {"2023Q1": 0}]),
    CAP: st.sampled_from([0.05, 0.1, {"2022Q1": 0, "2023Q1": 0.1}]),
    "policies.energy_budget.coverage": st.just("5000 tce"),
    "policies.scale_up.rate": st.sampled_from([0.3, {"2024Q1": 0.1}]),
    "outlook.demand_shift": st.sampled_from([0.01, -0.02]),
    "outlook.thresholds": st.just("as-known"),
    "envelope.amount_a_year": st.sampled_from(["80 亿元", {"2024Q1": "50 亿元"}]),
    "parameters.hurdle_rate": st.sampled_from([0.05, 0.1]),
}


def _meant(spec):
    """Return what a scenario and each of its variants mean, however their changes are written."""
    whole = {"": spec, **{name: spec.variant(name) for name in spec.variants}}
    return {name: {k: v for k, v in each.resolved().items() if k != "variants"} for name, each in whole.items()}


FUND_PATH = "policies.policy_fund.amount_a_year"


def _touch(one, other):
    """Tell whether two paths are one, or one leads to the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


@st.composite
def variants(draw):
    """A made-up variant as values by path, none of which leads to another."""
    chosen = {}
    for path in draw(st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4, unique=True)):
        if not any(_touch(path, other) for other in chosen):
            chosen[path] = draw(CHANGES[path])
    return chosen


def _written(chosen):
    raw = {}
    for path, value in chosen.items():
        inner = raw
        *above, last = path.split(".")
        for key in above:
            inner = inner.setdefault(key, {})
        inner[last] = value
    return raw


@settings(max_examples=30)
@given(variants(), variants())
def test_made_up_variants_join_in_either_order_or_in_neither(one, other):
    base = BASE.with_changes({"variants": {"a": _written(one), "b": _written(other)}})
    clash = {(p, q) for p in one for q in other if _touch(p, q) and (p != q or one[p] != other[q])}
    orders = [["a", "b"], ["b", "a"]]
    if clash:
        lines = [" ".join(refused(lambda order=order: combined(base, order))) for order in orders]
        assert all("both change" in line and any(q in line or p in line for p, q in clash) for line in lines), lines
        return
    ab, ba = (combined(base, order) for order in orders)
    assert same(ab, ba) and same(
        ab, base.variant("a").with_changes({p: v for p, v in other.items() if one.get(p, 0) != v})
    )
    for path, value in (one | other).items():
        if value is None:
            assert path.split(".")[1] not in ab.policies


@settings(max_examples=8)
@given(st.data())
def test_a_shipped_part_and_a_made_up_one_join_in_either_order_or_are_refused_with_their_keys(data):
    base, one = load(data.draw(st.sampled_from(shipped()))), data.draw(variants())
    other = data.draw(st.sampled_from([*base.variants, *(name for name in shipped() if name != base.name)]))
    made = {**base.as_written.get("variants", {}), "made-up": _written(one)}
    if refused(lambda: base.with_changes({"variants": made}).variant("made-up")):
        return  # it changes what the base does not have
    base = base.with_changes({"variants": made})
    ways = [["made-up", other], [other, "made-up"]]
    stopped = [refused(lambda way=way: combined(base, way)) for way in ways]
    assert bool(stopped[0]) == bool(stopped[1]), (one, other)
    if stopped[0]:
        assert all(line.endswith(("leave it out", "what holds")) or "name it alone" in line for line, *_ in stopped)
        disputed = [line for line, *_ in stopped if "both change" in line]
        assert all(any(path in line or line.count(path.rpartition(".")[0]) for path in one) for line in disputed)
        return
    whole, again = (combined(base, way) for way in ways)
    assert same(whole, again)
    for path in one:
        if one[path] is None:
            assert path.split(".")[1] not in whole.policies


@settings(max_examples=6)
@given(variants(), st.sampled_from(shipped()))
@example(chosen={FUND_PATH: {"2022Q1": 5000, "2024Q1": 0}}, name="baseline-2022")
def test_a_made_up_variant_that_is_shown_loads_to_the_same(tmp_path_factory, chosen, name):
    base = load(name)
    if any(value is None and path.split(".")[1] not in base.policies for path, value in chosen.items()):
        return  # null takes nothing out there, which no file says
    if refused(lambda: base.with_changes({"variants": {"v": _written(chosen)}}).variant("v")):
        return
    shown = base.with_changes({"variants": {"v": _written(chosen)}}).variant("v")
    file = tmp_path_factory.mktemp("shown") / "shown.yaml"
    file.write_text(as_file(shown), encoding="utf-8")
    assert _meant(load(file)) == _meant(shown)


@settings(max_examples=20)
@given(variants(), st.sampled_from(shipped()))
def test_what_show_writes_is_read_as_the_same_and_differences_make_what_they_were_taken_from(chosen, name):
    base = load(name)
    if refused(lambda: base.with_changes({"variants": {"v": _written(chosen)}}).variant("v")):
        return
    spec = base.with_changes({"variants": {"v": _written(chosen)}}).variant("v")
    assert merge(base.as_written, differences(base.as_written, spec.as_written)) == spec.as_written
    data = spec.resolved()
    assert from_resolved(json.loads(json.dumps(data))).resolved() == data


@pytest.mark.parametrize(("name", "variant"), drawn(shipped_and_variants(), 20))
def test_a_shown_scenario_loads_to_the_same_and_so_do_its_variants(name, variant, tmp_path):
    shown = loaded(name, variant)
    (tmp_path / "shown.yaml").write_text(as_file(shown), encoding="utf-8")
    again = load(tmp_path / "shown.yaml")
    assert again.resolved() == shown.resolved()
    assert all(same(again.variant(v), shown.variant(v)) for v in shown.variants)


def joined_or_refused(base, parts):
    """Return what parts make together, or None where they are refused."""
    made = []
    return None if refused(lambda: made.append(combined(base, parts))) else made[0]


FEW, ALL = 2, 10**6  # pairs of scenarios and variants that are joined, spread over all of them


@pytest.mark.parametrize("most", [FEW, pytest.param(ALL, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_and_variants_join_in_either_order_or_in_neither(name, most):
    base = load(name)
    pairs = list(combinations([*base.variants, *shipped()], 2))
    joined = 0
    for one, other in pairs[:: max(1, len(pairs) // most)]:
        there, back = (joined_or_refused(base, way) for way in ([one, other], [other, one]))
        assert (there is None) == (back is None), (one, other)
        if there is not None:
            assert same(there, back)
            joined += 1
    assert joined or name in ("no-policy", "trillion-gdp") or most == FEW


def test_values_given_twice_are_refused_with_their_keys_and_equal_ones_are_not():
    clash = refused(lambda: combined(BASE, ["leaders-first", "constrained-first"]))
    assert clash[0].startswith("leaders-first and constrained-first both change policies.policy_fund.rule, and not")
    assert "both change policies.policy_fund," in refused(lambda: combined(BASE, ["no-fund", "leaders-first"]))[0]
    twice = BASE.with_changes({"variants.again": {"policies": {"policy_fund": None, "scale_up": None}}})
    assert set(BASE.policies) - set(combined(twice, ["no-fund", "again"]).policies) == {"policy_fund", "scale_up"}
    assert "stands twice" in refused(lambda: combined(BASE, ["no-fund", "no-fund"]))[0]
    spelt = {"a": "50 亿元", "b": "5 billion yuan", "c": {"2022": 5000, "2024": 0}, "d": {"2022Q1": 5000, "2024Q1": 0}}
    money = {name: {"policies": {"policy_fund": {"amount_a_year": value}}} for name, value in spelt.items()}
    base = BASE.with_changes({"variants": money})
    assert same(combined(base, ["a", "b"]), base.variant("a"))
    assert "amount_a_year" in refused(lambda: combined(base, ["a", "c"]))[0]
    dates = {name: {"policies": {"policy_fund": {"from": year}}} for name, year in (("a", "2023"), ("b", "2024"))}
    base = BASE.with_changes({"variants": dates})
    assert "policies.policy_fund.from" in refused(lambda: combined(base, ["a", "b"]))[0]


def test_a_scenario_that_is_joined_brings_what_it_changes_in_what_it_extends(write):
    write("y", "policies: {scale_up: {rate: 0.3}}\noutlook: {demand_shift: 0.02}\n")
    write("x", "policies: {policy_fund: null, energy_budget: {extra_tightening: 0.1}}\n", "y.yaml")
    whole = combined(BASE, ["x.yaml", "y.yaml"])
    assert "policy_fund" not in whole.policies and whole.policies["scale_up"].at(FIRST).rate == 0.3
    assert whole.resolved()["outlook"]["demand_shift"] == 0.02
    # the base has a rule of its own, and what the part never changed stays as it is there
    other = load(
        write(
            "z", "policies: {peak_climbing: {max_award_10bn: 100 万元}}\nvariants: {v: {policies: {scale_up: null}}}\n"
        )
    )
    assert combined(other, ["x.yaml", "tight-energy-cap"]).policies["peak_climbing"].at(FIRST).max_award_10bn == 1.0
    assert "both change policies.scale_up" in refused(lambda: combined(other, ["x.yaml", "v"]))[0]
    assert "both change policies.energy_budget" in refused(lambda: combined(BASE, ["x.yaml", "no-cap"]))[0]


@pytest.mark.parametrize(
    ("base", "parts", "why"),
    [
        ("baseline-2022", "no-policy+no-cap", "no-policy: extends no scenario"),
        ("baseline-2022", "trillion-gdp+no-cap", "trillion-gdp: changes nothing of baseline-2022 but what is asked"),
        ("no-policy", "tight-energy-cap+no-policy", "changes policies.energy_budget, which no-policy does not have"),
        ("baseline-2022", "no-fund+", "unknown variant of baseline-2022 or scenario ''"),
    ],
)
def test_a_part_that_has_nothing_to_bring_is_refused(base, parts, why):
    assert why in said("compare", base, parts)


# arms


def test_arms_are_named_by_what_tells_them_apart(write, tmp_path):
    caps = "".join(f"  cap-0.{n}: {{policies: {{energy_budget: {{extra_tightening: 0.{n}}}}}}}\n" for n in ("05", "10"))
    base = load(write("dots", f"variants:\n{caps}"))
    arms = comparing.arms_of(base, ["cap-0.05", "cap-0.10", "cap-0.05+no-fund"])
    assert list(arms) == ["cap-0.05", "cap-0.10", "cap-0.05+no-fund"]
    assert [spec.policies["energy_budget"].at(FIRST).extra_tightening for spec in arms.values()] == [0.05, 0.1, 0.05]
    for folder, cap in (("one", 0.05), ("two", 0.1)):
        (tmp_path / folder).mkdir()
        text = f"name: cap\n{WORDS}extends: baseline-2022\npolicies: {{energy_budget: {{extra_tightening: {cap}}}}}\n"
        (tmp_path / folder / "f.yaml").write_text(text, encoding="utf-8")
    assert list(comparing.arms_of(base, ["one/f.yaml", "two/f.yaml"])) == ["cap", "two/f.yaml"]
    assert list(comparing.arms_of(load("one/f.yaml"), ["two/f.yaml"])) == ["two/f.yaml"]
    with pytest.raises(ScenarioError, match="no-fund stands twice"):
        comparing.arms_of(base, ["no-fund", "no-fund"])


def test_variants_whose_names_cannot_be_used_are_refused_by_check(write):
    names = ["no fund", "", "a/b", "a+b", "-x", "v" * 65]
    problems = refused(lambda: load(write("m", f"variants: {json.dumps({name: {} for name in names})}\n")))
    assert [problem.split("cannot name")[0].rpartition(": ")[2].strip(" '") for problem in problems] == names


def test_a_variant_says_neither_another_name_nor_something_that_is_no_variant(write):
    assert "variants.x.name: is not for a variant to say, whose name is 'x'; leave it out" in said(
        "check", write("m", "variants: {x: {name: y}}\n")
    )
    assert "variants: " in said("check", write("n", "variants: []\n"))
    assert "variants.x: " in said("check", write("o", "variants: {x: 5}\n"))


def test_a_long_name_of_a_variant_is_used_as_it_is_checked(write):
    long = ["v" * 63 + end for end in "ab"]
    spec = load(write("m", f"variants: {json.dumps({name: {} for name in long})}\n"))
    names = {spec.variant(name).name for name in long} | {combined(spec, [*long]).name}
    assert len(names) == 3 and all(len(name) == 64 for name in names)


def test_a_change_holds_for_every_arm():
    changes = {"policies.scale_up.rate": 0.3, "outlook.demand_shift": 0.01, **TINY}
    base = BASE.with_changes(changes)
    for spec in comparing.arms_of(base, ["no-fund", "tight-energy-cap", "no-cap+no-fund"], changes).values():
        assert spec.policies["scale_up"].at(FIRST).rate == 0.3 and spec.population == base.population
        assert spec.outlook == base.outlook and spec.until == base.until


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (f"no-policy baseline-2022 --set {CAP}=0.1", f"--set {CAP}: no-policy has no energy_budget to change"),
        (f"baseline-2022 no-policy --set {CAP}=0.1", f"--set {CAP}: no-policy has no energy_budget to change"),
        (f"baseline-2022 no-cap --set {CAP}=0.1", f"--set {CAP}: no-cap has no energy_budget to change"),
        (f"baseline-2022 tight-energy-cap --set {CAP}=0.2", f"--set {CAP} and tight-energy-cap both change {CAP}"),
        (
            "baseline-2022 leaders-first --set policies.policy_fund=null",
            "leaders-first both change policies.policy_fund",
        ),
        ("baseline-2022 leaders-first --set policies.policy_fund.rule=even", "both change policies.policy_fund.rule"),
        ("baseline-2022 no-fund --set policies.policy_fund=null", "no-fund: takes out what --set takes out too"),
    ],
)
def test_a_change_that_does_not_reach_an_arm_is_refused(words, why):
    assert why in said("compare", *words.split())


def test_the_base_against_an_equal_variant_is_zero_everywhere_targets_too():
    equal = {"policies": {"policy_fund": {"rule": BASE.resolved()["policies"]["policy_fund"]["rule"]}}}
    base = BASE.with_changes({**TINY, "variants.equal": equal, "variants.empty": {}})
    targets = [{"name": "g", "title": {"en": "G", "zh": "产"}, "metric": "gdp", "at_least": "9000 亿元", "by": 2022}]
    base = base.with_changes({"targets": targets})
    found = comparing.compare(base, comparing.arms_of(base, ["equal", "empty", "no-fund"]), pairs=3).comparison
    ends, alike = ["difference", "low", "high"], found[found["variant"] != "no-fund"]
    told = alike["difference"].notna()  # of an instrument that is not there nothing is
    assert told.mean() > 0.5
    assert (alike.loc[told, ends].to_numpy() == 0.0).all() and alike.loc[~told, ends].isna().all(axis=None)
    assert "target:g" in set(alike["outcome"])
    other = found[(found["variant"] == "no-fund") & (found["outcome"] == "target:g")]
    assert (other["high"] > other["low"]).all()
