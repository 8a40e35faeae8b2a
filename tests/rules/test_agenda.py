"""Several directives at once: who gets time, what meetings do, and what leaves no trace."""

import hashlib

import numpy as np
import pytest

from sim import simulate
from sim.kinds import CONDUCTS
from sim.mechanisms import agenda
from sim.theory.mean_field import MeanField
from sim.world.plan import Plan

# Directives alike but for their hardness, and of the same age.
ALIKE = {
    "directives.difficulty.sd": 0.0,
    "directives.specificity.sd": 0.0,
    "directives.measurability": 0.5,
    "mechanisms.leadership.drive": 0.0,
    "mechanisms.posts.targets": 0.0,
}
# Everybody works faithfully, and citizens' trust makes no task easier: only time is left.
FAITHFUL = {
    **{f"conducts.{name}.available": name == "faithful" for name in CONDUCTS},
    "behaviour.cooperation": 0.0,
    "organisation.departments": 8,
    "organisation.ranks": [1, 2, 8],
    "public.citizens": 4,
    "clock.months": 48,
    "clock.observed": 36,
}


def shared(district, changes, ages, hard):
    """The department after its time has been shared among directives of these ages and kinds."""
    number = {"directives.at_once": len(ages), "directives.hard": 0.5}
    world = Plan(district.replace(ALIKE | number | changes)).begin(1)
    department = world.departments[0]
    department.agenda_age[: len(ages)] = ages
    department.agenda_hard[: len(ages)] = hard
    agenda.share_attention(department, world.mechanisms[0, 0], world.settings[0])
    return department


def reached(*about):
    department = shared(*about)
    return np.array(department.agenda_reach[: len(about[2])])


def test_with_more_directives_at_once_each_gets_less_time_and_the_soft_ones_lose_most(district):
    """Attention is a fixed sum (Simon 1947), and goes first to what is counted (O'Brien & Li 1999).

    A soft directive counts half as much here, so beside as many hard ones it gets half their time.
    """
    alone = reached(district, {}, [4], [0])
    assert alone == pytest.approx([1.0])
    two = reached(district, {}, [4, 4], [1, 0])
    four = reached(district, {}, [4, 4, 4, 4], [1, 1, 0, 0])
    assert two == pytest.approx([2 / 3, 1 / 3])
    assert four == pytest.approx([1 / 3, 1 / 3, 1 / 6, 1 / 6])
    alike = reached(district, {"directives.measurability": 1.0}, [4, 4], [1, 0])
    assert alike == pytest.approx([0.5, 0.5])


def test_fresh_directives_get_more_time_than_old_ones_unless_leaders_stay_with_both(district):
    """The issue-attention cycle (Downs 1972): emphasis is in proportion to what has not faded."""
    fresh, old = reached(district, {"behaviour.fade": 4.0}, [0, 4], [1, 1])
    assert old / fresh == pytest.approx(np.exp(-1.0))
    driven = {"behaviour.fade": 4.0, "mechanisms.leadership.drive": 1.0}
    fresh, old = reached(district, driven, [0, 4], [1, 1])
    # Leaders who are with one directive at a time halve their presence.
    assert old / fresh == pytest.approx((1.0 + np.exp(-1.0)) / 2)


def test_a_directive_gets_no_more_time_than_it_takes_and_the_rest_goes_to_the_others(district):
    light = {"directives.workload": 0.4, "behaviour.fade": 1.0}
    found = reached(district, light, [0, 3, 3], [1, 1, 1])
    assert found == pytest.approx([1.0, 0.75, 0.75])
    assert found.sum() * 0.4 == pytest.approx(1.0)
    assert reached(district, {"directives.workload": 0.3}, [0, 3, 9], [1, 0, 0]) == pytest.approx(1)


def test_changing_between_directives_loses_time_for_each_beside_the_first(district):
    """Judges who juggle more cases at once finish fewer (Coviello, Ichino & Persico 2014)."""
    for number in (1, 2, 3, 4):
        found = reached(district, {"behaviour.switching": 0.05}, [4] * number, [1] * number)
        assert found.sum() == pytest.approx(1.0 - 0.05 * (number - 1))


def test_meetings_raise_the_directive_they_are_about_and_lower_the_rest(district):
    """以会议落实会议 (source C8): meetings move emphasis, and all pay for them with their time."""
    kinds = [1, 0, 1]

    def done(meetings, pull=6.0):
        changes = {"behaviour.meeting_pull": pull, "mechanisms.leadership.meetings": meetings}
        return reached(district, changes, [6, 0, 3], kinds) * (1.0 - meetings)

    few, many = done(0.05), done(0.15)
    assert many[1] > few[1]
    assert np.all(many[[0, 2]] < few[[0, 2]])
    assert many.sum() < few.sum()
    # Without the pull, meetings only take time.
    assert done(0.15, pull=0.0) / done(0.05, pull=0.0) == pytest.approx([0.85 / 0.95] * 3)


def several(number, **more):
    on = {
        "directives.at_once": number,
        "directives.hard": 0.5,
        "directives.measurability": 0.5,
        "directives.workload": 0.5,
    }
    return FAITHFUL | on | {key.replace("__", "."): value for key, value in more.items()}


def measured(district, changes, *names):
    summary = simulate(district.replace(changes), 3).summary
    return [float(summary[name]) for name in names]


def test_in_a_run_with_more_directives_the_soft_ones_fall_behind_the_hard_ones(district):
    """On the same draws: two fit into the time there is, four do not, and the soft lose more."""
    names = ("execution_hard", "execution_soft", "least_attended")
    two, four = (np.array(measured(district, several(number), *names)) for number in (2, 4))
    lost = 1.0 - four / two
    assert np.all(lost > 0.2)
    assert lost[1] > lost[0] + 0.1
    (gap,) = measured(district, several(4), "implementation_gap")
    assert gap == pytest.approx(four[0] - four[1])
    alike = several(4, directives__measurability=1.0)
    assert gap > measured(district, alike, "implementation_gap")[0] + 0.05


def test_in_a_run_meetings_start_directives_and_do_not_finish_them(district):
    """More meetings: directives end worse than they began, and less is done of all together.

    Where attention hardly fades, meetings alone make the difference.
    """
    names = ("follow_through", "execution_rate")
    pull = several(3, behaviour__meeting_pull=6.0, behaviour__fade=240.0)
    few, many = (
        measured(district, pull | {"mechanisms.leadership.meetings": meetings}, *names)
        for meetings in (0.02, 0.2)
    )
    assert many[0] < few[0] - 0.2
    assert many[1] < 0.9 * few[1]


def test_execution_is_the_mean_over_hard_and_soft_directives(district):
    sums = simulate(district.replace(several(3)), 3).world.tallies
    hard, soft = sums["hard_delivered"], sums["soft_delivered"]
    assert hard + soft == pytest.approx(sums["delivered"])
    assert sums["hard_due"] + sums["soft_due"] == pytest.approx(sums["fronts"])
    assert hard.sum() > 0.0
    assert soft.sum() > 0.0


def test_directives_under_way_at_once_are_issued_at_equal_intervals(district):
    world = Plan(district.replace({"directives.at_once": 3, "directives.life": 9})).begin(2)
    ages = np.sort(world.departments["agenda_age"][:, :3], axis=1)
    assert np.all(np.diff(ages, axis=1) == 3)


SMALL = {
    "organisation.departments": 3,
    "organisation.ranks": [1, 2, 8],
    "public.citizens": 12,
    "clock.months": 30,
}


def people(district, settings):
    world = simulate(district.replace(SMALL | settings), 6).world
    return hashlib.sha256(world.officers.tobytes() + world.citizens.tobytes()).hexdigest()


@pytest.mark.parametrize(
    ("key", "value", "few"),
    [
        ("directives.workload", 0.5, {"directives.at_once": 1}),
        ("directives.measurability", 0.3, {"directives.hard": 1.0, "directives.at_once": 3}),
        ("behaviour.switching", 0.1, {"directives.at_once": 1}),
        ("behaviour.meeting_pull", 8.0, {"directives.at_once": 1, "directives.hard": 0.5}),
        ("mechanisms.appraisal.soft_veto", 1.0, {"directives.hard": 1.0, "directives.at_once": 3}),
    ],
)
def test_what_several_or_soft_directives_take_leaves_no_trace_without_them(
    district, key, value, few
):
    many = {"directives.at_once": 3, "directives.hard": 0.5, "directives.measurability": 0.5}
    assert people(district, few | {key: value}) == people(district, few)
    assert people(district, many | {key: value}) != people(district, many)


def test_one_directive_at_a_time_is_as_before_whether_it_is_called_hard_or_soft(district):
    """With soft directives as measurable as hard ones, only the last digits of sums may differ."""
    runs = [
        simulate(district.replace(SMALL | {"directives.hard": hard}), 6).summary
        for hard in (1.0, 0.5)
    ]
    told = ("execution_hard", "execution_soft", "implementation_gap")
    before, after = (run.drop(list(told)) for run in runs)
    assert after.to_numpy() == pytest.approx(before.to_numpy(), rel=1e-9, nan_ok=True)


def test_the_mean_field_follows_several_directives(district):
    """Of many who all work faithfully, the mean field delivers what a run does."""
    large = {
        "organisation.departments": 40,
        "organisation.ranks": [1, 4, 40],
        "traits.capability.sd": 0.0,
        "directives.difficulty.sd": 0.0,
        "directives.specificity.sd": 0.0,
        "behaviour.practice": 0.0,
        "behaviour.decay": 0.0,
        "mechanisms.training.courses": 0.0,
        "clock.months": 24,
        "clock.observed": 12,
    }
    for number in (1, 3):
        scenario = district.replace(several(number) | large)
        found = MeanField(scenario)
        expected = found.delivery(found.path(found.state(0.9, 0.6), 12)[-1])
        run = simulate(scenario, 3).summary["execution_rate"]
        assert expected == pytest.approx(float(run), rel=0.05)


def test_several_alike_directives_that_time_is_enough_for_are_as_one(district):
    """What differs between directives evens out over several; where nothing differs, nothing does.

    Attention fades too slowly here for the age of a directive to matter.
    """
    alike = {
        "directives.interest_low": 0.0,
        "directives.interest_high": 0.0,
        "directives.difficulty.sd": 0.0,
        "directives.specificity.sd": 0.0,
        "directives.harm.sd": 0.0,
        "behaviour.fade": 240.0,
    }
    three = {"directives.at_once": 3, "directives.workload": 0.33}
    told = ["execution_rate", "credibility", *CONDUCTS]
    one, many = (
        simulate(district.replace(SMALL | alike | more), 6).summary[told].to_numpy(float)
        for more in ({}, three)
    )
    assert many == pytest.approx(one, abs=0.01)
