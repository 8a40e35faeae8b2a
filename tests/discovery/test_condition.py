"""Conditions: what they say, and what is refused."""

import numpy as np
import pytest

from sim.discovery.condition import condition
from sim.errors import BadInput

KEPT = ("execution_rate", "credibility", "reported_rate")
# Means over replicates are .25 and .625, which are the same in binary.
OWN = {
    "execution_rate": np.array([[0.125, 0.375], [0.5, 0.75]]),
    "credibility": np.full((2, 2), 0.375),
}
PAIRED = {"execution_rate": np.full((2, 2), 0.3125), "credibility": np.full((2, 2), 0.375)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("execution_rate < 0.25", [False, False]),
        ("execution_rate <= 25%", [True, False]),
        ("execution_rate >= .25", [True, True]),
        ("execution_rate > .25", [False, True]),
        ("execution_rate < status_quo", [True, False]),
        ("execution_rate < status_quo - 0.06", [True, False]),
        ("execution_rate<status_quo-7%", [False, False]),
        ("execution_rate > status_quo + 1e-1", [False, True]),
        ("execution_rate > credibility", [False, True]),
        ("execution_rate < 0.5 and credibility >= status_quo", [True, False]),
        ("execution_rate < -0.5", [False, False]),
    ],
)
def test_a_condition_is_judged_by_the_mean_over_replicates(text, wanted):
    found, _ = condition(text, KEPT).judged(OWN, PAIRED)
    assert found.tolist() == wanted


def test_chance_of_a_wrong_side_follows_the_spread_of_replicates():
    near = {"execution_rate": np.array([[0.29, 0.33], [0.299, 0.323], [0.31, 0.31]])}
    _, wrong = condition("execution_rate < 0.3", KEPT).judged(near, {})
    # 1 % from .3; standard errors 2 %, 1.2 % and none.
    assert wrong[0] == pytest.approx(0.3085, abs=1e-3)
    assert wrong[0] > wrong[1] > wrong[2] == 0.0
    _, unknown = condition("execution_rate < 0.3", KEPT).judged(
        {"execution_rate": np.array([[0.2]])}, {}
    )
    assert np.isnan(unknown).all()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("execution_rat < 0.3", "did you mean “execution_rate”?"),
        ("burden < 0.3", "add it to “measures”"),
        ("execution_rate < statusquo", "did you mean “status_quo”?"),
        ("execution_rate < burden", "add it to “measures”"),
        ("execution_rate = 0.3", "expected MEASURE < NUMBER"),
        ("execution_rate == 0.3", "expected MEASURE < NUMBER"),
        ("execution_rate < ", "expected MEASURE < NUMBER"),
        ("execution_rate", "expected MEASURE < NUMBER"),
        ("0.3 < execution_rate", "expected MEASURE < NUMBER"),
        ("execution_rate < 0.3 and", "expected MEASURE < NUMBER"),
        ("0.1 < execution_rate < 0.3", "expected MEASURE < NUMBER"),
        ("execution_rate < 0.3 or credibility < 0.3", "expected MEASURE < NUMBER"),
        ("", "expected MEASURE < NUMBER"),
    ],
)
def test_what_is_no_condition_is_refused_with_what_was_expected(text, says):
    with pytest.raises(BadInput) as refused:
        condition(text, KEPT)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
