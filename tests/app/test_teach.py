"""The teacher's page: the plan of the notes, a timer, notes that stay, and cards to print."""

import re

import pytest

from sim.app.experiments import LESSONS
from sim.app.teach import ROLES
from sim.app.texts.teach import MINUTES, TEXTS
from tests.app.test_teaching import NOTES, minutes
from tests.conftest import but


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("language", NOTES)
def test_minutes_are_those_of_the_teaching_notes(language, lesson):
    assert [*MINUTES[lesson]] == minutes(language, lesson, 0)
    steps = {key for key in TEXTS["en"] if key.startswith(f"{lesson}_step_")}
    assert steps == {f"{lesson}_step_{number}" for number in range(len(MINUTES[lesson]))}


@pytest.mark.long
def test_the_timer_runs_is_kept_and_goes_on_to_the_next_step(open_page):
    page = open_page("/teach/budget", ready=False)
    clock = page.get_by_role("timer")
    clock.wait_for()
    assert clock.inner_text() == "Step 1: 5:00 left"
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_function("!document.querySelector('.clock').innerText.includes('5:00')")
    page.get_by_role("button", name="Next step").click()
    page.locator("li.here", has_text="Prediction").wait_for()
    page.get_by_label("Notes").fill("Group three first")
    page.reload()
    page.locator("li.here", has_text="Prediction").wait_for()
    assert page.get_by_label("Notes").input_value() == "Group three first"
    # It goes on running over a reload.
    page.get_by_role("button", name="Stop").click()
    stopped = clock.inner_text()
    page.wait_for_timeout(1500)
    assert clock.inner_text() == stopped
    page.get_by_role("button", name="Reset").click()
    assert clock.inner_text() == "Step 1: 5:00 left"
    for _ in MINUTES["budget"]:
        page.get_by_role("button", name="Next step").click()
    assert clock.inner_text() == "The time is over."


@pytest.mark.slow
@pytest.mark.parametrize("lang", but(("en",), ("en", "zh")))
def test_every_role_has_a_card_and_lessons_lead_to_the_page(lang, open_page):
    page = open_page(f"/lessons?lang={lang}", ready=False)
    page.get_by_role("link", name=re.compile(TEXTS[lang]["teach"])).first.click()
    page.locator(".roles li").first.wait_for()
    assert page.locator(".roles li").count() == len(ROLES)
    titles = page.locator(".roles h3").all_inner_texts()
    assert titles == [TEXTS[lang][f"role_{role}_name"] for role in ROLES]


@pytest.mark.slow
def test_a_lesson_that_is_not_there_has_no_teachers_page(open_page):
    page = open_page("/teach/nothing", ready=False)
    page.get_by_role("heading", name="This was not accepted").wait_for()
