"""Resting points (fixed points) of the mean field, and their stability.

To find them, either norm or credibility is held at a value, and a state is computed in which all
other variables are at rest. It is a resting point if the held variable would not change either. An
unstable one between two stable ones is a tipping point.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy
from numpy.typing import NDArray

from sim.theory.expected_choices import CREDIBILITY, NAMES, NORM, Vector
from sim.theory.mean_field import MeanField

Matrix = NDArray[np.float64]
# Number of values of the held variable in a scan.
GRID = 25
# Months that are iterated before the solver starts: from a distant state, and from one nearby.
_FIRST_MONTHS = 30
_NEARBY = 2
# If the solver's result is farther away than this in any component, it is another resting point.
# Then more months are iterated before the next attempt.
_FAR = 0.2
_MORE_MONTHS = 100
_ATTEMPTS = 4
# A state is at rest if its monthly change is not above this.
_CLOSE = 1e-9
# A solution is refined until its monthly change is below this, in at most so many steps.
_EXACT = 1e-12
_STEPS = 40
# A refinement diverges if its monthly change becomes so many times what it was in the beginning.
# First steps often make it larger, since the derivatives are those of another point.
_WORSE = 10.0
# Most months that the hybrid method may compute.
_MOST_SEARCHED = 80
# Weights of two states in mixtures from which a state at rest between them is sought.
_MIXTURES = (0.25, 0.5, 0.75)
# Two resting points that differ less than this in norm and credibility are the same.
_SAME = 1e-4
# Step of the differences that give derivatives.
_STEP = 1e-6


@dataclass(frozen=True)
class RestingPoint:
    """A state that the mean field does not leave."""

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
        """Whether small disturbances decay."""
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


def changing(derivative: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each component can change at all, by the derivatives of the map; shape (n,)."""
    still = np.abs(derivative - np.eye(len(derivative))).max(axis=1) < _STEP
    return np.asarray(~still)


def radius(derivative: NDArray[np.float64]) -> float:
    """Largest modulus of the eigenvalues, leaving out components that never change."""
    moving = changing(derivative)
    return float(np.abs(np.linalg.eigvals(derivative[np.ix_(moving, moving)])).max())


@dataclass
class Solver:
    """Finds states at rest, one after another.

    Each solution begins with the derivatives at the end of the last one, which is usually nearby;
    if it does not converge, derivatives are computed again. ``held`` is the number of the component
    that is held at its value, if any.
    """

    held: int | None
    # Inverse of the derivatives of the monthly change by the free components.
    _inverse: Matrix | None = field(default=None, init=False)

    def solve(self, field: MeanField, state: Vector) -> Vector | None:
        """The state near ``state`` with all components at rest except ``held``; None if none."""
        free = coordinates(field)
        if self.held is not None:
            free = free[free != self.held]

        def change(part: Vector) -> Vector:
            whole = state.copy()
            whole[free] = part
            return np.asarray(field.step(completed(field, whole))[free] - part)

        found = None
        if self._inverse is not None:
            nearby = refined(change, state[free], self._inverse)
            if nearby is not None:
                found, self._inverse = nearby
        if found is None:
            found = self._searched(change, state[free])
        if found is None or found.min() <= -_CLOSE or found.max() >= 1.0 + _CLOSE:
            return None
        at_rest = state.copy()
        at_rest[free] = found
        return completed(field, at_rest)

    def _searched(self, change: Callable[[Vector], Vector], part: Vector) -> Vector | None:
        """A solution by MINPACK's hybrid method, which converges from more distant states."""
        found = scipy.optimize.root(
            change, part, method="hybr", tol=1e-12, options={"maxfev": _MOST_SEARCHED}
        )
        if np.abs(change(found.x)).max() > _CLOSE:
            self._inverse = None
            return None
        upper = np.zeros((part.size, part.size))
        upper[np.triu_indices(part.size)] = found.r
        self._inverse = np.linalg.pinv(found.fjac.T @ upper)
        return np.asarray(found.x)


def refined(
    change: Callable[[Vector], Vector], part: Vector, inverse: Matrix
) -> tuple[Vector, Matrix] | None:
    """Where ``change`` is zero, by Broyden's method (1965) from a guess; None if it diverges.

    ``inverse`` is the inverse of the derivatives at a point nearby. Also returns the inverse at the
    solution.
    """
    left = change(part)
    most = _WORSE * max(np.abs(left).max(), _CLOSE)
    for _ in range(_STEPS):
        if np.abs(left).max() < _EXACT:
            return part, inverse
        step = -inverse @ left
        part = part + step
        after = change(part)
        if not np.abs(after).max() <= most:
            return None
        turned = inverse @ (after - left)
        scale = step @ turned
        if scale != 0.0:
            inverse = inverse + np.outer(step - turned, step @ inverse) / scale
        left = after
    return None


def relaxed(
    field: MeanField, value: float, start: Vector, solver: Solver, first: int = _FIRST_MONTHS
) -> Vector:
    """The state at rest, except for the component that ``solver`` holds, reached from ``start``.

    That component is held at ``value``; if none is held, the result is the resting point near
    ``start``, whether stable or not. ``first`` months are iterated before the solver starts; from a
    state nearby, few are enough.
    """
    state = start.copy()
    held = solver.held
    if held is not None:
        state[held] = value
    for number in range(_ATTEMPTS):
        for _ in range(first if number == 0 else _MORE_MONTHS):
            state = field.step(state)
            if held is not None:
                state[held] = value
        found = solver.solve(field, state)
        if found is not None and (held is None or np.abs(found - state).max() < _FAR):
            return found
    return state


def drift(
    field: MeanField, value: float, start: Vector, solver: Solver, first: int = _NEARBY
) -> tuple[float, Vector]:
    """Monthly change of the held component with all others at rest, and that state."""
    state = relaxed(field, value, start, solver, first)
    return float(field.step(state)[solver.held] - value), state


@dataclass(frozen=True)
class Scan:
    """States with one component held at values over its range, and all others at rest."""

    held: int
    values: Vector
    # Monthly change of the held component at each value.
    moved: Vector
    # States, shape (values, size of a state).
    states: Matrix


def scanned(field: MeanField, held: int, upwards: bool, points: int = GRID) -> Scan:
    """Scan ``points`` values of component ``held``, upwards from 0 or downwards from 1."""
    end = float(not upwards)
    values = np.linspace(end, 1.0 - end, points)
    solver = Solver(held)
    state = relaxed(field, end, field.state(end, end), solver)
    moved, states = [], []
    for value in values:
        by, state = drift(field, float(value), state, solver)
        moved.append(by)
        states.append(state)
    return Scan(held, values, np.array(moved), np.array(states))


def scans(field: MeanField, points: int = GRID) -> list[Scan]:
    """Scans of credibility, then of the norm, each upwards and then downwards."""
    return [
        scanned(field, held, up, points) for held in (CREDIBILITY, NORM) for up in (True, False)
    ]


def _crossings(field: MeanField, scan: Scan) -> Iterator[Vector]:
    """States near the resting points along a scan, where the held component's change is zero.

    If the scan jumps from one branch to another, these are mixtures of the two states.
    """
    solver = Solver(scan.held)
    for i, moved in enumerate(scan.moved):
        state, start = scan.states[i], scan.states[i - 1]
        if moved == 0.0:
            yield state
        elif i > 0 and scan.moved[i - 1] * moved < 0.0:
            ends = float(scan.values[i - 1]), float(scan.values[i])
            at = None if np.abs(state - start).max() > _FAR else _zero(field, start, solver, ends)
            if at is None:
                yield from (start + share * (state - start) for share in _MIXTURES)
            else:
                yield relaxed(field, at, start, solver, _NEARBY)


def _zero(
    field: MeanField, start: Vector, solver: Solver, ends: tuple[float, float]
) -> float | None:
    """Value between ``ends`` at which the held component does not change.

    None if both ends change alike: near a fold, an end that is solved for anew can lie on another
    branch than in the scan.
    """

    def moves(value: float) -> float:
        return drift(field, value, start, solver)[0]

    try:
        return float(scipy.optimize.brentq(moves, *ends, xtol=1e-10))
    except ValueError:
        return None


def resting_points(
    field: MeanField, open_scans: Sequence[Scan] | None = None
) -> list[RestingPoint]:
    """All resting points that are found, in order of norm and credibility.

    Identical citizens fall silent together, so points are sought with silent citizens and with
    citizens who speak. With silent citizens, credibility must be at most the level of return; with
    citizens who speak, at least that of exit. ``open_scans`` are the scans with citizens who speak,
    if they have been computed already.
    """
    public = field.scenario.public
    found = [
        resting_point(one, state)
        for one in (field.with_citizens(silent=False), field.with_citizens(silent=True))
        for state in at_rest(one, scans(one) if one.silent or open_scans is None else open_scans)
        if (
            public.exit_below > 0.0 and state[CREDIBILITY] <= public.return_above
            if one.silent
            else state[CREDIBILITY] >= public.exit_below
        )
    ]
    return sorted(found, key=lambda point: (point.norm, point.credibility))


def at_rest(field: MeanField, along: Sequence[Scan]) -> list[Vector]:
    """The states of the resting points that are found along scans, each once."""
    found: list[Vector] = []
    for scan in along:
        for state in _crossings(field, scan):
            rest = Solver(None).solve(field, state)
            if rest is not None and not any(np.abs(rest - one)[:2].max() < _SAME for one in found):
                found.append(rest)
    return found


def resting_point(field: MeanField, state: Vector) -> RestingPoint:
    """The resting point at a state at rest, with its execution and stability."""
    share = radius(jacobian(field, state))
    return RestingPoint(state, field.delivery(state), share, field.silent)


def loop_gain(field: MeanField, state: Vector, months: int) -> NDArray[np.float64]:
    """Spiral gain at the resting point ``state`` after 0…``months`` months; shape (months + 1,).

    It is the further loss of trust that a small loss causes through execution: if officers meet
    less trust by a small amount from now on, citizens' trust falls by the gain times this amount.
    Above 1, a loss of trust causes a larger one. Computed from the Jacobian.
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


def nullclines(
    field: MeanField, points: int = GRID, made: Sequence[Scan] | None = None
) -> tuple[Vector, Vector]:
    """Nullclines: the line on which trust does not change, and the one on which the norm does not.

    Each has columns credibility and execution and shape (2 · points + 1, 2). On the first line all
    except the norm is at rest, on the second all except credibility. The first half of the rows is
    scanned upwards; after a row of NaN follows the second half, scanned downwards. The halves are
    equal where there is only one state at rest. The lines cross at resting points. ``made`` are the
    field's scans, if they have been computed already.
    """
    gap = np.full((1, 2), np.nan)
    norm_up, norm_down, trust_up, trust_down = (
        np.array([(state[CREDIBILITY], field.delivery(state)) for state in scan.states])
        for scan in made or scans(field, points)
    )
    return np.vstack([trust_up, gap, trust_down]), np.vstack([norm_up, gap, norm_down])
