"""From a scenario to a world: posts and citizens laid out once, people drawn for each run."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import draws
from sim.compiled import rule
from sim.declare import leaf_values
from sim.levers import groups, schedule
from sim.parameters import APPRAISERS, CHANNELS, CONDUCTS
from sim.rules import appraisal, directives, recruitment, supervision
from sim.scenario import Scenario
from sim.state import (
    APPRAISER,
    CHANNEL,
    CITIZEN,
    CONDUCT,
    DEPARTMENT,
    MECHANISMS,
    OFFICER,
    OUTLOOK,
    SETTINGS,
    TALLY,
    Records,
    World,
)


@rule
def settle_settings(mechanisms, channels, appraisers):
    """Work out what follows from mechanism settings, for every month and group."""
    for month in range(mechanisms.shape[0]):
        for group in range(mechanisms.shape[1]):
            row = mechanisms[month, group]
            supervision.see(row, channels)
            appraisal.look(row, appraisers)
            row.time_taken = supervision.time_taken(row, channels)


@rule
def start_citizen(citizen, settings, seed, replicate):
    """Draw a citizen's trust and voice at the start."""
    u = draws.uniforms(
        seed,
        replicate,
        draws.PUBLIC,
        draws.AT_START,
        citizen.department,
        citizen.number_in_department,
    )
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
    for i in range(department.first_citizen, department.first_citizen + department.citizens):
        start_citizen(world.citizens[i], settings, seed, replicate)
        trust += world.citizens[i].trust
    department.credibility = trust / float(department.citizens)
    department.willing = department.credibility
    department.norm = settings.norm_at_start
    directives.new_directive(department, settings, seed, replicate, draws.AT_START)
    u = draws.uniforms(seed, replicate, draws.LINE, draws.AT_START, department.line, 0)
    department.directive_age = min(int(u[0] * settings.life), settings.life - 1)


@rule
def start(world):
    """Draw everything a world begins with."""
    for d in range(len(world.departments)):
        start_department(world, d)


def superiors(ranks: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rank of each post and number of its superior in the department (−1 for the head).

    Posts are numbered rank by rank from the head; each rank is shared out evenly and in order
    among the rank above, so a superior's subordinates follow one another.
    """
    rank = np.repeat(np.arange(len(ranks)), ranks)
    superior = np.full(rank.size, -1)
    first = 0
    for above, below in pairwise(ranks):
        posts = np.arange(below)
        superior[first + above : first + above + below] = first + posts * above // below
        first += above
    return rank, superior


def _post_template(ranks: tuple[int, ...]) -> Records:
    rank, superior = superiors(ranks)
    posts = np.zeros(rank.size, OFFICER)
    posts["rank"] = rank
    posts["superior"] = superior
    posts["number_in_department"] = np.arange(rank.size)
    below = np.bincount(superior[superior >= 0], minlength=rank.size)
    posts["subordinates"] = below
    first = np.zeros(rank.size, dtype=np.int64)
    order = np.flatnonzero(superior >= 0)
    first[superior[order][::-1]] = order[::-1]
    posts["first_subordinate"] = first
    return posts


def _filled(kind: np.dtype[Any], values: dict[str, Any], rows: int) -> Records:
    records = np.zeros(rows, kind)
    for name in kind.names or ():
        records[name] = values[name]
    return records


@dataclass(frozen=True)
class Plan:
    """A scenario laid out in records, ready to start any number of runs."""

    scenario: Scenario

    @cached_property
    def officers(self) -> Records:
        """Posts without holders, department by department, heads first."""
        organisation = self.scenario.organisation
        one = _post_template(organisation.ranks)
        number = organisation.departments
        officers = np.tile(one, number)
        department = np.repeat(np.arange(number), one.size)
        offset = department * one.size
        officers["department"] = department
        officers["superior"] = np.where(officers["superior"] < 0, -1, officers["superior"] + offset)
        officers["first_subordinate"] += offset.astype(np.int32)
        return officers

    @cached_property
    def fronts(self) -> NDArray[np.int32]:
        """Indices of the front-line posts, department by department."""
        return np.flatnonzero(self.officers["subordinates"] == 0).astype(np.int32)

    @cached_property
    def groups(self) -> NDArray[np.int32]:
        """Which row of mechanism settings is in force in each department."""
        return groups(self.scenario.reform, self.scenario.organisation.departments)

    @cached_property
    def departments(self) -> Records:
        """Departments without a state of affairs."""
        number = self.scenario.organisation.departments
        departments = np.zeros(number, DEPARTMENT)
        posts = np.bincount(self.officers["department"], minlength=number)
        fronts = np.bincount(self.officers["department"][self.fronts], minlength=number)
        departments["line"] = np.arange(number)
        departments["group"] = self.groups
        departments["officers"] = posts
        departments["first_officer"] = np.cumsum(posts) - posts
        departments["fronts"] = fronts
        departments["first_front"] = np.cumsum(fronts) - fronts
        departments["citizens"] = self.scenario.public.citizens
        departments["first_citizen"] = np.arange(number) * self.scenario.public.citizens
        return departments

    @cached_property
    def citizens(self) -> Records:
        """Citizens without trust, department by department."""
        number = self.scenario.organisation.departments
        served = self.scenario.public.citizens
        citizens = np.zeros(number * served, CITIZEN)
        citizens["department"] = np.repeat(np.arange(number), served)
        citizens["number_in_department"] = np.tile(np.arange(served), number)
        return citizens

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
                for seen, acuity in eye:
                    table["acuity"][c, CONDUCTS.index(seen)] += getattr(channel, kind) * acuity
        np.clip(table["acuity"], 0.0, 1.0, out=table["acuity"])
        return table

    @cached_property
    def settings(self) -> Records:
        """Everything that holds for all departments and months, one record."""
        scenario = self.scenario
        values: dict[str, float] = {}
        for section in (
            scenario.behaviour,
            scenario.directives,
            scenario.traits,
            scenario.careers,
            scenario.grading,
            scenario.reporting,
            scenario.public,
            scenario.start,
        ):
            values |= dict(leaf_values(section))
        return _filled(SETTINGS, values, 1)

    @cached_property
    def mechanisms(self) -> Records:
        """Mechanism settings in force in each month and group, with what follows from them."""
        scenario = self.scenario
        months = scenario.clock.months
        moved = schedule(
            scenario.mechanisms,
            scenario.levers,
            scenario.reform,
            self.groups,
            scenario.clock.reform_starts,
            months,
        )
        table = np.zeros(moved["merit"].shape, MECHANISMS)
        for name, values in moved.items():
            if name in CHANNELS:
                table["coverage"][..., CHANNELS.index(name)] = values
            else:
                table[name] = values
        appraisers = np.zeros(len(APPRAISERS), APPRAISER)
        for s, name in enumerate(APPRAISERS):
            for column, value in leaf_values(getattr(scenario.appraisers, name)):
                appraisers[column][s] = value
        settle_settings(table, self.channels, appraisers)
        return table

    def begin(self, seed: int, replicate: int = 0) -> World:
        """A world in its first month. Same seed and replicate: same world, on any machine."""
        draws.check_seed(seed, replicate)
        world = World(
            self.officers.copy(),
            self.departments.copy(),
            self.citizens.copy(),
            np.zeros((self.departments.size, len(CONDUCTS)), OUTLOOK),
            self.fronts,
            self.mechanisms,
            self.conducts,
            self.channels,
            self.settings,
            np.zeros(self.mechanisms.shape, TALLY),
            seed,
            replicate,
        )
        start(world)
        return world
