"""An experiment made ready to run: its scenarios, its factors and its points."""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sim.errors import BadInput, nearest
from sim.study import designs
from sim.study.applied_factors import varied
from sim.study.broken_down import names
from sim.study.experiment import Experiment, ListedPoint
from sim.study.points import Point
from sim.study.varied import Varied
from sim.world.scenario import Scenario

# The setting of a scenario that holds its reforms; a point may replace it by ``set``.
REFORM = "reform"
# Most points that are checked before a run: settings valid alone may not be valid together.
TRIED = 10_000


@dataclass(frozen=True)
class Drawn:
    """An experiment with its scenario, factors and points, checked as far as possible."""

    experiment: Experiment
    # None if a function replaces the model.
    scenario: Scenario | None
    factors: tuple[Varied, ...]
    points: Sequence[Point]
    names: tuple[str, ...] | None
    # Further scenarios that points change; ``Point.base`` is 0 for the experiment's scenario, and
    # from 1 on for these.
    others: tuple[Scenario, ...] = ()

    @property
    def listed(self) -> int:
        """Points of the list at each point of the design, or under each combination; 0 if none."""
        return len(self.experiment.point)

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures; if they are broken down, those of each part."""
        about = self.experiment
        if about.by is None or self.scenario is None:
            return about.measures
        return names(self.scenario, about.measures, about.by)

    def called(self, term: str) -> str:
        """Title of a term of effects: that of its point, or made from the titles of its factors."""
        for point in self.experiment.point:
            if term == point.name or term.startswith(f"{point.name} ("):
                term = term.replace(point.name, point.title or point.name, 1)
                break
        for factor in self.factors:
            term = _titled(term, factor)
            title = factor.title
            if isinstance(self.experiment.design, designs.TwoLevel) and not factor.is_ordered:
                # An effect of categories has no direction unless both are named.
                title += " ({} → {})".format(*(factor.titled(end) for end in factor.ends))
            if title != factor.name:
                term = term.replace(factor.name, title)
        return term

    def label(self, point: int) -> str:
        """Label of a point: its name, or its levels in words."""
        points = self.points
        if isinstance(points, designs.Crossed):
            return f"{points.names[point]} ({points[point]})"
        if self.names:
            return self.names[point]
        return points.label(point) if isinstance(points, designs.Points) else str(points[point])


def draw(
    experiment: Experiment,
    scenario: Scenario | None,
    where: str,
    keep: Sequence[str] | None = None,
) -> Drawn:
    """Make the factors and points of an experiment; only the factors in ``keep`` if given.

    ``where`` names the source in errors. Raises BadInput if anything is not valid.
    """
    if experiment.design.kind == designs.LIST:
        others = _other_worlds(experiment, scenario, where)
        listed = [_listed(point, experiment, (scenario, *others)) for point in experiment.point]
        _check_terms(experiment, [point.name for point in experiment.point], where)
        factors = varied(experiment.factor, scenario, where, experiment.design.where is not None)
        try:
            crossed = combinations(experiment.design, factors)
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from None
        points, called = _crossed(
            listed, [point.name for point in experiment.point], factors, crossed
        )
        if scenario is not None:
            _try(points, called, (scenario, *others), where, full=len(points) <= TRIED)
        return Drawn(experiment, scenario, factors, points, called, others)
    factors = varied(experiment.factor, scenario, where, experiment.design.where is not None)
    names = [point.name for point in experiment.point]
    _check_terms(experiment, [*(factor.name for factor in factors), *names], where)
    if keep is not None:
        factors = tuple(factor for factor in factors if factor.name in keep)
    design = experiment.design
    try:
        design.check(factors)
        total = design.size(factors) * max(1, len(names))
        if total > designs.MOST_POINTS:
            raise BadInput(
                f"design: {total:,} points, {total * experiment.replicates:,} runs; expected at "
                f"most {designs.MOST_POINTS:,} points"
            )
        spread = design.draw_up(factors, experiment.seed)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    others = _other_worlds(experiment, scenario, where)
    listed = [_listed(point, experiment, (scenario, *others)) for point in experiment.point]
    every: Sequence[Point] = designs.Crossed(spread, listed, names) if listed else spread
    if scenario is not None:
        # Values that are valid alone may not be valid together.
        free = design.where is None and not design.needs_all and len(factors) > 1
        hint = f"; {designs.WHERE} can leave out such points" if free else ""
        _try(every, None, (scenario, *others), where, full=False, hint=hint)
    return Drawn(experiment, scenario, factors, every, None, others)


def _replaced(title: str, found: re.Match[str]) -> str:
    return f"{found[1]}{title}"


def _titled(term: str, factor: Varied) -> str:
    """A term of effects with the titles of a factor's levels in place of what is shown of them."""
    name = re.escape(factor.name)
    for told, title in factor.level_titles.items():
        # Texts stand in quotes in labels of points.
        level = rf"(?:{re.escape(told)}(?![\w.+=-])|\"{re.escape(told)}\")"
        for before in (f"{name} = ", f"{name} from ", f"{name} from [^()=]+ to "):
            term = re.sub(rf"((?<![\w.]){before}){level}", partial(_replaced, title), term)
    return term


def _check_terms(experiment: Experiment, names: Sequence[str], where: str) -> None:
    """Raise BadInput if a term of a family names neither a point nor a factor."""
    for number, family in enumerate(experiment.family, 1):
        for term in family.terms or ():
            if not any(name in term for name in names):
                raise BadInput(
                    f"{where}: family.{number}.terms: no point or factor “{term}”"
                    f"{nearest(term, names)}"
                )


def _other_worlds(
    experiment: Experiment, scenario: Scenario | None, where: str
) -> tuple[Scenario, ...]:
    """The scenarios that points name. Raises BadInput if they cannot be in one study."""
    if experiment.others and (scenario is None or experiment.by is not None):
        raise BadInput(
            f"{where}: point: scenario: expected only if the experiment has one, and without “by”"
        )
    try:
        found = tuple(experiment.world(name) for name in experiment.others)
    except BadInput as error:
        raise BadInput(f"{where}: point: {error}") from None
    lengths = {one.clock.months for one in (scenario, *found) if one is not None}
    if len(lengths) > 1:
        raise BadInput(f"{where}: point: runs last {sorted(lengths)} months; give months")
    return found


def _listed(point: ListedPoint, experiment: Experiment, worlds: Sequence[Scenario | None]) -> Point:
    """The point of a list; its reforms, like its levers, are added to those of its scenario.

    If it sets ``reform``, its reforms are added to those that it sets.
    """
    settings = dict(point.set)
    known = (experiment.scenario, *experiment.others)
    base = 0 if point.scenario is None else known.index(point.scenario)
    if point.reform:
        settings[REFORM] = [
            *settings.get(REFORM, own_reforms(worlds[base])),
            *(dict(reform) for reform in point.reform),
        ]
    return Point(settings, point.levers, base)


def own_reforms(scenario: Scenario | None) -> list[dict[str, Any]]:
    """The reforms of a scenario as plain values, those that an experiment pulls included."""
    if scenario is None:
        return []
    return [one.model_dump(mode="json", exclude_defaults=True) for one in scenario.reform]


def combinations(design: Any, factors: Sequence[Varied]) -> list[tuple[Any, ...]]:
    """Combinations of the levels of a list's factors, those within its constraints only."""
    if design.where is not None and not factors:
        raise BadInput(f"{designs.WHERE}: there are no factors that it could compare")
    total = math.prod(len(factor.levels) for factor in factors)
    if total > designs.MOST_POINTS:
        raise BadInput(f"factor: {total:,} combinations; expected at most {designs.MOST_POINTS:,}")
    rows = list(itertools.product(*(factor.levels for factor in factors)))
    if design.where is None:
        return rows
    kept = design.kept(designs.Points(factors, list(zip(*rows, strict=True))))
    return [row for row, inside in zip(rows, kept, strict=True) if inside]


def _crossed(
    listed: Sequence[Point],
    names: Sequence[str],
    factors: Sequence[Varied],
    combinations: Sequence[tuple[Any, ...]],
) -> tuple[list[Point], tuple[str, ...]]:
    """Listed points under combinations of the factors' levels, and what they are called.

    All points of one combination follow each other. A point's own setting goes before a factor's.
    """
    points, called = [], []
    for levels in combinations:
        pairs = list(zip(factors, levels, strict=True))
        changes = [factor.point(level) for factor, level in pairs]
        told = ", ".join(f"{factor.name} = {factor.shown(level)}" for factor, level in pairs)
        for point, name in zip(listed, names, strict=True):
            settings = {key: value for one in changes for key, value in one.settings.items()}
            levers = {key: value for one in changes for key, value in one.levers.items()}
            points.append(
                Point({**settings, **point.settings}, {**levers, **point.levers}, point.base)
            )
            called.append(f"{name} ({told})" if told else name)
    return points, tuple(called)


def _try(
    points: Sequence[Point],
    names: Sequence[str] | None,
    scenarios: Sequence[Scenario],
    where: str,
    full: bool,
    hint: str = "",
) -> None:
    """Raise BadInput for the first point that is not valid; if not ``full``, check some only.

    ``hint`` ends the message.
    """
    step = 1 if full else max(1, len(points) // TRIED)
    for number in range(0, len(points), step):
        point = points[number]
        at = f"point “{names[number]}”" if names else f"point {number + 1} ({point})"
        try:
            scenarios[point.base].replace(point.settings, point.levers)
        except BadInput as error:
            raise BadInput(f"{where}: {at}: {error}{hint}") from None
