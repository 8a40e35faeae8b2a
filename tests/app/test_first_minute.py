"""The first minute tells a real run, can be skipped, and is offered once."""

import re

import pytest

from sim.app.officer_22 import AFTER, OFFICER, SCENARIO, course_of, month_of, people, story
from sim.app.watched import Department
from sim.kinds import CONDUCTS
from tests.conftest import but

pytestmark = pytest.mark.slow


def test_the_story_is_what_watch_shows_of_the_same_run():
    """Month by month by the Mesa model, which is another way to the same run."""
    told = story()
    department = Department(told.watched())
    department.run_to(told.month + 1)
    officer = department.officer(told.me)
    assert department.places[told.me].number == OFFICER
    assert department.conducts()[told.me] == "faithful"
    assert officer["wronged"] > 0
    left = 0
    for month in range(told.month + 2, told.month + 2 + AFTER):
        department.run_to(month)
        owned = department.government.world.officers["owned"]
        left += int((owned[list(told.colleagues)] == 0).sum())
    assert left == told.course.left(told.month, told.colleagues)
    assert left > told.untraced.left(told.month, told.colleagues)


def test_it_is_the_first_such_run():
    told = story()
    pulls = told.watched().packages[0]
    earlier = (month_of(seed, course_of(seed, pulls)) for seed in range(1, told.seed))
    assert not any(month is not None for month in earlier)
    assert month_of(told.seed, course_of(told.seed, pulls)) == told.month


def test_colleagues_are_those_at_the_front_line_and_neighbours_those_under_the_same_chief():
    me, beside, colleagues = people()
    officers = Department(story().watched()).government.world.officers
    superior, front = officers["superior"], officers["front"] == 1
    assert front[me]
    assert set(beside) == {one for one in colleagues if superior[one] == superior[me]} != set()
    assert len(colleagues) == front.sum() - 1
    assert CONDUCTS.index("faithful") == story().course.conduct[story().month, me]
    assert SCENARIO == "district"


@pytest.mark.parametrize("lang", but(("zh",), ("en", "zh")))
def test_four_parts_lead_to_the_levers(lang, open_page):
    page = open_page(f"/first?lang={lang}", ready=False)
    onward = page.get_by_role("button", name="Next" if lang == "en" else "下一步")
    onward.wait_for(timeout=60_000)
    heads = []
    for part in range(4):
        heads.append(page.locator(".story-card h2").inner_text())
        if part < 3:
            onward.focus()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "before => document.querySelector('.story-card h2').innerText != before",
                arg=heads[-1],
            )
    assert len(set(heads)) == 4
    told = story()
    rows = page.locator(".story-card tbody tr").all_inner_texts()
    assert str(told.course.left(told.month, told.colleagues)) in rows[0]
    page.locator(".pulls a").nth(1).click()
    page.wait_for_url(re.compile(r"p=responsibility:100"))
    page.locator("figure.execution .told:not(:empty)").wait_for()


def test_it_is_offered_until_it_was_declined_or_seen_and_stays_in_the_menu(open_page):
    page = open_page("/")
    invitation = page.locator(".invitation")
    invitation.wait_for()
    page.get_by_role("button", name="Not now").click()
    invitation.wait_for(state="detached")
    page.reload()
    page.locator("figure.execution .told:not(:empty)").wait_for()
    assert invitation.count() == 0
    page.get_by_role("link", name="First minute").click()
    page.get_by_role("heading", name="You are Officer 22").wait_for()


@pytest.mark.long
def test_whoever_skips_it_is_not_asked_again(open_page):
    page = open_page("/")
    page.locator(".invitation").get_by_role("link", name="Begin").click()
    page.get_by_role("button", name="Next").wait_for(timeout=60_000)
    page.get_by_role("link", name="Skip").click()
    page.locator("figure.execution .told:not(:empty)").wait_for()
    page.wait_for_timeout(500)
    assert page.locator(".invitation").count() == 0
