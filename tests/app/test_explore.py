"""Explore, used in a real browser as a student would."""

import re
from urllib.parse import urlsplit

import pytest

from sim import Scenario
from sim.app.texts.refusals import TEXTS

FULL = re.compile("Mean of 8 runs|8次运行")


def path_of(page):
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}"


def told(page, chart="credibility"):
    return page.locator(f"figure.{chart} .told").inner_text()


def picture(page, chart="credibility"):
    return page.locator(f"figure.{chart} canvas").first.evaluate("one => one.toDataURL()")


def refined(page):
    page.get_by_role("status").filter(has_text=FULL).wait_for()
    return page


def changed(page, before, chart="credibility"):
    page.wait_for_function(
        f"before => ![before, ''].includes("
        f"document.querySelector('figure.{chart} .told').innerText)",
        arg=before,
    )


def lever(page, name):
    return page.get_by_label(name, exact=True)


def pull(page, name, presses):
    lever(page, name).focus()
    for _ in range(presses):
        page.keyboard.press("PageUp")


def test_a_slider_moved_by_keyboard_redraws_the_chart_and_the_link_restores_it(open_page):
    page = refined(open_page())
    before, seen = told(page), picture(page)
    pull(page, "Execution culture", 5)
    changed(page, before)
    page.wait_for_url(re.compile("culture:50"))
    assert picture(page) != seen
    again = refined(open_page(path_of(page)))
    assert lever(again, "Execution culture").input_value() == "50"
    assert told(again) == told(page)


def test_a_slider_dragged_by_mouse_redraws_before_it_is_let_go(open_page):
    page = refined(open_page())
    seen = picture(page)
    lever(page, "Leadership").scroll_into_view_if_needed()
    box = lever(page, "Leadership").bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2, steps=8)
    page.wait_for_function(
        "seen => document.querySelector('figure.credibility canvas').toDataURL() != seen", arg=seen
    )
    page.mouse.up()
    refined(page)


@pytest.mark.long
def test_undo_reset_and_the_months_of_a_lever(open_page):
    page = refined(open_page())
    pull(page, "Supervision", 8)
    page.wait_for_url(re.compile("supervision:80"))
    page.locator(".lever", has_text="Supervision").locator("summary").click()
    end = page.locator(".lever", has_text="Supervision").get_by_label("until month")
    end.fill("60")
    end.press("Enter")
    page.wait_for_url(re.compile("supervision:80::60"))
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(re.compile("supervision:80$"))
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(re.compile(r"/$|\?$"))
    assert lever(page, "Supervision").input_value() == "0"
    pull(page, "Execution culture", 3)
    page.wait_for_url(re.compile("culture:30"))
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("!location.href.includes('culture')")
    assert lever(page, "Execution culture").input_value() == "0"


@pytest.mark.parametrize(
    ("lang", "name", "label", "said"),
    [
        ("en", "Supervision", "from month", "Supervision: “130”; expected a whole number from 0"),
        pytest.param(
            *("zh", "监督", "自第几月", "监督：“130”；应为0至120的整数"), marks=pytest.mark.long
        ),
    ],
)
def test_months_that_make_no_sense_are_refused_in_words(lang, name, label, said, open_page):
    page = refined(open_page(f"/?p=supervision:80&lang={lang}"))
    one = page.locator(".lever", has=page.get_by_label(name, exact=True))
    one.locator("summary").click()
    one.get_by_label(label).fill("130")
    one.get_by_label(label).press("Enter")
    page.get_by_text(said).wait_for()
    page.get_by_role("button", name=TEXTS[lang]["close"]).click()


@pytest.mark.long
def test_another_world_and_another_language(open_page):
    page = refined(open_page("/?p=culture:60"))
    before = told(page)
    page.get_by_label("Scenario").select_option("image_projects")
    changed(page, before)
    page.wait_for_url(re.compile("s=image_projects"))
    page.get_by_role("link", name="中文").click()
    page.get_by_role("heading", level=1).filter(has_text="改革").wait_for()
    refined(page)
    assert page.get_by_label("情景").input_value() == "image_projects"
    assert lever(page, "执行力文化").input_value() == "60"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "公信力" in told(page)


def test_the_status_quo_stands_beside_the_reform_and_reports_beside_the_work(open_page):
    page = refined(open_page("/?p=culture:60"))
    options = page.evaluate(
        "getElement(document.querySelector('figure.execution .nicegui-echart').id.slice(1))"
        ".chart.getOption().series.map(one => one.name)"
    )
    shown = {"Status quo", "Status quo, reported", "Reform", "Reform, reported"}
    assert shown <= set(options)
    assert page.get_by_role("rowheader", name=re.compile("Cost over the whole run")).count() == 1
    assert page.locator("figure.conducts canvas").count() >= 1


def test_a_link_is_copied_or_said_to_be_in_the_address_bar(open_page):
    page = refined(open_page("/?p=culture:60"))
    page.evaluate(
        """() => {
            navigator.clipboard.writeText = () => Promise.reject();
            document.execCommand = () => false;
        }"""
    )
    page.on("dialog", lambda one: one.dismiss())
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("the address bar holds the link").wait_for()
    page.evaluate(
        "() => { navigator.clipboard.writeText = async text => { window.kept = text; }; }"
    )
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied").wait_for()
    assert page.evaluate("window.kept") == page.url
    assert "culture:60" in page.url


@pytest.mark.long
def test_more_runs_give_a_finer_answer(open_page):
    page = refined(open_page("/?p=culture:60"))
    pull(page, "Runs averaged", 2)
    page.get_by_text("Mean of 12 runs").wait_for()
    page.wait_for_url(re.compile("n=12"))
    page.get_by_role("button", name="Undo").click()
    refined(page)
    assert lever(page, "Runs averaged").input_value() == "8"
    assert lever(page, "Execution culture").input_value() == "60"


def test_every_assumption_is_one_click_away(open_page):
    page = refined(open_page("/?s=vicious_circle"))
    page.get_by_role("link", name="Every assumption of this scenario").click()
    row = page.get_by_role("row", name=re.compile("^behaviour.cooperation"))
    row.wait_for()
    assert str(Scenario.load("vicious_circle").behaviour.cooperation) in row.inner_text()
