"""Vignettes: one rule evaluated by itself, as a vignette in a survey asks about one event."""

from collections.abc import Callable
from typing import Any

from sim.mechanisms.deterrence import perceive_risk
from sim.mechanisms.public import trust_after
from sim.mechanisms.sanctions import sanction
from sim.world.state import DEPARTMENT, OFFICER

# Perceived risk and trust before the event: the middle of their scale, 0 to 1.
_MIDDLE = 0.5


def own_sanction(settings: Any) -> float:
    """Relative rise of perceived risk a month after an officer's own sanction.

    It is the ratio to the perceived risk of an officer without a sanction, minus 1. Both begin at
    the middle of the scale. ``settings`` is the row of settings.
    """
    officers = OFFICER.zeros(2)
    officers["perceived_risk"] = _MIDDLE
    department = DEPARTMENT.zeros(1)
    sanction(officers[0], department[0], settings, 0.0)
    for officer in officers:
        perceive_risk(officer, 0.0, department[0], settings)
    return float(officers["perceived_risk"][0] / officers["perceived_risk"][1] - 1.0)


def loss_over_gain(settings: Any) -> float:
    """Trust lost by the worst experience relative to that gained by the best, minus 1.

    Both begin at the middle of the scale. ``settings`` is the row of settings.
    """
    worst = _MIDDLE - trust_after(_MIDDLE, 0.0, settings["gain"], settings["loss"])
    best = trust_after(_MIDDLE, 1.0, settings["gain"], settings["loss"]) - _MIDDLE
    return float(worst / best - 1.0)


VIGNETTES: dict[str, Callable[[Any], float]] = {
    "own_sanction": own_sanction,
    "loss_over_gain": loss_over_gain,
}
