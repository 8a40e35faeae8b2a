"""Watch, Compare, Spiral and Lessons, used in a real browser as a student would."""

import csv
import io
import re
import struct

import pytest

from sim.app.experiments import LESSONS
from tests.conftest import but

LESSON_TIME = 40_000
DRAWING = "figure.forest .nicegui-echart"
# One in English and one in Chinese.
# The first that is looked at in Chinese.
A_LESSON = tuple(LESSONS)[1:2]


def shown_month(page):
    return int(re.search(r"Month (\d+)", page.locator("figure.course .told").inner_text())[1])


def test_watch_steps_plays_pauses_and_tells_why(open_page):
    page = open_page("/watch?s=bureau")
    page.get_by_text("to see a choice").wait_for()
    page.get_by_role("button", name="Next month").click()
    page.locator(".told", has_text="Month 1 of 60").wait_for()
    assert page.locator(".chain .post").count() == 18
    page.get_by_role("button", name="Play").click()
    # A browser on a busy machine may never show the third month, only a later one.
    page.locator(".told", has_text=re.compile(r"Month ([3-9]|\d\d) of 60")).wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()
    paused = shown_month(page)
    # Long enough for two months, if it still played.
    page.wait_for_timeout(2000)
    month = shown_month(page)
    # A month may have been under way when Pause was pressed, and be shown late.
    assert month - paused <= 1
    assert f"month={month}&" in f"{page.url}&"
    chief = page.get_by_role("button", name=re.compile("Section chief 2"))
    chief.click()
    page.get_by_role("heading", name=re.compile("Why.*Section chief 2")).wait_for()
    card = page.locator(".card", has_text="The officer chose")
    assert re.search("the next-best choice was|was likelier", card.inner_text())
    assert card.locator(".reasons li").count() == 3
    # The table is folded, and stays open from month to month once it is.
    assert not page.get_by_role("rowheader", name="Habit").is_visible()
    page.get_by_text("Every reason for every conduct").click()
    page.get_by_role("rowheader", name="Habit").wait_for()
    # Read before the click: the next month may be there before the click returns.
    following = shown_month(page) + 1
    page.get_by_role("button", name="Next month").click()
    page.locator(".told", has_text=f"Month {following} of 60").wait_for()
    assert page.get_by_role("rowheader", name="Habit").is_visible()
    page.get_by_label("Colour by").select_option("profile")
    page.get_by_role("listitem").filter(has_text="Without public morals").wait_for()


def test_watch_by_keyboard_and_link(open_page):
    page = open_page("/watch?s=bureau&month=5&who=3")
    page.locator(".told", has_text="Month 5 of 60").wait_for()
    page.get_by_role("heading", name=re.compile("Why.*Section chief 1")).wait_for()
    page.locator(".chain .post[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("Why.*Section chief 2")).wait_for()
    page.wait_for_url(re.compile("who=4"))


@pytest.mark.long
def test_compare_four_packages_and_take_the_results_away(open_page):
    page = open_page("/compare?p=supervision:80&p=culture:80")
    page.get_by_text("Mean of 8 runs").wait_for()
    for _ in range(2):
        page.get_by_role("button", name="Add a package").click()
    page.get_by_role("button", name="Remove package D").wait_for(state="attached")
    page.get_by_role("button", name="Add a package").click()
    page.get_by_text("There are four packages already").wait_for()
    slider = page.locator("details.package").nth(3).get_by_label("Leadership", exact=True)
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url(re.compile("leadership:100"))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Table as CSV").click()
    text = waiting.value.path().read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["levers"] for row in rows} >= {"supervision:80", "culture:80,leadership:100"}
    assert all(float(row["low"]) <= float(row["high"]) for row in rows)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Chart as PNG").click()
    picture = waiting.value.path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    # The drawing is as it was: title and legend stand above it, in words of the page.
    assert page.evaluate(
        "(({title, legend}) => !title[0].show && !legend[0].show)(getElement("
        f"document.querySelector('{DRAWING}').id.slice(1)).chart.getOption())"
    )
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function(f"document.querySelector('{DRAWING}').clientWidth < 390")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Chart as PNG").click()
    assert size(waiting.value.path().read_bytes()) == size(picture)
    again = open_page(page.url.removeprefix(page.url.split("/compare")[0]))
    again.get_by_text("Mean of 8 runs").wait_for()
    assert again.locator("details.package").count() == 4


@pytest.mark.long
def test_compare_shows_doubt_when_asked(open_page):
    page = open_page("/compare?p=culture:80&n=4")
    page.get_by_text(re.compile("Mean of . runs")).wait_for()
    assert page.get_by_text("Execution under each doubt").count() == 0
    page.get_by_role("button", name="Show doubt").click()
    rows = page.locator("table", has_text="Execution under each doubt").locator("tbody tr")
    rows.nth(1).wait_for(timeout=LESSON_TIME)
    assert "chance alone" in rows.nth(0).inner_text()
    assert "behaviour" in rows.nth(1).inner_text()


def size(png):
    """Width and height of a picture."""
    return struct.unpack(">II", png[16:24])


@pytest.mark.long
def test_spiral_shows_a_shock_and_marks_what_tips(open_page):
    page = open_page("/spiral?s=vicious_circle")
    page.locator("figure.portrait .told", has_text="tipping point").wait_for()
    before = page.locator("figure.response .told").inner_text()
    page.get_by_label("Trust taken from everybody").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "before => document.querySelector('figure.response .told').innerText != before", arg=before
    )
    page.wait_for_url(re.compile("cut=100"))
    names = page.evaluate(
        "getElement(document.querySelector('figure.portrait .nicegui-echart').id.slice(1))"
        ".chart.getOption().series.map(one => one.name)"
    )
    assert {"tipping line", "after the shock"} <= set(names)
    page.locator("figure.portrait summary").click()
    assert page.locator("figure.portrait tbody tr").count() == 5


@pytest.mark.parametrize("name", but(A_LESSON, LESSONS))
def test_a_lesson_asks_for_a_prediction_before_it_runs(name, open_page):
    chinese = list(LESSONS).index(name) % 2
    page = open_page(f"/lessons/{name}{'?lang=zh' if chinese else ''}", ready=False)
    run = page.get_by_role("button", name="运行实验" if chinese else "Run the experiment")
    keep = page.get_by_role("button", name="这是我的预测" if chinese else "This is my prediction")
    keep.wait_for()
    assert not run.is_visible()
    assert keep.is_disabled()
    page.get_by_role("radio").nth(0).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    run.wait_for()
    assert page.get_by_role("radio").nth(1).is_checked()
    run.click()
    page.get_by_role("heading", name="讲评" if chinese else "Debrief").wait_for(timeout=LESSON_TIME)
    right = "预测正确" if chinese else "came true"
    assert page.get_by_text(right).count() == (LESSONS[name].expected == 1)


def test_lessons_are_listed_and_lead_on(open_page):
    page = open_page("/lessons", ready=False)
    page.get_by_role("link", name="Begin").nth(5).wait_for()
    assert page.get_by_role("link", name=re.compile("^Begin")).count() == len(LESSONS)


def test_a_reload_and_the_language_button_keep_a_lesson(open_page):
    page = open_page("/lessons/hidden_inaction", ready=False)
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="This is my prediction").click()
    page.wait_for_url(re.compile("a=1"))
    page.reload()
    page.get_by_role("button", name="Run the experiment").click()
    page.locator(".verdict").wait_for(timeout=LESSON_TIME)
    page.wait_for_url(re.compile("ran=1"))
    page.reload()
    page.locator(".verdict").wait_for(timeout=LESSON_TIME)
    page.get_by_role("link", name="中文").click()
    page.locator(".verdict", has_text="预测正确").wait_for(timeout=LESSON_TIME)
    assert page.get_by_role("radio").nth(1).is_checked()
    # What was done in a lesson is not taken along to other views.
    link = page.get_by_role("link", name="探索", exact=True).get_attribute("href")
    assert "a=" not in link


@pytest.mark.long
def test_a_dropped_connection_gives_a_lesson_back(open_page):
    page = open_page("/lessons/hidden_inaction?a=1&ran=1", ready=False)
    page.locator(".verdict").wait_for(timeout=LESSON_TIME)
    page.evaluate("window.socket.io.engine.close()")
    page.wait_for_timeout(2000)
    page.locator(".verdict").wait_for(timeout=LESSON_TIME)
    assert page.locator(".verdict").count() == 1
