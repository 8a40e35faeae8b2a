"""Measures read what their names say, off hand-made sums and off runs."""

import numpy as np
import pytest

from sim import Scenario, simulate, summaries
from sim.kinds import CONDUCTS, PROFILES
from sim.world.state import LAYER, PROFILE, TALLY

NO_GROUP = np.array([False])


@pytest.fixture(scope="module")
def run():
    # Not a year's end, so that nobody has changed posts since the last month was observed.
    changes = {"clock.months": 27, "clock.observed": 1, "organisation.departments": 5}
    return simulate(Scenario.load("district").replace(changes), 4)


def summary(tallies, layers, observed=1):
    return summaries.summary(tallies, layers, NO_GROUP, observed)


def chain(*content, months=1):
    """Ranks of one tier that pass on so much of a directive, a hundred officers each."""
    layers = LAYER.zeros(months, 1, len(content))
    layers["officers"] = 100.0
    layers["content"] = 100.0 * np.array(content)
    return layers


def test_the_governments_execution_is_the_mean_of_its_front_lines_in_departments(run):
    fronts = run.world.departments["fronts"]
    mean = np.average(run.departments["execution_rate"], weights=fronts)
    assert run.summary["execution_rate"] == pytest.approx(mean)
    uneven = TALLY.zeros(1, 2)
    uneven["delivered"], uneven["fronts"] = [[9.0, 10.0]], [[10.0, 90.0]]
    read = summaries.summary(uneven, chain(1.0), np.array([True, False]), 1)
    assert read["execution_rate"] == pytest.approx(0.19)
    assert read["execution_rate_treated"] == pytest.approx(0.9)
    assert read["execution_rate_untreated"] == pytest.approx(1 / 9)


def test_the_bottleneck_is_the_layer_that_passes_least_of_what_reaches_it():
    tallies = TALLY.zeros(1, 1)
    read = summary(tallies, chain(0.9, 0.81, 0.4, 0.35))
    assert read["bottleneck_layer"] == 3
    assert read["bottleneck_loss"] == pytest.approx(1 - 0.4 / 0.81)
    assert summary(tallies, chain(0.2, 0.19, 0.18))["bottleneck_layer"] == 1


def test_the_month_of_rupture_is_the_first_with_a_tenth_silent():
    tallies = TALLY.zeros(6, 1)
    tallies["citizens"] = 100.0
    tallies["silent"][:, 0] = [0, 5, 9, 10, 30, 2]
    layers = chain(1.0, months=6)
    assert summary(tallies, layers)["rupture_month"] == 3
    assert summary(tallies, layers)["rupture_share"] == pytest.approx(0.02)
    tallies["silent"] = 9.0
    assert np.isnan(summary(tallies, layers)["rupture_month"])


def test_inflation_is_what_is_reported_less_what_is_done():
    tallies = TALLY.zeros(1, 1)
    tallies["delivered"], tallies["fronts"] = 40.0, 100.0
    tallies["reported"], tallies["reporting"] = 90.0, 100.0
    read = summary(tallies, chain(1.0))
    assert read["inflation"] == pytest.approx(0.5)
    assert read["reported_rate"] - read["execution_rate"] == pytest.approx(read["inflation"])


def test_officers_execution_is_read_by_rank_and_by_profile(run):
    officers = run.world.officers
    for rank, execution in enumerate(run.layers["execution"]):
        own = officers["substance"][officers["rank"] == rank]
        assert execution == pytest.approx(own.mean())
    for profile, row in run.profiles.iterrows():
        own = officers["profile"] == PROFILES.index(profile)
        assert row["share"] == pytest.approx(own.mean())
    everybody = (run.profiles["share"] * run.profiles["execution"]).sum()
    assert everybody == pytest.approx(run.summary["substance"])


def test_the_unable_execute_less_than_the_sound():
    able = Scenario.load("district").replace({"traits.capability.sd": 0.25, "clock.months": 24})
    for replicate in range(4):
        execution = simulate(able, 2, replicate).profiles["execution"]
        assert execution["unable"] < execution["sound"] - 0.1


def test_shares_of_conducts_and_profiles_sum_to_one_in_every_rank_and_department(run):
    for table in (run.layers, run.departments):
        for names in (CONDUCTS, PROFILES):
            assert table[list(names)].sum(axis=1).to_numpy() == pytest.approx(1.0)
    for name in (*CONDUCTS, *PROFILES):
        whole = np.average(run.departments[name], weights=run.world.departments["officers"])
        if name in CONDUCTS:
            assert whole == pytest.approx(run.summary[name])


def test_movement_between_profiles_is_read_by_share_of_those_who_began_in_one():
    moves = np.zeros((2, len(PROFILES) + 1, len(PROFILES) + 1))
    moves[1, 0, 0], moves[1, 0, 4], moves[1, -1, 1] = 6.0, 2.0, 5.0
    table = summaries.movement(moves, 1)
    assert table.loc["sound", "sound"] == pytest.approx(0.75)
    assert table.loc["sound", "exhausted"] == pytest.approx(0.25)
    assert table.loc["newcomer", "unprincipled"] == 1.0
    assert table.loc["fixer"].isna().all()


def test_a_year_moves_every_officer_once_from_profile_to_profile(run):
    posts = run.world.officers.size
    assert run.world.moves.sum(axis=(1, 2)) == pytest.approx(posts)
    left = run.world.moves[:, :, -1].sum()
    came = run.world.tallies["recruits"].sum() + run.world.tallies["arrivals"].sum()
    assert left == came


def test_no_officers_no_profile():
    assert summaries.by_profile(PROFILE.zeros(3, len(PROFILES)), 3).empty


def test_non_compliance_is_the_three_conducts_that_leave_the_rule():
    tallies = TALLY.zeros(1, 1)
    tallies["officers"] = 100.0
    for name, number in zip(CONDUCTS, (40.0, 30.0, 15.0, 10.0, 5.0), strict=True):
        tallies[name] = number
    assert summary(tallies, chain(1.0))["non_compliance"] == pytest.approx(0.3)


def test_inaction_is_counted_among_cases_of_form():
    tallies = TALLY.zeros(1, 1)
    tallies["cases_of_form"], tallies["cases_of_inaction"] = 20.0, 17.0
    assert summary(tallies, chain(1.0))["inaction_cases"] == pytest.approx(0.85)
    assert np.isnan(summary(TALLY.zeros(1, 1), chain(1.0))["inaction_cases"])


def test_work_as_appraised_is_real_and_shown_by_validity():
    tallies = TALLY.zeros(1, 1)
    tallies["officers"], tallies["validity"] = 10.0, 3.0
    tallies["substance"], tallies["show"] = 4.0, 8.0
    assert summary(tallies, chain(1.0))["appraised_work"] == pytest.approx(0.3 * 0.4 + 0.7 * 0.8)


def test_cases_of_form_are_sanctions_of_those_conducts(run):
    """Every sanction of the idle is among them; never more than all sanctions."""
    form, inaction = run.world.tallies["cases_of_form"], run.world.tallies["cases_of_inaction"]
    assert (inaction <= form).all()
    assert (form <= run.world.tallies["sanctions"]).all()
    strict = Scenario.load("district").replace(
        {
            "clock.months": 12,
            "mechanisms.supervision.coverage.party": 0.5,
            **{f"conducts.{name}.available": False for name in CONDUCTS if name != "idle"},
        }
    )
    only_idle = simulate(strict, 1).world.tallies
    assert only_idle["sanctions"].sum() > 10
    assert (only_idle["cases_of_inaction"] == only_idle["sanctions"]).all()


def test_relative_risk_below_is_per_officer_and_not_the_share_of_posts():
    """Nine in ten posts are in the lowest two layers: nine in ten sanctions are no higher risk."""
    layers = chain(1.0, 1.0, 1.0)
    layers["officers"][0, 0] = [10.0, 60.0, 30.0]
    layers["sanctions"][0, 0] = [1.0, 6.0, 3.0]
    read = summary(TALLY.zeros(1, 1), layers)
    assert read["blame_below"] == pytest.approx(0.9)
    assert read["sanction_risk_below"] == pytest.approx(1.0)
    layers["sanctions"][0, 0] = [1.0, 12.0, 6.0]
    assert summary(TALLY.zeros(1, 1), layers)["sanction_risk_below"] == pytest.approx(2.0)
    layers["sanctions"][0, 0] = [0.0, 12.0, 6.0]
    assert np.isnan(summary(TALLY.zeros(1, 1), layers)["sanction_risk_below"])


def test_dereliction_is_inaction_together_with_false_action(run):
    sums = run.world.tallies
    assert (sums["cases_of_inaction"] <= sums["cases_of_dereliction"]).all()
    assert (sums["cases_of_dereliction"] <= sums["cases_of_form"]).all()
    only = {f"conducts.{name}.available": name == "symbolic" for name in CONDUCTS}
    strict = {"clock.months": 12, "mechanisms.supervision.coverage.audit": 0.5}
    for_show = simulate(Scenario.load("district").replace({**only, **strict}), 1).world.tallies
    assert for_show["cases_of_dereliction"].sum() > 10
    assert (for_show["cases_of_dereliction"] == for_show["sanctions"]).all()
    assert for_show["cases_of_inaction"].sum() == 0


def test_measures_of_a_year_are_read_off_its_end():
    """Who is promoted, trained and graded top, and when the work is done, by hand-made sums."""
    tallies = TALLY.zeros(1, 1)
    given = {
        **{"promotions": 4.0, "promoted_work": 2.0, "promoted_connection": 1.0},
        **{"promoted_responsibility": 3.0, "promoted_top": 2.0},
        **{"courses_taken": 10.0, "trained_capability": 6.0, "trained_responsibility": 7.0},
        **{"trained_young": 4.0, "trained_wanting": 1.0},
        **{"year_of_work": 100.0, "end_of_year_work": 30.0},
        **{"top": 20.0, "competent": 80.0, "top_connection": 8.0},
        **{"graded_leading": 20.0, "top_leading": 8.0},
        **{"year_of_sanctions": 4.0, "year_of_gravity": 1.2},
        **{"officers": 100.0, "norm": 50.0, "norm_squared": 26.0, "published": 2.0},
    }
    for name, value in given.items():
        tallies[name] = value
    read = summary(tallies, chain(1.0))
    assert read["promoted_work"] == pytest.approx(0.5)
    assert read["promoted_connection"] == pytest.approx(0.25)
    assert read["promoted_responsibility"] == pytest.approx(0.75)
    assert read["promoted_top"] == pytest.approx(0.5)
    assert read["trained_capability"] == pytest.approx(0.6)
    assert read["trained_responsibility"] == pytest.approx(0.7)
    assert read["trained_young"] == pytest.approx(0.4)
    assert read["trained_wanting"] == pytest.approx(0.1)
    assert read["year_end_work"] == pytest.approx(0.3)
    assert read["top_connection"] == pytest.approx(0.4)
    assert read["leaders_graded_top"] == pytest.approx(0.4 / 0.15)
    assert read["sanction_gravity"] == pytest.approx(0.3)
    assert read["norm_spread"] == pytest.approx(0.1)
    assert read["published_cases"] == pytest.approx(2.0 * 12.0)


def test_the_promoted_are_better_at_work_where_merit_counts():
    """Weight on performance picks those who work more than the mean officer does (source C1)."""
    merit = Scenario.load("district").replace(
        {
            "clock.months": 36,
            "clock.observed": 36,
            "mechanisms.selection.merit": 1.0,
            "mechanisms.selection.purchase": 0.0,
            "mechanisms.selection.unchecked": 0.0,
        }
    )
    found = simulate(merit, 1).summary
    assert found["promoted_work"] > found["substance"]
    closeness = {"mechanisms.selection.merit": 0.0, "mechanisms.selection.unchecked": 1.0}
    favoured = simulate(merit.replace(closeness), 1).summary
    assert favoured["promoted_connection"] > found["promoted_connection"] + 0.1
