"""Need and voice (需求): how much citizens depend on the service, and who of them is heard.

Those who need the service most can have the least voice (Brady, Verba & Schlozman 1995; Herd &
Moynihan 2018). Complaints then speak for less of what is missing than there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.declare import Section, Unfollowed, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Citizen, Tally, Visit


class Settings(Section, section="public"):
    """How citizens differ in need, and who of them has voice."""

    need_spread: float = share(
        "how far citizens' need of the service differs from its mean, either way",
        zh="需求差异",
        meaning_zh="群众对服务的需求与平均值相差的幅度（上下相同）",
        source="Herd & Moynihan 2018; assumed value",
        off=0.0,
    )
    need_silences: float = share(
        "voice that the neediest lack, and the least needy have beyond the mean",
        zh="弱势失声",
        meaning_zh="需求最大者缺少、需求最小者多出的发声比例",
        source="Brady, Verba & Schlozman 1995; Herd & Moynihan 2018; assumed value",
        off=0.0,
    )


class CitizenFields(Section, row="citizen"):
    """Need of one citizen."""

    need: float = number(
        "how much depends on the service for this citizen, 1 on average",
        0,
        2,
        "ratio",
        zh="需求",
    )


class TallySums(Section, row="tally"):
    """What is missing at the counter, and what of it nobody speaks of."""

    missing: float = number(
        "shortfall at the counter, by citizens' need", 0, None, "citizens", zh="按需求计的不足"
    )
    unheard: float = number(
        "the part of it of those who would not complain", 0, None, "citizens", zh="无声的不足"
    )


# What the mean field, whose citizens are all alike, does not follow.
UNFOLLOWED = (
    Unfollowed("citizens who differ in need", "群众需求的差异", {"public.need_spread": 0.0}),
)


@rule
def need_at(settings: AllSettings, u: float) -> float:
    """How much a citizen needs the service, evenly spread about 1.

    ``u`` is its place among citizens by need, 0 to 1.
    """
    return 1.0 + settings.need_spread * (2.0 * u - 1.0)


@rule
def chance_of_voice(settings: AllSettings, u: float) -> float:
    """Chance that the citizen at place ``u`` by need is ready to complain.

    Above 1 it is certain; the mean over citizens stays ``voice`` where it is nowhere above.
    """
    return settings.voice * (1.0 - settings.need_silences * (2.0 * u - 1.0))


@rule
def observe_shortfall(citizen: Citizen, visit: Visit, tally: Tally) -> None:
    """Add what was missing at the counter, and whether anybody would speak of it."""
    missing = citizen.need * (1.0 - visit.experience)
    mute = 1 - citizen.voice * (1 - citizen.silent)
    tally.missing += missing
    tally.unheard += missing * mute


MEASURES = (
    Measure(
        "unheard",
        "Shortfall unheard",
        "无声的不满",
        "share",
        "shortfall at the counter, by need, of citizens without voice or fallen silent",
        per("unheard", "missing"),
        monthly=False,
    ),
)
