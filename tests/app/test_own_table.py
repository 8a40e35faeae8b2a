"""A visitor's own organisation: read within bounds, kept for that visitor alone, shown as text."""

import gc
import http.client
import io
import json
import pickle
import weakref
import zipfile
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from sim.app import own_tables as kept_tables
from sim.app import table_reading
from sim.app.gate import LARGEST_TABLE
from sim.app.own_tables import IDLE_SECONDS, MOST_DEPARTMENTS, MOST_TABLES, OwnTables
from sim.app.refusals import Refusal
from sim.app.table_reader import read as read_in_process
from sim.app.table_reading import MOST_POSTS, TableReading
from sim.errors import BadInput
from sim.world import establishment
from tests.app.conftest import serving
from tests.conftest import but

HEAD = "post,superior,department"
TABLE = f"{HEAD},title\nD,,Our bureau,Director\nC,D,Our bureau,Chief\nA,C,Our bureau,Clerk\n"
HOSTILE_TITLE = "<img src=x onerror=alert(1)>"
WIDE = ",".join(f"c{number}" for number in range(501))


def book(rows):
    out, made = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def book_with(sheet):
    """A workbook whose first sheet is replaced by some XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book([["post"]]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return out.getvalue()


def parquet(rows):
    out = io.BytesIO()
    columns = {name: pd.Series(["a"] * rows) for name in HEAD.split(",")}
    pd.DataFrame(columns).to_parquet(out)
    return out.getvalue()


def chain(number):
    """A table with a department for each post, all below the first."""
    rows = ["0,,d0", *(f"{one},0,d{one}" for one in range(1, number))]
    return "\n".join([HEAD, *rows])


ENTITIES = "".join(
    f'<!ENTITY e{one} "{f"&e{one - 1};" * 10 if one else "x" * 50}">' for one in range(12)
)
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE w [{ENTITIES}]><worksheet>&e11;</worksheet>'


@cache
def hostile():
    """Uploads that are refused: their bytes, the ending of the name, a part of the line told."""
    return {
        "nothing": (b"", "csv", "the file is empty"),
        "zeros": (b"post,superior\0\0,department\nA,,d\n", "csv", "a byte of zero in row 1"),
        "noise": (bytes(range(256)) * 20, "csv", "not a table"),
        "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)) * 9, "csv", "not a table"),
        "old workbook": (b"\xd0\xcf\x11\xe0" + b"x" * 99, "xls", "save it as XLSX"),
        "no workbook": (b"PK\x03\x04" + b"x" * 99, "xlsx", "no workbook"),
        "bomb": (book_with(b"\0" * 60_000_000), "xlsx", "bytes unpacked"),
        "entities": (book_with(LAUGHS), "xlsx", "not a table"),
        "deep": (book_with("<worksheet>" + "<a>" * 400_000), "xlsx", "not a table"),
        "formula": (book([HEAD.split(","), ["=1+1", None, "d"]]), "xlsx", "row 2: “post” is empty"),
        "rows of a workbook": (
            book([HEAD.split(","), *([1, 2, 3] for _ in range(900))]),
            "xlsx",
            "more than 500 rows in a sheet",
        ),
        "endless Parquet": (parquet(3_000_000), "parquet", "3,000,000 rows"),
        "broken Parquet": (b"PAR1" + b"\xff" * 99, "parquet", "not a table"),
        "many rows": (f"{HEAD}\n".encode() + b"a,b,c\n" * 300_000, "csv", "300,000 rows"),
        "line ends": (b"\n" * (LARGEST_TABLE - 1), "csv", "the file is empty"),
        "quotes": (b'"' * 150_001, "csv", "characters in row 1"),
        "open quote": (f'{HEAD}\n"A,,d\n'.encode() + b'""\n' * 999, "csv", "not a table"),
        "wide": (f"{WIDE}\n1\n".encode(), "csv", "more than 500 columns"),
        "twice": (b"post,post,superior,department\n1,2,,d\n", "csv", "occurs twice"),
        "long name": (f"{HEAD}\n{'x' * 201},,d\n".encode(), "csv", "201 characters"),
        "turned text": (f"{HEAD}\nA\u202eB,,d\n".encode(), "csv", "cannot be seen"),
        "circle": (f"{HEAD}\nA,B,d\nB,A,d\n".encode(), "csv", "in a cycle"),
        "deep chain": (
            "\n".join([HEAD, "0,,d", *(f"{one},{one - 1},d" for one in range(1, 400))]).encode(),
            "csv",
            "400 ranks",
        ),
        "departments": (
            chain(MOST_DEPARTMENTS + 1).encode(),
            "csv",
            f"{MOST_DEPARTMENTS + 1} departments",
        ),
        "no headings": (b"1,2,3\n4,5,6\n", "csv", "is missing"),
    }


def send(server, content, name="posts.csv", cookie="", method="PUT", root="", lang="en"):
    """Send a table as a browser would; the status, the answer, and the visitor's cookie."""
    body = content.encode() if isinstance(content, str) else content
    line = http.client.HTTPConnection(urlsplit(server).netloc, timeout=120)
    line.request(method, f"{root}/own/table?lang={lang}&name={name}", body, {"cookie": cookie})
    reply = line.getresponse()
    said = reply.read().decode()
    line.close()
    told = reply.headers.get("set-cookie", "")
    return reply.status, json.loads(said) if said.startswith("{") else said, told.split(";")[0]


def shown(server, path, cookie=""):
    line = http.client.HTTPConnection(urlsplit(server).netloc, timeout=120)
    line.request("GET", path, headers={"cookie": cookie})
    said = line.getresponse().read().decode()
    line.close()
    return said


def link_in(told):
    return told["said"].partition("/?s=")[2].partition('"')[0].partition("&")[0]


@pytest.mark.slow
def test_a_table_is_read_in_bounds_or_refused_in_one_line():
    """As the process reads it; what the server says of each is the same list."""
    for name, (content, suffix, said) in hostile().items():
        if name == "departments":
            continue
        found = read_in_process(content, f".{suffix}", MOST_POSTS)
        assert isinstance(found, list), name
        assert len(found) == 1, (name, found)
        assert said in found[0], (name, found)
        assert "\n" not in found[0], (name, found)


def test_the_page_takes_as_many_posts_as_it_says():
    rows = [f"{one},0,d" for one in range(1, MOST_POSTS)]
    table = "\n".join([HEAD, "0,,d", *rows])
    assert len(read_in_process(table.encode(), ".csv", MOST_POSTS).posts) == MOST_POSTS
    (said,) = read_in_process(f"{table}\nx,0,d".encode(), ".csv", MOST_POSTS)
    assert said == f"{MOST_POSTS + 1} rows; expected at most {MOST_POSTS}"


# Those that would take most of a server that read them itself.
HEAVY = ("bomb", "entities", "endless Parquet", "many rows", "departments")


@pytest.mark.parametrize("name", but(("bomb",), HEAVY))
def test_the_server_answers_a_hostile_table_and_lives(name, server):
    content, suffix, said = hostile()[name]
    status, told, cookie = send(server, content, f"x.{suffix}")
    assert (status, told["kept"], cookie) == (200, False, "")
    assert told["said"].count("<li>") == 1
    assert said in told["said"]
    assert "Zhixing" in shown(server, "/own")


@pytest.mark.slow
def test_a_table_that_is_too_long_is_refused_before_any_of_it_is_sent(server):
    line = http.client.HTTPConnection(urlsplit(server).netloc, timeout=120)
    line.putrequest("PUT", "/own/table?name=posts.csv")
    line.putheader("content-length", str(LARGEST_TABLE + 1))
    line.endheaders()
    reply = line.getresponse()
    assert (reply.status, reply.read()) == (413, b"This is more than the page takes.\n")
    line.close()


@pytest.mark.long
def test_two_visitors_do_not_see_each_others_tables(server):
    _, one, first = send(server, TABLE)
    _, other, second = send(server, TABLE.replace("Our bureau", "Strangers"))
    assert first != second
    mine, theirs = link_in(one), link_in(other)
    assert "Your organisation" in shown(server, f"/watch?s={mine}", first)
    assert "Our bureau" in shown(server, "/own/table", first)
    for link, cookie in ((mine, second), (theirs, first), (mine, ""), (f"{mine}.x", first)):
        said = shown(server, f"/watch?s={link}", cookie)
        assert "the table stays in the browser where it was pasted" in said
        for told in ("Director", "Our bureau", "Strangers"):
            assert told not in said
    assert "Strangers" in shown(server, "/own/table", second)
    assert "Our bureau" not in shown(server, "/own/table", second)
    assert "只留在粘贴它的浏览器中" in shown(server, f"/?s={mine}&lang=zh", second)
    # No cookie that is made up finds a table.
    assert "3 posts" not in shown(server, "/own/table", "zhixing-own=" + "A" * 32)


@pytest.mark.long
def test_no_page_holds_the_secret_name_or_the_secret_of_the_visitor(server):
    _, told, cookie = send(server, TABLE)
    link = link_in(told)
    for path in ("/", "/watch", "/compare", "/spiral", "/assumptions", "/own", "/lessons"):
        said = shown(server, f"{path}?s={link}", cookie)
        assert f"{link}." not in said
        assert cookie.partition("=")[2] not in said


@pytest.mark.long
def test_a_table_sent_again_takes_the_place_of_the_first_and_can_be_forgotten(server):
    _, one, cookie = send(server, TABLE)
    _, other, again = send(server, TABLE.replace("Clerk", "Typist"), cookie=cookie)
    assert again == cookie
    assert "is forgotten" in shown(server, f"/?s={link_in(one)}", cookie)
    assert "Typist" not in send(server, "", cookie=cookie)[1]["said"]
    assert send(server, f"{HEAD}\nA,B,d\n", cookie=cookie)[1]["kept"]
    assert "3 posts" in shown(server, f"/?s={link_in(other)}", cookie)
    assert send(server, None, cookie=cookie, method="DELETE")[1]["kept"] is False
    assert "3 posts" not in shown(server, "/own/table", cookie)


def test_pages_of_other_sites_cannot_send_a_table_for_a_visitor():
    """A request with this method asks first, and the page allows no other origin."""
    from sim.app import own_table

    routes = [one for one in own_table.app.routes if getattr(one, "path", "") == "/own/table"]
    own_table.register()
    routes = [one for one in own_table.app.routes if getattr(one, "path", "") == "/own/table"]
    assert {method for one in routes for method in one.methods} == {"GET", "HEAD", "PUT", "DELETE"}


# What is kept.


def organisation(number=3):
    rows = [f"{one},0,d" for one in range(1, number)]
    content = "\n".join([HEAD, "0,,d", *rows]).encode()
    return content, establishment.parsed(content)


@pytest.mark.slow
def test_memory_stays_flat_over_many_tables():
    tables = OwnTables()
    made = []
    for number in range(MOST_TABLES + 20):
        content, table = organisation(3 + number)
        one = tables.keep(content, table, f"visitor {number}", "10.0.0.1")
        made.append((weakref.ref(one), weakref.ref(one.table)))
        del content, table, one
    gc.collect()
    alive = [all(ref() is not None for ref in refs) for refs in made]
    assert len(tables) == sum(alive) == MOST_TABLES
    assert all(alive[-MOST_TABLES:])


def resident(process):
    """Bytes of memory that a process has."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (told,) = (line for line in lines if line.startswith("VmRSS"))
    return 1024 * int(told.split()[1])


@pytest.mark.long
def test_memory_of_the_server_stays_flat_over_tables_sent_again(begun):
    server = f"http://127.0.0.1:{begun.port}"
    table = organisation(MOST_POSTS)[0]
    cookie = ""

    def sent(times):
        nonlocal cookie
        for _ in range(times):
            _, told, cookie = send(server, table, cookie=cookie)
            assert told["kept"]
        return resident(begun._process)

    before = sent(2)
    assert sent(4) - before < 4 * LARGEST_TABLE


def test_whoever_sends_many_tables_takes_the_place_of_own_ones():
    tables = OwnTables()
    content, table = organisation()
    tables.keep(content, table, "quiet", "10.0.0.9")
    for number in range(MOST_TABLES + 5):
        tables.keep(content, table, f"loud {number}", "10.0.0.1")
    assert tables.of("quiet") is not None
    assert tables.of("loud 0") is None


def test_a_table_is_forgotten_after_hours_and_what_was_computed_with_it():
    now = [0.0]
    tables = OwnTables(lambda: now[0])
    forgotten = []
    tables.when_forgotten(forgotten.append)
    one = tables.keep(*organisation(), "visitor", "")
    now[0] = IDLE_SECONDS - 1
    assert tables.of("visitor") is one
    now[0] += IDLE_SECONDS + 1
    assert tables.of("visitor") is None
    assert forgotten == [one.key]
    with pytest.raises(Refusal, match="is forgotten"):
        tables.get(one.key)


@pytest.mark.slow
def test_the_same_table_of_two_visitors_outlives_the_first_of_them():
    tables = OwnTables()
    content, table = organisation()
    tables.keep(content, table, "one", "")
    other = tables.keep(content, establishment.parsed(content), "other", "")
    tables.forget("one")
    del table
    gc.collect()
    assert other.scenario.replace({"public.expectation": 0.5}).total_posts == 3


@pytest.mark.slow
def test_no_name_of_a_file_is_looked_up_for_a_table_in_memory():
    content, table = organisation()
    posts, _ = establishment.kept(content, table)
    assert posts.path == establishment.IN_MEMORY
    del table, _
    gc.collect()
    with pytest.raises(BadInput, match="kept no longer"):
        establishment.of(posts)


def test_citizens_go_by_the_front_line():
    tables = OwnTables()
    base = kept_tables.base()
    small, large = (
        tables.keep(*organisation(number), f"{number}", "").scenario for number in (4, 25)
    )
    each = base.public.citizens / 12
    assert small.public.citizens == round(3 * each)
    assert large.public.citizens == round(24 * each)
    assert (small.levers, small.clock) == (base.levers, base.clock)


# The process that reads.


@pytest.mark.long
def test_a_table_that_takes_too_long_is_given_up_and_the_next_is_read(finished, monkeypatch):
    async def both():
        reading = TableReading()
        monkeypatch.setattr(table_reading, "SECONDS", 0.01)
        with pytest.raises(Refusal, match="more time or memory"):
            await reading.read(TABLE.encode(), ".csv")
        monkeypatch.setattr(table_reading, "SECONDS", 120.0)
        return await reading.read(TABLE.encode(), ".csv")

    assert finished(both()).titles == ("Director", "Chief", "Clerk")


def test_too_many_tables_at_once_are_told_to_wait(finished):
    async def wait():
        reading = TableReading()
        reading._waiting = table_reading.MOST_WAITING
        await reading.read(TABLE.encode(), ".csv")

    with pytest.raises(Refusal, match="try again in a moment"):
        finished(wait())


def test_what_comes_back_can_run_no_code():
    class Harm:
        def __reduce__(self):
            return print, ("harm",)

    with pytest.raises(pickle.UnpicklingError):
        table_reading._Parts(io.BytesIO(pickle.dumps(Harm()))).load()


# The page.


def paste(page, table, button="Read what is pasted"):
    page.locator("textarea").fill(table)
    page.get_by_role("button", name=button).click()
    page.locator(".said h2").wait_for(timeout=60_000)


@pytest.mark.slow
def test_paste_open_reload_and_forget(open_page, server):
    page = open_page("/own", ready=False)
    tabs = TABLE.replace(",", "\t").replace("Chief", HOSTILE_TITLE)
    paste(page, tabs)
    assert page.locator(".said h2").inner_text() == "Your organisation: 3 posts in one department"
    assert page.evaluate("document.activeElement.className") == "said"
    links = {
        view: page.get_by_role("link", name=f"Open in {view}").get_attribute("href")
        for view in ("Explore", "Compare", "Spiral")
    }
    page.get_by_role("link", name="Open in Watch").click()
    page.locator(".chain .post").nth(1).click()
    page.get_by_role("heading", name=f"Traits and beliefs of {HOSTILE_TITLE}").wait_for()
    assert page.locator("img").count() == 0
    page.reload()
    page.get_by_label("Scenario").locator("option:checked").wait_for(state="attached")
    assert page.locator(".chain .post").count() == 3
    for link in links.values():
        page.goto(server + link)
        page.wait_for_selector(".told:not(:empty)")
        chosen = page.get_by_label("Scenario").locator("option:checked").inner_text()
        assert chosen == "Your organisation"
    page.goto(f"{server}/own")
    page.get_by_role("button", name="Forget this organisation").click()
    page.get_by_text("the server keeps nothing of it").wait_for()
    page.goto(server + links["Spiral"])
    page.get_by_text("stays in the browser where it was pasted").wait_for()


@pytest.mark.long
def test_everything_that_is_wrong_is_told_in_chinese_and_what_was_pasted_stays(open_page):
    page = open_page("/own?lang=zh", ready=False, width=360)
    wrong = "岗位,上级,部门,能力,年龄\n局长,,局,1.2,12\n科员,副局长,局,好,40\n"
    paste(page, wrong, "读取粘贴内容")
    assert page.locator(".said li").all_inner_texts() == [
        "第3行：岗位“科员”的上级“副局长”不是表中的岗位；是否指“局长”？",
        "第3行：“能力”不是数字：“好”",
        "第2行：“能力”是1.2；应为0至1；请填0至1的小数或百分比；其他量表须在情景文件中说明",
        "第2行：“年龄”是12；应为16至100",
    ]
    assert page.locator("textarea").input_value() == wrong
    right = wrong.replace("1.2", "0.2").replace("12", "52").replace("好", "80%")
    paste(page, right.replace("副局长", "局长"), "读取粘贴内容")
    page.get_by_text("本单位：2个岗位，一个部门").wait_for(timeout=60_000)


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_by_keyboard_alone_without_findings_of_axe_and_within_a_phone(lang, open_page):
    page = open_page(f"/own?lang={lang}", ready=False, width=360)
    page.locator("textarea").focus()
    page.keyboard.insert_text(TABLE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".said h2").wait_for(timeout=60_000)
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("/?s=own-")


@pytest.mark.long
def test_a_file_is_read_and_the_template_is_one_that_is_read(open_page, tmp_path):
    page = open_page("/own", ready=False)
    for kind in ("XLSX", "CSV"):
        with page.expect_download() as found:
            page.get_by_role("link", name=kind).click()
        file = tmp_path / found.value.suggested_filename
        found.value.save_as(file)
        page.get_by_label("Or a file").set_input_files(file)
        page.get_by_text(f"{kind}, ").wait_for(timeout=60_000)
        assert "2 posts in one department" in page.locator(".said h2").inner_text()
        page.get_by_role("button", name="Forget").click()
        page.get_by_text("keeps nothing").wait_for()


@pytest.mark.long
def test_in_class_mode_and_under_a_path(tmp_path):
    root = "/zhixing"
    with serving(tmp_path / "log", "--class", "--host", "127.0.0.1", "--root-path", root) as url:
        status, told, cookie = send(url, TABLE, root=root)
        assert status == 200
        assert f'href="{root}/watch?s=own-' in told["said"]
        assert "3 posts" in shown(url, f"{root}/?s={told['said'].partition('?s=')[2][:12]}", cookie)
    assert "Traceback" not in (tmp_path / "log").read_text()
