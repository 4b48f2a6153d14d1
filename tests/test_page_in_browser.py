"""What came by mail is opened from disk in a real browser: it asks for nothing, complains of nothing, speaks both
languages with every letter drawn, fits a phone, prints, and no name runs.
"""

import re

import pytest
from click.testing import CliRunner

import cli
from sim.pages.rendered import BRIEF, PAGE
from tests.browser import PHONE, driven, opened, running, without_chinese_fonts

FEW = ("--set", "population.above_scale=300", "--set", "population.below_scale=300", "--until", "2023Q4", "-n", "4")
HOSTILE = """name: hostile
title:
  en: '</h1><script>seen=1</script><img src=x onerror=alert(1)>'
  zh: '=cmd|calc <svg onload=alert(2)>'
question:
  en: '{{ 7*7 }} ]]> --> <iframe src=javascript:alert(3)> 200 % & "more"?'
  zh: 'javascript:alert(4) <b onclick=alert(5)>问？'
sources: [own assumption]
answer: {metric: gdp_real, year: 2023, of: x.-_}
variants:
  x.-_: {policies: {scale_up: {}}}
"""
COMMANDS = {
    "run": ("run", "world-500-2025"),
    "compare": ("compare", "no-policy", "baseline-2022"),
    "sweep": ("sweep", "no-policy", "--vary", "parameters.hurdle_rate=0.05,0.08"),
    "hostile": ("run", "hostile.yaml"),
}


@pytest.fixture(scope="module")
def driver():
    with driven() as found:
        yield found


@pytest.fixture(scope="module")
def browser(driver):
    with running(driver) as found:
        yield found


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A finished folder of each command, made when it is first asked for."""
    place, made = tmp_path_factory.mktemp("pages"), {}
    (place / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")

    def folder(name):
        if name not in made:
            command, scenario, *others = COMMANDS[name]
            scenario = str(place / scenario) if scenario.endswith(".yaml") else scenario
            words = [command, scenario, *others, *FEW, "--out", str(place / name)]
            found = CliRunner().invoke(cli.main, words)
            assert found.exit_code == 0, found.output
            made[name] = place / name
        return made[name]

    return folder


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("file", [PAGE, BRIEF])
def test_a_page_opened_from_disk_asks_for_nothing_and_complains_of_nothing(browser, folders, name, file):
    path = folders(name) / file
    with opened(browser, path) as seen:
        assert seen.requests == [path.resolve().as_uri()]
        assert seen.complaints == []
        assert seen.page.evaluate("typeof window.seen") == "undefined"


@pytest.mark.parametrize("name", ["run", "compare"])
def test_a_switch_shows_one_language_and_then_the_other_without_a_request(browser, folders, name):
    with opened(browser, folders(name) / PAGE) as seen:
        seen.page.check("#show-zh")
        chinese = seen.page.inner_text("main h2 >> nth=0"), seen.text()
        seen.page.check("#show-en")
        english = seen.page.inner_text("main h2 >> nth=0"), seen.text()
        assert re.search("[一-鿿]", chinese[0]) and not re.search("[一-鿿]", english[0])
        assert chinese[1] != english[1] and len(seen.requests) == 1
        shown = "[...document.querySelectorAll('.zh')].filter(e => e.getClientRects().length).length"
        assert seen.page.evaluate(shown) == 0


@pytest.mark.parametrize("name", ["run", "compare"])
def test_every_letter_of_a_page_is_drawn_where_a_chinese_font_is_there_and_told_where_none_is(
    driver, browser, folders, name, tmp_path
):
    path = folders(name) / PAGE
    with opened(browser, path) as seen:
        text = seen.page.evaluate("document.body.textContent")
        if seen.missing("常州产业"):
            pytest.skip("this machine has no Chinese font: apt-get install fonts-wqy-zenhei")
        assert seen.missing(text) == []
    with running(driver, **without_chinese_fonts(tmp_path)) as bare, opened(bare, path) as seen:
        chinese = set(re.findall("[一-鿿]", text))
        assert chinese and chinese <= set(seen.missing(text))


@pytest.mark.parametrize("file", [PAGE, BRIEF])
@pytest.mark.parametrize("name", ["run", "compare", "sweep", "hostile"])
def test_a_page_fits_a_phone_without_moving_it_sideways(browser, folders, name, file):
    with opened(browser, folders(name) / file, PHONE) as seen:
        for language in ("zh", "en"):
            seen.page.check(f"#show-{language}")
            assert seen.overflow() == 0, language


@pytest.mark.parametrize("name", ["run", "compare", "sweep"])
def test_a_brief_is_one_printed_page_in_either_language_and_a_page_prints(browser, folders, name):
    for file in (BRIEF, PAGE):
        with opened(browser, folders(name) / file) as seen:
            for language in ("zh", "en"):
                seen.page.check(f"#show-{language}")
                printed = len(re.findall(rb"/Type\s*/Page\b", seen.page.pdf(prefer_css_page_size=True)))
                assert printed == 1 if file == BRIEF else printed >= 1, (file, language, printed)
