"""Why execution changed: the change between two runs on common draws, divided among mechanisms.

What an officer at the front line is expected to deliver is content that arrives, times what the
officer makes of it, averaged over conducts by their logit probabilities. All of these are values
that the rules of choice and work compute. Products and sums are divided by the mean of both runs,
probabilities
and products along the chain by logarithmic means (Sato 1976; Vartia 1976; Ang 2004), and ease by
changing one of its causes after another, in an order and in the reverse order. So the parts add up
to the change of the execution rate, without a remainder; what the draws of conducts make of
expectations is a part of its own, ``chance``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kinds import CONDUCTS
from sim.mechanisms.conduct import Reasons
from sim.study.choice_terms import note_terms
from sim.study.in_step import Side
from sim.world.plan import Plan

Values = NDArray[np.float64]

# Causes of a change: what takes officers' time; citizens' cooperation; ability; authority and
# owners of tasks; difficulty of tasks and latitude; leaders' example and ability; what appraisal
# rewards; fear of being caught; fear of blame; the norm among colleagues; honour and shame; sense
# of duty; gain for the department; habit and taste; citizens for each officer; draws of conducts.
MECHANISMS = (
    "time",
    "cooperation",
    "ability",
    "posts",
    "task",
    "leaders",
    "reward",
    "caught",
    "blame",
    "norm",
    "culture",
    "duty",
    "rent",
    "habit",
    "caseload",
    "chance",
)
_AT = {name: number for number, name in enumerate(MECHANISMS)}
# Where the change of a term of utility belongs that does not come from ease, cost or belonging,
# which are divided further.
_OF_TERM = {
    "duty": "duty",
    "reward": "reward",
    "rent": "rent",
    "threat": "caught",
    "blame": "blame",
    "example": "leaders",
    "habit": "habit",
    "taste": "habit",
}
# Causes of ease in the order in which they are changed.
_OF_EASE = ("time", "cooperation", "ability", "posts", "task", "leaders")
_TERMS = {name: number for number, name in enumerate(Reasons._fields)}
# Ratios of smaller numbers are taken as equal to one.
_LEAST = 1e-300


@dataclass(frozen=True)
class Change:
    """The change between two runs over some months; all are shares, differences from −1 to 1.

    ``parts`` are parts of the change of execution by mechanism, (MECHANISMS,); they add up to
    ``execution``, and without the last, ``chance``, to ``expected``: the change of what officers
    are expected to deliver as each month begins. ``credibility``, ``cooperation`` and ``norm`` are
    changes of means over departments, as officers meet them.
    """

    parts: Values
    execution: float
    expected: float
    credibility: float
    cooperation: float
    norm: float


def log_mean(a: Values, b: Values) -> Values:
    """Logarithmic mean of numbers of at least 0: (a − b) / ln(a / b), and a where both are equal.

    It is 0 where one of them is 0.
    """
    ratio = log_ratio(a, b)
    near = np.abs(ratio) < 1e-6
    # Near equality the mean of both differs by less than rounding.
    found = np.where(near, 0.5 * (a + b), (a - b) / np.where(near, 1.0, ratio))
    return np.where((a > 0.0) & (b > 0.0), found, 0.0)


def log_ratio(a: Values, b: Values) -> Values:
    """ln(a / b), and 0 where either is 0."""
    both = (a > _LEAST) & (b > _LEAST)
    return np.log(np.where(both, a, 1.0) / np.where(both, b, 1.0))


class _Met:
    """What officers of a department meet in a month, on one side, after they have chosen."""

    def __init__(self, side: Side, d: int, month: int) -> None:
        world = side.world
        self._world, self._d, self._month = world, d, month
        self.department = world.departments[d]
        self.mechanisms = world.mechanisms[month, self.department.group]
        self.settings = world.settings[0]
        self.conducts = world.conducts
        first = int(self.department.first_officer)
        self.here = slice(first, first + int(self.department.officers))
        officers = world.officers
        self.capability = np.array(officers["capability"][self.here], np.float64)
        self.ease = np.array(officers["ease"][self.here], np.float64)
        at_head = officers["number_in_department"][self.here] == 0
        gain = np.where(at_head, self.department.guidance_above, self.department.guidance)
        settings, mechanisms = self.settings, self.mechanisms
        planned = 1.0 - settings.plan_relief * mechanisms.planning
        everybody = np.ones(self.ease.shape)
        # Causes of ease, in the order of ``_OF_EASE``.
        self.causes = (
            everybody * (1.0 - self.department.burden),
            everybody * settings.cooperation * (1.0 - self.department.willing),
            self.capability,
            everybody * (1.0 - settings.authority_need * (1.0 - mechanisms.authority)),
            everybody * self.department.difficulty * planned,
            1.0 + gain,
        )
        self.passes = np.array(
            [
                world.outlooks[min(d, len(world.outlooks) - 1), k].passes
                for k in range(len(CONDUCTS))
            ]
        )
        self.owned = 1.0 - float(self.department.unowned)
        self.served = float(self.department.served)
        self.arriving = float(1.0 - settings.crossed_orders * mechanisms.heads)

    def ease_of(self, causes: tuple[Values, ...]) -> Values:
        """Ease by the rule, (officers,), from its causes."""
        free, unwilling, capability, authority, difficulty, led = causes
        margin = self.settings.slope * (capability - (difficulty + unwilling))
        return np.asarray(np.minimum(1.0, free * authority / (1.0 + np.exp(-margin)) * led))

    def noted(self, ease: Values) -> tuple[Values, Values, Values]:
        """Terms, effort and what is achieved at some ease; see ``note_terms``."""
        officers, conducts = len(ease), len(CONDUCTS)
        terms = np.empty((officers, conducts, len(_TERMS)))
        effort, achieved = np.empty((officers, conducts)), np.empty((officers, conducts))
        note_terms(self._world, self._d, self._month, ease, terms, effort, achieved)
        return terms, effort, achieved

    def chances(self, terms: Values) -> Values:
        """Probability of each conduct, (officers, conducts)."""
        worth = float(self.settings.precision) * terms.sum(axis=-1)
        available = self.conducts["available"].astype(bool)
        worth = np.where(available, worth, -np.inf)
        weight = np.exp(worth - worth.max(axis=-1, keepdims=True))
        return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


class _Pair:
    """A department in a month on both sides: what it would deliver, and why it differs."""

    def __init__(self, before: _Met, after: _Met) -> None:
        self._sides = before, after
        officers, conducts = len(before.ease), len(CONDUCTS)
        # Changes by mechanism of what conducts are worth and of what each would deliver of content
        # that arrives.
        self._worth = np.zeros((len(MECHANISMS), officers, conducts))
        self._yield = np.zeros_like(self._worth)
        self._walk_ease()
        self._divide_cost()
        self._compare_rest()

    def _walk_ease(self) -> None:
        """Change the causes of ease one by one, in both orders, by the rules of either side."""
        before, after = self._sides
        ends = before.causes, after.causes
        orders = (range(len(_OF_EASE)), range(len(_OF_EASE) - 1, -1, -1))
        for order in orders:
            now = list(ends[0])
            ease = [before.ease_of(tuple(now))]
            for cause in order:
                now[cause] = ends[1][cause]
                ease.append(before.ease_of(tuple(now)))
            for met in self._sides:
                noted = [met.noted(one) for one in ease]
                for step, cause in enumerate(order):
                    terms, more = noted[step][0], noted[step + 1][0]
                    at = _AT[_OF_EASE[cause]]
                    self._worth[at] += 0.25 * (more - terms).sum(axis=-1)
                    delivered = [
                        _delivered(met, ease[one], *noted[one][1:]) for one in (step, step + 1)
                    ]
                    self._yield[at] += 0.25 * (delivered[1] - delivered[0])

    def _compare_rest(self) -> None:
        """Compare all but ease: terms at the ease of either side, and what conducts bring."""
        for ease in (one.ease for one in self._sides):
            noted = [met.noted(ease) for met in self._sides]
            change = 0.5 * (noted[1][0] - noted[0][0])
            for term, mechanism in _OF_TERM.items():
                self._worth[_AT[mechanism]] += change[:, :, _TERMS[term]]
            self._divide_belonging(change[:, :, _TERMS["belonging"]])
            self._divide_yield(ease, noted)

    def _divide_cost(self) -> None:
        """Cost of effort rises with demand, and falls with the time that burden takes from work."""
        demand, hours, parts = [], [], []
        for met in self._sides:
            causes = dict(zip(_OF_EASE, met.causes, strict=True))
            parts.append((causes["cooperation"][0], causes["task"][0]))
            demand.append(1.0 + sum(parts[-1]))
            hours.append(1.0 - met.settings.in_working_hours * met.department.burden)
        by = {
            "time": 0.5 * sum(demand) * (hours[1] - hours[0]),
            "cooperation": 0.5 * sum(hours) * (parts[1][0] - parts[0][0]),
            "task": 0.5 * sum(hours) * (parts[1][1] - parts[0][1]),
        }
        settings = self._sides[0].settings
        efforts = self._sides[0].conducts["effort"] * settings.effort
        for mechanism, part in by.items():
            self._worth[_AT[mechanism]] -= efforts * part

    def _divide_belonging(self, change: Values) -> None:
        """Belonging changes with what colleagues usually do, and with honour and shame."""
        pull, norm = [], []
        for met in self._sides:
            pull.append(
                met.settings.conformity + met.settings.culture_pull * met.mechanisms.culture
            )
            norm.append(met.department.norm)
        engagement = self._sides[0].conducts["engagement"]
        usual = 0.5 * 0.5 * sum(pull) * (norm[1] - norm[0]) * engagement
        self._worth[_AT["norm"]] += usual
        self._worth[_AT["culture"]] += change - usual

    def _divide_yield(self, ease: Values, noted: list[tuple[Values, Values, Values]]) -> None:
        """Divide the change of what conducts deliver at one ease among effort and the rest."""
        delivered = [
            _delivered(met, ease, effort, achieved)
            for met, (_, effort, achieved) in zip(self._sides, noted, strict=True)
        ]
        mean = log_mean(delivered[1], delivered[0])
        before, after = self._sides
        by = {
            "reward": log_ratio(noted[1][1], noted[0][1]),
            "task": log_ratio(noted[1][2], noted[0][2]),
            "posts": log_ratio(np.array(after.owned), np.array(before.owned)),
            "caseload": log_ratio(np.array(after.served), np.array(before.served)),
        }
        left = delivered[1] - delivered[0]
        for mechanism, ratio in by.items():
            self._yield[_AT[mechanism]] += 0.5 * mean * ratio
            left = left - mean * ratio
        # Where a conduct delivers something on one side only.
        self._yield[_AT["task"]] += 0.5 * left

    def chosen(self) -> tuple[list[Values], Values]:
        """Probabilities on both sides, and their changes by mechanism."""
        chances = [met.chances(met.noted(met.ease)[0]) for met in self._sides]
        share = log_mean(chances[1], chances[0])
        weight = share / share.sum(axis=-1, keepdims=True)
        precision = float(self._sides[0].settings.precision)
        beside = (weight * self._worth).sum(axis=-1, keepdims=True)
        return chances, share * precision * (self._worth - beside)

    def made(self, chances: list[Values], moved: Values) -> tuple[list[Values], Values]:
        """What officers make of content that arrives, both sides, and changes by mechanism."""
        each = []
        for met in self._sides:
            _, effort, achieved = met.noted(met.ease)
            each.append(_delivered(met, met.ease, effort, achieved))
        made = [(p * y).sum(axis=-1) for p, y in zip(chances, each, strict=True)]
        change = moved * (0.5 * (each[0] + each[1])) + self._yield * 0.5 * (chances[0] + chances[1])
        return made, change.sum(axis=-1)

    def handed(self, chances: list[Values], moved: Values) -> tuple[list[Values], Values]:
        """Content handed down of what the superior handed down, both sides, and ratios by cause."""
        before, after = self._sides
        passed = [
            (p * met.passes).sum(axis=-1) for p, met in zip(chances, self._sides, strict=True)
        ]
        change = (moved * (0.5 * (before.passes + after.passes))).sum(axis=-1)
        change[_AT["task"]] += (
            0.5 * (chances[0] + chances[1]) * (after.passes - before.passes)
        ).sum(axis=-1)
        mean = log_mean(passed[1], passed[0])
        ratios = change / np.where(mean > 0.0, mean, 1.0)
        return passed, ratios


def _delivered(met: _Met, ease: Values, effort: Values, achieved: Values) -> Values:
    """What each conduct delivers of content that arrives, (officers, conducts)."""
    return ease[:, None] * effort * achieved * (met.served * met.owned)


def decompose(before: Plan, after: Plan, seed: int, replicate: int, months: range) -> Change:
    """Divide the change of execution between two plans among mechanisms, as a mean over ``months``.

    Both run on the same draws and have the same posts; all officers must choose by logit.
    """
    sides = Side(before, seed, replicate), Side(after, seed, replicate)
    for side in sides:
        side.run_to(months.start)
    parts = np.zeros(len(MECHANISMS))
    changes = np.zeros(5)
    for month in months:
        found, told = _month(sides, month)
        parts += found
        changes += told
    execution, *rest = changes / len(months)
    return Change(parts / len(months), execution, *rest)


def _month(sides: tuple[Side, Side], month: int) -> tuple[Values, Values]:
    """One month: parts by mechanism, and changes of what ``Change`` tells beside them."""
    worlds = [side.world for side in sides]
    for side in sides:
        side.begin_month(month)
    officers = worlds[0].officers
    superior = np.array(officers["superior"])
    rank = np.array(officers["rank"])
    front = np.array(officers["front"]) == 1
    # Content that officers hand down, and its logarithmic changes by mechanism.
    content = np.ones((2, len(superior)))
    ratios = np.zeros((len(MECHANISMS), len(superior)))
    expected, parts = np.zeros(2), np.zeros(len(MECHANISMS))
    serving = worlds[0].departments["citizens"] > 0
    changes = np.zeros(5)
    for number, name in ((2, "credibility"), (3, "willing"), (4, "norm")):
        means = [world.departments[name][serving].mean() for world in worlds]
        changes[number] = means[1] - means[0]
    for d in range(len(worlds[0].departments)):
        for side in sides:
            side.choose(d, month)
        met = _Met(sides[0], d, month), _Met(sides[1], d, month)
        pair = _Pair(*met)
        chances, moved = pair.chosen()
        made, made_by = pair.made(chances, moved)
        handed, handed_by = pair.handed(chances, moved)
        crossed = np.array([one.arriving for one in met])
        at = met[0].here
        arrived, arrived_by = np.ones((2, len(made[0]))), np.zeros_like(made_by)
        # A superior stands before those below.
        for level in np.unique(rank[at]):
            here = np.flatnonzero(rank[at] == level)
            above = superior[at][here]
            top = above < 0
            arrived[:, here] = crossed[:, None] * np.where(top, 1.0, content[:, above])
            arrived_by[:, here] = np.where(top, 0.0, ratios[:, above])
            arrived_by[_AT["posts"], here] += log_ratio(crossed[1:], crossed[:1])
            content[:, at.start + here] = arrived[:, here] * np.array(handed)[:, here]
            ratios[:, at.start + here] = arrived_by[:, here] + handed_by[:, here]
        deliver = front[at]
        mean = log_mean(arrived[1], arrived[0])
        by = mean * arrived_by * 0.5 * (made[0] + made[1])
        by += made_by * 0.5 * (arrived[0] + arrived[1])
        parts += by[:, deliver].sum(axis=-1)
        expected += (arrived * np.array(made))[:, deliver].sum(axis=-1)
        for side in sides:
            side.work(d, month)
    delivered = [float(world.officers["delivered"][front].sum()) for world in worlds]
    parts[_AT["chance"]] = (delivered[1] - expected[1]) - (delivered[0] - expected[0])
    fronts = int(front.sum())
    changes[:2] = (delivered[1] - delivered[0]) / fronts, (expected[1] - expected[0]) / fronts
    for side in sides:
        side.end_month(month)
    return parts / fronts, changes
