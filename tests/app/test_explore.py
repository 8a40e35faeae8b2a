"""Explore, used in a real browser as a student would."""

import re
from urllib.parse import urlsplit

SUPERVISION = "Supervision"
FULL = re.compile("Mean of 12 runs")


def told(page, chart="credibility"):
    return page.locator(f"figure.{chart} .told").inner_text()


def picture(page, chart="credibility"):
    return page.locator(f"figure.{chart} canvas").first.evaluate("one => one.toDataURL()")


def path_of(page):
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}"


def refined(page):
    page.get_by_role("status").filter(has_text=FULL).wait_for()
    return page


def test_a_slider_moved_by_keyboard_redraws_the_chart_and_the_link_restores_it(open_page):
    page = refined(open_page())
    before, seen = told(page), picture(page)
    slider = page.get_by_label("Execution culture", exact=True)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("PageUp")
    page.wait_for_function(
        "before => document.querySelector('figure.credibility .told').innerText != before"
        " && document.querySelector('figure.credibility .told').innerText != ''",
        arg=before,
    )
    page.wait_for_url(re.compile("culture:50"))
    assert picture(page) != seen
    again = refined(open_page(path_of(page)))
    assert again.get_by_label("Execution culture", exact=True).input_value() == "50"
    assert told(again) == told(page)
