"""`eligible`: every clause of every instrument is answered or named with the reason, what a firm is said to lack is
what helps, and amounts are those of the instruments' own rules.
"""

import json
import re
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cli
import sim
from sim import ClusterModel
from sim import policies as registry
from sim.calendar.quarter import FIRST
from sim.commands import commands
from sim.experiments.desk import TOLD, Desk
from sim.experiments.eligible import ClauseAnswer, Status, _Asked, answers, paragraphs
from sim.experiments.probing import AMOUNTS, AT_LEAST, AT_MOST, CLIMBED, COUNTS, MORE_THAN, Need, needs
from sim.experiments.typed_firm import CHOICES, TypedFirm, read_firm
from sim.report.eligible_console import describe_eligible, eligible_data, field_lines, field_names
from sim.report.life_console import reasons
from sim.scenario.files import ScenarioError
from sim.scenario.reading import SHIPPED, load
from sim.scenario.shipped import shipped
from sim.tables.milestones import SMART_TITLES, TITLES, Kind
from sim.tables.parameters import Parameters
from sim.treasury.claims import Basis, Clause, Spending
from tests.changzhou import CHANGZHOU
from tests.conftest import drawn, small

PAGE = Path(sim.__file__).parents[1] / "docs" / "explain.md"
CHINESE = re.compile("[一-鿿]")
BIG = {"cluster": "quality_steel", "revenue": 8_200.0}
HUNGRY = {"cluster": "quality_steel", "revenue": 10_000.0, "energy": 900_000.0}  # far above its cluster's mean
FIRMS = (
    BIG,
    {"cluster": "textiles", "revenue": 15.0},
    {"cluster": "new_energy", "revenue": 600.0, "research_share": 0.05, "digital_level": 2, "ownership": "state"},
    {
        "cluster": "biomedicine",
        "revenue": 90.0,
        "revenue_before": 15.0,
        "specialised_title": "provincial_little_giant",
        "tax_rise": 0.15,
    },
    {
        "cluster": "electronics",
        "revenue": 3_000.0,
        "led_from_city": False,
        "profitable": False,
        "lacks_capacity": 500.0,
    },
    HUNGRY,
)


@pytest.fixture(scope="module")
def desk():
    """All instruments that there are, with their defaults."""
    spec = small("no-policy", population__above_scale=200, population__below_scale=300)
    return Desk(spec.with_policies({name: {} for name in registry.names()}), 1)


@pytest.fixture(scope="module")
def found(desk):
    return [answers(desk, TypedFirm(**firm)) for firm in FIRMS]


def of(found, instrument, clause):
    (answer,) = (a for a in found if (a.instrument, a.clause) == (instrument, clause))
    return answer


def test_every_clause_of_every_instrument_is_answered_once_or_named_with_the_reason(found):
    clauses = sorted((name, c.name, c.earned_by) for name in registry.names() for c in registry.get(name).clauses)
    for each in found:
        assert sorted((a.instrument, a.clause, a.earned_by) for a in each) == clauses
        for answer in each:
            if answer.status in (Status.UNTOLD, Status.PASSED):
                assert answer.because in reasons() and not answer.needs and answer.amount is None
            else:
                assert answer.because is None or answer.because in reasons()
                assert answer.amount or answer.rate or any(need.how == MORE_THAN for need in answer.needs)
            assert (answer.status is Status.LACKS) == bool(answer.needs)


def test_every_status_and_every_reason_is_met_by_some_firm(found):
    met = {answer.status for each in found for answer in each}
    assert met == set(Status)
    asked = {answer.because for each in found for answer in each if answer.because}
    assert {"by_score", "by_draw", "outside_the_model", "paid_to_others", "no_rule", "holds_it"} <= asked


@pytest.mark.parametrize("words", [["baseline-2022"], [str(SHIPPED / "world-500-2025.yaml"), "revenue=82亿元"]])
def test_a_scenario_where_a_firm_is_asked_for_is_refused_in_one_line_that_says_where_each_goes(words, desk):
    with pytest.raises(ScenarioError) as refused:
        read_firm(words, load("baseline-2022").city_tables)
    (line,) = refused.value.problems
    assert line.startswith(words[0]) and f"write --scenario {words[0]} and the firm, like cluster=" in line


def test_every_instrument_names_its_paragraphs_of_the_article():
    assert all(paragraphs(registry.get(name)) for name in registry.names() if registry.get(name).clauses)


def test_a_firm_of_8_2_billion_lacks_1_8_billion_for_the_first_tier_whose_prize_goes_with_its_score(desk, found):
    """Research and productivity at the norm of the cluster score a half each, energy by its mean over the firm's."""
    answer = of(found[0], "peak_climbing", "tier_10bn")
    (need,) = answer.needs
    assert (need.field, need.has, need.wants, need.how) == ("revenue", 8_200.0, 10_000.0, AT_LEAST)
    row, firms = desk.seat(TypedFirm(**BIG | {"revenue": 10_000.0})), desk.firms
    mine = firms.cluster == firms.cluster[row]
    mean = (firms.energy_intensity * firms.demand)[mine].sum() / firms.demand[mine].sum()
    green = mean / firms.energy_intensity[row]
    score = 0.4 * 0.5 + 0.3 * green / (1.0 + green) + 0.3 * 0.5
    assert answer.amount == pytest.approx(2.0 * score, rel=1e-9) and answer.first_only
    assert answer.article == "p08" and answer.status is Status.LACKS


def test_shares_floors_and_caps_are_the_levers_of_the_instrument(found):
    other = of(found[0], "digital_subsidy", "other_project")  # steel is no landmark
    assert (other.status, other.rate, other.floor, other.cap) == (Status.SHARE, 0.06, 1.0, 6.0)
    landmark = of(found[0], "digital_subsidy", "landmark_project")
    assert (landmark.status, landmark.because, landmark.needs) == (Status.UNTOLD, "other_cluster", [])
    landmark = of(found[2], "digital_subsidy", "landmark_project")
    assert (landmark.status, landmark.rate, landmark.cap) == (Status.SHARE, 0.12, 10.0)
    cloud = of(found[0], "cloud_support", "cloud_project")
    assert [(n.field, n.wants, n.how) for n in cloud.needs] == [("digital_level", 1, AT_LEAST)]
    research = of(found[0], "research_support", "supported_research")  # a tenth of what is beyond a year ago
    norm = 8_200.0 / 4 * Parameters().by_cluster("research_norm")[CHANGZHOU.identifiers.index("quality_steel")]
    assert (research.rate, research.cap) == (0.1, 5.0 / 4) and research.beyond == pytest.approx(norm)


def test_half_of_the_rise_in_tax_is_paid_to_who_comes_above_scale_and_without_a_rise_that_is_what_is_lacking(
    desk, found
):
    answer = of(found[3], "scale_up", "industry")  # a rise of 150,000 yuan
    assert (answer.status, answer.amount) == (Status.GETS, pytest.approx(0.075))
    new = TypedFirm(cluster="textiles", revenue=25.0, revenue_before=19.0)
    without = of(answers(desk, new), "scale_up", "industry")
    assert [(n.field, n.how, n.wants) for n in without.needs] == [
        ("tax_rise", MORE_THAN, 0.0)
    ] and without.amount is None
    small_one = of(found[1], "scale_up", "industry")
    assert {(n.field, n.how, n.wants) for n in small_one.needs} == {
        ("revenue", AT_LEAST, 20.0),
        ("tax_rise", MORE_THAN, 0.0),
    }


def test_titles_ask_for_size_and_the_title_below_and_are_won_by_score(found):
    national = of(found[3], "specialised_enterprise", "national_little_giant")
    assert (national.status, national.because, national.amount) == (Status.MAY_WIN, "by_score", 1.0)
    assert of(found[3], "specialised_enterprise", "provincial_little_giant").because == "holds_it"
    champion = of(found[3], "specialised_enterprise", "champion")
    assert [(n.field, n.wants) for n in champion.needs] == [("revenue", 400.0)]
    large = of(found[0], "specialised_enterprise", "provincial_little_giant")
    assert [(n.field, n.wants, n.how) for n in large.needs] == [("revenue", 2_000.0, AT_MOST)]


@pytest.mark.parametrize(("every", "least"), [(3, 6), pytest.param(1, 20, marks=pytest.mark.slow)])
def test_what_a_firm_is_said_to_lack_helps_and_a_little_less_does_not(desk, found, every, least):
    """Of every firm and clause: with what it lacks it is paid, and just short of a line it is not."""
    lines = 0
    for typed, each in zip(FIRMS[::every], found[::every], strict=True):
        firm = TypedFirm(**typed)
        for answer in (a for a in each if a.status is Status.LACKS):
            told = partial_answers(desk, firm, answer, {n.field: n.taken for n in answer.needs})
            assert told.status not in (Status.LACKS, Status.UNTOLD), (answer, told)
            assert told.amount == answer.amount or answer.amount is None
            for need in answer.needs:
                if need.how in (AT_LEAST, AT_MOST) and need.field in AMOUNTS:
                    lines += 1
                    less = need.taken + (need.has - need.taken) * 1e-4
                    changes = {n.field: n.taken for n in answer.needs} | {need.field: less}
                    assert partial_answers(desk, firm, answer, changes).status is Status.LACKS, (answer, less)
    assert lines > least


@pytest.mark.parametrize("has", [0.0, 1e-7, 1.0, 7_000.0, 1e7])
@pytest.mark.parametrize("name", sorted(AMOUNTS))
@pytest.mark.parametrize("line", [0.0, 1e-9, 0.05, 300.0, 6e5])
@pytest.mark.parametrize("above", [True, False])
def test_a_line_is_sought_to_an_end_whatever_helps_and_is_where_it_is_said_to_be(name, has, line, above):
    """Upwards and downwards, from nought and to nought: whoever is told an amount is helped by it."""
    asked = []

    def says(firm):
        asked.append(value := getattr(firm, name))
        assert len(asked) < 200
        return value > line if above else value <= line

    firm = TypedFirm(cluster="textiles", revenue=50.0).model_copy(update={name: has})
    if says(firm):
        return
    for need in needs(firm, {"research_share": 0.02, "energy": 100.0}, says, most=1):
        assert need.field == name and says(firm.model_copy(update={name: need.taken}))
        assert need.how == AT_MOST if not above else need.how in (AT_LEAST, MORE_THAN)
        assert need.wants == pytest.approx(line, rel=1e-4, abs=1e-6)


ENERGY_TYPED = (
    HUNGRY,
    {"cluster": "high_end_equipment", "revenue": 200.0, "energy": 60_000.0},
    {"cluster": "textiles", "revenue": 200.0, "energy": 0.0},
    {"cluster": "textiles", "revenue": 0.0, "energy": 10.0},
    {"cluster": "textiles", "revenue": 1e-9, "energy": 1e7},
)


@pytest.mark.parametrize("typed", drawn(ENERGY_TYPED, 2))
def test_a_firm_that_types_its_energy_is_answered_in_numbers_however_much_or_little_it_is(desk, typed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = answers(desk, TypedFirm(**typed))
    for answer in told:
        figures = [answer.amount, answer.rate, answer.floor, answer.cap, answer.beyond]
        assert all(np.isfinite(figure) for figure in figures if figure is not None), answer


def test_what_a_rule_on_energy_asks_for_is_told_in_energy(desk, found):
    """The award goes to who uses less per output than the mean of its cluster, itself included."""
    (need,) = of(found[-1], "green_factories", "green_factory").needs
    assert (need.field, need.has, need.how) == ("energy", 900_000.0, AT_MOST)
    desk.seat(TypedFirm(**HUNGRY | {"energy": need.taken}))
    firms = desk.firms
    mine = firms.active & (firms.cluster == firms.cluster[desk.row])
    mean = (firms.energy_intensity * firms.expected_demand)[mine].sum() / firms.expected_demand[mine].sum()
    assert need.taken == pytest.approx(10_000.0 * mean, rel=1e-5)


def test_no_firm_is_told_to_move_to_another_cluster(found):
    assert {need.field for each in found for answer in each for need in answer.needs}.isdisjoint({"cluster"})


def test_being_closed_is_no_award_and_nobody_is_told_how_to_be(desk, found):
    """The hungriest mill is told what it would be paid for closing; every other that it is not among those closed."""
    closing = {(name, c.name) for name in registry.names() for c in registry.get(name).clauses if c.closes}
    assert closing == {("capacity_elimination", "closed_capacity")}
    told = [of(each, *clause) for each in found for clause in closing]
    assert {(a.status, a.because) for a in told} == {
        (Status.CLOSES, "ordered_to_close"),
        (Status.UNTOLD, "not_ordered_to_close"),
    }
    assert all(not answer.needs for answer in told)
    hungry = of(found[-1], "capacity_elimination", "closed_capacity")
    assert hungry.status is Status.CLOSES and hungry.amount > 0.0
    page = describe_eligible(desk.model.spec, TypedFirm(**HUNGRY), found[-1])
    (head,) = (place for place, line in enumerate(page) if line.startswith("Would be closed and paid for it"))
    assert "closed_capacity" in page[head + 1]


def test_whatever_orders_firms_to_close_says_so_in_a_clause():
    for name in registry.names():
        kind = registry.get(name)
        orders = 'terms.add("closure"' in Path(sys.modules[kind.__module__].__file__).read_text(encoding="utf-8")
        assert orders == any(clause.closes for clause in kind.clauses), name


def test_a_clause_under_which_firms_close_is_earned_by_nothing():
    with pytest.raises(TypeError, match="nobody earns an order to close"):
        Clause("closed", Spending.EXPANSION, closes=True)


def partial_answers(desk, firm, answer, changes):
    """Ask one clause alone."""
    programme = desk.model.spec.policies[answer.instrument]
    asked = _Asked(desk, firm.model_copy(update={"revenue_before": firm.before()} | changes))
    return of(list(asked.of(programme.at(FIRST), programme.kind)), answer.instrument, answer.clause)


def test_who_sits_at_the_desk_leaves_no_trace_of_the_one_before(desk):
    untouched = Desk(desk.model.spec, 1)
    for cluster in CHANGZHOU.identifiers:
        row = desk.seat(TypedFirm(cluster=cluster, revenue=500.0))
        assert desk.firms.active[row] and desk.firms.cluster[row] == CHANGZHOU.identifiers.index(cluster)
        others = np.arange(desk.firms.rows) != row
        for name in ("active", "last_revenue", "capital", "digital_level"):
            assert (getattr(desk.firms, name)[others] == getattr(untouched.firms, name)[others]).all()


def test_an_instrument_that_begins_later_is_named_with_the_reason(desk):
    later = desk.model.spec.with_policies({"listing_support": {"from": "2023Q1"}})
    (answer,) = answers(Desk(later, 1), TypedFirm(**BIG))
    assert (answer.status, answer.because) == (Status.UNTOLD, "not_in_force")


def test_a_lever_at_nought_is_no_award(desk):
    nothing = desk.model.spec.with_policies({"listing_support": {"award": 0}})
    (answer,) = answers(Desk(nothing, 1), TypedFirm(**BIG))
    assert answer.status is Status.UNTOLD and answer.amount is None


OFF = {
    "listing_support": {"award": 0},
    "digital_subsidy": {"cap_landmark": 0, "rate_other": 0},
    "policy_fund": {"amount_a_year": 0},
    "digital_diagnosis": {"reach": 0},
    "brand_quality": {"rate": 0},
    "scale_up": {"rate": 0},
    "specialised_enterprise": {"max_award_champion": 0},
    "research_support": {"rate": 0},
    "green_factories": {"award": 0},
}


@pytest.fixture(scope="module")
def off(desk):
    """The same city with levers at nought, each of an instrument that pays somebody by its usual ones."""
    return Desk(desk.model.spec.with_policies(OFF), 1)


def test_what_pays_nobody_at_its_levers_is_said_to_whatever_the_firm_and_never_that_others_come_first(off, found):
    """Rates, caps, awards, reach and money at nought; at the usual levers no firm is told so."""
    told = [answers(off, TypedFirm(**firm)) for firm in (BIG, FIRMS[1], FIRMS[3])]
    clauses = {
        (a.instrument, a.clause): {each.because for each in (of(t, a.instrument, a.clause) for t in told)}
        for a in told[0]
    }
    vague = {"no_single_change", "several_things"}
    assert {at: because & vague for at, because in clauses.items() if because & vague} == {}
    dead = {at for at, because in clauses.items() if "pays_nobody" in because}
    assert {name for name, _ in dead} == OFF.keys() and ("specialised_enterprise", "champion") in dead
    assert ("specialised_enterprise", "national_little_giant") not in dead
    assert "pays_nobody" not in {answer.because for each in found for answer in each}


def test_a_title_of_which_none_is_given_is_told_as_such_and_not_as_one_that_may_be_won(desk):
    none = {"outlook.title_quota_champion": 0, "outlook.title_quota_national": 0}
    spec = desk.model.spec.with_changes(none)
    each = answers(Desk(spec, 1), TypedFirm(cluster="textiles", revenue=500.0))
    champion = of(each, "specialised_enterprise", "champion")
    assert (champion.status, champion.because) == (Status.UNTOLD, "no_places")
    assert of(each, "specialised_enterprise", "national_little_giant").because == "no_places"
    assert of(each, "specialised_enterprise", "provincial_little_giant").status is Status.MAY_WIN


@pytest.mark.parametrize(
    ("kind", "clause", "line"),
    [
        ("scale_up", "industry", 20.0),
        ("peak_climbing", "tier_10bn", 10_000.0),
        ("peak_climbing", "tier_50bn", 50_000.0),
    ],
)
def test_who_was_above_a_line_before_the_last_year_cannot_earn_its_first_crossing_any_more(desk, kind, clause, line):
    def asked(revenue, before=None):
        firm = TypedFirm(cluster="quality_steel", revenue=revenue, revenue_before=before, tax_rise=1.0)
        return of(answers(desk, firm), kind, clause)

    for long_above in (asked(2.0 * line), asked(2.0 * line, line), asked(0.5 * line, line)):
        assert (long_above.status, long_above.because, long_above.needs) == (Status.PASSED, "crossed_before", [])
    new = asked(1.5 * line, 0.9 * line)
    assert new.status is Status.GETS and new.amount > 0.0 and new.first_only
    short = asked(0.9 * line)
    assert [(n.field, n.wants) for n in short.needs] == [("revenue", line)] and short.amount > 0.0


def test_what_is_paid_once_is_said_to_be_and_in_a_run_no_firm_has_it_twice(desk, found):
    """Of every clause that some firm is told of: who is told `once` is paid in one year alone, for one event."""
    once = {(a.instrument, a.clause) for each in found for a in each if a.first_only}
    more = {(a.instrument, a.clause) for each in found for a in each if a.amount or a.rate} - once
    assert {("green_factories", "green_factory"), ("listing_support", "going_public"), ("scale_up", "industry")} <= once
    assert {("digital_subsidy", "other_project"), ("energy_saving_support", "saving")} <= more
    model = ClusterModel(desk.model.spec.with_changes({"horizon.until": "2025Q4"}), 1)
    model.run_model()
    paid = Counter(
        (p.instrument, p.clause, row, None if p.event is None else p.event.quarter)
        for p in model.ledger.payments
        for row in p.rows[p.fen > 0].tolist()
    )
    events = Counter(at[:3] for at in paid)
    assert {at[:2] for at in events} & once
    assert [at for at, times in events.items() if at[:2] in once and times > 1] == []


def test_every_field_can_be_tried_and_every_choice_has_the_order_of_the_table():
    given = {"cluster", "revenue_before"}  # no firm moves to another for an award, and none changes its past
    tried = {*AMOUNTS, *COUNTS, *CLIMBED, *CHOICES}
    truths = {name for name, field in TypedFirm.model_fields.items() if field.annotation is bool}
    assert tried | truths | given == set(TypedFirm.model_fields)
    assert CHOICES["ownership"] == ("private", "state", "foreign")
    assert CHOICES["specialised_title"] == ("none", *TITLES) and CHOICES["smart_title"] == ("none", *SMART_TITLES)


def test_a_kind_that_no_rule_tells_is_one_of_those_that_hang_on_what_a_firm_does_later():
    earned = {c.earned_by for name in registry.names() for c in registry.get(name).clauses}
    untold = {kind for kind in earned if isinstance(kind, Kind)} - TOLD.keys()
    assert {Kind.FIRST_SET, Kind.PROJECT_OPENED} <= untold


# how a firm is typed in


def test_words_a_file_and_a_sheet_say_the_same_firm(tmp_path):
    words = ("cluster=TXT", "revenue=8200 万元", "research_share=3%", "digital_level=2", "listed=true")
    typed = read_firm(words, CHANGZHOU)
    yaml, sheet = tmp_path / "firm.yaml", tmp_path / "firm.csv"
    yaml.write_text("\n".join(w.replace("=", ": ") for w in words), encoding="utf-8")
    names, values = zip(*(w.split("=") for w in words), strict=True)
    sheet.write_text(f"{','.join(names)},ownership\n{','.join(values)},\n", encoding="utf-8-sig")
    assert typed == read_firm([str(yaml)], CHANGZHOU) == read_firm([str(sheet)], CHANGZHOU)
    assert (typed.cluster, typed.revenue, typed.research_share, typed.listed) == ("textiles", 82.0, 0.03, True)
    assert read_firm([str(yaml), "revenue=1亿元"], CHANGZHOU).revenue == 100.0


TRUTHS = sorted(name for name, field in TypedFirm.model_fields.items() if field.annotation is bool)


@pytest.mark.parametrize("name", TRUTHS)
def test_yes_and_no_are_read_alike_in_every_field_that_asks_for_one(name, tmp_path):
    for words, means in ((("yes", "true", "是", "YES", "True", "1"), True), (("no", "false", "否", "No", "0"), False)):
        for word in words:
            typed = ("cluster=textiles", "revenue=1亿元", f"{name}={word}")
            file, sheet = tmp_path / "firm.yaml", tmp_path / "firm.csv"
            file.write_text("\n".join(each.replace("=", ": ") for each in typed), encoding="utf-8")
            sheet.write_text(f"cluster,revenue,{name}\ntextiles,1亿元,{word}\n", encoding="utf-8")
            for said in (typed, [str(file)], [str(sheet)]):
                assert getattr(read_firm(said, CHANGZHOU), name) is means, (name, word)


def test_a_firm_may_be_typed_as_people_write_it_in_chinese():
    words = ("revenue＝1亿元", "ownership=国有", "specialised_title=省级小巨人", "smart_title=智能车间")
    written = ("cluster=textiles", "revenue=100", "ownership=state", "specialised_title=provincial_little_giant")
    cluster = CHANGZHOU.clusters[CHANGZHOU.identifiers.index("textiles")].chinese
    typed = read_firm((f"cluster＝{cluster}", *words), CHANGZHOU)
    assert typed == read_firm((*written, "smart_title=smart_workshop"), CHANGZHOU)
    assert read_firm((*written, "smart_title=无"), CHANGZHOU).smart_title == "none"


def test_a_scenario_that_pays_nobody_says_so_and_names_those_that_pay():
    """And each that it names does pay somebody."""
    spec = small("no-policy")
    page = "\n".join(describe_eligible(spec, TypedFirm(**BIG), []))
    assert "No instrument of this scenario pays anybody" in page and "本情景没有付款的政策" in page
    named = re.findall(r"[a-z0-9-]+", page.splitlines()[-1])
    assert "baseline-2022" in named and "no-policy" not in named and set(named) <= set(shipped())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("revenue=82亿元",), "cluster: is missing; write it"),
        (("cluster=textiles",), "revenue: is missing; write it"),
        (("cluster=textils", "revenue=1亿元"), "cluster: unknown cluster 'textils' (did you mean 'textiles'?)"),
        (("cluster=textiles", "revenue=5 tce"), "revenue: unit 'tce' does not fit here; write one of"),
        (("cluster=textiles", "revenu=1亿元", "revenue=1亿元"), "unknown field 'revenu' (did you mean 'revenue'?)"),
        (("cluster=textiles", "revenue=1亿元", "digital_level=7"), "digital_level: 7 is out of range"),
        (("cluster=textiles", "revenue=1亿元", "listed=maybe"), "listed: 'maybe' is not true or false"),
        (("cluster=textiles", "revenue=1亿元", "ownership=privat"), "ownership: 'privat' is not one of private"),
        (("cluster=textiles", "revenue=1亿元", "revenue=2亿元"), "revenue: stands twice"),
        (("revenue=1亿元", "firm.yaml"), "firm.yaml: write FIELD=VALUE"),
        (("firm.yaml", "other.yaml"), "other.yaml: write FIELD=VALUE"),
        (("firm.yaml",), "firm.yaml: cannot be read (No such file or directory); write the path of a file of fields"),
        (("firm.csv",), "firm.csv: cannot be read (No such file or directory); write the path of a file of fields"),
        (("firm",), "firm: is neither a field nor a file of fields; write FIELD=VALUE like revenue=82亿元"),
        (("list.yaml",), "list.yaml:1:1: a firm is a mapping of keys to values; begin with 'cluster:'"),
        (("large.csv",), "large.csv: is larger than 0.1 MB; a firm is one row"),
        (("large.yaml",), "large.yaml: is larger than 0.1 MB; a firm is a few kilobytes"),
        (("cluster=textiles", "revenue=1亿元", "smart_title=workshop"), "(did you mean 'smart_workshop'?)"),
    ],
)
def test_a_firm_that_is_wrongly_typed_is_refused_in_one_line_before_anything_is_built(
    words, said, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("list.yaml").write_text("- 1\n", encoding="utf-8")
    for large in ("large.csv", "large.yaml"):
        Path(large).write_text("#" * 100_001, encoding="utf-8")
    monkeypatch.setattr("sim.experiments.desk.Desk.__init__", lambda *a: pytest.fail("a world was built"))
    result = CliRunner().invoke(cli.main, ["eligible", *words])
    assert result.exit_code == 2 and result.output.count("\n") == 1, result.output
    assert said in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cluster,revenue\ntextiles,1亿元\ntextiles,2亿元\n", "holds 2 rows below the header"),
        ("cluster,revenue\n", "holds 0 rows below the header"),
        ("cluster,revenue\ntextiles\n", "has not as many cells as the header"),
        ("cluster,revenue\ntextiles,1亿元,3\n", "has not as many cells as the header"),
    ],
)
def test_a_sheet_of_no_one_firm_is_refused(text, said, tmp_path):
    sheet = tmp_path / "firm.csv"
    sheet.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=said):
        read_firm([str(sheet)], CHANGZHOU)


def test_a_sheet_that_is_no_utf_8_is_refused(tmp_path):
    sheet = tmp_path / "firm.csv"
    sheet.write_bytes("cluster,revenue\n纺织,1亿元\n".encode("gbk"))
    with pytest.raises(ScenarioError, match="save it as UTF-8 CSV"):
        read_firm([str(sheet)], CHANGZHOU)


# what is said


def test_the_page_says_each_clause_in_both_languages_with_its_paragraph(desk, found):
    for typed, each in zip(FIRMS, found, strict=True):
        page = describe_eligible(desk.model.spec, TypedFirm(**typed), each)
        assert all(CHINESE.search(line) for line in page if line)
        for answer in each:
            assert any(f", {answer.clause} (article {answer.article})" in line for line in page)
    first = "\n".join(describe_eligible(desk.model.spec, TypedFirm(**BIG), found[0]))
    assert "revenue 上年营业收入: 82 亿元; at least 至少 100 亿元: 18 亿元 short 尚差" in first
    last = "\n".join(describe_eligible(desk.model.spec, TypedFirm(**HUNGRY), found[-1]))
    assert "energy 年用能量: 900,000 tce 吨标准煤; at most 至多" in last


def test_every_field_is_listed_with_its_default_and_named_in_both_languages():
    listed = field_lines()
    for name in TypedFirm.model_fields:
        (line,) = (line for line in listed if line.startswith(f"{name}  "))
        assert CHINESE.search(line) and CHINESE.search(field_names()[name])
    assert CliRunner().invoke(cli.main, ["eligible", "--fields"]).output.splitlines() == listed


def test_the_data_are_plain_and_their_keys_are_those_that_the_page_on_eligible_lists(desk, found):
    data = json.loads(json.dumps(eligible_data(desk.model.spec, TypedFirm(**BIG), found[0]), allow_nan=False))
    documented = PAGE.read_text(encoding="utf-8")
    keys = {*data, *ClauseAnswer.__dataclass_fields__, *Need.__dataclass_fields__}
    assert set(data["answers"][0]) == set(ClauseAnswer.__dataclass_fields__)
    assert [key for key in sorted(keys) if f"`{key}`" not in documented] == []
    assert {str(status) for status in Status} <= set(re.findall(r"`(\w+)`", documented))


def test_the_help_says_how_to_type_a_firm_in_in_both_languages():
    said = commands()["eligible"].help
    assert "cluster=textiles revenue=82亿元" in said and "字段=值" in said


def test_earners_of_every_sort_are_asked(found):
    sorts = {type(answer.earned_by) for answer in found[0]}
    assert sorts == {Kind, Spending, Basis}
