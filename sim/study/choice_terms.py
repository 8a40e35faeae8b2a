"""What every officer of a department weighs and would bring, for an ease that is given.

No other rule calls this one, so that Numba's comparison with this file suffices for its cache; the
rules that it calls name the cache folder (``sim.machine.compiled``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.kinds import CONDUCTS
from sim.machine.compiled import rule
from sim.mechanisms import execution, tournament
from sim.mechanisms.chain import last_officer, outlook_row, settings_of
from sim.mechanisms.conduct import reasons

if TYPE_CHECKING:
    from sim.mechanisms.typed import World

_CONDUCTS = len(CONDUCTS)


@rule
def note_terms(
    world: World, d: int, month: int, ease: Any, terms: Any, effort: Any, achieved: Any
) -> None:
    """Note what officers of department ``d`` weigh, after they have chosen and before they work.

    ``ease``, shape (officers,), takes the place of their own. For each officer and conduct,
    ``terms`` receives the ``Reasons``, shape (officers, conducts, terms), ``effort`` the factor by
    which the officer's effort differs from the usual, and ``achieved`` what is done of all
    directives per unit of ease and effort; both (officers, conducts). The state stays as it is.
    """
    department = world.departments[d]
    mechanisms = settings_of(world, d, month)
    settings = world.settings[0]
    row = outlook_row(world, d)
    first = department.first_officer
    for i in range(first, last_officer(department)):
        officer = world.officers[i]
        choice = world.choices[i - first]
        own = officer.ease
        officer.ease = ease[i - first]
        contest = tournament.time_in_contest(officer, department, settings)
        for k in range(_CONDUCTS):
            outlook = world.outlooks[row, k]
            habitual = officer.previous_conduct == k
            weighed = reasons(
                officer, k, habitual, choice, outlook, department, mechanisms, settings
            )
            here = terms[i - first, k]
            here[0] = weighed.duty
            here[1] = weighed.reward
            here[2] = weighed.cost
            here[3] = weighed.rent
            here[4] = weighed.threat
            here[5] = weighed.blame
            here[6] = weighed.belonging
            here[7] = weighed.example
            here[8] = weighed.habit
            here[9] = weighed.taste
            effort[i - first, k] = execution.effort(
                officer, contest, outlook, department, mechanisms, settings
            )
            achieved[i - first, k] = outlook.achieved + contest * outlook.achieved_shift
        officer.ease = own
