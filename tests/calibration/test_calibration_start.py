"""A fit does not hang on what an earlier fit wrote into the scenario."""

import pytest

from sim import Scenario
from sim.calibration.calibration import Calibration
from sim.calibration.candidates import RESTING
from sim.calibration.patterns import Patterns
from sim.calibration.size import Size


@pytest.mark.slow
def test_what_is_fitted_is_forgotten_before_the_next_fit(monkeypatch, tmp_path):
    patterns = Patterns.load("district")
    assert set(patterns.start) == set(RESTING.values())
    size = Size(candidates=64)
    once = Calibration(patterns, tmp_path, size)
    own = Scenario.load("district")
    changed = own.replace(
        {"behaviour.duty": 3.0, "public.trust.mean": 0.2, "start.norm_at_start": 0.9}
    )
    monkeypatch.setattr(Scenario, "load", classmethod(lambda cls, source: changed))
    again = Calibration(patterns, tmp_path, size)
    assert again.folder == once.folder
    assert again.scenario.tree() == once.scenario.tree()
