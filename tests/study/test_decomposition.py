"""A change of execution is divided among mechanisms without a remainder, as the rules have it."""

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.mechanisms.conduct import Reasons
from sim.study.decomposition import (
    _OF_TERM,
    MECHANISMS,
    _Met,
    _Pair,
    decompose,
    log_mean,
    log_ratio,
)
from sim.study.in_step import Side
from sim.world.levers import Lever, Reform
from sim.world.plan import Plan

START = 12


@pytest.fixture(scope="module")
def district():
    return Scenario.load("district")


def with_reform(scenario, lever, **changes):
    """The plan of a scenario with one lever from month ``START``, at once in full."""
    changed = Lever(**{**scenario.levers[lever].model_dump(), "ramp": 1, "burden": 0.0, **changes})
    reform = (Reform(lever=lever, intensity=1.0, months=(START, scenario.clock.months)),)
    levers = {**scenario.levers, lever: changed}
    return Plan(scenario.model_copy(update={"levers": levers, "reform": reform}))


@pytest.fixture(scope="module")
def plans(district):
    full = (Reform(lever="culture", intensity=1.0), Reform(lever="supervision", intensity=1.0))
    return Plan(district), Plan(district.model_copy(update={"reform": full}))


@pytest.fixture(scope="module")
def change(plans):
    return decompose(*plans, 1, 0, range(108, 120))


@pytest.mark.slow
def test_parts_add_up_to_the_change_of_execution_that_runs_show(plans, change):
    runs = [simulate(plan.scenario, 1).series.iloc[108:] for plan in plans]
    shown = [run["execution_rate"].mean() for run in runs]
    assert abs(shown[1] - shown[0]) > 0.05
    assert change.parts.sum() == pytest.approx(shown[1] - shown[0], abs=1e-9)
    assert change.credibility == pytest.approx(
        runs[1]["credibility"].mean() - runs[0]["credibility"].mean(), abs=0.005
    )


def test_all_but_chance_add_up_to_what_is_expected_as_months_begin(change):
    """Chance is told by itself, so it cannot hide a mechanism that is missing."""
    assert change.parts[:-1].sum() == pytest.approx(change.expected, abs=1e-12)
    assert MECHANISMS[-1] == "chance"


@pytest.mark.slow
def test_chance_is_of_single_draws_and_not_of_mechanisms(plans):
    """What draws of conduct add to expectations comes out at nothing over several runs."""
    found = np.array([decompose(*plans, 1, one, range(108, 120)).parts[-1] for one in range(6)])
    assert abs(found.mean()) < 3 * found.std(ddof=1) / np.sqrt(len(found)) + 0.001


def pair(plans, month, d):
    sides = [Side(plan, 1, 0) for plan in plans]
    for side in sides:
        side.run_to(month)
        side.begin_month(month)
        side.choose(d, month)
    met = [_Met(side, d, month) for side in sides]
    return sides, met, _Pair(*met)


@pytest.mark.parametrize("month", [START, 60])
def test_what_is_compared_is_what_officers_weighed(plans, month):
    """Ease, utilities and probabilities are those of the rules, and changes add up to theirs."""
    sides, met, found = pair(plans, month, 0)
    chances, moved = found.chosen()
    worth = []
    for side, one, chance in zip(sides, met, chances, strict=True):
        assert one.ease_of(one.causes) == pytest.approx(one.ease, abs=1e-12)
        terms, _, _ = one.noted(one.ease)
        choices = side.world.choices[: len(one.ease)]
        worth.append(np.array([choice.worth.copy() for choice in choices]))
        assert terms.sum(axis=-1) == pytest.approx(worth[-1], abs=1e-12)
        upto = np.array([choice.upto.copy() for choice in choices])
        drawn = np.diff(upto, axis=-1, prepend=0.0) / upto[:, -1:]
        assert chance == pytest.approx(drawn, abs=1e-12)
    assert found._worth.sum(axis=0) == pytest.approx(worth[1] - worth[0], abs=1e-12)
    assert moved.sum(axis=0) == pytest.approx(chances[1] - chances[0], abs=1e-12)
    # Log-odds of one conduct against another change by what mechanisms add to their difference.
    precision = float(met[0].settings.precision)
    odds = [np.log(one[:, 0] / one[:, 4]) for one in chances]
    by = precision * (found._worth[:, :, 0] - found._worth[:, :, 4])
    assert by.sum(axis=0) == pytest.approx(odds[1] - odds[0], abs=1e-9)


# Levers that act through one mechanism alone in the month in which they begin.
ALONE = {
    "time": ("culture", {"full": {}, "burden": 0.08}),
    "culture": ("culture", {"full": {"culture": {"honour": 0.7}}}),
    "posts": ("responsibility", {"full": {"posts": {"authority": 1.0}}}),
    "task": ("leadership", {"full": {"leadership": {"planning": 1.0}}}),
    "reward": ("appraisal", {"full": {"appraisal": {"stakes": {"pay": 0.9}}}}),
    "caught": ("supervision", {"full": {"supervision": {"monitoring": 0.5}}}),
    "blame": ("accountability", {"full": {"accountability": {"tracing": 1.0}}}),
}


@pytest.mark.parametrize("mechanism", ALONE)
def test_a_lever_that_acts_through_one_mechanism_lights_that_one_alone(district, mechanism):
    lever, changes = ALONE[mechanism]
    found = decompose(
        Plan(district), with_reform(district, lever, **changes), 1, 0, range(START, START + 1)
    )
    others = {
        name: part
        for name, part in zip(MECHANISMS, found.parts, strict=True)
        if name not in (mechanism, "chance")
    }
    assert abs(found.parts[MECHANISMS.index(mechanism)]) > 1e-4
    assert others == pytest.approx(dict.fromkeys(others, 0.0), abs=1e-12)


def test_leaders_at_the_front_line_act_by_example(district):
    """Their presence also keeps directives in mind, which is little beside it."""
    plan = with_reform(district, "leadership", full={"leadership": {"drive": 0.9}})
    found = decompose(Plan(district), plan, 1, 0, range(START, START + 1))
    parts = dict(zip(MECHANISMS, found.parts, strict=True))
    assert parts["leaders"] > 0.9 * found.expected > 0.01


def test_trust_at_the_start_acts_through_cooperation(district):
    """Citizens who trust less cooperate less; petitions take some time besides."""
    low = Plan(district.replace({"public.trust.mean": 0.2}))
    found = decompose(low, Plan(district), 1, 0, range(1))
    parts = dict(zip(MECHANISMS, found.parts, strict=True))
    assert found.cooperation > 0.2
    assert parts["cooperation"] > 0.002
    lit = {name for name, part in parts.items() if abs(part) > 1e-12}
    assert lit <= {"cooperation", "time", "chance"}


@pytest.mark.slow
def test_the_norm_and_trust_answer_later_and_light_their_own(district):
    """Where a lever of honour alone goes on, colleagues follow each other and citizens answer."""
    plan = with_reform(district, "culture", full={"culture": {"honour": 0.7}})
    found = decompose(Plan(district), plan, 1, 0, range(108, 120))
    parts = dict(zip(MECHANISMS, found.parts, strict=True))
    assert parts["norm"] > 0.005
    assert parts["cooperation"] > 0.0
    assert found.credibility > 0.02


def test_without_a_difference_nothing_changes(plans):
    found = decompose(plans[0], plans[0], 1, 0, range(START, START + 2))
    assert not found.parts.any()
    assert found.execution == found.credibility == found.norm == 0.0


def test_every_term_of_the_rule_has_a_mechanism():
    assert {*_OF_TERM, "cost", "belonging"} == set(Reasons._fields)
    assert set(_OF_TERM.values()) <= set(MECHANISMS)


def test_logarithmic_means_lie_between_and_are_exact():
    a, b = np.array([0.2, 0.5, 0.0, 0.3]), np.array([0.4, 0.5, 0.3, 0.3 * (1 + 1e-9)])
    mean = log_mean(a, b)
    assert mean[:2] == pytest.approx([0.2 / np.log(2.0), 0.5])
    assert mean[2] == 0.0
    assert mean[3] == pytest.approx(0.3)
    assert mean[0] * log_ratio(a, b)[0] == pytest.approx(-0.2)
