"""The experiments of the lessons: their runs, and the rules that tell which prediction holds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.app import worlds
from sim.app.answers import COST, Answer, run_one
from sim.app.causes import Causes, compare
from sim.app.desk import WAITED_FOR, desk
from sim.app.state import Pulls, own, read_pulls, reforms, written
from sim.app.words import Words
from sim.study.tipping import started
from sim.world.plan import Plan
from sim.world.scenario import Scenario

RUNS = 12
SEED = 1
# Two arms count as different if shares differ by more than this: credibility, other measures.
_APART = 0.1
_NEAR = 0.02
# Execution that changes by less than a point stays about the same.
_POINT = 0.01
# Months of the campaign, of the year two years later, and of the year before it.
_STORM, _AFTER = slice(36, 48), slice(72, 84)
_BEFORE = slice(24, 36)
# What the budget of a lesson allows beyond the status quo: of officers' time, as a share, and of
# cost, in officer-months per officer-year.
BUDGET_TIME, BUDGET_COST = 0.02, 0.15
# Packages of the lesson on a budget, in the order of its predictions.
PACKAGES = ("control", "spread", "focus")
# Shares of a campaign's gain: above the first most of it is left, below the second hardly any.
_MOST, _HARDLY = 0.75, 0.25


@dataclass(frozen=True)
class Arm:
    """One arm of an experiment: a scenario, levers as in a link, and perhaps a start."""

    key: str
    scenario: str
    levers: str = ""
    # Trust and norm at the start, 0 to 1; the scenario's own if None.
    start: float | None = None
    # Whether the scenario's own reform takes place.
    reformed: bool = True

    @property
    def pulls(self) -> Pulls:
        """Its levers, those of the scenario's own reform among them."""
        given = read_pulls(self.levers, worlds.scenario(self.scenario))
        return (*own(self.scenario), *given) if self.reformed else given

    def world(self) -> Scenario:
        """The scenario that is run."""
        world = worlds.scenario(self.scenario)
        world = world.model_copy(update={"reform": reforms(self.pulls, world)})
        return world if self.start is None else started(world, self.start)


Answered = dict[str, Answer]


@dataclass(frozen=True)
class Lesson:
    """One lesson: its arms, the measure that is drawn, and how runs answer the question."""

    name: str
    arms: tuple[Arm, ...]
    measure: str
    # Gives the number of the prediction, 0 to 2, that the runs confirm.
    judge: Callable[[Answered], int]
    # Gives the numbers that the debrief quotes.
    facts: Callable[[Answered, Words], dict[str, str]]
    # The prediction that is right in the shipped scenarios, as a test checks.
    expected: int
    # The arms, without and with what the lesson is about, whose difference is explained, and the
    # months of that difference; the last year if None.
    explained: tuple[str, str]
    explained_months: range | None = None
    # Whether reported execution is drawn as well, and another measure in a chart of its own.
    reports: bool = False
    beside: str = ""


def _end(found: Answered, arm: str, measure: str) -> float:
    return float(found[arm].end(measure).mean())


def _execution(found: Answered, arm: str, months: slice) -> float:
    return float(found[arm].path("execution_rate")[:, months].mean())


def _direction(change: float) -> int:
    """0 if execution rises, 1 if it changes by less than a point, 2 if it falls."""
    return 0 if change > _POINT else 2 if change < -_POINT else 1


def _meet(found: Answered) -> int:
    gap = _end(found, "high", "credibility") - _end(found, "low", "credibility")
    return 1 if gap > _APART else 2 if gap < -_APART else 0


def _better(found: Answered, one: str, other: str, measure: str, least: bool = False) -> int:
    """0 if the first arm is better, 1 if the second is, 2 if they are about the same."""
    change = _end(found, one, measure) - _end(found, other, measure)
    change = -change if least else change
    return 2 if abs(change) < _NEAR else 0 if change > 0.0 else 1


def gain_of_storm(found: Answered, months: slice) -> float:
    """Mean execution in ``months`` with the campaign, minus that without it."""
    return _execution(found, "storm", months) - _execution(found, "status_quo", months)


def _left(found: Answered) -> int:
    left = gain_of_storm(found, _AFTER) / gain_of_storm(found, _STORM)
    return 0 if left > _MOST else 2 if left < _HARDLY else 1


def within_budget(found: Answered, arm: str) -> bool:
    """Whether an arm takes no more time and costs no more than the budget allows."""
    time = _end(found, arm, "burden") - _end(found, "status_quo", "burden")
    cost = _end(found, arm, COST) - _end(found, "status_quo", COST)
    return time <= BUDGET_TIME and cost <= BUDGET_COST


def _best_within(found: Answered) -> int:
    """Number of the package with the highest execution of those within the budget."""
    execution = [
        _end(found, arm, "execution_rate") if within_budget(found, arm) else -1.0
        for arm in PACKAGES
    ]
    return int(np.argmax(execution))


def plan_of(arm: Arm) -> Plan:
    """The plan of an arm."""
    return worlds.plan(arm.scenario).changed(arm.world())


_causes: dict[str, Causes] = {}


async def explain(lesson: Lesson) -> Causes:
    """What makes the difference between the two arms of a lesson that are explained; kept."""
    if lesson.name not in _causes:
        arms = {arm.key: arm for arm in lesson.arms}
        before, after = (plan_of(arms[key]) for key in lesson.explained)
        _causes[lesson.name] = await compare(before, after, SEED, RUNS, lesson.explained_months)
    return _causes[lesson.name]


def _percents(*wanted: tuple[str, str, str]) -> Callable[[Answered, Words], dict[str, str]]:
    return lambda found, words: {
        name: words.percent(_end(found, arm, measure)) for name, arm, measure in wanted
    }


def _storm_facts(found: Answered, words: Words) -> dict[str, str]:
    def execution(arm: str, months: slice) -> str:
        return words.percent(_execution(found, arm, months))

    return {
        "gain": words.points(gain_of_storm(found, _STORM)),
        "left": words.points(gain_of_storm(found, _AFTER)),
        "before": execution("storm", _BEFORE),
        "after": execution("storm", _AFTER),
        "without": execution("status_quo", _AFTER),
        "lasting": execution("lasting", _AFTER),
        "quiet": execution("quiet", _AFTER),
    }


def _budget_facts(found: Answered, words: Words) -> dict[str, str]:
    facts = {
        "budget": words.number(_end(found, "status_quo", COST) + BUDGET_COST),
        "all_time": words.points(
            _end(found, "all", "burden") - _end(found, "status_quo", "burden")
        ),
    }
    for arm in ("status_quo", *PACKAGES, "all"):
        facts[arm] = words.percent(_end(found, arm, "execution_rate"))
        facts[f"{arm}_cost"] = words.number(_end(found, arm, COST))
    return facts


# What the budget pays for: levers in full that take little time, or give some back, and with what
# is left another at half of its strength.
_FOCUS = "responsibility:100,culture:100,leadership:100,capability:50"


def _all_levers(percent: int) -> str:
    """All levers of the district at one strength, in percent."""
    return ",".join(f"{lever}:{percent}" for lever in worlds.scenario("district").levers)


def _quiet() -> str:
    """What stays after the campaign that lasts, without the campaign itself."""
    campaign = {lever for lever, _ in own("responsibility_storm")}
    pulls = own("responsibility_storm_lasting")
    return written(tuple(one for one in pulls if one[0] not in campaign))


LESSONS = {
    lesson.name: lesson
    for lesson in (
        Lesson(
            "vicious_circle",
            (
                Arm("low", "vicious_circle", start=0.1),
                Arm("high", "vicious_circle", start=0.7),
            ),
            "credibility",
            _meet,
            _percents(
                ("low", "low", "credibility"),
                ("high", "high", "credibility"),
                ("low_execution", "low", "execution_rate"),
                ("high_execution", "high", "execution_rate"),
            ),
            1,
            ("low", "high"),
            beside="execution_rate",
        ),
        Lesson(
            "hidden_inaction",
            (
                Arm("status_quo", "responsibility_storm", reformed=False),
                Arm("supervision", "responsibility_storm", "supervision:100", reformed=False),
                Arm("culture", "responsibility_storm", "culture:100", reformed=False),
            ),
            "faithful",
            lambda found: _better(found, "supervision", "culture", "faithful"),
            _percents(
                ("idle", "status_quo", "idle"),
                ("faithful", "status_quo", "faithful"),
                ("watched_idle", "supervision", "idle"),
                ("watched_faithful", "supervision", "faithful"),
                ("watched_literal", "supervision", "literal"),
                ("honoured_idle", "culture", "idle"),
                ("honoured_faithful", "culture", "faithful"),
                ("execution", "status_quo", "execution_rate"),
                ("watched_execution", "supervision", "execution_rate"),
                ("honoured_execution", "culture", "execution_rate"),
            ),
            1,
            ("supervision", "culture"),
            beside="execution_rate",
        ),
        Lesson(
            "image_projects",
            (
                Arm("status_quo", "image_projects"),
                Arm("supervision", "image_projects", "supervision:100"),
                Arm("appraisal", "image_projects", "appraisal:100"),
            ),
            "execution_rate",
            # The smaller gap between reported and real execution is better.
            lambda found: _better(found, "appraisal", "supervision", "inflation", least=True),
            _percents(
                ("real", "status_quo", "execution_rate"),
                ("reported", "status_quo", "reported_rate"),
                ("watched_real", "supervision", "execution_rate"),
                ("watched_reported", "supervision", "reported_rate"),
                ("appraised_real", "appraisal", "execution_rate"),
                ("appraised_reported", "appraisal", "reported_rate"),
            ),
            0,
            ("status_quo", "appraisal"),
            reports=True,
        ),
        Lesson(
            "blame_and_daring",
            (
                Arm("status_quo", "district"),
                Arm("blame", "district", "accountability:100"),
                Arm("culture", "district", "culture:100"),
                Arm("blame_culture", "district", "accountability:100,culture:100"),
            ),
            "execution_rate",
            lambda found: _direction(
                _end(found, "blame", "execution_rate") - _end(found, "status_quo", "execution_rate")
            ),
            _percents(
                ("before", "status_quo", "execution_rate"),
                ("blame", "blame", "execution_rate"),
                ("faithful_before", "status_quo", "faithful"),
                ("faithful", "blame", "faithful"),
                ("unowned_before", "status_quo", "unowned"),
                ("unowned", "blame", "unowned"),
                ("idle_before", "status_quo", "idle"),
                ("idle", "blame", "idle"),
                ("time_before", "status_quo", "burden"),
                ("time", "blame", "burden"),
                ("culture", "culture", "execution_rate"),
                ("daring", "blame_culture", "execution_rate"),
            ),
            2,
            ("status_quo", "blame"),
        ),
        Lesson(
            "campaign",
            (
                Arm("status_quo", "responsibility_storm", reformed=False),
                Arm("storm", "responsibility_storm"),
                Arm("quiet", "responsibility_storm", _quiet(), reformed=False),
                Arm("lasting", "responsibility_storm_lasting"),
            ),
            "execution_rate",
            _left,
            _storm_facts,
            2,
            ("status_quo", "storm"),
            explained_months=range(_STORM.start, _STORM.stop),
        ),
        Lesson(
            "budget",
            (
                Arm("status_quo", "district"),
                Arm("control", "district", "accountability:10,supervision:10"),
                Arm("spread", "district", _all_levers(5)),
                Arm("all", "district", _all_levers(100)),
                Arm("focus", "district", _FOCUS),
            ),
            "execution_rate",
            _best_within,
            _budget_facts,
            2,
            ("status_quo", "focus"),
        ),
    )
}


async def run(lesson: Lesson, seed: int = SEED, runs: int = RUNS) -> Answered:
    """Run every arm of a lesson."""
    found = await asyncio.gather(*(_arm(arm, seed, runs) for arm in lesson.arms))
    return dict(zip((arm.key for arm in lesson.arms), found, strict=True))


# Answers are kept, since all students of a lesson see the same runs.
_known: dict[tuple[Arm, int, int], Answer] = {}


async def _arm(arm: Arm, seed: int, runs: int) -> Answer:
    key = (arm, seed, runs)
    if key not in _known:
        plan = plan_of(arm)
        done = await asyncio.gather(
            *(desk.do(WAITED_FOR, partial(run_one, plan, seed, r)) for r in range(runs))
        )
        paths, ends = (np.array([getattr(one, name) for one in done]) for name in ("paths", "ends"))
        _known[key] = Answer(paths, ends)
    return _known[key]
