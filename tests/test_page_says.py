"""A sentence of a page is true for who reads nothing else: of which year, statistic, reference, money and worlds its
figures are, and which cautions go with them.
"""

import re
import shlex
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

import cli
from sim.experiments import compare
from sim.pages import asked
from sim.pages.again import again
from sim.pages.bought import portions
from sim.pages.charts import charts
from sim.pages.doubts import doubts
from sim.pages.folder import Folder
from sim.pages.kinds import attribute, sections, sensitivity
from sim.pages.kinds import compare as compared
from sim.pages.kinds import run as ran
from sim.pages.kinds.sweep import _span as span
from sim.pages.place import place
from sim.pages.references import apart
from sim.pages.rendered import BRIEF, PAGE
from sim.pages.winners import MORE, SINGLE, UNCLEAR, verdict
from sim.scenario.reading import load
from sim.scenario.registered import RegisterFile
from tests.pages import ONE_WORLD, PLANS, made
from tests.test_charts import invented, invented_folder, of
from tests.test_page import page_of
from tests.throw_away import HOUSE

LANGUAGES = ("en", "zh")
FENGHE = HOUSE / "tests" / "cities" / "fenghe"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return lambda kind: Folder(made(kind, tmp_path_factory).folder)


@pytest.fixture(scope="module")
def by_2023(tmp_path_factory):
    """A comparison that asks of 2023, in invented worlds of four years, with a base that has policies and one arm under
    another outlook.
    """
    base, squeezed = of("rules-of-2021"), of("commodity-squeeze")
    plan = compare.plan(base, {"baseline-2022": of("baseline-2022"), "commodity-squeeze": squeezed}, pairs=4, by=2023)
    with pytest.MonkeyPatch.context() as patch:
        return invented_folder(patch, tmp_path_factory.mktemp("by"), plan, lambda n: invented(plan.arms, n))


def texts(body):
    return [*body.lead, *body.more]


# 1: cautions


def test_what_an_answer_is_not_of_policy_alone_reaches_page_first_screen_and_brief(found):
    path = found(ONE_WORLD).path
    said = {"en": "outlook.metals_price (", "zh": "两者政策相同，不同在于"}
    for language, words in said.items():
        for name in (PAGE, BRIEF):
            assert words in page_of(path, name).texts["short-answer", language], name
        assert words in page_of(path).texts["charts", language]


def test_a_difference_of_an_arm_under_another_outlook_says_so_in_the_sentence_itself(by_2023):
    (told,) = (s for s in compared.answer(by_2023).lead if s.en.startswith("commodity-squeeze:"))
    assert "Not policy alone: the two differ also in outlook.metals_price (" in told.en
    assert "并非政策单独作用，两者另有不同：outlook.metals_price（" in told.zh
    (other,) = (s for s in compared.answer(by_2023).lead if s.en.startswith("baseline-2022:"))
    assert "Not policy alone" not in other.en
    for body in (compared.cost(by_2023), compared.groups(by_2023)):
        assert body.lead[0].en.startswith("baseline-2022 against rules-of-2021: ")
        assert body.lead[1].en.startswith("commodity-squeeze against rules-of-2021 (not policy alone): ")
        assert body.lead[1].zh.startswith("commodity-squeeze与rules-of-2021相比（并非政策单独作用）：")


# 2 and 3: years and references


def test_a_comparison_that_asks_of_a_year_tells_the_figures_of_that_year(by_2023):
    objective, table = by_2023.settings["objective"], by_2023.frame("comparison")
    row = table[(table["outcome"] == objective) & (table["year"] == 2023) & (table["variant"] == "baseline-2022")]
    told = [s for s in texts(compared.answer(by_2023)) if s.en.startswith("baseline-2022: Published GDP")]
    assert objective == "gdp_published" and len(told) == 1
    figure = f"{float(row['difference'].iloc[0]) / 100:+.3g}"
    assert told[0].en.startswith(f"baseline-2022: Published GDP in 2023: {figure} [")
    assert told[0].zh.startswith(f"baseline-2022：公布的地区生产总值，2023年：{figure} [")
    base = float(row["base_median"].iloc[0]) / 100
    assert f"Published GDP in 2023: {base:.3g} [" in compared.anyway(by_2023).lead[1].en


def test_a_base_with_policies_is_told_by_its_title_and_not_as_a_world_without_policy(by_2023, found):
    told = compared.anyway(by_2023).lead[0]
    count = len(by_2023.scenario.policies)
    assert "“The rules of March 2021 go on” (rules-of-2021)" in told.en and f"{count} instruments" in told.en
    assert "so it is no world without policy" in told.en and f"自有{count}项政策" in told.zh
    rules = [s for s in texts(ran.anyway(found(ONE_WORLD))) if s.en.startswith("The rules that held before are")]
    assert "“The rules of March 2021 go on” (rules-of-2021)" in rules[0].en


def test_two_arms_of_one_title_are_told_apart():
    base = load("baseline-2022")
    names = apart({base.name: base, "no-policy": base.without_policies(), "no-fund": base.variant("no-fund")})
    assert len({n.en for n in names.values()}) == len({n.zh for n in names.values()}) == 3
    assert names["no-policy"].en == "The package as announced in February 2022, without any policy"


def test_a_page_of_a_variant_says_of_which_scenario_the_question_is():
    spec = load("boom-and-bust").variant("textiles")
    folder = SimpleNamespace(
        scenario=spec, arms={spec.name: spec}, settings={}, experiment=SimpleNamespace(changed=dict)
    )
    told = list(asked.notes(folder))
    assert "the variant textiles of “Boom and bust of any one cluster”" in told[0].en and "outlook.demand" in told[0].en


# 4: money


def test_shares_of_an_attribution_are_of_all_money_and_what_was_paid_outside_the_firms_stands_apart(found):
    folder = found("attribute")
    known, table, groups = portions(folder, "all"), folder.frame("attribution"), folder.frame("attribution_groups")
    outside = groups.loc[groups["cluster"] == "rest_of_city", "million_yuan"].sum()
    assert outside > 0.0 and known[-1].kind is None
    assert known[-1].paid[0] == pytest.approx(outside)
    assert sum(p.share[0] for p in known) == pytest.approx(1.0)
    total = table.loc[table["instrument"] == "all", "total"].iloc[0]
    assert sum(p.paid[0] for p in known) == pytest.approx(total)
    inside = groups[(groups["cluster"] != "rest_of_city") & (groups["class"] == "deadweight")]["million_yuan"].sum()
    (deadweight,) = (p for p in known if p.kind == "deadweight")
    assert deadweight.paid[0] == pytest.approx(inside)
    for body in (attribute.answer(folder), attribute.anyway(folder)):
        assert "paid outside the modelled firms, where what it bought is not asked" in body.lead[0].en
        assert "付给模型企业以外" in body.lead[0].zh and "Of all public money" in body.lead[0].en
    assert not any(
        re.search("paid outside.*deadweight", cell.en)
        for t in attribute.answer(folder).tables
        for r in t.rows
        for cell in r
    )


# 5: what is not asked


def test_below_figures_no_section_says_that_it_was_not_asked(found):
    for kind in PLANS:
        for section in sections(found(kind)):
            first, *others = texts(section.part)
            if "Not asked here" in first.en:
                assert not section.part.tables and not others, (kind, section.name)
            assert not any("Not asked here" in s.en or s.zh.startswith("此处未考察") for s in others), kind


@pytest.mark.slow
def test_every_command_that_a_page_names_is_taken(found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commands = {}
    for kind in PLANS:
        folder = found(kind)
        for name, text in again(folder).files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        for section in sections(folder):
            for said in texts(section.part):
                commands |= dict.fromkeys(re.findall(r"'(clustersim .*?)' tells", said.en), kind)
    assert len(commands) > 6
    for number, (command, kind) in enumerate(commands.items()):
        ended = CliRunner().invoke(cli.main, [*shlex.split(command)[1:], "--dry-run", "--out", f"out{number}"])
        assert ended.exit_code == 0, (kind, command, ended.output)


def test_a_sweep_over_points_in_any_order_says_its_least_and_most_value():
    told = span("policies.policy_fund.amount_a_year", [300.0, 100.0, 200.0, 100.0])
    assert told.en == "100 million yuan to 300 million yuan (3 values)"
    assert told.zh == "100 百万元至300 百万元（3个取值）"
    assert span("policies.energy_budget.rule", ["a", "b"]).en == "a; b"


# 6: sensitivity


def test_a_study_of_one_scenario_names_no_number_that_would_change_a_choice():
    spec = load("no-policy")
    columns = ["of", "number", "told", "effect", "effect_low", "effect_high", "direction"]
    rows = pd.DataFrame([(spec.name, "hurdle_spread", "yes", 100.0, 50.0, 150.0, "raises")], columns=columns)
    folder = SimpleNamespace(
        scenario=spec,
        arms={spec.name: spec},
        settings={"objective": "gdp_real"},
        experiment=SimpleNamespace(screening_points=768),
        years=(2022, 2025),
        frame=lambda name: rows,
        table=lambda name: None,
    )
    told = sensitivity.decides(folder).lead[0]
    assert told.en.startswith("One scenario alone was looked at") and "没有可供选择的方案" in told.zh
    (lead,) = sensitivity.answer(folder).lead
    assert lead.en.startswith("Real GDP in 2025, at 2021 prices, level under no-policy: ")
    assert "768 worlds, each with luck of its own" in lead.en and "768个世界" in lead.zh


def test_a_study_of_sensitivity_says_of_which_level_or_difference_each_figure_is(found):
    folder = found("sensitivity")
    level, difference = sensitivity.answer(folder).lead
    assert ", level under baseline-2022: " in level.en and "baseline-2022的水平" in level.zh
    assert "without any policy from baseline-2022: " in difference.en
    assert "Asked of the strongest numbers alone" in sensitivity.decides(folder).lead[0].en


# 7: one world


INTERVAL = re.compile(r"\[[^\[\]]*, [^\[\]]*\]|95 ?%|90 ?%")


def without_commands(text):
    return re.sub("clustersim .*", "", text)


def test_of_one_world_no_interval_stands_anywhere(found):
    folder = found(ONE_WORLD)
    doubted = doubts(folder)
    for section in sections(folder):
        rows = [
            cell
            for t in section.part.tables
            if "drawn" not in t.title.en
            for r in (t.head, (t.title,), *t.rows)
            for cell in r
        ]
        for said in [*texts(section.part), *rows]:
            assert not any(INTERVAL.search(without_commands(text)) for text in (said.en, said.zh)), said
            assert "1 worlds" not in said.en and "worlds, no interval" not in said.en, said
    for chart in charts(folder):
        assert not INTERVAL.search(chart.said.en) and not INTERVAL.search(chart.said.zh), chart.name
        assert "95 %" not in chart.svg and "90 %" not in chart.svg, chart.name
    assert (
        "one world: no interval" in ran.answer(folder).lead[0].en
        and "仅一个世界：无区间" in ran.answer(folder).lead[0].zh
    )
    assert not any("Intervals come" in s.en for s in texts(doubted))


# 8 and 9: city, outlook, register


def folder_of(spec, **settings):
    return SimpleNamespace(
        scenario=spec, arms={spec.name: spec}, kind="run", worlds=100, settings=settings, table=lambda name: None
    )


def doubted(spec, **settings):
    return " ".join(s.en for s in texts(doubts(folder_of(spec, **settings))))


def test_what_to_doubt_follows_from_outlook_city_and_register_of_the_folder():
    central = load("baseline-2022")
    assert "The outlook is the one of February 2022" in doubted(central) and "only the named ones" in doubted(central)
    other = doubted(central.with_changes({"outlook.metals_price": 0.2}))
    assert "The outlook is the one of" not in other and "(metals_price) is a supposition" in other
    known = doubted(central.with_changes({"outlook.thresholds": "as-known"}))
    assert "no forecast" not in known and "published after February 2022" in known
    elsewhere = load("no-policy", str(FENGHE))
    assert "Numbers of Fenghe are those of the user's own tables" in doubted(elsewhere)
    package = doubted(load("baseline-2022", str(FENGHE)))
    assert "are those of Changzhou, for which this scenario was written, not of Fenghe" in package
    register = central.model_copy(update={"real_firms": RegisterFile(file="/somewhere/firms.xlsx", sha256="0")})
    assert "register firms.xlsx are real" in doubted(register) and "only the named" not in doubted(register)
    assert "/somewhere" not in doubted(register)


def test_numbers_that_are_held_are_not_told_as_drawn():
    spec, counted = load("no-policy"), re.compile(r"from (\d+) numbers")
    every = int(counted.search(doubted(spec))[1])
    held = spec.with_changes({"parameters.hurdle_spread": 0.05})
    assert int(counted.search(doubted(held))[1]) == every - 1
    swept = doubted(spec, points=[{"parameters.hurdle_spread": 0.05}])
    assert int(counted.search(swept)[1]) == every - 1
    assert int(counted.search(doubted(spec.with_changes({"outlook.calm": True})))[1]) < every - 30


def test_the_city_and_the_date_of_the_outlook_stand_on_page_and_brief_in_both_languages(found):
    for name in (PAGE, BRIEF):
        read = page_of(found("run").path, name)
        assert read.texts["place", "en"] == "City: Changzhou. Outlook: the central one of February 2022, unchanged."
        assert read.texts["place", "zh"] == "城市：常州。前景：2022年2月之时的中性判断，未作改动。"
    spec = load("no-policy", str(FENGHE)).with_changes({"outlook.announced": False})
    told = place(folder_of(spec))
    assert told.en.startswith(
        "City: Fenghe (tables of the user). Outlook: the central one of February 2022, changed in announced"
    )
    assert told.zh.startswith("城市：枫河（用户自备数据）。")


# 10: who gains


def test_who_gains_is_told_of_paired_differences_alone_and_against_whom(by_2023):
    told = compared.groups(by_2023).lead[0]
    assert told.en.startswith("baseline-2022 against rules-of-2021: Value added in 2025: more in ")
    assert told.zh.startswith("baseline-2022与rules-of-2021相比：增加值，2025年：")
    assert told.en.endswith("(by the 95 % interval of the paired difference; 4 worlds)")
    assert verdict(1.0, 2.0, 5) == MORE and verdict(-1.0, 2.0, 5) == UNCLEAR
    assert verdict(float("nan"), float("nan"), 1) == SINGLE


def test_levels_of_clusters_are_not_told_as_gains(found, monkeypatch):
    folder = found("run")
    monkeypatch.setattr(folder, "table", lambda name: None if name == "cluster_effects" else Folder.table(folder, name))
    lead = ran.groups(folder).lead
    assert len(lead) == 1 and lead[0].en.startswith("Not asked here; 'clustersim run ")


# 11: every sentence

WITH_INTERVAL = re.compile(r"\[[^\[\]]*\d[^\[\]]*, [^\[\]]*\d[^\[\]]*\]")
SIGNED = re.compile(r"(?<![\d\w])[+-]\d[\d,.]* \[")
NEEDED = {
    "en": {
        "year": r"20\d\d",
        "statistic": r"interval|range of 90 %|bounds",
        "worlds": r"\d[\d,]* (?:fresh )?worlds|over paths|Shapley",
    },
    "zh": {
        "year": r"20\d\d",
        "statistic": r"区间|范围|界限",
        "worlds": r"\d个(?:新)?世界|各路径间|夏普利",
    },
}
REFERENCE = {
    "en": r"against|from|minus|beyond|above the twin|without|cap less",
    "zh": r"相比|之差|减|比|无政策|无任何政策|上限减",
}
WHOLE = ("Most paid in any one year", "各年中最高的支出")  # of no year: which it is differs from world to world


def lacking(text, language):
    """Yield what a sentence with an interval does not say."""
    if WITH_INTERVAL.search(text):
        needed = NEEDED[language] | ({"reference": REFERENCE[language]} if SIGNED.search(text) else {})
        for name, pattern in needed.items():
            if not re.search(pattern, text) and not (name == "year" and text.startswith(WHOLE)):
                yield name


def test_every_sentence_with_an_interval_says_year_statistic_worlds_and_reference(found, by_2023):
    folders = {kind: found(kind) for kind in PLANS} | {"by": by_2023}
    looked_at = 0
    for kind, folder in folders.items():
        told = [(section.name, said) for section in sections(folder) for said in texts(section.part)]
        told += [(chart.name, chart.said) for chart in charts(folder)]
        for name, said in told:
            for language in LANGUAGES:
                text = getattr(said, language)
                looked_at += bool(WITH_INTERVAL.search(text))
                assert not list(lacking(text, language)), (kind, name, text)
            figures = [re.findall(r"\[[^\[\]]*\]", getattr(said, language)) for language in LANGUAGES]
            assert len(figures[0]) == len(figures[1]), (kind, name, said)
    assert looked_at > 80


def test_the_scan_finds_what_is_left_out():
    assert list(lacking("GDP: +3 [+1, +5] 亿元", "en")) == ["year", "statistic", "worlds", "reference"]
    whole = "GDP in 2025, a minus b: +3 [+1, +5] 亿元 (mean of 6 worlds and its 95 % interval)"
    assert not list(lacking(whole, "en"))
