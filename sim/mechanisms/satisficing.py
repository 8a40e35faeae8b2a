"""Satisficing (满意原则): officers take the first conduct that is good enough (Simon 1955).

A rule of decision in the place of the logit. What is good enough is the officer's aspiration
(期望水平), a level of utility that follows what the officer has got (Cyert & March 1963).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.declare import Section, number
from sim.kinds import CONDUCTS
from sim.machine.compiled import rule

if TYPE_CHECKING:
    from sim.mechanisms.typed import Choice, ConductTable, Officer, World

_CONDUCTS = len(CONDUCTS)


class Satisficing(Section, section="satisficing"):
    """What officers who satisfice aspire to (满意原则); of effect with that rule of decision."""

    aspiration_at_entry: float = number(
        "aspiration of whoever enters a post",
        -20,
        20,
        "utility",
        zh="初始期望水平",
        meaning_zh="上任者的期望水平",
        source="Simon 1955; assumed value",
    )
    aspiration_speed: float = number(
        "speed at which aspiration follows what a month is worth",
        0,
        1,
        "share a month",
        zh="期望水平变化速度",
        meaning_zh="期望水平趋近当月所得的速度",
        source="Cyert & March 1963; assumed value",
    )


class OfficerFields(Section, row="officer"):
    """What an officer aspires to."""

    aspiration: float = number(
        "what a conduct must be worth to be good enough", None, None, "utility", zh="期望水平"
    )


@rule
def search(previous: int, choice: Choice, conducts: ConductTable, aspiration: float) -> int:
    """The first available conduct that is worth ``aspiration``, or the best where none is.

    Search begins with last month's conduct and goes on with the others in their order, from one
    that the draw of the month picks.
    """
    begin = int(choice.draws[0] * _CONDUCTS)
    best = -1
    for step in range(_CONDUCTS + 1):
        k = previous if step == 0 else (begin + step - 1) % _CONDUCTS
        if conducts[k].available:
            if choice.worth[k] >= aspiration:
                return k
            if best < 0 or choice.worth[k] > choice.worth[best]:
                best = k
    return best


@rule
def satisfice(officer: Officer, choice: Choice, world: World, month: int) -> int:
    """Decide by satisficing, and move the aspiration towards what the conduct chosen is worth."""
    aspiration = officer.aspiration
    chosen = search(officer.previous_conduct, choice, world.conducts, aspiration)
    speed = world.settings[0].aspiration_speed
    officer.aspiration = aspiration + speed * (choice.worth[chosen] - aspiration)
    return chosen
