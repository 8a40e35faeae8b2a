"""An experiment: a question about a scenario, loaded from TOML and checked before anything runs."""

import itertools
import math
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from sim import shipped
from sim.decision_rule import DECIDE
from sim.declare import LONGEST_TITLE, Section
from sim.errors import BadInput, explain_each, nearest, shown
from sim.machine.draws import check_seed
from sim.measures import AT, GROUPS, MEASURES, OF_REFORMS, SERIES
from sim.study import designs
from sim.study.applied_factors import varied
from sim.study.broken_down import KNOWN, By, names
from sim.study.factors import Factor
from sim.study.points import Point, check_name
from sim.study.varied import Varied
from sim.world.own_measures import OwnMeasure, declared_measures, monthly_of
from sim.world.posterior import Posterior, asked_for
from sim.world.scenario import STATUS_QUO, Scenario
from sim.world.scenario_files import find_series

MOST_REPLICATES = 1_000_000
# Most points that are checked before a run: settings valid alone may not be valid together.
TRIED = 10_000
# Digits of the number of a reform.
_DIGITS = 4
# Measures that are named where an experiment is shown in a line.
_SHOWN = 3
# Entries that describe an experiment and do not change results.
_TOLD = ("title", "question", "sources")
# The setting of a scenario that holds its reforms; a point may replace it by ``set``.
REFORM = "reform"


class ListedPoint(Section):
    """A point given by name (列举的情形)."""

    name: str = Field(description="its name in results")
    scenario: str | None = Field(
        None, description="its own scenario, by name or path; if missing, that of the experiment"
    )
    title: str | None = Field(None, description="title; if missing, its name")
    set: dict[str, Any] = Field({}, description="changed settings, by dotted key")
    levers: dict[str, float] = Field({}, description="intensities of levers, 0 to 1")
    reform: tuple[dict[str, Any], ...] = Field(
        (),
        strict=False,
        description="reforms with months and departments, as in a scenario, added to its own",
    )


class Family(Section):
    """Comparisons whose p-values are adjusted together for multiple testing (多重比较族)."""

    measures: tuple[str, ...] | None = Field(
        None, strict=False, description="its measures; if missing, all"
    )
    terms: tuple[str, ...] | None = Field(
        None, strict=False, description="its points, factors or effects; if missing, all"
    )
    method: Literal["holm", "fdr"] = Field(
        "holm",
        description="holm limits the probability of any false finding, fdr their expected share",
    )


def _design(value: Any) -> Any:
    """Check the kind of design first, so that errors are about that kind only."""
    if not isinstance(value, Mapping) or "kind" not in value:
        raise ValueError(f"expected a table with a kind: {', '.join(designs.KINDS)}")
    kind = value["kind"]
    if not isinstance(kind, str):
        raise ValueError(f"kind: expected one of {', '.join(designs.KINDS)}, got {shown(kind)}")
    if kind not in designs.KINDS:
        raise ValueError(f"kind: no design {shown(kind)}{nearest(kind, designs.KINDS)}")
    return value


def _measures_of_groups(value: Any) -> Any:
    """Replace the name of a group of measures, such as ``conducts``, by its measures."""
    if not isinstance(value, list | tuple):
        return value
    listed = ((GROUPS.get(one) if isinstance(one, str) else None) or (one,) for one in value)
    return [name for names in listed for name in names]


# How a measure of one's own becomes known.
_DECLARED = " (a measure of your own is declared as [measure.NAME], here or in --measures FILE)"


def _measuring(tree: dict[str, Any], own: Mapping[str, OwnMeasure]) -> dict[str, Any]:
    """Tables of an experiment with measures of one's own added; unchanged where they are wrong."""
    measures, declared = tree.get("measures"), tree.get("measure", {})
    if not own or not isinstance(measures, list) or not isinstance(declared, dict):
        return tree
    added = {name: one.model_dump(exclude_unset=True) for name, one in own.items()}
    more = [name for name in own if name not in measures]
    return {**tree, "measures": [*measures, *more], "measure": {**declared, **added}}


def _of_one_reform(measure: str) -> bool:
    """Whether a measure is of one reform, numbered as in the scenario, from 1."""
    whole, _, number = measure.partition(AT)
    digits = number.isascii() and number.isdigit() and len(number) <= _DIGITS
    return whole in OF_REFORMS and digits and int(number) >= 1


class Experiment(Section):
    """A question about a scenario, and the design of the runs that answer it.

    ``Experiment.load`` loads one by name or path. It raises BadInput, in one line, if an entry is
    missing, misspelt, out of range or of the wrong type.
    """

    name: str = Field(description="name of the experiment: that of its file")
    title: str = Field(max_length=LONGEST_TITLE, description="title of the experiment")
    question: str = Field(description="the question it answers")
    sources: tuple[str, ...] = Field((), strict=False, description="its sources in the literature")
    scenario: str | None = Field(
        None, description="its scenario, by name or path; none if a function replaces the model"
    )
    set: dict[str, Any] = Field({}, description="settings changed at every point, by dotted key")
    levers: dict[str, float] = Field({}, description="intensities of levers at every point, 0 to 1")
    months: int | None = Field(None, description="length of a run in months")
    observed: int | None = Field(None, description="last months over which measures are computed")
    seed: int = Field(1, description="seed of all draws")
    replicates: Annotated[int, Field(ge=1, le=MOST_REPLICATES)] = Field(
        description="runs of each point, on common draws"
    )
    measures: Annotated[
        tuple[str, ...], Field(min_length=1), BeforeValidator(_measures_of_groups)
    ] = Field(strict=False, description="measures, the main one first")
    series: tuple[str, ...] = Field((), strict=False, description="measures stored month by month")
    posterior: bool | str = Field(
        False,
        description="whether each replicate uses a draw of the calibration; a text is the path of "
        "draws of your own",
    )
    doubt: Literal["behaviour"] | None = Field(
        None, description="“behaviour” leaves values of levers out of the draws of the calibration"
    )
    by: By | None = Field(
        None, description="parts for which measures are computed: each layer, or each officer"
    )
    measure: Annotated[dict[str, OwnMeasure], AfterValidator(declared_measures)] = Field(
        {}, description="measures of one's own, by name, beside those that its scenario declares"
    )
    quick: dict[str, Any] = Field({}, description="entries changed for a quick first look")
    half_width: Annotated[float, Field(gt=0)] | None = Field(
        None, description="half-width of the desired interval, to report the replicates it needs"
    )
    design: Annotated[designs.AnyDesign, BeforeValidator(_design), Field(discriminator="kind")] = (
        Field(description="its design: the kind, and what that kind needs")
    )
    factor: dict[str, Factor] = Field({}, description="factors, by setting or lever")
    point: tuple[ListedPoint, ...] = Field((), strict=False, description="points of a list")
    family: tuple[Family, ...] = Field(
        (), strict=False, description="families of comparisons; if none, one for each measure"
    )

    @classmethod
    def load(cls, source: str | Path, own: Mapping[str, OwnMeasure] | None = None) -> Self:
        """Load an experiment by shipped name or by path. Raises BadInput if it is not valid.

        Measures of one's own that are given, by name, are declared and measured beside its own.

        >>> interactions = Experiment.load("interactions")
        >>> interactions.design.kind, interactions.scenario, len(interactions.factor)
        ('factorial', 'district', 8)
        """
        path = shipped.find(source, shipped.experiments(), "an experiment")
        tree = shipped.read(path)
        points = tree.get("point")
        for table in (tree, *(points if isinstance(points, list) else ())):
            if isinstance(table, dict) and isinstance(table.get("set"), dict):
                find_series(table["set"], path)
            asked = table.get("scenario") if isinstance(table, dict) else None
            if isinstance(asked, str) and asked not in shipped.scenarios():
                beside = path.parent / asked
                if os.path.isfile(beside):
                    table["scenario"] = str(beside)
        drawn = tree.get("posterior")
        if isinstance(drawn, str) and os.path.isfile(path.parent / drawn):
            tree["posterior"] = str(path.parent / drawn)
        return cls.from_tree(_measuring(tree, own or {}), path.stem, str(source))

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any], name: str, where: str) -> Self:
        """Make an experiment of nested tables, as read from a TOML file.

        ``where`` names the source in errors. Raises BadInput if the tables are not valid.
        """
        try:
            experiment = cls.model_validate({"name": name, **tree})
        except ValidationError as error:
            raise explain_each(error, cls, where) from None
        experiment._check(where)
        if experiment.quick:
            try:
                experiment.smaller()
            except BadInput as error:
                raise BadInput(f"{where}: quick: {error}") from None
        return experiment

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries changed. Raises BadInput if it is not valid."""
        tree = self.model_dump(exclude={"name"}, exclude_none=True, by_alias=True)
        return self.from_tree({**tree, **changes}, self.name, self.name)

    def _check(self, where: str) -> None:
        try:
            check_seed(self.seed)
            for point in self.point:
                check_name(point.name)
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from None
        own, monthly = self._own(where)
        if self.scenario is not None:
            known = (*MEASURES, *own) if self.by is None else KNOWN[self.by]
            of = "" if self.by is None else f" of {self.by}s"
            asked = [one for one in self.measures if self.by or not _of_one_reform(one)]
            hint = _DECLARED if self.by is None else ""
            _check_known(f"{where}: measures: no measure{of}", asked, known, hint)
        elif self.by is not None:
            raise BadInput(f"{where}: by: expected only where a scenario is run")
        _check_known(f"{where}: series: no monthly measure", self.series, (*SERIES, *monthly))
        _check_once(f"{where}: measures", self.measures)
        _check_once(f"{where}: series", self.series)
        self._check_points(where)
        for number, family in enumerate(self.family, 1):
            at = f"{where}: family.{number}.measures: not measured:"
            _check_known(at, family.measures or (), self.measures)
        if "quick" in self.quick:
            raise BadInput(f"{where}: quick.quick: expected other entries of an experiment")
        for name, factor in self.factor.items():
            if self.series and "clock.months" in (name, *(factor.links or ())):
                raise BadInput(f"{where}: factor.{name}: with series, all runs need one length")

    def _own(self, where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Measures of one's own that it may name, and those of them that have a monthly value."""
        if self.scenario is None:
            if self.measure:
                raise BadInput(f"{where}: measure: expected only where a scenario is run")
            return (), ()
        asked = {*self.measures, *self.series} - {*MEASURES, *self.measure}
        found = dict(self.measure)
        if any(AT not in name for name in asked):
            # Only then is it worth reading the scenarios for what they declare.
            with suppress(BadInput):
                worlds = [Scenario.load(name).measure for name in (self.scenario, *self.others)]
                every = set(worlds[0]).intersection(*worlds[1:])
                found |= {name: worlds[0][name] for name in worlds[0] if name in every}
        return tuple(found), tuple(monthly_of(found))

    def _check_points(self, where: str) -> None:
        listed = self.design.kind == designs.LIST
        if listed and not self.point:
            raise BadInput(f"{where}: design.kind: “list” needs [[point]] entries")
        if listed and self.factor and self.scenario is None:
            raise BadInput(f"{where}: factor: of a list of points only where a scenario is run")
        if not listed and self.point and self.design.kind not in designs.CROSSED:
            kinds = ", ".join(f"“{kind}”" for kind in (designs.LIST, *designs.CROSSED))
            raise BadInput(f"{where}: point: expected only with a design of kind {kinds}")
        if not listed and self.point and self.scenario is None:
            raise BadInput(f"{where}: point: expected only where a scenario is run")
        _check_once(f"{where}: point", [point.name for point in self.point])

    def smaller(self) -> Self:
        """The smaller experiment for a first look: with the entries of ``quick`` changed."""
        return self.replace(**{**self.quick, "quick": {}}) if self.quick else self

    @property
    def others(self) -> tuple[str, ...]:
        """Scenarios that points name in addition to the experiment's, each once, in order."""
        named = (point.scenario for point in self.point if point.scenario is not None)
        return tuple(name for name in dict.fromkeys(named) if name != self.scenario)

    def world(self, source: str | None = None) -> Scenario:
        """A scenario with the changes made at every point; by default that of the experiment.

        Raises BadInput if it is missing or not valid.
        """
        changes = dict(self.set)
        if self.months is not None:
            changes["clock.months"] = self.months
        if self.observed is not None:
            changes["clock.observed"] = self.observed
        source = source or self.scenario
        if source is None:
            raise BadInput("scenario: missing; expected the name or path of a scenario")
        scenario = Scenario.load(source)
        if self.measure:
            changes["measure"] = {**scenario.measure, **self.measure}
        if not changes and not self.levers:
            return scenario
        return scenario.replace(changes, self.levers)

    def draws(self) -> Posterior | None:
        """The draws of a posterior that its runs use; None if they use none.

        They leave out levers where ``doubt`` says so. Raises BadInput if they cannot be read, or
        were fitted to another scenario.
        """
        used = [self.scenario, *self.others]
        found = asked_for(self.posterior, *(name for name in used if name is not None))
        return found if found is None or self.doubt is None else found.of_behaviour()

    def rules(self, *scenarios: Scenario) -> list[str]:
        """Names of the rules of decision that these scenarios or points of the experiment use."""
        own = [scenario.decide for scenario in scenarios]
        listed = [point.set[DECIDE] for point in self.point if DECIDE in point.set]
        varied_: list[Any] = []
        for name, factor in self.factor.items():
            link = (factor.links or {}).get(DECIDE)
            if name == DECIDE or (link is not None and link.follows):
                varied_ += factor.values or ()
            elif link is not None:
                varied_ += link.values or ()
        return list(dict.fromkeys([*own, *listed, *varied_]))

    def __repr__(self) -> str:
        """Its name, design and measures, in a line."""
        measures = ", ".join(self.measures[:_SHOWN])
        more = f" and {len(self.measures) - _SHOWN} more" if len(self.measures) > _SHOWN else ""
        return f"Experiment({self.name!r}: {self.design.kind}, {measures}{more})"

    __str__ = __repr__

    def identity(self) -> dict[str, Any]:
        """All that determines results, as plain values; without texts and number of replicates."""
        # Of measures of one's own those count that are named; models tell of them.
        told = ("name", "scenario", "measure", *_TOLD)
        read = ("replicates", "half_width", "family", "quick")
        exclude: Any = dict.fromkeys((*told, *read), True)
        exclude |= {
            "factor": {"__all__": {"title", "titles"}},
            "point": {"__all__": {"title", "scenario"}},
        }
        found = self.model_dump(mode="json", exclude=exclude, exclude_none=True)
        # Draws are identified by their digest, wherever their file is.
        found["posterior"] = bool(self.posterior)
        return found

    def told(self) -> dict[str, Any]:
        """Title, question and sources; they are stored, but are not part of the identity."""
        return self.model_dump(mode="json", include=set(_TOLD))


def _check_known(what: str, names: Sequence[str], known: Sequence[str], hint: str = "") -> None:
    for name in names:
        if name not in known:
            raise BadInput(f"{what} “{name}”{nearest(name, known)}{hint}")


def _check_once(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"{what}: “{name}” is given twice")


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


__all__ = [
    "MOST_REPLICATES",
    "STATUS_QUO",
    "Drawn",
    "Experiment",
    "Family",
    "ListedPoint",
    "combinations",
    "draw",
]
