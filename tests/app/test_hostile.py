"""Hostile links and messages are refused, soon, and show nothing of the program's inside."""

import html
import re
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import pytest

from sim.app.guard import LONGEST_EVENT, sound

SECONDS = 2.0
LINKS = [
    "/?s=/etc/passwd",
    "/?s=..%2F..%2Fetc%2Fpasswd",
    "/?s=%3Cscript%3Ealert(1)%3C/script%3E",
    "/?n=1000000000",
    "/?p=culture:101",
    "/?p=" + quote("culture:50," * 3000),
    "/?" + "p=&" * 500,
    "/?s=district&s=bureau",
    "/watch?month=99999",
    "/spiral?cut=-5",
    "/compare?p=culture:1&p=culture:1&p=culture:1&p=culture:1&p=culture:1",
    "/lessons/..%2F..%2Fetc%2Fpasswd",
    "/lessons/nothing",
    "/assumptions?s=state",
    "/_nicegui/../../etc/passwd",
    "/..%2f..%2f..%2fetc/passwd",
    "/nowhere",
]


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link[:40])
def test_a_hostile_link_is_refused(link, server):
    began = time.monotonic()
    code, page = get(server + link)
    assert code in (400, 404)
    assert time.monotonic() - began < SECONDS
    assert "Traceback" not in page
    assert "root:" not in page
    assert "<script>alert" not in page


REASON = re.compile("<code>(.*?)</code>")
# What may stay as it was sent: names in quotes, names of the link's own parts and of what is known.
AS_SENT = re.compile("“.*?”|^(n|cut|month|seed|who|shock)：|可用：.*")


@pytest.mark.parametrize("link", [one for one in LINKS if "?" in one], ids=lambda link: link[:40])
def test_a_refusal_speaks_the_language_of_the_page(link, server):
    code, page = get(f"{server}{link}&lang=zh")
    assert code == 400
    reason = html.unescape(REASON.search(page)[1])
    assert re.search("[\u4e00-\u9fff]", reason)
    assert not re.search("[A-Za-z]{2,}", AS_SENT.sub("", reason)), reason


def test_where_there_is_no_page_the_page_says_so(server):
    for lang, said in (("en", "there is no such page"), ("zh", "没有此页")):
        code, page = get(f"{server}/nowhere?lang={lang}")
        assert code == 404
        assert said in page


def test_a_name_that_is_nearly_right_is_offered_in_either_language(server):
    for lang, said in (("en", "did you mean “district”?"), ("zh", "是否指“district”？")):
        _, page = get(f"{server}/?s=distrct&lang={lang}")
        assert said in page


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null"])
def test_a_page_from_elsewhere_gets_no_socket(origin, server):
    path = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    codes = []
    for one in (origin, server):
        request = urllib.request.Request(server + path, headers={"Origin": one})
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                codes.append(reply.status)
        except urllib.error.HTTPError as error:
            codes.append(error.code)
    assert codes == [400, 200]


HOSTILE = """
() => {
  const real = window.socket.emit.bind(window.socket);
  const kept = [];
  window.socket.emit = (name, message, ...rest) => {
    if (name === "event") kept.push(message);
    return real(name, message, ...rest);
  };
  window.attack = () => {
    const one = kept.find(message => message.args[0] && message.args[0].includes("percent"));
    const bad = [
      '{"percent": 1e999}', '{"percent": 1000000, "first": 12, "end": 120}',
      '{"percent": "50; drop"}', '{"percent": null}', '[]', '"x"', '{', '{"percent": 50,'
      + '"first": -4, "end": 120}', '{"percent": 50, "first": 90, "end": 12}',
      '{"percent": true, "first": 12, "end": 120}', '[' .repeat(3000),
    ];
    for (const args of bad) real("event", {...one, args: [args]});
    for (const message of [null, 5, "x", [], {}, {client_id: one.client_id},
        {...one, id: 99999999}, {...one, id: "1"}, {...one, listener_id: "none"},
        {...one, args: "x"}, {...one, args: ["x".repeat(15000)]}]) real("event", message);
    real("log", {client_id: one.client_id, level: "error", message: "forged"});
    real("log", {client_id: one.client_id, level: "nonsense", message: "forged"});
    real("javascript_response", {});
    real("ack", {});
    real("handshake", {});
    real("no such event", {});
  };
}
"""


def test_hostile_messages_leave_the_page_working_and_the_log_clean(open_page, log):
    page = open_page()
    page.get_by_text("Mean of 8 runs").wait_for()
    page.evaluate(HOSTILE)
    slider = page.get_by_label("Execution culture", exact=True)
    slider.focus()
    page.keyboard.press("PageUp")
    page.wait_for_url("**culture:10*")
    page.evaluate("window.attack()")
    page.wait_for_timeout(500)
    for _ in range(4):
        page.keyboard.press("PageUp")
    page.wait_for_url("**culture:50*")
    assert "Traceback" not in page.inner_text("body")
    said = log.read_text()
    assert "Traceback" not in said
    assert "forged" not in said


def test_only_events_of_the_pages_own_form_are_sound():
    good = {"client_id": "a", "id": 4, "listener_id": "b", "args": ['{"percent": 4}']}
    assert sound(good)
    for name, value in (
        ("id", "4"),
        ("id", True),
        ("client_id", None),
        ("args", "x"),
        ("args", [4]),
        ("args", ["x" * (LONGEST_EVENT + 1)]),
    ):
        assert not sound(good | {name: value})
