"""From a scenario to a world: posts and citizens laid out once, people drawn for each run."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.bench import BENCH
from sim.compiled import rule
from sim.declare import leaf_values
from sim.engine import LARGE, tiers_of
from sim.levers import SCHEDULED, Reform, groups, reformed, schedule
from sim.lowering import by_reference
from sim.month import MONTHS_A_YEAR
from sim.organisation import Layout
from sim.parameters import APPRAISERS, CHANNELS, CONDUCTS, PROFILES
from sim.rules import appraisal, directives, recruitment, supervision
from sim.scenario import Scenario
from sim.state import (
    APPRAISER,
    CHANNEL,
    CITIZEN,
    CONDUCT,
    COUNTER,
    DEPARTMENT,
    LAYER,
    LEADING,
    MECHANISMS,
    OFFICER,
    OUTLOOK,
    PART_LAYER,
    PART_TALLY,
    PROFILE,
    SETTINGS,
    STAFF,
    TALLY,
    Records,
    World,
    sums_of,
)


@rule
def settle_settings(mechanisms, channels, appraisers, monitoring, settings):
    """Work out what follows from mechanism settings, for every month and group."""
    for month in range(mechanisms.shape[0]):
        for group in range(mechanisms.shape[1]):
            row = mechanisms[month, group]
            supervision.see(row, channels, monitoring, settings[0], month)
            appraisal.look(row, appraisers, settings[0])
            row.time_taken = supervision.time_taken(row, channels, settings[0], month)


@rule
def lay_out_posts(officers, department, layout):
    """Lay out the posts of a department, without holders."""
    for number in range(department.officers):
        i = department.first_officer + number
        post = officers[i]
        post.department = layout.department[i]
        post.number_in_department = number
        post.rank = layout.rank[i]
        post.superior = layout.superior[i]
        post.subordinates = layout.subordinates[i]
        post.front = layout.front[i]
        above = officers[max(0, post.superior)]
        if post.front:
            post.category = COUNTER
        else:
            post.category = LEADING if post.subordinates > 0 else STAFF
        # The first subordinate is never post 0, the head of the first department.
        if post.rank > 0 and post.superior >= 0 and above.first_subordinate == 0:
            above.first_subordinate = i


@rule
def start_citizen(citizen, d, number, settings, seed, replicate):
    """Draw a citizen's trust and voice at the start."""
    citizen.department = d
    citizen.number_in_department = number
    u = draws.uniforms(seed, replicate, draws.PUBLIC, draws.AT_START, d, number)
    citizen.trust = draws.normal_share(u[0], settings.trust_mean, settings.trust_sd)
    citizen.trust_in_centre = draws.normal_share(
        u[1], settings.trust_in_centre_mean, settings.trust_in_centre_sd
    )
    citizen.voice = 1 if u[2] < settings.voice else 0
    citizen.trust_before = citizen.trust


@rule
def start_department(world, d):
    """Fill a department's posts, gather its citizens, and put a directive under way."""
    department = world.departments[d]
    settings = world.settings[0]
    seed = world.seed
    replicate = world.replicate
    for i in range(department.first_officer, department.first_officer + department.officers):
        recruitment.be_there_at_start(world.officers[i], settings, seed, replicate)
    trust = 0.0
    for number in range(department.citizens):
        citizen = world.citizens[department.first_citizen + number]
        start_citizen(citizen, d, number, settings, seed, replicate)
        trust += citizen.trust
    department.credibility = (
        trust / float(department.citizens) if department.citizens else (settings.trust_mean)
    )
    department.willing = department.credibility
    department.trust_below = department.credibility
    department.willing_below = department.credibility
    department.norm = settings.norm_at_start
    directives.new_directive(department, settings, seed, replicate, draws.AT_START)
    u = draws.uniforms(seed, replicate, draws.LINE, draws.AT_START, department.line, 0)
    department.directive_age = min(int(u[0] * settings.life), settings.life - 1)


@rule
def start(world, layout, first, last):
    """Lay departments first…last − 1 out, and draw everything that they begin with."""
    world = by_reference(world)
    layout = by_reference(layout)
    officers = world.officers
    for d in range(first, last):
        lay_out_posts(officers, world.departments[d], layout)
        start_department(world, d)


# Sections of a scenario whose numbers hold for all departments and months.
_SETTINGS = (
    "behaviour",
    "directives",
    "traits",
    "careers",
    "grading",
    "reporting",
    "public",
    "start",
    "reach",
    "profiles",
)
# Enough that adding up costs nothing, few enough that threads share the work evenly.
OFFICERS_IN_A_PART = 16_384
# What each part of a plan is made from.
_POSTS = ("organisation",)
_REFORMS = ("organisation", "variant", "reform")
_EYES = ("channels", "eyes")
_CITIZENS = "public.citizens"
_RESTS_ON = {
    "layout": _POSTS,
    "subordinates": _POSTS,
    "serves": _POSTS,
    "front": _POSTS,
    "posts": _POSTS,
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
    "mechanisms": (*_REFORMS, *_EYES, *_SETTINGS, "clock", "mechanisms", "levers", "appraisers"),
}


def _scheduled_at() -> NDArray[np.int64]:
    """Where each scheduled setting stands among the numbers of a mechanisms record."""
    fields: Any = MECHANISMS.fields
    first = fields["coverage"][1]
    found = []
    for name in SCHEDULED.names or ():
        inside = first + CHANNELS.index(name) * _NUMBER if name in CHANNELS else fields[name][1]
        found.append(inside // _NUMBER)
    return np.array(found)


_NUMBER = np.dtype(np.float64).itemsize
_SCHEDULED_AT = _scheduled_at()


# Bytes that a processor fetches at once.
_LINE = 64


def _in_lines(size: int, dtype: np.dtype[Any]) -> Records:
    """Records of zeros that begin where a line of memory begins, so that none takes one more."""
    memory = np.zeros(size * dtype.itemsize + _LINE, np.uint8)
    first = -memory.__array_interface__["data"][0] % _LINE
    return memory[first : first + size * dtype.itemsize].view(dtype)


class Posts(NamedTuple):
    """Posts as they are laid out, arrays of shape (posts,). Fields: see ``OfficerRecord``."""

    department: NDArray[np.int32]
    rank: NDArray[np.int32]
    superior: NDArray[np.int32]
    subordinates: NDArray[np.int32]
    front: NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """A scenario laid out in records, ready to start any number of runs."""

    scenario: Scenario

    @cached_property
    def layout(self) -> Layout:
        """Who stands where."""
        return self.scenario.layout

    @cached_property
    def subordinates(self) -> NDArray[np.int32]:
        """Direct subordinates of each post, inside its department."""
        superior = self.layout.post_superior
        inside = (superior >= 0) & (self.layout.post_rank > 0)
        return np.bincount(superior[inside], minlength=superior.size).astype(np.int32)

    @cached_property
    def front(self) -> NDArray[np.bool_]:
        """Which posts are at the front line."""
        return np.asarray(self.serves[self.layout.post_department] & (self.subordinates == 0))

    @cached_property
    def serves(self) -> NDArray[np.bool_]:
        """Which departments serve the public: those with none of their line below."""
        parent = self.layout.parent
        return np.asarray(np.bincount(parent[parent >= 0], minlength=parent.size) == 0)

    @cached_property
    def fronts(self) -> NDArray[np.int32]:
        """Indices of the front-line posts, department by department."""
        return np.flatnonzero(self.front).astype(np.int32)

    @cached_property
    def children(self) -> NDArray[np.int32]:
        """Indices of departments with one above, by the one above."""
        parent = self.layout.parent
        below = np.flatnonzero(parent >= 0)
        return below[np.argsort(parent[below], kind="stable")].astype(np.int32)

    @cached_property
    def groups(self) -> NDArray[np.int32]:
        """Which row of mechanism settings is in force in each department."""
        return groups(self.scenario.variant, self.reforms, self.layout.tier.size)

    @property
    def reforms(self) -> tuple[Reform, ...]:
        """Reforms that do anything: one of no intensity leaves no trace."""
        return tuple(reform for reform in self.scenario.reform if reform.intensity > 0.0)

    @cached_property
    def treated(self) -> NDArray[np.bool_]:
        """Which groups of departments are under any reform."""
        under = reformed(self.reforms, self.layout.tier.size)
        return np.bincount(self.groups, under) > 0

    @cached_property
    def parts(self) -> NDArray[np.int64]:
        """Which part of the government each department adds its sums to.

        Parts are runs of departments of one tier with about ``OFFICERS_IN_A_PART`` officers, the
        same however many threads there are: so the sums are the same to the last digit.
        """
        layout = self.layout
        before = np.cumsum(layout.posts_of_department) - layout.posts_of_department
        run = before // OFFICERS_IN_A_PART
        new = (np.diff(run) > 0) | (np.diff(layout.tier) != 0)
        return np.concatenate([[0], np.cumsum(new)])

    @cached_property
    def departments(self) -> Records:
        """Departments without a state of affairs."""
        layout = self.layout
        number = layout.tier.size
        departments = np.zeros(number, DEPARTMENT)
        fronts = np.bincount(layout.post_department[self.front], minlength=number)
        below = np.bincount(layout.parent[layout.parent >= 0], minlength=number)
        served = np.where(self.serves, self.scenario.public.citizens, 0)
        departments["tier"] = layout.tier
        departments["line"] = layout.line
        departments["parent"] = layout.parent
        departments["first_in_unit"] = layout.first_in_unit
        departments["unit_size"] = layout.unit_size
        departments["children"] = below
        departments["first_child"] = np.cumsum(below) - below
        departments["group"] = self.groups
        departments["part"] = self.parts
        departments["officers"] = layout.posts_of_department
        departments["first_officer"] = (
            np.cumsum(layout.posts_of_department) - layout.posts_of_department
        )
        departments["leading"] = np.bincount(
            layout.post_department[self.subordinates > 0], minlength=number
        )
        departments["fronts"] = fronts
        departments["first_front"] = np.cumsum(fronts) - fronts
        departments["citizens"] = served
        departments["first_citizen"] = np.cumsum(served) - served
        under = fronts.copy()
        for tier in range(len(layout.tier_names) - 1, 0, -1):
            here = np.flatnonzero(layout.tier == tier)
            np.add.at(under, layout.parent[here], under[here])
        departments["fronts_below"] = under
        return departments

    @cached_property
    def conducts(self) -> Records:
        """The table of conducts."""
        table = np.zeros(len(CONDUCTS), CONDUCT)
        for k, name in enumerate(CONDUCTS):
            for column, value in leaf_values(getattr(self.scenario.conducts, name)):
                table[column][k] = value
        return table

    @cached_property
    def channels(self) -> Records:
        """Acuity of each channel for each conduct, from its mix of eyes; publicity; burden."""
        table = np.zeros(len(CHANNELS), CHANNEL)
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
        """How well end-to-end monitoring sees each conduct."""
        seen = dict(self.scenario.eyes.monitoring)
        return np.array([seen.get(name, 0.0) for name in CONDUCTS])

    @cached_property
    def settings(self) -> Records:
        """Everything that holds for all departments and months, one record."""
        record = np.zeros(1, SETTINGS)
        self._set(record, _SETTINGS)
        return record

    def _set(self, record: Records, sections: Iterable[str]) -> None:
        for section in sections:
            for name, value in leaf_values(getattr(self.scenario, section)):
                record[name] = value

    @cached_property
    def appraisers(self) -> Records:
        """The table of those who appraise."""
        table = np.zeros(len(APPRAISERS), APPRAISER)
        for s, name in enumerate(APPRAISERS):
            for column, value in leaf_values(getattr(self.scenario.appraisers, name)):
                table[column][s] = value
        return table

    @cached_property
    def mechanisms(self) -> Records:
        """Mechanism settings in force in each month and group, with what follows from them."""
        scenario = self.scenario
        moved = schedule(
            scenario.mechanisms,
            scenario.variant,
            scenario.levers,
            self.reforms,
            self.groups,
            scenario.clock.reform_starts,
            scenario.clock.months,
        )
        table = np.zeros(moved.shape, MECHANISMS)
        numbers = table.view(np.float64).reshape(*moved.shape, -1)
        numbers[..., _SCHEDULED_AT] = moved.view(np.float64).reshape(*moved.shape, -1)
        settle_settings(table, self.channels, self.appraisers, self.monitoring, self.settings)
        return table

    def whole(self) -> "Plan":
        """The plan with every part made, to be shared with others or between threads."""
        for name in _RESTS_ON:
            getattr(self, name)
        return self

    def changed(self, scenario: Scenario) -> "Plan":
        """The plan of another scenario; what rests on sections that both share is not made again.

        Sections are shared where they are one object, as ``Scenario.replace`` leaves them.
        """
        plan = Plan(scenario)
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
        if "settings" in made and "settings" not in vars(plan):
            record = made["settings"].copy()
            plan._set(record, (section for section in _SETTINGS if section not in same))
            vars(plan)["settings"] = record
        return plan

    @cached_property
    def posts(self) -> Posts:
        """What is known of each post."""
        layout = self.layout
        return Posts(
            layout.post_department,
            layout.post_rank,
            layout.post_superior,
            self.subordinates,
            self.front,
        )

    def begin(
        self, seed: int, replicate: int = 0, threads: int = 1, phase_by_phase: bool = False
    ) -> World:
        """A world in its first month. Same seed and replicate: same world, on any machine.

        Where departments do a month ``phase_by_phase``, each keeps its own outlooks.
        """
        draws.check_seed(seed, replicate)
        months = len(self.mechanisms)
        tiers, ranks = len(self.layout.tier_names), self.layout.ranks
        parts = int(self.departments["part"][-1]) + 1
        groups = self.mechanisms.shape[1]
        one_after_another = self.layout.post_rank.size >= LARGE and not phase_by_phase
        rows = 1 if one_after_another else self.departments.size
        kinds = len(PROFILES)
        tallies = np.zeros((months, groups), TALLY)
        layers = np.zeros((months, tiers, ranks), LAYER)
        profiles = np.zeros((months, kinds), PROFILE)
        part_tallies = np.zeros((parts, groups), PART_TALLY)
        part_layers = np.zeros((parts, tiers, ranks), PART_LAYER)
        part_profiles = np.zeros((parts, kinds), PROFILE)
        summed = (tallies, layers, profiles, part_tallies, part_layers, part_profiles)
        world = World(
            _in_lines(self.layout.post_rank.size, OFFICER),
            self.departments.copy(),
            np.zeros(int(self.departments["citizens"].sum()), CITIZEN),
            np.zeros((rows, len(CONDUCTS)), OUTLOOK),
            self.fronts,
            self.children,
            self.monitoring,
            self.mechanisms,
            self.conducts,
            self.channels,
            self.settings,
            tallies,
            layers,
            profiles,
            np.zeros((months // MONTHS_A_YEAR, kinds + 1, kinds + 1)),
            part_tallies,
            part_layers,
            part_profiles,
            np.zeros((parts, kinds + 1, kinds + 1)),
            sums_of(*summed),
            np.zeros(1, BENCH),
            seed,
            replicate,
        )
        if threads == 1:
            start(world, self.posts, 0, self.departments.size)
        else:
            pieces = [piece for tier in tiers_of(world.departments, threads) for piece in tier]
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(lambda piece: start(world, self.posts, *piece), pieces))
        self._tell_known(world)
        return world

    def _tell_known(self, world: World) -> None:
        """Put what is known of officers in the place of what was drawn."""
        table = self.scenario.establishment
        if table is None:
            return
        officers = world.officers
        for field, values in table.known.items():
            known = ~np.isnan(values)
            officers[field][known] = values[known]
            if field == "responsibility":
                officers["disposition"][known] = values[known]
        # Time in post that was drawn cannot be longer than the years served.
        entry = self.scenario.careers.youngest * MONTHS_A_YEAR
        served = np.maximum(0, officers["age"] - entry)
        drawn = np.isnan(table.known.get("time_in_post", np.full(officers.size, np.nan)))
        officers["time_in_post"][drawn] = np.minimum(officers["time_in_post"], served)[drawn]
