"""PRIM, the patient rule induction method (Friedman & Fisher 1999), for scenario discovery.

A box that holds all cases is peeled: again and again, the few cases at one end of one factor are
cut off, where that raises the density most. The boxes on the way are the peeling trajectory. One of
them is chosen by a rule that is stated here, so that nobody has to pick it by eye:

1. Of each box, ends of ranges that chance would do as easily (quasi-p above ``LARGEST_P``) are
   taken off, beginning with the largest (Bryant & Lempert 2010).
2. Of the boxes that are left, with at most ``most`` restricted factors, the one with the largest
   harmonic mean of coverage and density is taken.
3. The search is repeated in the factors of that box alone, as long as the harmonic mean rises.
4. Its limits are moved outwards again where that does not lower the density (pasting), and rounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.discovery.boxes import (
    CATEGORY,
    WHOLE,
    Box,
    Fit,
    Flags,
    Limits,
    Space,
    by_chance,
    categories,
    fit,
    looser,
    rounded,
)

# Share of the cases in the box that is cut off at once, and that pasting adds at once.
PEELED, PASTED = 0.05, 0.01
# A box with a smaller share of all cases than this is not peeled further.
SMALLEST = 0.05
# Fewest cases in a box.
FEWEST = 5
# Largest quasi-p of limits that are kept.
LARGEST_P = 0.05


@dataclass(frozen=True)
class Step:
    """A box of the peeling trajectory, and how it fits the cases from which it was made."""

    box: Box
    fit: Fit


def peel(space: Space, interest: Flags) -> list[Step]:
    """The peeling trajectory, from the box that holds all cases to the smallest."""
    box, inside = Box(), np.ones(len(space), bool)
    least = max(FEWEST, SMALLEST * len(space))
    steps = [Step(box, fit(inside, interest))]
    while steps[-1].fit.hits < steps[-1].fit.inside:
        best: tuple[float, Box, Flags] | None = None
        number, hits = steps[-1].fit.inside, steps[-1].fit.hits
        for narrower in _peels(box, space, inside):
            left = inside & narrower.holds(space)
            size = int(left.sum())
            if size < least or size == number:
                continue
            gain = ((left & interest).sum() / size - hits / number) / (number - size)
            if best is None or gain > best[0]:
                best = gain, narrower, left
        if best is None:
            break
        _, box, inside = best
        steps.append(Step(box, fit(inside, interest)))
    return steps


def _peels(box: Box, space: Space, inside: Flags) -> Iterator[Box]:
    """Each box that cuts off one end, or one category, of one factor."""
    for name, column in space.columns.items():
        here, limits = column[inside], box.limits.get(name, Limits())
        if space.kinds[name] == CATEGORY:
            present = frozenset(categories(here))
            for one in sorted(present):
                if len(present) > 1:
                    yield box.with_limits(name, Limits(allowed=present - {one}))
            continue
        ordered = np.sort(here)
        whole = space.kinds[name] == WHOLE
        for low, cut in zip((True, False), _cuts(ordered, PEELED, whole), strict=True):
            if cut is not None:
                side = replace(limits, low=cut) if low else replace(limits, high=cut)
                yield box.with_limits(name, side)


def _cuts(ordered: NDArray[Any], share: float, whole: bool) -> tuple[float | None, float | None]:
    """The new low and the new high end that cut off a share of ordered values, or one value.

    Equal values stay together. A limit lies half way between two values, except of whole numbers.
    None if all values are equal.
    """
    if ordered[0] == ordered[-1]:
        return None, None
    taken = max(1, int(share * len(ordered)))
    above = int(np.searchsorted(ordered, ordered[taken - 1], side="right"))
    below = int(np.searchsorted(ordered, ordered[-taken], side="left")) - 1
    low = high = None
    if above < len(ordered):
        low = ordered[above] if whole else (ordered[above - 1] + ordered[above]) / 2
    if below >= 0:
        high = ordered[below] if whole else (ordered[below] + ordered[below + 1]) / 2
    return _plain(low), _plain(high)


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def seek(space: Space, interest: Flags, most: int) -> tuple[Box | None, list[Step]]:
    """The box that the rule above takes, and the trajectory; None if no limits are left."""
    steps = peel(space, interest)
    best = _chosen(steps, space, interest, most)
    # Again in the factors of the box alone, where no other factor takes up peels.
    while best is not None:
        inner = Space({name: space.columns[name] for name in best.limits}, space.kinds)
        inner_steps = peel(inner, interest)
        again = _chosen(inner_steps, inner, interest, most)
        if again is None or _balance(again, space, interest) <= _balance(best, space, interest):
            break
        best, steps = again, inner_steps
    if best is None:
        return None, steps
    wide = stripped(_pasted(best, space, interest), space, interest)
    told = stripped(rounded(wide, space), space, interest)
    return (told if told.limits else None), steps


def _balance(box: Box, space: Space, interest: Flags) -> float:
    return fit(box.holds(space), interest).balance


def _chosen(steps: list[Step], space: Space, interest: Flags, most: int) -> Box | None:
    best, largest = None, 0.0
    for step in steps:
        box = stripped(step.box, space, interest)
        balance = _balance(box, space, interest)
        if 0 < len(box.limits) <= most and balance > largest:
            best, largest = box, balance
    return best


def stripped(box: Box, space: Space, interest: Flags) -> Box:
    """The box without ends of ranges that chance would do as easily, taken off one by one."""
    while box.limits:
        own = fit(box.holds(space), interest)
        wider = looser(box)
        found = {end: by_chance(own, one, space, interest) for end, one in wider.items()}
        worst = max(found, key=lambda end: found[end])
        if found[worst] <= LARGEST_P:
            break
        box = wider[worst]
    return box


def _pasted(box: Box, space: Space, interest: Flags) -> Box:
    """The box with its limits moved outwards as long as that does not lower the density."""
    moved = True
    while moved:
        moved = False
        now = fit(box.holds(space), interest)
        for wider in _wider(box, space, now.inside):
            found = fit(wider.holds(space), interest)
            if found.inside > now.inside and found.density >= now.density:
                box, now, moved = wider, found, True
                break
    return box


def _wider(box: Box, space: Space, inside: int) -> Iterator[Box]:
    """Each box in which one limit is moved outwards over a few cases, or a category is added."""
    step = max(1, int(PASTED * inside))
    for name, limits in box.limits.items():
        column = space.columns[name][box.without(name).holds(space)]
        if limits.allowed is not None:
            for one in sorted(set(categories(column)) - limits.allowed):
                yield box.with_limits(name, Limits(allowed=limits.allowed | {one}))
            continue
        below, above = (
            np.sort(column[column < limits.low])[::-1],
            np.sort(column[column > limits.high]),
        )
        if np.isfinite(limits.low) and below.size:
            low = -np.inf if below.size <= step else float(below[step - 1])
            yield box.with_limits(name, replace(limits, low=low))
        if np.isfinite(limits.high) and above.size:
            high = np.inf if above.size <= step else float(above[step - 1])
            yield box.with_limits(name, replace(limits, high=high))
