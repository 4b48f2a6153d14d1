"""Targets: what is asked is what is answered, in the same words everywhere."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.experiments.arms import target_hits
from sim.experiments.run import results_of, run
from sim.experiments.search_target import read_target
from sim.experiments.separation import pairs_higher, separation
from sim.experiments.target_table import drawn_numbers, target_table
from sim.inference.shares import wilson
from sim.luck import keys
from sim.report import comparison_console, search_console
from sim.report.console import describe
from sim.report.targets import describe_targets
from sim.scenario.drawn import world_numbers
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from sim.tables.likelihood import VERDICTS, likelihood, scale, verdicts_zh
from tests.conftest import small

YEARS = (2022, 2023, 2024, 2025)
DOCS = Path(__file__).parents[1] / "docs" / "experiments.md"
TITLE = {"en": "a heading", "zh": "标题"}
ON_LIST = [[1, 0, 0, 1], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]  # four worlds, four lists


def asking(*targets):
    """Return the package asking for firms on the list, with these fields each."""
    usual = {"metric": "world_500_on_list", "title": TITLE, "by": 2025}
    bound = {"at_least": 1}
    asked = [
        usual | ({} if {"at_least", "at_most"} & set(t) else bound) | {"name": f"t{k}"} | t
        for k, t in enumerate(targets)
    ]
    return load("baseline-2022").with_changes({"targets": asked})


def target(**fields):
    return asking(fields).targets[0]


def worlds(values, twins=None, metric="world_500_on_list", line=(1.0, 1.0, 1.0, 1.0)):
    """Return results that hold only what a table of targets reads."""
    twins = [{}] * len(values) if twins is None else [{metric: np.array(row, float)} for row in twins]
    return [
        SimpleNamespace(
            year_labels=YEARS,
            years={metric: np.array(row, float), "world_500_threshold": np.array(line, float)},
            twin_years=twin,
        )
        for row, twin in zip(values, twins, strict=True)
    ]


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"when": "in"}, [[1, 0, 0, 1], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]),
        ({"when": "by"}, [[1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]]),
        ({"when": "by", "since": 2023}, [[0, 0, 1], [0, 0, 0], [0, 1, 1], [0, 0, 0]]),
        ({"when": "by", "by": 2023}, [[1, 1], [1, 1], [0, 0], [0, 0]]),
        ({"when": "throughout", "at_most": 0}, [[0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]]),
        ({"when": "throughout", "at_most": 0, "since": 2023}, [[1, 1, 0], [1, 1, 1], [1, 0, 0], [1, 1, 1]]),
        ({"when": "in", "at_most": 0, "by": 2023}, [[0, 1], [0, 1], [1, 1], [1, 1]]),
    ],
)
def test_a_target_holds_in_its_year_in_any_year_up_to_it_or_in_every_one(fields, holds):
    assert target(**fields).holds(np.array(ON_LIST, float), YEARS).astype(int).tolist() == holds


def test_a_value_that_is_undefined_meets_no_bound():
    undefined = np.full((1, 4), np.nan)
    assert not target(when="by").holds(undefined, YEARS).any()
    assert not target(when="throughout", at_most=0).holds(undefined, YEARS).any()


def test_a_file_that_does_not_say_when_asks_for_any_year_of_a_least_bound_and_for_every_year_of_a_cap():
    assert target().when == "by"
    assert target(at_most=3).when == "throughout"
    assert target(at_most=3, when="in").when == "in"
    assert target().probability is None  # nobody asked for one half


@pytest.mark.parametrize(
    ("fields", "english", "chinese"),
    [
        (
            {"when": "in"},
            "World 500 firms on the list: 1 or more in 2025",
            "当年在榜世界500强：2025年不低于1家",
        ),
        (
            {"when": "by"},
            "World 500 firms on the list: 1 or more in at least one year of 2022-2025",
            "当年在榜世界500强：2022—2025年至少有一年不低于1家",
        ),
        (
            {"when": "by", "since": 2023},
            "World 500 firms on the list: 1 or more in at least one year of 2023-2025",
            "当年在榜世界500强：2023—2025年至少有一年不低于1家",
        ),
        (
            {"when": "by", "since": 2025},  # one year alone is that year
            "World 500 firms on the list: 1 or more in 2025",
            "当年在榜世界500强：2025年不低于1家",
        ),
        (
            {"metric": "world_500_firms"},  # what adds up over years says since when
            "World 500 entrants (all since 2022): 1 or more in at least one year of 2022-2025",
            "曾入榜世界500强企业（2022年以来累计）：2022—2025年至少有一年不低于1家",
        ),
        (
            {"metric": "energy_use", "at_most": "1000 万tce"},
            "Energy use: 10,000,000 tce or less in every year of 2022-2025",
            "用能量：2022—2025年每年都不高于1,000万吨标准煤",
        ),
        (
            {"metric": "gdp_real", "at_least": "9000 亿元", "when": "in", "by": 2024},
            "Real GDP: 900 billion yuan at 2021 prices or more in 2024",
            "实际地区生产总值：2024年不低于9,000亿元（2021年价）",
        ),
        (
            {"metric": "energy_cap_price", "at_most": "5000 yuan per tce", "when": "in"},
            "Shadow price of the cap: 5,000 yuan per tce or less in 2025",
            "用能上限影子价格：2025年不高于5,000元/吨标准煤",
        ),
        (
            {"metric": "loss_making_share", "at_most": 0.15, "when": "in"},
            "Loss-making share: 15% or less in 2025",
            "亏损面：2025年不高于15%",
        ),
    ],
)
def test_the_sentence_of_a_target_is_made_from_what_is_asked_in_both_languages(fields, english, chinese):
    assert target(**fields).sentence() == (english, chinese)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"when": "in", "since": 2023}, "since: 'when: in' asks of 2025 alone"),
        ({"since": 2025, "by": 2024}, "since: 2025 lies after by: 2024"),
        ({"since": 2021}, "since"),
        ({"when": "until"}, "when"),
    ],
)
def test_years_that_contradict_each_other_are_refused_with_what_to_write(fields, said):
    with pytest.raises(ScenarioError, match=r"targets\.0") as told:
        asking(fields)
    assert said in str(told.value) and str(told.value).count("\n") == 0


def test_a_table_of_targets_tells_each_year_beside_the_twin_without_policy():
    twins = [[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    table = target_table(asking({"when": "in"}), worlds(ON_LIST, twins), {})
    assert table["year"].tolist() == list(YEARS) and table["asked"].tolist() == [0, 0, 0, 1]
    assert table["probability"].tolist() == [0.5, 0.0, 0.25, 0.25]
    answer = table.iloc[-1]
    assert (answer.low, answer.high) == wilson(1, 4)
    assert answer.without_policy == 0.25 and answer.differs == 0.5  # the first world gained it, the last lost it
    assert answer.difference == 0.0
    # half a pair is added to each cell: up 1.5, down 1.5 of 6, spread sqrt(3), so 1.96 x 1.732 / 6 on either side
    assert (answer.difference_low, answer.difference_high) == pytest.approx((-0.6041, 0.6041), abs=1e-4)
    assert table["without_policy"].tolist() == [0.5, 0.0, 0.0, 0.25]
    assert table["differs"].tolist() == [0.0, 0.0, 0.25, 0.5]


def test_without_policy_there_is_no_twin_to_differ_from():
    table = target_table(asking({}), worlds(ON_LIST), {})
    assert table[["without_policy", "difference", "difference_low", "difference_high", "differs"]].isna().all(axis=None)
    assert not any("policies together" in line for line in describe_targets(table, asking({})))


@pytest.mark.parametrize(
    ("hits", "required", "said"),
    [(95, 0.8, "as likely as asked"), (50, 0.8, "less likely than asked"), (80, 0.8, "undecided"), (95, None, "")],
)
def test_a_verdict_is_given_only_where_the_file_asks_for_a_probability(hits, required, said):
    spec = asking({"when": "in", **({} if required is None else {"probability": required})})
    table = target_table(spec, worlds([[0, 0, 0, int(k < hits)] for k in range(100)]), {})
    assert table["verdict"].tolist() == ["", "", "", said]
    assert table["verdict_zh"].iloc[-1] == (verdicts_zh()[said] if said else "")
    screen = "\n".join(describe_targets(table, spec))
    assert ("Asked for with 80%: " + said in screen) == bool(said)
    if not said:
        assert not any(word in screen for pair in verdicts_zh().items() for word in pair)


def test_the_share_of_pairs_is_counted_pair_by_pair():
    # 3 > 1, 3 > 2, 2 > 1 and 2 = 2: three and a half of four
    assert pairs_higher(np.array([3.0, 2.0]), np.array([1.0, 2.0])) == 0.875
    assert pairs_higher(np.array([1.0]), np.array([1.0, 1.0])) == 0.5


def test_the_number_that_separates_best_is_told_with_its_median_in_both_groups():
    holds = np.arange(20) >= 10
    drawn = {
        "noise": np.tile([0.0, 1.0], 10),
        "held": np.full(20, 7.0),
        "decides": np.arange(20.0),
        "lower": -(np.arange(20.0) ** 2) * np.where(np.arange(20) == 12, 0.0, 1.0),
    }
    found = separation(holds, drawn)
    assert (found.number, found.median_with, found.median_without, found.pairs_higher) == ("decides", 14.5, 4.5, 1.0)
    backwards = separation(holds, {"against": -drawn["decides"]})
    assert backwards.pairs_higher == 0.0 and backwards.median_with == -14.5


def test_nothing_is_said_to_separate_where_chance_would_do_as_well():
    holds = np.arange(20) >= 10
    assert separation(holds, {"noise": np.tile([0.0, 1.0], 10)}) is None
    assert separation(holds, {"held": np.full(20, 7.0)}) is None and separation(holds, {}) is None
    assert separation(np.ones(20, bool), {"all": np.arange(20.0)}) is None
    # 77 of 100 pairs are (0.77 - 0.5) / sqrt(21 / 1200) = 2.04 errors above one half: enough for one number (1.96),
    # not for the best of two (2.24)
    above = np.array([10, 10, 10, 10, 10, 9, 8, 5, 3, 2])  # of the ten others
    values = np.concatenate([np.arange(10.0), above - 0.5])
    assert pairs_higher(values[holds], values[~holds]) == 0.77
    assert separation(holds, {"one": values}) is not None
    assert separation(holds, {"one": values, "noise": np.tile([0.0, 1.0], 10)}) is None


def test_chance_alone_separates_one_table_in_twenty_at_most():
    luck = np.random.default_rng(5)
    found = [
        separation(luck.random(60) < 0.4, {str(k): luck.random(60) for k in range(50)}) is not None for _ in range(200)
    ]
    assert np.mean(found) <= 0.1


def test_a_line_of_an_earlier_list_may_decide_but_not_one_of_a_later_list():
    values = [[0, int(k >= 10), 0, 0] for k in range(20)]
    drawn = [200_000.0 - 1_000.0 * k for k in range(20)]
    drawn[9], drawn[10] = drawn[10], drawn[9]  # one pair of a hundred is the wrong way round; the list of 2025 has none
    lines = [(0.0, line, 0.0, -float(k)) for k, line in enumerate(drawn)]
    results = [worlds([row], line=line)[0] for row, line in zip(values, lines, strict=True)]
    table = target_table(asking({"when": "by", "by": 2023}), results, {})
    row = table.iloc[-1]
    assert (row.number, row.pairs_higher) == ("world_500_threshold.2023", 0.01)
    assert (row.median_with, row.median_without) == (185_500.0, 195_500.0)
    screen = describe_targets(table, asking({"when": "by", "by": 2023}))
    assert any(
        "World 500 line of 2023 (world_500_threshold.2023): median 186 billion yuan where this holds, 196 billion "
        "yuan where not; higher where it holds in 1% of pairs" in line
        for line in screen
    )
    assert any(
        "2023年世界500强门槛（world_500_threshold.2023）：成立时中位数1,860亿元，不成立时1,960亿元" in line
        for line in screen
    )
    asked_itself = asking({"metric": "world_500_threshold", "when": "in", "by": 2023})
    assert target_table(asked_itself, results, {})["number"].tolist() == ["", ""]  # nothing explains itself


def test_the_numbers_compared_are_those_that_the_worlds_drew():
    spec = small("baseline-2022", parameters__local_rivalry=0.2)
    drawn = drawn_numbers(spec, 3, [4, 9], fixed=False)
    world = world_numbers(spec, keys.replication_seed(3, 9), fixed=False)
    assert drawn and all(values[1] == world[name] for name, values in drawn.items())
    assert "local_rivalry" not in drawn
    assert drawn_numbers(spec, 3, [4, 9], fixed=True) == {}


def test_the_words_for_probabilities_are_those_of_the_page_and_rise_from_none_to_one():
    lines = [[cell.strip() for cell in line.strip("| ").split("|")] for line in DOCS.read_text("utf-8").splitlines()]
    table = [row for row in lines if len(row) == 3 and row[0][:1].isdigit() and row[0].endswith(" %")]
    page = [(float(share.removesuffix(" %")) / 100, *words) for share, *words in table]
    assert sorted(page) == list(scale())
    assert scale()[0][0] == 0.0 and [least for least, *_ in scale()] == sorted(least for least, *_ in scale())
    verdicts = {row[0]: row[1] for row in lines if len(row) == 2 and row[0] in VERDICTS}
    assert verdicts == verdicts_zh() and set(verdicts) == set(VERDICTS)


@pytest.mark.parametrize(
    ("low", "high", "english", "chinese"),
    [
        (0.34, 0.65, "about as likely as not", "可能与否大致相当"),
        (0.51, 0.70, "about as likely as not to likely", "可能与否大致相当至较可能"),
        (0.0, 0.0099, "exceptionally unlikely", "几乎不可能"),
        (0.66, 0.8999, "likely", "较可能"),
        (0.99, 1.0, "virtually certain", "几乎肯定"),
        (0.0, 1.0, "exceptionally unlikely to virtually certain", "几乎不可能至几乎肯定"),
    ],
)
def test_an_interval_is_named_by_the_words_of_both_its_ends(low, high, english, chinese):
    assert likelihood(low, high) == (english, chinese)


def test_no_other_place_has_words_for_verdicts():
    import sim

    texts = {path: path.read_text("utf-8") for path in Path(sim.__file__).parent.rglob("*.py")}
    words = [word for _, *pair in scale() for word in pair] + list(verdicts_zh().values())
    assert [path.name for path, text in texts.items() if any(f'"{word}"' in text for word in words)] == []
    assert [path.name for path, text in texts.items() if '"reached"' in text and '"missed"' in text] == []


def test_a_search_asks_with_the_same_words():
    asked = read_target("world_500_on_list>=1 in 2025")
    assert asked.sentence() == target(when="in").sentence()
    assert read_target("world_500_on_list>=1 by 2025").sentence() == target(when="by").sentence()
    assert read_target("energy_use<=1000 万tce throughout 2024").when == "throughout"
    assert read_target("energy_use<=1000 万tce by 2024").when == "by"  # the word that is written


def test_comparisons_and_searches_count_the_hits_that_the_table_of_a_run_counts():
    spec = asking({"when": "in"}, {"when": "by"}, {"since": 2023}, {"at_most": 0}, {"by": 2024})
    hits = target_hits(spec, {"world_500_on_list": np.array(ON_LIST, float)}, list(YEARS))
    table = target_table(spec, worlds(ON_LIST), {}).query("asked == 1").set_index("target")
    assert {name: values.mean() for name, values in hits.items()} == table["probability"].to_dict()
    assert {name: values.sum() for name, values in hits.items()} == {"t0": 1, "t1": 3, "t2": 2, "t3": 1, "t4": 3}


def test_the_prize_scenario_asks_three_readings_of_one_goal():
    asked = load("world-500-2025").targets
    assert [(t.metric, t.when, t.since, t.by, t.probability) for t in asked] == [
        ("world_500_on_list", "in", None, 2025, None),
        ("world_500_on_list", "by", None, 2025, None),
        ("world_500_on_list", "by", 2023, 2025, None),
    ]


@pytest.fixture(scope="module")
def made():
    return run(small("world-500-2025"), replications=3, seed=2)


def test_the_screen_says_what_the_tables_say_in_both_languages(made):
    screen, spec = describe(made), made.experiment.base
    answers = made.targets.query("asked == 1")
    assert len(answers) == 3
    for row in answers.itertuples():
        figures = f"{row.probability:.0%} [{row.low:.0%}, {row.high:.0%}]"
        assert f"    {figures} {row.likelihood}: {row.sentence}" in screen
        assert f"    {figures} {row.likelihood_zh}：{row.sentence_zh}" in screen
        points = f"{100 * row.difference:+.1f}"
        assert any(
            line.strip().startswith(f"{row.sentence} - all policies") and f": {points} percentage points" in line
            for line in screen
        )
        assert any(
            line.strip().startswith(f"{row.sentence_zh}——全部政策") and f"{points}个百分点" in line for line in screen
        )
        first = made.targets[made.targets["target"] == row.target].iloc[0]
        assert f"    Already so in the first year, in {first.probability:.0%} of worlds: {first.sentence}" in screen
        assert f"    首年已然，占{first.probability:.0%}的世界：{first.sentence_zh}" in screen
    assert [t.sentence() for t in spec.targets] == list(zip(answers["sentence"], answers["sentence_zh"], strict=True))


def test_the_twin_of_a_target_is_the_same_world_without_policy(made):
    plain = run(small("world-500-2025").without_policies(), replications=3, seed=2)
    for here, there in zip(results_of(made.values), results_of(plain.values), strict=True):
        assert here.twin_years["world_500_on_list"].tolist() == there.years["world_500_on_list"].tolist()
        assert there.twin_years == {}
    assert made.targets["without_policy"].tolist() == plain.targets["probability"].tolist()


def test_a_comparison_says_both_chances_in_the_words_of_a_run():
    asked = target(when="in")
    row = SimpleNamespace(level=0.25, level_low=0.2, level_high=0.3, base=0.5, difference=-0.25, low=-0.4, high=-0.1)
    assert comparison_console.chances(row, asked) == (
        "25% [20%, 30%] unlikely, against 50%; -25.0 percentage points [-40.0, -10.0]: "
        "World 500 firms on the list: 1 or more in 2025",
        "25% [20%, 30%] 不太可能，基准为50%；-25.0个百分点 [-40.0, -10.0]：当年在榜世界500强：2025年不低于1家",
    )


def test_a_search_answers_in_the_words_of_a_run():
    answer = pd.DataFrame(
        {"verdict": ["certified"], "a.b": [0.5], "probability": [0.75], "lower_bound": [0.7], "upper_bound": [0.8]}
        | {"million_yuan": [100.0], "low": [90.0], "high": [110.0], "fresh_worlds": [400]}
        | {"without": [0.1], "without_low": [0.07], "without_high": [0.13]}
        | {f"{name}{end}": [200.0] for name in ("cost", "tax_gained", "output_gained") for end in ("", "_low", "_high")}
    )
    asked = {
        "target": "world_500_on_list>=1 in 2025",
        "probability": 0.6,
        "levers": ["a.b"],
        "cost": "net-of-output",
        "fixed": False,
        "changed": dict,
    }
    experiment = SimpleNamespace(kind="search", base=load("baseline-2022"), **asked)
    said = search_console.describe_search(
        SimpleNamespace(experiment=experiment, tables={"answer": answer}, folder=Path("here"))
    )
    assert "  World 500 firms on the list: 1 or more in 2025" in said and "  当年在榜世界500强：2025年不低于1家" in said
    assert any(line.startswith("  likely: probability 75.0% in 400 fresh worlds; it lies above 70.0%") for line in said)
    assert any(line.startswith("  较可能：400个新世界中的概率为75.0%；高于70.0%、低于80.0%") for line in said)
    assert any(
        "财政投入, 2022-2025 together 2022—2025年累计: 1 [0.9, 1.1] 亿元 (mean over worlds" in line for line in said
    )
