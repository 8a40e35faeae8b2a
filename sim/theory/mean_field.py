"""The mean field: the expected month of a department with very many identical officers.

If officers and citizens are very many and identical, and nobody leaves, the model becomes a
deterministic map of norm, credibility, perceived risk, responsibility, complaints and the shares of
conducts. Each step calls the rules of ``sim.mechanisms`` for one officer of each rank and one
citizen, and weights the results by the probabilities that the rules state. The map leaves out what
chapters declare as ``UNFOLLOWED``, and the random variation of small numbers. Lasting tastes are
counted as if they were drawn anew each month (``precision_of_many``).
Directives differ and age, and appraisal has a season; the map is the mean over a fixed set of
months that represent these. Several directives at once are spread evenly over age, interest and
hardness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import phases
from sim.calendar import MONTHS_A_YEAR
from sim.decision_rule import LOGIT
from sim.declare import Unfollowed
from sim.errors import BadInput
from sim.kinds import CONDUCTS, FAITHFUL, IDLE
from sim.machine.compiled import rule
from sim.mechanisms import (
    agenda,
    appraisal,
    back_tracing,
    caseload,
    conduct,
    culture,
    execution,
    felt_accountability,
    leadership,
    learning,
    public,
    reporting,
    supervision,
    target_inflation,
    withdrawal,
)
from sim.mechanisms import (
    modules as chapters,
)
from sim.mechanisms.chain import settings_of
from sim.mechanisms.sanctions import unshielded
from sim.world.plan import Plan
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Officer, Outlook, World

Vector = NDArray[np.float64]
# Components of a state; the shares of conducts at each rank follow them.
NAMES = ("norm", "credibility", "perceived_risk", "responsibility", "complaints")
NORM, CREDIBILITY, RISK, RESPONSIBILITY, COMPLAINTS = range(len(NAMES))
# With more ranks, too many combinations of conducts along the chain would have to be enumerated.
MOST_RANKS = 6
# Traits that change in a run and are constant in the map.
HELD = ("capability", "inertia", "ambition", "connection", "merit_belief")
# What chapters say that the map does not follow.
UNFOLLOWED: tuple[Unfollowed, ...] = tuple(
    one for chapter in chapters() for one in getattr(chapter, "UNFOLLOWED", ())
)
# Ages of directives, and values of their interest, over which the map is averaged.
_AGES = 3
_INTERESTS = 4
# Contents that differ less are the same, but for rounding.
_SAME_CONTENT = 1e-12
# Variance of the logit's error at a precision of 1 (Gumbel's distribution).
_ERROR = np.pi**2 / 6.0


@rule
def expect_reports(world: World, month: int, shares: Vector, posts: Vector) -> float:
    """Mean report that those who report hear; ``shares`` of conducts are (ranks, conducts).

    They collude as far as the target of a month like this one makes them.
    """
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    department = world.departments[0]
    department.salience = appraisal.salience(month, mechanisms)
    target_inflation.set_target(department, mechanisms, settings)
    last = len(posts) - 1
    report = 0.0
    heard = 0.0
    reporting_posts = 0.0
    for r in range(last, -1, -1):
        show = 0.0
        for k in range(len(world.conducts)):
            show += shares[r, k] * world.conducts[k].show
        if r == last:
            report = show
        else:
            heard += posts[r] * report
            reporting_posts += posts[r]
            report = reporting.embellished(report, show, department, mechanisms, settings)
    return heard / reporting_posts if reporting_posts > 0.0 else 0.0


def precision_of_many(precision: float, taste: float) -> float:
    """Precision of the logit that officers of all tastes show together, 1/utility.

    Its error has the variance of the logit's own error and of independent tastes of standard
    deviation ``taste``, utility.
    """
    return precision / float(np.sqrt(1.0 + (precision * taste) ** 2 / _ERROR))


@rule
def expect_exposure(world: World, month: int, before: Vector, posts: Vector) -> None:
    """Let officers of each rank expect what tracing blame of others' incidents brings them.

    ``before`` are the shares of conducts last month, (ranks, conducts).
    """
    department = world.departments[0]
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    last = len(posts) - 1
    front = world.officers[last]
    ease = front.ease
    failed = 0.0
    for k in range(len(world.conducts)):
        work = execution.real_work(front, world.outlooks[0, k], department, mechanisms, settings)
        substance = (1.0 - department.unowned) * work
        done = world.conducts[k]
        failed += before[last, k] * back_tracing.failure(done, substance, ease, 1.0, settings)
    for r in range(len(posts)):
        world.ranks[0, r].posts = posts[r]
        world.ranks[0, r].own = 0.0
        world.ranks[0, r].received = 0.0
    traced = felt_accountability.chance_traced(department, mechanisms, settings)
    world.ranks[0, last].own = posts[last] * traced * failed
    felt_accountability.expect_findings(
        world.ranks, 0, len(posts), department, mechanisms, settings
    )


@rule
def look_ahead(world: World, month: int, before: Vector, posts: Vector) -> None:
    """Work out what everybody faces this month, and how easy it is for each rank.

    Felt blame is that of last month's conducts, ``before``, in a month like this one in which no
    task is passed on.
    """
    department = world.departments[0]
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    department.felt_blame = 0.0
    for again in range(2 if settings.buck_passing > 0.0 else 1):
        phases.weigh_circumstances(world, 0, month)
        for r in range(len(posts)):
            officer = world.officers[r]
            officer.ease = execution.ease(officer, department, mechanisms, settings)
        if felt_accountability.weighed(settings):
            expect_exposure(world, month, before, posts)
        felt_accountability.expect_blame_for_each(world, 0, 0, len(posts))
        if settings.buck_passing > 0.0 and again == 0:
            department.felt_blame = expect_felt_blame(world, before, posts)


@rule
def expect_felt_blame(world: World, before: Vector, posts: Vector) -> float:
    """Mean fear of blame of officers who do as last month."""
    number = 0.0
    felt = 0.0
    for r in range(len(posts)):
        officer = world.officers[r]
        number += posts[r]
        for k in range(len(world.conducts)):
            outlook = world.outlooks[0, k]
            blame = felt_accountability.felt_blame(officer, world.choices[r], outlook)
            felt += posts[r] * before[r, k] * blame
    return felt / number


@rule
def expect_choices(world: World, month: int, before: Vector, after: Vector) -> None:
    """Write the probability of each conduct at each rank into ``after``.

    ``before`` contains those of last month; both have shape (ranks, conducts). A conduct is worth
    the same after any other conduct, and more after itself.
    """
    conducts = world.conducts
    choices = world.choices
    department = world.departments[0]
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    # What each conduct is worth after another conduct, and after itself.
    worth = np.empty((2, len(conducts)))
    after[:] = 0.0
    for r in range(len(before)):
        choice = choices[r]
        conduct.note_stakes(world.officers[r], choice, department, mechanisms, settings)
        for superior in range(len(conducts) if r > 0 else 1):
            choice.example = conducts[superior].engagement if r > 0 else 0.0
            seen = before[r - 1, superior] if r > 0 else 1.0
            if seen == 0.0:
                continue
            for k in range(len(conducts)):
                for habitual in range(2):
                    worth[habitual, k] = worth_of(world, month, r, k, habitual == 1)
            for own in range(len(conducts)):
                for k in range(len(conducts)):
                    choice.worth[k] = worth[1 if k == own else 0, k]
                conduct.add_weights(choice, conducts, settings)
                weight = seen * before[r, own]
                below = 0.0
                for k in range(len(conducts)):
                    total = choice.upto[len(conducts) - 1]
                    after[r, k] += weight * (choice.upto[k] - below) / total
                    below = choice.upto[k]


@rule
def worth_of(world: World, month: int, r: int, k: int, habitual: bool) -> float:
    """What conduct ``k`` is worth to the officer of rank ``r``, in utility."""
    department = world.departments[0]
    terms = conduct.reasons(
        world.officers[r],
        k,
        habitual,
        world.choices[r],
        world.outlooks[0, k],
        department,
        settings_of(world, 0, month),
        world.settings[0],
    )
    return conduct.utility(terms)


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
    department.reports_heard = expect_reports(world, month, before, posts)
    look_ahead(world, month, before, posts)
    expect_choices(world, month, before, shares)
    trust, filed, delivered = expect_service(world, month, shares)
    department.credibility = seen
    if np.isnan(seen):
        department.credibility = public.met(trust, settings.trust_mean, settings)
    sanctioned = expect_sanctions(world, month, shares, posts)
    officer = world.officers[0]
    officer.perceived_risk += settings.own * sanctioned * (1.0 - officer.perceived_risk)
    supervision.perceive_risk(officer, sanctioned, department, settings)
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


@dataclass(frozen=True)
class MeanField:
    """The mean field of one department of a scenario that serves the public.

    Mechanisms have the values of the scenario's last year, reforms included. ``held`` gives values
    of traits of ``HELD``, which are constant in the map; by default they are the means of new
    officers. ``silent`` says whether citizens have fallen silent; identical citizens do so
    together. Raises BadInput if there are more than ``MOST_RANKS`` ranks, if ``held`` names
    another trait, or if settings change with triggers or series.
    """

    scenario: Scenario
    held: Mapping[str, float] = field(default_factory=dict)
    silent: bool = False

    def __post_init__(self) -> None:
        """Check that the map can represent the scenario."""
        if self.scenario.decide != LOGIT:
            raise BadInput(
                f"{self.scenario.name}: the mean field is of officers who decide by the logit; "
                f"decide is “{self.scenario.decide}”; leave it out"
            )
        if self.scenario.series or any(reform.triggered for reform in self.scenario.reform):
            raise BadInput(
                f"{self.scenario.name}: the mean field is of settings that stay as they are; it "
                "cannot follow a reform that waits for a condition (start_when, stop_when) or a "
                "series; leave them out"
            )
        ranks = self.scenario.organisation.ranks
        if len(ranks) > MOST_RANKS:
            raise BadInput(
                f"{self.scenario.name}: the mean field can have at most {MOST_RANKS} ranks, "
                f"got {len(ranks)}"
            )
        for name in self.held:
            if name not in HELD:
                raise BadInput(f"mean field: no trait “{name}”; known: {', '.join(HELD)}")

    @property
    def left_out(self) -> tuple[Unfollowed, ...]:
        """What is in force in the scenario and the map does not follow, in the chapters' order.

        Random variation of small numbers comes in addition.
        """
        return tuple(one for one in UNFOLLOWED if one.in_force(self.scenario))

    @cached_property
    def posts(self) -> Vector:
        """Number of posts at each rank, shape (ranks,)."""
        return np.array(self.scenario.organisation.ranks, float)

    @cached_property
    def _alone(self) -> dict[str, Any]:
        """Settings that leave one officer of each rank and one citizen."""
        return {
            "organisation.above": [],
            "organisation.units": 1,
            "organisation.departments": 1,
            "organisation.ranks": [1] * len(self.scenario.organisation.ranks),
            "public.citizens": 1,
            "reform": [one.model_dump() | {"departments": None} for one in self.scenario.reform],
            "variant": [],
        }

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self.scenario.replace(self._alone))

    def changed(self, key: str, value: float) -> MeanField:
        """The mean field with another value of a setting. Raises BadInput if it is not possible."""
        other = replace(self, scenario=self.scenario.replace({key: value}))
        if key not in self._alone:
            # Most of the plan is the same.
            vars(other)["_plan"] = self._plan.changed(self._plan.scenario.replace({key: value}))
        return other

    @cached_property
    def world(self) -> World:
        """A state with one officer of each rank and one citizen.

        Its department has the numbers of posts and citizens of the scenario.
        """
        scenario = self.scenario
        ranks = scenario.organisation.ranks
        world = self._plan.begin(0)
        department, directives = world.departments[0], scenario.directives
        department.officers = sum(ranks)
        department.leading = sum(ranks[:-1])
        department.fronts = ranks[-1]
        department.citizens = scenario.public.citizens
        department.voiced = scenario.public.voice
        department.difficulty = directives.difficulty.mean
        department.specificity = directives.specificity.mean
        department.harm = directives.harm.mean
        for name in HELD:
            mean = getattr(scenario.traits, name).mean
            world.officers[name][:] = self.held.get(name, mean)
        world.citizens["silent"][:] = int(self.silent)
        world.citizens["need"][:] = 1.0
        world.officers["disposition"][:] = scenario.traits.responsibility.mean
        world.officers["taste"][:] = 0.0
        behaviour = scenario.behaviour
        world.settings["precision"][:] = precision_of_many(behaviour.precision, behaviour.taste)
        return world

    @cached_property
    def phases(self) -> Vector:
        """Months over which the map is averaged; shape (n, 4).

        A row is a month of the last year, the age in months and the interest, 0 to 1, of the
        directive, and its weight. Weights add up to 1.
        """
        directives, last = self.scenario.directives, self.scenario.clock.months - 1
        ages = min(_AGES, directives.life)
        low, high = directives.interest_low, directives.interest_high
        interests = _INTERESTS if high > low else 1
        year = range(max(0, last - MONTHS_A_YEAR + 1), last + 1)
        routine = self.scenario.mechanisms.appraisal.routine
        ends = [m for m in year if m % MONTHS_A_YEAR == MONTHS_A_YEAR - 2] or [last]
        rest = [m for m in year if m % MONTHS_A_YEAR == MONTHS_A_YEAR // 2] or [last]
        seasons = [(rest[0], 0.75), (ends[0], 0.25)] if routine < 1.0 else [(rest[0], 1.0)]
        rows = [
            (
                month,
                int((age + 0.5) / ages * directives.life),
                low + (high - low) * (interest + 0.5) / interests,
                season / (ages * interests),
            )
            for (month, season), age, interest in product(seasons, range(ages), range(interests))
        ]
        return np.array(rows, float)

    def state(self, norm: float, credibility: float) -> Vector:
        """A state with this norm and credibility, 0 to 1.

        The share ``norm`` of officers is faithful, the others are idle.
        """
        shares = np.zeros((self.posts.size, len(CONDUCTS)))
        shares[:, FAITHFUL], shares[:, IDLE] = norm, 1.0 - norm
        mean = self.scenario.traits.responsibility.mean
        return np.concatenate([[norm, credibility, 0.0, mean, 0.0], shares.ravel()])

    def step(self, state: Vector, seen: float = np.nan) -> Vector:
        """The expected state a month later.

        ``seen`` is the trust that officers meet; if it is NaN, that of ``state``.
        """
        return self._step(state, seen)[0]

    def delivery(self, state: Vector) -> float:
        """Expected execution rate, 0 to 1, of the month that follows a state."""
        return self._step(state)[1]

    def _step(self, state: Vector, seen: float = np.nan) -> tuple[Vector, float]:
        after, one = np.empty_like(state), np.empty_like(state)
        state = np.ascontiguousarray(state)
        delivered = expect_mean_month(self.world, self.phases, state, seen, self.posts, one, after)
        return after, float(delivered)

    def path(self, state: Vector, length: int) -> Vector:
        """The state and those of ``length`` months after it; (length + 1, size of a state)."""
        path = [state]
        for _ in range(length):
            path.append(self.step(path[-1]))
        return np.array(path)
