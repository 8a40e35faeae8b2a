"""Basins of the mean field: where it settles from a start of trust and norm.

The tipping point and the separatrix divide starts from which credibility settles low from those
from which it settles high.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, repeat

import numpy as np

from sim.theory.expected_choices import CREDIBILITY, Vector
from sim.theory.mean_field import MeanField

# Most months that are iterated until a path settles.
_MOST_MONTHS = 4000
# Monthly change below which a path has settled; smallest difference in credibility between two
# resting points; precision of the tipping point.
_SETTLED = 1e-6
_APART = 0.01
_TOLD = 0.002
# The same for a separatrix, which is drawn; and the distance at which a path has reached a rest.
_DRAWN = 0.01
_REACHED = 0.02


def course(
    field: MeanField, state: Vector, less: Sequence[float] = ()
) -> Iterator[tuple[Vector, bool]]:
    """The states of the months that follow a state, without end.

    All citizens fall silent and return together, according to the rules; with each state comes
    whether they have begun to count months towards silence. In the first months officers meet the
    trust ``less`` instead of that of citizens.
    """
    public = field.scenario.public
    silent, below = field.silent, 0
    for seen in chain(less, repeat(np.nan)):
        state = field.with_citizens(silent).step(state, seen)
        trust = state[CREDIBILITY]
        if silent:
            silent = bool(trust <= public.return_above)
        else:
            below = below + 1 if trust < public.exit_below else 0
            silent = below >= public.exit_months
        yield state, not silent and below > 0


def settled(
    field: MeanField, start: float, norm: float | None = None, rests: Sequence[Vector] = ()
) -> Vector:
    """The state in which the mean field settles from a start of trust and norm, 0 to 1.

    The norm begins where trust does if ``norm`` is None. A path that comes near to one of the
    states ``rests``, in norm and credibility, is taken to settle there.
    """
    state = field.state(start if norm is None else norm, start)
    for after, waiting in islice(course(field, state), _MOST_MONTHS):
        if np.abs(after - state).max() < _SETTLED and not waiting:
            break
        state = after
        for rest in rests:
            if np.abs(state - rest)[:2].max() < _REACHED:
                return rest
    return after


def settle(
    field: MeanField, start: float, norm: float | None = None, rests: Sequence[Vector] = ()
) -> float:
    """Credibility at which the mean field settles; see ``settled``."""
    return float(settled(field, start, norm, rests)[CREDIBILITY])


def lowest_start(settles: Callable[[float], float], middle: float, told: float = _TOLD) -> float:
    """The start, 0 to 1, from which on credibility ``settles`` at ``middle`` or above; bisection.

    0 if it does from all starts, 1 if from none.
    """
    low, high = 0.0, 1.0
    if settles(low) >= middle:
        return low
    if settles(high) < middle:
        return high
    while high - low > told:
        between = 0.5 * (low + high)
        if settles(between) < middle:
            low = between
        else:
            high = between
    return 0.5 * (low + high)


def ends(field: MeanField) -> tuple[Vector, Vector]:
    """The states in which the mean field settles from the lowest and from the highest start."""
    return settled(field, 0.0), settled(field, 1.0)


def _lowest_trust(
    field: MeanField, rests: tuple[Vector, Vector], norm: float | None, told: float
) -> float:
    """The lowest trust from which the mean field settles above the middle of two ``rests``."""
    middle = 0.5 * float(rests[0][CREDIBILITY] + rests[1][CREDIBILITY])
    return lowest_start(lambda trust: settle(field, trust, norm, rests), middle, told)


def _alike(rests: tuple[Vector, Vector]) -> bool:
    return float(rests[1][CREDIBILITY] - rests[0][CREDIBILITY]) < _APART


def tipping_point(field: MeanField, rests: tuple[Vector, Vector] | None = None) -> float | None:
    """The start of norm and trust below which credibility settles low, and above which high.

    From 0 to 1; None if all starts settle at the same credibility. ``rests`` are the ``ends`` of
    the mean field, if they have been computed already.
    """
    rests = ends(field) if rests is None else rests
    return None if _alike(rests) else _lowest_trust(field, rests, None, _TOLD)


def separatrix(
    field: MeanField, norms: Sequence[float], rests: tuple[Vector, Vector] | None = None
) -> Vector:
    """The lowest trust from which the mean field settles high, for each norm at the start.

    0 where it does from any trust, 1 where it does from none; NaN if all starts settle alike.
    ``rests`` are the ``ends`` of the mean field, if they have been computed already.
    """
    rests = ends(field) if rests is None else rests
    if _alike(rests):
        return np.full(len(norms), np.nan)
    return np.array([_lowest_trust(field, rests, norm, _DRAWN) for norm in norms])


def gain_from(field: MeanField, start: float, reduction: float, months: int) -> Vector:
    """Spiral gain after 0…``months`` months from a start of trust and norm; shape (months + 1,).

    Officers meet ``reduction`` less trust than on the undisturbed path; the gain is the fall of
    citizens' trust, divided by the reduction.
    """
    begun = field.state(start, start)

    def trust(less: Sequence[float]) -> Vector:
        path = [state for state, _ in islice(course(field, begun, less), months)]
        return np.array([begun, *path])[:, CREDIBILITY]

    whole = trust(())
    less = np.maximum(0.0, whole[:months] - reduction)
    return np.asarray((whole - trust(list(less))) / reduction)
