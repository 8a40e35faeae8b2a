"""Worksheet, ticks and the next lesson: on one page, and what is personal stays in the browser."""

import re

import pytest

from sim.app.experiments import LESSONS

pytestmark = pytest.mark.slow
MINE = "<i>habits</i> stay"


def drawn(page):
    page.wait_for_function(
        "document.querySelector('figure .told') && document.querySelector('figure .told').innerText"
    )


def test_a_lesson_leads_to_its_worksheet_with_what_was_written_and_to_the_next(open_page):
    sent = []
    page = open_page("/lessons/campaign", ready=False)
    page.on("websocket", lambda one: one.on("framesent", lambda data: sent.append(data)))
    page.reload()
    page.locator(".kept textarea").fill(MINE)
    page.locator(".predict input").nth(2).check()
    page.locator(".predict button").click()
    page.get_by_role("button", name="Run the experiment").click()
    page.wait_for_selector(".verdict")
    order = [*LESSONS]
    after = order[order.index("campaign") + 1]
    onward = page.get_by_role("link", name="Next lesson")
    assert onward.get_attribute("href") == f"/lessons/{after}"
    page.get_by_role("link", name="Worksheet").click()
    drawn(page)
    assert page.locator(".kept textarea").first.input_value() == MINE
    page.locator(".kept input").fill("Li Hua")
    page.reload()
    drawn(page)
    assert page.locator(".kept input").input_value() == "Li Hua"
    assert page.locator(".worksheet .kept i").count() == 0
    assert page.locator(".verdict.right").count() == 1
    assert "/lessons/campaign?a=2&ran=1" in page.inner_text(".same-link")
    # Nothing of it has left the browser.
    assert sent
    assert not any("habits" in str(one) or "Li Hua" in str(one) for one in sent)
    page.goto(page.url.partition("/worksheet")[0] + "/lessons")
    page.wait_for_selector(".tick")
    assert page.locator(".card:has(.tick) h2").all_inner_texts() == ["5. A campaign and after"]


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_worksheet_prints_on_one_page_and_fits_a_phone(lang, open_page):
    more = "&lang=zh" if lang == "zh" else ""
    page = open_page(f"/worksheet/campaign?a=1{more}", width=360, ready=False)
    base = page.url.partition("/worksheet")[0]
    for name in LESSONS:
        page.goto(f"{base}/worksheet/{name}?a=1&ran=1{more}")
        drawn(page)
        page.wait_for_timeout(300)
        beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(beyond) <= 0, name
        page.set_viewport_size({"width": 1024, "height": 768})
        page.wait_for_timeout(300)
        printed = page.pdf(format="A4")
        assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1, name
        page.set_viewport_size({"width": 360, "height": 768})


def test_without_a_prediction_the_sheet_says_so_and_unknown_lessons_are_refused(open_page):
    page = open_page("/worksheet/budget", ready=False)
    drawn(page)
    assert "No prediction was made." in page.inner_text(".worksheet")
    page.evaluate("localStorage.setItem('zhixing.finished', '{not json')")
    page.evaluate("localStorage.setItem('zhixing.name', '[1, 2]')")
    page.reload()
    drawn(page)
    assert page.locator(".kept input").input_value() == ""
    reply = page.goto(page.url.replace("budget", "bugdet"))
    assert reply.status == 400
