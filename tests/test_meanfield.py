"""The mean field: made of the same rules, and where many alike officers end up."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from test_loops import LIVELY, SEVERAL_DIRECTIVES, TURNED_ON, every_lever

from sim import BadInput, Scenario, shipped, simulate
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.machine.rows import Rows
from sim.mechanisms import execution
from sim.theory import resting
from sim.theory.basins import settle, tipping_point
from sim.theory.continuation import continuation
from sim.theory.expected_choices import COMPLAINTS, CREDIBILITY, NAMES, NORM, RESPONSIBILITY, RISK
from sim.theory.expected_month import carry_down
from sim.theory.mean_field import MeanField
from sim.theory.resting import loop_gain, nullclines, response, resting_points
from sim.world.plan import Plan
from tests.conftest import in_plain_python
from tests.plain import NO_FEEDBACK

LIMITS = shipped.folder("scenarios") / "limits"
COOPERATION = "behaviour.cooperation"


def limit(name, **settings):
    return Scenario.load(LIMITS / f"{name}.toml").replace(settings)


@pytest.fixture(scope="module")
def many():
    return limit("mean_field")


def shares(field, state):
    return state[len(NAMES) :].reshape(field.posts.size, len(CONDUCTS))


@pytest.mark.parametrize("name", ["mean_field", "district", "vicious_circle"])
def test_a_state_stays_one_month_after_month(name):
    scenario = limit(name) if name == "mean_field" else Scenario.load(name)
    field = MeanField(scenario)
    path = field.path(field.state(0.6, 0.4), 24)
    for state in path:
        assert shares(field, state).sum(axis=1) == pytest.approx(1.0)
        assert shares(field, state).min() >= 0.0
        assert state[: len(NAMES)].min() >= 0.0
        assert state[: len(NAMES)].max() <= 1.0


def months_with_everything_on():
    """States after a month of a district whose courses are targeted, with all that can be on."""
    district = Scenario.load("district")
    plain = {"organisation.ranks": [1, 29], "mechanisms.training.targeting": 1.0}
    all_on = plain | LIVELY | SEVERAL_DIRECTIVES | TURNED_ON
    found = []
    for scenario in (district.replace(plain), district.replace(all_on, every_lever(district))):
        for silent in (False, True):
            field = MeanField(scenario, silent=silent)
            found.append(list(field.step(field.state(0.6, 0.4))))
    return found


def within_tables():
    """The same in plain Python, where a row that is not there is refused, also one before 0."""
    at = Rows._at

    def checked(rows, places):
        for number, length in zip(places, rows.shape, strict=False):
            if not isinstance(number, slice) and not 0 <= number < length:
                raise IndexError(f"{rows.kind.name} {number}: there are {length}")
        return at(rows, places)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rows, "_at", checked)
        return months_with_everything_on()


@pytest.mark.long
def test_the_mean_field_never_reads_beyond_its_tables():
    script = "import test_meanfield; print(json.dumps(test_meanfield.within_tables()))"
    plain = in_plain_python(script, Path(__file__).parent)
    assert months_with_everything_on() == plain


def test_a_step_depends_on_the_state_and_on_nothing_that_was_computed_before():
    for on in ({}, LIVELY | SEVERAL_DIRECTIVES | TURNED_ON):
        field = MeanField(Scenario.load("district").replace(on))
        state = field.state(0.6, 0.4)
        first = field.step(state)
        field.step(field.state(0.1, 0.9))
        assert field.step(state).tobytes() == first.tobytes()


@pytest.mark.parametrize("further", [{}, SEVERAL_DIRECTIVES], ids=["one", "several"])
def test_what_the_front_line_delivers_is_in_proportion_to_the_content_that_arrives(further):
    field = MeanField(Scenario.load("district").replace(further))
    field.step(field.state(0.6, 0.4))
    world, front = field.world, field.world.officers[-1]
    about = world.departments[0], world.mechanisms[int(field.phases[0, 0]), 0], world.settings[0]
    for conduct in range(len(CONDUCTS)):
        found = []
        for arrived in (1.0, 0.4):
            execution.carry_out(front, arrived, world.outlooks[0, conduct], *about)
            found.append(front.delivered)
        assert found[0] > 0.0
        assert found[1] == pytest.approx(0.4 * found[0], rel=1e-12)


@pytest.mark.long
def test_contents_that_are_put_together_have_the_weights_of_all_that_bring_them():
    field = MeanField(Scenario.load("district"))
    state = field.step(field.state(0.6, 0.4))
    month, last = int(field.phases[0, 0]), field.posts.size - 1
    reached, passed = np.empty((2, len(CONDUCTS) ** last, 2))
    of_conducts = np.ascontiguousarray(shares(field, state))
    number = carry_down(field.world, month, of_conducts, reached, passed)
    outlooks = field.world.outlooks["passes"][0]
    arriving = execution.arriving(1.0, field.world.mechanisms[month, 0], field.world.settings[0])
    expected = {}
    for chain in product(range(len(CONDUCTS)), repeat=last):
        content = round(float(arriving ** (last + 1) * np.prod(outlooks[list(chain)])), 10)
        weight = np.prod([of_conducts[r, k] for r, k in enumerate(chain)])
        expected[content] = expected.get(content, 0.0) + weight
    found = {round(float(content), 10): weight for weight, content in reached[:number]}
    assert number == len(expected) < len(reached)
    assert found == pytest.approx(expected, rel=1e-9)


def test_an_able_head_helps_all_in_the_mean_field_as_in_a_run(many):
    field = MeanField(many.replace({"behaviour.guidance": 0.5}), {"capability": 0.8})
    plain = MeanField(many, {"capability": 0.8})
    state = field.state(0.6, 0.5)
    gain = 0.5 * (0.8 - many.traits.capability.mean)
    field.step(state)
    plain.step(state)
    eases = field.world.officers["ease"], plain.world.officers["ease"]
    assert eases[0][1:] == pytest.approx(np.minimum(1.0, eases[1][1:] * (1.0 + gain)))
    # Nobody leads the head.
    assert eases[0][0] == eases[1][0]


@pytest.mark.parametrize(
    "further",
    [
        {},
        {"behaviour.inflation": 0.5, "behaviour.target_slack": 0.0, "behaviour.collusion": 0.8},
    ],
    ids=["alone", "colluding"],
)
def test_what_is_reported_in_the_mean_field_is_what_a_run_of_the_same_conducts_hears(many, further):
    only = {f"conducts.{name}.available": name == "literal" for name in CONDUCTS}
    changes = only | {
        "organisation.ranks": [1, 2, 6, 24],
        "structure.reports": "acted on",
        "reporting.acted_on": 1.0,
        "reporting.gloss": 0.8,
        # Work, and so what is reported of it, is the same whatever citizens think.
        "behaviour.cooperation": 0.0,
        "clock.months": 2,
    }
    scenario = many.replace(changes | further)
    world = simulate(scenario, 1).world
    assert (world.departments["collusion"][0] > 0.1) == bool(further)
    field = MeanField(scenario)
    field.step(field.step(field.state(0.6, 0.5)))
    heard = world.departments["reports_heard"][0]
    assert field.world.departments["reports_heard"][0] == pytest.approx(heard)


def test_a_month_of_a_large_department_is_what_the_mean_field_expects(many):
    size = 100_000
    scenario = many.replace({"organisation.ranks": [1, size - 1], "clock.months": 3})
    field = MeanField(scenario)
    path = field.path(field.state(0.4, 0.4), 3)
    world = simulate(scenario.replace({"public.citizens": size}), 8).world
    for month in range(3):
        tally = world.tallies[month, 0]
        expected = path[month + 1]
        for k, conduct in enumerate(CONDUCTS):
            share = shares(field, expected)[1, k]
            error = np.sqrt(share * (1 - share) / size)
            assert abs(tally[conduct] / size - share) < 5 * error + 1e-4, conduct
        assert tally["trust"] / size == pytest.approx(expected[CREDIBILITY], abs=1.2e-3)
        assert tally["norm"] / size == pytest.approx(expected[NORM], abs=2e-3)
        assert tally["perceived_risk"] / size == pytest.approx(expected[RISK], abs=1.5e-3)
        assert tally["responsibility"] / size == pytest.approx(expected[RESPONSIBILITY], abs=5e-4)


@pytest.mark.slow
def test_tastes_of_many_make_a_logit_of_lower_precision(many):
    """Independent normal tastes and the logit's error are close to one error of their variance.

    After a month the map has the shares of all officers to a hundredth. Without tastes it would be
    wrong by several hundredths. It goes on as if tastes were drawn anew; at rest that leaves out
    that those who like a conduct have the habit of it too, which is worth some hundredths.
    """
    size = 20_000
    shape = {"organisation.ranks": [1, size - 1], "clock.months": 120, "public.citizens": size}
    scenario = many.replace(shape | {"behaviour.taste": 0.3})
    tallies = simulate(scenario, 8).world.tallies
    found = np.array([[tallies[month, 0][name] / size for name in CONDUCTS] for month in (0, 119)])
    apart = {}
    for taste in (0.0, 0.3):
        field = MeanField(scenario.replace({"behaviour.taste": taste}))
        path = field.path(field.state(0.4, 0.4), 120)
        ends = np.array([shares(field, path[month])[1] for month in (1, 120)])
        apart[taste] = np.abs(ends - found).max(axis=1)
    assert apart[0.3][0] < 0.012 < 0.03 < apart[0.0][0]
    assert apart[0.3][1] < 0.04 < 0.08 < apart[0.0][1]


@pytest.mark.parametrize(
    "settings",
    [
        {"mechanisms.posts.clarity": 0.6, "mechanisms.posts.vacuum": 0.5},
        {"mechanisms.accountability.climb": 0.7, "mechanisms.accountability.heads_first": 0.8},
        {"mechanisms.supervision.openness": 0.8, "public.voice": 0.7, "public.complaint_rate": 0.5},
        {"mechanisms.supervision.follow_power": 1.0},
        {"behaviour.petition_time": 0.6, "public.trust_in_centre.sd": 0.0},
    ],
    ids=[
        "unowned tasks",
        "blame that climbs",
        "complaints",
        "looks at those who command",
        "petitions",
    ],
)
def test_sanctions_and_complaints_are_expected_as_often_as_they_come(many, settings):
    size = 60_000
    shape = {"organisation.ranks": [1, 20, size - 21], "public.citizens": size, "clock.months": 2}
    # Perceived risk then tells of sanctions alone.
    scenario = many.replace(shape | settings | {"behaviour.alert": 0.0})
    field = MeanField(scenario)
    first = field.step(field.state(0.4, 0.4))
    world = simulate(scenario, 5).world
    tally = world.tallies[0, 0]
    peer = scenario.behaviour.peer
    expected = first[RISK] / peer
    assert tally["sanctions"] / size == pytest.approx(expected, abs=5 * np.sqrt(expected / size))
    filed = first[COMPLAINTS]
    assert tally["filed"] / size == pytest.approx(filed, abs=5 * np.sqrt(filed / size) + 1e-12)
    assert tally["delivered"] / (size - 21) == pytest.approx(
        field.delivery(field.state(0.4, 0.4)), abs=4e-3
    )


def test_what_officers_expect_to_answer_for_is_that_of_the_runs(many):
    size = 60_000
    weighed = {
        "organisation.ranks": [1, 20, size - 21],
        "clock.months": 1,
        "structure.omission": "weighed",
        "behaviour.omission_weight": 0.3,
        "behaviour.buck_passing": 4.0,
        "behaviour.fear": 2.0,
        "directives.harm.mean": 0.4,
        "mechanisms.posts.clarity": 0.6,
        "mechanisms.posts.vacuum": 0.2,
        "mechanisms.accountability.severity": 0.6,
        "mechanisms.accountability.tracing": 0.5,
        # A layer of twenty posts hears of thousands of cases; the fewest climb.
        "mechanisms.accountability.climb": 0.0005,
    }
    scenario = many.replace(weighed)
    field = MeanField(scenario)
    begun = field.state(0.4, 0.4)
    expected = shares(field, field.step(begun))
    neglected = MeanField(scenario.replace({"structure.omission": "neglected"}))
    assert abs(expected - shares(field, neglected.step(begun))).max() > 0.02
    department = field.world.departments[0]
    assert department.unowned > 0.1
    world = Plan(scenario).begin(5)
    # Last month's work, as the map supposes it: a run begins before any has been done.
    officers, ease = world.officers, field.world.officers["ease"][-1]
    substance = np.array([one.substance for one in field.world.outlooks[0]])
    officers["ease"] = ease
    officers["substance"] = (1 - department.unowned) * ease * substance[officers["conduct"]]
    world.departments[0].felt_blame = department.felt_blame
    run_months(world, 0, 1)
    for rank in (1, 2):
        here = officers["conduct"][officers["rank"] == rank]
        found = np.bincount(here, minlength=len(CONDUCTS)) / here.size
        error = np.sqrt(expected[rank] * (1 - expected[rank]) / here.size)
        assert np.all(abs(found - expected[rank]) < 5 * error + 1e-3), rank


@pytest.mark.slow
def test_resting_points_stay_and_stable_ones_pull_back(many):
    field = MeanField(many.replace({COOPERATION: 1.0}))
    points = resting_points(field)
    assert [point.stable for point in points] == [True, False, True]
    for point in points:
        assert field.step(point.state) == pytest.approx(point.state, abs=1e-8)
        pushed = point.state.copy()
        pushed[CREDIBILITY] += 0.01
        end = field.path(pushed, 400)[-1]
        back = bool(abs(end[CREDIBILITY] - point.credibility) < 1e-3)
        assert back is point.stable


@pytest.mark.slow
def test_a_silent_public_rests_where_an_open_one_does_not():
    # One kind of directive and no season: a month is then few phases.
    alike = {"directives.interest_low": 0.0, "directives.interest_high": 0.0}
    alike["mechanisms.appraisal.routine"] = 1.0
    points = resting_points(MeanField(Scenario.load("vicious_circle").replace(alike)))
    stable = [point for point in points if point.stable]
    assert [point.silent for point in stable] == [True, False]
    low, high = (point.credibility for point in stable)
    assert low < 0.15 < 0.5 < high


def test_where_nobody_falls_silent_no_silent_public_rests(many):
    assert many.public.exit_below == 0.0
    assert not any(point.silent for point in resting_points(MeanField(many)))


@pytest.mark.slow
def test_the_tipping_point_parts_low_rests_from_high():
    circle = MeanField(Scenario.load("vicious_circle"))
    tips = tipping_point(circle)
    assert settle(circle, tips - 0.01) < 0.1
    assert settle(circle, tips + 0.01) > 0.5
    # The district tips only from next to no trust at all.
    tips = tipping_point(MeanField(Scenario.load("district")))
    assert tips is None or tips < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vicious_circle"])
def test_without_feedback_there_is_one_rest_and_no_gain(name):
    field = MeanField(Scenario.load(name).replace(NO_FEEDBACK))
    points = resting_points(field)
    assert len({round(point.credibility, 6) for point in points}) == 1
    assert tipping_point(field) is None
    assert loop_gain(field, points[-1].state, 60) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.slow
def test_the_gain_grows_with_what_hangs_on_citizens_help(many):
    gains = []
    for cooperation in (0.2, 0.5, 0.8):
        field = MeanField(many.replace({COOPERATION: cooperation}))
        top = resting_points(field)[-1]
        gains.append(loop_gain(field, top.state, 240)[-1])
    assert 0.0 < gains[0] < gains[1] < gains[2] < 1.0


@pytest.mark.slow
def test_at_an_unstable_point_a_loss_brings_about_a_greater_one(many):
    field = MeanField(many.replace({COOPERATION: 1.0}))
    low, edge, high = resting_points(field)
    assert loop_gain(field, edge.state, 400)[-1] > 1.0
    assert loop_gain(field, high.state, 400)[-1] < 1.0
    assert response(field, edge.state, 120)[-1] > 1.0
    assert response(field, high.state, 240)[-1] < 0.05
    assert low.credibility < edge.credibility < high.credibility


@pytest.mark.slow
def test_folds_are_where_resting_points_appear_and_vanish(many):
    branch = continuation(MeanField(many), COOPERATION, 0.0, 2.0)
    assert len(branch.folds) == 2
    assert branch.stable[0]
    assert branch.stable[-1]
    assert not branch.stable.all()

    def number(cooperation):
        return len(resting_points(MeanField(many.replace({COOPERATION: cooperation}))))

    (upper, _), (lower, _) = branch.folds
    assert lower < upper
    assert number(lower - 0.02) == 1
    assert number(lower + 0.02) == 3
    assert number(upper - 0.02) == 3
    assert number(upper + 0.02) == 1


@pytest.mark.slow
def test_points_of_a_branch_rest(many):
    branch = continuation(MeanField(many), COOPERATION, 0.0, 2.0)
    for i in range(0, len(branch.values), 12):
        here = MeanField(many.replace({COOPERATION: float(branch.values[i])}))
        found = [point.credibility for point in resting_points(here)]
        assert min(abs(np.array(found) - branch.credibility[i])) < 2e-3


@pytest.mark.slow
def test_nullclines_cross_in_the_resting_points(many):
    field = MeanField(many.replace({COOPERATION: 1.0}))
    trust_still, norm_still = nullclines(field, 81)
    points = resting_points(field)

    def away(line, point):
        return np.nanmin(np.hypot(*(line - [point.credibility, point.execution]).T))

    assert all(away(norm_still, point) < 0.03 for point in points)
    assert away(trust_still, points[-1]) < 0.03


def test_what_the_mean_field_cannot_be_made_of_is_refused(many):
    with pytest.raises(BadInput, match="at most 6 ranks, got 7"):
        MeanField(many.replace({"organisation.ranks": [1] * 7}))
    with pytest.raises(BadInput, match="no trait “courage”"):
        MeanField(many, {"courage": 0.5})


def test_an_end_that_lies_on_another_branch_leads_to_states_between(monkeypatch):
    """Near a fold an end solved for anew can change the other way than in the scan."""
    monkeypatch.setattr(resting, "drift", lambda field, value, start, *_: (1.0, start))
    states = np.array([[0.2, 0.2], [0.21, 0.21]])
    scan = resting.Scan(0, np.array([0.2, 0.21]), np.array([1.0, -1.0]), states)
    found = list(resting._crossings(None, scan))
    assert len(found) == len(resting._MIXTURES)
    assert all(0.2 < state[0] < 0.21 for state in found)
