"""“Why did it change?” on Explore and in lessons: a sentence, a circle and bars, from numbers."""

import re
from dataclasses import replace

import numpy as np
import pytest

from sim.app import tables
from sim.app.answers import answers
from sim.app.causes import BESIDE, Causes, of_package
from sim.app.explained import arrows, bars, drawing, explained, largest, sentence
from sim.app.state import Pull, State
from sim.app.texts.explained import TEXTS
from sim.app.words import LANGUAGES, Words
from sim.study.decomposition import MECHANISMS
from sim.study.estimate import Estimate
from tests.conftest import but


def sure(value):
    return Estimate(value, value - 0.001, value + 0.001, 8, 1.0)


def unsure(value):
    return Estimate(value, -0.1, 0.1, 8, 0.5)


def causes(by=(), beside=()):
    nothing = dict.fromkeys(MECHANISMS, sure(0.0))
    still = dict.fromkeys(BESIDE, sure(0.0))
    return Causes({**nothing, **dict(by)}, {**still, **dict(beside)}, range(108, 120), 8)


def lit(found):
    return {(one.start, one.end) for one in arrows(found) if one.lit}


def test_arrows_are_lit_by_what_changed_and_no_other():
    found = causes({"cooperation": sure(0.02)}, {"credibility": sure(0.1)})
    assert lit(found) == {("execution", "trust"), ("cooperation", "execution")}
    assert lit(causes({"norm": sure(0.02)})) == {("norm", "execution")}
    assert lit(causes({"time": sure(-0.02)})) == {("reform", "execution")}
    assert lit(causes({"time": unsure(0.02), "chance": sure(0.02)})) == set()
    assert lit(causes({"time": sure(0.002)})) == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_within_chance_is_called_no_clear_difference(lang):
    words = Words(lang, TEXTS)
    said = {"en": "no clear difference", "zh": "无明显差异"}[lang]
    assert said in sentence(words, causes({}, {"execution": unsure(0.02)}))
    up = causes({"culture": sure(0.03), "time": sure(-0.01)}, {"execution": sure(0.02)})
    told = sentence(words, up)
    assert words("why_up", change="+2.0", low="+1.9", high="+2.1") in told
    assert told.index(words("cause_culture")) < told.index(words("cause_time"))
    down = causes({"culture": sure(0.01), "time": sure(-0.03)}, {"execution": sure(-0.02)})
    told = sentence(words, down)
    assert told.index(words("cause_time")) < told.index(words("cause_culture"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_drawing_says_all_that_it_shows(lang):
    words = Words(lang, TEXTS)
    found = causes({"cooperation": sure(0.02)}, {"credibility": sure(0.123)})
    label = re.search('aria-label="(.+?)"', drawing(words, found))[1]
    for one in arrows(found):
        change = words.points(one.value)
        state = words("why_lit" if one.lit else "why_dark")
        start, end = words(f"node_{one.start}"), words(f"node_{one.end}")
        assert words("why_arrow", start=start, end=end, change=change, lit=state) in label


def test_bars_are_the_largest_parts_that_are_sure():
    by = {"time": sure(-0.03), "norm": sure(0.02), "duty": unsure(0.5), "chance": sure(0.4)}
    assert largest(causes(by)) == [("time", -0.03), ("norm", 0.02)]
    told = bars(Words("en", TEXTS), causes(by), "a", "b")
    assert told.index("time") < told.index("norm")
    assert 'class="against" data-cause="time"' in told


@pytest.mark.slow
def test_parts_add_up_to_the_change_on_the_same_page(finished):
    """Those of the shown replicates; a lever that takes time alone lights that bar alone."""
    pulls = (("supervision", Pull(100)),)
    found = finished(of_package(answers, "district", pulls, 1, 4))
    state = replace(State(), packages=(pulls,))
    before, after = (finished(answers.of(state, one, 4)) for one in ((), pulls))
    change = (after.end("execution_rate") - before.end("execution_rate")).mean()
    assert sum(one.value for one in found.by.values()) == pytest.approx(change, abs=1e-9)
    assert found.beside["execution"].value == pytest.approx(change, abs=1e-9)
    assert found.pairs == 4
    words = Words("en", TEXTS)
    rows = re.findall("<tr", explained(words, found, "a", "b"))
    assert len(rows) == 1 + len(MECHANISMS) + 1
    assert tables.clear(found.by["caught"])
    assert np.sign(found.by["time"].value) == -1


@pytest.mark.slow
@pytest.mark.parametrize("lang", but(("en",), LANGUAGES))
def test_explore_explains_what_it_shows_and_follows_the_levers(lang, open_page):
    page = open_page(f"/?p=culture:100&n=4&lang={lang}")
    page.get_by_role("button", name={"en": "Show why", "zh": "查看原因"}[lang]).click()
    card = page.locator(".explained")
    card.locator(".circle").wait_for()
    assert card.locator("li[data-cause=culture]").count() == 1
    first = card.locator(".question").inner_text()
    slider = page.get_by_label({"en": "Supervision", "zh": "监督"}[lang], exact=True)
    slider.focus()
    page.keyboard.press("End")
    card.locator("li[data-cause=caught]").wait_for()
    assert card.locator(".question").inner_text() != first
    page.get_by_role("button", name={"en": "Reset", "zh": "重置"}[lang]).click()
    card.get_by_text({"en": "nothing changed", "zh": "没有变化"}[lang]).wait_for()


@pytest.mark.long
def test_a_debrief_explains_its_lesson(open_page):
    page = open_page("/lessons/vicious_circle?a=1&ran=1", ready=False)
    page.get_by_role("button", name="Show why").click(timeout=40_000)
    page.locator(".explained .circle").wait_for(timeout=40_000)
    assert page.locator("[data-arrow=cooperation-execution].more").count() == 1
    assert page.locator("li[data-cause]").first.get_attribute("data-cause") == "cooperation"
    # The lesson draws both what it argues about and credibility.
    assert page.locator("figure.chart").count() == 2
