"""The department that Watch shows: a Mesa model, and the positions of its posts."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.app import worlds
from sim.app.happenings import Event, happened
from sim.app.own_tables import linked
from sim.app.refusals import Refusal
from sim.app.state import State, reforms
from sim.app.why import Watched, Why, why
from sim.government import Government
from sim.kinds import CONDUCTS, PROFILES
from sim.summaries import monthly

RADIUS = 17
# Pixels between neighbouring posts, between ranks, and at the edges.
_ACROSS, _DOWN, _EDGE = 46, 84, 30
# Pixels between posts below each other under one superior, and the width that a projector shows.
_ROW, _WIDEST = 42, 700
_MOST_ROWS = 4


@dataclass(frozen=True)
class Place:
    """Position of a post in the drawing, with its superior (−1 at the top) and rank."""

    x: float
    y: float
    superior: int
    rank: int
    # Its number among posts of its rank, from 1.
    number: int
    # Whether posts of the same superior stand below each other.
    stacked: bool = False


def places(superior: list[int], rank: list[int]) -> list[Place]:
    """Positions of posts in a tree from the top down; posts without subordinates are in a row.

    If the row would be too wide, such posts stand below each other under their superior.
    """
    for rows in range(1, _MOST_ROWS + 1):
        found = _in_rows(superior, rank, rows)
        if max(one.x for one in found) + _EDGE <= _WIDEST:
            break
    return found


def _in_rows(superior: list[int], rank: list[int], rows: int) -> list[Place]:
    below: dict[int, list[int]] = {}
    for post, above in enumerate(superior):
        below.setdefault(above, []).append(post)
    across: dict[int, float] = {}
    deep: dict[int, int] = {}
    # Row of each post under its superior, from 0, where posts stand below each other.
    row: dict[int, int] = {}
    taken = 0

    def put(post: int, level: int) -> float:
        nonlocal taken
        deep[post] = level
        ends = [child for child in below.get(post, []) if child not in below]
        for number, child in enumerate(ends):
            row[child] = number % rows
        children = [put(child, level + 1) for child in below.get(post, [])]
        if children:
            across[post] = 0.5 * (children[0] + children[-1])
        else:
            # A post in a further row stands below the one before it.
            taken += 0 if row.get(post, 0) else 1
            across[post] = _EDGE + (taken - 1) * _ACROSS
        return across[post]

    for top in below.get(-1, []):
        put(top, 0)
    counted: dict[int, int] = {}
    found = []
    for post, above in enumerate(superior):
        counted[rank[post]] = counted.get(rank[post], 0) + 1
        y = _EDGE + deep[post] * _DOWN + row.get(post, 0) * _ROW
        stacked = rows > 1 and post not in below
        found.append(Place(across[post], y, above, rank[post], counted[rank[post]], stacked))
    return found


class Department:
    """One department of a scenario with levers. Raises BadInput if Watch does not offer it."""

    def __init__(self, state: State) -> None:
        world = worlds.watchable(state.scenario)
        if world is None:
            raise Refusal("not_watched", scenario=linked(state.scenario))
        added = reforms(state.packages[0], world)
        self.scenario = world.model_copy(update={"reform": added})
        self.government = Government(self.scenario, state.seed, officer=Watched)
        officers = self.government.world.officers
        self.places = places(officers["superior"].tolist(), officers["rank"].tolist())
        # What has happened in the months done.
        self.events: list[Event] = []

    @property
    def months(self) -> int:
        """Length of the run in months."""
        return self.scenario.clock.months

    @property
    def month(self) -> int:
        """Number of months done."""
        return int(self.government.month)

    def run_to(self, month: int) -> None:
        """Run until ``month`` months are done."""
        while self.month < min(month, self.months):
            officers = self.government.world.officers
            before = int(officers["time_in_post"][0])
            self.government.step()
            self.events += happened(officers, self.month - 1, before)

    def conducts(self) -> list[str]:
        """Conduct of each post's holder last month; empty before the first month."""
        if self.month == 0:
            return []
        return [CONDUCTS[k] for k in self.government.world.officers["conduct"].tolist()]

    def profiles(self) -> list[str]:
        """Profile of each post's holder."""
        return [PROFILES[k] for k in self.government.world.officers["profile"].tolist()]

    def officer(self, post: int) -> Any:
        """The row of a post and its holder."""
        return self.government.world.officers[post]

    def why(self, post: int) -> Why | None:
        """The reasons for last month's choice; None before the first month."""
        watched: Any = self.government.officer_at(post)
        world = self.government.world
        if watched.moment is None:
            return None
        return why(watched.moment, world.settings[0])

    def course(self) -> tuple[list[float], list[float]]:
        """Execution and credibility of each month done."""
        tallies = self.government.world.tallies[: self.month]
        execution, credibility = np.nan_to_num(monthly(tallies, ("execution_rate", "credibility")))
        return execution.round(4).tolist(), credibility.round(4).tolist()


def untouched(state: State) -> Department | None:
    """The same department on the same draws without any lever; None if no lever is used."""
    if not any(pull.percent for _, pull in state.packages[0]):
        return None
    return Department(replace(state, packages=((),)))


def start_of(state: State) -> State:
    """The state if Watch offers its scenario, else the first month of the smallest it offers."""
    if worlds.watchable(state.scenario) is not None:
        return state
    return replace(state.moved_to(next(iter(worlds.watched()))), month=0, who=0)
