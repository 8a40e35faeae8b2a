"""What nobody wrote into a rule and the model shows by itself, on paired draws."""

from functools import cache

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.machine.loop import run_months
from sim.mechanisms.conduct import NON_COMPLIANT
from sim.world.plan import Plan
from tests.plain import plain

REPLICATES = 6
SEED = 1
PAPERS = ("party", "congress", "administrative")


@cache
def summaries(name, changes, load=Scenario.load):
    scenario = load(name)
    plan = Plan(scenario.replace({"organisation.departments": 6} | dict(changes)))
    return [simulate(plan, SEED, replicate).summary for replicate in range(REPLICATES)]


def looked_at(name, times, kind="inspection", also=None, load=Scenario.load, **more):
    """The channels that read papers, at some times their coverage, all with one kind of eye."""
    channels = Scenario.load(name).mechanisms.supervision.coverage
    changes = {
        f"mechanisms.supervision.coverage.{channel}": times * getattr(channels, channel)
        for channel in PAPERS
    }
    for channel in PAPERS:
        for eye in ("inspection", "audit", "served"):
            changes[f"channels.{channel}.{eye}"] = float(eye == kind)
    changes |= {f"behaviour.{key}": value for key, value in more.items()} | (also or {})
    return summaries(name, tuple(changes.items()), load)


def blamed(tracing, tolerance):
    changes = {
        "mechanisms.accountability.tracing": tracing,
        "mechanisms.accountability.tolerance": tolerance,
        "mechanisms.accountability.severity": 1.1,
    }
    return summaries("district", tuple(changes.items()), plain)


def differences(ours, theirs, measure):
    return [one[measure] - other[measure] for one, other in zip(ours, theirs, strict=True)]


def time_taken(scenario, times):
    """Share of officers' time that looks at papers take beyond the usual ones."""
    channels, coverage = scenario.channels, scenario.mechanisms.supervision.coverage
    return (times - 1.0) * sum(
        getattr(coverage, channel) * getattr(channels, channel).burden for channel in PAPERS
    )


@pytest.mark.parametrize("name", ["district", "vicious_circle", "image_projects"])
def test_over_inspection_raises_show_more_than_substance(name):
    """Looks at papers take time, and find those who do nothing before those who do it for show.

    So whoever is found out turns to show as well as to work, of those who do not comply more act
    symbolically, and at most half of the time lost is made good. The last does not hold where many
    idle, whom looks put to work: among image projects, and in the vicious circle at its low rest.
    """
    often, seldom = looked_at(name, 20.0), looked_at(name, 1.0)
    show = differences(often, seldom, "show")
    substance = differences(often, seldom, "substance")
    assert all(up > down for up, down in zip(show, substance, strict=True))
    if name == "vicious_circle":
        return
    symbolic, before = (
        [run["symbolic"] / sum(run[one] for one in NON_COMPLIANT) for run in runs]
        for runs in (often, seldom)
    )
    assert all(more > less for more, less in zip(symbolic, before, strict=True))
    if name == "image_projects":
        assert min(run["idle"] for run in seldom) > 0.2
        return
    least = 0.5 * time_taken(Scenario.load(name), 20.0)
    lost = [-d / run["substance"] for d, run in zip(substance, seldom, strict=True)]
    assert min(lost) > least > 0.05


@pytest.mark.slow
@pytest.mark.parametrize("name", ["district", "image_projects"])
def test_inspection_on_top_of_work_drives_officers_into_symbolic_conduct(name):
    """Overload makes formalism: where looks come on top of a full month, more act symbolically.

    Where they take the place of work, as in the shipped scenarios, effort is saved with the time.
    """
    more = {}
    for share in (0.0, 1.0):
        often, seldom = (looked_at(name, x, in_working_hours=share) for x in (20.0, 1.0))
        more[share] = differences(often, seldom, "symbolic")
    assert sum(more[0.0]) > max(0.0, sum(more[1.0]))


@pytest.mark.parametrize("name", ["district", "vicious_circle", "image_projects"])
def test_over_inspection_by_itself_raises_show_and_costs_substance(name):
    """The same without the mechanisms that can be left out, where burden comes on top of work."""
    # Weights with which the vicious circle rests high without the other mechanisms, and with which
    # not quite all act faithfully among image projects.
    also = {
        "vicious_circle": {"behaviour.cooperation": 0.55, "behaviour.conformity": 0.4},
        "image_projects": {"behaviour.conformity": 0.3},
    }.get(name)
    often, seldom = (looked_at(name, times, also=also, load=plain) for times in (20.0, 1.0))
    show = differences(often, seldom, "show")
    substance = differences(often, seldom, "substance")
    assert all(up > down + 0.1 for up, down in zip(show, substance, strict=True))
    assert max(substance) < -0.1
    if name == "vicious_circle":
        # Hardly anybody there works for show to begin with.
        assert sum(differences(often, seldom, "symbolic")) > 0.0
        return
    assert all(
        one["symbolic"] > 1.5 * other["symbolic"] for one, other in zip(often, seldom, strict=True)
    )


@pytest.mark.slow
def test_where_show_makes_careers_over_inspection_raises_show_itself():
    large = {"organisation.departments": 24}
    often, seldom = (looked_at("image_projects", x, also=large, career=2.0) for x in (20.0, 1.0))
    assert min(differences(often, seldom, "show")) > 0.01


@pytest.mark.parametrize("name", ["district", "image_projects"])
def test_looks_of_those_served_leave_less_show_and_more_substance_than_as_many_looks_at_papers(
    name,
):
    papers, served = looked_at(name, 20.0), looked_at(name, 20.0, "served")
    assert max(differences(served, papers, "symbolic")) < 0.0
    # In the district the gain is of the size of chance in one run of six departments.
    assert sum(differences(served, papers, "substance")) > 0.0


def test_blame_without_tolerance_raises_literal_and_idle_conduct():
    much, little = blamed(0.9, 0.0), blamed(0.1, 0.0)
    cautious = [
        literal + idle
        for literal, idle in zip(
            differences(much, little, "literal"), differences(much, little, "idle"), strict=True
        )
    ]
    assert min(cautious) > 0.03
    assert sum(cautious) / REPLICATES > 0.08
    assert max(differences(much, little, "faithful")) < -0.05
    assert max(differences(much, little, "execution_rate")) < 0.0


def test_tolerance_takes_most_of_what_blame_costs():
    """With nearly every incident traced nobody dares to act, forgiven or not; so three in ten."""
    feared = differences(blamed(0.3, 0.0), blamed(0.1, 0.0), "faithful")
    forgiven = differences(blamed(0.3, 0.7), blamed(0.1, 0.7), "faithful")
    assert sum(forgiven) > 0.5 * sum(feared)


def month_of_inspection(residual):
    """Non-compliance that a month of hard inspection takes away, in it and in the months after."""
    supervision = "mechanisms.supervision."
    hard = {
        supervision + "coverage.party": 0.4,
        supervision + "coverage.masses": 0.9,
        supervision + "openness": 0.5,
        "mechanisms.accountability.severity": 1.2,
    }
    months = 45
    shape = {"organisation.departments": 60, "clock.months": months, "behaviour.residual": residual}
    scenario = Scenario.load("district").replace(shape)
    usual, inspected = Plan(scenario), Plan(scenario.replace(hard)).mechanisms
    gains = []
    for replicate in range(3):
        with_it, without = usual.begin(SEED, replicate), usual.begin(SEED, replicate)
        run_months(without, 0, months)
        run_months(with_it, 0, 36)
        run_months(with_it.replaced(mechanisms=inspected), 36, 37)
        run_months(with_it, 37, months)
        counts = [
            sum(world.tallies[name][36:].sum(axis=1) for name in NON_COMPLIANT)
            for world in (without, with_it)
        ]
        gains.append((counts[0] - counts[1]) / counts[0].mean())
    return np.mean(gains, axis=0)


def test_a_month_of_inspection_has_lost_half_or_more_of_its_gain_after_six_months():
    """Found by Karplus & Wu (2023): over the months after an inspection .44 to .72 of its gain go.

    Where all that was felt in the presence of inspectors is kept, as if it had been learned from
    sanctions, less is lost than that. The gain in the month itself is the same.
    """
    half, whole = month_of_inspection(0.5), month_of_inspection(1.0)
    lost = {
        name: 1.0 - gain[1:7].mean() / gain[0] for name, gain in (("half", half), ("whole", whole))
    }
    assert half[6] < 0.5 * half[0]
    assert 0.44 < lost["half"] < 0.72
    assert lost["whole"] < 0.44
    assert half[0] == pytest.approx(whole[0], rel=0.15)
    assert 0.25 < half[0] < 0.52
