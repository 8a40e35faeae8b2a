"""What officers of each rank expect, and how likely they then choose each conduct.

For each rank one officer is followed, through the rules by which every officer decides; see
``sim.theory.mean_field``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim import phases
from sim.machine.compiled import rule
from sim.mechanisms import (
    back_tracing,
    conduct,
    execution,
    felt_accountability,
    reporting,
)
from sim.mechanisms.chain import settings_of

if TYPE_CHECKING:
    from sim.mechanisms.typed import World


Vector = NDArray[np.float64]
# Components of a state; the shares of conducts at each rank follow them.
NAMES = ("norm", "credibility", "perceived_risk", "responsibility", "complaints")
NORM, CREDIBILITY, RISK, RESPONSIBILITY, COMPLAINTS = range(len(NAMES))
# Variance of the logit's error at a precision of 1 (Gumbel's distribution).
_ERROR = np.pi**2 / 6.0


@rule
def expect_reports(world: World, month: int, shares: Vector, posts: Vector) -> float:
    """Mean report that those who report hear; ``shares`` of conducts are (ranks, conducts).

    They work and collude as in a month like this one, whose circumstances are known
    (``look_ahead``).
    """
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    department = world.departments[0]
    last = len(posts) - 1
    front = world.officers[last]
    report = 0.0
    for k in range(len(world.conducts)):
        outlook = world.outlooks[0, k]
        work = execution.real_work(front, outlook, department, mechanisms, settings)
        for owned in range(2):
            chance = 1.0 - department.unowned if owned else department.unowned
            report += (shares[last, k] * chance) * reporting.embellished(
                work * owned, world.conducts[k].show, department, mechanisms, settings
            )
    heard = 0.0
    reporting_posts = 0.0
    for r in range(last - 1, -1, -1):
        heard += posts[r] * report
        reporting_posts += posts[r]
        show = 0.0
        for k in range(len(world.conducts)):
            show += shares[r, k] * world.conducts[k].show
        report = reporting.embellished(report, show, department, mechanisms, settings)
    return heard / reporting_posts if reporting_posts > 0.0 else 0.0


@rule
def hear_reports(world: World, month: int, before: Vector, posts: Vector) -> None:
    """Let those who report know what they heard, and what each conduct would make of it."""
    department = world.departments[0]
    mechanisms = settings_of(world, 0, month)
    settings = world.settings[0]
    department.reports_heard = expect_reports(world, month, before, posts)
    for k in range(len(world.conducts)):
        world.outlooks[0, k].report = reporting.embellished(
            department.reports_heard, world.conducts[k].show, department, mechanisms, settings
        )


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
    # What each conduct is worth, and its weight, after another conduct and after itself.
    worth = np.empty((2, len(conducts)))
    weights = np.empty((2, len(conducts)))
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
                # Both at once, so that the compiler works out their common terms once.
                after_another = worth_of(world, month, r, k, False)
                after_itself = worth_of(world, month, r, k, True)
                worth[0, k] = after_another
                worth[1, k] = after_itself
            best = conduct.best_of(worth[1], conducts)
            for habitual in range(2):
                for k in range(len(conducts)):
                    weights[habitual, k] = conduct.weight(
                        worth[habitual, k], best, conducts[k], settings
                    )
            for own in range(len(conducts)):
                total = 0.0
                for k in range(len(conducts)):
                    total += weights[1 if k == own else 0, k]
                weight = seen * before[r, own] / total
                for k in range(len(conducts)):
                    after[r, k] += weight * weights[1 if k == own else 0, k]


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
