"""A department on its way through the months, as Watch shows it: a Mesa model and its layout."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.app import worlds
from sim.app.refusals import Refusal
from sim.app.state import State, reforms
from sim.app.why import Watched, Why, why
from sim.government import Government
from sim.kinds import CONDUCTS, PROFILES
from sim.summaries import monthly

RADIUS = 17
# Pixels between posts side by side, between ranks, and at the edges.
_ACROSS, _DOWN, _EDGE = 46, 84, 30


@dataclass(frozen=True)
class Place:
    """Where a post is drawn, and what it is: its superior (−1 at the top) and rank."""

    x: float
    y: float
    superior: int
    rank: int
    # Its number among posts of its rank, from 1.
    number: int


def places(superior: list[int], rank: list[int]) -> list[Place]:
    """A tree from the top down; those who command nobody stand side by side."""
    below: dict[int, list[int]] = {}
    for post, above in enumerate(superior):
        below.setdefault(above, []).append(post)
    across: dict[int, float] = {}
    deep: dict[int, int] = {}
    taken = 0

    def put(post: int, level: int) -> float:
        nonlocal taken
        deep[post] = level
        children = [put(child, level + 1) for child in below.get(post, [])]
        if children:
            across[post] = 0.5 * (children[0] + children[-1])
        else:
            across[post] = _EDGE + taken * _ACROSS
            taken += 1
        return across[post]

    for top in below.get(-1, []):
        put(top, 0)
    counted: dict[int, int] = {}
    found = []
    for post, above in enumerate(superior):
        counted[rank[post]] = counted.get(rank[post], 0) + 1
        y = _EDGE + deep[post] * _DOWN
        found.append(Place(across[post], y, above, rank[post], counted[rank[post]]))
    return found


class Department:
    """One department of a scenario under some levers. Raises BadInput for one not on offer."""

    def __init__(self, state: State) -> None:
        if state.scenario not in worlds.watched():
            raise Refusal("not_watched", scenario=state.scenario)
        world = worlds.watched()[state.scenario]
        added = (*world.reform, *reforms(state.packages[0], world))
        self.scenario = world.model_copy(update={"reform": added})
        self.government = Government(self.scenario, state.seed, officer=Watched)
        officers = self.government.world.officers
        self.places = places(officers["superior"].tolist(), officers["rank"].tolist())

    @property
    def months(self) -> int:
        """Months of the whole run."""
        return self.scenario.clock.months

    @property
    def month(self) -> int:
        """Months done."""
        return int(self.government.month)

    def run_to(self, month: int) -> None:
        """Run until so many months are done."""
        while self.month < min(month, self.months):
            self.government.step()

    def conducts(self) -> list[str]:
        """What each post does; nothing before the first month."""
        if self.month == 0:
            return []
        return [CONDUCTS[k] for k in self.government.world.officers["conduct"].tolist()]

    def profiles(self) -> list[str]:
        """What state each post's holder is in."""
        return [PROFILES[k] for k in self.government.world.officers["profile"].tolist()]

    def officer(self, post: int) -> Any:
        """The record of a post."""
        return self.government.world.officers[post]

    def why(self, post: int) -> Why | None:
        """The reasons for last month's choice."""
        watched: Any = self.government.officer_at(post)
        world = self.government.world
        if watched.moment is None:
            return None
        return why(watched.moment, world.settings[0])

    def course(self) -> tuple[list[float], list[float]]:
        """Execution and credibility by month so far."""
        tallies = self.government.world.tallies[: self.month]
        execution, credibility = np.nan_to_num(monthly(tallies, ("execution_rate", "credibility")))
        return execution.round(4).tolist(), credibility.round(4).tolist()


def start_of(state: State) -> State:
    """A state that Watch can show: its own worlds, the smallest if another was open."""
    if state.scenario in worlds.watched():
        return state
    return replace(state.moved_to(next(iter(worlds.watched()))), month=0, who=0)
