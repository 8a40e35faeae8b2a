"""Clauses of levers: what each does alone, in its lever, and what the lever's burden does alone.

A clause is one setting that a lever names in ``full``; a table ``{times = x}`` of several settings
counts as one clause. Each is treated in its own way: alone at its full value, without the burden
and cost of its lever; and the lever without it. Both are compared with the status quo, and the
lever with the lever without the clause, on common draws. A declaration says which measures a
clause is meant to move, and in which direction (``intended``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declare import Quantity, heading, leaf_values
from sim.errors import BadInput
from sim.study.compare import Comparison, run_packages
from sim.study.estimate import Estimate
from sim.study.experiment import ListedPoint
from sim.study.families import holm, p_values
from sim.study.package import Package
from sim.world.levers import Lever, flatten, nested, record_name, shifts
from sim.world.scenario import STATUS_QUO, Scenario, declared_mechanisms
from sim.world.sections import Mechanisms

# Measures that are reported for every treatment.
OUTCOMES = ("execution_rate", "credibility", "reported_rate")
# Treatments: the whole lever, its burden and cost alone, a clause alone, the lever without it. Also
# what a clause adds to its lever: the whole lever less the lever without it.
WHOLE, BURDEN, ALONE, WITHOUT, ADDS = "whole", "burden", "alone", "without", "adds"
# What is found of a clause: it moves a measure that it is meant to move as argued, or against what
# was argued; or only others; or nothing beyond chance.
AS_ARGUED, AGAINST, OTHERS, DEAD = "as argued", "against", "others only", "dead"
SIGNIFICANCE = 0.05
# Least effect on one of ``OUTCOMES``, as a share, that is counted as notable: .3 points.
NOTABLE = 0.003
# Contrasts whose bootstrap is computed at once; it holds the resamples of all of them in memory.
_TOGETHER = 100
# Values of a contrast, (replicates,), by who is treated, how, and the measure.
Key = tuple[str, str, str]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Clause:
    """A clause of a lever."""

    lever: str
    # Dotted key of the setting, or of the group of settings, below ``mechanisms``.
    key: str
    # Chinese term.
    zh: str
    target: Any
    # 1 if the lever raises it above the status quo, −1 if it lowers it, 0 if it stays.
    rise: int
    # The measures that it is meant to move under the lever, with the direction: 1 or −1.
    intended: Mapping[str, int]
    # Why it moves none of them in the shipped scenario, in English and Chinese, or empty.
    inert: str
    inert_zh: str

    @property
    def label(self) -> str:
        """Its key below the mechanism, such as ``say.deputies``."""
        return self.key.partition(".")[2]

    @property
    def name(self) -> str:
        """Its name among the clauses of all levers."""
        return f"{self.lever}.{self.key}"

    def point(self, treatment: str) -> str:
        """Name of the point at which it is treated."""
        return f"{self.lever}.{treatment}.{self.key}"

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that are reported for it, each once."""
        return tuple(dict.fromkeys([*OUTCOMES, *self.intended]))


def _declared(key: str) -> list[Quantity]:
    """The declaration of a setting, or those of all settings of a group."""
    declared = declared_mechanisms()
    if key in declared:
        return [declared[key]]
    return [one for name, one in declared.items() if name.startswith(f"{key}.")]


def _term(key: str) -> str:
    """Chinese term of a setting, after that of the group in which it stands; or of a group."""
    section: Any = Mechanisms
    groups = []
    for part in key.split("."):
        field = section.model_fields[part]
        section = field.annotation
        if hasattr(section, "model_fields"):
            groups.append(heading(section)[1])
    [*above, _] = key.split(".")
    if len(groups) > len(above):
        return groups[-1]
    (one,) = _declared(key)
    return f"{groups[-1]}：{one.zh}" if len(above) > 1 else one.zh


def clauses_of(scenario: Scenario) -> tuple[Clause, ...]:
    """All clauses of all levers of a scenario, in their order."""
    status_quo = dict(leaf_values(scenario.mechanisms))
    return tuple(
        _clause(name, lever, key, target, status_quo)
        for name, lever in scenario.levers.items()
        for key, target in flatten(lever.full).items()
    )


def _clause(
    name: str, lever: Lever, key: str, target: Any, status_quo: Mapping[str, float]
) -> Clause:
    declared = _declared(key)
    moved = shifts(lever, status_quo)
    shift = sum(moved[record_name(one.key)] for one in declared)
    rise = int(np.sign(shift))
    intended = {
        measure: direction * rise for one in declared for measure, direction in one.intended
    }
    why = next(((one.inert, one.inert_zh) for one in declared if one.inert), ("", ""))
    return Clause(name, key, _term(key), target, rise, intended, *why)


@dataclass(frozen=True)
class Treatments:
    """The points of a study of clauses, and the levers that they need beside the scenario's own."""

    levers: dict[str, Any]
    points: list[ListedPoint]

    @classmethod
    def of(cls, scenario: Scenario) -> "Treatments":
        """All treatments of all clauses. Raises BadInput if the scenario has no clause."""
        clauses = clauses_of(scenario)
        if not clauses:
            raise BadInput(f"--clauses: {scenario.name} has no lever that changes a setting")
        made = cls({}, [ListedPoint(name=STATUS_QUO, title="Status quo")])
        for name, lever in scenario.levers.items():
            made.points.append(ListedPoint(name=name, title=lever.title, levers={name: 1.0}))
            made._treat(scenario, f"{name}.{BURDEN}", lever, {}, loaded=True)
        for clause in clauses:
            lever = scenario.levers[clause.lever]
            full = flatten(lever.full)
            alone = {clause.key: full.pop(clause.key)}
            made._treat(scenario, clause.point(ALONE), lever, alone, loaded=False)
            made._treat(scenario, clause.point(WITHOUT), lever, full, loaded=True)
        return made

    def _treat(
        self, scenario: Scenario, point: str, lever: Lever, full: Mapping[str, Any], loaded: bool
    ) -> None:
        """Add a point with a lever of its own, with the burden and cost of ``lever`` or without."""
        name = f"treatment-{len(self.levers) + 1}"
        if name in scenario.levers:
            raise BadInput(
                f"--clauses: {scenario.name}: lever “{name}”: this name is needed; choose another"
            )
        made = lever.model_dump() | {"title": point, "full": nested(full)}
        if not loaded:
            made |= {"burden": 0.0, "cost": 0.0}
        self.levers[name] = made
        self.points.append(ListedPoint(name=point, title=point, levers={name: 1.0}))


def run_clauses(
    scenario: Scenario, replicates: int = 20, seed: int = 1, workers: int | None = None
) -> "ClauseEffects":
    """Run all treatments of the clauses of a scenario, without storing the runs on disk.

    Raises BadInput if the scenario has no clause, or numbers are out of range.
    """
    made = Treatments.of(scenario)
    treated = scenario.replace({"levers": scenario.model_dump()["levers"] | made.levers})
    packages = [
        Package(point.name, point.title or point.name, treated.replace(levers=point.levers))
        for point in made.points
    ]
    comparison = run_packages(packages, replicates, seed, workers)
    return ClauseEffects(comparison, clauses_of(scenario))


@dataclass(frozen=True)
class Effect:
    """An effect, and whether it can be told from chance."""

    estimate: Estimate
    # P-value adjusted by Holm's method within the family; NaN with draws of a posterior.
    p: float
    beyond_chance: bool

    @property
    def direction(self) -> int:
        """1 or −1 if the effect is beyond chance, else 0."""
        return int(np.sign(self.estimate.value)) if self.beyond_chance else 0


@dataclass(frozen=True)
class ClauseEffects:
    """Effects of all treatments of the clauses of a scenario.

    An effect is beyond chance if its p-value (Student's t, paired) stays below 5 % when adjusted
    by Holm's method over all clauses (or levers) for the same treatment and measure; the measures
    that clauses are meant to move form one family. With draws of a posterior, it is beyond chance
    if the range of 95 % of draws excludes zero.
    """

    comparison: Comparison
    clauses: tuple[Clause, ...]

    @property
    def levers(self) -> list[str]:
        """Names of the levers, the largest effect on execution first."""

        def size(name: str) -> float:
            return -self.effects[name, WHOLE, OUTCOMES[0]].estimate.value

        return sorted(dict.fromkeys(one.lever for one in self.clauses), key=size)

    def clauses_in(self, lever: str) -> list[Clause]:
        """Clauses of a lever, the largest effect on execution (of either sign) first."""

        def size(clause: Clause) -> float:
            return -abs(self.effects[clause.name, ALONE, OUTCOMES[0]].estimate.value)

        return sorted((one for one in self.clauses if one.lever == lever), key=size)

    def effect(self, clause: Clause, treatment: str, measure: str) -> Effect:
        """An effect of a clause under a treatment."""
        return self.effects[clause.name, treatment, measure]

    def verdict(self, clause: Clause) -> str:
        """What is found of a clause, alone or as what it adds to its lever."""
        directions = {
            measure: {self.effect(clause, how, measure).direction for how in (ALONE, ADDS)}
            for measure in clause.measures
        }
        argued = [(directions[measure], way) for measure, way in clause.intended.items()]
        if any(way in found for found, way in argued):
            return AS_ARGUED
        if any(-way in found for found, way in argued):
            return AGAINST
        return OTHERS if any(found - {0} for found in directions.values()) else DEAD

    def notable(self, clause: Clause) -> bool:
        """Whether a clause alone moves one of ``OUTCOMES`` beyond chance and notably."""
        effects = [self.effect(clause, ALONE, measure) for measure in OUTCOMES]
        return any(one.beyond_chance and abs(one.estimate.value) >= NOTABLE for one in effects)

    @cached_property
    def effects(self) -> dict[Key, Effect]:
        """All effects: by lever, or point of a clause without treatment; by treatment; measure."""
        drawn = bool(self.comparison.draws)
        # Replicates in which a measure has no value are left out; each draw keeps its replicates.
        values = {key: one if drawn else one[np.isfinite(one)] for key, one in self._contrasts()}
        found: dict[Key, Estimate] = {}
        for part in _in_parts(values):
            found |= self._estimates(part)
        adjusted = {} if drawn else dict(self._adjusted(values))
        effects = {}
        for key, estimate in found.items():
            p = adjusted.get(key, np.nan)
            excludes = estimate.low > 0.0 or estimate.high < 0.0
            told = excludes if drawn else bool(p < SIGNIFICANCE)
            effects[key] = Effect(estimate, p, told)
        return effects

    def _estimates(self, values: dict[Key, Values]) -> dict[Key, Estimate]:
        """Estimates of contrasts of equal length; NaN where a measure has no value at all."""
        names = {"\n".join(key): key for key in values}
        if not len(next(iter(values.values()))):
            nothing = Estimate(np.nan, np.nan, np.nan, 0, np.nan)
            return dict.fromkeys(values, nothing)
        found = self.comparison.estimates({name: values[key] for name, key in names.items()})
        return {names[name]: one for name, one in found.items()}

    def _contrasts(self) -> Iterator[tuple[Key, Values]]:
        packages = self.comparison.packages
        at = {package.name: self.comparison.values(package.name) for package in packages}
        status_quo = at[STATUS_QUO]
        for lever in dict.fromkeys(one.lever for one in self.clauses):
            for how, point in ((WHOLE, lever), (BURDEN, f"{lever}.{BURDEN}")):
                for measure in OUTCOMES:
                    yield (lever, how, measure), at[point][measure] - status_quo[measure]
        for clause in self.clauses:
            whole, without = at[clause.lever], at[clause.point(WITHOUT)]
            pairs = {
                ALONE: (at[clause.point(ALONE)], status_quo),
                WITHOUT: (without, status_quo),
                ADDS: (whole, without),
            }
            for how, (one, other) in pairs.items():
                for measure in clause.measures:
                    yield (clause.name, how, measure), one[measure] - other[measure]

    def _adjusted(self, values: Mapping[Key, Values]) -> Iterator[tuple[Key, float]]:
        """P-values adjusted within families of effects, by key."""
        families: dict[tuple[str, str], dict[Key, float]] = {}
        for key, one in values.items():
            _, how, measure = key
            if len(one) > 1:
                family = measure if measure in OUTCOMES else "intended"
                families.setdefault((how, family), {})[key] = float(p_values(one[:, None])[0])
        for members in families.values():
            adjusted = holm(np.array(list(members.values())))
            yield from zip(members, adjusted.tolist(), strict=True)


def _in_parts(values: dict[Key, Values]) -> Iterator[dict[Key, Values]]:
    """Contrasts of equal length together, at most ``_TOGETHER`` of them."""
    lengths: dict[int, list[Key]] = {}
    for key, one in values.items():
        lengths.setdefault(len(one), []).append(key)
    for keys in lengths.values():
        for first in range(0, len(keys), _TOGETHER):
            yield {key: values[key] for key in keys[first : first + _TOGETHER]}
