"""``zhixing app``: where it serves, what it warns of, what it refuses."""

import importlib
import importlib.util
import socket

import pytest

from sim.app import server
from sim.app.names import Names

# The package names its command line as it does this module.
app = importlib.import_module("sim.cli.app")


@pytest.fixture
def served(monkeypatch):
    """Serve nothing; remember what was asked for."""
    asked = []
    monkeypatch.setattr(server, "warm_up", lambda: None)
    monkeypatch.setattr(server, "serve", lambda *words: asked.append(words))
    return asked


def test_it_serves_this_machine_alone_unless_told_otherwise(served, zhixing):
    said = zhixing("app", "--port", "18080", "--no-open")
    assert said.code == 0
    assert served == [("127.0.0.1", 18080, False)]
    assert "http://127.0.0.1:18080" in said.err
    assert "password" not in said.err


def test_another_address_says_what_it_opens(served, zhixing):
    said = zhixing("app", "--host", "0.0.0.0", "--port", "18081", "--no-open")
    assert said.code == 0
    for word in ("whoever reaches this machine", "no password", "no file"):
        assert word in said.err


def test_everywhere_is_told_as_the_address_that_others_can_open(served, zhixing, monkeypatch):
    monkeypatch.setattr(app, "_for_others", lambda host: "192.0.2.40")
    said = zhixing("app", "--host", "0.0.0.0", "--port", "18084", "--no-open")
    assert "Open http://192.0.2.40:18084, others too" in said.err
    assert "http://0.0.0.0" not in said.err
    monkeypatch.setattr(app, "_for_others", lambda host: None)
    said = zhixing("app", "--host", "0.0.0.0", "--port", "18084", "--no-open")
    assert "no address for others" in said.err


def test_the_address_for_others_is_one_of_this_machine():
    found = app._for_others("0.0.0.0")
    assert found is None or found in Names("0.0.0.0")


def test_a_root_path_is_handed_on_and_told(zhixing, monkeypatch):
    asked = []
    monkeypatch.setattr(server, "warm_up", lambda: None)
    monkeypatch.setattr(server, "serve", lambda *words, **more: asked.append(more))
    said = zhixing("app", "--port", "18085", "--no-open", "--root-path", "/zhixing/")
    assert asked == [{"root_path": "/zhixing"}]
    assert "http://127.0.0.1:18085/zhixing " in said.err


def test_it_says_that_it_warms_up_before_the_page_opens(served, zhixing):
    said = zhixing("app", "--port", "18082", "--no-open")
    assert said.err.index("Warming up") < said.err.index("Open http")


def test_more_names_are_handed_on(served, zhixing):
    words = ("--allow-host", "class.example", "--allow-host", "192.0.2.7")
    assert zhixing("app", "--no-open", "--port", "18083", *words).code == 0
    assert served == [("127.0.0.1", 18083, False, "class.example", "192.0.2.7")]


@pytest.mark.parametrize(
    "words",
    [
        ["--port", "0"],
        ["--port", "99999"],
        ["--port", "x"],
        ["--host", "nowhere.invalid"],
        ["--host", "203.0.113.7"],
        ["--host", "a" * 300],
        ["--allow-host", "http://class.example"],
        ["--allow-host", ""],
        ["--root-path", "zhixing"],
        ["--root-path", "/a b"],
        ["--root-path", '/"><script>'],
        ["--nothing"],
    ],
    ids=lambda words: " ".join(words)[:30],
)
def test_what_cannot_be_served_is_refused_in_one_line(words, served, zhixing):
    said = zhixing("app", "--no-open", *words)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert said.err.startswith("zhixing: ")
    assert served == []


def test_a_port_in_use_is_refused(served, zhixing):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = zhixing("app", "--no-open", "--port", str(taken.getsockname()[1]))
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert served == []


def test_without_the_extra_it_says_how_to_get_it(served, zhixing, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "nicegui" else found(name)
    )
    said = zhixing("app", "--no-open")
    assert said.code == 2
    assert "pip install '.[app]'" in said.err
    assert said.err.count("\n") == 1
