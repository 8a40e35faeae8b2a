"""The search finds what is known of made-up models, and reports it without flattery."""

import numpy as np
import pytest

from benchmarks.packages import Grid, gain
from sim.errors import BadInput
from sim.planning.planning import Planning
from tests.planning.made_up import ITEMS, flat, front_of, one_aim, question, two_aims, worth, zdt

# Share of the true front's hypervolume that a noisy search of these sizes reaches.
FOUND = 0.95
CORNER = 1.1
FEW = {"packages": 12, "generations": 8, "replicates": 2, "again": 2, "fresh": 4}


def settings(package):
    return {name: 0.0 for name in ITEMS} | {use.lever: use.intensity for use in package.uses}


def hypervolume(points):
    """Area that points dominate below a corner, less is better."""
    area, last = 0.0, CORNER
    for first, second in sorted(map(tuple, points)):
        if first < CORNER and second < last:
            area += (CORNER - first) * (last - second)
            last = second
    return area


def test_the_front_of_a_made_up_model_is_found_through_noise(tmp_path):
    asked = question(
        ("least f1", "least f2"), ("f1", "f2"), size={"generations": 25, "compared": 16}
    )
    planning = Planning(asked, tmp_path, two_aims, workers=1)
    found = [zdt(settings(one)) for one in planning.front.packages[1:]]
    steps = np.arange(0.0, 1.01, 0.1)
    best = np.column_stack([steps, front_of(steps)])
    assert hypervolume(found) >= FOUND * hypervolume(best)


def test_the_best_package_within_a_budget_is_found(tmp_path):
    asked = question(("most gain",), ("gain", "spent"), ("spent <= 2",))
    planning = Planning(asked, tmp_path, one_aim, workers=1)
    # By hand: the pair that need each other take the whole budget.
    assert worth(settings(planning.best)) == pytest.approx((1.2, 2.0), abs=0.15)


def test_more_than_three_aims_are_searched_too(tmp_path):
    def four(values, seed, replicate):
        return [values[name] for name in ITEMS]

    aims = tuple(f"most {name}" for name in ITEMS)
    planning = Planning(question(aims, ITEMS, size=FEW), tmp_path, four, workers=1)
    assert settings(planning.best) == dict.fromkeys(ITEMS, 1.0)


def test_fresh_draws_do_not_flatter_where_no_package_does_anything(tmp_path):
    searched, reported = [], []
    for seed in range(6):
        asked = question(("most gain",), ("gain", "spent"), seed=seed, size={"generations": 4})
        planning = Planning(asked, tmp_path, flat, workers=1)
        reported.append(planning.report.effects(1)["gain@course"].value)
        (first, *_) = planning.ranked(planning.scoring)
        searched.append((planning.seen(first) - planning.status_quo("search"))[:, 0].mean())
    # On the draws of the search the best of many seems to gain; on fresh ones it does not.
    assert np.mean(searched) > 0.05
    assert abs(np.mean(reported)) < 0.02


def test_all_packages_of_a_stage_meet_the_same_draws(tmp_path):
    def only_common(values, seed, replicate):
        return [np.random.default_rng([seed, replicate]).standard_normal(), 0.0]

    asked = question(("most gain",), ("gain", "spent"), size={"generations": 2})
    report = Planning(asked, tmp_path, only_common, workers=1).report
    assert (report.values[1:] == report.values[0]).all()


def test_stages_have_draws_of_their_own(tmp_path):
    asked = question(("most gain",), ("gain", "spent"), size={"generations": 1})
    planning = Planning(asked, tmp_path, flat, workers=1)
    stages = [planning.status_quo(stage)[:8, 0].tolist() for stage in ("search", "again", "fresh")]
    assert len({*map(tuple, stages)}) == 3


def test_contributions_are_exact_and_add_up(tmp_path):
    asked = question(("most gain",), ("gain", "spent"), ("spent <= 2",))
    planning = Planning(asked, tmp_path, one_aim, workers=1)
    content = planning.content("")
    parts = {one["lever"]: one["value"] for one in content["explained"]["levers"]}
    effect = content["packages"][1]["measures"]["gain@course"]["effect"]["value"]
    assert sum(parts.values()) == pytest.approx(effect)
    # Two levers that need each other share what they give together.
    assert parts["x2"] == pytest.approx(parts["x3"], abs=0.1)


def test_a_budget_that_binds_has_a_price_and_one_that_does_not_has_none(tmp_path):
    asked = question(("most gain",), ("gain", "spent"), ("spent <= 1.6", "spent <= 3.9 at end"))
    content = Planning(asked, tmp_path, one_and_end, workers=1).content("")
    first, second = content["budget"]
    assert first["binds"]
    # By hand: along b = c, 1.2 b² rises by 1.2 (.88² − .8²).
    assert first["gains"]["gain@course"]["value"] == pytest.approx(0.16, abs=0.12)
    assert not second["binds"]


def one_and_end(values, seed, replicate):
    gain, spent = one_aim(values, seed, replicate)
    return [gain, spent, spent]


def test_without_a_package_that_keeps_to_limits_the_nearest_is_told(tmp_path):
    asked = question(("most gain",), ("gain", "spent"), ("gain >= 2", "spent <= 1"))
    with pytest.raises(BadInput, match=r"no package found keeps to all limits.*Nearest:.*misses"):
        Planning(asked, tmp_path, one_aim, workers=1).content("")


def test_the_search_beats_the_best_of_a_grid_of_as_many_packages(tmp_path):
    asked = question(("most gain",), ("gain", "spent"), ("spent <= 1.6",))
    planning = Planning(asked, tmp_path / "plan", one_aim, workers=1)
    grid = Grid(asked, tmp_path / "grid", one_aim, workers=1)
    assert gain(planning, grid).low > 0.0
    assert worth(settings(planning.best))[0] > worth(settings(grid.best))[0]
