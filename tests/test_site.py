"""The documentation site builds without a warning, offline; its links lead somewhere; search finds.

The site is built once, in a temporary folder, and opened from there as files.
"""

import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from docs.site import chapters, gather
from sim import mechanisms
from tests.app.conftest import WAIT
from tests.conftest import ROOT, environment

pytestmark = pytest.mark.long
# What a page loads by itself; links that a reader follows may lead elsewhere.
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """Names, links and loaded files of a page."""

    def __init__(self, text):
        super().__init__()
        self.names, self.links, self.loaded = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.names.add(has.get("id"))
        if tag == "a" and has.get("href"):
            self.links.append(has["href"])
        if has.get(LOADED.get(tag)):
            self.loaded.append(has[LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    done = subprocess.run(
        [sys.executable, "-m", "docs.site.build", "--to", str(folder)],
        cwd=ROOT,
        env=environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder / "site"


@pytest.fixture(scope="module")
def pages(site):
    return {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def target(page, link):
    """The file that a link of a page leads to, and the name in it."""
    parts = urlsplit(link)
    file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    return file, unquote(parts.fragment)


def test_every_link_leads_to_a_page_or_file_and_a_name_in_it(pages):
    broken = []
    for page, held in pages.items():
        for link in (*held.links, *held.loaded):
            if urlsplit(link).scheme:
                continue
            file, name = target(page, link)
            known = not name or file not in pages or name in pages[file].names
            if not file.is_file() or not known:
                broken.append((page.name, link))
    assert sum(len(held.links) for held in pages.values()) > 1000
    assert broken == []


def test_no_page_loads_anything_from_elsewhere(site, pages):
    for page, held in pages.items():
        outside = [one for one in held.loaded if urlsplit(one).scheme or one.startswith("//")]
        assert outside == [], page
    for style in site.rglob("*.css"):
        found = re.findall(r"(?:url\(|@import)\s*['\"]?(\w+:)?//", style.read_text("utf-8"))
        assert found == [], style


def test_every_page_of_docs_and_every_chapter_is_there(site):
    for path in (ROOT / "docs").rglob("*.md"):
        place = path.relative_to(ROOT)
        if place.parts[1] not in ("site", "joss"):
            assert (site / place).with_suffix(".html").is_file(), place
    for name in mechanisms.CHAPTERS:
        page = (site / "mechanisms" / f"{name}.html").read_text(encoding="utf-8")
        title, zh, _ = chapters.about(vars(mechanisms)[name])
        assert title in page
        assert zh in page
        assert "sim.mechanisms." + name in page


def test_start_pages_link_to_nothing_that_is_only_on_the_site():
    """They are also read where the repository is shown."""
    for name in (gather.START, gather.START_ZH):
        text = (gather.SITE / name).read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert (gather.SITE / link).is_file(), (name, link)


@pytest.fixture(scope="module")
def search(site, browser):
    """Type words into the search field of the start page; the pages found, and what was fetched."""

    def search(asked):
        tab = browser.new_page()
        tab.set_default_timeout(WAIT)
        fetched = []
        tab.on("request", lambda one: fetched.append(one.url))
        tab.goto((site / "index.html").as_uri())
        tab.get_by_role("textbox").first.fill(asked)
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#search-results ul.search li a")
        # Results are listed one after another; the summary is told after the last.
        tab.wait_for_function("document.querySelector('.search-summary').innerText.match(/\\d/)")
        links = tab.locator("ul.search li a").all()
        found = {urlsplit(link.get_attribute("href")).path for link in links}
        tab.close()
        return found, fetched

    return search


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("back-tracing", "mechanisms/back_tracing.html"),
        ("公信力", "mechanisms/public.html"),
        ("方案", "zh.html"),
        ("add a lever", "docs/howto/add_a_lever.html"),
        ("new lever", "docs/howto/add_a_lever.html"),
        ("own organisation", "docs/howto/import_posts.html"),
        ("增加举措", "docs/howto/zh/add_a_lever.html"),
        ("导入编制表", "docs/howto/zh/import_posts.html"),
        ("画图", "docs/howto/zh/figure_in_chinese.html"),
    ],
)
def test_search_finds_from_files_in_both_languages(search, asked, page):
    found, fetched = search(asked)
    assert page in found
    assert [url for url in fetched if not url.startswith(("file:", "data:"))] == []
