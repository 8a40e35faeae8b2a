"""No serious findings of axe-core; nothing is cut off on a phone or at twice the size."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from sim.app.views import PATHS
from tests.conftest import but

PAGES = {**PATHS, "lesson": "/lessons/vicious_circle", "teach": "/teach/blame_and_daring"}
# A page of 1,280 pixels at 200 %, and a phone.
WIDTHS = {"200 %": 640, "phone": 360}
DRAWN = ("explore", "watch", "compare", "spiral")


def opened(open_page, view, lang, width=1280):
    page = open_page(
        f"{PAGES[view]}{'?lang=zh' if lang == 'zh' else ''}", width=width, ready=view in DRAWN
    )
    page.locator("h1").wait_for()
    return page


def beyond(page, width):
    """Pixels that stand beyond the edge of a page so wide."""
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_timeout(150)
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("view", but(("explore", "lesson"), PAGES))
def test_axe_finds_nothing_serious_and_no_width_cuts_anything_off(view, open_page):
    lang = "zh" if list(PAGES).index(view) % 2 else "en"
    page = opened(open_page, view, lang)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert [width for width in WIDTHS.values() if beyond(page, width) > 0] == []
    page.set_viewport_size({"width": 1280, "height": 900})
    # Hundreds of rows of settings are alike.
    page.evaluate(
        "document.querySelectorAll('.settings tr:nth-child(n + 9)').forEach(one => one.remove())"
    )
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("view", but(("explore",), DRAWN))
def test_every_chart_says_what_it_shows_and_every_control_has_a_name(view, open_page):
    page = opened(open_page, view, "en")
    page.wait_for_function(
        "[...document.querySelectorAll('figure')].every(one => "
        "one.querySelector('.told').innerText && one.querySelector('[aria-label]')"
        " && one.querySelector('table'))"
    )
    nameless = page.evaluate(
        """[...document.querySelectorAll('input, select, button, a, [role=button]')]
        .filter(one => !(one.innerText || one.getAttribute('aria-label')
            || (one.labels && one.labels[0] && one.labels[0].textContent)
            || one.textContent)).map(one => one.outerHTML)"""
    )
    assert nameless == []


@pytest.mark.parametrize("view", but(("watch",), ("explore", "watch")))
def test_on_a_phone_tables_and_titles_fit_and_whoever_is_chosen_is_in_sight(view, open_page):
    chosen = 25
    link = f"/watch?month=5&who={chosen}" if view == "watch" else "/?p=culture:60"
    page = open_page(link, width=360, height=740)
    if view == "watch":
        page.get_by_text("Every reason for every conduct").click()
    page.locator("table.stacked:visible").first.wait_for()
    page.wait_for_timeout(300)
    cut = page.evaluate(
        "[...document.querySelectorAll('.wide:has(table.stacked), figcaption, h2')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
    )
    assert cut == []
    if view == "watch":
        place = page.locator(".wide:has(.chain)").bounding_box()
        post = page.locator(".chain .post.chosen circle").first.bounding_box()
        assert place["x"] <= post["x"]
        assert post["x"] + post["width"] <= place["x"] + place["width"]


def test_titles_and_legends_are_text_and_not_pixels(open_page):
    page = opened(open_page, "explore", "en")
    caption = page.locator("figure.execution figcaption")
    assert caption.get_by_role("heading").inner_text() == "Execution: real, and as reported"
    names = caption.get_by_role("listitem").all_inner_texts()
    assert names == ["Status quo", "Status quo, reported", "Reform", "Reform, reported"]
    assert page.locator("figure.execution .keys i.dashed").count() == 2
