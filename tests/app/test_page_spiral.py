"""Spiral: the shock, the tipping line and the paths tell one story."""

import numpy as np
import pytest

from sim.app import worlds
from sim.app.spiral import portrait_options
from sim.app.spiral_runs import CREDIBILITY, NORM, NORMS, Portrait, spiral_runs
from sim.app.state import Pull, State
from sim.app.texts.spiral import TEXTS
from sim.app.words import LANGUAGES, Words
from sim.study.feedback import STARTS
from tests.app.test_shown import marks

# Distance from the tipping line within which chance may take a run to either side.
NEAR = 0.08


@pytest.fixture(scope="module")
def portrait(finished):
    return finished(spiral_runs.portrait(State("vicious_circle")))


@pytest.mark.slow
def test_paths_end_on_the_side_of_the_tipping_line_on_which_they_start(portrait):
    assert portrait.two
    rests = portrait.rests()[:, CREDIBILITY]
    middle = 0.5 * (rests[0] + rests[-1])
    told = [
        (start > portrait.tips_at(start), rest > middle)
        for start, rest in zip(STARTS, rests, strict=True)
        if abs(start - portrait.tips_at(start)) > NEAR
    ]
    assert len(told) >= 3
    assert all(right == high for right, high in told)


def test_the_tipping_line_goes_through_the_tipping_point_of_equal_starts(portrait):
    """Where trust and norm begin equal, both say the same."""
    assert portrait.tips_at(portrait.tipping) == pytest.approx(portrait.tipping, abs=NEAR)


def test_a_shock_cuts_trust_alone(finished):
    """So it moves along the line of its norm, at which the tipping point is told."""
    shocks = finished(spiral_runs.shock(State("vicious_circle"))).mean(axis=0)
    before, after = shocks[:, :, 60]
    assert after[CREDIBILITY] < before[CREDIBILITY] - 0.1
    assert after[NORM] == pytest.approx(before[NORM], abs=0.02)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_starts_are_marked_and_the_norm_is_named(lang):
    words = Words(lang, TEXTS)
    paths = np.full((len(STARTS), 2, 3, 24), 0.5)
    line = np.array([0.4, 0.35, 0.3, 0.2, 0.1])
    shocked = np.vstack([np.linspace(0.2, 0.5, 18), np.full((2, 18), 0.6)])
    options = portrait_options(words, Portrait(paths, 0.3, line), shocked, "")
    assert options["yAxis"]["name"] == {"en": "norm among colleagues", "zh": "同事风气"}[lang]
    *starts, shock, tips = options["series"]
    for start, one in zip(STARTS, starts, strict=True):
        first, last = one["markPoint"]["data"]
        assert first["coord"] == [start, start]
        assert first["itemStyle"]["color"] != last["itemStyle"]["color"]
        assert one["data"][0] == [start, start]
    assert shock["markPoint"]["data"][0]["coord"] == [0.2, 0.6]
    assert tips["data"] == [[trust, norm] for trust, norm in zip(line, NORMS, strict=True)]


def test_levers_begin_when_they_say_they_do(finished, open_page):
    state = State("vicious_circle")
    pulled = state.pull(0, "culture", Pull(100))
    starts = worlds.scenario("vicious_circle").clock.reform_starts
    without, with_lever = (
        finished(spiral_runs.shock(one))[:, 0, CREDIBILITY] for one in (state, pulled)
    )
    assert (without[:, :starts] == with_lever[:, :starts]).all()
    assert (without[:, starts:] != with_lever[:, starts:]).any()
    page = open_page("/spiral?s=vicious_circle&p=culture:100")
    assert [starts, "Reform starts"] in marks(page, "response")


def test_the_sentence_tells_on_which_side_of_the_line_the_shock_leaves_trust(open_page):
    page = open_page("/spiral?s=vicious_circle&cut=15")
    page.locator("figure.response .told", has_text="At this norm the tipping point is").wait_for()
    told = page.locator("figure.response .told").inner_text()
    assert "trust stays above it, so it recovers" in told
    names = [name for _, name in marks(page, "response")]
    assert "The shock" in names
    assert any(name and name.startswith("tipping point at this norm") for name in names)
