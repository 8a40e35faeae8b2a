"""The spiral of trust and execution over draws of a posterior, with few runs of each draw.

For each draw it is decided by the same rule as for one scenario whether there is a vicious circle.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.study.doubt import BEHAVIOUR, LEVERS
from sim.study.estimate import Estimate, over_draws
from sim.study.feedback import rest_apart, rests_of
from sim.study.in_parts import Runs
from sim.study.points import Point
from sim.study.progress_by_part import ProgressByPart, quietly
from sim.study.tipping import HIGH, LOW, ROUGHLY, STARTED, Recovery, within
from sim.study.twins import Values, respond, spiral_gain
from sim.world.posterior import Posterior
from sim.world.scenario import Scenario

# Replicates of each run under each draw.
A_DRAW = 4


@dataclass(frozen=True)
class SpiralOverDraws:
    """What is found of the spiral under each draw of a posterior; means over its replicates."""

    # Resting credibility from a low and from a high start, (draws,).
    from_low: Values
    from_high: Values
    # Whether there is a vicious circle, and the lowest start that recovers, NaN without; (draws,).
    circle: Values
    tips: Values
    # Spiral gain by month, (draws, months), and what is left of a cut, (draws, months + 1).
    gains: Values
    response: Values

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.circle)

    @property
    def circles(self) -> int:
        """Number of draws with a vicious circle."""
        return int(self.circle.sum())

    @property
    def begins(self) -> Estimate | None:
        """Start below which the circle begins, over the draws that have one; None if none has."""
        return over(self.tips[self.circle]) if self.circles else None

    def gain(self, after: int) -> Estimate:
        """Spiral gain ``after`` months, 1 to 60."""
        return over(self.gains[:, after - 1])

    def left(self, after: int) -> Estimate:
        """Share of a cut that is left ``after`` months, 0 to 60."""
        return over(self.response[:, after])


def over(values: Values) -> Estimate:
    """Mean of ``values``, shape (draws,), with the range of 95 % of draws."""
    return over_draws({"": values.copy()}, len(values))[""]


def doubts_of(scenario: Scenario, draws: Posterior) -> dict[str, Posterior]:
    """The draws of each doubt that matters to the spiral of a scenario, from the least.

    Doubt about levers matters where it is about the status quo, or about levers that the scenario
    pulls. Raises BadInput if there is nothing to draw.
    """
    free = draws.left_as_calibrated(scenario)
    pulled = tuple(f"levers.{one.lever}." for one in scenario.reform)
    found = {BEHAVIOUR: draws.of_behaviour()}
    if any(
        key in draws.of_levers and (not key.startswith("levers.") or key.startswith(pulled))
        for key in free
    ):
        found[LEVERS] = draws
    return found


def measure_over_draws(
    scenario: Scenario,
    draws: Posterior,
    seed: int,
    cut: float,
    month: int,
    workers: int | None = None,
    progress: ProgressByPart = quietly,
    kept: Path | None = None,
    replicates: int = A_DRAW,
) -> SpiralOverDraws:
    """Measure the spiral of a scenario under each of ``draws``, with few ``replicates`` of each.

    ``cut`` of trust before ``month`` is as in ``feedback.measure``; ``kept`` is a folder for these
    draws alone. Raises BadInput if there is nothing to draw.
    """
    runs = Runs(seed, workers, kept, progress)
    free = draws.left_as_calibrated(scenario)
    drawn = [draws.at(number, free) for number in range(len(draws))]
    shape = len(drawn), replicates
    starts = [
        Point({**one, **dict.fromkeys(STARTED, start)}) for start in (LOW, HIGH) for one in drawn
    ]
    paths = runs.paths("starts", "draws, starts low and high", scenario, starts, replicates)
    low, high = rests_of(paths)[:, :, 0].reshape(2, *shape)
    circle = np.array([rest_apart(*ends) for ends in zip(low, high, strict=True)])
    points = [Point(one) for one in drawn]
    shock = scenario, cut, month, replicates, seed, workers
    told, folder = runs.progress("draws, twin runs"), runs.folder("twins")
    left = respond(*shock, told, folder, points).credibility
    told, folder = runs.progress("draws, open loop"), runs.folder("open_loop")
    gains = spiral_gain(*shock, told, folder, points)
    return SpiralOverDraws(
        low.mean(axis=1),
        high.mean(axis=1),
        circle,
        _tips(scenario, drawn, 0.5 * (low + high).mean(axis=1), circle, replicates, runs),
        gains.reshape(*shape, -1).mean(axis=1),
        left.reshape(*shape, -1).mean(axis=1),
    )


def _tips(
    scenario: Scenario,
    drawn: list[dict[str, Any]],
    middles: Values,
    circle: Values,
    replicates: int,
    runs: Runs,
) -> Values:
    """The lowest start that recovers under each draw; NaN for draws without a circle; (draws,)."""
    found = np.full(len(drawn), np.nan)
    has = np.flatnonzero(circle)
    if has.size:
        models = [Recovery(scenario, float(middles[one]), None, ROUGHLY) for one in has]
        points = [Point(drawn[one], base=number) for number, one in enumerate(has)]
        title = "draws, tipping points"
        tips = runs.measured_by("tipping", title, models, points, replicates)[:, :, 0]
        found[has] = within(tips).mean(axis=1)
    return found
