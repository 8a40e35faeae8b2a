"""No free lunch: every lever takes something, and what gives time back says why."""

import re
import tomllib

import pytest

from sim import shipped
from sim.calibration.lever_doubt import LeverPriors
from sim.world.price import prices
from sim.world.scenario import Scenario

SCENARIOS = shipped.scenarios()
DISTRICT = Scenario.load("district")
OWN = """extends = "district"
[levers.own]
title = "Own"
zh = "自定"
story = "A lever of one's own."
burden = {burden}
cost = {cost}
ramp = 1
half_life = 1.0
[levers.own.full]
{full}
"""


@pytest.fixture(scope="module", params=SCENARIOS)
def scenario(request):
    return Scenario.load(request.param)


@pytest.fixture(scope="module")
def found(scenario):
    return list(prices(scenario))


@pytest.fixture
def own(write):
    """The price of a lever of one's own, made of these entries."""

    def own(full, burden=0.0, cost=0.0):
        path = write("own.toml", OWN.format(full=full, burden=burden, cost=cost))
        (price,) = [one for one in prices(Scenario.load(path)) if one.lever == "own"]
        return price

    return own


# What ships.


@pytest.mark.slow
def test_every_lever_of_every_scenario_has_a_burden_or_a_cost(scenario, found):
    assert [one.lever for one in found] == list(scenario.levers)
    assert [one.lever for one in found if one.is_free] == []
    for one in found:
        assert one.burden >= 0.0
        assert one.cost >= 0.0


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_burden_or_cost_in_a_file_stands_with_its_source_or_is_called_assumed(name):
    text = SCENARIOS[name].read_text(encoding="utf-8")
    levers = tomllib.loads(text).get("levers", {})
    lines = re.findall(r"^\[levers\.(\w+)\]\n((?:(?!\[).*\n?)*)", text, re.M)
    assert {lever for lever, _ in lines} == set(levers)
    for lever, entries in lines:
        for entry in {"burden", "cost"} & set(levers[lever]):
            (said,) = re.findall(rf"^{entry} = [\d.]+  # .*; (.+)$", entries, re.M)
            assert said == "assumed" or re.search(r"\d{4}|essay", said), (name, lever, entry)


def test_every_burden_and_cost_of_the_district_has_a_prior_that_says_what_it_rests_on():
    folder = shipped.folder("experiments") / "calibration" / "levers"
    priors = LeverPriors.load(folder / "district.toml")
    for name, lever in DISTRICT.levers.items():
        for entry, prior in (("burden", lever.burden), ("cost", lever.cost)):
            about = getattr(priors.lever[name], entry)
            assert about.low <= prior <= about.high, (name, entry)
            assert about.basis in ("reform", "spread", "assumed")
            assert about.source
            assert about.reading


def test_a_clause_that_gives_time_back_says_why_in_both_languages(found):
    for price in found:
        for saving in price.savings:
            assert len(saving.reason) > 20, (price.lever, saving.key)
            assert re.search(r"[一-鿿].*。$", saving.reason_zh), (price.lever, saving.key)
            assert re.search(r"assumed|\d{4}|essay", saving.reason), (price.lever, saving.key)


def test_a_lever_gives_time_back_only_by_such_clauses(found):
    """What it takes of its own and by its other clauses is never below nothing."""
    for price in found:
        assert price.time + sum(one.time for one in price.savings) >= price.burden - 1e-12


def test_a_lever_that_gives_time_back_has_a_burden_of_its_own_all_the_same(found):
    for price in found:
        if price.time < 0.0:
            assert price.burden > 0.0, price.lever


# What is found of a lever of one's own.


@pytest.mark.slow
def test_what_a_lever_takes_is_its_burden_and_what_its_settings_take(own):
    assert own("culture.honour = 0.6", burden=0.03).time == pytest.approx(0.03)
    district = DISTRICT.mechanisms.training
    more = own("training.courses = 0.22", burden=0.01)
    courses = (0.22 - district.courses) * district.course_time
    assert more.time == pytest.approx(0.01 + courses)
    assert more.savings == ()


@pytest.mark.slow
def test_a_lever_without_burden_and_cost_is_free(own):
    assert own("culture.honour = 0.6").is_free
    assert not own("culture.honour = 0.6", cost=0.1).is_free
    assert not own("culture.honour = 0.6", burden=0.01).is_free


def test_time_that_is_saved_without_a_documented_reason_is_found(own):
    (saving,) = own("supervision.coverage = { times = 0.5 }", burden=0.2).savings
    assert saving.key == "supervision.coverage"
    assert saving.time > 0.0
    assert saving.reason == saving.reason_zh == ""


def test_each_clause_is_judged_alone(own):
    """Fewer meetings are found although more courses take more than they give back."""
    price = own("leadership.meetings = 0.01\ntraining.courses = 0.9")
    assert price.time > 0.0
    assert [one.key for one in price.savings] == ["leadership.meetings"]
    assert price.savings[0].time == pytest.approx(DISTRICT.mechanisms.leadership.meetings - 0.01)


@pytest.mark.slow
def test_a_lever_is_judged_in_full_whatever_reforms_the_scenario_has(write):
    path = write("own.toml", OWN.format(full="leadership.meetings = 0.01", burden=0.0, cost=0.0))
    world = Scenario.load(path)
    under = world.replace(levers={"own": 0.5, "leadership": 1.0})
    assert list(prices(under)) == list(prices(world))


@pytest.mark.slow
def test_check_says_of_a_lever_that_it_is_free(write, zhixing):
    path = write("own.toml", OWN.format(full="culture.honour = 0.6", burden=0.0, cost=0.0))
    said = zhixing("check", str(path))
    assert said.code == 0
    told = " ".join(said.out.split())
    assert "own is free: it has neither burden nor cost of its own" in told
    assert "free" not in " ".join(zhixing("check", "district").out.split()).partition("Remarks")[2]


def test_check_says_what_a_lever_gives_back_and_why(write, zhixing):
    told = " ".join(zhixing("check", "district").out.split())
    assert "leadership.meetings saves 3.0%: a meeting that is not held" in told
    path = write(
        "own.toml",
        OWN.format(full="supervision.coverage = { times = 0.5 }", burden=0.0, cost=0.1),
    )
    told = " ".join(zhixing("check", str(path)).out.split())
    assert "own gives back" in told
    assert "supervision.coverage saves 0.5%: no reason is documented" in told
