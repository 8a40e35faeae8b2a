"""The story of Officer 22, from a run of the model: blamed for what was done as asked.

In a department of the district every incident is traced. The run is the first, by its seed, in
which Officer 22 executes faithfully, is sanctioned unjustly in that month, and colleagues at the
front line leave more tasks without an owner in the year after than with the same draws in a
department where nothing is traced. It is an example: the lessons tell what holds over many runs.
"""

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from sim.app import worlds
from sim.app.desk import REFINING, desk
from sim.app.state import Pull, Pulls, State, reforms
from sim.kinds import CONDUCTS
from sim.world.plan import Plan

SCENARIO = "district"
# The number of the officer at the front line, the lever by which incidents are traced, and the
# months in which colleagues are looked at after the sanction.
OFFICER, TRACED, AFTER = 22, "accountability", 12
# Seeds that are tried; a few in a hundred have such a month.
MOST_SEEDS = 5_000
_FAITHFUL = CONDUCTS.index("faithful")


@dataclass(frozen=True)
class Course:
    """Conduct, unjust sanctions and owned tasks of a run, each (months, posts)."""

    conduct: Any
    wronged: Any
    owned: Any

    def conducts(self, month: int, posts: tuple[int, ...]) -> tuple[str, ...]:
        """Conducts of some posts in a month."""
        return tuple(CONDUCTS[int(self.conduct[month, post])] for post in posts)

    def left(self, month: int, posts: tuple[int, ...]) -> int:
        """Tasks of some posts that nobody owns in the months after a month."""
        months = slice(month + 1, month + 1 + AFTER)
        return int((self.owned[months][:, list(posts)] == 0).sum())


@dataclass(frozen=True)
class Story:
    """What happens to Officer 22, and with other levers in the same run."""

    seed: int
    month: int
    # The post of the officer, colleagues under the same superior, and all at the front line.
    me: int
    beside: tuple[int, ...]
    colleagues: tuple[int, ...]
    course: Course
    # The same run where nothing is traced, and with another lever in full beside the tracing.
    untraced: Course
    with_lever: dict[str, Course]

    def watched(self) -> State:
        """The state of Watch that shows the month of the sanction."""
        return State(SCENARIO, (_pulls(),), self.seed, month=self.month + 1, who=self.me)


def _pulls(lever: str = "") -> Pulls:
    """Tracing in full, and perhaps another lever."""
    used = {TRACED, lever}
    return tuple((one, Pull(100)) for one in worlds.scenario(SCENARIO).levers if one in used)


@cache
def _plan(pulls: Pulls) -> Plan:
    world = worlds.watched()[SCENARIO]
    return Plan(world.model_copy(update={"reform": reforms(pulls, world)}))


def course_of(seed: int, pulls: Pulls) -> Course:
    """Run the department with a seed."""
    plan = _plan(pulls)
    world = plan.begin(seed)
    months = plan.scenario.clock.months
    officers: Any = world.officers
    found = {name: np.empty((months, len(officers)), np.int8) for name in _KEPT}
    for month in range(months):
        plan.loop.run_months(world, month, month + 1)
        for name, values in found.items():
            values[month] = officers[name]
    return Course(*found.values())


_KEPT = ("conduct", "wronged", "owned")


@cache
def people() -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """The post of Officer 22, those under the same superior, and all others at the front line."""
    superior, front = _plan(()).layout.post_superior, np.flatnonzero(_plan(()).front)
    me = int(front[OFFICER - 1])
    others = [int(one) for one in front if one != me]
    return me, tuple(one for one in others if superior[one] == superior[me]), tuple(others)


def month_of(seed: int, course: Course) -> int | None:
    """The first month of a run that has the story; None if there is none."""
    me, _, colleagues = people()
    begins = worlds.scenario(SCENARIO).clock.reform_starts
    for month in np.flatnonzero(course.wronged[:, me] > 0).tolist():
        within = begins < month < len(course.conduct) - AFTER
        if within and course.conduct[month, me] == _FAITHFUL:
            untraced = course_of(seed, ())
            if course.left(month, colleagues) > untraced.left(month, colleagues):
                return int(month)
    return None


@cache
def story() -> Story:
    """Find the run with the story, and run it once more with each lever."""
    for seed in range(1, MOST_SEEDS):
        course = course_of(seed, _pulls())
        month = month_of(seed, course)
        if month is not None:
            levers = (one for one in worlds.scenario(SCENARIO).levers if one != TRACED)
            others = {one: course_of(seed, _pulls(one)) for one in levers}
            return Story(seed, month, *people(), course, course_of(seed, ()), others)
    raise LookupError(f"no story of Officer {OFFICER} among {MOST_SEEDS} seeds")


async def told() -> Story:
    """The story, found once; later visitors get it at once."""
    return await desk.do(REFINING, partial(story))
