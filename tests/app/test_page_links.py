"""Links: copied on any page, and kept behind a proxy that offers the page under a path."""

import os
import re
import subprocess
import sys
import time

import pytest

from tests.app.conftest import PATIENCE, ROOT, WAIT, answers, browsing, free_port

# A page over plain http has no clipboard; tests keep it aside to read what was copied.
PLAIN_HTTP = """
window.kept = navigator.clipboard;
Object.defineProperty(navigator, "clipboard", {value: undefined});
"""


@pytest.fixture(scope="module")
def over_plain_http(browser, server):
    with browsing(browser, server, permissions=["clipboard-read", "clipboard-write"]) as one:
        one.add_init_script(PLAIN_HTTP)
        yield one


@pytest.fixture
def plain_page(over_plain_http, server):
    """A page of Explore without the clipboard."""
    page = over_plain_http.new_page()
    page.goto(f"{server}/?p=culture:50")
    page.get_by_text("Mean of 8 runs").wait_for()
    yield page
    page.close()


def test_a_link_is_copied_over_plain_http(plain_page):
    plain_page.get_by_role("button", name="Copy link").click()
    plain_page.get_by_text("Link copied").wait_for()
    assert plain_page.evaluate("kept.readText()") == plain_page.url


def test_a_link_that_cannot_be_copied_is_shown(plain_page):
    shown = []
    plain_page.on("dialog", lambda one: (shown.append(one.default_value), one.dismiss()))
    plain_page.evaluate("document.execCommand = () => false")
    plain_page.get_by_role("button", name="Copy link").click()
    plain_page.get_by_text("does not allow copying").wait_for()
    assert shown == [plain_page.url]


def test_everything_that_is_set_is_in_the_link(open_page):
    page = open_page("/watch?s=bureau&month=2")
    page.get_by_label("Colour by").select_option("profile")
    page.wait_for_url(re.compile("by=profile"))
    again = open_page("/watch?s=bureau&month=2&by=profile")
    again.get_by_role("listitem").filter(has_text="Without public morals").wait_for()


@pytest.fixture(scope="module")
def under_a_path(tmp_path_factory):
    """The address of a server whose page is offered under ``/zhixing``."""
    port, log = free_port(), tmp_path_factory.mktemp("root") / "log"
    words = ["app", "--no-open", "--port", str(port), "--root-path", "/zhixing"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", *words], stdout=said, stderr=said, cwd=ROOT, env=kept
        )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + PATIENCE
    while not answers(f"{url}/zhixing/"):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)
    yield url
    process.terminate()
    process.wait(20)


@pytest.mark.long
def test_the_page_works_behind_a_path_prefix(under_a_path, browser):
    """Whether the proxy takes the prefix off or not; every link stays below it."""
    assert answers(f"{under_a_path}/watch")
    page = browser.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{under_a_path}/zhixing/?p=culture:50")
    page.get_by_text("Mean of 8 runs").wait_for()
    assert "/zhixing/?p=culture:50" in page.url
    links = page.locator("a[href^='/']").evaluate_all("all => all.map(a => a.pathname)")
    assert links
    assert all(one.startswith("/zhixing/") for one in links)
    page.get_by_role("link", name="Assumptions", exact=True).click()
    page.get_by_label("Scenario").select_option("bureau")
    page.wait_for_url(re.compile("/zhixing/assumptions.*s=bureau"))
    page.goto(f"{under_a_path}/zhixing/?s=nowhere")
    assert page.get_by_role("link", name="Start over").get_attribute("href") == "/zhixing/"
    page.close()
