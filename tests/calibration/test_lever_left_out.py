"""Whether a lever helps is asked of a fit that has seen no experiment with it."""

import numpy as np
import pandas as pd
import pytest

from sim.calibration.lever_left_out import in_which_moved, left_out, posterior_of
from sim.calibration.patterns import Patterns
from sim.machine.loop import quiet
from sim.study.doubt import BEHAVIOUR, LEVERS
from sim.world.scenario import Scenario
from tests.calibration.test_lever_doubt import fitted  # noqa: F401


@pytest.mark.slow
def test_targets_of_a_lever_are_all_those_whose_experiment_moves_a_setting_of_it():
    patterns, district = Patterns.load("district"), Scenario.load("district")
    moved = {name: in_which_moved(patterns, district, name) for name in district.levers}
    assert "gradual" in moved["culture"]
    assert "autonomy.completion" in moved["leadership"]
    assert "river_chiefs.pollution" in moved["responsibility"]
    # A part of a table of settings counts, and a whole table too.
    assert "clinic_flags.presence" in moved["supervision"]
    assert "monitoring_and_incentives.completion" in moved["supervision"]
    # Targets of the status quo are of no lever.
    assert "execution" not in {one for names in moved.values() for one in names}


def test_a_drawn_multiple_at_full_strength_counts_as_the_scenario_has_it():
    district = Scenario.load("district")
    multiple = "levers.supervision.full.supervision.coverage.times"
    table = pd.DataFrame({"behaviour.duty": [1.0, 1.5], multiple: [1.2, 1.4]})
    draws = posterior_of(district, table, frozenset({multiple}))
    assert draws.left_as_calibrated(district) == ("behaviour.duty", multiple)
    assert draws.doubts_levers_of(district)


@pytest.mark.long
def test_a_lever_is_run_over_draws_that_have_not_seen_it(fitted):  # noqa: F811
    asked = []

    def rounds(name):
        asked.append(name)
        return quiet

    made = fitted()
    table = pd.DataFrame(left_out(made, 1, rounds))
    assert set(table["lever"]) == {"leadership"}
    assert list(table["doubt"]) == [BEHAVIOUR, LEVERS]
    assert table["targets"].tolist() == [["autonomy"]] * 2
    assert (table["draws"] == made.size.draws).all()
    assert ((table["low"] <= table["effect"]) & (table["effect"] <= table["high"])).all()
    assert table["raises"].between(0.0, 1.0).all()
    # Drawn values at full strength are others than those that ship.
    assert table["effect"].nunique() == len(table)
    assert "without_leadership/rest" in asked
    again = pd.DataFrame(left_out(fitted("twice"), 2, rounds))
    assert np.array_equal(again["effect"], table["effect"])
