"""Tables of docs/performance.md agree with themselves and with the worlds they speak of.

Timings cannot be had again; what is worked out from them can.
"""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks import loops, sizes, studies
from benchmarks.__main__ import PARTS
from sim import Scenario, month
from sim.decision_rule import SHIPPED
from sim.study.points import MOST_IN_A_CHUNK

PAGE = (Path(__file__).parents[1] / "docs" / "performance.md").read_text(encoding="utf-8")
# What was measured, and on which machine, by part.
_MEASURED = re.findall(r"<!-- (\w+) -->\n(.*?)\n\nMeasured on (.*?)\n<!-- /\1 -->", PAGE, re.DOTALL)
BLOCKS = {name: block for name, block, _ in _MEASURED}
MACHINES = {name: machine for name, _, machine in _MEASURED}
NUMBER = r"[+−-]?\d[\d,]*(?:\.\d+)?"


def tables(block):
    """Rows of each table in a block, the heading first."""
    found = re.findall(r"(?:^\|.*\|$\n?)+", BLOCKS[block], re.MULTILINE)
    cells = [[line[2:-2].split(" | ") for line in one.splitlines()] for one in found]
    return [[rows[0], *rows[2:]] for rows in cells]


def ends(text):
    """What a printed number may have been before it was rounded."""
    number = re.search(NUMBER, text)[0].replace(",", "").replace("−", "-")
    half = Decimal(5).scaleb(Decimal(number).as_tuple().exponent - 1)
    return float(Decimal(number) - half), float(Decimal(number) + half)


def agrees(printed, work, *parts):
    """Whether some numbers that round to ``parts`` work out to one that rounds to ``printed``.

    ``work`` rises or falls in each of its parts.
    """
    corners = [[]]
    for part in parts:
        corners = [[*corner, end] for corner in corners for end in ends(part)]
    found = [work(*corner) for corner in corners]
    low, high = ends(printed)
    slack = 1e-9 * max(map(abs, found))
    return min(found) <= high + slack and max(found) >= low - slack


def numbers(text):
    return re.findall(NUMBER, text)


def test_each_part_has_its_block():
    assert set(BLOCKS) == set(PARTS)


def test_the_ratio_of_the_loops_is_that_of_their_rows():
    scenario = Scenario.load(loops.SCENARIO)
    (heading, compiled, mesa, ratio), (_, *others) = tables("loops")
    assert heading[2] == f"a run of {scenario.clock.months} months"
    assert agrees(ratio[1], lambda fast, slow: fast / slow, compiled[1], mesa[1])
    work = scenario.total_posts * scenario.clock.months
    assert agrees(compiled[2], lambda rate: 1e3 * work / rate, compiled[1])
    assert agrees(mesa[2], lambda rate: 1e3 * work / rate, mesa[1])
    assert len(others) == len(SHIPPED) + 1
    for row in others:
        assert agrees(row[2], lambda fast, slow: fast / slow, compiled[1], row[1]), row


def test_the_short_run_is_of_the_bureau():
    bureau = Scenario.load("bureau")
    said = f"the bureau ({bureau.total_posts} officers, {bureau.clock.months} months)"
    assert said in BLOCKS["short"]


def test_phases_are_those_of_a_month_and_add_up():
    ((_, *rows, (_, whole, _)),) = tables("phases")
    names = [row[0].strip("`") for row in rows]
    assert names == ["exchange", *(phase.__name__ for phase in month.PHASES), "appraise_and_renew"]
    each = [ends(row[1]) for row in rows]
    assert sum(low for low, _ in each) <= ends(whole)[1]
    assert sum(high for _, high in each) >= ends(whole)[0]
    for row in rows:
        assert agrees(row[2], lambda one, all_: 100 * one / all_, row[1], whole), row
    assert sum(float(numbers(row[2])[0]) for row in rows) == pytest.approx(100, abs=len(rows) / 2)


def test_sizes_are_of_so_many_districts_and_their_ratios_agree():
    ((_, *rows),) = tables("sizes")
    posts = Scenario.load(sizes.SCENARIO).total_posts
    assert [row[0] for row in rows] == [f"{units * posts:,}" for units in sizes.UNITS]
    for row in rows:
        assert agrees(row[3], lambda one, many: one / many, row[1], row[2]), row
    flat = sorted((row[1] for row in rows), key=float)
    (spread,) = re.findall(rf"one thread: ({NUMBER})\.", BLOCKS["sizes"])
    assert agrees(spread, lambda most, least: most / least, flat[-1], flat[0])


def test_the_state_is_as_large_as_it_is_and_as_fast_as_it_says():
    scenario = Scenario.load("state")
    posts, length, _, seconds, _, rate, _ = numbers(BLOCKS["state"])
    assert posts == f"{scenario.total_posts:,}"
    assert length == f"{scenario.clock.months}"
    work = scenario.total_posts * scenario.clock.months
    assert agrees(rate, lambda took: work / took / 1e6, seconds)


def test_processors_are_those_of_the_machine():
    threads = {name: re.findall(r"^(\d+) cores", told)[0] for name, told in MACHINES.items()}
    assert f"on {threads['sizes']} threads" in tables("sizes")[0][0]
    assert f"on {threads['state']} threads" in BLOCKS["state"]
    assert {row[1] for row in tables("studies")[1][1:]} == {threads["studies"]}


def test_what_a_study_adds_agrees():
    block = BLOCKS["studies"]
    rows = tables("studies")[0][1:]
    assert [row[0] for row in rows] == [f"{n}" for n in studies.REPLICATES]
    for row in rows:
        assert agrees(row[3], lambda alone, whole: 100 * (whole / alone - 1), row[1], row[2]), row
    few, many = studies.REPLICATES[0], studies.REPLICATES[-1]
    point, run, gathering = numbers(re.search(r"^Added: .*$", block, re.MULTILINE)[0])
    times = rows[0][2], rows[0][1], rows[-1][2], rows[-1][1]

    def a_point(whole, alone, wholes, alones):
        return ((whole - alone) - (wholes - alones)) / (1 / few - 1 / many)

    assert agrees(point, a_point, *times)
    assert agrees(run, lambda *all_: all_[2] - all_[3] - a_point(*all_) / many, *times)
    assert float(gathering) <= float(run)


def test_many_runs_take_as_long_as_they_say():
    rows = tables("studies")[1][1:]
    assert [row[0] for row in rows] == [f"{studies.RUNS // 10:,}", f"{studies.RUNS:,}"]
    for row in rows:
        runs = int(row[0].replace(",", ""))
        assert agrees(row[3], lambda took, runs=runs: runs / took, row[2]), row


def test_the_cluster_follows_from_what_was_measured():
    block = BLOCKS["studies"]
    added, _, (heading, bureau, district) = tables("studies")
    assert heading[0] == f"{studies.MANY:,} runs of"
    assert heading[2] == f"minutes on {studies.CORES:,} cores"
    for name, row in ((studies.SCENARIO, bureau), (studies.LARGER, district)):
        assert row[0] == f"the {name}, {Scenario.load(name).clock.months} months"
        assert agrees(row[2], lambda hours: 60 * hours / studies.CORES, row[1])
    hours = studies.MANY / 3600
    _, alone, whole, _ = added[-1]
    assert agrees(bureau[1], lambda each: 1e-6 * each * hours, whole)
    # The district is timed again here, so it may differ from its table by what timings do.
    (each,) = numbers(tables("loops")[0][1][2])
    larger = 1e-3 * float(each) + 1e-6 * (float(whole) - float(alone))
    assert float(numbers(district[1])[0]) == pytest.approx(larger * hours, rel=0.3)
    stored, series, files, minutes = numbers(block.rpartition("\n")[2])
    assert agrees(bureau[3], lambda each: studies.MANY * each / 1e9, stored)
    assert int(series) == 8 * Scenario.load(studies.SCENARIO).clock.months
    assert files == f"{studies.MANY // MOST_IN_A_CHUNK:,}"
    (gathering,) = re.findall(rf"({NUMBER}) of them for gathering", block)
    assert agrees(minutes, lambda each: 1e-6 * studies.MANY * each / 60, gathering)


def test_a_ratio_that_is_wrong_is_seen():
    assert agrees("0.42", lambda a, b: a / b, "91", "219")
    assert not agrees("0.43", lambda a, b: a / b, "91", "219")
    assert agrees("1,298", lambda a, b: a / b, "10,981,636", "8,459")
    assert not agrees("1,286", lambda a, b: a / b, "10,981,636", "8,459")
    assert ends("+16%") == (15.5, 16.5)


@pytest.mark.slow
def test_the_figures_rest_on_as_many_runs_as_their_studies_say(tmp_path):
    from sim.drawing import catalogue, stored
    from sim.study.study import Study

    _, *rows = tables("figures")[0]
    for name, runs, _ in rows:
        asked = dict.fromkeys(catalogue.figure(one).experiment for one in catalogue.NAMES)
        found = [stored.source(one, tmp_path, name == "quick") for one in asked]
        told = sum(one.size() for one in found if isinstance(one, Study))
        assert ends(runs)[0] <= told <= ends(runs)[1], name
