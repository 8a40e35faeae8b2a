"""One chart and one sentence fill the screen; keys go on, back, and out."""

import pytest

from tests.app.test_views import LESSON_TIME
from tests.conftest import but

pytestmark = pytest.mark.slow


def shown(page):
    """Titles of what is on the screen as a slide."""
    return page.locator(".slide h2").all_inner_texts()


def size(page, selector):
    return page.locator(selector).first.evaluate(
        "one => parseFloat(getComputedStyle(one).fontSize)"
    )


@pytest.mark.parametrize("lang", but(("zh",), ("en", "zh")))
def test_charts_are_presented_one_by_one_by_keys(lang, open_page):
    page = open_page(f"/?p=culture:100&lang={lang}", width=1024, height=768)
    page.locator("figure.conducts .told:not(:empty)").wait_for()
    page.wait_for_url(lambda url: "p=culture" in url)
    page.get_by_role("button", name="Present" if lang == "en" else "演示").click()
    first = shown(page)
    assert len(first) == 1
    page.keyboard.press("ArrowRight")
    second = shown(page)
    page.keyboard.press("ArrowRight")
    third = shown(page)
    assert len({*first, *second, *third}) == 3
    page.keyboard.press("ArrowRight")
    assert shown(page) == third
    page.keyboard.press("ArrowLeft")
    assert shown(page) == second
    page.keyboard.press("Escape")
    assert shown(page) == []
    assert page.evaluate("!document.body.classList.contains('presenting')")


def test_a_slide_fills_a_projector_and_its_words_are_large(open_page):
    page = open_page("/?p=culture:100", width=1024, height=768)
    page.locator("figure.conducts .told:not(:empty)").wait_for()
    axes = (
        "getElement(document.querySelector('figure.execution .nicegui-echart').id.slice(1))"
        ".chart.getOption().yAxis[0].axisLabel.fontSize"
    )
    before = page.evaluate(axes)
    page.get_by_role("button", name="Present").click()
    page.locator(".slide").wait_for()
    page.wait_for_function(f"{axes} >= 20")
    box = page.locator(".slide").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1024, 768)
    drawing = page.locator(".slide .nicegui-echart").bounding_box()
    bar = page.locator(".present-bar").bounding_box()
    assert drawing["height"] >= 240
    assert drawing["y"] + drawing["height"] <= bar["y"] + 1
    assert size(page, ".slide .told") >= 24
    assert size(page, ".slide .keys") >= 20
    page.keyboard.press("Escape")
    page.wait_for_function(f"({axes} ?? 12) === {before or 12}")
    assert page.evaluate("document.activeElement.innerText") == "Present"


@pytest.mark.parametrize("lesson", but(("hidden_inaction",), ("vicious_circle", "hidden_inaction")))
def test_each_chart_of_a_pair_fills_the_screen_and_its_marks_are_large(lesson, open_page):
    page = open_page(f"/lessons/{lesson}?a=1&ran=1", width=1024, height=768, ready=False)
    page.locator(".verdict").wait_for(timeout=LESSON_TIME)
    marks = (
        "getElement(document.querySelector('figure .nicegui-echart').id.slice(1))"
        ".chart.getOption().series.map(one => one.markLine?.label?.fontSize).filter(Boolean)"
    )
    page.get_by_role("button", name="Present").click()
    page.locator(".slide").wait_for()
    page.wait_for_timeout(300)
    assert all(size >= 20 for size in page.evaluate(marks))
    for _ in range(2):
        assert page.locator(".slide .nicegui-echart").bounding_box()["height"] > 768 / 2
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    assert all(size == 12 for size in page.evaluate(marks))


def test_f_asks_for_the_whole_screen_and_end_gives_it_back(open_page):
    page = open_page("/?p=culture:100", width=1024, height=768)
    page.locator("figure.conducts .told:not(:empty)").wait_for()
    page.get_by_role("button", name="Present").click()
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement !== null")
    page.get_by_role("button", name="End (Esc)").click()
    page.wait_for_function("document.fullscreenElement === null")
    assert shown(page) == []


@pytest.mark.long
def test_an_explanation_is_a_slide_once_it_is_there(open_page):
    page = open_page("/?p=culture:100&n=4", width=1024, height=768)
    page.locator("figure.conducts .told:not(:empty)").wait_for()
    page.get_by_role("button", name="Show why").click()
    page.locator(".explained .circle").wait_for()
    page.get_by_role("button", name="Present").click()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert shown(page) == ["Why did it change?"]
    assert page.locator(".slide .circle").is_visible()
    assert not page.locator(".slide .reasons").is_visible()


def test_pages_without_charts_offer_no_presentation(open_page):
    page = open_page("/assumptions", ready=False)
    page.get_by_role("heading", level=1).wait_for()
    assert not page.get_by_role("button", name="Present").is_visible()
