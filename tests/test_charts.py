"""Charts: what is drawn stands where the tables say, in both languages, with nothing of users acting in it."""

import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import sim.experiments
import sim.pages.charts as room
from sim.experiments import attribute, compare, run, search, sensitivity, sweep
from sim.experiments.arms import years_of
from sim.experiments.experiment import conduct
from sim.experiments.kinds import kinds
from sim.experiments.line_tables import headroom_table, race_table
from sim.experiments.packing import unpack
from sim.inference.shares import wilson
from sim.luck.keys import firm_keys
from sim.pages.charts import Chart, charts
from sim.pages.charts.differences import draw as draw_differences
from sim.pages.charts.targets import draw as draw_targets
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import band, cloud, line, style, whisker
from sim.pages.drawing.picture import WIDE, Picture
from sim.pages.drawing.rows import Strip, draw_rows
from sim.pages.drawing.scale import Scale, reach, step, ticks, written
from sim.pages.drawing.words import broken, inert
from sim.pages.folder import Folder
from sim.pages.said import Said
from sim.pages.units import effect_unit_of, unit_of
from sim.tables.catalogue import CITY, CLUSTER, SIZE, listed, outcomes

from .conftest import small

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")
HOSTILE = '</text></svg><script>alert("x")</script>&=cmd\u202e\x1b[31m'
MOST_BYTES = 120_000


def of(name, **changes):
    return small(name, population__above_scale=300, population__below_scale=300, **changes)


# What a world measures when nothing is simulated: the chart is looked at, not the model.
def invented(arms, number, years=4):
    def values(level, *shape):
        return {o.name: np.round(rng.normal(5000.0, 900.0, shape), 3).tolist() for o in listed(level) if not o.against}

    found = {}
    for place, arm in enumerate(arms):
        rng = np.random.default_rng([number, place])
        found[arm] = {"years": values(CITY, years), "clusters": values(CLUSTER, years, 10)}
        found[arm]["sizes"] = values(SIZE, years, 5)
    return found


def invented_folder(monkeypatch, path, plan, task):
    monkeypatch.setattr(type(plan), "task", lambda self: task)
    conduct(plan, path)
    return Folder(path)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A finished folder of every kind; those of one run and one attribution are of worlds, the others are invented."""
    where = tmp_path_factory.mktemp("charts")
    base, other = of("world-500-2025"), of("no-policy")
    with pytest.MonkeyPatch.context() as patch:
        compared = compare.plan(base, {"no-policy": other}, pairs=6)
        found = {
            "compare": invented_folder(patch, where / "compare", compared, lambda n: invented(compared.arms, n)),
        }
        levers = ["policies.energy_budget.extra_tightening=0:0.2:4"]
        found["sweep"] = invented_folder(patch, where / "sweep", sweep.plan(base, levers, replications=3), _point)
        asked = search.plan(
            base,
            "gdp>=1 trillion yuan by 2024",
            ["policies.policy_fund.amount_a_year=0:100亿元"],
            points=4,
            worlds=5,
            rounds=1,
            checks=20,
        )
        found["search"] = invented_folder(patch, where / "search", asked, _package)
        study = sensitivity.plan(base, {}, screening_points=20, strongest=2, base_points=8)
        found["sensitivity"] = invented_folder(
            patch,
            where / "sensitivity",
            study,
            lambda payload: {arm: _sum(payload[0]) + k for k, arm in enumerate(study.arms)},
        )
    spec = of("baseline-2022")
    conduct(run.plan(spec, 3), where / "run")
    conduct(attribute.plan(spec, worlds=2, shapley="none"), where / "attribute")
    return found | {name: Folder(where / name) for name in ("run", "attribute")}


def _sum(numbers):
    return 1e6 + sum(value * (place + 1) for place, value in enumerate(numbers.values()))


def _point(payload):
    changes, world = payload
    tight = next(iter(changes.values()))
    return {name: (np.array(v) * (1.0 - tight)).tolist() for name, v in invented(["x"], world)["x"]["years"].items()}


def _package(payload):
    changes, world = payload
    money = next(iter(changes.values()))
    return [float(money > 3000.0 + 200.0 * (world % 7)), money / 2.0, 0.0, 0.0, 0.0]


@pytest.fixture(scope="module")
def drawn(folders):
    """Every chart of every folder, by kind."""
    return {kind: list(charts(folder)) for kind, folder in folders.items()}


def every(drawn):
    return [chart for found in drawn.values() for chart in found]


def test_a_value_stands_where_the_scale_says():
    up = Scale(0.0, 10.0, 100.0, 0.0)
    assert [up(value) for value in (0.0, 2.5, 10.0, 12.0)] == [100.0, 75.0, 0.0, -20.0]
    assert Scale(-1.0, 2.0, 0.0, 100.0)(0.0) == 33.3


def test_ticks_are_round_and_enclose_what_is_drawn():
    assert ticks(0.0, 97.0) == [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    assert ticks(-3.0, 7.0) == [-4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0]
    assert ticks(0.1, 0.3) == [0.1, 0.15, 0.2, 0.25, 0.3]
    assert [step(span, 4) for span in (4.0, 5.0, 9.0, 17.0, 4e12)] == [1.0, 2.0, 2.5, 5.0, 1e12]
    assert written([0.0, 0.25, 0.5]) == ["0.00", "0.25", "0.50"]
    assert written([-2000.0, 0.0, 2000.0]) == ["-2,000", "0", "2,000"]


@pytest.mark.parametrize("low, high", [(5.0, 5.0), (0.0, 0.0), (-7.0, -7.0), (1e15, 3e15), (-1e-6, 2e-6), (0.0, 1e-9)])
def test_ticks_of_any_values_enclose_them_at_equal_steps(low, high):
    found = ticks(low, high)
    assert found[0] <= low and high <= found[-1] and 2 <= len(found) <= 8
    steps = [b - a for a, b in pairwise(found)]
    assert max(steps) == pytest.approx(min(steps), rel=1e-6) and min(steps) > 0.0
    assert len(set(written(found))) == len(found) or low == high == 0.0 or high < 1e-6


def test_what_is_undefined_breaks_a_line_and_has_no_mark():
    nan = float("nan")
    path = line([(0.0, 1.0), (1.0, 2.0), (2.0, nan), (3.0, 4.0), (4.0, 5.0)], style(0))
    assert 'd="M0,1 1,2 M3,4 4,5"' in path
    assert whisker((0.0, nan), (0.0, 1.0), style(0)) == band([(0.0, nan)], [(0.0, 1.0)], style(0)) == ""
    assert cloud([(nan, 1.0)], style(0)) == ""
    assert reach([nan, 2.0, float("inf"), -1.0]) == (-1.0, 2.0) and reach([nan]) == (0.0, 1.0)


def test_long_words_are_broken_where_they_may_be_and_cut_with_an_ellipsis():
    lines = broken("Revenue of the largest group of the city in the year before", 120.0)
    assert len(lines) == 2 and lines[0] == "Revenue of the" and lines[1].endswith("…")
    assert broken("最大本土集团上年营收", 60.0, 3) == ["最大本土集", "团上年营收"]
    assert broken("", 100.0) == [""]


def picture(cells, axes):
    drawing = Picture()
    draw_cells(drawing, cells, axes)
    return drawing.done("x", Said("a", "甲"), Said("b", "乙"))


@pytest.mark.parametrize(
    "middle",
    [[], [3.0], [0.0, 0.0, 0.0], [float("nan")] * 3, [1e15, -1e15, 2.0], [1e-12, 2e-12, 1e-12], [7.0, 7.0, 7.0]],
    ids=str,
)
def test_no_values_break_a_picture(middle):
    years = list(range(2022, 2022 + len(middle)))
    one = Series(Said("s", "列"), style(0), years, middle, middle, middle)
    svg = picture([Cell([one])], Axes(Said("u", "单位")))
    assert "nan" not in svg and "inf" not in svg and ElementTree.fromstring(svg).tag == f"{SVG}svg"
    drawing = Picture()
    rows = [Strip(Said("r", "行"), "", style(0), middle=v, low=v, high=v) for v in middle]
    draw_rows(drawing, rows, Said("u", "单位"))
    svg = drawing.done("x", Said("a", "甲"), Said("b", "乙"))
    assert "nan" not in svg and ElementTree.fromstring(svg).tag == f"{SVG}svg"


def text_of(element):
    return "".join(element.itertext())


def axis(svg, anchor, place):
    """Return the line from coordinates to values that the labels of an axis tell."""
    found = {
        float(text.get(place)): float(text_of(text).replace(",", ""))
        for text in svg.iter(f"{SVG}text")
        if text.get("text-anchor") == anchor and NUMBER.fullmatch(text_of(text))
    }
    ends = sorted(found)
    shift = 4.0 if place == "y" else 0.0
    slope = (found[ends[-1]] - found[ends[0]]) / (ends[-1] - ends[0])
    return lambda at: found[ends[0]] + (at - ends[0] + shift) * slope


def points_of(svg, colour):
    """Return the places of round points in the order in which they were drawn, those of legends too."""
    marks = [p for p in svg.iter(f"{SVG}path") if p.get("stroke-linecap") == "round" and p.get("stroke") == colour]
    return [tuple(map(float, at)) for p in marks for at in re.findall(r"M([\d.-]+),([\d.-]+)h0", p.get("d"))]


def test_what_is_drawn_is_read_back_as_the_table_has_it():
    years = [2022, 2023, 2024]
    summary = pd.DataFrame(
        {
            "outcome": "additional_gdp",
            "year": years,
            "median": [0.0, 100.0, 200.0],
            "p5": [-500.0, -100.0, 0.0],
            "p95": [900.0, 1200.0, 4000.0],
            "mean": [50.0, -320.0, 3333.0],
            "mean_low": [0.0, -600.0, 2500.0],
            "mean_high": [100.0, -40.0, 4100.0],
        }
    )
    folder = SimpleNamespace(
        table=lambda name: summary if name == "summary" else None,
        scenario=SimpleNamespace(before=None),
        arms={},
        worlds=9,
    )
    (chart,) = draw_differences(folder)
    svg = ElementTree.fromstring(chart.svg)
    x, y = axis(svg, "middle", "x"), axis(svg, "end", "y")
    known = outcomes()["additional_gdp"]
    found = points_of(svg, style(0).colour)[:3]
    assert [round(x(px)) for px, _ in found] == years
    assert [y(py) for _, py in found] == pytest.approx((summary["mean"] * known.read_factor).tolist(), abs=0.05)
    areas = [path for path in svg.iter(f"{SVG}path") if path.get("fill-opacity")]
    for path, (low, high) in zip(areas, (("p5", "p95"), ("mean_low", "mean_high")), strict=True):
        corners = [float(v.split(",")[1]) for v in re.findall(r"[\d.]+,[\d.]+", path.get("d"))]
        expected = [*summary[low], *summary[high][::-1]]
        assert [y(c) for c in corners] == pytest.approx([v * known.read_factor for v in expected], abs=0.05)
    for value in ("+0.5 [0, +1]", "-3.2 [-6, -0.4]", "+33.3 [+25, +41]"):
        assert value in chart.said.en and value in chart.said.zh


def test_every_kind_of_experiment_has_charts_and_every_chart_a_kind(folders, drawn):
    assert set(folders) == set(kinds())
    assert all(drawn.values()), {kind: len(found) for kind, found in drawn.items()}
    modules = room._modules()
    reached = {module.__name__ for module in modules for folder in folders.values() if next(module.draw(folder), None)}
    assert reached == {module.__name__ for module in modules}
    files = {file.stem for file in Path(room.__file__).parent.glob("*.py")} - {"__init__"}
    assert {module.__name__.rpartition(".")[2] for module in modules} == files


def test_every_chart_is_one_element_that_says_in_both_languages_what_it_shows(drawn):
    for chart in every(drawn):
        svg = ElementTree.fromstring(chart.svg)
        assert svg.tag == f"{SVG}svg" and svg.get("role") == "img" and "width" not in svg.attrib
        assert svg.get("viewBox").split()[:3] == ["0", "0", f"{WIDE:g}"]
        assert chart.said.en in text_of(svg.find(f"{SVG}desc")) and chart.said.zh in text_of(svg.find(f"{SVG}desc"))
        english = [text_of(t) for t in svg.iter(f"{SVG}text") if t.get("class") == "en"]
        chinese = [text_of(t) for t in svg.iter(f"{SVG}text") if t.get("class") == "zh"]
        assert len(english) == len(chinese) and not any(CHINESE.search(text) for text in english), chart.name
        assert all(CHINESE.search(text) for text in chinese), (chart.name, chinese)
        assert not CHINESE.search(chart.said.en) and not CHINESE.search(chart.title.en), chart.name


def test_both_languages_say_the_same_figures_in_the_same_order(drawn):
    interval = re.compile(r"[-+\d][\d,.]*%? [\[(][-+\d][-+\d,.% ]*[\])]|\d+%")
    for chart in every(drawn):
        english, chinese = (
            [told for told in interval.findall(text) if told not in ("90%", "95%")]  # kinds of intervals
            for text in (chart.said.en, chart.said.zh)
        )
        assert english and english == chinese, chart.name
        assert not CHINESE.search(chart.said.en), chart.name


def test_names_of_charts_are_names_that_no_other_of_the_page_has(drawn):
    for kind, found in drawn.items():
        names = [chart.name for chart in found]
        assert len(set(names)) == len(names), kind
        assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in names)


def test_the_same_folder_gives_the_same_bytes_and_few_of_them(folders, drawn):
    for kind, folder in folders.items():
        assert list(charts(Folder(folder.path))) == drawn[kind], kind
        assert sum(len(chart.svg.encode()) for chart in drawn[kind]) < MOST_BYTES, kind


def test_names_of_users_do_nothing_in_a_picture():
    assert (
        inert(HOSTILE)
        == "&lt;/text&gt;&lt;/svg&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;=cmd\\u202e\\x1b[31m"
    )
    drawing = Picture()
    hostile = Said(HOSTILE, HOSTILE)
    one = Series(hostile, style(0), [2022, 2023], [1.0, 2.0])
    draw_cells(drawing, [Cell([one], hostile)], Axes(hostile, years=False, x_said=hostile))
    draw_rows(drawing, [Strip(hostile, HOSTILE, style(0), middle=1.0)], hostile)
    drawing.legend([(style(0), hostile)])
    drawing.blocks([("#000000", hostile)])
    svg = ElementTree.fromstring(drawing.done("x", hostile, hostile))
    tags = {element.tag.removeprefix(SVG) for element in svg.iter()}
    assert tags <= {"svg", "title", "desc", "path", "circle", "rect", "text", "tspan"}


def test_hostile_names_of_arms_and_targets_come_through_as_text():
    rows = pd.DataFrame(
        {
            "variant": HOSTILE,
            "outcome": "gdp",
            "year": [2022, 2023],
            "difference": [1.0, 2.0],
            "low": [0.0, 1.0],
            "high": [2.0, 3.0],
            "pairs": 9,
        }
    )
    spec = of("no-policy")
    table = {"comparison": rows}.get
    folder = SimpleNamespace(table=table, arms={HOSTILE: spec}, scenario=spec)
    (chart,) = draw_differences(folder)
    assert "<script" not in chart.svg and "\u202e" not in chart.svg and ElementTree.fromstring(chart.svg) is not None


def test_a_target_of_a_single_year_has_a_picture():
    row = {
        "target": "t",
        "year": 2022,
        "probability": 0.5,
        "low": 0.2,
        "high": 0.8,
        "without_policy": 0.25,
        "replications": 8,
        "required": 0.6,
        "verdict": "undecided",
        "verdict_zh": "尚难判定",
        "sentence": "GDP: more in 2022",
        "sentence_zh": "GDP：2022年更多",
    }
    target = SimpleNamespace(name="t", title=SimpleNamespace(en="T", zh="目标"))
    folder = SimpleNamespace(
        table=lambda name: pd.DataFrame([row]) if name == "targets" else None,
        scenario=SimpleNamespace(targets=[target]),
    )
    (chart,) = draw_targets(folder)
    assert isinstance(chart, Chart) and "50% [20%, 80%]" in chart.said.en and "25%" in chart.said.zh


def test_units_of_axes_are_in_both_languages():
    for known in outcomes().values():
        for said in (unit_of(known), effect_unit_of(known)):
            assert said.en and said.zh and not CHINESE.search(said.en), known.name
    assert unit_of(outcomes()["gdp"]) == Said("100 million yuan", "亿元")
    assert unit_of(outcomes()["energy_use"]) == Said("10,000 tce", "万吨标准煤")
    assert effect_unit_of(outcomes()["digital_share"]) == Said("percentage points", "个百分点")


def test_the_race_holds_revenue_of_the_year_before_against_the_line_of_the_year(announced):
    tables = announced.city_tables
    keys = firm_keys(0, 0, np.array([0, 1]))
    worlds = [
        SimpleNamespace(
            year_labels=(2022, 2023, 2024),
            years={"world_500_threshold": np.array([9.0, 100.0, 120.0])},
            groups={"key": keys, "revenue": np.array([[110.0, first, 300.0], [50.0, 60.0, 70.0]])},
        )
        for first in (115.0, 125.0)
    ]
    table = race_table(worlds, {}, tables).set_index(["firm", "year"])
    largest, second = table.index.get_level_values("firm").unique()
    assert table.loc[(largest, 2023), ["revenue", "line", "chance_above"]].tolist() == [110.0, 100.0, 1.0]
    assert table.loc[(largest, 2024), ["revenue", "line", "chance_above"]].tolist() == [120.0, 120.0, 0.5]
    assert tuple(table.loc[(largest, 2024), ["chance_above_low", "chance_above_high"]]) == wilson(1, 2)
    assert (table.loc[second, "chance_above"] == 0.0).all()


def test_the_cap_binds_in_the_share_of_worlds_in_which_quotas_cut_output(announced, no_policy):
    worlds = [
        SimpleNamespace(
            year_labels=(2022, 2023),
            years={
                "energy_cap": np.array([100.0, 90.0]),
                "energy_use": np.array([80.0, use]),
                "output_lost_to_cap": np.array([0.0, lost]),
            },
        )
        for use, lost in ((85.0, 0.0), (95.0, 3.0))
    ]
    table = headroom_table(announced, worlds)
    assert table["median"].tolist() == [20.0, 0.0] and table["chance_binding"].tolist() == [0.0, 0.5]
    assert headroom_table(no_policy, worlds).empty
    worlds[0].years["energy_use"] = np.array([80.0, 90.0 * (1.0 + 1e-14)])
    worlds[1].years["energy_use"] = np.array([80.0, 90.0])
    assert headroom_table(announced, worlds)["p5"].tolist() == [20.0, 0.0]  # use at the cap leaves no dust


def test_clusters_are_told_against_the_same_worlds_without_the_policies(folders):
    folder = folders["run"]
    found = run.results_of(folder_values(folder))
    table = folder.table("cluster_effects")
    rows = table[table["against"] == "no-policy"]
    last = np.mean([r.cluster_years["value_added"][-1] - r.twin_clusters["no-policy"][-1] for r in found], axis=0)
    year = years_of(folder.scenario)[-1]
    assert rows[rows["year"] == year]["mean"].tolist() == pytest.approx(last.tolist(), rel=1e-6, abs=1e-6)
    assert set(table["against"]) == {"before", "no-policy"}


def folder_values(folder):
    found = conduct(folder.experiment, folder.path)
    assert unpack(found.values[0]).year_labels
    return found.values


def test_a_table_that_a_chart_reads_is_one_that_an_experiment_writes():
    read = {
        name
        for file in Path(room.__file__).parent.glob("*.py")
        for name in re.findall(r'folder\.table\("(\w+)"\)', file.read_text(encoding="utf-8"))
    }
    written_by = "".join(f.read_text(encoding="utf-8") for f in Path(sim.experiments.__file__).parent.glob("*.py"))
    assert read and all(f'"{name}"' in written_by for name in read)
