"""Runs of candidate settings in all experiments that the targets need."""

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calibration.experiments import STATUS_QUO, Arm, Experiments, Target
from sim.calibration.vignettes import VIGNETTES
from sim.errors import BadInput
from sim.machine.draws import SEED_LIMIT
from sim.machine.loop import ALONE, Crew
from sim.mechanisms.measuring import ratio
from sim.study.points import Point
from sim.summaries import Observed
from sim.world.plan import Plan
from sim.world.scenario import Scenario
from sim.world.state import World

Values = NDArray[np.float64]
# Settings of the start that are set to the resting values of measures under the status quo.
RESTING = {"credibility": "public.trust.mean", "norm": "start.norm_at_start"}
# Parts of a pooled target: numerator and denominator.
_PARTS = ("top", "bottom")
# Smallest effect, in the measure's unit, for which a faded share is computed; else it is NaN.
_LEAST_GAIN = 1e-3
# A faded share is limited to this range, since that of a small effect can be any number.
_FADED = (-1.0, 3.0)


def resting(measure: str) -> str:
    """Name of the column with the resting value of a measure."""
    return f"resting_{measure}"


@dataclass(frozen=True)
class Candidates:
    """A scenario run at settings drawn from priors; a ``Model`` of ``sim.study.model``.

    Its measures are the targets by name, then the resting values of trust and norm, then numerator
    and denominator of each pooled target.
    """

    scenario: Scenario
    patterns: Experiments
    # Whether each point has its own random draws; else chance would shift all points alike.
    own_draws: bool = True
    columns: tuple[str, ...] = ()
    large: bool = False

    def __post_init__(self) -> None:
        """Refuse a scenario whose settings change within a run: arms have months of their own."""
        scenario = self.scenario
        if scenario.series or any(reform.triggered for reform in scenario.reform):
            raise BadInput(
                f"{scenario.name}: cannot be calibrated with a series or a reform with a trigger "
                "(start_when, stop_when); leave them out"
            )

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the targets, of the resting values, and of the parts of pooled targets."""
        parts = (f"{name}.{part}" for name in self._pooled for part in _PARTS)
        return (*self.patterns.target, *map(resting, RESTING), *parts)

    @property
    def _pooled(self) -> dict[str, str]:
        """Measures of the pooled targets, by target."""
        targets = self.patterns.target.items()
        return {name: str(target.measure) for name, target in targets if target.pooled}

    def over_replicates(self, found: Values, mean: Any = np.mean) -> Values:
        """Means of measures over replicates; of pooled targets the ratio of sums over replicates.

        ``found`` has shape (…, replicates, measures), the result (…, measures). ``mean`` is the
        function for the others, such as ``np.nanmean``. A pooled target is NaN if all of its
        denominators are 0.
        """
        means = np.array(mean(found, axis=-2))
        names = list(self.measures)
        for name in self._pooled:
            places = [names.index(f"{name}.{part}") for part in _PARTS]
            sums = np.nansum(found[..., places], axis=-2)
            means[..., names.index(name)] = ratio(sums[..., 0], sums[..., 1])
        return means

    def errors(self, found: Values) -> Values:
        """Standard errors of ``over_replicates``, by the jackknife (Tukey 1958) over replicates.

        ``found`` has shape (replicates, measures), the result (measures,). Of a mean this is the
        usual standard error. NaN for one replicate.
        """
        number = len(found)
        if number < 2:
            return np.full(found.shape[1], np.nan)
        without = np.array(
            [
                self.over_replicates(np.delete(found, one, axis=0), np.nanmean)
                for one in range(number)
            ]
        )
        return np.asarray(np.sqrt((number - 1.0) * np.nanvar(without, axis=0)))

    @property
    def months(self) -> int:
        """Length of the longest run, in months."""
        return self.patterns.horizon

    @property
    def work(self) -> float:
        """Officer-months of all runs of a candidate."""
        arms = sum(arm.horizon for arm in self.patterns.arm.values())
        months = self.patterns.burn_in + self.patterns.observed + arms
        return float(self.scenario.total_posts * months)

    def identity(self) -> dict[str, Any]:
        """All that determines the results: the scenario, the patterns and the kind of draws."""
        return {
            "scenario": self.scenario.identity(),
            "patterns": self.patterns.identity(),
            "own_draws": self.own_draws,
        }

    @cached_property
    def _base(self) -> Scenario:
        long = self.scenario.replace({"clock.months": self.months})
        return self.patterns.told_apart(long)

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self._base).whole()

    @cached_property
    def _read(self) -> tuple[str, ...]:
        asked = [one.measure for one in self.patterns.target.values() if one.measure is not None]
        return tuple(dict.fromkeys([*asked, *RESTING]))

    def at(self, point: Point) -> Scenario:
        """The scenario of a point. Raises BadInput if its changes are not possible."""
        return self._base.replace(point.settings, point.levers)

    def runs(
        self, point: Point, seed: int, replicates: range, crew: Crew = ALONE
    ) -> tuple[Values, Values]:
        """Targets and resting values, (runs, measures), and an empty array of monthly series."""
        scenario = self.at(point)
        plan = self._plan.changed(scenario)
        arms = {}
        for name in self.patterns.arm:
            during, after = self.patterns.under(name, scenario)
            arms[name] = plan.changed(during), None if after is scenario else plan.changed(after)
        first = zlib.crc32(point.canonical().encode()) if self.own_draws else 0
        found = [
            self._one(plan, arms, seed, (first + replicate) % SEED_LIMIT)
            for replicate in replicates
        ]
        values = np.array(found).reshape(len(replicates), len(self.measures))
        return values, np.empty((len(replicates), 0, 0))

    def _one(
        self, plan: Plan, arms: dict[str, tuple[Plan, Plan | None]], seed: int, replicate: int
    ) -> list[float]:
        begun = self.patterns.burn_in
        world = plan.begin(seed, replicate)
        run_months = plan.loop.run_months
        run_months(world, 0, begun)
        ways = {name: self._way(name, *arms[name], world) for name in arms}
        run_months(world, begun, self.months)
        asked = self._read
        settings = plan.settings[0]

        def observed(
            one: World, first: int, last: int, treated: NDArray[np.bool_] = plan.treated
        ) -> Observed:
            window = Observed(asked, treated, last - first)
            window.add(one.tallies[first:last], one.layers[first:last])
            return window

        def read(window: Observed) -> dict[str, float]:
            return dict(zip(asked, window.table()[0].tolist(), strict=True))

        at_rest = observed(world, begun, begun + self.patterns.observed)
        status_quo = read(at_rest)
        found = []
        for target in self.patterns.target.values():
            if target.vignette is not None:
                found.append(VIGNETTES[target.vignette](settings))
            elif target.arm == STATUS_QUO:
                found.append(status_quo[str(target.measure)])
            else:
                arm = self.patterns.arm[target.arm]
                under = _covered(arm, plan)

                def seen(
                    one: World, first: int, last: int, under: NDArray[np.bool_] = under
                ) -> dict[str, float]:
                    return read(observed(one, first, last, under))

                found.append(_response(target, arm, begun, seen, ways[target.arm], world))
        parts = [at_rest.parts(measure)[0] for measure in self._pooled.values()]
        resting_values = [status_quo[measure] for measure in RESTING]
        return [*found, *resting_values, *(float(one) for pair in parts for one in pair)]

    def _way(self, name: str, plan: Plan, later: Plan | None, world: World) -> World:
        """A copy of the state at the end of the burn-in, continued under an arm and after it."""
        arm, begun = self.patterns.arm[name], self.patterns.burn_in
        twin = world.copied()
        first = twin.departments["first_officer"]
        for trait in arm.heads:
            held = twin.officers[trait]
            held[first] = self.patterns.trait_of(name, trait, held[first])
        run_months = plan.loop.run_months
        during = twin.replaced(mechanisms=plan.mechanisms, settings=plan.settings)
        run_months(during, begun, begun + arm.months)
        if later is not None:
            twin = twin.replaced(mechanisms=later.mechanisms)
        run_months(twin, begun + arm.months, begun + arm.horizon)
        return twin


def _covered(arm: Arm, plan: Plan) -> NDArray[np.bool_]:
    """Which groups of departments are treated under an arm, (groups,)."""
    if arm.departments is None:
        return plan.treated
    under = np.zeros(plan.groups.size, dtype=bool)
    under[np.array(arm.departments) - 1] = True
    return np.bincount(plan.groups, under) > 0


def _response(
    target: Target, arm: Arm, begun: int, seen: Any, treated: World, world: World
) -> float:
    """Effect of an arm on the target's measure, as the target compares it; NaN if undefined.

    The status quo is measured over the same months with the same random draws.
    """
    measure = str(target.measure)
    last = begun + arm.months
    window = (last - (arm.observed or arm.months), last)
    now, before = seen(treated, *window)[measure], seen(world, *window)[measure]
    if target.compare == "faded":
        after = (last, last + arm.after)
        left = seen(treated, *after)[measure] - seen(world, *after)[measure]
        gained = now - before
        if abs(gained) < _LEAST_GAIN:
            return float("nan")
        return float(np.clip(1.0 - left / gained, *_FADED))
    if target.compare == "difference":
        return float(now - before)
    if before <= 0.0:
        return float("nan")
    ratio = now / before
    if target.compare == "log_ratio":
        return float(np.log(ratio)) if ratio > 0.0 else float("nan")
    return float(ratio if target.compare == "ratio" else ratio - 1.0)
