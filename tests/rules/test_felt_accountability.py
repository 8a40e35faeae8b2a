"""What officers expect to answer for, against what oversight does to them."""

import hashlib

import numpy as np
import pytest

from sim import simulate
from sim.kinds import CONDUCTS, FAITHFUL, IDLE
from sim.machine.loop import run_months
from sim.mechanisms import conduct
from sim.phases import exchange, face_month, look_ahead, weigh
from sim.world.plan import Plan
from tests.plain import plain
from tests.rules.test_back_tracing import INCIDENTS

ACCOUNTABILITY = "mechanisms.accountability."
CLARITY = "mechanisms.posts.clarity"
WEIGHED = {"structure.omission": "weighed"}
OMISSION = "behaviour.omission_weight"
FULL = {"accountability": 1.0}
K = range(len(CONDUCTS))


def digest(scenario, months=30):
    """A digest of all officers and citizens after some months."""
    world = Plan(scenario).begin(3)
    run_months(world, 0, months)
    return hashlib.sha256(world.officers.tobytes() + world.citizens.tobytes()).hexdigest()


def test_where_omission_is_neglected_its_weight_leaves_no_trace(district):
    plain = digest(district)
    assert digest(district.replace({OMISSION: 0.3, "behaviour.post_loss": 2.0})) == plain
    assert digest(district.replace(WEIGHED)) != plain


# Expectation and event.


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {CLARITY: 0.4, ACCOUNTABILITY + "climb": 0.6},
        {CLARITY: 0.2, ACCOUNTABILITY + "hearing": 0.3, "reach.decision_share": 0.6},
        {CLARITY: 0.5, "organisation.ranks": [1, 1, 1, 6]},
        {CLARITY: 0.5, "organisation.ranks": [1]},
        {"behaviour.shield": 0.8, "traits.connection.mean": 0.7, "traits.connection.sd": 0.0},
    ],
    ids=["clear posts", "unclear posts", "a hearing", "a tall chain", "one alone", "shielded"],
)
def test_officers_of_each_rank_expect_the_findings_that_oversight_brings_them(district, settings):
    """Rational expectations: the reckoning is a forecast made of the rules that come true.

    Everybody is idle and each month fails alike, so expected and real findings differ by chance.
    What is felt is the chance that any case comes, so the cases are read off it: −log(1 − chance).
    """
    chain = {
        ACCOUNTABILITY + "heads_first": 0.7,
        ACCOUNTABILITY + "climb": 0.7,
        ACCOUNTABILITY + "tracing": 0.5,
        "reach.decision_share": 0.5,
        "organisation.departments": 300,
        "behaviour.fear": 1.0,
        "directives.harm.mean": 0.8,
    }
    only = {f"conducts.{name}.available": name == "idle" for name in CONDUCTS}
    scenario = district.replace(INCIDENTS | only | chain | WEIGHED | settings)
    world = Plan(scenario).begin(2)
    run_months(world, 0, 11)
    officers = world.officers
    fixed = world.settings[0]
    gravity = 0.5 * 0.8
    for rank in range(len(scenario.organisation.ranks)):
        here = officers["rank"] == rank
        found = officers["sanctions"][here]
        one = int(np.flatnonzero(here)[0])
        face_month(world, 0, 0, world.departments[0].officers, 11)
        choice, front = world.choices[one], officers[one].front
        # Nothing is done, so failure is whole.
        spared = 1.0 - fixed.shield * officers[one].connection
        felt = np.array([choice.others_gravity, front * choice.own_gravity]) / (gravity * spared)
        expected = -np.log1p(-felt).sum() * spared
        expected *= 11 * fixed.incident * fixed.harm_mean
        assert found.mean() == pytest.approx(expected, abs=5 * found.std() / here.sum() ** 0.5)
        assert expected > 0.1


def test_heads_of_the_tier_above_expect_the_cases_that_climb_from_below(district):
    tiers = {
        "organisation.above": [{"tier": "city", "units": 1, "departments": 12, "ranks": [1, 3]}],
        "organisation.units": 3,
        ACCOUNTABILITY + "climb": 0.5,
        **WEIGHED,
    }

    def others_gravity(changes):
        world = Plan(district.replace(tiers | changes)).begin(1)
        run_months(world, 0, 3)
        face_month(world, 0, 0, 4, 3)
        return world.choices["others_gravity"][:4]

    head, *staff = others_gravity({})
    assert head > 0.0
    assert min(staff) > 0.0
    assert np.all(others_gravity({ACCOUNTABILITY + "climb": 0.0}) == 0.0)
    # Clear posts leave nothing to those below.
    clear = others_gravity({CLARITY: 1.0, "mechanisms.posts.overlap": 0.0})
    assert clear[0] > head
    assert np.all(clear[1:] == 0.0)


@pytest.mark.slow
def test_under_full_accountability_conducts_are_feared_in_the_order_in_which_they_are_sanctioned(
    district,
):
    """At ω = 1 nothing distorts the reckoning, so it must rank conducts as oversight treats them.

    The fear of error in acting alone puts the faithful above the idle, who are sanctioned ten times
    as often. All conducts are equally frequent here (precision 0), so that each is sanctioned often
    enough to be ranked.
    """
    equal = {"behaviour.precision": 0.0, "organisation.departments": 4000}
    changes = equal | {
        "clock.months": 12,
        "clock.reform_starts": 0,
        "levers.accountability.ramp": 0,
    }

    def feared_and_suffered(more):
        world = Plan(district.replace(changes | more, FULL)).begin(1)
        sanctions = np.zeros(len(CONDUCTS))
        for month in range(12):
            run_months(world, month, month + 1)
            done, count = world.officers["conduct"], world.officers["sanctioned"]
            sanctions += np.bincount(done, count, len(CONDUCTS))
        return np.argsort(felt(world, 40).sum(axis=0)), np.argsort(sanctions)

    feared, suffered = feared_and_suffered(WEIGHED)
    assert suffered[0] == FAITHFUL
    assert suffered[-1] == IDLE
    assert feared.tolist() == suffered.tolist()
    feared, suffered = feared_and_suffered({})
    assert feared.tolist() != suffered.tolist()


def felt(world, departments):
    """Threat and blame, by rank and conduct, of the officers of the first departments."""
    ranks = int(world.officers["rank"].max()) + 1
    total, number = np.zeros((ranks, len(CONDUCTS))), np.zeros((ranks, 1))
    month = 11
    for d in range(departments):
        department = world.departments[d]
        first, last = department.first_officer, department.first_officer + department.officers
        exchange(world, d, month)
        look_ahead(world, d, month)
        face_month(world, d, first, last, month)
        about = (department, world.mechanisms[month, department.group], world.settings[0])
        for i in range(first, last):
            officer, choice = world.officers[i], world.choices[i - first]
            number[officer.rank] += 1
            conduct.note_stakes(officer, choice, *about)
            for k in K:
                found = conduct.reasons(officer, k, False, choice, world.outlooks[d, k], *about)
                total[officer.rank, k] -= found.threat + found.blame
    return total / number


# What each clause does to those it threatens.


def begun(district, changes):
    """The same department in its twelfth month, under settings that change only then."""
    before = {"behaviour.post_loss": 1.0, "clock.months": 12, "organisation.departments": 1}
    scenario = district.replace(before | {"mechanisms.posts.vacuum": 0.0} | WEIGHED)
    plan = Plan(scenario)
    world = plan.begin(1)
    run_months(world, 0, 11)
    world = world.replaced(mechanisms=Plan(scenario.replace(changes)).mechanisms)
    world.departments[0].harm = 0.7
    look_ahead(world, 0, 11)
    officers = world.departments[0].officers
    face_month(world, 0, 0, officers, 11)
    # What is easy for all is equally easy under all settings.
    world.officers["ease"] = 0.8
    return world


def fear(district, changes):
    """Mean fear of blame of head, deputies, middle and front line, of each conduct."""
    world = begun(district, changes)
    about = (world.departments[0], world.mechanisms[11, 0], world.settings[0])
    ranks = np.array(world.officers["rank"])
    found = np.array(
        [
            [
                -conduct.reasons(
                    world.officers[i], k, False, world.choices[i], world.outlooks[0, k], *about
                ).blame
                for k in K
            ]
            for i in range(len(ranks))
        ]
    )
    return np.array([found[ranks == rank].mean(axis=0) for rank in range(4)])


def chance_of_idleness(district, changes):
    """Mean chance of idle against faithful conduct at each rank."""
    world = begun(district, changes)
    weigh(world, 0, 0, world.departments[0].officers, 11)
    upto = np.array(world.choices["upto"])
    weights = np.diff(upto, prepend=0.0, axis=1)
    idle = weights[:, IDLE] / (weights[:, IDLE] + weights[:, FAITHFUL])
    ranks = world.officers["rank"]
    return np.array([idle[ranks == rank].mean() for rank in range(4)])


HEAD, DEPUTY, MIDDLE, FRONT = range(4)
ALL = (HEAD, DEPUTY, MIDDLE, FRONT)


@pytest.mark.parametrize(
    ("clause", "threatened"),
    [
        ("climb", (HEAD, DEPUTY, MIDDLE)),
        ("heads_first", (HEAD,)),
        ("hearing", (FRONT,)),
        ("proportion", ALL),
        ("demotion", (HEAD, DEPUTY, MIDDLE)),
        ("moving", ALL),
        ("tracing", ALL),
        ("severity", ALL),
    ],
)
def test_a_clause_that_threatens_a_rank_makes_idleness_there_more_feared_and_rarer(
    district, clause, threatened
):
    """A sanction for failure stands against the idle, so each further chance of one deters them.

    The harm of the directive, .7, is above that on which sanctions without proportion are based.
    """
    low, high = {ACCOUNTABILITY + clause: 0.1}, {ACCOUNTABILITY + clause: 0.9}
    more, less = fear(district, high), fear(district, low)
    gained = more[:, IDLE] - less[:, IDLE]
    rarer = chance_of_idleness(district, low) - chance_of_idleness(district, high)
    for rank in threatened:
        assert gained[rank] > 0.0
        assert rarer[rank] > 0.0
    against = gained - (more[:, FAITHFUL] - less[:, FAITHFUL])
    assert min(against[rank] for rank in threatened) > 0.0
    if clause == "heads_first":
        # The front line answers for less.
        assert gained[FRONT] < 0.0
    if clause == "demotion":
        # Nobody is below the front line who could take its place.
        assert gained[FRONT] == 0.0


@pytest.mark.parametrize("clause", ["review", "arbitration", "tolerance"])
def test_what_protects_the_innocent_takes_fear_from_the_faithful_and_hardly_from_the_idle(
    district, clause
):
    mild = {"proportion": 1.0}
    low = {ACCOUNTABILITY + one: x for one, x in (mild | {clause: 0.0}).items()}
    more, less = fear(district, low | {ACCOUNTABILITY + clause: 0.8}), fear(district, low)
    relative = more / less
    for rank in ALL:
        assert relative[rank, FAITHFUL] == pytest.approx(0.2)
        assert relative[rank, IDLE] > 0.8
    freed = chance_of_idleness(district, low) - chance_of_idleness(
        district, low | {ACCOUNTABILITY + clause: 0.8}
    )
    assert freed.min() > 0.0


def test_clear_posts_raise_what_the_idle_fear_and_lower_what_the_faithful_fear(district):
    """A finding that hits whoever failed is a threat to those who fail, and a relief to others.

    No task is without an owner (vacuum 0), so nothing but the fear of findings is at work.
    """
    clear, blurred = (fear(district, {CLARITY: c})[FRONT] for c in (0.95, 0.3))
    assert clear[IDLE] > blurred[IDLE]
    assert clear[FAITHFUL] < blurred[FAITHFUL]
    rarer = chance_of_idleness(district, {CLARITY: 0.3}) - chance_of_idleness(
        district, {CLARITY: 0.95}
    )
    assert rarer[FRONT] > 0.0


# Whole runs.


def means(district, changes, levers=None, replicates=4, measure="execution_rate"):
    plan = Plan(district.replace({"organisation.departments": 8} | changes, levers or {}))
    return np.mean([simulate(plan, 1, one).summary[measure] for one in range(replicates)])


@pytest.mark.slow
def test_pinning_tasks_on_persons_raises_execution_where_no_task_lacks_an_owner(district):
    """Clear posts and tracing need each other: what is traced must land on whoever failed.

    With omission neglected, clarity acts through the few sanctions of supervision alone.
    """
    clear, blurred = (
        {CLARITY: c, "mechanisms.posts.overlap": 0.0, "mechanisms.posts.vacuum": 0.0}
        for c in (0.95, 0.2)
    )
    traced = {ACCOUNTABILITY + "tracing": 0.6, OMISSION: 0.3}
    weighed, neglected = (
        means(district, clear | traced | form, replicates=8)
        - means(district, blurred | traced | form, replicates=8)
        for form in (WEIGHED, {})
    )
    assert weighed > 0.008
    assert abs(neglected) < 0.004


@pytest.mark.slow
def test_the_less_omission_weighs_the_less_accountability_does_for_execution(district):
    """Omission bias (Spranca, Minsk & Baron 1991) is what makes accountability backfire.

    Where only acting is blamed, hard accountability drives officers into inaction (Wang 2022);
    where inaction is blamed as much, it deters inaction.
    """
    gains = []
    for weight in (0.0, 0.1, 0.3):
        # The pinned weight of fear is from a fit with omission neglected, where it multiplies other
        # numbers; this one is from a fit with omission weighed.
        form = WEIGHED | {OMISSION: weight, "behaviour.fear": 3.2}
        gains.append(means(district, form, FULL) - means(district, form))
    assert gains[0] < -0.1
    assert gains[0] + 0.05 < gains[1] < gains[2] - 0.05
    assert gains[2] > 0.0


def test_a_scenario_that_names_no_form_neglects_omission():
    district = plain()
    assert district.structure.omission == "neglected"
