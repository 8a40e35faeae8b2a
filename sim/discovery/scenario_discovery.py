"""Scenario discovery: boxes of settings in which a condition holds, tested on held-back cases.

Bryant & Lempert (2010). A third of the cases is held back by a seeded split. Boxes are sought in
the others, one after the other; each is tested on the held-back cases that no earlier box holds, by
Fisher's exact test against what the box has by chance. The first box that fails ends the search, so
the chance of telling any box where there is none is at most ``LEVEL`` for each method.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.discovery import cart, prim
from sim.discovery.boxes import Box, Fit, Flags, Space, fit, quasi_p

PRIM, CART = "PRIM", "CART"
METHODS = (PRIM, CART)
# Chance of telling a box of a method where there is none.
LEVEL = 0.05
# Share of the cases that is held back.
HELD_BACK = 1.0 / 3.0
# Most restricted factors of a box, and most boxes of a method.
MOST_RESTRICTED, MOST_BOXES = 3, 3
# Fewest cases of interest, and of no interest, for a search.
FEWEST = 15
# Distinguishes the draws of the split from other draws with the same seed.
_SPLIT = 22


@dataclass(frozen=True)
class Found:
    """A box, how it fits, and whether it stands."""

    method: str
    box: Box
    # On the cases in which it was sought, and on those held back; each without earlier boxes.
    sought: Fit
    held_back: Fit
    # Of each restricted factor, from the cases in which the box was sought.
    quasi_p: dict[str, float]
    # Share of all held-back cases that are of interest.
    base: float

    @property
    def stands(self) -> bool:
        """Whether it contains more held-back cases of interest than chance would give.

        A later box must also be denser than all cases together, not only than those left to it.
        """
        return self.held_back.chance <= LEVEL and self.held_back.density > self.base


@dataclass(frozen=True)
class Discovery:
    """All boxes of a search; those that did not stand are kept too, as the last of a method."""

    space: Space
    interest: Flags
    # Which cases were held back.
    held_back: Flags
    boxes: tuple[Found, ...]
    # The peeling trajectory from which the first box of PRIM was taken; none if none was sought.
    trajectory: tuple[prim.Step, ...]

    def standing(self, method: str) -> tuple[Found, ...]:
        """Boxes of a method that stand."""
        return tuple(one for one in self.boxes if one.method == method and one.stands)

    @property
    def best(self) -> Found | None:
        """The first box of the method whose first box has the better balance; None if none stands.

        Peeling misses a box where cases of interest lie at both ends of a factor, and a tree one
        whose limits tell only together.
        """
        first = [boxes[0] for boxes in map(self.standing, METHODS) if boxes]
        return max(first, key=lambda one: one.sought.balance, default=None)

    @property
    def failed(self) -> Found | None:
        """The first box that did not stand, if none stands; None too if there was no box."""
        return None if self.best else next(iter(self.boxes), None)

    @property
    def base(self) -> float:
        """Share of all cases that are of interest."""
        return float(self.interest.mean())

    def coverage(self, method: str) -> float:
        """Share of all cases of interest that the standing boxes of a method hold together."""
        inside = np.zeros(len(self.interest), bool)
        for one in self.standing(method):
            inside |= one.box.holds(self.space)
        return float((inside & self.interest).sum() / self.interest.sum())


def discover(
    space: Space,
    interest: Flags,
    seed: int,
    most: int = MOST_RESTRICTED,
    boxes: int = MOST_BOXES,
) -> Discovery:
    """Boxes of at most ``most`` restricted factors that hold the cases of interest.

    None are sought if there are fewer than ``FEWEST`` cases of interest, or of the others.
    """
    if not enough(interest):
        return Discovery(space, interest, np.zeros(len(interest), bool), (), ())
    held = _held_back(interest, seed)
    found: list[Found] = []
    sought = space.rows(~held)
    trajectories: list[list[prim.Step]] = []

    def by_prim(left: Flags) -> Box | None:
        box, trajectory = prim.seek(space.rows(left), interest[left], most)
        trajectories.append(trajectory)
        return box

    waiting = cart.leaves(sought, interest[~held], most, seed)

    def by_cart(left: Flags) -> Box | None:
        return waiting.pop(0) if waiting else None

    for method, seek in ((PRIM, by_prim), (CART, by_cart)):
        found += _one_by_one(method, seek, space, interest, held, boxes)
    return Discovery(space, interest, held, tuple(found), tuple(trajectories[0]))


def _one_by_one(
    method: str,
    seek: Callable[[Flags], Box | None],
    space: Space,
    interest: Flags,
    held: Flags,
    boxes: int,
) -> list[Found]:
    found: list[Found] = []
    left = np.ones(len(interest), bool)
    while len(found) < boxes and min(_both(interest[left & ~held])) >= prim.FEWEST:
        box = seek(left & ~held)
        if box is None:
            break
        inside = box.holds(space)
        own, tested = left & ~held, left & held
        one = Found(
            method,
            box,
            fit(inside[own], interest[own]),
            fit(inside[tested], interest[tested]),
            quasi_p(box, space.rows(own), interest[own]),
            float(interest[held].mean()),
        )
        if found and one.sought.density <= interest[~held].mean():
            break
        found.append(one)
        if not one.stands:
            break
        left &= ~inside
    return found


def _both(interest: Flags) -> tuple[int, int]:
    """Number of cases of interest, and of others."""
    number = int(interest.sum())
    return number, len(interest) - number


def enough(interest: Flags) -> bool:
    """Whether there are enough cases of interest, and enough others, for a search."""
    return min(_both(interest)) >= FEWEST


def _held_back(interest: Flags, seed: int) -> Flags:
    """A third of the cases of interest and a third of the others, drawn with a seed."""
    draws = np.random.default_rng([seed, _SPLIT])
    held = np.zeros(len(interest), bool)
    for kind in (True, False):
        places: NDArray[np.int64] = draws.permutation(np.flatnonzero(interest == kind))
        held[places[: round(HELD_BACK * len(places))]] = True
    return held
