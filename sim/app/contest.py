"""The budget contest of a class: groups submit packages of levers under a cap; scores are robust.

A package takes more of officers' time and of cost than the status quo. Both are measured in the
same runs as its score, so that they contain what complaints and hearings take, and both have a cap.
Every package of a scenario has the same draws of the calibrated behaviour and the same seeds, so
the same package has the same score in every group and every room.
"""

import asyncio
import math
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from sim.app import worlds
from sim.app.answers import COST, DRAWN, Answer, Values, run_one
from sim.app.desk import REFINING, desk
from sim.app.experiments import BUDGET_COST, BUDGET_TIME, SEED
from sim.app.refusals import Refusal
from sim.app.state import Pulls, reforms
from sim.errors import BadInput
from sim.planning.scoring import worst_tenth
from sim.study.doubt import BEHAVIOUR

# The scenario of the first round.
FIRST_WORLD = "district"
MOST_GROUPS = 12
# Stages: before it, its two rounds, and after it.
BEFORE, ROUND_ONE, ROUND_TWO, OVER = range(4)
ROUNDS = (ROUND_ONE, ROUND_TWO)
# Most packages that wait for their scores, of all rooms, and scores that are kept.
MOST_WAITING, KEPT = 60, 500
# A score is given from 0 to 100, to one decimal; equal scores at this precision are a tie.
FULL, DIGITS = 100.0, 1
# Less than this is rounding.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Score:
    """What a package comes to: its score from 0 to 100, the parts of it, and what it takes."""

    scenario: str
    pulls: Pulls
    # Mean over the worst tenth of draws, and the middle 90 % of draws.
    points: float
    low: float
    high: float
    # Means over draws; honesty is one less the gap between reported and real execution.
    execution: float
    credibility: float
    honesty: float
    # Beyond the status quo: share of officers' time, and officer-months per officer-year.
    time: float
    cost: float

    @property
    def over(self) -> tuple[float, float]:
        """By how much it exceeds the caps of time and of cost; 0 where it does not."""
        return max(0.0, self.time - BUDGET_TIME), max(0.0, self.cost - BUDGET_COST)

    @property
    def within(self) -> bool:
        """Whether it keeps to both caps."""
        return self.over == (0.0, 0.0)


def honesty(answer: Answer) -> Values:
    """One less the distance of reported from real execution at the end, by run; (replicates,)."""
    return np.asarray(1.0 - np.abs(answer.end("inflation")))


def points(answer: Answer) -> Values:
    """The score of each run, 0 to 100: the mean of execution, credibility and honesty; (runs,)."""
    parts = (answer.end("execution_rate"), answer.end("credibility"), honesty(answer))
    return np.asarray(FULL * np.mean(parts, axis=0))


def scored(scenario: str, pulls: Pulls, answer: Answer, reference: Answer) -> Score:
    """The score of a package from its runs and those of the status quo on the same draws."""
    by_run = points(answer)
    low, high = np.quantile(by_run, (0.05, 0.95))
    return Score(
        scenario,
        pulls,
        round(worst_tenth(by_run), DIGITS),
        float(low),
        float(high),
        float(answer.end("execution_rate").mean()),
        float(answer.end("credibility").mean()),
        float(honesty(answer).mean()),
        float((answer.end("burden") - reference.end("burden")).mean()),
        float((answer.end(COST) - reference.end(COST)).mean()),
    )


async def _runs(scenario: str, pulls: Pulls) -> Answer:
    base = worlds.plan(scenario)
    world = base.scenario.model_copy(update={"reform": reforms(pulls, base.scenario)})
    plan = base.changed(world) if pulls else base
    work = (partial(run_one, plan, SEED, draw, BEHAVIOUR, scenario) for draw in range(DRAWN))
    found = await asyncio.gather(*(desk.do(REFINING, one) for one in work))
    return Answer(np.array([one.paths for one in found]), np.array([one.ends for one in found]))


class Scores:
    """Scores by scenario and package, each computed once, in the background."""

    def __init__(self, most: int = MOST_WAITING, kept: int = KEPT) -> None:
        self._most, self._kept = most, kept
        self._known: OrderedDict[tuple[str, Pulls], Score] = OrderedDict()
        self._coming: dict[tuple[str, Pulls], asyncio.Task[Score]] = {}
        self._status_quo: dict[str, Answer] = {}

    async def of(self, scenario: str, pulls: Pulls) -> Score:
        """The score of a package. Raises Refusal if too many others wait for theirs."""
        key = (scenario, tuple((name, pull) for name, pull in pulls if pull.percent))
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        if key not in self._coming:
            if len(self._coming) >= self._most:
                raise Refusal("many_packages_wait")
            self._coming[key] = asyncio.create_task(self._compute(key))
        # Whoever leaves must not stop what others wait for.
        return await asyncio.shield(self._coming[key])

    async def _compute(self, key: tuple[str, Pulls]) -> Score:
        scenario, pulls = key
        try:
            if scenario not in self._status_quo:
                self._status_quo[scenario] = await _runs(scenario, ())
            reference = self._status_quo[scenario]
            answer = await _runs(scenario, pulls) if pulls else reference
            found = scored(scenario, pulls, answer, reference)
            self._known[key] = found
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
            return found
        finally:
            del self._coming[key]


scores = Scores()


@dataclass
class Trial:
    """The latest package of a group in a round: its score once known, or why it has none."""

    pulls: Pulls
    stage: int
    # Whether it was not submitted in this round, but in the one before.
    carried: bool = False
    score: Score | None = None
    refused: BadInput | None = None

    @property
    def waits(self) -> bool:
        """Whether its score is still being computed."""
        return self.score is None and self.refused is None


@dataclass(frozen=True)
class Standing:
    """A row of the leaderboard; groups with equal scores share a rank."""

    rank: int
    group: int
    points: float
    # The score that counts in each round played so far.
    by_round: tuple[Score, ...]
    # Whether each of these is a package of the group, or the status quo because there is none.
    own: tuple[bool, ...]


@dataclass
class Contest:
    """The contest of one room."""

    stage: int = BEFORE
    worlds: dict[int, str] = field(default_factory=lambda: {ROUND_ONE: FIRST_WORLD})
    trials: dict[tuple[int, int], Trial] = field(default_factory=dict)
    counted: dict[tuple[int, int], Score] = field(default_factory=dict)
    status_quo: dict[int, Score] = field(default_factory=dict)
    groups: set[int] = field(default_factory=set)

    @property
    def open(self) -> bool:
        """Whether packages are accepted."""
        return self.stage in ROUNDS

    @property
    def world(self) -> str:
        """Name of the scenario of the current round, or of the last."""
        return self.worlds[min(max(self.stage, ROUND_ONE), ROUND_TWO)]

    async def advance(self, stage: int) -> None:
        """Go from a stage to the next; packages of round one are also tried in that of round two.

        Nothing happens if the contest has left that stage already.
        """
        if self.stage != stage or stage == OVER:
            return
        self.stage = stage = stage + 1
        if stage not in ROUNDS:
            return
        if stage == ROUND_TWO:
            self.worlds[ROUND_TWO] = secrets.choice(surprises())
        self.status_quo[stage] = await scores.of(self.world, ())
        if stage == ROUND_TWO:
            first = [
                (group, one.pulls) for (at, group), one in self.counted.items() if at == ROUND_ONE
            ]
            await asyncio.gather(
                *(self.submit(group, pulls, carried=True) for group, pulls in first)
            )

    def prepare(self, group: int, pulls: Pulls, carried: bool = False) -> Trial:
        """Note that a group submits a package, before its score is known.

        Raises Refusal if no round is open, or the group still waits for the one before.
        """
        if not self.open:
            raise Refusal("no_round")
        before = self.trials.get((self.stage, group))
        if before is not None and before.waits:
            raise Refusal("package_waits")
        self.groups.add(group)
        trial = self.trials[self.stage, group] = Trial(pulls, self.stage, carried)
        return trial

    async def price(self, trial: Trial) -> None:
        """Compute the score of a package, and with it what it takes."""
        try:
            trial.score = await scores.of(self.worlds[trial.stage], trial.pulls)
        except BadInput as error:
            trial.refused = error

    async def finish(self, group: int, trial: Trial) -> None:
        """Compute the score of a submitted package; it counts if it keeps to the caps."""
        await self.price(trial)
        if trial.score is not None and trial.score.within:
            self.counted[trial.stage, group] = trial.score

    async def submit(self, group: int, pulls: Pulls, carried: bool = False) -> None:
        """Submit a package and wait for its score."""
        await self.finish(group, self.prepare(group, pulls, carried))

    def table(self) -> list[Standing]:
        """The leaderboard, best first; the mean of rounds counts, ties share a rank."""
        played = [one for one in ROUNDS if one in self.status_quo]
        if not played:
            return []
        rows = []
        for group in sorted(self.groups):
            by_round = [self.counted.get((one, group), self.status_quo[one]) for one in played]
            own = tuple((one, group) in self.counted for one in played)
            mean = sum(one.points for one in by_round) / len(by_round)
            rows.append((round(mean, DIGITS), group, tuple(by_round), own))
        rows.sort(key=lambda row: (-row[0], row[1]))
        ranks = {row[0]: 1 + sum(other[0] > row[0] for other in rows) for row in rows}
        return [Standing(ranks[mean], group, mean, found, own) for mean, group, found, own in rows]


def surprises() -> list[str]:
    """Scenarios for round two: other ones with the same levers, no reform of their own, as long."""
    first = worlds.scenario(FIRST_WORLD)
    return [
        name
        for name, one in worlds.offered().items()
        if name != FIRST_WORLD
        and not worlds.own(name)
        and [*one.levers] == [*first.levers]
        and one.clock.months >= first.clock.months
    ]


def exceeded(score: Score) -> tuple[float, float]:
    """By how much a package exceeds its caps, rounded up as it is shown: points, and cost."""
    time, cost = score.over
    return _up(FULL * time, 1), _up(cost, 2)


def _up(value: float, digits: int) -> float:
    """A value rounded up, so that what is over a cap is never shown as nothing."""
    scale = 10.0**digits
    return math.ceil(value * scale - _ROUNDING) / scale
