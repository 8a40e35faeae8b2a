"""Files that nobody means well by: each gets one short line, and nothing is written.

That the limits hold in time and memory is what ``python -m tests.fuzz`` measures.
"""

import json
import os
import shutil
import sys

import pandas as pd
import pytest

from sim.input_file import MOST_DEEP

BASE = 'extends = "district"\n'
POSTS = BASE + '[organisation]\nposts = "{}"\n'
SERIES = BASE + '[series."public.expectation"]\nfile = "{}"\ncolumn = "level"\n'
EXPERIMENT = """
title = "Small"
question = "Is it read?"
scenario = "bureau"
replicates = 2
measures = ["execution_rate"]
months = 40

[design]
kind = "list"

[[point]]
name = "status_quo"
"""
SCENARIOS = {
    "a dotted key a thousand deep": (
        BASE + "a." * 1000 + "b = 1\n",
        f"more than {MOST_DEEP} tables",
    ),
    "a dotted key of 60 kB": ("a." * 30000 + "b = 1\n", f"more than {MOST_DEEP} tables"),
    "a deep heading": (BASE + "[" + '"a b" . ' * 1000 + "b]\n", f"more than {MOST_DEEP} tables"),
    "a deep key in a line": (f"x = {{ {'a.' * 99}b = 1 }}\n", f"more than {MOST_DEEP} tables"),
    "lists in lists": (f"x = {'[' * 99}{']' * 99}\n", f"more than {MOST_DEEP} tables"),
    "a list of a million": (f"{BASE}x = [{'1,' * 1_000_000}]\n", "expected at most 400,000"),
    "too many values": (f"{BASE}x = [{'1,' * 110_000}]\n", "more than 100,000 values"),
    "a number without end": (f"{BASE}x = 0x{'f' * 5000}\n", "a whole number that is too large"),
    "a name without end": (f'{BASE}"{"c" * 300_000}" = 1\n', "no such setting"),
    "a lever without end": (f'{BASE}[levers."{"b" * 300_000}"]\n', "missing"),
    "an escape sequence": (
        BASE + 'title = "\\u001b[31mred"\n',
        "title: holds the character U+001B",
    ),
    "an escape in a key": (BASE + '"\\u009b" = 1\n', "a key: holds the character U+009B"),
    "turned text": (BASE + 'story = "\\u202e"\n', "story: holds the character U+202E"),
    "a parent without end": (f'extends = "{"a" * 9000}"\n', "extends"),
    "a parent with NUL": ('extends = "a\\u0000"\n', "U+0000"),
    "posts with NUL": (POSTS.format("a\\u0000b"), "U+0000"),
    "posts without end": (POSTS.format("a" * 300), "cannot be read"),
    "posts of a device": (POSTS.format("/dev/zero"), "expected an ordinary file"),
    "posts of a pipe": (POSTS.format("pipe.csv"), "expected an ordinary file"),
    "posts of a folder": (POSTS.format("."), "cannot be read"),
    "posts of bytes": (POSTS.format("bytes.parquet"), "“post” holds bytes; expected text"),
    "posts of lists": (POSTS.format("lists.parquet"), "“superior” holds lists"),
    "posts of dates": (POSTS.format("dates.parquet"), "“capability” holds dates"),
    "posts in a chain": (POSTS.format("chain.csv"), "ranks; expected at most"),
    "posts of a terminal": (POSTS.format("escape.csv"), "a character that cannot be seen"),
    "series without end": (SERIES.format("a" * 300), "cannot be read"),
    "series of a device": (SERIES.format("/dev/zero"), "expected an ordinary file"),
    "series of a pipe": (SERIES.format("pipe.csv"), "expected an ordinary file"),
    "series of a terminal": (SERIES.format("escape.csv"), "a character that cannot be seen"),
    "series of posts": (SERIES.format("chain.csv"), "column “month” is missing"),
    "a deep series": (BASE + f"series = {'{a = ' * 20}{{}}{'}' * 20}\n", "values: missing"),
    "a series of a name without end": (
        SERIES.replace("public.expectation", "a" * 90_000).format("chain.csv"),
        "no setting “aaa",
    ),
    "a condition without end": (
        f'{BASE}[[reform]]\nlever = "culture"\nintensity = 1\nstart_when = "{"a" * 90_000} < 1"\n',
        "expected a measure, a comparison and a number",
    ),
}
WORDS = {
    "share of many digits": (["study", "own.toml", "--part", "1/" + "9" * 5000], "expected N/OF"),
    "share of none": (["study", "own.toml", "--part", "0/0"], "expected N/OF"),
    "no address": (["study", "own.toml", "--cluster", "empty.json"], "gives no address"),
    "no scheduler file": (["study", "own.toml", "--cluster", "not.json"], "not JSON"),
    "deep scheduler file": (["study", "own.toml", "--cluster", "deep.json"], "not JSON"),
    "pipe for scheduler": (["study", "own.toml", "--cluster", "pipe.csv"], "expected tcp://"),
    "other scheme": (["study", "own.toml", "--cluster", "foo://x:1"], "expected tcp://"),
    "port out of range": (["study", "own.toml", "--cluster", "tcp://x:99999"], "expected tcp://"),
    "device for a scenario": (["check", "/dev/zero"], "is no ordinary file; expected a scenario"),
    "pipe for a scenario": (["check", "pipe.csv"], "is no ordinary file"),
    "name without end": (["check", "d" * 9000], "no scenario"),
    "setting without end": (["check", "--set", "e" * 90_000 + "=1"], "no such setting"),
    "deep value": (["check", "--set", "a={" + "a." * 9000 + "b=1}"], "more than 32 tables"),
    "not of the encoding": (
        ["check", "caf\udce9.toml"],
        "cannot be read; give the file another name",
    ),
}
DAMAGED = {
    "deep": '{"identity": ' + '{"a":' * 500 + "1" + "}" * 500 + ', "order": {}}',
    "deeper": "[" * 100_000,
    "null": "null",
    "half a character": '{"identity": {}, "order": {}, "commit": "\\ud800"}',
    "order a list": {"order": [1]},
    "order empty": {"order": {}},
    "block zero": {"order": {"points": 1, "block": 0, "chunk": 1}},
    "block huge": {"order": {"points": 1, "block": 10**9, "chunk": 1}},
    "chunk below zero": {"order": {"points": 1, "block": 2, "chunk": -1}},
    "chunk text": {"order": {"points": 1, "block": 2, "chunk": "x"}},
    "block true": {"order": {"points": 1, "block": True, "chunk": 1}},
    "other points": {"order": {"points": 7, "block": 2, "chunk": 1}},
    "replicates text": {"replicates": "x"},
    "hash a number": {"hash": 3},
}


def assert_one_short_line(said, expected):
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("zhixing: ")
    assert said.err.count("\n") == 1
    assert len(said.err) < 1_100
    assert expected in said.err


@pytest.fixture
def here(tmp_path, monkeypatch, write):
    """A folder with strange files in it; the names that are there."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.csv")
    good = {"post": ["a", "b"], "superior": [None, "a"], "department": ["x", "x"]}
    for name, odd in {
        "bytes": {"post": [b"a", b"\xff"]},
        "lists": {"superior": [[1], [2]]},
        "dates": {"capability": pd.to_datetime(["2020-01-01"] * 2)},
    }.items():
        pd.DataFrame(good | odd).to_parquet(f"{name}.parquet")
    pd.DataFrame(good).astype("category").to_parquet("categories.parquet")
    rows = "".join(f"p{i},{f'p{i - 1}' if i else ''},d\n" for i in range(30_000))
    write("chain.csv", f"post,superior,department\n{rows}")
    write("escape.csv", "post,superior,department\n\x1b[31mred,,d\n")
    for name, text in {"empty": "{}", "not": "nothing", "deep": "[" * 100_000}.items():
        write(f"{name}.json", text)
    write("own.toml", EXPERIMENT)
    return sorted(os.listdir())


needs_pipes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@pytest.mark.slow
@needs_pipes
@pytest.mark.parametrize(("text", "expected"), SCENARIOS.values(), ids=SCENARIOS)
def test_a_strange_scenario_gets_one_short_line(text, expected, here, write, zhixing):
    write("strange.toml", text)
    assert_one_short_line(zhixing("levers", "strange.toml"), expected)
    assert sorted(os.listdir()) == sorted([*here, "strange.toml"])


@needs_pipes
@pytest.mark.parametrize(("words", "expected"), WORDS.values(), ids=WORDS)
def test_strange_words_get_one_short_line(words, expected, here, zhixing):
    assert_one_short_line(zhixing(*words), expected)
    assert sorted(os.listdir()) == here


@pytest.mark.slow
@needs_pipes
def test_categories_are_read_as_what_they_name(here, write, zhixing):
    write("strange.toml", POSTS.format("categories.parquet") + "\n[public]\ncitizens = 2\n")
    said = zhixing("check", "strange.toml")
    assert (said.code, said.err) == (0, "")
    assert "2 officers" in said.out


@pytest.mark.slow
def test_a_chain_of_scenarios_is_bounded(tmp_path, monkeypatch, write, zhixing):
    monkeypatch.chdir(tmp_path)
    for number in range(1200):
        write(f"{number}.toml", f'extends = "{number + 1}.toml"\n')
    write("1200.toml", BASE)
    assert_one_short_line(zhixing("check", "0.toml"), "extends more than 30 scenarios")
    assert zhixing("check", "1190.toml").code == 0


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A finished study, to be copied."""
    from sim.study.study import Study

    folder = tmp_path_factory.mktemp("done")
    path = folder / "own.toml"
    path.write_text(EXPERIMENT)
    Study.load(path, folder / "results").run(workers=1)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_strange_manifest_gets_one_short_line(damage, done, tmp_path, monkeypatch, zhixing):
    monkeypatch.chdir(shutil.copytree(done, tmp_path / "here"))
    path = tmp_path / "here/results/own/manifest.json"
    if isinstance(damage, dict):
        damage = json.dumps(json.loads(path.read_text()) | damage)
    path.write_text(damage)
    for words in (["study"], ["study", "status"], ["study", "export"]):
        assert_one_short_line(zhixing(*words, "own.toml"), "manifest.json")
    assert path.read_text() == damage


@pytest.mark.slow
@pytest.mark.parametrize("name", ["abc-runs.parquet", "1-runs.parquet", "²-runs.parquet"])
def test_a_file_that_is_no_part_is_left_where_it_is(name, done, tmp_path, monkeypatch, zhixing):
    monkeypatch.chdir(shutil.copytree(done, tmp_path / "here"))
    parts = tmp_path / "here/results/own/parts"
    shutil.copy(parts.parent / "runs.parquet", parts / name)
    assert "2 of 2 runs done" in zhixing("study", "status", "own.toml").out
    assert zhixing("study", "own.toml").code == 0
    assert [path.name for path in parts.iterdir()] == [name]
