"""Where the mean field rests, whether it stays there, and how that changes with a setting.

Resting points are found by holding one of norm and credibility still, letting everything else come
to rest, and looking for the values at which the one held would not move either. What holds a stable
point apart from the next is the unstable one between them: the tipping point.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, root

from sim.meanfield import CREDIBILITY, NAMES, NORM, MeanField, Vector

# Values at which the variable held still is tried.
GRID = 25
# Months let pass before the rest is solved for, and at most where that fails.
_FIRST_MONTHS = 30
_MOST_MONTHS = 4000
_CLOSE = 1e-9
# Two resting points nearer than this in norm and credibility are one.
_SAME = 1e-4
_STEP = 1e-6
# Monthly change at which a path has settled, how far apart two rests must be, and how exactly the
# start between them is told.
_SETTLED = 1e-6
_APART = 0.01
_TOLD = 0.002


@dataclass(frozen=True)
class RestingPoint:
    """A state the mean field stays in; ``stable`` if it comes back after a small push."""

    state: Vector
    execution: float
    # Largest modulus of an eigenvalue of the map there: what is left of a small push a month on.
    radius: float
    # Whether the public is silent there.
    silent: bool

    @property
    def norm(self) -> float:
        """Norm there."""
        return float(self.state[NORM])

    @property
    def credibility(self) -> float:
        """Credibility there."""
        return float(self.state[CREDIBILITY])

    @property
    def stable(self) -> bool:
        """Whether small pushes fade."""
        return self.radius < 1.0


def coordinates(field: MeanField) -> NDArray[np.int64]:
    """Components that are free to move: all but the last conduct share of each rank."""
    size = field.state(0.0, 0.0).size
    ranks = field.posts.size
    conducts = (size - len(NAMES)) // ranks
    last = len(NAMES) + conducts * np.arange(1, ranks + 1) - 1
    return np.delete(np.arange(size), last)


def completed(field: MeanField, state: Vector) -> Vector:
    """A state whose last share at each rank makes the shares of the rank sum to 1."""
    shares = state[len(NAMES) :].reshape(field.posts.size, -1)
    shares[:, -1] = 1.0 - shares[:, :-1].sum(axis=1)
    return state


def jacobian(field: MeanField, state: Vector, seen: float = np.nan) -> NDArray[np.float64]:
    """Derivatives of next month's state by this month's, in the free ``coordinates``.

    Central differences; shape (n, n). With ``seen``, officers meet that trust whatever the state's.
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
    """Largest modulus of the eigenvalues, without components that nothing ever moves."""
    still = np.abs(derivative - np.eye(len(derivative))).max(axis=1) < _STEP
    moving = derivative[np.ix_(~still, ~still)]
    return float(np.abs(np.linalg.eigvals(moving)).max())


def relaxed(field: MeanField, held: int | None, value: float, start: Vector) -> Vector:
    """The state to which all but component ``held`` comes from ``start`` while that one is held.

    With nothing held, the resting point near ``start``.
    """
    state = start.copy()
    if held is not None:
        state[held] = value
        for _ in range(_FIRST_MONTHS):
            state = field.step(state)
            state[held] = value
    free = coordinates(field)
    free = free[free != held] if held is not None else free

    def moved(part: Vector) -> Vector:
        whole = state.copy()
        whole[free] = part
        return np.asarray(field.step(completed(field, whole))[free] - part)

    found = root(moved, state[free], method="hybr", tol=1e-12)
    within = found.x.min() > -_CLOSE and found.x.max() < 1.0 + _CLOSE
    if within and np.abs(moved(found.x)).max() < _CLOSE:
        state[free] = found.x
        return completed(field, state)
    for _ in range(_MOST_MONTHS):
        after = field.step(state)
        if held is not None:
            after[held] = value
        if np.abs(after - state).max() < _CLOSE / 10:
            return after
        state = after
    return state


def drift(field: MeanField, held: int, value: float, start: Vector) -> tuple[float, Vector]:
    """How far the component held would move in a month, everything else at rest; and that state."""
    state = relaxed(field, held, value, start)
    return float(field.step(state)[held] - value), state


def _crossings(field: MeanField, held: int, upwards: bool) -> Iterator[Vector]:
    """States at rest found along one branch, from below or from above."""
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
                at = brentq(moves, *ends, xtol=1e-10)
                yield relaxed(field, held, float(at), start)
        before = (float(value), moved, state)


def resting_points(field: MeanField) -> list[RestingPoint]:
    """Every resting point found, from the lowest norm and credibility up.

    Citizens alike fall silent together. So both a silent and an open public are tried, and a point
    counts where its public would stay as it is: silent below the level of return, open above that
    of exit.
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
                rest = relaxed(field, None, 0.0, state)
                at_rest = np.abs(field.step(rest) - rest).max() < _CLOSE
                known = any(np.abs(rest - one)[:2].max() < _SAME for one in found)
                if at_rest and not known:
                    found.append(rest)
    return found


def resting_point(field: MeanField, state: Vector) -> RestingPoint:
    """A state at rest with its stability."""
    share = radius(jacobian(field, state))
    return RestingPoint(state, field.delivery(state), share, field.silent)


def settle(field: MeanField, start: float) -> float:
    """Credibility at which the mean field settles when norm and trust begin at ``start``.

    Citizens fall silent and come back as the rules say, alike citizens together.
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
    """The start of norm and trust that parts those that settle low from those that settle high.

    None where all starts settle together.
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
    """Spiral gain at the resting point ``state``, from its Jacobian, after 0…``months`` months.

    How much of a small loss of trust comes back through execution: officers meet a trust lower by
    one small unit from now on, and this is by how many units trust really falls. Above 1 a loss
    brings about a greater one.
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
    """Share of a small cut of trust at ``state`` that is left 0…``months`` months later."""
    derivative = jacobian(field, state)
    push = np.zeros(len(derivative))
    push[CREDIBILITY] = 1.0
    left = [1.0]
    for _ in range(months):
        push = derivative @ push
        left.append(float(push[CREDIBILITY]))
    return np.array(left)


def nullclines(field: MeanField, points: int = GRID) -> tuple[Vector, Vector]:
    """States at which credibility, or the norm, would not move, everything else being free.

    Returns states along the line where all but the norm is at rest, as the norm goes from 0 to 1,
    and along the line where all but credibility is; each of shape (points, size of a state). They
    cross in the resting points.
    """
    lines = []
    for held in (NORM, CREDIBILITY):
        state = field.state(0.0, 0.0)
        found = []
        for value in np.linspace(0.0, 1.0, points):
            state = relaxed(field, held, float(value), state)
            found.append(state)
        lines.append(np.array(found))
    return lines[0], lines[1]


def nullcline_paths(field: MeanField, points: int = GRID) -> tuple[Vector, Vector]:
    """The nullclines as credibility and execution; each of shape (points, 2)."""
    trust_still, norm_still = (
        np.array([[state[CREDIBILITY], field.delivery(state)] for state in line])
        for line in nullclines(field, points)
    )
    return trust_still, norm_still


@dataclass(frozen=True)
class Branch:
    """Resting points along a setting, in order of travel; ``folds`` are where it turns back."""

    key: str
    values: NDArray[np.float64]
    credibility: NDArray[np.float64]
    stable: NDArray[np.bool_]
    # Rows of (value, credibility).
    folds: NDArray[np.float64]


def _with(field: MeanField, key: str, value: float) -> MeanField:
    return replace(field, scenario=field.scenario.replace({key: value}))


def continuation(
    field: MeanField, key: str, low: float, high: float, step: float = 0.03, most: int = 400
) -> Branch:
    """Follow resting points while the setting ``key`` goes from ``low``, round every fold.

    Pseudo-arclength continuation (Keller 1977) of the drift of credibility with all else at rest,
    from the lowest resting point at ``low`` until the setting leaves [low, high] or credibility
    [0, 1]. ``step`` is a length in the square of both.
    """
    width = high - low
    rests = _at_rest(_with(field, key, low))
    state = min(rests, key=lambda one: float(one[CREDIBILITY]))

    def moves(trust: float, place: float) -> float:
        nonlocal state
        here = _with(field, key, float(np.clip(low + place * width, low, high)))
        found, state = drift(here, CREDIBILITY, trust, state)
        return found

    def slopes(trust: float, place: float) -> Vector:
        h = 1e-4
        side = -h if place + h > 1.0 else h
        base = moves(trust, place)
        return np.array(
            [(moves(trust + h, place) - base) / h, (moves(trust, place + side) - base) / side]
        )

    at = np.array([state[CREDIBILITY], 0.0])
    heading = np.array([0.0, 1.0])
    points, stable, tangents = [], [], []
    for _ in range(most):
        slope = slopes(*at)
        tangent = np.array([-slope[1], slope[0]])
        length = np.hypot(*tangent)
        tangent = heading if length == 0.0 else tangent / length
        tangent = tangent if tangent @ heading >= 0.0 else -tangent
        points.append(at)
        tangents.append(tangent)
        stable.append(bool(slope[0] < 0.0))
        heading = tangent
        guess = at + step * tangent
        if not (0.0 <= guess[1] <= 1.0 and 0.0 <= guess[0] <= 1.0):
            break
        ahead = guess.copy()
        for _ in range(6):
            slope = slopes(*ahead)
            system = np.array([slope, tangent])
            miss = np.array([moves(*ahead), tangent @ (ahead - guess)])
            change = np.linalg.solve(system, miss)
            ahead = ahead - change
            ahead = np.clip(ahead, 0.0, 1.0)
            if np.abs(change).max() < 1e-7:
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
