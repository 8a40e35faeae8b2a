"""Watch marks what happened when, goes to any month, and shows the same department without."""

import re

import numpy as np
import pytest

from sim.app.happenings import Event, of_reforms
from sim.app.state import Pull, State
from sim.app.watched import Department, untouched
from tests.conftest import but

pytestmark = pytest.mark.slow

LEVERS = (("accountability", Pull(100)),)


@pytest.fixture(scope="module")
def both():
    state = State("district", (LEVERS,), both=1)
    found = Department(state), untouched(state)
    for one in found:
        one.run_to(40)
    return found


def test_marks_are_what_the_run_counts(both):
    """Sanctions marked are those of the monthly sums."""
    for one in both:
        tallies = one.government.world.tallies[:40]
        for kind, field in (("unjust", "unjust_sanctions"), ("sanction", "sanctions")):
            marked = np.zeros(40)
            for event in one.events:
                if event.kind == kind or (kind == "sanction" and event.kind == "unjust"):
                    marked[event.month] += event.number
            # Officers are marked; sums count cases, of which one officer may have several.
            assert ((tallies[field].sum(axis=-1) > 0) == (marked > 0)).all()


def test_without_the_reform_all_is_alike_until_it_begins(both):
    with_it, without = both
    begins = with_it.scenario.clock.reform_starts
    before = [[event for event in one.events if event.month < begins] for one in both]
    assert before[0] == before[1]
    assert with_it.course()[0][:begins] == without.course()[0][:begins]
    assert with_it.course()[0][begins:] != without.course()[0][begins:]


@pytest.mark.long
def test_a_new_head_is_marked_when_the_head_changes():
    department = Department(State("district"))
    heads = []
    for month in range(1, 121):
        before = int(department.officer(0)["time_in_post"])
        department.run_to(month)
        if int(department.officer(0)["time_in_post"]) <= before:
            heads.append(month - 1)
    assert heads == [event.month for event in department.events if event.kind == "head"] != []


def test_without_levers_there_is_no_twin():
    assert untouched(State("district", both=1)) is None
    assert of_reforms([(12, 60), (12, 120)], 120) == [Event(12, "starts"), Event(60, "ends")]


@pytest.mark.parametrize("lang", but(("en",), ("en", "zh")))
def test_watch_shows_both_on_one_line_of_months(lang, open_page):
    page = open_page(f"/watch?s=bureau&p=culture:100&month=24&both=1&lang={lang}")
    page.locator(".timeline .row").nth(1).wait_for()
    page.wait_for_function("document.querySelectorAll('.timeline .starts').length == 1")
    assert page.locator(".chain").count() == 2
    assert page.locator(".keys i.dashed").count() == 2
    sentence = "Over the last 12 months" if lang == "en" else "最近12个月"
    page.get_by_text(sentence).wait_for()
    assert page.locator("h3", has_text="Without" if lang == "en" else "无改革").count() == 1


def test_a_month_is_chosen_on_the_slider_forwards_and_back(open_page):
    page = open_page("/watch?s=bureau&p=culture:100")
    slider = page.get_by_label("Month", exact=True)
    slider.focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    page.locator(".told", has_text="Month 9 of 60").wait_for()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.locator(".told", has_text="Month 5 of 60").wait_for()
    page.wait_for_url(re.compile("month=5"))
    page.get_by_label("Show", exact=True).select_option("1")
    page.locator(".chain").nth(1).wait_for()
    page.locator(".told", has_text="Month 5 of 60").wait_for()
    page.wait_for_url(re.compile("both=1"))
