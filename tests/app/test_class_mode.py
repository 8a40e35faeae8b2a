"""Class mode in browsers: a teacher, a wall, phones; cut connections, late and lost students."""

import asyncio
import csv
import io
import json
import re
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe

from benchmarks.class_mode import STALL, teach
from benchmarks.classroom_server import running
from sim.app.rooms import LONGEST_REASON, MOST_GUESSES
from tests.app.conftest import browsing, forget, serving
from tests.app.visitor import Visitor
from tests.conftest import but

pytestmark = pytest.mark.slow
# Milliseconds for anything; scores of a contest are hundreds of runs.
WAIT = 60_000
NASTY = "<img src=x onerror=alert(1)> because"


@pytest.fixture(scope="module")
def class_log(tmp_path_factory):
    return tmp_path_factory.mktemp("class") / "server.log"


@pytest.fixture(scope="module")
def class_server(class_log):
    with serving(class_log, "--class", "--host", "127.0.0.1") as url:
        yield url
    assert "Traceback" not in class_log.read_text()


@pytest.fixture(scope="module")
def key(class_server, class_log):
    return re.search(r"key=(\S+)", class_log.read_text())[1]


class School:
    """Browsers of one class; errors of scripts and requests to other machines fail the test."""

    def __init__(self, browser, url, key, desk):
        self.browser, self.url, self.key, self.desk = browser, url, key, desk
        self.contexts, self.complaints, self.others = [], [], [*desk.pages]
        self.watch(desk)
        self.console = desk.new_page()
        self.console.goto(f"{url}/class?key={key}")
        assert "key" not in self.console.url
        self.console.get_by_role("button", name="Open a room").click()
        self.console.wait_for_url(re.compile(r"/class/[0-9]{4}$"))
        self.room = self.console.url[-4:]

    def context(self, width, height=760):
        one = self.browser.new_context(viewport={"width": width, "height": height})
        one.set_default_timeout(WAIT)
        self.watch(one)
        self.contexts.append(one)
        return one

    def watch(self, context):
        context.on("weberror", self.fault)
        context.on("request", self.request)

    def fault(self, error):
        self.complaints.append(str(error.error))

    def request(self, request):
        own = (self.url, self.url.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(own):
            self.complaints.append(request.url)

    def leave(self):
        for context in self.contexts:
            context.close()
        forget(self.desk, [one for one in self.desk.pages if one not in self.others], self.url)
        self.desk.remove_listener("weberror", self.fault)
        self.desk.remove_listener("request", self.request)

    def wall(self, width=1024, height=768, lang="en"):
        page = self.desk.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{self.url}/class/{self.room}/wall{'?lang=zh' if lang == 'zh' else ''}")
        page.wait_for_selector(".lobby, .strip, .lead")
        return page

    def phone(self, lang="en", width=360):
        page = self.context(width).new_page()
        more = "&lang=zh" if lang == "zh" else ""
        page.goto(f"{self.url}/join?room={self.room}{more}")
        page.wait_for_selector("#main > *")
        return page

    def open(self, activity):
        self.console.locator(".console select").select_option(activity)

    def press(self, name):
        self.console.get_by_role("button", name=name, exact=False).first.click()


def predict(phone, answer, reason=""):
    phone.locator("form.predict input[type=radio]").nth(answer).check()
    phone.fill("textarea", reason)
    phone.locator("form.predict button").click()
    phone.locator("form.predict").wait_for(state="detached")


@pytest.fixture(scope="module")
def desk(browser, class_server):
    """The browser of the teacher, which has loaded the page's scripts for another class."""
    with browsing(browser, class_server) as one:
        one.set_default_timeout(WAIT)
        yield one


@contextmanager
def at_school(*about):
    one = School(*about)
    yield one
    one.leave()
    assert one.complaints == []


@pytest.fixture
def school(browser, class_server, key, desk):
    with at_school(browser, class_server, key, desk) as one:
        yield one


@pytest.fixture(scope="module")
def lobby(browser, class_server, key, desk):
    """A room in which nothing begins, for whoever stands at its door."""
    with at_school(browser, class_server, key, desk) as one:
        yield one


def counts(page):
    return page.locator(".votes b").all_inner_texts()


def test_a_class_predicts_and_the_result_is_laid_over_what_it_predicted(school):
    wall = school.wall()
    assert school.room in wall.inner_text(".lobby")
    assert wall.locator(".qr svg").count() == 1
    assert f"/join?room={school.room}" in wall.locator(".qr").get_attribute("aria-label")
    phones = [school.phone() for _ in range(3)]
    wall.get_by_text("3 students").wait_for()
    school.open("campaign")
    for phone, answer in zip(phones, (2, 2, 0), strict=True):
        predict(phone, answer, NASTY)
    wall.get_by_text("3 of 3 have predicted").wait_for()
    assert counts(wall) == ["1 of 3", "0 of 3", "2 of 3"]
    # Before the result no phone shows what others predicted.
    assert phones[0].locator(".votes").count() == 0
    assert wall.locator(".votes .hit").count() == 0
    school.press("Reveal the result")
    wall.wait_for_selector(".votes .hit")
    assert "The runs show this" in wall.locator(".votes li").nth(2).inner_text()
    assert wall.locator("figure .told").inner_text().startswith("Execution rate")
    for phone, result in zip(phones, ("right", "right", "wrong"), strict=True):
        phone.wait_for_selector(f".verdict.{result}")
    assert "2 of 3 students predicted" in phones[0].inner_text("#news")


@pytest.mark.long
def test_reasons_are_text_are_shown_only_if_the_teacher_shows_them_and_can_be_hidden(school):
    wall, first, second = school.wall(), school.phone(), school.phone()
    school.open("budget")
    predict(first, 1, NASTY)
    predict(second, 1, "plain")
    wall.get_by_text("2 of 2 have predicted").wait_for()
    assert wall.locator(".said li").count() == 0
    school.press("Show reasons on the wall")
    wall.locator(".said li").nth(1).wait_for()
    assert wall.locator(".said li").first.inner_text() == f"“{NASTY}”"
    assert wall.locator(".said img").count() == 0
    school.console.locator(".console summary").click()
    school.console.locator(".console .said button").first.click()
    wall.wait_for_function("document.querySelectorAll('.said li').length === 1")
    assert wall.inner_text(".said") == "“plain”"
    first.get_by_text("The teacher does not show this reason.").wait_for()
    school.press("Take reasons off the wall")
    wall.wait_for_function("document.querySelectorAll('.said li').length === 0")


def test_a_cut_connection_loses_nothing(school):
    phone, wall = school.phone(), school.wall()
    school.open("image_projects")
    phone.wait_for_selector("form.predict")
    phone.context.set_offline(True)
    phone.locator("form.predict input[type=radio]").nth(1).check()
    phone.fill("textarea", "said without a connection")
    phone.locator("form.predict button").click()
    phone.locator("#lost").wait_for()
    assert counts(wall) == ["no answer yet"] * 3
    phone.context.set_offline(False)
    phone.locator("form.predict").wait_for(state="detached")
    assert "said without a connection" in phone.inner_text("#news")
    wall.get_by_text("1 of 1 have predicted").wait_for()
    assert phone.locator("#lost").is_hidden()


@pytest.mark.long
def test_an_answer_that_is_cut_off_is_sent_again_and_counts_once(school):
    phone, wall = school.phone(), school.wall()
    school.open("campaign")
    phone.wait_for_selector("form.predict")
    arrived = []

    def cut(route):
        if route.request.method == "POST" and not arrived:
            # It reaches the server, and its answer does not come back.
            arrived.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    phone.route("**/seat?*", cut)
    predict(phone, 0, "once")
    assert arrived == [200]
    wall.get_by_text("1 of 1 have predicted").wait_for()
    phone.unroute_all(behavior="wait")


@pytest.mark.long
def test_a_reload_or_the_other_language_leads_back_with_what_was_begun(school):
    phone = school.phone()
    seat = phone.inner_text("#head")
    school.open("campaign")
    phone.wait_for_selector("form.predict")
    phone.locator("input[type=radio]").nth(1).check()
    phone.fill("textarea", "half a thou")
    phone.reload()
    phone.wait_for_selector("form.predict")
    assert phone.inner_text("#head") == seat
    assert phone.locator("input[type=radio]").nth(1).is_checked()
    assert phone.input_value("textarea") == "half a thou"
    phone.locator("a.language").click()
    phone.wait_for_selector("form.predict")
    assert "专项行动" in phone.inner_text("#main h1")
    assert phone.input_value("textarea") == "half a thou"
    phone.locator("form.predict button").click()
    phone.locator("form.predict").wait_for(state="detached")
    phone.goto(f"{school.url}/join")
    phone.get_by_text("half a thou").wait_for()


def test_a_late_student_sees_where_the_class_is(school):
    school.open("campaign")
    school.press("Reveal the result")
    late = school.phone()
    late.get_by_text("The result was shown before you predicted.").wait_for()
    assert late.locator("form").count() == 1  # The door's, which is closed.
    assert late.locator(".votes .hit").count() == 1


def test_the_door_takes_four_digits_and_says_when_there_is_no_such_room(lobby):
    page = lobby.context(360).new_page()
    page.goto(f"{lobby.url}/join")
    wrong = "1000" if lobby.room != "1000" else "1001"
    page.get_by_label("Room").fill(wrong)
    page.get_by_role("button", name="Join").click()
    page.get_by_text(f"there is no room “{wrong}”").wait_for()
    page.get_by_label("Room").fill(lobby.room)
    page.get_by_role("button", name="Join").click()
    page.get_by_text("You are in.").wait_for()
    page.get_by_role("button", name="Leave the room").click()
    page.get_by_label("Room").wait_for()


@pytest.mark.long
def test_the_contest_refuses_what_is_over_budget_by_how_much_and_ties_share_a_rank(school):
    wall = school.wall()
    phones = [school.phone() for _ in range(3)]
    school.open("contest")
    for number, phone in enumerate(phones, 1):
        phone.get_by_role("button", name=f"Group {number}", exact=True).click()
        phone.wait_for_selector("[aria-pressed]")
    school.press("Start the first round")
    for phone in phones:
        phone.wait_for_selector("input[type=range]")
    for phone in phones[:2]:
        phone.get_by_label("Execution culture").fill("100")
        phone.get_by_role("button", name="Submit the package").click()
    phones[2].get_by_label("Appraisal").fill("100")
    phones[2].get_by_role("button", name="What does it take?").click()
    phones[2].wait_for_selector(".price.over")
    assert re.search(r"Over the budget, by \d+\.\d points", phones[2].inner_text(".price.over"))
    phones[2].get_by_role("button", name="Submit the package").click()
    for phone in phones[:2]:
        phone.get_by_text("Accepted: score").wait_for()
    wall.wait_for_function("document.querySelectorAll('.leaders tbody tr').length === 3")
    wall.get_by_text("no package within budget").wait_for()
    wall.wait_for_function(
        "[...document.querySelectorAll('.leaders tbody td:first-child')]"
        ".map(one => one.innerText).join() === '1,1,3'"
    )
    school.press("Start the second round")
    wall.get_by_text("Round 2:").wait_for()
    phones[0].get_by_text("Your package of round 1 was tried here as well.").wait_for()
    # What was set stays set.
    assert phones[0].get_by_label("Execution culture").input_value() == "100"
    school.press("End the contest")
    wall.get_by_text("The contest is over.").wait_for()
    phones[0].get_by_text("The contest is over.").wait_for()


@pytest.mark.long
def test_the_export_holds_everything_and_no_formula_and_ends_with_the_room(school):
    phone = school.phone()
    school.open("campaign")
    predict(phone, 2, "=1+1")
    school.press("Reveal the result")
    phone.wait_for_selector(".verdict")
    link = f"{school.url}/class/{school.room}/class.csv"
    rows = [*csv.DictReader(io.StringIO(school.desk.request.get(link).text()))]
    assert [(row["activity"], row["student"], row["right"], row["reason"]) for row in rows] == [
        ("campaign", "1", "1", "'=1+1")
    ]
    school.press("End the room")
    school.press("End it and forget everything")
    phone.get_by_text("this room has ended").wait_for()
    assert school.desk.request.get(link).status == 403
    assert phone.evaluate("localStorage.getItem('zhixing.seat')") is None


@pytest.mark.long
def test_two_teachers_lead_two_rooms_at_once(browser, school, class_server, key):
    other = School(browser, class_server, key, browser.new_context())
    try:
        assert other.room != school.room
        here, there = school.phone(), other.phone()
        school.open("campaign")
        other.open("budget")
        here.get_by_text("A campaign and after").wait_for()
        there.get_by_text("Reform on a budget").wait_for()
    finally:
        other.desk.close()
        for context in other.contexts:
            context.close()


@pytest.mark.parametrize(
    "path", but(("/class/{room}",), ("/class", "/class/{room}", "/class/{room}/wall"))
)
def test_without_the_key_nobody_is_the_teacher(path, lobby):
    stranger = lobby.context(1280).new_page()
    for query in ("", "?key=", "?key=wrong"):
        reply = stranger.goto(lobby.url + path.format(room=lobby.room) + query)
        assert reply.status == 403
        assert "the teacher's" in stranger.inner_text("code")
    assert stranger.request.get(f"{lobby.url}/class/{lobby.room}/class.csv").status == 403


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_finds_nothing_serious_and_nothing_is_cut_off(lang, school):
    wall, phone = school.wall(lang=lang), school.phone(lang)
    console = school.desk.new_page()
    console.goto(f"{school.url}/class/{school.room}{'?lang=zh' if lang == 'zh' else ''}")
    console.wait_for_selector(".lobby b")

    def check():
        for page, widths in ((wall, (1280, 1024)), (phone, (360, 375)), (console, (1280, 375))):
            for width in widths:
                page.set_viewport_size({"width": width, "height": 768})
                page.wait_for_timeout(400)
                beyond = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                assert beyond <= 0, (page.url, width)
            found = Axe().run(page).response["violations"]
            serious = [
                (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
                for one in found
                if one["impact"] in ("serious", "critical")
            ]
            assert serious == [], page.url

    check()
    school.open("campaign")
    phone.wait_for_selector("form.predict")
    check()
    predict(phone, 1, "w" * LONGEST_REASON)
    school.press("Reveal the result")
    school.press("Show reasons on the wall")
    phone.wait_for_selector(".verdict")
    wall.wait_for_selector(".said li")
    check()
    school.open("contest")
    phone.locator(".groups button").first.click()
    phone.wait_for_selector("[aria-pressed]")
    check()
    school.press("Start the first round")
    phone.wait_for_selector("input[type=range]")
    phone.locator("button[value=submit]").click()
    phone.wait_for_selector(".price")
    wall.wait_for_selector(".leaders tbody tr")
    check()


# Programs instead of browsers.


def asked(url, body=None, token="", method=None):
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"seat": token}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_hostile_requests_are_refused_in_one_line(school):
    base = f"{school.url}/join/{school.room}"
    token = json.loads(asked(base, {})[1])["token"]
    seat = f"{base}/seat"
    school.open("campaign")
    school.console.wait_for_selector(".votes")
    for body in (
        b"",
        b"not json",
        b"[" * 5_000,
        b"\xff\xfe",
        [],
        {"act": "fly"},
        {"act": 1},
        {"act": {}},
        {"act": "predict", "lesson": "campaign", "answer": "3"},
        {"act": "predict", "lesson": "campaign", "answer": "-1"},
        {"act": "predict", "lesson": "campaign", "answer": "x" * 9_000},
        {"act": "predict", "lesson": "budget", "answer": "1"},
        {"act": "predict", "lesson": "../../etc/passwd", "answer": "1"},
        {"act": "group", "group": "13"},
        {"act": "group"},
        {"act": "submit", "stage": "1", "lever:culture": "100"},
    ):
        status, told = asked(seat, body, token)
        assert status == 400, body
        assert "\n" not in json.loads(told)["error"]
    status, _ = asked(seat, b'{"act": "' + b"x" * 50_000 + b'"}', token)
    assert status == 413
    for wrong in ("", "guess", token[:-1], "é"):
        assert asked(seat, None, wrong.encode().decode("latin-1"))[0] == 410
    status, told = asked(seat, {"act": "predict", "lesson": "campaign", "answer": "1"}, token)
    assert status == 200
    assert asked(f"{seat}?v={json.loads(told)['version']}", None, token) == (204, "")


def test_room_numbers_cannot_be_tried_one_after_another(lobby):
    port = int(lobby.url.rpartition(":")[2])

    def guess(number):
        return Visitor(port, source="127.0.0.9").post(f"/join/{number}", "{}")

    told = [guess(number) for number in range(MOST_GUESSES + 1)]
    assert all("no room" in one for one in told[:-1])
    assert "too many wrong" in told[-1]
    # The right number does not help whoever guessed; others come in.
    assert "too many wrong" in guess(lobby.room)
    assert asked(f"{lobby.url}/join/{lobby.room}", {})[0] == 200


@pytest.mark.long
def test_without_class_mode_there_are_no_rooms(server):
    for path in ("/class", "/join", "/join/1234"):
        assert asked(server + path)[0] == 404


@pytest.mark.long
def test_the_console_shows_where_the_class_is_after_the_server_stood_still(browser):
    """What is picked while nobody answers may be lost, but is not shown as if it had been done."""
    with running("--class", "--host", "127.0.0.1") as server:
        school = School(browser, server.url, server.key(), browser.new_context())
        try:
            phone, lesson = school.phone(), school.console.locator(".console select")
            school.open("campaign")
            phone.wait_for_selector("form.predict")
            server.stand_still(True)
            phone.wait_for_timeout(1_000)
            school.open("budget")
            phone.wait_for_timeout(1_000 * STALL)
            server.stand_still(False)
            here = phone.locator("form.predict input[name=lesson]")
            apart = 30
            while lesson.input_value() != here.input_value() and apart:
                apart -= 1
                phone.wait_for_timeout(1_000)
            assert lesson.input_value() == here.input_value()
            school.open("image_projects")
            phone.wait_for_selector(
                "form.predict input[name=lesson][value=image_projects]", state="attached"
            )
        finally:
            school.desk.close()
            for context in school.contexts:
                context.close()


@pytest.mark.long
def test_forty_phones_lose_nothing_if_connections_and_the_server_fail_and_memory_is_bounded(
    finished,
):
    """Requests are cut off, and the server stands still for longer than its connections live."""
    with running("--class", "--host", "127.0.0.1") as one:
        found = finished(asyncio.wait_for(teach(one, 40, 16.0, stalls=True), 250))
    assert found.lost == []
    assert found.cuts > 40
    assert found.unanswered > 0
    assert found.packages > 0
    # Runs of later lessons and of the contest are kept; forty seats are kilobytes.
    assert max(found.memory) < found.memory[0] + 100
