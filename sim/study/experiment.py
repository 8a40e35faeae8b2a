"""An experiment: a question about a scenario, loaded from TOML and checked before anything runs."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
from sim.study.broken_down import KNOWN, By
from sim.study.factors import Factor
from sim.study.points import check_name
from sim.world.own_measures import OwnMeasure, declared_measures, monthly_of
from sim.world.posterior import Posterior, asked_for
from sim.world.scenario import Scenario
from sim.world.scenario_files import find_series

MOST_REPLICATES = 1_000_000
# Digits of the number of a reform.
_DIGITS = 4
# Measures that are named where an experiment is shown in a line.
_SHOWN = 3
# Entries that describe an experiment and do not change results.
_TOLD = ("title", "question", "sources")


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
