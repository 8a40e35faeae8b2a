"""A lesson comes back after its connection is really cut, with what was predicted and run."""

from urllib.parse import urlsplit

import pytest

from tests.app.cut_line import Line

pytestmark = pytest.mark.slow

# Milliseconds until a page notices, gives up its old client, and has loaded again.
RETURN = 40_000
# Longer than the server keeps the client of a page without a connection.
AWAY = 6_000


@pytest.fixture
def line(server):
    one = Line(urlsplit(server).port)
    yield one
    one.end()


@pytest.fixture
def page(browser, line):
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    context.set_default_timeout(RETURN)
    yield context.new_page()
    context.close()


def lose(page, line):
    """Cut the connection for longer than the server waits, and mend it."""
    marked = "window.before = true"
    page.evaluate(marked)
    assert line.cut() > 0
    page.wait_for_timeout(AWAY)
    line.mend()
    # The page is loaded anew, since what the server knew of it is gone.
    page.wait_for_function("window.before === undefined && document.querySelector('h1')")


@pytest.mark.long
def test_a_prediction_returns_after_the_connection_was_cut(page, line):
    page.goto(f"{line.url}/lessons/blame_and_daring")
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="This is my prediction").click()
    run = page.get_by_role("button", name="Run the experiment")
    run.wait_for()
    lose(page, line)
    run.wait_for()
    assert page.get_by_role("radio").nth(1).is_checked()
    assert page.get_by_role("radio").nth(0).is_disabled()


@pytest.mark.long
def test_a_debrief_returns_after_the_connection_was_cut_and_with_the_same_numbers(page, line):
    page.goto(f"{line.url}/lessons/hidden_inaction?lang=zh&a=0")
    page.get_by_role("button", name="运行实验").click()
    page.locator(".verdict").wait_for()
    told = page.locator(".step").last.locator("p").all_inner_texts()
    lose(page, line)
    page.locator(".verdict").wait_for()
    assert page.locator(".step").last.locator("p").all_inner_texts() == told
    assert page.get_by_role("radio").nth(0).is_checked()


@pytest.mark.long
def test_a_cut_in_the_middle_of_a_run_loses_no_prediction(page, line):
    page.goto(f"{line.url}/lessons/campaign")
    page.get_by_role("radio").nth(0).check()
    page.get_by_role("button", name="This is my prediction").click()
    page.get_by_role("button", name="Run the experiment").click()
    lose(page, line)
    run = page.get_by_role("button", name="Run the experiment")
    page.locator(".verdict, button:has-text('Run the experiment')").first.wait_for()
    assert page.get_by_role("radio").nth(0).is_checked()
    if run.is_visible():
        run.click()
    page.locator(".verdict").wait_for()
