"""Tables of rows: the same by attribute in plain Python, by column, and in compiled rules."""

import copy
import pickle

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.machine.compiled import rule
from sim.world.state import CHOICE, MECHANISMS, OFFICER


@rule
def first_capability(officers):
    return officers[0].capability + officers[1].capability


@rule
def set_worth(choices, i, k, value):
    choices[i].worth[k] = value
    return choices[i].worth[k]


@rule
def take_post(officers, holder, post):
    officers.move(holder, post)


@rule
def change_places(officers, one, other):
    officers.swap(one, other)


def people():
    officers = OFFICER.zeros(6)
    officers["capability"] = np.arange(6) / 10
    officers["number_in_department"] = np.arange(6)
    officers["conduct"] = [0, 1, 2, 3, 4, 0]
    return officers


def test_a_row_and_its_column_are_one_memory():
    officers = people()
    officers[2].capability = 0.9
    assert officers["capability"][2] == 0.9
    officers["capability"][3] = 0.8
    assert officers[3].capability == officers[3]["capability"] == 0.8


def test_compiled_rules_read_and_set_what_plain_python_does():
    assert first_capability(people()) == pytest.approx(0.1)
    assert first_capability(people()[2:4]) == pytest.approx(0.5)
    choices = CHOICE.zeros(3)
    assert set_worth(choices, 1, 4, 2.5) == choices[1].worth[4] == choices["worth"][1, 4] == 2.5
    assert np.count_nonzero(choices["worth"]) == 1
    # Fields of several numbers in a part of a table.
    assert set_worth(choices[1:], 1, 3, 1.5) == choices[2].worth[3] == choices["worth"][2, 3] == 1.5
    assert np.count_nonzero(choices["worth"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("compiled", [False, True])
def test_a_person_moves_and_what_is_the_posts_stays(compiled):
    officers = people()
    if compiled:
        take_post(officers, 4, 1)
    else:
        officers.move(4, 1)
    assert officers["capability"].tolist() == [0.0, 0.4, 0.2, 0.3, 0.4, 0.5]
    assert officers["number_in_department"].tolist() == list(range(6))


@pytest.mark.slow
@pytest.mark.parametrize("compiled", [False, True])
def test_two_change_places_and_nobody_is_lost(compiled):
    officers = people()
    if compiled:
        change_places(officers, 0, 5)
    else:
        officers.swap(0, 5)
    assert officers["capability"].tolist() == [0.5, 0.1, 0.2, 0.3, 0.4, 0.0]
    assert officers["number_in_department"].tolist() == list(range(6))
    choices = CHOICE.zeros(2)
    choices[0].worth[:] = np.arange(5)
    choices.swap(0, 1)
    assert choices[1].worth.tolist() == list(range(5))
    assert not choices[0].worth.any()


@pytest.mark.parametrize(
    "part",
    [
        lambda: people()[::2],
        lambda: MECHANISMS.zeros(3, 2)[:, 0],
    ],
    ids=["every other", "one group"],
)
def test_a_part_with_gaps_is_refused_by_compiled_rules_and_read_by_plain_python(part):
    rows = part()
    assert len(rows) >= 2
    with pytest.raises(TypeError, match="copy"):
        first_capability(rows)
    with pytest.raises(TypeError, match="copy"):
        first_capability(rows[0])
    assert not rows.copy().has_gaps


def test_rows_chosen_by_a_mask_are_copies():
    officers = people()
    chosen = officers[officers["capability"] > 0.25]
    assert len(chosen) == 3
    chosen["capability"] = 0.0
    assert officers["capability"][5] == 0.5
    assert officers[["capability", "conduct"]].dtype.names == ("capability", "conduct")


def test_a_place_that_is_not_there_is_an_error():
    with pytest.raises(IndexError, match="there are 6"):
        people()[6]
    assert people()[-1].capability == 0.5


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda world: pickle.loads(pickle.dumps(world))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copied_world_shares_nothing_and_holds_the_same(copied):
    world = simulate(Scenario.load("bureau").replace({"clock.months": 3}), 1).world
    other = copied(world)
    assert other.officers.tobytes() == world.officers.tobytes()
    other.officers["capability"] = 0.0
    assert world.officers["capability"].any()
