"""Where supervision looks: where power, money and service are."""

import math

import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import CHANNELS, CONDUCTS, IDLE, MASSES
from sim.mechanisms import supervision
from sim.phases import look_ahead, weigh_conducts
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

FOLLOW = "mechanisms.supervision.follow_"
FOLLOWED = ("power", "money", "service")
SEEN = 0.05
# All are idle, and a channel that takes no time sees one in twenty; directives last for ever.
WATCHED = {
    **{f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)},
    "mechanisms.appraisal.weights.superior": 1.0,
    **{f"conducts.{name}.available": name == "idle" for name in CONDUCTS},
    "conducts.idle.misconduct": 1.0,
    "eyes.audit.idle": 1.0,
    "channels.audit.burden": 0.0,
    "mechanisms.supervision.coverage.audit": SEEN,
    "behaviour.incident": 0.0,
    "behaviour.shield": 0.0,
    "behaviour.overlap_blur": 0.0,
    "mechanisms.posts.clarity": 1.0,
    "directives.interest_low": -1.0,
    "directives.interest_high": 1.0,
    "directives.harm.mean": 0.5,
    "directives.harm.sd": 0.15,
    "directives.life": 600,
    "organisation.departments": 60,
    "organisation.ranks": [1, 4, 15],
    "public.citizens": 1,
    "clock.months": 11,
}
MONTHS = 11
LEADING_SHARE = 5 / 20


def watched(district, **follow):
    settings = {f"{FOLLOW}{name}": value for name, value in follow.items()}
    return simulate(district.replace(WATCHED | settings), 4).world


def assert_caught(world, posts, chances):
    """Sanctions of these posts, in 11 months, are as many as independent chances say."""
    found = world.officers["sanctions"][posts].sum()
    expected = MONTHS * np.sum(chances)
    error = math.sqrt(MONTHS * np.sum(chances * (1 - chances)))
    assert abs(found - expected) <= 5 * error, (found, expected)


@pytest.mark.parametrize("follow", [0.0, 0.5, 1.0])
def test_looks_that_follow_power_go_to_posts_that_command_others(district, follow):
    world = watched(district, power=follow)
    leading = world.officers["subordinates"] > 0
    assert leading.mean() == LEADING_SHARE
    looks = {True: 1 + follow * (1 / LEADING_SHARE - 1), False: 1 - follow}
    above, below = (1 - (1 - SEEN) ** looks[commands] for commands in (True, False))
    assert_caught(world, leading, np.full(leading.sum(), above))
    assert_caught(world, ~leading, np.full((~leading).sum(), below))
    assert np.mean([looks[commands] for commands in leading]) == pytest.approx(1.0)


def test_where_nobody_commands_looks_have_no_power_to_follow(district):
    alone = {"organisation.ranks": [1], "organisation.departments": 300}
    worlds = [
        simulate(district.replace(WATCHED | alone | {f"{FOLLOW}power": value}), 4).world
        for value in (0.0, 1.0)
    ]
    assert worlds[0].officers.tobytes() == worlds[1].officers.tobytes()
    assert worlds[0].officers["sanctions"].any()


@pytest.mark.parametrize("follow", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("what", "of"), [("money", "interest"), ("service", "harm")])
def test_looks_that_follow_money_or_service_go_where_these_are(district, what, of, follow):
    world = watched(district, **{what: follow})
    departments = world.departments
    # The mean of |interest| over −1…1 is one half, and so is that of harm.
    watch = 1 + follow * (np.abs(departments[of]) / 0.5 - 1)
    assert departments["watch"] == pytest.approx(watch)
    chances = 1 - (1 - SEEN) ** watch
    assert world.outlooks["unseen"][:, IDLE] == pytest.approx(1 - chances)
    by_post = chances[world.officers["department"]]
    much = watch[world.officers["department"]] > np.median(watch)
    assert_caught(world, much, by_post[much])
    assert_caught(world, ~much, by_post[~much])
    if follow == 1.0:
        more, less = (world.officers["sanctions"][posts].mean() for posts in (much, ~much))
        assert more > 1.3 * less


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-0.5, 1.0), (0.2, 0.8), (-0.9, -0.1)])
@pytest.mark.parametrize(
    "follow", [{"money": 1.0}, {"service": 1.0}, {"money": 0.5, "service": 0.5}]
)
def test_looks_are_one_on_average_over_directives(district, low, high, follow):
    settings = WATCHED | {
        **{f"{FOLLOW}{name}": value for name, value in follow.items()},
        "directives.interest_low": low,
        "directives.interest_high": high,
        "organisation.departments": 4000,
        "organisation.ranks": [1],
    }
    world = Plan(district.replace(settings)).begin(2)
    mechanisms, one = world.mechanisms[0, 0], world.settings[0]
    watch = np.array([supervision.watch(row, mechanisms, one) for row in world.departments])
    assert watch.std() > 0.1
    assert abs(watch.mean() - 1.0) < 5 * watch.std() / math.sqrt(watch.size)


@pytest.mark.parametrize("unseen", [0.999, 0.9, 0.5, 0.01])
def test_twice_the_watch_squares_the_chance_to_be_missed(unseen):
    assert supervision.chance_unseen(unseen, 1.0) == unseen
    assert supervision.chance_unseen(unseen, 2.0) == pytest.approx(unseen**2, rel=1e-14)
    assert supervision.chance_unseen(unseen, 0.5) == pytest.approx(unseen**0.5, rel=1e-14)
    assert supervision.chance_unseen(unseen, 0.0) == 1.0
    assert supervision.chance_unseen(1.0, 2.0) == 1.0


@pytest.mark.parametrize("watch", [0.0, 0.5, 1.0, 2.0])
def test_more_watch_hides_less_from_all_but_the_masses(district, watch):
    world = Plan(
        district.replace(
            WATCHED | {"mechanisms.supervision.coverage.masses": 0.4, "eyes.served.idle": 0.6}
        )
    ).begin(1)
    department, outlook = world.departments[0], world.outlooks[0, IDLE]
    look_ahead(world, 0, 0)
    department.heard, department.watch = department.fronts, watch
    weigh_conducts(world, 0, 0)
    masses = 1 - 0.4 * world.channels[MASSES]["acuity"][IDLE]
    assert masses == pytest.approx(1 - 0.4 * 0.6)
    assert outlook.unseen == pytest.approx((1 - SEEN) ** watch * masses)
    if watch == 1.0:
        assert outlook.unseen == world.mechanisms[0, 0].unseen[IDLE] * masses


def test_looks_that_follow_nothing_are_the_same_everywhere_to_the_bit(district):
    world = watched(district)
    assert np.all(world.departments["watch"] == 1.0)
    assert np.all(world.outlooks["unseen"] == world.mechanisms[0, 0]["unseen"])


@pytest.mark.parametrize("name", FOLLOWED)
def test_looks_that_follow_leave_no_trace_where_nobody_looks(district, name):
    blind = {f"mechanisms.supervision.coverage.{channel}": 0.0 for channel in CHANNELS}
    worlds = [
        simulate(district.replace(WATCHED | blind | {f"{FOLLOW}{name}": value}), 4).world
        for value in (0.0, 1.0)
    ]
    assert worlds[0].officers.tobytes() == worlds[1].officers.tobytes()
    assert (
        watched(district).officers.tobytes() != watched(district, **{name: 1.0}).officers.tobytes()
    )
