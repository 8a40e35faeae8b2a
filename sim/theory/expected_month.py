"""The expected month of a department: the rules of the month, for one officer of each rank.

Each rule here calls rules of ``sim.mechanisms`` and weights their results by the probabilities that
they state; ``sim.theory.mean_field`` explains what the map leaves out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.machine.compiled import rule
from sim.mechanisms import (
    agenda,
    back_tracing,
    caseload,
    culture,
    deterrence,
    execution,
    leadership,
    learning,
    public,
    supervision,
    withdrawal,
)
from sim.mechanisms.chain import settings_of
from sim.mechanisms.sanctions import unshielded

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Officer, Outlook, World
from sim.theory.expected_choices import (
    COMPLAINTS,
    CREDIBILITY,
    NAMES,
    NORM,
    RESPONSIBILITY,
    RISK,
    Vector,
    expect_choices,
    hear_reports,
    look_ahead,
)

# Contents that differ less are the same, but for rounding.
_SAME_CONTENT = 1e-12


@rule
def carry_down(world: World, month: int, shares: Vector, reached: Vector, passed: Vector) -> int:
    """Pass a directive down by every combination of conducts above the front line.

    Writes probabilities, and the share of the directive's content that then arrives at the front
    line, into the first rows of ``reached``, and returns their number. Combinations by which the
    same arrives are put together. ``reached`` and ``passed``, which is working memory, have shape
    (combinations, 2).
    """
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    reached[0, 0] = 1.0
    reached[0, 1] = execution.arriving(1.0, mechanisms, settings)
    number = 1
    for r in range(len(shares) - 1):
        officer = world.officers[r]
        found = 0
        for i in range(number):
            for k in range(len(world.conducts)):
                weight = reached[i, 0] * shares[r, k]
                if weight == 0.0:
                    continue
                execution.pass_on(officer, reached[i, 1], world.outlooks[0, k])
                arrived = execution.arriving(officer.content, mechanisms, settings)
                j = 0
                while j < found and abs(passed[j, 1] - arrived) > _SAME_CONTENT:
                    j += 1
                if j == found:
                    passed[j, 0] = 0.0
                    passed[j, 1] = arrived
                    found += 1
                passed[j, 0] += weight
        number = found
        reached[:number] = passed[:number]
    return number


@rule
def carry_out_all(world: World, month: int, outlook: Outlook) -> None:
    """Let the front line carry out all of a directive's content by one conduct."""
    department = world.departments[0]
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    front = world.officers[len(world.officers) - 1]
    execution.carry_out(front, 1.0, outlook, department, mechanisms, settings)


@rule
def expect_meeting(
    world: World, month: int, officer: Officer, outlook: Outlook
) -> tuple[float, float]:
    """Trust after meeting an officer who has done the month's work; probability of a complaint."""
    department = world.departments[0]
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    citizen = world.citizens[0]
    visit = world.visits[0]
    visit.neighbours = citizen.trust_before
    visit.excess = outlook.excess
    visit.hides = outlook.hides
    trust = 0.0
    filed = 0.0
    for voice in range(2):
        citizen.voice = voice
        visit.delivered = caseload.received(citizen, officer, department)
        experience = public.experience(visit, mechanisms, settings)
        after = public.trust_in_department(citizen, visit, experience, settings)
        part = settings.voice if voice else 1.0 - settings.voice
        # Without voice first; what voice adds after that.
        trust += settings.voice * (after - trust) if voice else after
        filed += part * public.chance_of_complaint(citizen, visit, experience, mechanisms, settings)
    return trust, filed


@rule
def expect_service(world: World, month: int, shares: Vector) -> tuple[float, float, float]:
    """Expected trust after a month, complaints for each citizen, and execution at the counter.

    What is delivered is in proportion to the content that arrives. Where nobody owns the task,
    nothing is, whatever arrives.
    """
    department = world.departments[0]
    unowned = department.unowned
    last = len(shares) - 1
    front = world.officers[last]
    reached = np.empty((len(world.conducts) ** last, 2))
    number = carry_down(world, month, shares, reached, np.empty_like(reached))
    trust = 0.0
    filed = 0.0
    delivered = 0.0
    for k in range(len(world.conducts)):
        outlook = world.outlooks[0, k]
        front.owned = 0
        carry_out_all(world, month, outlook)
        after, complains = expect_meeting(world, month, front, outlook)
        trust += shares[last, k] * unowned * after
        filed += shares[last, k] * unowned * complains
        front.owned = 1
        carry_out_all(world, month, outlook)
        whole = front.delivered
        for i in range(number):
            weight = reached[i, 0] * shares[last, k] * (1.0 - unowned)
            front.delivered = whole * reached[i, 1]
            after, complains = expect_meeting(world, month, front, outlook)
            trust += weight * after
            filed += weight * complains
            delivered += weight * front.delivered
    return trust, filed, delivered


@rule
def found_at(world: World, month: int, shares: Vector, r: int) -> float:
    """Probability that an inquiry which reaches an officer of rank ``r`` leads to a sanction.

    Connections are not counted; see ``unshielded``.
    """
    mechanisms = settings_of(world, 0, month)
    found = 0.0
    for k in range(len(world.conducts)):
        found += shares[r, k] * back_tracing.chance_of_sanction(world.conducts[k], mechanisms)
    return found


@rule
def expect_sanctions(world: World, month: int, shares: Vector, posts: Vector) -> float:
    """Expected sanctions for each officer in a month; ``posts`` are posts by rank, (ranks,).

    A case is followed up the chain as when blame is traced. A finding against the wrong person
    counts as one against an average officer of that rank.
    """
    department = world.departments[0]
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    conducts = world.conducts
    number = 0.0
    sanctions = 0.0
    for r in range(len(shares)):
        officer = world.officers[r]
        number += posts[r]
        for k in range(len(conducts)):
            outlook = world.outlooks[0, k]
            sanctions += (
                posts[r] * shares[r, k] * supervision.chance_caught(officer, outlook, settings)
            )
    last = len(shares) - 1
    front = world.officers[last]
    unowned = department.unowned
    in_charge = back_tracing.finding(department, mechanisms)
    by_decision = settings.decision_share * mechanisms.heads_first
    traced = 0.0
    guilty = 0.0
    for k in range(len(conducts)):
        for owned in range(2):
            done = execution.real_work(
                front, world.outlooks[0, k], department, mechanisms, settings
            )
            front.substance = done * owned
            chance = 1.0 - unowned if owned else unowned
            cases = (
                posts[last]
                * shares[last, k]
                * chance
                * back_tracing.chance_of_incident(front, conducts[k], department, settings)
                * mechanisms.tracing
            )
            traced += cases
            guilty += cases * back_tracing.chance_of_sanction(conducts[k], mechanisms)
    # Only an inquiry that reaches the officer in charge finds the conduct behind the incident.
    # Any other finds the conduct of an average officer of the rank.
    sanctions += (1.0 - by_decision) * in_charge * guilty * unshielded(front, settings)
    reaches = (1.0 - by_decision) * (1.0 - in_charge) * traced
    sanctions += reaches * found_at(world, month, shares, last) * unshielded(front, settings)
    for first in range(2):
        reaches = traced * (by_decision if first else (1.0 - by_decision) * mechanisms.climb)
        for r in range(0 if first else last - 1, -1, -1):
            found = found_at(world, month, shares, r)
            sanctions += reaches * found * unshielded(world.officers[r], settings)
            reaches *= mechanisms.climb
    return sanctions / number


@rule
def expect_month(
    world: World, month: int, state: Vector, seen: float, posts: Vector, after: Vector
) -> float:
    """Write the expected state after a month into ``after``; return execution at the counter.

    ``state`` and ``after`` hold the components of ``NAMES``, then shares of conducts, (ranks ×
    conducts,). ``seen`` is the trust that officers meet. If it is NaN they meet that of ``state``;
    any other value opens the loop between trust and execution.
    """
    department = world.departments[0]
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    ranks = len(posts)
    before = state[len(NAMES) :].reshape((ranks, len(world.conducts)))
    shares = after[len(NAMES) :].reshape((ranks, len(world.conducts)))
    department.norm = state[NORM]
    department.norm_around = state[NORM]
    department.norm_above = state[NORM]
    met = seen
    if np.isnan(seen):
        met = public.met(state[CREDIBILITY], settings.trust_mean, settings)
    department.credibility = met
    department.willing = 0.0 if world.citizens[0].silent else met
    lead = withdrawal.lead_of_centre(settings.trust_in_centre_mean, met)
    silent = world.citizens[0].silent
    withdrawal.take_stock(department, 0.0 if silent else lead, float(silent), settings)
    department.heard = state[COMPLAINTS] * department.citizens
    for r in range(ranks):
        world.officers[r].perceived_risk = state[RISK]
        world.officers[r].responsibility = state[RESPONSIBILITY]
    world.citizens[0].trust_before = state[CREDIBILITY]
    leadership.meet_heads(department, world.departments, world.officers, settings)
    look_ahead(world, month, before, posts)
    hear_reports(world, month, before, posts)
    expect_choices(world, month, before, shares)
    trust, filed, delivered = expect_service(world, month, shares)
    department.credibility = seen
    if np.isnan(seen):
        department.credibility = public.met(trust, settings.trust_mean, settings)
    sanctioned = expect_sanctions(world, month, shares, posts)
    officer = world.officers[0]
    officer.perceived_risk += settings.own * sanctioned * (1.0 - officer.perceived_risk)
    deterrence.perceive_risk(officer, sanctioned, department, settings)
    learning.grow_responsible(officer, department, mechanisms, settings)
    engagement = 0.0
    number = 0.0
    for r in range(ranks):
        number += posts[r]
        for k in range(len(world.conducts)):
            engagement += posts[r] * shares[r, k] * world.conducts[k].engagement
    culture.follow_norm(department, engagement / number, mechanisms, settings)
    after[NORM] = department.norm
    after[CREDIBILITY] = trust
    after[RISK] = officer.perceived_risk
    after[RESPONSIBILITY] = officer.responsibility
    after[COMPLAINTS] = filed
    return delivered


@rule
def spread_out(department: Department, settings: AllSettings) -> None:
    """Put several directives under way that are spread evenly over age, interest and hardness.

    The first has the age and the interest of the department; the others are mean ones.
    """
    most = settings.at_once
    age = department.directive_age
    low = settings.interest_low
    width = settings.interest_high - low
    above = department.interest - low
    for j in range(most):
        place = float(j) / float(most)
        department.directive_age = (age + j * settings.life // most) % settings.life
        department.interest = low + ((above + place * width) % width if width > 0.0 else 0.0)
        department.difficulty = settings.difficulty_mean
        department.specificity = settings.specificity_mean
        department.harm = settings.harm_mean
        agenda.keep(department, j)
        department.agenda_hard[j] = 1.0 if place + 0.5 / float(most) < settings.hard else 0.0


@rule
def expect_mean_month(
    world: World,
    phases: Vector,
    state: Vector,
    seen: float,
    posts: Vector,
    one: Vector,
    after: Vector,
) -> float:
    """Write the mean state after a month, over ``phases`` of directives and seasons, to ``after``.

    ``phases`` has shape (n, 4): month, age of the directive, its interest, and weight. ``one`` is
    working memory of the size of a state. Returns mean execution at the counter.
    """
    department = world.departments[0]
    after[:] = 0.0
    delivered = 0.0
    for p in range(len(phases)):
        month = int(phases[p, 0])
        department.directive_age = int(phases[p, 1])
        department.interest = phases[p, 2]
        if agenda.several(world.settings[0]):
            spread_out(department, world.settings[0])
        weight = phases[p, 3]
        delivered += weight * expect_month(world, month, state, seen, posts, one)
        for i in range(len(after)):
            after[i] += weight * one[i]
    return delivered
