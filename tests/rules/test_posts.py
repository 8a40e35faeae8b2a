"""Who owns a task, and how the buck is passed."""

import numpy as np
import pytest

from sim import simulate
from sim.mechanisms import posts
from sim.world.plan import Plan

POSTS = "mechanisms.posts."
ACCOUNTABILITY = "mechanisms.accountability."
BUCK = "behaviour.buck_passing"


def unowned(district, changes, felt_blame=0.1):
    world = Plan(district.replace({BUCK: 5.0, POSTS + "overlap": 0.0} | changes)).begin(1)
    department, mechanisms = world.departments[0], world.mechanisms[0, 0]
    department.clarity, department.felt_blame = mechanisms.clarity, felt_blame
    return posts.chance_unowned(department, mechanisms, world.settings[0])


def test_without_buck_passing_the_vacuum_alone_leaves_tasks_without_an_owner(district):
    for blame in (0.0, 0.1, 3.0):
        still = unowned(district, {BUCK: 0.0, POSTS + "vacuum": 0.4, POSTS + "chain": 0.2}, blame)
        assert still == 0.4 * 0.5 * 0.8


def test_the_buck_is_passed_the_more_blame_is_felt_and_only_where_posts_and_handovers_allow_it(
    district,
):
    """Hood (2011): passing the buck is how officers avoid blame where nobody need take the task."""
    nobody = {POSTS + "vacuum": 0.0, POSTS + "chain": 0.0}
    by_blame = [unowned(district, nobody, blame) for blame in (0.0, 0.05, 0.2, 1.0)]
    assert by_blame[0] == 0.0
    assert by_blame == sorted(by_blame)
    # Half of the tasks are clearly somebody's.
    assert by_blame[3] == pytest.approx(0.5 * (1 - np.exp(-5.0)))
    for clause in ("clarity", "chain"):
        falling = [unowned(district, nobody | {POSTS + clause: x}) for x in (0.0, 0.5, 1.0)]
        assert falling[0] > falling[1] > falling[2] == 0.0


def test_what_no_post_would_take_on_is_not_passed_on_as_well(district):
    """A vacuum and buck-passing together leave at most all tasks without an owner."""
    open_posts = {POSTS + "clarity": 0.0, POSTS + "chain": 0.0}
    assert unowned(district, open_posts | {POSTS + "vacuum": 1.0}, 2.0) == 1.0
    both = unowned(district, open_posts | {POSTS + "vacuum": 0.3})
    passed = unowned(district, open_posts | {POSTS + "vacuum": 0.0})
    assert both == pytest.approx(0.3 + 0.7 * passed)


@pytest.mark.parametrize("omission", ["neglected", "weighed"])
def test_hard_accountability_makes_officers_pass_the_buck_unless_posts_are_clear(
    district, omission
):
    """Blame avoidance (Weaver 1986; Hood 2011): tasks lose their owners as blame is felt."""

    def left(changes):
        base = {BUCK: 5.0, "structure.omission": omission, "organisation.departments": 4}
        plan = Plan(district.replace(base | {POSTS + "vacuum": 0.0, "clock.months": 36} | changes))
        return np.mean([simulate(plan, 1, one).summary["unowned"] for one in range(3)])

    mild = {ACCOUNTABILITY + "tracing": 0.1, ACCOUNTABILITY + "tolerance": 0.5}
    hard = {ACCOUNTABILITY + "tracing": 0.8, ACCOUNTABILITY + "tolerance": 0.0}
    clear = {POSTS + "clarity": 0.95, POSTS + "overlap": 0.0}
    assert left(hard) > left(mild) + 0.05
    assert left(hard | clear) < 0.2 * left(hard)
    assert left(hard | {BUCK: 0.0}) == 0.0
