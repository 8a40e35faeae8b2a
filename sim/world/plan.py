"""The plan of a scenario: tables that are computed once, and from which any run starts."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR
from sim.decision_rule import DecisionRule
from sim.declare import leaf_values
from sim.kinds import APPRAISERS, CHANNELS, CONDUCTS, PROFILES
from sim.machine.draws import check_seed
from sim.machine.frames import Beginning
from sim.machine.loop import LARGE, Loop, loop_measuring, tiers_of
from sim.machine.rows import Rows
from sim.mechanisms.start import settle_settings, start
from sim.world.levers import SCHEDULED, Episodes, Reform, groups, reformed, schedule
from sim.world.organisation import Layout
from sim.world.own_measures import OwnMeasure, declare, monthly_of, summing_of
from sim.world.scenario import Scenario
from sim.world.sections import settings
from sim.world.series import followable
from sim.world.state import (
    APPRAISER,
    CHANNEL,
    CONDUCT,
    DEPARTMENT,
    MECHANISMS,
    SETTINGS,
    World,
)
from sim.world.steering import Steered, in_force, steered_loop

# Sections of a scenario whose numbers hold for all departments and months.
_SETTINGS = tuple(settings())
# Large enough that adding up costs little, small enough to divide the work among threads.
OFFICERS_IN_A_PART = 16_384
# Sections of the scenario from which each table of a plan is computed.
_POSTS = ("organisation",)
_REFORMS = ("organisation", "variant", "reform")
_EYES = ("channels", "eyes")
_CITIZENS = "public.citizens"
# Sections of settings that nothing is worked out from before a run.
_IN_RUNS = {"public", "traits", "start", "profiles"}
_RESTS_ON = {
    "layout": _POSTS,
    "subordinates": _POSTS,
    "serves": _POSTS,
    "front": _POSTS,
    "fronts": _POSTS,
    "children": _POSTS,
    "parts": _POSTS,
    "groups": _REFORMS,
    "treated": _REFORMS,
    "departments": (*_REFORMS, _CITIZENS),
    "conducts": ("conducts",),
    "channels": _EYES,
    "monitoring": ("eyes",),
    "appraisers": ("appraisers",),
    "settings": _SETTINGS,
    "mechanisms": (
        *(*_REFORMS, *_EYES, *(one for one in _SETTINGS if one not in _IN_RUNS)),
        *("clock", "mechanisms", "levers", "appraisers", "series"),
    ),
}
# Sections that tables of a run's own rest on, and the name under which a changed plan keeps the
# beginning of a plan with the same ones.
_OF_OWN_TABLES = (*_REFORMS, _CITIZENS, "clock", "measure", "series")
_LIKE = "_like"


def _scheduled_at() -> NDArray[np.int64]:
    """Position of each scheduled setting among the numbers of a row of mechanism settings."""
    fields: Any = MECHANISMS.dtype.fields
    first = fields["coverage"][1]
    found = []
    for name in SCHEDULED.names or ():
        inside = first + CHANNELS.index(name) * _NUMBER if name in CHANNELS else fields[name][1]
        found.append(inside // _NUMBER)
    return np.array(found)


_NUMBER = np.dtype(np.float64).itemsize
_SCHEDULED_AT = _scheduled_at()


@dataclass(frozen=True)
class Plan:
    """Tables of a scenario from which any number of runs can be started.

    Tables are computed when they are first used.
    """

    scenario: Scenario
    # A rule of decision in place of the one that the scenario names.
    rule: DecisionRule | None = None

    def __repr__(self) -> str:
        """Its scenario, in a line."""
        return f"Plan({self.scenario!r})"

    def __post_init__(self) -> None:
        """Make measures of the scenario's own known, in worker processes too."""
        declare(self.scenario.measure)

    @property
    def compiled(self) -> Loop:
        """The compiled rules that run it. Raises BadInput where its rule needs a file."""
        loop = (self.rule or DecisionRule.shipped(self.scenario.decide)).loop
        summing = summing_of(self.scenario.measure)
        return loop if summing is None else loop_measuring(loop, *summing)

    @property
    def loop(self) -> Loop:
        """The rules that run it, which bring settings up to date where they change during a run.

        Raises BadInput where its rule needs a file.
        """
        return steered_loop(self, self.compiled) if self.steered else self.compiled

    @property
    def own(self) -> Mapping[str, OwnMeasure]:
        """Measures of one's own that its runs sum up each month, by name."""
        return monthly_of(self.scenario.measure)

    @property
    def steered(self) -> bool:
        """Whether settings of its runs change with what happens in them, or with the month alone.

        Its worlds then have settings of their own, and only its own ``loop`` may run them.
        """
        triggered = any(reform.triggered for reform in self.reforms)
        return triggered or self.settings_by_month is not None

    def deciding(self, by: str | Callable[..., Any] | DecisionRule | None) -> "Plan":
        """The same plan with another rule of decision: one that ships, by name, or a function.

        Raises BadInput for what is no rule. None leaves the plan as it is.
        """
        if by is None:
            return self
        if isinstance(by, str):
            by = DecisionRule.shipped(by)
        plan = Plan(self.scenario, by if isinstance(by, DecisionRule) else DecisionRule.of(by))
        kept = {*_RESTS_ON, _LIKE}
        vars(plan).update({name: made for name, made in vars(self).items() if name in kept})
        return plan

    @cached_property
    def layout(self) -> Layout:
        """Departments and posts."""
        return self.scenario.layout

    @cached_property
    def subordinates(self) -> NDArray[np.int32]:
        """Number of direct subordinates of each post within its department, (posts,)."""
        superior = self.layout.post_superior
        inside = (superior >= 0) & (self.layout.post_rank > 0)
        return np.bincount(superior[inside], minlength=superior.size).astype(np.int32)

    @cached_property
    def front(self) -> NDArray[np.bool_]:
        """Whether each post is at the front line, (posts,)."""
        return np.asarray(self.serves[self.layout.post_department] & (self.subordinates == 0))

    @cached_property
    def serves(self) -> NDArray[np.bool_]:
        """Whether each department serves the public, (departments,).

        These are the departments with no department of their line below them.
        """
        parent = self.layout.parent
        return np.asarray(np.bincount(parent[parent >= 0], minlength=parent.size) == 0)

    @cached_property
    def fronts(self) -> NDArray[np.int32]:
        """Numbers of the front-line posts, in order of departments."""
        return np.flatnonzero(self.front).astype(np.int32)

    @cached_property
    def children(self) -> NDArray[np.int32]:
        """Numbers of departments that have one above them, ordered by the one above."""
        parent = self.layout.parent
        below = np.flatnonzero(parent >= 0)
        return below[np.argsort(parent[below], kind="stable")].astype(np.int32)

    @cached_property
    def groups(self) -> NDArray[np.int32]:
        """Number of the group of each department, (departments,).

        Departments of one group have the same mechanism settings.
        """
        scenario = self.scenario
        return groups(scenario.variant, self.reforms, self.layout.tier.size, scenario.under_two)

    @property
    def reforms(self) -> tuple[Reform, ...]:
        """Reforms with an intensity above 0; others have no effect."""
        return tuple(reform for reform in self.scenario.reform if reform.intensity > 0.0)

    @cached_property
    def treated(self) -> NDArray[np.bool_]:
        """Whether each group of departments is under any reform, (groups,)."""
        under = reformed(self.reforms, self.layout.tier.size)
        return np.bincount(self.groups, under) > 0

    @cached_property
    def parts(self) -> NDArray[np.int64]:
        """Number of the part of the government to whose sums each department adds, (departments,).

        A part consists of consecutive departments of one tier with about ``OFFICERS_IN_A_PART``
        officers. Parts do not depend on the number of threads, so sums agree to the last digit.
        """
        layout = self.layout
        before = np.cumsum(layout.posts_of_department) - layout.posts_of_department
        run = before // OFFICERS_IN_A_PART
        new = (np.diff(run) > 0) | (np.diff(layout.tier) != 0)
        return np.concatenate([[0], np.cumsum(new)])

    @cached_property
    def departments(self) -> NDArray[Any]:
        """The structure of departments: the fields that do not change in a run, (departments,)."""
        layout = self.layout
        number = layout.tier.size
        fronts = np.bincount(layout.post_department[self.front], minlength=number)
        below = np.bincount(layout.parent[layout.parent >= 0], minlength=number)
        served = np.where(self.serves, self.scenario.public.citizens, 0)
        under = fronts.copy()
        for tier in range(len(layout.tier_names) - 1, 0, -1):
            here = np.flatnonzero(layout.tier == tier)
            np.add.at(under, layout.parent[here], under[here])

        def first(counted: NDArray[Any]) -> NDArray[Any]:
            return np.asarray(np.cumsum(counted) - counted)

        return DEPARTMENT.records(
            tier=layout.tier,
            line=layout.line,
            parent=layout.parent,
            first_in_unit=layout.first_in_unit,
            unit_size=layout.unit_size,
            children=below,
            first_child=first(below),
            group=self.groups,
            part=self.parts,
            officers=layout.posts_of_department,
            first_officer=first(layout.posts_of_department),
            leading=np.bincount(layout.post_department[self.subordinates > 0], minlength=number),
            fronts=fronts,
            first_front=first(fronts),
            citizens=served,
            first_citizen=first(served),
            fronts_below=under,
        )

    @cached_property
    def conducts(self) -> Rows:
        """The table of conducts."""
        table = CONDUCT.zeros(len(CONDUCTS))
        for k, name in enumerate(CONDUCTS):
            for column, value in leaf_values(getattr(self.scenario.conducts, name)):
                table[column][k] = value
        return table

    @cached_property
    def channels(self) -> Rows:
        """The table of channels of oversight: acuity for each conduct, publicity and burden."""
        table = CHANNEL.zeros(len(CHANNELS))
        for c, name in enumerate(CHANNELS):
            channel = getattr(self.scenario.channels, name)
            table["publicity"][c] = channel.publicity
            table["burden"][c] = channel.burden
            for kind, eye in self.scenario.eyes:
                if kind == "monitoring":
                    continue
                for seen, acuity in eye:
                    k = CONDUCTS.index(seen)
                    table["acuity"][c, k] += getattr(channel, kind) * acuity
                    if kind == "served":
                        table["served"][c, k] = channel.served * acuity
        np.clip(table["acuity"], 0.0, 1.0, out=table["acuity"])
        return table

    @cached_property
    def monitoring(self) -> NDArray[np.float64]:
        """Probability that end-to-end monitoring detects each conduct, 0 to 1, (conducts,)."""
        seen = dict(self.scenario.eyes.monitoring)
        return np.array([seen.get(name, 0.0) for name in CONDUCTS])

    @cached_property
    def settings(self) -> Rows:
        """Settings that are the same for all departments and months: one row."""
        table = SETTINGS.zeros(1)
        self._set(table, _SETTINGS)
        return table

    def _set(self, table: Rows, sections: Iterable[str]) -> None:
        for section in sections:
            for name, value in leaf_values(getattr(self.scenario, section)):
                table[name][0] = value

    @cached_property
    def appraisers(self) -> Rows:
        """The table of appraisers."""
        table = APPRAISER.zeros(len(APPRAISERS))
        for s, name in enumerate(APPRAISERS):
            for column, value in leaf_values(getattr(self.scenario.appraisers, name)):
                table[column][s] = value
        return table

    @cached_property
    def mechanisms(self) -> Rows:
        """Mechanism settings of each month and group, and values computed from them.

        Shape (months, groups). Reforms with a trigger are not in force.
        """
        return self.mechanisms_under({})

    def mechanisms_under(self, episodes: Mapping[int, Episodes]) -> Rows:
        """Mechanism settings where reforms with a trigger, by place, are in force in some months.

        Shape (months, groups).
        """
        scenario = self.scenario
        moved = schedule(
            scenario.mechanisms,
            scenario.variant,
            scenario.levers,
            self.reforms,
            self.groups,
            scenario.clock.reform_starts,
            scenario.clock.months,
            self._by_month(of_mechanisms=True),
            episodes,
            scenario.under_two,
        )
        table = MECHANISMS.zeros(*moved.shape)
        numbers = table.data.view(np.float64).reshape(*moved.shape, -1)
        numbers[..., _SCHEDULED_AT] = moved.view(np.float64).reshape(*moved.shape, -1)
        groups = moved.shape[1]
        about = self.channels, self.appraisers, self.monitoring
        for first, last in self._stretches:
            row = self.settings if self.settings_by_month is None else self.settings_in(first)
            settle_settings(table, first, last, groups, *about, row[0])
        return table

    def _by_month(self, of_mechanisms: bool) -> dict[str, NDArray[np.float64]]:
        """Settings that follow a series, by name in a row, (months,); NaN where they do not."""
        months = self.scenario.clock.months
        return {
            followable()[key].name: one.by_month(months)
            for key, one in self.scenario.series.items()
            if followable()[key].of_mechanisms == of_mechanisms
        }

    @cached_property
    def settings_by_month(self) -> NDArray[np.float64] | None:
        """Settings that no lever moves and that follow a series, (months, settings); or None."""
        by_month = self._by_month(of_mechanisms=False)
        if not by_month:
            return None
        own = [self.settings[name][0] for name in by_month]
        values = np.array(list(by_month.values())).T
        return np.where(np.isnan(values), own, values)

    def settings_in(self, month: int) -> Rows:
        """Settings of a month where some follow a series: one row."""
        table = self.settings.copy()
        assert self.settings_by_month is not None
        names = self._by_month(of_mechanisms=False)
        for name, value in zip(names, self.settings_by_month[month], strict=True):
            table[name][0] = value
        return table

    @property
    def _stretches(self) -> list[tuple[int, int]]:
        """Months in which settings that no lever moves are the same: first, and after the last."""
        months, table = self.scenario.clock.months, self.settings_by_month
        if table is None:
            return [(0, months)]
        begins = [0, *(1 + np.flatnonzero((np.diff(table, axis=0) != 0.0).any(axis=1))).tolist()]
        return list(zip(begins, [*begins[1:], months], strict=True))

    def in_force(self, world: World, months: int | None = None) -> NDArray[np.bool_]:
        """Whether each reform of the scenario is in force in each month of a run.

        Shape (reforms, months). So many ``months`` are over; by default all.
        """
        clock = self.scenario.clock
        months = clock.months if months is None else months
        own = Steered(self, world).to_the_end(months) if self.steered else {}
        found: list[Episodes] = []
        place = 0
        for reform in self.scenario.reform:
            if reform.intensity == 0.0:
                found.append(())
                continue
            window = (reform.window(clock.reform_starts, clock.months),)
            found.append(own.get(place, window))
            place += 1
        return in_force(found, months)

    def whole(self) -> "Plan":
        """The plan with all tables computed, so that threads and changed plans can share them."""
        for name in _RESTS_ON:
            getattr(self, name)
        return self

    def changed(self, scenario: Scenario) -> "Plan":
        """The plan of another scenario, which reuses tables of sections that both share.

        A section is shared if it is the same object, as it is after ``Scenario.replace``.
        """
        plan = Plan(scenario, self.rule)
        same = {
            section
            for section in type(scenario).model_fields
            if getattr(scenario, section) is getattr(self.scenario, section)
        }
        if scenario.public.citizens == self.scenario.public.citizens:
            same.add(_CITIZENS)
        made = vars(self)
        for name, sections in _RESTS_ON.items():
            if name in made and same.issuperset(sections):
                vars(plan)[name] = made[name]
        if "mechanisms" in made and same.issuperset(_OF_OWN_TABLES) and not self.steered:
            vars(plan)[_LIKE] = self.beginning
        if "settings" in made and "settings" not in vars(plan):
            table = made["settings"].copy()
            plan._set(table, (section for section in _SETTINGS if section not in same))
            vars(plan)["settings"] = table
        return plan

    @cached_property
    def beginning(self) -> Beginning[World]:
        """What each run has before it is drawn, where each department does its month at once."""
        like: Beginning[World] | None = vars(self).get(_LIKE)
        if like is not None:
            return like.sharing({name: getattr(self, name) for name in like.shared})
        return self._beginning(1 if self.layout.post_rank.size >= LARGE else self.departments.size)

    @cached_property
    def beginning_of_phases(self) -> Beginning[World]:
        """What each run has before it is drawn, where all departments do one phase after another.

        Each department then keeps its own outlooks.
        """
        return self._beginning(self.departments.size)

    def _beginning(self, with_outlooks: int) -> Beginning[World]:
        departments, layout = self.departments, self.layout
        months, groups = self.mechanisms.shape
        layers = len(layout.tier_names), layout.ranks
        kinds = len(PROFILES)
        parts = int(departments["part"][-1]) + 1
        own: dict[str, tuple[int, ...]] = {
            "officers": (layout.post_rank.size,),
            "departments": (departments.size,),
            "citizens": (int(departments["citizens"].sum()),),
            "choices": (int(departments["officers"].max()),),
            "visits": (int(departments["citizens"].max()),),
            "outlooks": (with_outlooks, len(CONDUCTS)),
            "ranks": (with_outlooks, layout.ranks),
            "tallies": (months, groups),
            "layers": (months, *layers),
            "profiles": (months, kinds),
            "moves": (months // MONTHS_A_YEAR, kinds + 1, kinds + 1),
            "part_tallies": (parts, groups),
            "part_layers": (parts, *layers),
            "part_profiles": (parts, kinds),
            "part_moves": (parts, kinds + 1, kinds + 1),
            "own": (months, 2 * len(self.own)),
        }
        filled = {"departments": departments}
        shared = ["fronts", "children", "mechanisms", "conducts", "channels", "settings"]
        if self.steered:
            for name in ("mechanisms", "settings"):
                shared.remove(name)
                filled[name] = getattr(self, name)
                own[name] = filled[name].shape
        return Beginning(
            World, own, filled=filled, shared={name: getattr(self, name) for name in shared}
        )

    def begin(
        self, seed: int, replicate: int = 0, threads: int = 1, phase_by_phase: bool = False
    ) -> World:
        """The state of a run before its first month.

        It depends only on the plan, ``seed`` and ``replicate``, not on the machine or ``threads``.
        If a month is to be done ``phase_by_phase``, each department keeps its own outlooks. Raises
        BadInput for a seed or replicate out of range.
        """
        check_seed(seed, replicate)
        beginning = self.beginning_of_phases if phase_by_phase else self.beginning
        world = beginning.make(seed=seed, replicate=replicate)
        layout, departments = self.layout, self.departments
        posts = (layout.post_rank, layout.post_superior, self.subordinates, self.front)
        if threads == 1:
            start(world, *posts, 0, departments.size)
        else:
            pieces = [piece for tier in tiers_of(departments, threads) for piece in tier]
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(lambda piece: start(world, *posts, *piece), pieces))
        self._tell_known(world)
        return world

    def _tell_known(self, world: World) -> None:
        """Replace drawn values of officers by those of the establishment table."""
        table = self.scenario.establishment
        if table is None:
            return
        officers = world.officers
        for field, values in table.known.items():
            known = ~np.isnan(values)
            officers[field][known] = values[known]
            if field == "responsibility":
                officers["disposition"][known] = values[known]
        # A drawn time in post must not exceed the years served.
        entry = self.scenario.careers.youngest * MONTHS_A_YEAR
        served = np.maximum(0, officers["age"] - entry)
        drawn = np.isnan(table.known.get("time_in_post", np.full(officers.size, np.nan)))
        officers["time_in_post"][drawn] = np.minimum(officers["time_in_post"], served)[drawn]
