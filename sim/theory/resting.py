"""Resting points of the mean field, their stability, and how they depend on a setting.

To find resting points, either norm or credibility is held at a value, and everything else is let
come to rest. A resting point is where the variable that is held would not change either. Between
two stable resting points lies an unstable one, the tipping point.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.theory.mean_field import CREDIBILITY, NAMES, NORM, MeanField, Vector

# Number of values at which the held variable is tried.
GRID = 25
# Months iterated before the solver starts: from a state far away, and from one nearby.
_FIRST_MONTHS = 30
_NEARBY = 2
# If the solver's result is farther away than this in any component, it belongs to another resting
# point. Then more months are iterated before it is tried again.
_FAR = 0.2
_MORE_MONTHS = 100
_ATTEMPTS = 4
# Newton steps that correct a point of a branch; those that still use the last point's slopes; the
# difference at which slopes are taken; and the smallest fraction of a step that is tried.
_CORRECTIONS = 9
_CHORDS = 3
_SIDE = 1e-4
_SHORTEST = 256
# Most months iterated until a path settles.
_MOST_MONTHS = 4000
# Largest monthly change of a state at rest.
_CLOSE = 1e-9
# Two resting points nearer than this in norm and credibility count as one.
_SAME = 1e-4
# Difference at which derivatives are taken.
_STEP = 1e-6
# Monthly change below which a path has settled; smallest difference in credibility between two
# resting points; precision of the tipping point.
_SETTLED = 1e-6
_APART = 0.01
_TOLD = 0.002


@dataclass(frozen=True)
class RestingPoint:
    """A state that the mean field does not leave; stable if small disturbances fade."""

    state: Vector
    # Execution rate, 0 to 1.
    execution: float
    # Largest modulus of an eigenvalue of the map: the share of a small disturbance that is left
    # after a month.
    radius: float
    # Whether citizens have fallen silent.
    silent: bool

    @property
    def norm(self) -> float:
        """Norm, 0 to 1."""
        return float(self.state[NORM])

    @property
    def credibility(self) -> float:
        """Credibility, 0 to 1."""
        return float(self.state[CREDIBILITY])

    @property
    def stable(self) -> bool:
        """Whether small disturbances fade."""
        return self.radius < 1.0


def coordinates(field: MeanField) -> NDArray[np.int64]:
    """Numbers of the independent components of a state.

    They are all but the last share of each rank, since the shares of a rank add up to 1.
    """
    size = field.state(0.0, 0.0).size
    ranks = field.posts.size
    conducts = (size - len(NAMES)) // ranks
    last = len(NAMES) + conducts * np.arange(1, ranks + 1) - 1
    return np.delete(np.arange(size), last)


def completed(field: MeanField, state: Vector) -> Vector:
    """Set the last share of each rank so that the shares add up to 1; changes and returns it."""
    shares = state[len(NAMES) :].reshape(field.posts.size, -1)
    shares[:, -1] = 1.0 - shares[:, :-1].sum(axis=1)
    return state


def jacobian(field: MeanField, state: Vector, seen: float = np.nan) -> NDArray[np.float64]:
    """Derivatives of next month's state by this month's, in the independent ``coordinates``.

    By central differences; shape (n, n). ``seen`` is as in ``MeanField.step``.
    """
    free = coordinates(field)
    columns = []
    for i in free:
        up, down = state.copy(), state.copy()
        up[i] += _STEP
        down[i] -= _STEP
        ahead = field.step(completed(field, up), seen)
        behind = field.step(completed(field, down), seen)
        columns.append((ahead - behind)[free] / (2.0 * _STEP))
    return np.column_stack(columns)


def radius(derivative: NDArray[np.float64]) -> float:
    """Largest modulus of the eigenvalues, leaving out components that never change."""
    still = np.abs(derivative - np.eye(len(derivative))).max(axis=1) < _STEP
    moving = derivative[np.ix_(~still, ~still)]
    return float(np.abs(np.linalg.eigvals(moving)).max())


def relaxed(
    field: MeanField, held: int | None, value: float, start: Vector, first: int = _FIRST_MONTHS
) -> Vector:
    """The state at rest that is reached from ``start`` while component ``held`` stays at ``value``.

    If ``held`` is None, it is the resting point near ``start``, stable or not. ``first`` months are
    iterated before the solver starts; from a state nearby, few are enough.
    """
    state = start.copy()
    if held is not None:
        state[held] = value
    for number in range(_ATTEMPTS):
        for _ in range(first if number == 0 else _MORE_MONTHS):
            state = field.step(state)
            if held is not None:
                state[held] = value
        found = _solved(field, held, state)
        if found is not None and (held is None or np.abs(found - state).max() < _FAR):
            return found
    return state


def _solved(field: MeanField, held: int | None, state: Vector) -> Vector | None:
    """The state at rest, but for component ``held``, found by a solver; None if it fails."""
    free = coordinates(field)
    free = free[free != held] if held is not None else free

    def moved(part: Vector) -> Vector:
        whole = state.copy()
        whole[free] = part
        return np.asarray(field.step(completed(field, whole))[free] - part)

    found = scipy.optimize.root(moved, state[free], method="hybr", tol=1e-12)
    within = found.x.min() > -_CLOSE and found.x.max() < 1.0 + _CLOSE
    if not within or np.abs(moved(found.x)).max() > _CLOSE:
        return None
    at_rest = state.copy()
    at_rest[free] = found.x
    return completed(field, at_rest)


def drift(
    field: MeanField, held: int, value: float, start: Vector, first: int = _FIRST_MONTHS
) -> tuple[float, Vector]:
    """Monthly change of component ``held`` if everything else is at rest; and that state."""
    state = relaxed(field, held, value, start, first)
    return float(field.step(state)[held] - value), state


def _crossings(field: MeanField, held: int, upwards: bool) -> Iterator[Vector]:
    """States at rest found while component ``held`` goes from 0 to 1, or from 1 to 0."""
    grid = np.linspace(0.0, 1.0, GRID)
    if not upwards:
        grid = grid[::-1]
    state = field.state(float(not upwards), float(not upwards))
    before: tuple[float, float, Vector] | None = None
    for value in grid:
        moved, state = drift(field, held, float(value), state)
        if moved == 0.0:
            yield state
        elif before is not None and before[1] * moved < 0.0:
            start = before[2]

            def moves(value: float, start: Vector = start) -> float:
                return drift(field, held, value, start)[0]

            ends = sorted((before[0], float(value)))
            if moves(ends[0]) * moves(ends[1]) < 0.0:
                at = scipy.optimize.brentq(moves, *ends, xtol=1e-10)
                yield relaxed(field, held, float(at), start)
        before = (float(value), moved, state)


def resting_points(field: MeanField) -> list[RestingPoint]:
    """All resting points that are found, in order of norm and credibility.

    Identical citizens fall silent together, so points are looked for both with citizens who speak
    and with silent ones. A point with silent citizens counts if credibility is at most that of
    return; one with citizens who speak, if it is at least that of exit.
    """
    public = field.scenario.public
    found = [
        resting_point(one, state)
        for one in (replace(field, silent=False), replace(field, silent=True))
        for state in _at_rest(one)
        if (
            public.exit_below > 0.0 and state[CREDIBILITY] <= public.return_above
            if one.silent
            else state[CREDIBILITY] >= public.exit_below
        )
    ]
    return sorted(found, key=lambda point: (point.norm, point.credibility))


def _at_rest(field: MeanField) -> list[Vector]:
    found: list[Vector] = []
    for held in (CREDIBILITY, NORM):
        for upwards in (True, False):
            for state in _crossings(field, held, upwards):
                rest = relaxed(field, None, 0.0, state, 0)
                at_rest = np.abs(field.step(rest) - rest).max() < _CLOSE
                known = any(np.abs(rest - one)[:2].max() < _SAME for one in found)
                if at_rest and not known:
                    found.append(rest)
    return found


def resting_point(field: MeanField, state: Vector) -> RestingPoint:
    """The resting point at a state at rest, with its execution and stability."""
    share = radius(jacobian(field, state))
    return RestingPoint(state, field.delivery(state), share, field.silent)


def settle(field: MeanField, start: float) -> float:
    """Credibility at which the mean field settles if norm and trust begin at ``start``, 0 to 1.

    Citizens fall silent and return by the rules, all of them together.
    """
    public = field.scenario.public
    fields = {silent: replace(field, silent=silent) for silent in (False, True)}
    state, silent, below = field.state(start, start), False, 0
    for _ in range(_MOST_MONTHS):
        after = fields[silent].step(state)
        trust = after[CREDIBILITY]
        if silent:
            silent = bool(trust <= public.return_above)
        else:
            below = below + 1 if trust < public.exit_below else 0
            silent = below >= public.exit_months
        if np.abs(after - state).max() < _SETTLED and (silent or below == 0):
            break
        state = after
    return float(trust)


def tipping_point(field: MeanField) -> float | None:
    """The tipping point: lower starts of norm and trust settle low, higher ones settle high.

    None if all starts settle at the same credibility.
    """
    low, high = 0.0, 1.0
    ends = settle(field, low), settle(field, high)
    if ends[1] - ends[0] < _APART:
        return None
    middle = 0.5 * (ends[0] + ends[1])
    while high - low > _TOLD:
        between = 0.5 * (low + high)
        if settle(field, between) < middle:
            low = between
        else:
            high = between
    return 0.5 * (low + high)


def loop_gain(field: MeanField, state: Vector, months: int) -> NDArray[np.float64]:
    """Spiral gain at the resting point ``state`` after 0…``months`` months; shape (months + 1,).

    It is the further loss of trust that a small loss causes through execution. Officers meet a
    trust that is lower by one small unit from now on; the gain is the number of units by which
    trust then falls. Above 1, a loss of trust causes a larger one. Computed from the Jacobian.
    """
    seen = float(state[CREDIBILITY])
    free = coordinates(field)
    ahead, behind = field.step(state, seen + _STEP), field.step(state, seen - _STEP)
    by_seen = (ahead - behind)[free] / (2.0 * _STEP)
    derivative = jacobian(field, state, seen)
    moved = np.zeros(len(free))
    gains = [0.0]
    for _ in range(months):
        moved = derivative @ moved + by_seen
        gains.append(float(moved[CREDIBILITY]))
    return np.array(gains)


def response(field: MeanField, state: Vector, months: int) -> NDArray[np.float64]:
    """Share of a small cut of trust that is left after 0…``months`` months; (months + 1,).

    ``state`` is the resting point at which trust is cut.
    """
    derivative = jacobian(field, state)
    push = np.zeros(len(derivative))
    push[CREDIBILITY] = 1.0
    left = [1.0]
    for _ in range(months):
        push = derivative @ push
        left.append(float(push[CREDIBILITY]))
    return np.array(left)


def _line(field: MeanField, held: int, upwards: bool, points: int) -> Vector:
    """Credibility and execution along a nullcline, with all but component ``held`` at rest.

    ``held`` goes from 0 to 1 if ``upwards``, else from 1 to 0; shape (points, 2).
    """
    end = 0.0 if upwards else 1.0
    state = relaxed(field, CREDIBILITY, end, field.state(end, end))
    found = []
    for value in np.linspace(end, 1.0 - end, points):
        state = relaxed(field, held, float(value), state)
        found.append((state[CREDIBILITY], field.delivery(state)))
    return np.array(found)


def nullclines(field: MeanField, points: int = GRID) -> tuple[Vector, Vector]:
    """Nullclines: the line on which trust does not change, and the one on which the norm does not.

    Each has columns credibility and execution and shape (2 · points + 1, 2). On the first all but
    the norm is at rest, on the second all but credibility. The first half of the rows goes from the
    low end up; after a row of NaN the second half goes from the high end down. The two halves
    coincide where only one state is at rest. Resting points are where the lines cross.
    """
    gap = np.full((1, 2), np.nan)
    trust_still, norm_still = (
        np.vstack([_line(field, held, True, points), gap, _line(field, held, False, points)])
        for held in (NORM, CREDIBILITY)
    )
    return trust_still, norm_still


@dataclass(frozen=True)
class Branch:
    """A curve of resting points along a setting, in the order in which it is followed."""

    # The setting, its values, and the credibility and stability of the resting points, (points,).
    key: str
    values: NDArray[np.float64]
    credibility: NDArray[np.float64]
    stable: NDArray[np.bool_]
    # Folds, where the curve turns back: rows of (value, credibility).
    folds: NDArray[np.float64]


def _with(field: MeanField, key: str, value: float) -> MeanField:
    return replace(field, scenario=field.scenario.replace({key: value}))


def _slopes(moves: Callable[[float, float], float], at: Vector, heading: Vector) -> Vector:
    """Derivatives of the drift by credibility and by the setting, as a share of its range; (2,).

    They are one-sided, in the direction of ``heading``, because the drift has a kink where
    satisfaction reaches its maximum.
    """
    sides = np.where(heading < 0.0, -_SIDE, _SIDE)
    sides = np.where((at + sides < 0.0) | (at + sides > 1.0), -sides, sides)
    trust, place = float(at[0]), float(at[1])
    base = moves(trust, place)
    return np.array(
        [
            (moves(trust + sides[0], place) - base) / sides[0],
            (moves(trust, place + sides[1]) - base) / sides[1],
        ]
    )


def _corrected(
    moves: Callable[[float, float], float],
    guess: Vector,
    slope: Vector,
    heading: Vector,
    near: float,
) -> Vector | None:
    """The point at rest perpendicular to ``heading`` from ``guess``; None if none is ``near``."""
    # The last point's slopes are used first; if they do not lead to the point, new ones are taken.
    system = np.array([slope, heading])
    ahead = guess.copy()
    for number in range(_CORRECTIONS):
        if number >= _CHORDS:
            system[0] = _slopes(moves, ahead, heading)
        miss = np.array([moves(float(ahead[0]), float(ahead[1])), heading @ (ahead - guess)])
        change = np.linalg.solve(system, miss)
        ahead = ahead - change
        inside = ahead.min() >= 0.0 and ahead.max() <= 1.0
        if not inside or np.hypot(*(ahead - guess)) > near:
            return None
        if np.abs(change).max() < _STEP:
            return ahead
    return None


def continuation(
    field: MeanField, key: str, low: float, high: float, step: float = 0.05, most: int = 400
) -> Branch:
    """Follow resting points, also around folds, while the setting ``key`` moves from ``low``.

    By pseudo-arclength continuation (Keller 1977) of the drift of credibility with everything else
    at rest. It begins at the lowest resting point at ``low`` and ends when the setting leaves [low,
    high], when credibility leaves [0, 1], or after ``most`` points. ``step`` is the distance of
    points, with both the range of the setting and that of credibility taken as 1.
    """
    width = high - low
    rests = _at_rest(_with(field, key, low))
    state = min(rests, key=lambda one: float(one[CREDIBILITY]))

    fields: dict[float, MeanField] = {}

    def moves(trust: float, place: float) -> float:
        nonlocal state
        value = float(np.clip(low + place * width, low, high))
        if value not in fields:
            fields[value] = _with(field, key, value)
        found, state = drift(fields[value], CREDIBILITY, trust, state, _NEARBY)
        return found

    at = np.array([state[CREDIBILITY], 0.0])
    heading = np.array([0.0, 1.0])
    points: list[Vector] = []
    stable: list[bool] = []
    tangents: list[Vector] = []
    while len(points) < most:
        slope = _slopes(moves, at, heading)
        tangent = np.array([-slope[1], slope[0]])
        length = np.hypot(*tangent)
        tangent = heading if length == 0.0 else tangent / length
        heading = tangent if tangent @ heading >= 0.0 else -tangent
        points.append(at)
        tangents.append(heading)
        stable.append(bool(slope[0] < 0.0))
        here, ahead, stride = state, None, step
        while ahead is None and stride > step / _SHORTEST:
            guess = at + stride * heading
            if not (guess.min() >= 0.0 and guess.max() <= 1.0):
                break
            state = here
            ahead = _corrected(moves, guess, slope, heading, stride)
            stride /= 2.0
        if ahead is None:
            break
        at = ahead
    path = np.array(points)
    turning = np.array(tangents)[:, 1]
    folds = []
    for i in np.flatnonzero(turning[:-1] * turning[1:] < 0.0):
        share = turning[i] / (turning[i] - turning[i + 1])
        folds.append(path[i] + share * (path[i + 1] - path[i]))
    turned = np.array(folds).reshape(-1, 2)
    return Branch(
        key,
        low + width * path[:, 1],
        path[:, 0],
        np.array(stable),
        np.column_stack([low + width * turned[:, 1], turned[:, 0]]),
    )
