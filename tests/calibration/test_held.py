"""Targets that cannot be missed are found from priors, and counted apart."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from sim import Scenario, simulate
from sim.calibration.held import Held, held
from sim.calibration.patterns import Patterns
from sim.calibration.results import _evidence, shipped
from sim.errors import BadInput
from sim.world import posterior
from tests.calibration.test_patterns import tree


def patterns(prior=None, **target):
    """The shipped patterns without reforms, with other priors or another target of losses."""
    about = tree() | {"reforms": []}
    about["prior"] |= prior or {}
    about["target"]["losses_outweigh"] |= target
    return Patterns.from_tree(about, "own", "own.toml")


@pytest.mark.slow
def test_the_shipped_targets_that_cannot_be_missed_are_the_known_ones():
    assert held(Patterns.load("district")) == {
        "resignations": Held(("careers.resignation",), False),
        "own_sanction": Held(("behaviour.own",), False),
        "losses_outweigh": Held(("public.loss",), True),
    }


@pytest.mark.slow
def test_a_prior_that_crosses_the_target_does_not_put_it_in():
    crossing = {"public.loss": {"low": 0.01, "high": 0.18}}
    assert held(patterns(crossing))["losses_outweigh"] == Held(("public.loss",), False)
    both = {"public.loss": {"low": 0.01, "high": 0.1}, "public.gain": {"low": 0.01, "high": 0.1}}
    assert "losses_outweigh" not in held(patterns(both))
    # Neither does one that cannot reach it.
    assert "losses_outweigh" not in held(patterns(sign=-1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "setting", "said"),
    [
        ("resignations", "careers.resignations", "target.resignations.held: no setting.*nation"),
        ("own_sanction", "behaviour.own", "held: not allowed for a vignette"),
    ],
)
def test_a_setting_that_is_said_to_put_a_target_in_is_checked(name, setting, said, write):
    whole = tree() | {"reforms": []}
    entries = "\n".join(f"{key} = {value!r}" for key, value in whole["target"][name].items())
    path = write("own.toml", f'extends = "district"\nreforms = []\n[target.{name}]\n{entries}\n')
    text = path.read_text(encoding="utf-8").replace("held = 'careers.resignation'\n", "")
    path.write_text(f'{text}held = "{setting}"\n', encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        Patterns.load(path)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.02, 0.05])
def test_the_rate_of_resignations_repeats_its_setting(rate):
    years = {"clock.months": 120, "clock.observed": 120}
    long = Scenario.load("district").replace({**years, "careers.resignation": rate})
    found = [simulate(long, seed=seed).summary["resignations"] for seed in range(6)]
    assert np.mean(found) == pytest.approx(100 * rate, rel=0.2)


@pytest.mark.slow
def test_what_cannot_be_missed_is_counted_apart():
    results = shipped()
    table = results.targets()
    free = table[table["held"] == ""]
    assert len(table) - len(free) == len(results.held)
    assert results.counted() == (int(free["reached"].sum()), len(free), len(results.held))
    without = dataclasses.replace(results, patterns=patterns(sign=-1))
    assert "losses_outweigh" not in without.held


def test_evidence_of_other_draws_is_not_shown(tmp_path, monkeypatch):
    draws = pd.DataFrame({"behaviour.duty": [1.0, 2.0]})
    told = {"draws": posterior.digest_of(draws), "prior": {"execution": 0.5}}
    file = tmp_path / "district.parquet"
    monkeypatch.setattr(posterior, "path", lambda: file)
    assert _evidence(draws) is None
    file.with_suffix(".evidence.json").write_text(json.dumps(told), encoding="utf-8")
    found = _evidence(draws)
    assert found is not None
    assert found.prior == {"execution": 0.5}
    assert _evidence(2.0 * draws) is None
    file.with_suffix(".evidence.json").write_text(json.dumps(told | {"prio": {}}))
    with pytest.raises(BadInput, match=r"evidence\.json: prio"):
        _evidence(draws)
