"""Vignettes: a rule asked directly, as a survey asks a person about one event."""

from collections.abc import Callable
from typing import Any

from sim.mechanisms.public import trust_after
from sim.mechanisms.sanctions import sanction
from sim.mechanisms.supervision import perceive_risk
from sim.world.state import DEPARTMENT, OFFICER

# Where a person stands who leans neither way.
_MIDDLE = 0.5


def own_sanction(settings: Any) -> float:
    """Perceived risk a month after a sanction, over that of one who had none, less 1.

    Both begin at the middle of the scale. ``settings`` is the row of settings.
    """
    officers = OFFICER.zeros(2)
    officers["perceived_risk"] = _MIDDLE
    department = DEPARTMENT.zeros(1)
    sanction(officers[0], department[0], settings, 0.0)
    for officer in officers:
        perceive_risk(officer, 0.0, department[0], settings)
    return float(officers["perceived_risk"][0] / officers["perceived_risk"][1] - 1.0)


def loss_over_gain(settings: Any) -> float:
    """Trust lost by the worst experience over that gained by the best, less 1; from the middle."""
    worst = _MIDDLE - trust_after(_MIDDLE, 0.0, settings["gain"], settings["loss"])
    best = trust_after(_MIDDLE, 1.0, settings["gain"], settings["loss"]) - _MIDDLE
    return float(worst / best - 1.0)


VIGNETTES: dict[str, Callable[[Any], float]] = {
    "own_sanction": own_sanction,
    "loss_over_gain": loss_over_gain,
}
