import math

import numpy as np
import pytest
from scipy import stats

from sim import simulate
from sim.declare import quantities
from sim.kinds import COMPETENT, FAILING, FAITHFUL, IDLE, OUTSIDE
from sim.mechanisms import recruitment
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
APPLICANTS = OFF | {
    "mechanisms.appraisal.weights.superior": 1.0,
    "organisation.departments": 1,
    "organisation.ranks": [1, 2999],
    "traits.capability.mean": 0.5,
    "traits.capability.sd": 0.12,
    "traits.responsibility.mean": 0.5,
    "traits.responsibility.sd": 0.09,
    "careers.youngest": 24,
    "careers.entry_age": 24.0,
    "careers.entry_age_sd": 0.0,
    "careers.retirement_age": 60,
    "public.citizens": 1,
}


def newcomers(district, merit=0.0, virtue=0.5, **settings):
    world = Plan(district.replace(APPLICANTS | settings.pop("settings", {}))).begin(1)
    mechanisms = world.mechanisms[0, 0]
    mechanisms.merit, mechanisms.virtue = merit, virtue
    for officer in world.officers:
        recruitment.recruit(officer, mechanisms, world.settings[0], 1, 0, 11, 0.0)
    return world.officers


@pytest.mark.parametrize("virtue", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("merit", [0.0, 0.5, 1.0])
def test_newcomers_are_the_better_of_two_as_far_as_merit_counts(district, merit, virtue):
    # The larger of two normal sums lies σ/√π above the mean; each trait has its part of that.
    parts = {"capability": (1 - virtue, 0.12), "responsibility": (virtue, 0.09)}
    esteem = math.hypot(*(weight * sd for weight, sd in parts.values()))
    found = newcomers(district, merit, virtue)
    for trait, (weight, sd) in parts.items():
        expected = 0.5 + merit * weight * sd * sd / esteem / math.sqrt(math.pi)
        assert abs(found[trait].mean() - expected) < 5 * sd / math.sqrt(len(found))


@pytest.mark.slow
@pytest.mark.parametrize("virtue", [0.0, 0.3, 0.5, 1.0])
def test_virtue_decides_who_is_better_and_merit_takes_nobody_worse(district, virtue):
    open_to_all, merit = (newcomers(district, m, virtue) for m in (0.0, 1.0))
    for officers in (open_to_all, merit):
        assert np.array_equal(officers["disposition"], officers["responsibility"])
    better, worse = (
        (1 - virtue) * officers["capability"] + virtue * officers["responsibility"]
        for officers in (merit, open_to_all)
    )
    assert np.all(better >= worse)
    assert np.mean(better > worse) == pytest.approx(0.5, abs=0.05)


@pytest.mark.slow
def test_where_merit_does_not_count_virtue_leaves_no_trace(district):
    able, virtuous = (newcomers(district, 0.0, virtue) for virtue in (0.0, 1.0))
    assert able.tobytes() == virtuous.tobytes()


@pytest.mark.slow
def test_a_posting_to_the_grass_roots_teaches_newcomers(district):
    gain = {"behaviour.posting_gain": 0.2}
    there = {"mechanisms.training.grassroots": 12.0}
    at_home, posted = (
        newcomers(district, settings=gain | more)["capability"] for more in ({}, there)
    )
    assert posted == pytest.approx(at_home + 0.2 * (1 - at_home))
    idle_there = newcomers(district, settings={"behaviour.posting_gain": 0.0} | there)
    assert np.array_equal(idle_there["capability"], at_home)


def test_newcomers_are_young_mean_well_and_bring_no_record(district):
    world = Plan(district.replace(APPLICANTS)).begin(1)
    officer = world.officers[0]
    record = ("performance", "execution_rate", "gravity", "work", "displayed", "complaints")
    record += ("courses", "failed_exam")
    for name in (*record, "sanctions", "failing_years", "perceived_risk", "time_in_post", "vacant"):
        officer[name] = 1
    officer.grade = FAILING
    recruitment.recruit(officer, world.mechanisms[0, 0], world.settings[0], 1, 0, 11, 0.0)
    assert officer.age == 24 * 12
    assert officer.conduct == officer.previous_conduct == FAITHFUL
    for name in (*record, "sanctions", "failing_years", "perceived_risk", "time_in_post", "vacant"):
        assert officer[name] == 0, name
    assert officer.grade == COMPETENT
    assert officer.profile_before == OUTSIDE


def test_nobody_at_the_start_has_a_grade_that_was_never_given(district):
    assert np.all(Plan(district).begin(1).officers["grade"] == COMPETENT)


@pytest.mark.parametrize(
    "trait", ["capability", "responsibility", "inertia", "ambition", "connection", "merit_belief"]
)
def test_traits_are_drawn_as_the_scenario_says(district, trait):
    drawn = {f"traits.{trait}.mean": 0.5, f"traits.{trait}.sd": 0.1}
    officers = Plan(district.replace(APPLICANTS | drawn)).begin(2).officers
    assert stats.kstest((officers[trait] - 0.5) / 0.1, "norm").pvalue > 1e-4


def test_traits_of_a_person_are_independent(district):
    officers = Plan(district.replace(APPLICANTS)).begin(2).officers
    names = ("capability", "responsibility", "inertia", "ambition", "connection", "merit_belief")
    table = np.corrcoef([officers[name] for name in (*names, "age")])
    assert np.all(np.abs(table - np.eye(len(table))) < 5 / math.sqrt(len(officers)))


@pytest.mark.parametrize("norm", [0.0, 0.3, 1.0])
def test_officers_start_as_is_usual_there(district, norm):
    officers = Plan(district.replace(APPLICANTS | {"start.norm_at_start": norm})).begin(2).officers
    assert set(officers["conduct"]) <= {FAITHFUL, IDLE}
    assert np.mean(officers["conduct"] == FAITHFUL) == pytest.approx(norm, abs=0.05)


def test_ages_at_the_start_are_drawn_as_the_scenario_says(district):
    ages = {"careers.age_mean": 42.0, "careers.age_sd": 4.0}
    months = Plan(district.replace(APPLICANTS | ages)).begin(2).officers["age"]
    assert stats.kstest((months / 12 - 42.0) / 4.0, "norm").statistic < 0.04


def test_officers_at_the_start_have_not_served_longer_than_they_can_have(district):
    settings = {"careers.age_sd": 20.0, "careers.longest_in_post": 120}
    officers = Plan(district.replace(APPLICANTS | settings)).begin(2).officers
    assert officers["age"].min() == 24 * 12
    assert officers["age"].max() == 59 * 12
    assert np.all(officers["time_in_post"] <= np.minimum(officers["age"] - 24 * 12, 120))
    assert officers["time_in_post"].max() > 100


def test_merit_in_recruitment_makes_the_service_abler_in_time(district):
    settings = {
        "organisation.departments": 6,
        "organisation.ranks": [1, 9],
        "careers.resignation": 0.3,
        "clock.months": 72,
        "behaviour.practice": 0.0,
        "behaviour.decay": 0.0,
    }
    able = [
        simulate(
            district.replace(APPLICANTS | settings | {"mechanisms.selection.merit": merit}), 3
        ).summary["capability"]
        for merit in (0.0, 1.0)
    ]
    assert able[1] > able[0] + 0.02
