"""The question of a plan: aims, limits and levers, loaded from TOML or from options."""

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError

from sim import shipped
from sim.declare import Section, share
from sim.errors import BadInput, Problems, explain_each, nearest
from sim.machine.draws import check_seed
from sim.planning.aims_and_limits import (
    WORST_YEAR,
    Aim,
    Column,
    Limit,
    Window,
    check_possible,
    known,
)
from sim.planning.packages import Range, Space
from sim.study.points import check_name
from sim.world.own_measures import OwnMeasure, declared_measures, monthly_of
from sim.world.posterior import Posterior, asked_for
from sim.world.scenario import Scenario

Robust = Literal["mean", "worst_tenth", "regret"]
MEAN, WORST_TENTH, REGRET = "mean", "worst_tenth", "regret"
# The measures that are reported of every package beside aims and limits.
REPORTED = ("execution_rate", "credibility", "inflation", "unjust_sanctions", "burden", "cost")
_TOLD = ("title", "question", "sources")


class LeverRange(Section):
    """How strongly and when a lever may be used (举措取值范围)."""

    low: float = share("least intensity where it is used", zh="最低力度")
    high: float = share("greatest intensity", zh="最高力度")
    step: Annotated[float, Field(gt=0.0, le=1.0)] = Field(
        0.05, description="step between intensities that are tried"
    )
    required: bool = Field(False, description="whether it must be used")
    start: tuple[int, int] | None = Field(
        None, strict=False, description="first and last month in which it may start"
    )
    end: tuple[int, int] | None = Field(
        None,
        strict=False,
        description="first and last month before which it may end; else it stays",
    )
    every: Annotated[int, Field(ge=1, le=1200)] = Field(
        6, description="months between the starts, and between the ends, that are tried"
    )


class Size(Section):
    """How much is run (运算规模)."""

    packages: Annotated[int, Field(ge=8, le=1024)] = Field(
        40, description="packages of a generation of the search"
    )
    generations: Annotated[int, Field(ge=1, le=1000)] = Field(
        24, description="generations of the search"
    )
    replicates: Annotated[int, Field(ge=2, le=1000)] = Field(
        24, description="runs of each package in the search, on common draws"
    )
    compared: Annotated[int, Field(ge=2, le=200)] = Field(
        24, description="packages compared again, on draws of their own, before some are kept"
    )
    again: Annotated[int, Field(ge=2, le=100_000)] = Field(
        100, description="runs of each package that is compared again"
    )
    kept: Annotated[int, Field(ge=1, le=20)] = Field(5, description="packages that are kept")
    fresh: Annotated[int, Field(ge=4, le=100_000)] = Field(
        200, description="runs of each package that is reported, on fresh draws"
    )
    explained: Annotated[int, Field(ge=2, le=10_000)] = Field(
        60, description="runs of each set of levers, and without each clause, to explain the best"
    )


class Question(Section):
    """What a plan is to achieve, within which limits, and by which levers."""

    name: str = Field(description="name of the plan: that of its file")
    title: str = Field("", description="its title")
    question: str = Field("", description="the question it answers")
    sources: tuple[str, ...] = Field((), strict=False, description="its sources")
    scenario: str | None = Field(None, description="its scenario, by name or path")
    set: dict[str, Any] = Field({}, description="settings changed, by dotted key")
    months: int | None = Field(None, description="length of a run in months")
    seed: int = Field(1, description="seed of all draws")
    posterior: bool | str = Field(
        False, description="whether runs use draws of the calibration, or the path of own draws"
    )
    robust: Robust = Field(
        "mean",
        description="what of an aim counts over draws: its mean, the mean of its worst tenth, or "
        "the greatest regret",
    )
    over: Window = Field("course", description="when aims and limits count if they do not say")
    aims: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        ("execution_rate",), strict=False, description="aims, the main one first"
    )
    limits: tuple[str, ...] = Field((), strict=False, description="limits that a package keeps to")
    measures: tuple[str, ...] = Field(
        REPORTED, strict=False, description="measures that are reported beside these"
    )
    measure: Annotated[dict[str, OwnMeasure], AfterValidator(declared_measures)] = Field(
        {}, description="measures of one's own, by name, beside those that its scenario declares"
    )
    lever: dict[str, LeverRange] = Field(
        {}, description="levers that may be used; if none, all of the scenario"
    )
    size: Size = Field(Size(), description="how much is run")
    stage: Annotated[int, Field(ge=1, le=1200)] = Field(
        12, description="months between one start and the next, when orders are compared"
    )
    quick: dict[str, Any] = Field({}, description="entries changed for a quick first look")

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """Load a plan by shipped name or by path. Raises BadInput if it is not valid."""
        path = shipped.find(source, shipped.plans(), "a plan")
        tree = shipped.read(path)
        for key in ("scenario", "posterior"):
            asked = tree.get(key)
            if isinstance(asked, str) and os.path.isfile(path.parent / asked):
                tree[key] = str(path.parent / asked)
        return cls.from_tree(tree, path.stem, str(source))

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any], name: str, where: str) -> Self:
        """Make a plan of nested tables. Raises BadInput, beginning with ``where``.

        >>> asked = {"scenario": "bureau", "limits": ["burden <= 0.2"], "aims": ["credibility"]}
        >>> Question.from_tree(asked, "mine", "here").limits
        ('burden <= 0.2',)
        """
        try:
            made = cls.model_validate({"name": name, **tree})
        except ValidationError as error:
            raise explain_each(error, cls, where) from None
        made._check(where)
        return made

    def replace(self, **changes: Any) -> Self:
        """A copy with some entries changed. Raises BadInput if it is not valid."""
        tree = self.model_dump(exclude={"name"}, exclude_none=True, exclude_defaults=True)
        return self.from_tree({**tree, **changes}, self.name, self.name)

    def smaller(self) -> Self:
        """The smaller plan for a first look: with the entries of ``quick`` changed."""
        return self.replace(**{**self.quick, "quick": {}}) if self.quick else self

    @property
    def known(self) -> tuple[str, ...]:
        """Names of the measures that it may use; of a function, those that it lists."""
        return known(self._own) if self.scenario is not None else self.measures

    @cached_property
    def _own(self) -> tuple[str, ...]:
        """Measures that its scenario declares, as far as it can be read."""
        assert self.scenario is not None
        found = monthly_of(self.measure)
        with suppress(BadInput):
            found |= monthly_of(Scenario.load(self.scenario).measure)
        return tuple(found)

    def _check(self, where: str) -> None:
        problems = Problems()
        with problems.noted():
            check_seed(self.seed)
            check_name(self.name)
        for text in self.aims:
            with problems.noted():
                Aim.parse(text, self.over, self.known)
        limits = []
        for text in self.limits:
            with problems.noted():
                limits.append(Limit.parse(text, self.over, self.known))
        for name in self.measures:
            if name not in self.known:
                problems.append(f"measures: no measure “{name}”{nearest(name, self.known)}")
        if not problems:
            with problems.noted():
                check_possible(limits)
        if not problems and len({one.column for one in self.wanted}) < len(self.wanted):
            problems.append("aims: the same measure is given twice")
        problems[:] = [f"{where}: {one}" for one in problems]
        problems.refuse()

    @cached_property
    def wanted(self) -> tuple[Aim, ...]:
        """Its aims, the main one first."""
        return tuple(Aim.parse(text, self.over, self.known) for text in self.aims)

    @cached_property
    def limited(self) -> tuple[Limit, ...]:
        """Its limits."""
        return tuple(Limit.parse(text, self.over, self.known) for text in self.limits)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """What every run gives: of aims, of limits, and what is reported beside."""
        beside = (Column(name, self.over) for name in self.measures if self.over != WORST_YEAR)
        named = [one.column for one in self.wanted] + [one.column for one in self.limited]
        return tuple(dict.fromkeys([*named, *beside]))

    def world(self) -> Scenario:
        """The scenario with the changes of the plan. Raises BadInput if it is not valid."""
        if self.scenario is None:
            raise BadInput("scenario: missing; expected the name or path of a scenario")
        changes = dict(self.set)
        if self.months is not None:
            changes["clock.months"] = self.months
        scenario = Scenario.load(self.scenario)
        if self.measure:
            changes["measure"] = {**scenario.measure, **self.measure}
        return scenario.replace(changes) if changes else scenario

    def draws(self) -> Posterior | None:
        """The draws that its runs use. Raises BadInput if they cannot be read or do not fit."""
        return asked_for(self.posterior, *([self.scenario] if self.scenario else []))

    def space(self, scenario: Scenario | None) -> Space:
        """The packages that it allows. Raises BadInput for unknown levers and wrong months."""
        problems = Problems()
        asked = self.lever
        if scenario is not None and not asked:
            asked = {name: LeverRange(low=0.0, high=1.0) for name in scenario.levers}
        if not asked:
            raise BadInput(f"{self.name}: there is no lever to use")
        ranges = {}
        for name, about in asked.items():
            with problems.noted():
                ranges[name] = _range(name, about, scenario)
        problems.refuse()
        return Space(ranges, scenario)

    def identity(self) -> dict[str, Any]:
        """All that determines results, as plain values, without texts."""
        # Measures of one's own count with the model that sums them up.
        exclude: Any = {"name", "scenario", "quick", "measure", *_TOLD}
        found = self.model_dump(mode="json", exclude=exclude)
        found["posterior"] = bool(self.posterior)
        return found


def _range(name: str, about: LeverRange, scenario: Scenario | None) -> Range:
    at = f"lever.{name}"
    if about.low > about.high:
        raise BadInput(f"{at}: low, {about.low:g}, is above high, {about.high:g}")
    if scenario is None:
        starts, ends = about.start or (0, 0), about.end
    else:
        if name not in scenario.levers:
            raise BadInput(f"{at}: no lever “{name}”{nearest(name, scenario.levers)}")
        first, months = scenario.clock.reform_starts, scenario.clock.months
        starts, ends = about.start or (first, first), about.end
        if not 0 <= starts[0] <= starts[1] < months:
            raise BadInput(
                f"{at}.start: {list(starts)}; expected months 0 to {months - 1}, in order"
            )
        if ends is not None and not starts[0] < ends[0] <= ends[1] <= months:
            raise BadInput(
                f"{at}.end: {list(ends)}; expected months {starts[0] + 1} to {months}, in order"
            )
    return Range.of(about.low, about.high, about.step, about.required, starts, ends, about.every)
