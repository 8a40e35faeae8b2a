"""A scenario: all settings of one government, loaded from TOML, extended, changed and checked."""

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, ValidationError

from sim.decision_rule import DECIDE, LOGIT, check_name, is_name
from sim.declare import LONGEST_TITLE, Quantity, Section, quantities
from sim.errors import BadInput, Problems, explain, explain_each, finite, nearest
from sim.measures import MEASURES
from sim.mechanisms.appraisal import AppraiserTable
from sim.mechanisms.careers import Careers
from sim.mechanisms.channels import ChannelTable, Eyes
from sim.mechanisms.conduct import Conducts
from sim.mechanisms.culture import Start
from sim.mechanisms.directives import Directives
from sim.mechanisms.grading import Grading
from sim.mechanisms.imitation import Imitation
from sim.mechanisms.recruitment import Traits
from sim.mechanisms.reporting import Reporting
from sim.mechanisms.satisficing import Satisficing
from sim.mechanisms.third_state import Thresholds
from sim.world import establishment
from sim.world.levers import HEADS, Lever, Reform, Targets, Variant, flatten
from sim.world.naming import numbered
from sim.world.organisation import Layout, Organisation, generate
from sim.world.own_measures import OwnMeasure, declared_measures, monthly_of
from sim.world.scenario_files import find, read_tree
from sim.world.sections import Behaviour, Clock, Mechanisms, Public, Reach, Structure
from sim.world.series import Series, check_together, in_range, setting

# With more than these, the state would not fit into the memory of a common machine.
MOST_OFFICERS = 20_000_000
MOST_CITIZENS = 100_000_000
LONGEST_NAME = 60
# Names of packages in results, which levers must not have.
STATUS_QUO = "status_quo"
ALL_LEVERS = "all_levers"
RESERVED = (STATUS_QUO, ALL_LEVERS)
# Entries that describe a scenario, and a lever, and do not change results.
_TOLD = ("title", "story", "question", "sources")
_TOLD_OF_LEVER = ("title", "zh", "story")


class Scenario(Section):
    """All settings of one government and its public. Immutable; ``replace`` makes a changed copy.

    ``Scenario.load`` loads one by name or path. It raises BadInput, in one line, if an entry is
    missing, misspelt, out of range or of the wrong type.
    """

    # A file may leave out what it takes over from another.
    EXTENDS: ClassVar[bool] = True

    name: str = Field(description="name of the scenario: that of its file")
    title: str = Field(max_length=LONGEST_TITLE, description="what the world is called")
    story: str = Field(description="what happens in it")
    question: str = Field(description="the question it answers")
    sources: tuple[str, ...] = Field((), strict=False, description="what it rests on")
    decide: Annotated[str, AfterValidator(check_name)] = Field(
        LOGIT, description="rule of decision by which officers choose a conduct"
    )
    clock: Clock
    organisation: Organisation
    directives: Directives
    traits: Traits
    careers: Careers
    behaviour: Behaviour
    reach: Reach
    profiles: Thresholds
    conducts: Conducts
    eyes: Eyes
    channels: ChannelTable
    appraisers: AppraiserTable
    grading: Grading
    reporting: Reporting
    public: Public
    start: Start
    satisficing: Satisficing
    imitation: Imitation
    structure: Structure = Field(
        default_factory=Structure, description="which of several named forms a rule has"
    )
    mechanisms: Mechanisms
    levers: Annotated[dict[str, Lever], AfterValidator(Targets)] = Field(
        description="levers that reforms apply, by name"
    )
    measure: Annotated[dict[str, OwnMeasure], AfterValidator(declared_measures)] = Field(
        default_factory=Targets, description="measures of one's own, by name"
    )
    variant: tuple[Variant, ...] = Field(
        (), strict=False, description="departments whose mechanisms differ"
    )
    reform: tuple[Reform, ...] = Field((), strict=False, description="reforms of this world")
    series: Annotated[dict[str, Series], AfterValidator(Targets)] = Field(
        default_factory=Targets, description="settings that follow a series, by dotted key"
    )

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """Load a scenario by shipped name or by path. Raises BadInput if it is not valid.

        >>> bureau = Scenario.load("bureau")
        >>> bureau.total_posts, bureau.clock.months
        (18, 60)
        """
        path = find(source)
        return cls.from_tree(read_tree(path, ()), path.stem, str(source))

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any], name: str, where: str) -> Self:
        """Make a scenario of nested tables, as read from a TOML file.

        ``where`` names the source in errors. Raises BadInput if the tables are not valid.
        """
        tree = numbered(tree, where)
        problems = Problems()
        try:
            scenario = cls.model_validate({"name": name, **tree})
        except ValidationError as error:
            problems += explain_each(error, cls, where).each
            # Clauses of levers are named in tables of their own, which can be read all the same.
            problems += _wrong_clauses(_levers_of(tree), where)
            problems.refuse()
            raise
        for check in (scenario._check_sense, scenario._check_levers):
            with problems.noted():
                check(where)
        problems.refuse()
        scenario._check_reforms(where)
        scenario._check_variants(where)
        scenario._check_series(where)
        return scenario

    def replace(
        self,
        settings: Mapping[str, Any] | None = None,
        levers: Mapping[str, float] | None = None,
    ) -> Self:
        """A copy with some settings changed, by dotted key, and some levers applied.

        ``levers`` gives intensities, 0 to 1, by name; they are added to the scenario's reforms.
        Raises BadInput for unknown settings and levers and for values that are not valid.

        >>> short = Scenario.load("bureau").replace({"clock.months": 24}, {"culture": 0.5})
        >>> short.clock.months, short.reform[0].lever, short.reform[0].intensity
        (24, 'culture', 0.5)
        """
        changes, pulls = settings or {}, levers or {}
        for name, value in pulls.items():
            if name not in self.levers:
                raise BadInput(_no_lever(name, self.levers))
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0.0 <= value <= 1.0:
                raise BadInput(f"lever “{name}”: intensity {value!r}; expected 0 to 1")
        changed = self._with_sections(changes)
        if changed is None:
            tree = self.model_dump(exclude={"name"})
            for key, value in changes.items():
                _set(tree, key, deepcopy(value))
            changed = type(self).from_tree(tree, self.name, self.name)
        if pulls:
            pulled = [Reform(lever=name, intensity=value) for name, value in pulls.items()]
            changed = changed.model_copy(update={"reform": (*changed.reform, *pulled)})
        changed._check_sense(self.name)
        if changed.levers is not self.levers:
            changed._check_levers(self.name)
        changed._check_reforms(self.name)
        changed._check_variants(self.name)
        changed._check_series(self.name)
        return changed

    def _with_sections(self, changes: Mapping[str, Any]) -> Self | None:
        """A copy with some sections changed, or the rule of decision; it shares all other sections.

        None if a change concerns something else, or is not valid. The caller then checks the whole
        scenario, which gives the right error.
        """
        trees: dict[str, dict[str, Any]] = {}
        made: dict[str, Any] = {}
        for key, value in changes.items():
            if key == DECIDE and isinstance(value, str) and is_name(value):
                made[key] = value
                continue
            section, _, inside = key.partition(".")
            kind = type(self).model_fields.get(section)
            if kind is None or not inside or not _is_section(kind.annotation):
                return None
            if section not in trees:
                trees[section] = getattr(self, section).model_dump()
            try:
                _set(trees[section], inside, deepcopy(value))
            except BadInput:
                return None
        try:
            for section, tree in trees.items():
                made[section] = type(getattr(self, section)).model_validate(tree)
        except ValidationError:
            return None
        return self.model_copy(update=made)

    def __repr__(self) -> str:
        """Its name and size, in a line; ``tree`` has every setting."""
        return f"Scenario({self.name!r}: {self.total_posts:,} posts, {self.clock.months} months)"

    __str__ = __repr__

    def tree(self) -> dict[str, Any]:
        """All settings as nested tables, as stored with results, without paths of this machine."""
        tree = self.model_dump(mode="json")
        posts = self.organisation.posts
        if posts is not None:
            tree["organisation"]["posts"]["path"] = Path(posts.path).name
        if not self.series:
            # Runs that were stored before there were series keep their keys.
            del tree["series"]
        if not self.measure:
            del tree["measure"]
        return tree

    def identity(self) -> dict[str, Any]:
        """All settings that determine results; titles and other texts are left out."""
        tree = self.tree()
        # What is measured does not change what happens.
        tree.pop("measure", None)
        for told in _TOLD:
            del tree[told]
        for lever in tree["levers"].values():
            for told in _TOLD_OF_LEVER:
                del lever[told]
        if self.series:
            tree["series"] = {key: one.identity() for key, one in self.series.items()}
        return tree

    def told(self) -> dict[str, Any]:
        """Titles and other texts of the scenario and its levers, which do not change results."""
        tree = self.tree()
        levers = {
            name: {told: lever[told] for told in _TOLD_OF_LEVER}
            for name, lever in tree["levers"].items()
        }
        return {**{told: tree[told] for told in _TOLD}, "levers": levers}

    @property
    def total_departments(self) -> int:
        """Number of departments of all tiers."""
        if self.organisation.posts is None:
            return self.organisation.total_departments
        return int(self.layout.tier.size)

    @property
    def total_posts(self) -> int:
        """Number of posts of all tiers."""
        if self.organisation.posts is None:
            return self.organisation.total_posts
        return int(self.layout.post_rank.size)

    @property
    def layout(self) -> Layout:
        """Departments and posts, read from the table of posts or generated."""
        table = self.establishment
        return _generated(self.organisation) if table is None else table.layout

    @property
    def establishment(self) -> establishment.Establishment | None:
        """The table of posts, if the scenario names one. Raises BadInput if it has changed."""
        posts = self.organisation.posts
        return None if posts is None else establishment.of(posts)

    def from_anywhere(self) -> Self:
        """The same scenario; its table of posts, if any, is found from any folder."""
        posts = self.organisation.posts
        if posts is None:
            return self
        whole = posts.model_copy(update={"path": str(Path(posts.path).absolute())})
        organisation = self.organisation.model_copy(update={"posts": whole})
        return self.model_copy(update={"organisation": organisation})

    @property
    def under_two(self) -> NDArray[np.float64] | None:
        """Share of each department's tasks under two superiors, 0 to 1, (departments,); or None.

        None where the table of posts declares no ties (``sim/world/ties.py``).
        """
        table, posts = self.establishment, self.organisation.posts
        if table is None or posts is None or not table.ties:
            return None
        return table.under_two * (1.0 if posts.both_direct is None else posts.both_direct)

    def _check_variants(self, where: str) -> None:
        if not self.variant:
            return
        known = set(flatten(self.mechanisms.model_dump()))
        total = self.total_departments
        for number, variant in enumerate(self.variant, 1):
            at = f"{where}: variant.{number}"
            for key in flatten(variant.mechanisms):
                if key not in known:
                    raise BadInput(
                        f"{at}.mechanisms.{key}: no such mechanism setting{nearest(key, known)}"
                    )
            _check_departments(at, variant.departments, total)
            try:
                variant.over(self.mechanisms)
            except ValidationError as error:
                raise explain(error, Mechanisms, f"{at}.mechanisms") from None

    def _check_levers(self, where: str) -> None:
        problems = Problems()
        for name in self.levers:
            if not re.fullmatch(r"[\w-]+", name) or len(name) > LONGEST_NAME:
                problems.append(
                    f"{where}: levers: “{name[:LONGEST_NAME]}” cannot be the name of a lever; "
                    f"expected up to {LONGEST_NAME} letters, digits, “_” or “-”"
                )
            elif name in RESERVED:
                problems.append(f"{where}: levers.{name}: this name is reserved; choose another")
        full = {name: lever.full for name, lever in self.levers.items()}
        problems += _wrong_clauses(full, where)
        problems.refuse()

    def _check_reforms(self, where: str) -> None:
        total = self.total_departments
        for number, reform in enumerate(self.reform, 1):
            at = f"{where}: reform.{number}"
            if reform.lever not in self.levers:
                raise BadInput(f"{at}.lever: {_no_lever(reform.lever, self.levers)}")
            _check_departments(at, reform.departments or (), total)
            for one in reform.conditions:
                if one and one.measure not in (*MEASURES, *monthly_of(self.measure)):
                    raise BadInput(f"{at}: no measure “{one.measure}” in this scenario")
            start = reform.months[0] if reform.months else self.clock.reform_starts
            if start >= self.clock.months:
                raise BadInput(
                    f"{at}: lever “{reform.lever}” would begin in month {start}, but the run lasts "
                    f"{self.clock.months}; set clock.months or clock.reform_starts"
                )

    @property
    def always_follows(self) -> tuple[str, ...]:
        """Settings that follow a series in every month, so that their own values have no effect."""
        months = self.clock.months
        return tuple(key for key, one in self.series.items() if one.span(months) == (0, months))

    def _check_series(self, where: str) -> None:
        if not self.series:
            return
        months = self.clock.months
        for key, one in self.series.items():
            quantity = setting(key, f"{where}: series").quantity
            one.check(f"{where}: series.{key}", months)
            for month, value in enumerate(one.values, one.first):
                in_range(value, quantity, f"{where}: series.{key}: month {month}")
            inside = key.removeprefix("mechanisms.")
            if inside == HEADS and self.under_two is not None:
                raise BadInput(
                    f"{where}: series.{key}: the table of posts declares second superiors, which "
                    "set it too; a series holds for all departments"
                )
            for number, variant in enumerate(self.variant, 1):
                if inside != key and inside in flatten(variant.mechanisms):
                    raise BadInput(
                        f"{where}: series.{key}: variant.{number} sets it too; a series holds for "
                        "all departments"
                    )
        by_month = {key: one.by_month(months) for key, one in self.series.items()}
        check_together(by_month, lambda key: attrgetter(key)(self), where)

    def _check_sense(self, where: str) -> None:
        posts = self.total_posts
        if posts > MOST_OFFICERS:
            raise BadInput(
                f"{where}: organisation: {posts:,} posts; expected at most {MOST_OFFICERS:,}"
            )
        citizens = self.total_departments * self.public.citizens
        if citizens > MOST_CITIZENS:
            raise BadInput(
                f"{where}: public.citizens: {citizens:,} in all; expected at most {MOST_CITIZENS:,}"
            )
        if not any(conduct.available for _, conduct in self.conducts):
            raise BadInput(f"{where}: conducts: at least one conduct must be available")
        low, high = self.directives.interest_low, self.directives.interest_high
        if low > high:
            raise BadInput(
                f"{where}: directives.interest_low: {low:g} is above interest_high, {high:g}"
            )
        if self.public.return_above < self.public.exit_below:
            raise BadInput(f"{where}: public.return_above: must not be below exit_below")
        if sum(weight for _, weight in self.mechanisms.appraisal.weights) <= 0:
            raise BadInput(
                f"{where}: mechanisms.appraisal.weights: all are 0; expected at least one above 0"
            )
        for age in ("youngest", "entry_age"):
            if getattr(self.careers, age) >= self.careers.retirement_age:
                raise BadInput(f"{where}: careers.{age}: must be below retirement_age")


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


# Cached outside the scenario, so that scenarios sent to workers stay small.
@lru_cache(maxsize=8)
def _generated(organisation: Organisation) -> Layout:
    return generate(organisation)


def _check_departments(at: str, numbers: tuple[int, ...], total: int) -> None:
    if numbers and max(numbers) > total:
        raise BadInput(f"{at}.departments: no department {max(numbers)}; there are {total}")


def _levers_of(tree: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What levers move at full strength, as far as the tables of a file have it."""
    levers = tree.get("levers")
    if not isinstance(levers, Mapping):
        return {}
    full = {name: one.get("full") for name, one in levers.items() if isinstance(one, Mapping)}
    return {name: one for name, one in full.items() if isinstance(one, Mapping)}


def _wrong_clauses(levers: Mapping[str, Mapping[str, Any]], where: str) -> Problems:
    """Messages on clauses of levers that are not known, or whose values make no sense."""
    declared = declared_mechanisms()
    sections = {key.rsplit(".", 1)[0] for key in declared}
    problems = Problems()
    for name, full in levers.items():
        at = f"{where}: levers.{name}.full"
        for key, value in flatten(full).items():
            times = isinstance(value, Mapping)
            with problems.noted():
                if key not in declared and not (times and key in sections):
                    parts = sorted({one.partition(".")[0] for one in declared})
                    near = nearest(key, declared) or f"; levers move {', '.join(parts)}"
                    raise BadInput(f"{at}.{key}: no such mechanism setting{near}")
                _check_target(f"{at}.{key}", value, declared.get(key))
    return problems


def _check_target(at: str, value: Any, declared: Quantity | None) -> None:
    times = value.get("times") if isinstance(value, Mapping) else None
    target = times if isinstance(value, Mapping) else value
    if isinstance(value, Mapping) and set(value) != {"times"}:
        raise BadInput(f"{at}: expected a number or {{ times = x }}")
    target = finite(target, at)
    low = 0.0 if times is not None or declared is None else declared.low
    high = None if times is not None or declared is None else declared.high
    if low is not None and target < low:
        raise BadInput(f"{at}: {target!r} is too small; expected at least {low:g}")
    if high is not None and target > high:
        raise BadInput(f"{at}: {target!r} is too large; expected at most {high:g}")


@cache
def declared_mechanisms() -> dict[str, Quantity]:
    """The mechanism settings that levers can change, by key."""
    return {one.key: one for one in quantities(Mechanisms)}


def _no_lever(name: str, levers: Mapping[str, Any]) -> str:
    return f"no lever “{name}”{nearest(name, levers)}"


def _set(tree: dict[str, Any], key: str, value: Any) -> None:
    branch: Any = tree
    *path, last = key.split(".")
    for depth, part in enumerate(path):
        if not isinstance(branch, dict) or part not in branch:
            known = branch if isinstance(branch, dict) else {}
            raise BadInput(f"{'.'.join(path[: depth + 1])}: no such setting{nearest(part, known)}")
        branch = branch[part]
    if not isinstance(branch, dict) or last not in branch:
        known = branch if isinstance(branch, dict) else {}
        raise BadInput(f"{key}: no such setting{nearest(last, known)}")
    branch[last] = value
