"""Two departments on the same draws, with the reform and without: what Watch shows of them."""

from typing import Any

import numpy as np

from sim.app import look
from sim.app.state import State
from sim.app.watched import Department
from sim.app.words import Words
from sim.calendar import MONTHS_A_YEAR

# Months over which both are compared in words.
_YEAR = MONTHS_A_YEAR


def marks(words: Words, shown: list[str], kinds: Any, posts: int) -> list[dict[str, str]]:
    """What each post shows: its colour and letter, and both in words.

    ``shown`` names what each shows, of ``kinds``; it is empty before the first month.
    """
    return [
        {
            "colour": kinds.of[kind].colour,
            "ink": look.ink(kinds.of[kind].colour),
            "letter": look.letter(kinds.of[kind], words.lang),
            "said": words(kind),
        }
        for kind in shown
    ] or [
        {"colour": look.FAINT, "ink": look.BLACK, "letter": "", "said": words("not_yet")}
        for _ in range(posts)
    ]


def side_by_side(
    words: Words, state: State, department: Department, twin: Department | None
) -> str:
    """The last year of both departments in a sentence, or what there is to see without a twin."""
    if twin is None or not department.month or twin.month != department.month:
        return words("no_twin" if state.both and twin is None else "one_row")
    year = slice(max(0, department.month - _YEAR), department.month)
    told = {}
    for key, one in (("", department), ("without_", twin)):
        execution, credibility = one.course()
        told[f"{key}execution"] = words.percent(float(np.mean(execution[year])))
        told[f"{key}credibility"] = words.percent(float(np.mean(credibility[year])))
    return words("side_by_side", months=year.stop - year.start, **told)
