"""The page and the brief of a finished folder: what they say is in its tables, in both languages, and they do nothing
but say it.
"""

import csv
import json
import re
import shlex
import shutil
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

import cli
from sim.experiments import compare
from sim.experiments.experiment import Findings, conduct
from sim.experiments.folder import read_hashes, write_hashes
from sim.experiments.payment_classes import PaymentClass
from sim.experiments.pieces import MadeTables
from sim.pages import glossary
from sim.pages.again import again
from sim.pages.folder import Folder
from sim.pages.kinds import QUESTIONS
from sim.pages.rendered import BRIEF, PAGE, rendered
from sim.report.attribution_console import describe_attribution
from sim.report.comparison_console import describe_comparison
from sim.report.console import describe
from sim.report.quoted import EFFECT, LEVEL, number
from sim.report.search_console import describe_search
from sim.report.sensitivity_console import describe_sensitivity
from sim.report.sweep_console import describe_sweep
from sim.scenario.reading import load
from sim.tables.catalogue import outcomes
from tests.pages import PLANS, TIGHTENING, made, tiny
from tests.throw_away import HOUSE
from tools.reference import GLOSSARY

SMALL = ("--set", "population.above_scale=200", "--set", "population.below_scale=200", "--until", "2022Q4", "-j", "1")
LANGUAGES = ("en", "zh")
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


SCREENS = {
    "run": describe,
    "compare": describe_comparison,
    "attribute": describe_attribution,
    "sweep": describe_sweep,
    "search": describe_search,
    "sensitivity": describe_sensitivity,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What an experiment of each kind found, with its folder; made when it is first asked for."""
    return lambda kind: made(kind, tmp_path_factory)


class Read(HTMLParser):
    """A page as a browser reads it: its tags, and of each element with an id its text in each language."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.texts, self.lost = [], [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.lost.append(tag)
        else:
            self.open.pop()

    def handle_data(self, data):
        shown = [a.get("class") for _, a in self.open if a.get("class") in LANGUAGES] or LANGUAGES
        for element in [a["id"] for _, a in self.open if "id" in a]:
            for language in shown:
                self.texts[element, language] = self.texts.get((element, language), "") + data


def page_of(folder, name=PAGE):
    return Read((folder / name).read_text(encoding="utf-8"))


def rows_of(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def last(rows, **wanted):
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())][-1]


def yi(row, *names):
    middle, low, high = (number(float(row[name]) / 100) for name in names)
    return f"{middle} [{low}, {high}]"


def share(row, *names):
    middle, low, high = (f"{float(row[name]):.0%}" for name in names)
    return f"{middle} [{low}, {high}]"


# what it says


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [PAGE, BRIEF])
def test_six_sentences_of_the_first_screen_are_those_of_the_tables_in_both_languages(found, language, name):
    folder = found("run").folder
    texts = {key: text for (key, of), text in page_of(folder, name).texts.items() if of == language}
    target = rows_of(folder, "targets")[-1] if len(rows_of(folder, "targets")) == 1 else None
    target = target or next(row for row in rows_of(folder, "targets") if row["asked"] == "1")
    summary, money = rows_of(folder, "summary"), rows_of(folder, "money")
    gdp = last(summary, outcome="additional_gdp", year="2023")
    signed = [number(float(gdp[part]) / 100, signed=True) for part in ("mean", "mean_low", "mean_high")]
    effects = [r for r in rows_of(folder, "cluster_effects") if (r["against"], r["year"]) == ("no-policy", "2023")]
    unclear = [r for r in effects if float(r["mean_low"]) <= 0.0 <= float(r["mean_high"])]
    word = {"en": "", "zh": "_zh"}[language]
    said = {
        "short-answer": [share(target, "probability", "low", "high"), target[f"sentence{word}"]],
        "short-anyway": [f"{float(target['without_policy']):.0%}", f"{signed[0]} [{signed[1]}, {signed[2]}]"],
        "short-cost": [yi(last(money, item="public_money", year="2023"), "median", "p5", "p95"), "2023"],
        "short-groups": [str(len(effects)), str(len(unclear))],
        "short-decides": [target[f"sentence{word}"]],
        "short-doubt": ["3"],
    }
    for element, figures in said.items():
        for figure in figures:
            assert figure in texts[element], (element, figure, texts[element])
    assert {f"short-{name}" for name in (*QUESTIONS, "doubt")} <= texts.keys()


@pytest.mark.parametrize("kind", PLANS)
def test_the_screen_told_from_the_files_is_the_screen_told_after_the_run(found, kind):
    made = found(kind)
    folder = Folder(made.folder)
    tables = {name: folder.frame(name) for name in made.tables if name in folder.tables}
    again = Findings(folder.experiment, MadeTables(tables), made.values, made.failed, made.folder)
    told, before = ("\n".join(SCREENS[kind](of)) for of in (again, made))
    assert FIGURE.split(told) == FIGURE.split(before)
    figures = [[float(figure.replace(",", "")) for figure in FIGURE.findall(text)] for text in (told, before)]
    assert figures[0] == pytest.approx(figures[1], rel=0.01)  # a half may be written up in one and down in the other
    assert tables.keys() >= made.tables.keys() - {"quarters"}


@pytest.mark.parametrize("kind", PLANS)
def test_every_kind_of_experiment_has_a_page_and_a_brief_without_an_empty_section(found, kind):
    for name in (PAGE, BRIEF):
        read = page_of(found(kind).folder, name)
        assert not read.lost and not read.open
        for language in LANGUAGES:
            for section in (*QUESTIONS, "doubt"):
                assert len(read.texts[f"short-{section}", language].strip()) > 8, section
                assert name == BRIEF or len(read.texts[section, language].strip()) > 8, section
            assert name == BRIEF or read.texts["command", language].startswith(f"clustersim {kind} ")
        assert "nan" not in re.split(r"\W+", " ".join(read.texts.values()).lower())


def test_a_page_of_one_language_holds_no_other(found):
    folder = found("compare").folder
    for language, other in (("en", "zh"), ("zh", "en")):
        for content in rendered(folder, language).values():
            read = Read(content.decode())
            words = [attributes for tag, attributes in read.tags if tag not in ("text", "tspan")]  # a style hides those
            assert not any(attributes.get("class") == other for attributes in words)
            assert all(read.texts[f"short-{name}", language].strip() for name in QUESTIONS)


# what it does not do


FETCHING = {"script", "link", "img", "iframe", "frame", "object", "embed", "base", "form", "video", "audio", "source"}


def test_a_page_fetches_nothing_and_runs_nothing(found):
    for kind in PLANS:
        for name in (PAGE, BRIEF):
            text = (found(kind).folder / name).read_text(encoding="utf-8")
            assert len(text.encode()) < 2_000_000
            for tag, attributes in Read(text).tags:
                assert tag not in FETCHING, tag
                for key, value in attributes.items():
                    assert not key.startswith("on") and key != "style", (tag, key)
                    assert key not in ("href", "src", "xlink:href", "action", "srcset") or value.startswith("#")
            assert not re.search(r"@import|url\((?!#)", text.partition("</head>")[0])


def test_the_policy_of_a_page_allows_its_own_style_and_no_other_thing(found):
    text = (found("run").folder / PAGE).read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (policy,) = (a["content"] for _, a in Read(text).tags if a.get("http-equiv") == "Content-Security-Policy")
    mark = b64encode(sha256(style.encode()).digest()).decode()
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'sha256-{mark}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_same_folder_gives_the_same_bytes_wherever_it_lies(found, tmp_path):
    folder = found("compare").folder
    shutil.copytree(folder, tmp_path / "mailed 副本")
    made = rendered(tmp_path / "mailed 副本")
    assert made == rendered(folder) == {name: (folder / name).read_bytes() for name in (PAGE, BRIEF)}


HOSTILE = "</span></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'>=1+1 &lt;{{ 7*7 }}"
BEYOND = "=cmd|' /C calc'!A0\u202e\u2066\x1b[31m\x07</td><svg onload=alert(1)>"


def test_hostile_names_are_text_and_nothing_else(found, tmp_path):
    """The folder comes from a stranger: whatever stands in its files, the page only shows it."""
    shutil.copytree(found("compare").folder, tmp_path / "x")
    made = json.loads((tmp_path / "x" / "experiment.json").read_text(encoding="utf-8"))
    for spec in made["scenarios"].values():
        spec["title"] = spec["question"] = {"en": HOSTILE, "zh": f"题{HOSTILE}"}
    (tmp_path / "x" / "experiment.json").write_text(json.dumps(made), encoding="utf-8")
    for name in ("comparison", "winners", "ranking"):
        path = tmp_path / "x" / f"{name}.csv"
        text = path.read_text(encoding="utf-8-sig")
        path.write_text(re.sub(r"(?m)\bhigh_end_equipment\b", f'"{BEYOND}"', text), encoding="utf-8")
    innocent = Read(rendered(found("compare").folder)[PAGE].decode())
    hostile = rendered(tmp_path / "x")
    for content in hostile.values():
        text = content.decode()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
        read = Read(text)
        assert not read.lost and not read.open
        assert {tag for tag, _ in read.tags} <= {tag for tag, _ in innocent.tags} | {"details", "summary", "pre"}
        assert "{{ 7*7 }}" in text and "alert(1)" in read.texts["question", "en"]
        assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    assert "\\u202e\\u2066\\x1b[31m\\x07</td><svg" in Read(hostile[PAGE].decode()).texts["groups", "en"]


def test_the_longest_scenario_with_twelve_targets_and_eight_arms_has_a_page(tmp_path):
    long = "a title as long as any that a committee agrees on " * 4
    targets = [
        {
            "name": f"target-{place}",
            "title": {"en": f"{place} {long}", "zh": f"{place}{'很长的目标名称' * 28}"},
            "metric": "gdp",
            "at_least": f"{900 + place} billion yuan",
            "by": 2022,
        }
        for place in range(12)
    ]
    base = tiny("baseline-2022").with_changes(
        {"title": {"en": long, "zh": "很长的标题" * 40}, "question": {"en": long, "zh": "很长的问题" * 40}}
    )
    base = base.with_changes({"targets": targets})
    arms = {
        f"tighter-by-{place}-percent-which-is-a-name-that-takes-all-the-room": base.with_changes(
            {TIGHTENING: place / 100, "title": {"en": f"{place} {long}", "zh": f"{place}{'很长的标题' * 40}"}}
        )
        for place in range(1, 8)
    }
    made = conduct(compare.plan(base, arms, pairs=2), tmp_path / "x", tell=rendered)
    for name in (PAGE, BRIEF):
        assert (made.folder / name).stat().st_size < 2_000_000
        read = page_of(made.folder, name)
        assert not read.lost and not read.open
    assert all(f"900 billion yuan{end}" in page_of(made.folder).texts["answer", "en"] for end in (" or more",))
    assert len(again(Folder(made.folder)).arms) == 8


# how it is made again


def clustersim(*arguments):
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


def test_a_command_ends_with_the_page_and_the_command_on_the_page_makes_the_folder_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = ("--set", f"{TIGHTENING}=0.05", *SMALL, "-n", 2)
    ended = clustersim("run", "baseline-2022", *options, "--out", "one")
    assert ended.exit_code == 0, ended.output
    assert ended.output.splitlines()[-1] == f"Page 网页: {tmp_path.joinpath('one', PAGE).relative_to(tmp_path)}"
    command = page_of(tmp_path / "one").texts["command", "en"]
    assert command == again(Folder(tmp_path / "one")).command and f"{TIGHTENING}=0.05" in command
    made = clustersim(*shlex.split(command)[1:], "--out", "two", "-q")
    assert made.exit_code == 0, made.output
    for name in ("experiment.json", "targets.csv", "summary.csv", PAGE, BRIEF):
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes(), name
    assert clustersim("verify", "one").exit_code == 0
    assert clustersim("page", "one", "--lang", "zh").exit_code == 0
    assert clustersim("verify", "one").exit_code == 0
    assert clustersim("page", "one").exit_code == 0
    assert (tmp_path / "one" / PAGE).read_bytes() == (tmp_path / "two" / PAGE).read_bytes()


@pytest.mark.parametrize("kind", PLANS)
def test_the_command_on_a_page_is_that_of_its_own_folder(found, kind, tmp_path, monkeypatch):
    """It goes on with the folder, in which nothing is left to do; another experiment's would be refused."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(found(kind).folder, "x")
    made, before = again(Folder(found(kind).folder)), (tmp_path / "x" / "journal.jsonl").read_bytes()
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    # a file has no targets that the horizon cuts off, so its manifest is another; that it is taken is enough here
    where = ("--out", "y", "--dry-run") if made.files else ("--out", "x", "-q")
    ended = clustersim(*shlex.split(made.command)[1:], "-j", 1, *where)
    assert ended.exit_code == 0, (made.command, ended.output)
    assert (tmp_path / "x" / "journal.jsonl").read_bytes() == before


def test_a_scenario_without_a_name_of_its_own_stands_on_the_page_as_a_file(found):
    made = again(Folder(found("sensitivity").folder))
    assert set(made.files) == {f"{name}.yaml" for name in found("sensitivity").experiment.arms}
    assert made.command.startswith("clustersim sensitivity ") and "--base-points 8" in made.command


def test_a_file_of_another_that_is_called_like_the_page_stays(found, tmp_path):
    shutil.copytree(found("sweep").folder, tmp_path / "x")
    folder = tmp_path / "x"
    (folder / PAGE).write_text("mine", encoding="utf-8")
    refused = clustersim("page", folder)
    assert refused.exit_code == 2 and "was changed since it was written" in refused.output
    write_hashes(folder, {name: hash_ for name, hash_ in read_hashes(folder).items() if name != PAGE})
    refused = clustersim("page", folder)
    assert refused.exit_code == 2 and "was not written by this experiment" in refused.output
    assert (folder / PAGE).read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_none_or_holds_no_finished_experiment_is_refused_in_one_line(found, tmp_path):
    (tmp_path / "empty").mkdir()
    shutil.copytree(found("sweep").folder, tmp_path / "begun")
    (tmp_path / "begun" / "hashes.json").unlink()
    for name, said in (
        ("nofolder", "is no folder; write one that an experiment has filled"),
        ("empty", "holds no experiment"),
        ("begun", "is not finished; run the same command again"),
    ):
        refused = clustersim("page", tmp_path / name)
        assert refused.exit_code == 2
        assert said in refused.output and len(refused.output.splitlines()) == 1
        assert not (tmp_path / name / PAGE).exists() or name == "begun"
    assert clustersim("page", found("sweep").folder, "--lang", "fr").exit_code == 2


def test_a_shipped_scenario_is_named_and_not_written_out(found):
    assert again(Folder(found("run").folder)).files == {}
    assert load("trillion-gdp").name in again(Folder(found("run").folder)).command


# its words


def test_the_glossary_is_what_its_table_says_and_explains_the_classes_of_money_and_what_figures_are(found):
    assert GLOSSARY.read_text(encoding="utf-8") == glossary.as_page()
    explained = [(term.name.en, term.name.zh) for term in glossary.terms()]
    assert {(str(name), name.chinese) for name in PaymentClass} <= set(explained)
    for words in (*LEVEL, *EFFECT):
        assert any(name in words for pair in explained for name in pair), words
    assert all(term.meaning.en and term.meaning.zh for term in glossary.terms())


def test_a_page_explains_the_words_that_it_uses_and_every_explained_word_is_used_somewhere(found):
    used = set()
    for kind in PLANS:
        texts = page_of(found(kind).folder).texts
        here = {name for name in (t.name for t in glossary.terms()) if name.zh in texts["words", "zh"]}
        assert here, kind
        used |= here
    declared = " ".join(f"{o.english} {o.chinese}" for o in outcomes().values())
    declared += (HOUSE / "sim" / "pages" / "kinds" / "attribute.py").read_text(
        encoding="utf-8"
    )  # where effects are shared
    used |= {t.name for t in glossary.terms() if t.name.zh in declared or t.name.en in set(PaymentClass)}
    assert sorted(t.name.en for t in glossary.terms() if t.name not in used) == []
